package storage_test

import (
	"slices"
	"testing"
	"time"

	"ctihub/leads"
)

// The journal tells a call that was seen live as missed to be two: the one that
// went on, and a part of it. Users of legs stay whose they were.
func testJournalReplaces(t *testing.T, o office) {
	anna, boris := o.hire("anna", leads.RoleOperator, "", "100"), o.hire("boris", leads.RoleOperator, "", "101")
	live := hangUp(call("L1", ivan, "100"))
	consult := hangUp(call("L2", leads.Identity{}, "101"))
	consult.Direction, consult.Call.Direction, consult.Call.From = leads.Internal, leads.Internal, "100"
	o.put(live, consult)
	if n := len(o.calls(admin, leads.CallFilter{})); n != 2 {
		t.Fatalf("%d calls, want 2", n)
	}
	anna.Extensions = nil
	must(o.UpdateUser(t.Context(), anna))(t)

	told := hangUp(answer(call("L1", ivan, "100", "101"), 1))
	told.Call.Journal, told.Call.Queues = true, []string{"sales", "late"}
	told.Call.Transfers = []leads.Transfer{{At: noon.Add(time.Second), Kind: leads.TransferAttended, From: "100", To: "101"}}
	told.Call.Waited, told.Call.Rung, told.Call.Talked, told.Call.Held = 5*time.Second, 4*time.Second, time.Minute, 7*time.Second
	part := consult
	c := *consult.Call
	c.Journal, c.PartOf = true, "L1"
	part.Call = &c
	part3 := part
	c3 := c
	c3.Linkedid = "L3"
	part3.ExternalID, part3.Call = "L3", &c3 // nobody saw it live
	s := o.put(told, part, part3, told, live)
	if got := types(s[0].Events); !slices.Equal(got, []leads.EventType{leads.EventCallUpdated, leads.EventTaskDone}) || len(s[2].Events)+len(s[3].Events)+len(s[4].Events) > 0 {
		t.Errorf("events %v %v %v %v", got, types(s[2].Events), types(s[3].Events), types(s[4].Events))
	}

	calls := o.calls(admin, leads.CallFilter{})
	if len(calls) != 1 {
		t.Fatalf("calls %s", shape(t, calls))
	}
	got := calls[0]
	if !got.Journal || got.Disposition != leads.Answered || got.Operator != "101" || got.OperatorUser == nil || got.OperatorUser.ID != boris.ID ||
		got.WaitMS != 5000 || got.RingMS != 4000 || got.TalkMS != 60_000 || got.HoldMS != 7000 ||
		!slices.Equal(got.Queues, []string{"sales", "late"}) || len(got.Transfers) != 1 || got.Transfers[0] != told.Call.Transfers[0] {
		t.Errorf("call %s", shape(t, got))
	}
	if len(got.Legs) != 2 || got.Legs[0].User == nil || got.Legs[0].User.ID != anna.ID || got.Legs[1].User.ID != boris.ID {
		t.Errorf("legs %s", shape(t, got.Legs))
	}
	for name, f := range map[string]leads.InteractionFilter{"all": {}, "of the contact": {ContactID: got.ContactID}, "of the lead": {LeadID: got.LeadID}, "by key": {Source: "pbx", ExternalID: "L2"}} {
		want := 1
		if name == "by key" {
			want = 0
		}
		if i := o.interactions(admin, f); len(i) != want {
			t.Errorf("%d interactions %s, want %d", len(i), name, want)
		}
	}
	if n := len(o.leads(admin, leads.LeadFilter{})); n != 1 {
		t.Errorf("%d leads, want 1", n)
	}
	if p := must(o.Call(t.Context(), admin, s[1].InteractionID))(t); p.PartOf != "L1" {
		t.Errorf("the part is %s", shape(t, p))
	}
}

// Of a stranger's call the hub saw only how its last channel went, which looked
// like a call inside the house. The journal tells whose it was: they get their
// contact and lead, and the office is told, once.
func testJournalFindsWhoseCall(t *testing.T, o office) {
	o.hire("anna", leads.RoleOperator, "", "100")
	seen := hangUp(call("L1", leads.Identity{}, "100"))
	seen.Direction, seen.Call.Direction, seen.Call.From, seen.From = leads.Internal, leads.Internal, "100", nil
	o.put(seen)
	told := hangUp(answer(call("L1", ivan, "100"), 0))
	told.Name, told.Subject, told.Call.Journal = "Ivan", "Main line", true
	s := o.put(told, told)
	if got := types(s[0].Events); !slices.Equal(got, []leads.EventType{leads.EventCallUpdated, leads.EventLeadCreated}) || !s[0].Unrouted || len(s[1].Events) > 0 {
		t.Errorf("told %v, then %v; unrouted %v", got, types(s[1].Events), s[0].Unrouted)
	}
	calls := o.calls(admin, leads.CallFilter{Directions: []leads.Direction{leads.In}})
	people := o.contacts(admin, leads.ContactFilter{})
	if len(calls) != 1 || len(people) != 1 || calls[0].ContactID != people[0].ID || !slices.Equal(people[0].Identities, []leads.Identity{ivan}) || people[0].Name != "Ivan" {
		t.Fatalf("calls %s of %s", shape(t, calls), shape(t, people))
	}
	all, open := o.interactions(admin, leads.InteractionFilter{ContactID: people[0].ID}), o.leads(admin, leads.LeadFilter{})
	if len(all) != 1 || len(open) != 1 || all[0].LeadID != open[0].ID || all[0].Direction != leads.In || all[0].Subject != "Main line" || open[0].ContactID != people[0].ID {
		t.Errorf("interactions %s, leads %s", shape(t, all), shape(t, open))
	}

	// A missed one likewise: they are owed a call back.
	lost := hangUp(call("L2", leads.Identity{}, "100"))
	lost.Direction, lost.Call.Direction, lost.Call.From, lost.From = leads.Internal, leads.Internal, "100", nil
	o.put(lost)
	missed := hangUp(call("L2", phone(2), "100"))
	missed.Call.Journal = true
	s = o.put(missed)
	if got := types(s[0].Events); !slices.Contains(got, leads.EventTaskCreated) {
		t.Errorf("a missed call told %v", got)
	}
}
