package app_test

import (
	"testing"
	"time"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/leads"
	"ctihub/leads/intake"
)

// A notice may wait for days. Its recipients are the users who may see its lead or
// task when it is sent.
func TestNoticesFollowTodaysRights(t *testing.T) {
	h := hubtest.Start(t)
	ctx := t.Context()
	id, _ := h.Person("vera", "Вера Белова", leads.RoleManager)
	if _, err := h.People().SetPresence(ctx, id, leads.PresenceState{Presence: leads.Paused}); err != nil { // so that the lead is not assigned
		t.Fatal(err)
	}
	code, _, err := h.Store().NewLinkCode(ctx, id, "telegram:7")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Store().Link(ctx, "telegram:7", "501", code); err != nil {
		t.Fatal(err)
	}
	at := leads.Call{
		Linkedid: "1.1", Direction: leads.In, State: leads.CallEnded, Disposition: leads.Missed, From: "+79161234567", To: "200",
		Started: time.Now().UTC(), Ended: time.Now().UTC(),
	}
	_, err = h.Store().Ingest(ctx, intake.Batch{Source: "pbx", Touches: []leads.Touch{{
		Source: "pbx", ExternalID: "1.1", Channel: leads.ChannelCall, Direction: leads.In, At: at.Started, Team: "sales",
		From: []leads.Identity{{Kind: leads.KindPhone, Value: at.From}}, Call: &at,
	}}})
	if err != nil {
		t.Fatal(err)
	}
	told := func() (n int) {
		t.Helper()
		events, err := h.Store().Events(ctx, 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			if e.Type != leads.EventTaskCreated {
				continue
			}
			list, err := h.Env("site").Staff.Recipients(ctx, "telegram:7", e)
			if err != nil {
				t.Fatal(err)
			}
			n += len(list)
		}
		return n
	}
	if n := told(); n != 1 {
		t.Errorf("a manager of the team is told %d times of a call to make, want once", n)
	}
	u, err := h.Store().User(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	u.Team = "service"
	if _, err := h.Store().UpdateUser(ctx, u); err != nil {
		t.Fatal(err)
	}
	if n := told(); n != 0 {
		t.Errorf("after a change of team a manager is told %d times, want never", n)
	}
}
