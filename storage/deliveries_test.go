package storage_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/intake"
	"ctihub/storage"
)

var (
	everything = leads.SinkRule{Name: "all", Kind: "webhook"}
	leadsOnly  = leads.SinkRule{Name: "crm", Kind: "webhook", Events: []string{"lead.*"}}
)

func TestDeliveries(t *testing.T) {
	for db, fresh := range map[string]func(*testing.T) storage.Config{
		"sqlite":   func(t *testing.T) storage.Config { return storage.Config{DataDir: dataDir(t)} },
		"postgres": func(t *testing.T) storage.Config { return storage.Config{Database: migrated(t)} },
	} {
		for name, test := range map[string]func(*testing.T, storage.Config){
			"Written":     testDeliveriesWritten,
			"Order":       testDeliveriesOrder,
			"Stored":      testAttemptStoredFirst,
			"StaleOwner":  testStaleSender,
			"DeadLetters": testDeadLetters,
			"NewSink":     testNewSink,
			"Lists":       testDeliveryLists,
		} {
			t.Run(db+"/"+name, func(t *testing.T) {
				t.Parallel()
				c := fresh(t)
				c.Sinks = []leads.SinkRule{everything, leadsOnly}
				test(t, c)
			})
		}
	}
}

func soon(int) time.Duration  { return 0 }
func later(int) time.Duration { return time.Hour }

func (o office) claim(sink string, most int, wait func(int) time.Duration) []leads.Claimed {
	o.t.Helper()
	c, err := o.ClaimDeliveries(o.t.Context(), leads.Claim{Sink: sink, Owner: "me", Most: most, Lease: time.Minute, Wait: wait})
	if err != nil {
		o.t.Fatal(err)
	}
	return c
}

func (o office) finish(c leads.Claimed, state leads.DeliveryState, text string) {
	o.t.Helper()
	if err := o.FinishDelivery(o.t.Context(), c, leads.Verdict{State: state, Error: text}); err != nil {
		o.t.Fatal(err)
	}
}

func (o office) deliveries(f leads.DeliveryFilter) []leads.Delivery {
	o.t.Helper()
	list, err := o.Deliveries(o.t.Context(), f, whole)
	if err != nil {
		o.t.Fatal(err)
	}
	return list.Items
}

func (o office) ingest(touches ...leads.Touch) []intake.Stored {
	o.t.Helper()
	st, err := o.Ingest(o.t.Context(), intake.Batch{Source: "site", Touches: touches})
	if err != nil {
		o.t.Fatal(err)
	}
	return st
}

func testDeliveriesWritten(t *testing.T, c storage.Config) {
	o := office{t, open(t, c)}
	st := o.ingest(form("1", ivan))
	want := map[string][]leads.EventType{}
	for _, e := range st[0].Events {
		for _, r := range c.Sinks {
			if r.Wants(e) {
				want[r.Name] = append(want[r.Name], e.Type)
			}
		}
	}
	if len(want["all"]) < 2 || len(want["crm"]) == 0 || len(want["crm"]) >= len(want["all"]) {
		t.Fatalf("the form made events %v", want)
	}
	for sink, types := range want {
		var got []leads.EventType
		for _, d := range o.deliveries(leads.DeliveryFilter{Sink: sink}) {
			got = append(got, d.EventType)
			if d.State != leads.DeliveryWaiting || d.Attempts != 0 || d.LeadID != st[0].LeadID {
				t.Errorf("a fresh delivery: %+v", d)
			}
		}
		slices.Sort(got)
		slices.Sort(types)
		if !slices.Equal(got, types) {
			t.Errorf("%s gets %v, want %v", sink, got, types)
		}
	}
	// What is rolled back is not delivered either, and what is said twice once.
	if _, err := o.Ingest(t.Context(), intake.Batch{Source: "site", Cursor: "\xff", Touches: []leads.Touch{form("2", phone(2))}}); err == nil {
		t.Fatal("a broken batch was stored")
	}
	o.ingest(form("1", ivan))
	if n := len(o.deliveries(leads.DeliveryFilter{})); n != len(want["all"])+len(want["crm"]) {
		t.Errorf("%d deliveries", n)
	}
}

// Of one lead one event at a time is on its way, oldest first; other leads,
// and other sinks, are not held up.
func testDeliveriesOrder(t *testing.T, c storage.Config) {
	o := office{t, open(t, c)}
	first := o.ingest(form("1", ivan))[0]
	second := o.ingest(form("2", phone(2)))[0]
	o.ingest(form("3", ivan))
	events := map[string][]string{}
	for _, s := range [][]leads.Event{first.Events, second.Events} {
		for _, e := range s {
			events[e.LeadID] = append(events[e.LeadID], e.ID)
		}
	}
	one := o.claim("all", 10, soon)
	if len(one) != 2 || one[0].Event.ID != events[first.LeadID][0] || one[1].Event.ID != events[second.LeadID][0] {
		t.Fatalf("claimed %+v, want the oldest of each lead", one)
	}
	if again := o.claim("all", 10, soon); len(again) != 0 {
		t.Fatalf("claimed %+v twice", again)
	}
	if n := len(o.claim("crm", 10, soon)); n != 2 {
		t.Errorf("the other sink gets %d", n)
	}
	o.finish(one[0], leads.DeliveryWaiting, "away") // the first lead's others wait with it
	if two := o.claim("all", 10, later); len(two) != 1 || two[0].Event.ID != one[0].Event.ID || two[0].Attempt != 2 {
		t.Fatalf("after a failure %+v is claimed, want the same again", two)
	} else {
		o.finish(two[0], leads.DeliveryDone, "")
	}
	three := o.claim("all", 10, soon)
	if len(three) != 1 || three[0].Event.ID != events[first.LeadID][1] {
		t.Fatalf("then %+v is claimed, want the lead's next", three)
	}
	o.finish(three[0], leads.DeliveryDead, "refused") // a dead one holds up nothing
	if four := o.claim("all", 10, soon); len(four) != 1 || four[0].Event.LeadID != first.LeadID {
		t.Fatalf("after a dead one %+v is claimed", four)
	}
}

func testAttemptStoredFirst(t *testing.T, c storage.Config) {
	o := office{t, open(t, c)}
	o.ingest(form("1", ivan))
	before := time.Now()
	got := o.claim("crm", 1, later)
	if len(got) != 1 || got[0].Attempt != 1 {
		t.Fatalf("claimed %+v", got)
	}
	d, err := o.Delivery(t.Context(), got[0].DeliveryID)
	if err != nil {
		t.Fatal(err)
	}
	if d.Attempts != 1 || d.Next.Before(before.Add(59*time.Minute)) || d.Attempted.IsZero() || d.State != leads.DeliveryWaiting {
		t.Errorf("before sending, %+v is stored", d)
	}
	if d.Event == nil || d.Event.ID != got[0].Event.ID || d.Event.Lead == nil {
		t.Errorf("its event: %+v", d.Event)
	}
	if err := o.FinishDelivery(t.Context(), got[0], leads.Verdict{State: leads.DeliveryWaiting, Error: "busy", Wait: 5 * time.Hour}); err != nil {
		t.Fatal(err)
	}
	if d, _ = o.Delivery(t.Context(), d.ID); d.Next.Before(before.Add(299*time.Minute)) || d.Error != "busy" {
		t.Errorf("after being asked to wait for five hours: %+v", d)
	}
}

// A hub that died while sending: its claim runs out, another one sends the same
// event, and what the dead one says later is refused.
func testStaleSender(t *testing.T, c storage.Config) {
	o := office{t, open(t, c)}
	o.ingest(form("1", ivan))
	ctx := t.Context()
	dead, err := o.ClaimDeliveries(ctx, leads.Claim{Sink: "crm", Owner: "dead", Most: 1, Lease: 0, Wait: soon})
	if err != nil || len(dead) != 1 {
		t.Fatal(dead, err)
	}
	heir := o.claim("crm", 1, soon)
	if len(heir) != 1 || heir[0].Event.ID != dead[0].Event.ID || heir[0].Attempt != 2 {
		t.Fatalf("the heir claims %+v", heir)
	}
	if err := o.FinishDelivery(ctx, dead[0], leads.Verdict{State: leads.DeliveryDead}); !errors.Is(err, leads.ErrConflict) {
		t.Errorf("the stale owner is told %v", err)
	}
	o.finish(heir[0], leads.DeliveryDone, "")
	if err := o.FinishDelivery(ctx, heir[0], leads.Verdict{State: leads.DeliveryWaiting}); !errors.Is(err, leads.ErrConflict) {
		t.Errorf("finishing twice: %v", err)
	}
}

func testDeadLetters(t *testing.T, c storage.Config) {
	o := office{t, open(t, c)}
	o.ingest(form("1", ivan))
	got := o.claim("crm", 1, soon)[0]
	if _, err := o.ReplayDelivery(t.Context(), got.DeliveryID); !errors.Is(err, leads.ErrConflict) {
		t.Errorf("replaying what waits: %v", err)
	}
	o.finish(got, leads.DeliveryDead, "the receiver answered 410 Gone")
	if again := o.claim("crm", 1, soon); len(again) != 0 {
		t.Fatalf("a dead one is claimed: %+v", again)
	}
	stats, err := o.SinkStats(t.Context())
	if err != nil || stats["crm"].Dead != 1 || stats["crm"].Waiting != 0 || stats["all"].Waiting < 2 {
		t.Errorf("counts: %+v, %v", stats, err)
	}
	d, err := o.ReplayDelivery(t.Context(), got.DeliveryID)
	if err != nil || d.State != leads.DeliveryWaiting || d.Attempts != 0 || d.EventID != got.Event.ID {
		t.Fatalf("replayed: %+v, %v", d, err)
	}
	again := o.claim("crm", 1, soon)
	if len(again) != 1 || again[0].Event.ID != got.Event.ID || again[0].Attempt != 1 || string(again[0].Event.Data) != string(got.Event.Data) {
		t.Fatalf("after the replay: %+v", again)
	}
	o.finish(again[0], leads.DeliveryDone, "")
	if d, _ = o.Delivery(t.Context(), d.ID); d.State != leads.DeliveryDone || d.Delivered.IsZero() || d.Error != "" || !d.Next.IsZero() {
		t.Errorf("at last: %+v", d)
	}
	if stats, _ = o.SinkStats(t.Context()); stats["crm"].Delivered != 1 || stats["crm"].LastDone.IsZero() || stats["crm"].Dead != 0 {
		t.Errorf("counts at last: %+v", stats)
	}
	if _, err := o.ReplayDelivery(t.Context(), "nothing"); !errors.Is(err, leads.ErrNotFound) {
		t.Errorf("replaying nothing: %v", err)
	}
}

// A sink that is configured later is told of what happens from then on.
func testNewSink(t *testing.T, c storage.Config) {
	rules := c.Sinks
	c.Sinks = nil
	s, err := storage.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	before := office{t, s}
	before.ingest(form("1", ivan))
	if n := len(before.deliveries(leads.DeliveryFilter{})); n != 0 {
		t.Errorf("%d deliveries without a sink", n)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	c.Sinks = rules[1:]
	o := office{t, open(t, c)}
	if got := o.claim("crm", 10, soon); len(got) != 0 {
		t.Errorf("the new sink gets what was before it: %+v", got)
	}
	st := o.ingest(form("2", phone(2)))
	if got := o.claim("crm", 10, soon); len(got) != 1 || got[0].Event.LeadID != st[0].LeadID {
		t.Errorf("the new sink gets %+v", got)
	}
}

func testDeliveryLists(t *testing.T, c storage.Config) {
	o := office{t, open(t, c)}
	leadOf := map[string]string{}
	for i := range 7 {
		st := o.ingest(form(fmt.Sprint(i), phone(i)))
		leadOf[fmt.Sprint(i)] = st[0].LeadID
	}
	o.finish(o.claim("crm", 1, soon)[0], leads.DeliveryDone, "")
	all := o.deliveries(leads.DeliveryFilter{})
	if len(all) < 14 || !slices.IsSortedFunc(all, func(a, b leads.Delivery) int { return b.At.Compare(a.At) }) {
		t.Fatalf("%d deliveries, the newest first", len(all))
	}
	type f = leads.DeliveryFilter
	id := func(d leads.Delivery) string { return d.ID }
	listing[f, leads.Delivery]{
		"deliveries", all, id, func(leads.User, leads.Delivery) bool { return true }, whatever[f, leads.Delivery],
		[]use[f, leads.Delivery]{
			by("Sink", func(f *f) { f.Sink = "crm" }, func(d leads.Delivery) bool { return d.Sink == "crm" }),
			by("State", func(f *f) { f.State = leads.DeliveryDone }, func(d leads.Delivery) bool { return d.State == leads.DeliveryDone }),
			by("LeadID", func(f *f) { f.LeadID = leadOf["3"] }, func(d leads.Delivery) bool { return d.LeadID == leadOf["3"] }),
		}, []string{"Sink", "State", "LeadID"}, nil,
		nil,
		func(_ leads.Viewer, f f, p leads.Page) ([]string, string) {
			list, err := o.Deliveries(t.Context(), f, p)
			return paged(t, id, list, err)
		},
	}.check(t, map[string]leads.User{"the administrator": {}})
}

// Several hubs claim from one PostgreSQL at once: each delivery goes to one of
// them, and no two of one lead are out at the same time.
func TestTwoHubsClaimPostgres(t *testing.T) {
	c := storage.Config{Database: migrated(t), Sinks: []leads.SinkRule{leadsOnly, everything}}
	hubs := []office{{t, open(t, c)}, {t, open(t, c)}, {t, open(t, c)}}
	const people = 30
	for i := range people {
		hubs[i%3].ingest(form(fmt.Sprint(i), phone(i)))
	}
	var mu sync.Mutex
	out := map[string]string{} // lead to owner
	done := map[string]int{}   // event id to times
	total := len(hubs[0].deliveries(leads.DeliveryFilter{Sink: "all"}))
	var all sync.WaitGroup
	for i, h := range hubs {
		for w := range 3 {
			owner := fmt.Sprintf("%d-%d", i, w)
			all.Go(func() {
				for {
					mu.Lock()
					left := total - len(done)
					mu.Unlock()
					if left <= 0 || t.Context().Err() != nil {
						return
					}
					got, err := h.ClaimDeliveries(t.Context(), leads.Claim{Sink: "all", Owner: owner, Most: 2, Lease: time.Minute, Wait: soon})
					if err != nil {
						t.Error(err)
						return
					}
					for _, c := range got {
						mu.Lock()
						if by, busy := out[c.Event.LeadID]; busy {
							t.Errorf("%s sends an event of lead %s while %s does", owner, c.Event.LeadID, by)
						}
						out[c.Event.LeadID] = owner
						done[c.Event.ID]++
						mu.Unlock()
					}
					for _, c := range got {
						mu.Lock()
						delete(out, c.Event.LeadID)
						mu.Unlock()
						if err := h.FinishDelivery(t.Context(), c, leads.Verdict{State: leads.DeliveryDone}); err != nil {
							t.Error(err)
						}
					}
				}
			})
		}
	}
	all.Wait()
	for id, n := range done {
		if n != 1 {
			t.Errorf("event %s was claimed %d times", id, n)
		}
	}
	if len(done) != total || total < 2*people {
		t.Errorf("%d of %d were claimed", len(done), total)
	}
}
