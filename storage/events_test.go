package storage_test

import (
	"slices"
	"testing"

	"ctihub/leads"
)

func testEventsAudience(t *testing.T, o office) {
	anna, boris, vera := o.hire("anna", leads.RoleOperator, "", "100"), o.hire("boris", leads.RoleManager, ""), o.hire("vera", leads.RoleManager, "")
	o.hire("colleague", leads.RoleOperator, "", "101")
	want := func(what string, e leads.Event, users ...leads.User) {
		t.Helper()
		ids := []string{}
		for _, u := range users {
			ids = append(ids, u.ID)
		}
		slices.Sort(ids)
		if !slices.Equal(e.Audience, ids) && len(e.Audience)+len(ids) > 0 {
			t.Errorf("%s goes to %v, want %v", what, e.Audience, ids)
		}
	}
	ring := call("L1", ivan, "100")
	first := o.put(ring)[0]
	want("a ring for a stranger", first.Events[0], anna)
	want("the new lead", first.Events[1], anna)
	want("the assignment", o.give(first.LeadID, boris), anna, boris) // her card shows whose the caller is
	want("the answer", o.put(answer(ring, 0))[0].Events[0], anna, boris)

	o.published()
	_, err := o.Reassign(t.Context(), admin, first.LeadID, vera.ID, "by_hand:Chief")
	events := o.published()
	if err != nil {
		t.Fatal(err)
	}
	want("the hand-over", events[0], anna, boris, vera)                      // boris still leads the contact
	want("the end", o.put(hangUp(answer(ring, 0)))[0].Events[0], anna, vera) // boris leads the contact, and the call is not his
	want("a form", o.put(form("1", ivan))[0].Events[0], boris, vera)

	o.published()
	_, err = o.ChangeContact(t.Context(), sees(vera), first.ContactID, renamed("Иван Грозный", ""))
	events = o.published()
	if err != nil {
		t.Fatal(err)
	}
	want("a new name", events[0], boris, vera)
	if b := body(t, events[0]); b.Contact.Name != "Иван Грозный" || events[0].Type != leads.EventContactUpdated {
		t.Errorf("event %s", events[0].Data)
	}
	o.published()
	if _, err = o.ChangeContact(t.Context(), admin, first.ContactID, renamed(" Иван  Грозный ", "")); err != nil || len(o.published()) != 0 {
		t.Errorf("the same name again: %v, %v", events, err)
	}
	paused := leads.PresenceState{Presence: leads.Paused}
	o.published()
	_, err = o.people().SetPresence(t.Context(), anna.ID, paused)
	events = o.published()
	if err != nil {
		t.Fatal(err)
	}
	want("a pause", events[0], anna)
	if b := body(t, events[0]); b.User == nil || b.User.Presence != leads.Paused {
		t.Errorf("event %s", events[0].Data)
	}
	o.published()
	if _, err = o.people().SetPresence(t.Context(), anna.ID, paused); err != nil || len(o.published()) != 0 {
		t.Errorf("the same again: %v, %v", events, err)
	}
	want("a ring for nobody we know", o.put(call("L2", leads.Identity{}, "999"))[0].Events[0])
}

// Of a call that is over, those who talked see the call alone: one event for
// both. Its lead's manager sees the event as it was stored.
func testEventsShown(t *testing.T, o office) {
	anna, boris := o.hire("anna", leads.RoleOperator, "", "100"), o.hire("boris", leads.RoleOperator, "", "101")
	vera := o.hire("vera", leads.RoleManager, "")
	first := o.put(form("1", ivan))[0]
	o.give(first.LeadID, vera)
	shown := func(e leads.Event) (a, b, v *leads.Event) {
		t.Helper()
		of := must(o.RedactEvent(t.Context(), e, []string{anna.ID, boris.ID, vera.ID}))(t)
		return of[anna.ID], of[boris.ID], of[vera.ID]
	}
	ring := call("L1", ivan, "100", "101")
	rings := o.put(ring)[0].Events[0]
	if a, b, v := shown(rings); a != b || a != v || string(a.Data) != string(rings.Data) {
		t.Errorf("while it rings, all see the whole event: %s, %s, %s", a.Data, b.Data, v.Data)
	}
	both := answer(ring, 0)
	both.Call.Legs[1].Answered = both.Call.Legs[0].Answered
	end := o.put(hangUp(both))[0].Events[0]
	a, b, v := shown(end)
	if a != b || v == a || string(v.Data) != string(end.Data) {
		t.Errorf("after the end: %s, %s, %s", a.Data, b.Data, v.Data)
	}
	if got := body(t, *a); got.Contact != nil || got.Lead != nil || got.Call.LeadID+got.Call.ContactID != "" || got.Call.From != ivan.Value {
		t.Errorf("anna is told %s", a.Data)
	}
}

func testEventsAfter(t *testing.T, o office) {
	anna, boris := o.hire("anna", leads.RoleOperator, "", "100"), o.hire("boris", leads.RoleOperator, "", "101")
	after := func(v leads.Viewer, seq int64, limit int) ([]leads.Event, int64) {
		t.Helper()
		events, last, err := o.EventsAfter(t.Context(), v, seq, limit)
		if err != nil {
			t.Fatal(err)
		}
		return events, last
	}
	if e, last := after(admin, -1, 100); len(e) != 0 || last != 0 {
		t.Errorf("at first: %d, last %d", len(e), last)
	}
	o.put(call("L1", ivan, "100"), call("L2", phone(2), "101"), call("L3", phone(3), "100"))
	all := o.events()
	newest := all[len(all)-1].Seq
	if last := must(o.LastEvent(t.Context()))(t); last != newest || len(all) != 6 {
		t.Errorf("last %d of %d events, want %d of 6", last, len(all), newest)
	}
	if e, last := after(admin, -1, 100); len(e) != 0 || last != newest {
		t.Errorf("-1: %d events, last %d", len(e), last)
	}
	for _, c := range []struct {
		viewer leads.Viewer
		want   []int64
	}{
		{admin, []int64{all[0].Seq, all[1].Seq, all[2].Seq, all[3].Seq, all[4].Seq, all[5].Seq}},
		{sees(anna), []int64{all[0].Seq, all[1].Seq, all[4].Seq, all[5].Seq}},
		{sees(boris), []int64{all[2].Seq, all[3].Seq}},
		{leads.Viewer{UserID: "", Role: leads.RoleOperator}, nil},
		{leads.Viewer{UserID: "%", Role: leads.RoleOperator}, nil},
		{leads.Viewer{UserID: "_", Role: leads.RoleOperator}, nil},
	} {
		for _, page := range []int{1, 2, 100} {
			var got []int64
			for seq, turns := int64(0), 0; ; turns++ {
				events, last := after(c.viewer, seq, page)
				for _, e := range events {
					got = append(got, e.Seq)
				}
				if len(events) < page {
					if last != newest {
						t.Errorf("%v ends at %d, want %d", c.viewer, last, newest)
					}
					break
				}
				if seq = last; turns > 10 {
					t.Fatal("no end")
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%v by %d sees %v, want %v", c.viewer, page, got, c.want)
			}
		}
	}
}
