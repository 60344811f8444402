package e2e

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/config"
	"ctihub/connectors/asterisk/asterisktest"
	"ctihub/leads"
	"ctihub/storage/storagetest"
)

// pausing is an exchange whose queues follow the workplace.
func pausing(t *testing.T, pbx *asterisktest.PBX) func(*config.Config) {
	address, user, secret := pbx.ARI()
	return hubtest.Source(t, "pbx", "asterisk", "", map[string]any{
		"url": address, "username": user, "password": secret, "trunks": []string{"trunk"},
		"queues": map[string]any{"names": []string{"sales", "support"}},
	})
}

// awaitPaused waits until exactly those members are paused in both queues.
func awaitPaused(t *testing.T, pbx *asterisktest.PBX, what string, want ...string) {
	t.Helper()
	began := time.Now()
	waitFor(t, what, func() bool {
		for _, queue := range []string{"sales", "support"} {
			var got []string
			for line := range strings.Lines(pbx.CLI("queue show " + queue)) {
				if _, member, found := strings.Cut(line, "(PJSIP/"); found && strings.Contains(line, "(paused") {
					got = append(got, member[:3])
				}
			}
			if slices.Sort(got); !slices.Equal(got, want) {
				return false
			}
		}
		return true
	})
	t.Logf("%s: after %v", what, time.Since(began).Round(time.Millisecond))
}

// A pause in the workplace pauses the member in the exchange's queues: a pause that is
// ended by hand, the wrap-up, which ends by itself, and one that ended or began while
// the hub or the exchange was down.
func TestRealQueuesFollowTheWorkplace(t *testing.T) {
	pbx := asterisktest.Start(t)
	const wrapUp = 10 * time.Second // long enough to be seen on a busy machine
	data := t.TempDir()
	set := func(c *config.Config) { c.Data, c.WrapUp = data, wrapUp }
	h := hubtest.Start(t, pausing(t, pbx), set)
	_, anna := h.Person("anna", "Анна Орлова", leads.RoleOperator, "100")
	_, boris := h.Person("boris", "Борис Титов", leads.RoleOperator, "101")
	// Vera has never set a presence: the hub leaves her telephone as the exchange has it.
	if _, err := h.Store().CreateUser(t.Context(), leads.User{Login: "vera", Name: "Вера Белова", Role: leads.RoleOperator, Extensions: []string{"102"}}); err != nil {
		t.Fatal(err)
	}
	h.Connected("pbx")
	says := func(token, presence string) {
		t.Helper()
		if status, body := h.Request(http.MethodPut, token, "/api/v1/me/presence", map[string]any{"presence": presence}); status != http.StatusOK {
			t.Fatalf("%d %s", status, body)
		}
	}
	says(anna, "paused")
	awaitPaused(t, pbx, "a pause", "100")
	says(boris, "offline")
	awaitPaused(t, pbx, "two are away", "100", "101")
	says(anna, "available")
	says(boris, "available")
	awaitPaused(t, pbx, "both are back")

	seen := h.Events(anna, leads.EventPresence)
	talk := func() {
		t.Helper()
		phone := pbx.Phone("100", 0, 0)
		defer phone.Close()
		call := pbx.Call("79161234567", "7100")
		asterisktest.Wait(t, "an answer", call.Answered())
		waitFor(t, "the hub sees the talk", func() bool {
			all := hubtest.List[leads.CallRecord](h, anna, "/api/v1/calls", nil)
			return slices.ContainsFunc(all, func(c leads.CallRecord) bool { return c.State == leads.CallTalking })
		})
		call.Hangup()
		hubtest.Await(t, seen, "the wrap-up", func(e hubtest.Received) bool { return e.User != nil && e.User.Presence == leads.Paused })
	}
	talk()
	awaitPaused(t, pbx, "a wrap-up", "100")
	hubtest.Await(t, seen, "its end", func(e hubtest.Received) bool { return e.User != nil && e.User.Presence == leads.Available })
	awaitPaused(t, pbx, "the wrap-up is over")

	talk()
	says(boris, "paused")
	pbx.Kill()
	h.Stop()
	pbx.Restart()
	h = hubtest.Start(t, pausing(t, pbx), set)
	awaitPaused(t, pbx, "hub and exchange were restarted", "101")
	says(boris, "available")
	awaitPaused(t, pbx, "back again")
}

// Of two hubs the owner of the exchange pauses members, and the next owner ends the
// pauses that the previous one began.
func TestRealQueuePausesOverTwoHubs(t *testing.T) {
	pbx := asterisktest.Start(t)
	dsn, redis := storagetest.Postgres(t), storagetest.Redis(t)
	shared := func(c *config.Config) { c.Database, c.Redis = dsn, redis }
	one := hubtest.Start(t, shared, pausing(t, pbx))
	_, anna := one.Person("anna", "Анна Орлова", leads.RoleOperator, "100")
	one.Connected("pbx")
	two := hubtest.Start(t, shared, pausing(t, pbx))
	two.Request(http.MethodPut, anna, "/api/v1/me/presence", map[string]any{"presence": "paused"})
	awaitPaused(t, pbx, "said at the other hub", "100")
	one.Stop()
	two.Request(http.MethodPut, anna, "/api/v1/me/presence", map[string]any{"presence": "available"})
	two.Connected("pbx")
	awaitPaused(t, pbx, "ended by the other hub")
}

// To users with a telephone the workplace says that the queues are paused too.
func TestBrowserPauseNamesTheQueues(t *testing.T) {
	h := hubtest.Start(t, hubtest.Source(t, "pbx", "asterisk", "", map[string]any{
		"url": "http://127.0.0.1:1", "username": "hub", "password": "secret", "trunks": []string{"trunk"},
		"queues": map[string]any{"names": []string{"sales"}},
	}))
	h.Person("anna", "Анна Орлова", leads.RoleOperator, "100")
	h.Person("vera", "Вера Белова", leads.RoleOperator)
	b := hubtest.NewBrowser(t)
	for who, words := range map[string]string{"anna": "calls of the queues", "vera": "New leads are not"} {
		b.Do("open", who, map[string]any{"url": h.URL, "login": who, "password": hubtest.Password, "path": "/"})
		b.Do("click", who, map[string]any{"selector": ".presence .segment:has-text('Pause')"})
		b.Do("wait", who, map[string]any{"selector": ".note:has-text('" + words + "')"})
	}
}
