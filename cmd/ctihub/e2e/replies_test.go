package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ctihub/cmd/ctihub/app"
	"ctihub/cmd/ctihub/hubtest"
	"ctihub/config"
	"ctihub/connectors"
	"ctihub/connectors/connectortest/fakemessenger"
	"ctihub/leads"
	"ctihub/storage"
	"ctihub/storage/storagetest"
)

// addFakeMessenger adds a source of a fake vendor that receives and sends messages.
func addFakeMessenger(address string, keyed bool) func(*app.Hub) error {
	return func(a *app.Hub) error {
		return a.Sources().Add(fakemessenger.Kind(address, keyed), a.Env("bot"), "", false)
	}
}

// customerWrites sends a customer's message, and returns the lead.
func customerWrites(h *hubtest.Hub, token, customer, message string) (leadID string) {
	h.T.Helper()
	status, body := h.Request(http.MethodPost, "", "/in/bot", map[string]string{"id": "in " + customer, "from": customer, "text": message})
	if status != http.StatusOK {
		h.T.Fatalf("%d %s", status, body)
	}
	for _, l := range hubtest.List[leads.Lead](h, token, "/api/v1/leads", nil) {
		if l.ContactKey == customer {
			return l.ID
		}
	}
	h.T.Fatalf("%s wrote, and there is no lead", customer)
	return ""
}

// sendReply sends a reply with an idempotency key.
func sendReply(h *hubtest.Hub, token, lead, key, text string) leads.Reply {
	h.T.Helper()
	status, body := h.Request(http.MethodPost, token, "/api/v1/leads/"+lead+"/replies", map[string]any{"key": key, "text": text})
	var r leads.Reply
	if err := json.Unmarshal(body, &r); status != http.StatusOK || err != nil {
		h.T.Fatalf("%d %s", status, body)
	}
	return r
}

func repliesTo(h *hubtest.Hub, token, lead string) []leads.Reply {
	h.T.Helper()
	var p struct{ Items []leads.Reply }
	h.Get(token, "/api/v1/leads/"+lead+"/replies", &p)
	return p.Items
}

// awaitReply waits until a reply is in one of the states, and returns it.
func awaitReply(h *hubtest.Hub, token string, r leads.Reply, states ...leads.ReplyState) leads.Reply {
	h.T.Helper()
	var now leads.Reply
	waitFor(h.T, fmt.Sprintf("reply %q is %v", r.Text, states), func() bool {
		for _, x := range repliesTo(h, token, r.LeadID) {
			if x.ID == r.ID {
				now = x
			}
		}
		return slices.Contains(states, now.State)
	})
	return now
}

// The hub is killed with -9 at each step of sending a reply. Afterwards a vendor with
// idempotency keys has the reply once; one without has it at most once, the reply is
// "perhaps sent", and the hub does not repeat it.
func TestTortureReplies(t *testing.T) {
	for _, c := range []struct {
		step  storage.Step
		keyed bool
		state leads.ReplyState
		taken int
	}{
		{storage.StepReplyAsked, false, leads.ReplySent, 1},
		{storage.StepReplySending, false, leads.ReplyPerhaps, 0},
		{storage.StepReplySent, false, leads.ReplyPerhaps, 1},
		{storage.StepReplyAsked, true, leads.ReplySent, 1},
		{storage.StepReplySending, true, leads.ReplySent, 1},
		{storage.StepReplySent, true, leads.ReplySent, 1},
	} {
		t.Run(fmt.Sprintf("%s keyed %t", c.step, c.keyed), func(t *testing.T) {
			vendor := fakemessenger.Start(t, c.keyed)
			address := vendor.URL
			if c.keyed {
				address += "#keyed"
			}
			t.Setenv(childVendor, address)
			f := newFleet(t, t.TempDir(), "", "", 1, "")
			dying, err := f.start(f.hubs[0], c.step, 1)
			if err != nil {
				t.Fatal(err)
			}
			h := f.view(f.hubs[0])
			lead := customerWrites(h, f.token, "100200", "Сколько стоит?")
			asked := make(chan struct{})
			go func() { // the answer may never come
				defer close(asked)
				r, err := http.NewRequest(http.MethodPost, h.URL+"/api/v1/leads/"+lead+"/replies", strings.NewReader(`{"key":"k","text":"От 10 000"}`))
				if err != nil {
					return
				}
				r.Header.Set("Content-Type", "application/json")
				r.Header.Set("Authorization", "Bearer "+f.token)
				if res, err := http.DefaultClient.Do(r); err == nil {
					_ = res.Body.Close()
				}
			}()
			select {
			case <-dying.exited:
			case <-time.After(hubtest.Patience):
				dying.kill()
				t.Fatalf("step %s was not reached", c.step)
			}
			<-asked
			if err := f.countDeath(dying, c.step); err != nil {
				t.Fatal(err)
			}
			h = f.startAll()[0]
			r := sendReply(h, f.token, lead, "k", "От 10 000") // a client without an answer repeats the request
			if all := repliesTo(h, f.token, lead); len(all) != 1 {
				t.Errorf("%d replies are stored", len(all))
			}
			awaitReply(h, f.token, r, c.state)
			next := sendReply(h, f.token, lead, "next", "И ещё")
			awaitReply(h, f.token, next, leads.ReplySent) // any repetition would have been sent before
			if got := vendor.Taken(); len(got) != c.taken+1 || got[len(got)-1] != "И ещё" {
				t.Errorf("the vendor took %q, want the reply %d times", got, c.taken)
			}
			if got := awaitReply(h, f.token, r, c.state); (got.Error == "") != (c.state == leads.ReplySent) {
				t.Errorf("at the end: %+v", got)
			}
			if c.state != leads.ReplyPerhaps {
				return
			}
			status, body := h.Request(http.MethodPost, f.token, "/api/v1/replies/"+r.ID+"/again", nil)
			if status != http.StatusOK {
				t.Fatalf("again: %d %s", status, body)
			}
			awaitReply(h, f.token, r, leads.ReplySent)
			if got := vendor.Taken(); len(got) != c.taken+2 {
				t.Errorf("asked for again, the vendor took %q", got)
			}
		})
	}
}

// The vendor's answer becomes the state and the reason of the reply; a slow channel
// delays no other; after a panic the reply is "perhaps sent".
func TestRepliesSayWhatBecameOfThem(t *testing.T) {
	vendor, slow := fakemessenger.Start(t, false), fakemessenger.Start(t, false)
	h := hubtest.StartAdding(t, func(a *app.Hub) error {
		if err := a.Sources().Add(fakemessenger.Kind(slow.URL, false), connectors.Env{Name: "slow"}, "", false); err != nil {
			return err
		}
		return addFakeMessenger(vendor.URL, false)(a)
	})
	_, anna := h.Person("anna", "Анна Орлова", leads.RoleManager)
	lead := customerWrites(h, anna, "1", "Сколько?")
	slow.Hold()
	status, body := h.Request(http.MethodPost, "", "/in/slow", map[string]string{"id": "s", "from": "1", "text": "А тут?"})
	if status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	status, body = h.Request(http.MethodPost, anna, "/api/v1/leads/"+lead+"/replies", map[string]any{"key": "s", "source": "slow", "text": "Медленно"})
	if status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	take(t, slow.Came())

	reply := func(key, text string) leads.Reply {
		t.Helper()
		status, body := h.Request(http.MethodPost, anna, "/api/v1/leads/"+lead+"/replies", map[string]any{"key": key, "source": "bot", "text": text})
		var r leads.Reply
		if err := json.Unmarshal(body, &r); status != http.StatusOK || err != nil {
			t.Fatalf("%d %s", status, body)
		}
		return r
	}
	seen := h.Events(anna, leads.EventReply)
	vendor.Busy(1)
	first := reply("1", "раз")
	busy := hubtest.Await(t, seen, "the vain try", func(e hubtest.Received) bool { return e.Reply.ID == first.ID && e.Reply.Error != "" })
	if busy.Reply.State != leads.ReplyWaiting || busy.Reply.Fault != leads.FaultBusy {
		t.Errorf("after 429: %+v", busy.Reply)
	}
	second := reply("2", "два")
	awaitReply(h, anna, first, leads.ReplySent)
	awaitReply(h, anna, second, leads.ReplySent)
	vendor.Cut(1)
	if got := awaitReply(h, anna, reply("3", "три"), leads.ReplyPerhaps); got.Error == "" || got.Fault != leads.FaultInterrupted {
		t.Errorf("after a broken answer: %+v", got)
	}
	if got := awaitReply(h, anna, reply("4", "panic"), leads.ReplyPerhaps); got.Error == "" {
		t.Errorf("after a panic: %+v", got)
	}
	vendor.Refuse()
	if got := awaitReply(h, anna, reply("5", "пять"), leads.ReplyFailed); got.Error == "" || got.Fault != leads.FaultRefused {
		t.Errorf("refused: %+v", got)
	}
	if got := vendor.Taken(); !slices.Equal(got, []string{"раз", "два", "три"}) {
		t.Errorf("the vendor took %q", got)
	}
	metrics := metricsText(h)
	for _, want := range []string{
		`{channel="telegram",fault="",source="bot",state="sent"} 2`, `{channel="telegram",fault="busy",source="bot",state="waiting"} 1`,
		`{channel="telegram",fault="interrupted",source="bot",state="perhaps"} 2`, `{channel="telegram",fault="refused",source="bot",state="failed"} 1`,
	} {
		if !strings.Contains(metrics, "\nctihub_replies_total"+want+"\n") {
			t.Errorf("the metrics lack %s", want)
		}
	}
	slow.Open()
	waitFor(t, "the slow one", func() bool {
		return slices.ContainsFunc(repliesTo(h, anna, lead), func(r leads.Reply) bool { return r.Source == "slow" && r.State == leads.ReplySent })
	})
	var l leads.Lead
	h.Get(anna, "/api/v1/leads/"+lead, &l)
	if l.Responded.IsZero() || l.Status != leads.LeadWorking {
		t.Errorf("the lead at the end: %+v", l)
	}
}

// Two hubs on one PostgreSQL have the same senders: each of forty replies is sent once,
// and those to one customer in order.
func TestPostgresRepliesOverTwoHubs(t *testing.T) {
	dsn, redis := storagetest.Postgres(t), storagetest.Redis(t)
	shared := func(c *config.Config) { c.Database, c.Redis = dsn, redis }
	vendor := fakemessenger.Start(t, false)
	hubs := []*hubtest.Hub{hubtest.StartAdding(t, addFakeMessenger(vendor.URL, false), shared), hubtest.StartAdding(t, addFakeMessenger(vendor.URL, false), shared)}
	_, chief := hubs[0].Person("chief", "Вера Шеф", leads.RoleSupervisor)
	const customers, each = 8, 5
	var all sync.WaitGroup
	for c := range customers {
		lead := customerWrites(hubs[c%2], chief, fmt.Sprint("c", c), "?")
		all.Go(func() {
			for n := range each {
				name := fmt.Sprint(c, "-", n)
				status, body := hubs[(c+n)%2].Request(http.MethodPost, chief, "/api/v1/leads/"+lead+"/replies", map[string]any{"key": name, "text": name})
				if status != http.StatusOK {
					t.Errorf("%d %s", status, body)
				}
			}
		})
	}
	all.Wait()
	waitFor(t, "all are sent", func() bool { return len(vendor.Taken()) >= customers*each })
	got := vendor.Taken()
	if len(got) != customers*each {
		t.Errorf("%d sent of %d", len(got), customers*each)
	}
	for c := range customers {
		var of []string
		for _, text := range got {
			if text[0] == byte('0'+c) {
				of = append(of, text)
			}
		}
		if len(of) != each || !slices.IsSorted(of) {
			t.Errorf("customer %d got %q", c, of)
		}
	}
}

// A hub dies while it sends; the other one sees that its heartbeat has stopped, marks
// the reply as perhaps sent, and does not repeat it.
func TestPostgresReplyOfADeadHub(t *testing.T) {
	vendor := fakemessenger.Start(t, false)
	t.Setenv(childVendor, vendor.URL)
	f := newFleet(t, t.TempDir(), storagetest.Postgres(t), storagetest.Redis(t), 2, "")
	dying, err := f.start(f.hubs[0], storage.StepReplySent, 1)
	if err != nil {
		t.Fatal(err)
	}
	h := f.view(f.hubs[0])
	lead := customerWrites(h, f.token, "100200", "?")
	r := sendReply(h, f.token, lead, "k", "Раз")
	select {
	case <-dying.exited:
	case <-time.After(hubtest.Patience):
		dying.kill()
		t.Fatal("it was not sent")
	}
	other, err := f.start(f.hubs[1], "", 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(other.kill)
	h = f.view(f.hubs[1])
	for began := time.Now(); repliesTo(h, f.token, lead)[0].State != leads.ReplyPerhaps; time.Sleep(100 * time.Millisecond) { // the hub that records this state has no event stream here
		if time.Since(began) > hubtest.Patience {
			t.Fatalf("still %+v", repliesTo(h, f.token, lead)[0])
		}
	}
	awaitReply(h, f.token, sendReply(h, f.token, lead, "next", "Два"), leads.ReplySent)
	if got := vendor.Taken(); !slices.Equal(got, []string{"Раз", "Два"}) || r.ID == "" {
		t.Errorf("the vendor took %q", got)
	}
}
