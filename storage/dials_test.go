package storage_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"ctihub/leads"
)

func asks(u leads.User, key, number string) leads.Dial {
	return leads.Dial{User: leads.Person{ID: u.ID}, Key: key, Source: "pbx", Extension: u.Extensions[0], Number: number}
}

// A dial is stored once per key, taken once, moves forward only, and is tied to
// the call that bears its id.
func testDials(t *testing.T, o office) {
	ctx := t.Context()
	anna := o.hire("anna", leads.RoleOperator, "", "100")
	o.published()
	d, err := o.AskDial(ctx, asks(anna, "k1", "+79161234567"))
	events := o.published()
	if err != nil || len(events) != 1 || d.State != leads.DialAsked || d.ID == "" || d.User.Name == "" || events[0].Type != leads.EventDial || len(events[0].Audience) != 1 {
		t.Fatalf("asked: %+v, %v, %v", d, events, err)
	}
	o.published()
	if again, err := o.AskDial(ctx, asks(anna, "k1", "+79161234567")); err != nil || len(o.published()) != 0 || again.ID != d.ID {
		t.Errorf("the same key again: %+v, %d events, %v", again, len(events), err)
	}
	for what, other := range map[string]leads.Dial{"the key of another number": asks(anna, "k1", "+79161234568"), "another key while the telephone is called": asks(anna, "k2", "+79161234567")} {
		if _, err := o.AskDial(ctx, other); !errors.Is(err, leads.ErrConflict) {
			t.Errorf("%s: %v", what, err)
		}
	}
	o.recorded(func() error { return o.TakeDial(ctx, d.ID) })
	if err := o.TakeDial(ctx, d.ID); !errors.Is(err, leads.ErrConflict) {
		t.Errorf("taken twice: %v", err)
	}
	if open := must(o.OpenDials(ctx, "pbx"))(t); len(open) != 1 || open[0].State != leads.DialOperator || len(must(o.OpenDials(ctx, "other"))(t)) != 0 {
		t.Errorf("open: %+v", open)
	}
	o.recorded(func() error { return o.MoveDial(ctx, d.ID, leads.DialTalking, "") })
	if events := o.recorded(func() error { return o.MoveDial(ctx, d.ID, leads.DialCustomer, "") }); len(events) != 0 {
		t.Error("it moved back")
	}
	at := time.Now().UTC().Truncate(time.Microsecond)
	o.put(leads.Touch{Source: "pbx", ExternalID: d.ID, Channel: leads.ChannelCall, Direction: leads.Out, At: at, To: d.Number,
		From: []leads.Identity{{Kind: leads.KindPhone, Value: d.Number}},
		Call: &leads.Call{Linkedid: d.ID, Direction: leads.Out, State: leads.CallTalking, From: "100", To: d.Number, Operator: "100", Started: at, Answered: at}})
	o.recorded(func() error { return o.MoveDial(ctx, d.ID, leads.DialEnded, "") })
	if events := o.recorded(func() error { return o.MoveDial(ctx, d.ID, leads.DialFailed, leads.DialLost) }); len(events) != 0 {
		t.Error("it failed after it had ended")
	}
	list := must(o.DialsOf(ctx, anna.ID))(t)
	if len(list) != 1 || list[0].State != leads.DialEnded || list[0].CallID == "" || !list[0].Answered || len(must(o.OpenDials(ctx, "pbx"))(t)) != 0 {
		t.Errorf("at the end: %+v", list)
	}

	// Given up: at once before the exchange was told, and with the word of the
	// exchange after that.
	me := leads.Viewer{UserID: anna.ID, Role: leads.RoleOperator}
	d = ask(t, o, asks(anna, "k3", "+79161234567"))
	if c, err := o.CancelDial(ctx, me, d.ID); err != nil || c.State != leads.DialFailed || c.Reason != leads.DialCancelled {
		t.Errorf("cancelled: %+v, %v", c, err)
	}
	if err := o.TakeDial(ctx, d.ID); !errors.Is(err, leads.ErrConflict) {
		t.Errorf("taken after it was cancelled: %v", err)
	}
	d = ask(t, o, asks(anna, "k4", "+79161234567"))
	o.recorded(func() error { return o.TakeDial(ctx, d.ID) })
	if c, err := o.CancelDial(ctx, me, d.ID); err != nil || c.State != leads.DialOperator {
		t.Errorf("cancelled while it rings: %+v, %v", c, err)
	}
	o.recorded(func() error { return o.MoveDial(ctx, d.ID, leads.DialFailed, leads.DialOperatorNoAnswer) })
	if got := must(o.Dial(ctx, me, d.ID))(t); got.Reason != leads.DialCancelled {
		t.Errorf("cancelled, then over: %+v", got)
	}
}

func ask(t *testing.T, o office, d leads.Dial) leads.Dial {
	t.Helper()
	d, err := o.AskDial(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// A double click, or ten, is one dial; and of many hubs one takes it.
func testDialRace(t *testing.T, o office) {
	ctx := t.Context()
	anna := o.hire("anna", leads.RoleOperator, "", "100")
	const many = 10
	var clicks sync.WaitGroup
	for i := range many {
		clicks.Go(func() {
			d := asks(anna, fmt.Sprint("key", i%2), "+79161234567")
			if _, err := o.AskDial(ctx, d); err != nil && !errors.Is(err, leads.ErrConflict) {
				t.Error(err)
			}
		})
	}
	clicks.Wait()
	list := must(o.DialsOf(ctx, anna.ID))(t)
	if len(list) != 1 {
		t.Fatalf("%d dials", len(list))
	}
	var mu sync.Mutex
	taken := 0
	var hubs sync.WaitGroup
	for range many {
		hubs.Go(func() {
			err := o.TakeDial(ctx, list[0].ID)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				taken++
			} else if !errors.Is(err, leads.ErrConflict) {
				t.Error(err)
			}
		})
	}
	hubs.Wait()
	if taken != 1 {
		t.Errorf("taken %d times", taken)
	}
}

// Nobody but supervisors sees or cancels what another user dials.
func testDialRights(t *testing.T, o office) {
	ctx := t.Context()
	anna, boris := o.hire("anna", leads.RoleOperator, "", "100"), o.hire("boris", leads.RoleManager, "", "101")
	d := ask(t, o, asks(anna, "k", "+79161234567"))
	his := leads.Viewer{UserID: boris.ID, Role: leads.RoleManager}
	if _, err := o.Dial(ctx, his, d.ID); !errors.Is(err, leads.ErrNotFound) {
		t.Errorf("a colleague sees it: %v", err)
	}
	if _, err := o.CancelDial(ctx, his, d.ID); !errors.Is(err, leads.ErrNotFound) {
		t.Errorf("a colleague cancels it: %v", err)
	}
	if list := must(o.DialsOf(ctx, boris.ID))(t); len(list) != 0 {
		t.Errorf("a colleague lists %v", list)
	}
	if _, err := o.CancelDial(ctx, leads.Viewer{UserID: "x", Role: leads.RoleSupervisor}, d.ID); err != nil {
		t.Errorf("a supervisor: %v", err)
	}
}
