package storage_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/intake"
	"ctihub/storage"
)

const day = 24 * time.Hour

// What is done is deleted after its time; what waits, was given up or is
// undecided stays and is counted by its reason, and readers learn from where on
// events are complete.
func TestRetention(t *testing.T) { testRetention(t, storage.Config{DataDir: dataDir(t)}) }

func TestPostgresRetention(t *testing.T) {
	testRetention(t, storage.Config{Database: migrated(t)})
}

func testRetention(t *testing.T, c storage.Config) {
	t.Parallel()
	ctx := t.Context()
	now := time.Now().UTC()
	c.Sinks = []leads.SinkRule{everything}
	c.Now = func() time.Time { return now }
	o := office{t, open(t, c)}
	boris := o.hire("boris", leads.RoleManager, "")
	o.put(form("1", ivan), form("2", phone(2)), form("3", phone(3)))
	states := []leads.DeliveryState{leads.DeliveryDone, leads.DeliveryDead}
	subjects := map[string]leads.DeliveryState{}
	for len(subjects) < 2 { // of the first customer all is delivered, of the second all is dead, of the third it waits
		for _, d := range o.claim("all", 50, later) {
			if d.Event.LeadID == "" {
				t.Fatalf("%+v", d)
			}
			if _, known := subjects[d.Event.LeadID]; !known && len(subjects) < 2 {
				subjects[d.Event.LeadID] = states[len(subjects)]
			}
			if state, known := subjects[d.Event.LeadID]; known {
				o.finish(d, state, "")
			}
		}
	}
	for range 10 { // later events of the first two
		for _, d := range o.claim("all", 50, later) {
			if state, known := subjects[d.Event.LeadID]; known {
				o.finish(d, state, "")
			}
		}
	}
	for n := range 3 {
		id := fmt.Sprintf("q%d", n)
		must(o.Ingest(ctx, intake.Batch{Source: "bot", Quarantine: []leads.QuarantinedTouch{{ID: id, Source: "bot", ExternalID: id, Reason: "x", Raw: "?", At: now}}}))(t)
	}
	if err := o.Discard(ctx, "q0", boris.ID, "nothing"); err != nil {
		t.Fatal(err)
	}
	count := func(state leads.DeliveryState) int64 {
		return int64(len(o.deliveries(leads.DeliveryFilter{State: state})))
	}
	delivered, waiting, dead, events := count(leads.DeliveryDone), count(leads.DeliveryWaiting), count(leads.DeliveryDead), o.events()
	if delivered == 0 || waiting == 0 || dead == 0 {
		t.Fatalf("%d delivered, %d wait, %d dead", delivered, waiting, dead)
	}

	keep := leads.Retention{Events: 2 * day, Deliveries: day, Quarantine: 3 * day}
	sweep := func() leads.Swept { t.Helper(); return must(o.SweepDone(ctx, keep))(t) }
	if s := sweep(); s.Events+s.Deliveries+s.Quarantine != 0 || len(s.Kept) != 0 {
		t.Errorf("at once: %+v", s)
	}
	now = now.Add(day + time.Hour)
	if s := sweep(); s.Deliveries != delivered || s.Events != 0 || s.Kept[leads.KeptWaiting] != waiting || s.Kept[leads.KeptDead] != dead {
		t.Errorf("after a day: %+v, want %d delivered, %d waiting, %d dead", s, delivered, waiting, dead)
	}
	now = now.Add(day)
	s := sweep()
	if s.Events != delivered || s.Kept[leads.KeptDelivery] != int64(len(events))-delivered || s.Quarantine != 0 {
		t.Errorf("after two days: %+v of %d events", s, len(events))
	}
	left := o.events()
	horizon := must(o.EventHorizon(ctx))(t)
	if last := events[len(events)-1].Seq; left[len(left)-1].Seq != last || horizon == 0 || horizon >= last {
		t.Errorf("the horizon is %d, the newest event %d", horizon, last)
	}
	for _, e := range events {
		if e.Seq > horizon && !slices.ContainsFunc(left, func(l leads.Event) bool { return l.ID == e.ID }) {
			t.Errorf("event %d is behind the horizon %d, and is gone", e.Seq, horizon)
		}
	}
	now = now.Add(day)
	if s := sweep(); s.Quarantine != 1 || s.Kept[leads.KeptQuarantine] != 2 || len(o.quarantine()) != 2 {
		t.Errorf("after three days: %+v", s)
	}
	// Once it is delivered, what was kept goes too.
	for _, d := range o.deliveries(leads.DeliveryFilter{State: leads.DeliveryDead}) {
		must(o.ReplayDelivery(ctx, d.ID))(t)
	}
	if err := storage.Exec(ctx, o.Store, "UPDATE deliveries SET state = 'delivered', done = 1"); err != nil {
		t.Fatal(err)
	}
	if s := sweep(); s.Deliveries != waiting+dead || len(o.events()) != 1 || s.Kept[leads.KeptNewest] != 1 {
		t.Errorf("at the end: %+v, %d events", s, len(o.events()))
	}
	if s := must(o.SweepDone(ctx, leads.Retention{}))(t); len(s.Kept) != 0 {
		t.Errorf("for ever: %+v", s)
	}
}
