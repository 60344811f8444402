package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/config"
	"ctihub/connectors/asterisk/asterisktest"
	"ctihub/deploy/pbx/sip"
	"ctihub/leads"
	"ctihub/storage"
	"ctihub/storage/storagetest"
	"ctihub/web"
)

// figure is one measured operation and its durations.
type figure struct {
	what string
	took []time.Duration
}

// smallHistory is the size of a history that others are compared with, in contacts.
const smallHistory = 10_000

// BenchmarkScale measures operations whose time must not grow with the history:
// looking up a contact, the first page of each list, and a call from the ring of a
// real phone to the event's last byte, alone and under a burst of forms. It does so
// with 10,000 contacts and with CTIHUB_CONTACTS contacts, each with ten interactions,
// on both databases, and then starts the built binary on the filled database.
func BenchmarkScale(b *testing.B) {
	large := 100_000
	if s := os.Getenv("CTIHUB_CONTACTS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			b.Fatal(err)
		}
		large = n
	}
	pbx := asterisktest.Start(b)
	phone := pbx.Phone("100", -1, 0)
	binary := buildHub(b)
	for _, name := range []string{"SQLite", "Postgres"} {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				scale(b, name, large, binary, pbx, phone)
			}
		})
	}
}

// scale prints one database's part of the table.
func scale(b *testing.B, name string, large int, binary string, pbx *asterisktest.PBX, phone *sip.Phone) {
	var figures [2][]figure
	var starts [2]string
	for i, contacts := range []int{smallHistory, large} {
		where := config.Default()
		where.Data = b.TempDir()
		if name == "Postgres" {
			where.Database, where.Redis = storagetest.Postgres(b), storagetest.Redis(b)
		}
		began := time.Now()
		fill(b, storage.Config{Database: where.Database, DataDir: where.Data}, contacts)
		b.Logf("%d contacts filled in %v", contacts, time.Since(began).Round(time.Second))
		figures[i] = measureHub(b, where, contacts, pbx, phone)
		k := startChild(b, binary, where)
		starts[i] = fmt.Sprintf("%v, %.0f MB", k.ready.Round(time.Millisecond), residentMB(k.cmd.Process.Pid))
		k.end()
	}
	table("%s, p50 / p99 | ratio of p50 / p99 | %d contacts | %d contacts", name, smallHistory, large)
	table("--- | --- | --- | ---")
	for i, s := range figures[0] {
		l := figures[1][i]
		table("%s | %.1f / %.1f | %s | %s", s.what, ratio(l, s, 50), ratio(l, s, 99), pair(s.took), pair(l.took))
	}
	n := len(figures[0]) // the last three are the rings: of unknown and known callers, and under the burst
	table("ring under the burst by the quiet one, p99 | | %.1f | %.1f", ratio(figures[0][n-1], figures[0][n-3], 99), ratio(figures[1][n-1], figures[1][n-3], 99))
	table("start until ready, memory | | %s | %s", starts[0], starts[1])
}

func ratio(a, b figure, p float64) float64 {
	return float64(hubtest.Percentile(a.took, p)) / float64(hubtest.Percentile(b.took, p))
}

func pair(took []time.Duration) string {
	return fmt.Sprintf("%v / %v", round(hubtest.Percentile(took, 50)), round(hubtest.Percentile(took, 99)))
}

// measureHub measures a hub on a filled database.
func measureHub(b *testing.B, where config.Config, contacts int, pbx *asterisktest.PBX, phone *sip.Phone) (all []figure) {
	const rate = 20 // calls a second
	h := hubtest.Start(b, hubtest.Exchange(b, pbx), hubtest.Source(b, "site", "webform", "", map[string]any{"per_minute": 0}), func(c *config.Config) {
		c.Data, c.Database, c.Redis = where.Data, where.Database, where.Redis
	})
	defer h.Stop()
	_, chief := h.Person("chief", "Chief", leads.RoleSupervisor)
	_, anna := h.Person("anna", "Anna", leads.RoleOperator, "100")
	token := func(id string) string {
		token, hash := web.NewToken()
		if _, err := h.Store().CreateToken(b.Context(), id, "bench of "+id, hash, time.Now()); err != nil {
			b.Fatal(err)
		}
		return token
	}
	h.Connected("pbx")

	pick := rand.New(rand.NewPCG(3, 9))
	each := func(what, token string, atMost int, path func() string) {
		var took []time.Duration
		for began := time.Now(); len(took) < atMost && (len(took) == 0 || time.Since(began) < 3*time.Second); {
			sent := time.Now()
			if status, body := h.Request(http.MethodGet, token, path(), nil); status != http.StatusOK {
				b.Logf("%s of %d contacts: %d %s", what, contacts, status, body)
			}
			took = append(took, time.Since(sent))
		}
		all = append(all, figure{what, took})
	}
	each("contact by phone", chief, 3000, func() string {
		return "/api/v1/contacts?phone=" + url.QueryEscape(historyPhone(pick.IntN(contacts)))
	})
	each("contact by phone, nobody's", chief, 3000, func() string {
		return "/api/v1/contacts?phone=" + url.QueryEscape(fmt.Sprintf("+7903%07d", pick.IntN(contacts)))
	})
	for _, who := range []struct{ name, token string }{
		{"supervisor", chief}, {"manager", token(historyID(1, 0))}, {"operator", token(historyID(1, historyManagers))},
		{"manager with one lead", token(idleManager())}, {"operator with one call", token(idleOperator())},
	} {
		for _, path := range []string{"leads", "calls", "contacts", "interactions"} {
			each(path+", as "+who.name, who.token, 300, func() string { return "/api/v1/" + path })
		}
	}
	each("calls that go on, as supervisor", chief, 300, func() string { return "/api/v1/calls?state=ringing&limit=200" })
	each("sources", chief, 30, func() string { return "/api/v1/sources" })

	all = append(all, figure{"form of a known person, one after the other", knownForms(b, h, contacts)})
	stream := h.Events(anna, leads.EventCallRinging)
	all = append(all, figure{fmt.Sprintf("ring → SSE, %d calls/s, unknown", rate), measureRings(b, pbx, phone, stream, 79030000000, rate)})
	all = append(all, figure{fmt.Sprintf("ring → SSE, %d calls/s, known", rate), measureRings(b, pbx, phone, stream, 79260001000, rate)})
	ctx, stop := context.WithCancel(b.Context())
	var forms sync.WaitGroup
	forms.Go(func() { postFormsAtRate(ctx, b, h, 10*rate) })
	all = append(all, figure{fmt.Sprintf("the same, unknown, under %d forms/s", 10*rate), measureRings(b, pbx, phone, stream, 79030001000, rate)})
	stop()
	forms.Wait()
	return all
}

// knownForms posts forms of people in the history over one connection.
func knownForms(b *testing.B, h *hubtest.Hub, contacts int) (all []time.Duration) {
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	pick := rand.New(rand.NewPCG(4, 9))
	for range 1000 {
		took, err := postAs(client, h.URL, historyPhone(pick.IntN(contacts)), "price?")
		if err != nil {
			b.Fatal(err)
		}
		all = append(all, took)
	}
	return all
}
