package storage_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/intake"
)

func testCallMovesForward(t *testing.T, o office) {
	anna, boris := o.hire("anna", leads.RoleOperator, "", "100"), o.hire("boris", leads.RoleOperator, "", "101", "102")
	one, both := call("L1", ivan, "100"), call("L1", ivan, "100", "101")
	talking := answer(both, 1)
	ended := hangUp(talking)
	var kinds []leads.EventType
	for i, touch := range []leads.Touch{one, one, both, one, talking, both, ended, talking, one, ended} {
		s := o.put(touch)[0]
		if s.New != (i == 0) || s.ContactID == "" || s.LeadID == "" {
			t.Errorf("touch %d: %+v", i, s)
		}
		kinds = append(kinds, types(s.Events)...)
	}
	if want := []leads.EventType{leads.EventCallRinging, leads.EventLeadCreated, leads.EventCallRinging, leads.EventCallUpdated, leads.EventCallEnded}; !slices.Equal(kinds, want) {
		t.Errorf("events %v, want %v", kinds, want)
	}
	calls := o.calls(admin, leads.CallFilter{})
	if len(calls) != 1 {
		t.Fatalf("%d calls, want 1", len(calls))
	}
	c := calls[0]
	if c.State != leads.CallEnded || c.Disposition != leads.Answered || c.WaitMS != 5000 || c.TalkMS != 60_000 || c.From != ivan.Value || c.DID != "+74951234567" || c.ContactName != "" || c.LeadID == "" {
		t.Errorf("call %+v", c)
	}
	if c.Operator != "101" || c.OperatorUser == nil || *c.OperatorUser != (leads.Person{ID: boris.ID, Name: boris.Name}) {
		t.Errorf("operator %+v", c.OperatorUser)
	}
	if len(c.Legs) != 2 || c.Legs[0].User.ID != anna.ID || c.Legs[0].State != leads.LegElsewhere || c.Legs[1].State != leads.LegEnded || !c.Legs[1].Rang.Equal(noon.Add(time.Second)) {
		t.Errorf("legs %+v", c.Legs)
	}
	if got := shape(t, must(o.Call(t.Context(), admin, c.ID))(t)); got != shape(t, c) {
		t.Errorf("the call alone is %s", got)
	}
	if i := o.interactions(admin, leads.InteractionFilter{}); len(i) != 1 || shape(t, i[0].Call) != shape(t, c) {
		t.Errorf("interactions %s", shape(t, i))
	}
	events := o.events()
	if got := body(t, events[len(events)-1]).Call; shape(t, got) != shape(t, c) {
		t.Errorf("the last event holds\n%s, want\n%s", shape(t, got), shape(t, c))
	}
}

// A call tells the name of its line and the advertisement that shows it, in each event and
// in lists, also of a customer whose lead came by another advertisement. They stay as they
// were at the ring.
func testCallLine(t *testing.T, o office) {
	o.hire("anna", leads.RoleOperator, "", "100")
	of := func(touch leads.Touch, line, advert string) leads.Touch {
		touch.Subject, touch.UTM = line, map[string]string{"utm_source": advert}
		return touch
	}
	o.put(of(hangUp(answer(call("L1", ivan, "100"), 0)), "Site", "yandex"))
	again := call("L2", ivan, "100")
	o.put(of(again, "Leaflet", "print"), of(answer(again, 0), "Renamed", "other"))
	for linkedid, want := range map[string][2]string{"L1": {"Site", "yandex"}, "L2": {"Leaflet", "print"}} {
		c := o.calls(admin, leads.CallFilter{Linkedid: linkedid})[0]
		if c.Line != want[0] || c.Advert != want[1] {
			t.Errorf("%s came by %q of %q, want %q", linkedid, c.Line, c.Advert, want)
		}
	}
	for _, e := range o.events() {
		if c := body(t, e).Call; c != nil && c.Linkedid == "L2" && (c.Line != "Leaflet" || c.Advert != "print") {
			t.Errorf("%s tells of the line %q, advertisement %q", e.Type, c.Line, c.Advert)
		}
	}
}

// Two writers of one call, as when a second hub takes over: whatever the
// order, the newer state stays and no leg is lost.
func testCallWriters(t *testing.T, o office) {
	ring := call("L1", ivan, "100", "101", "102", "103")
	states := []leads.Touch{ring, answer(ring, 0), hangUp(answer(ring, 0))}
	for n := range ring.Call.Legs {
		part := call("L1", ivan, "100", "101", "102", "103")
		part.Call.Legs = part.Call.Legs[n : n+1]
		states = append(states, part)
	}
	var wg sync.WaitGroup
	start := make(chan struct{})
	for _, touch := range append(states, states...) {
		wg.Go(func() {
			<-start
			if _, err := o.Ingest(t.Context(), intake.Batch{Source: "pbx", Touches: []leads.Touch{touch}}); err != nil {
				t.Error(err)
			}
		})
	}
	close(start)
	wg.Wait()
	calls := o.calls(admin, leads.CallFilter{})
	if len(calls) != 1 || calls[0].State != leads.CallEnded || calls[0].Operator != "100" || len(calls[0].Legs) != 4 {
		t.Fatalf("calls %s", shape(t, calls))
	}
	for _, l := range calls[0].Legs {
		if l.State == leads.LegRinging || l.State == leads.LegTalking {
			t.Errorf("a leg of an ended call is %s", l.State)
		}
	}
	if n := len(o.leads(admin, leads.LeadFilter{})); n != 1 {
		t.Errorf("%d leads, want 1", n)
	}
}

// A leg names whose extension it was when it rang, whoever has it later.
func testLegsKeepTheirUser(t *testing.T, o office) {
	anna, boris := o.hire("anna", leads.RoleOperator, "", "100"), o.hire("boris", leads.RoleOperator, "")
	ring := call("L1", ivan, "100")
	o.put(ring)
	anna.Extensions, boris.Extensions = nil, []string{"100"}
	must(o.UpdateUser(t.Context(), anna))(t)
	must(o.UpdateUser(t.Context(), boris))(t)
	s := o.put(answer(ring, 0), call("L2", ivan, "100"))
	calls := o.calls(admin, leads.CallFilter{})
	for _, c := range calls {
		want := anna.ID
		if c.Linkedid == "L2" {
			want = boris.ID
		}
		if c.Legs[0].User == nil || c.Legs[0].User.ID != want {
			t.Errorf("%s: leg of %+v, want %s", c.Linkedid, c.Legs[0].User, want)
		}
	}
	if !slices.Contains(s[0].Events[0].Audience, anna.ID) || slices.Contains(s[0].Events[0].Audience, boris.ID) {
		t.Errorf("audience %v, want %s", s[0].Events[0].Audience, anna.ID)
	}
}
