package storage_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/intake"
)

func testLeadStatus(t *testing.T, o office) {
	s := o.put(form("1", ivan))[0]
	move := func(to leads.LeadStatus, refusal string) (leads.Lead, error) {
		return o.SetLeadStatus(t.Context(), admin, s.LeadID, to, refusal)
	}
	for _, bad := range []struct {
		to      leads.LeadStatus
		refusal string
	}{{leads.LeadNew, ""}, {leads.LeadRefused, " "}, {leads.LeadWorking, "why"}, {"sold", ""}} {
		if _, err := move(bad.to, bad.refusal); !errors.Is(err, leads.ErrInvalid) {
			t.Errorf("to %q with %q: %v, want invalid", bad.to, bad.refusal, err)
		}
	}
	o.published()
	l, err := move(leads.LeadWorking, "")
	events := o.published()
	if err != nil || l.Status != leads.LeadWorking || !l.Closed.IsZero() || len(events) != 1 || events[0].Type != leads.EventLeadUpdated || shape(t, body(t, events[0]).Lead) != shape(t, l) {
		t.Errorf("working: %+v, %v, %v", l, events, err)
	}
	l, err = move(leads.LeadRefused, " too  dear ")
	if err != nil || l.Refusal != "too dear" || l.Closed.IsZero() {
		t.Errorf("refused: %+v, %v", l, err)
	}
	if _, err := move(leads.LeadWon, ""); !errors.Is(err, leads.ErrInvalid) {
		t.Errorf("a closed lead moved: %v", err)
	}
}

func testAssign(t *testing.T, o office) {
	anna := o.hire("anna", leads.RoleManager, "")
	o.hire("chief", leads.RoleAdmin, "")
	gone := o.hire("gone", leads.RoleManager, "")
	gone.Disabled = true
	must(o.UpdateUser(t.Context(), gone))(t)
	s := o.put(form("1", ivan), form("2", mail), form("3", phone(3)))

	waiting := must(o.Unassigned(t.Context(), leads.Lead{}, 2))(t)
	if len(waiting) != 2 || waiting[0].ID != s[0].LeadID || waiting[1].ID != s[1].LeadID {
		t.Errorf("waiting: %+v", waiting)
	}
	if rest := must(o.Unassigned(t.Context(), waiting[1], 2))(t); len(rest) != 1 || rest[0].ID != s[2].LeadID {
		t.Errorf("waiting after the second: %+v", rest)
	}
	candidates := must(o.Candidates(t.Context()))(t)
	if len(candidates) != 1 || candidates[0].ID != anna.ID || candidates[0].OpenLeads != 0 || !candidates[0].LastAssigned.IsZero() || candidates[0].Presence != leads.Available {
		t.Errorf("candidates %+v", candidates)
	}
	if l, owner, err := o.Assignable(t.Context(), s[0].LeadID); err != nil || owner != "" || l.ID != s[0].LeadID {
		t.Errorf("assignable: %+v, %q, %v", l, owner, err)
	}
	told := o.recorded(func() error { return o.NoteUnassigned(t.Context(), s[0].LeadID, "none_available:sales") })
	if len(told) != 1 || told[0].Type != leads.EventLeadUpdated || !slices.Contains(told[0].Audience, anna.ID) {
		t.Errorf("the managers are told %+v", told)
	}
	if again := o.recorded(func() error { return o.NoteUnassigned(t.Context(), s[0].LeadID, "none_available:sales") }); len(again) != 0 {
		t.Errorf("and told again %+v", again)
	}
	before := len(o.events())
	if l := must(o.Lead(t.Context(), admin, s[0].LeadID))(t); l.Reason != "none_available:sales" || l.ReasonText == "" || before != 7 {
		t.Errorf("why it waits: %+v; %d events", l, before)
	}

	a := leads.Assignment{LeadID: s[0].LeadID, ManagerID: anna.ID, Reason: "round_robin:sales", At: noon.Add(time.Minute)}
	o.published()
	l, err := o.Assign(t.Context(), a)
	events := o.published()
	if err != nil || l.ManagerID != anna.ID || l.ManagerName != anna.Name || l.Reason != a.Reason || !l.Assigned.Equal(a.At) {
		t.Fatalf("assigned %+v, %v", l, err)
	}
	b := body(t, events[0])
	if len(events) != 1 || events[0].Type != leads.EventLeadAssigned || shape(t, b.Lead) != shape(t, l) || b.Contact == nil || b.Contact.Owner == nil || b.Contact.Owner.ID != anna.ID {
		t.Errorf("event %s", events[0].Data)
	}
	if _, owner, err := o.Assignable(t.Context(), s[0].LeadID); err != nil || owner != anna.ID {
		t.Errorf("owner %q, %v", owner, err)
	}
	if c := must(o.Candidates(t.Context()))(t)[0]; c.OpenLeads != 0 || !c.LastAssigned.Equal(a.At) {
		t.Errorf("candidate %+v; nobody has the same turn, so nothing is counted", c)
	}
	refused := func(what string, a leads.Assignment, want error) {
		t.Helper()
		before := len(o.events())
		if _, err := o.Assign(t.Context(), a); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", what, err, want)
		}
		if len(o.events()) != before {
			t.Errorf("%s: left an event", what)
		}
	}
	seen := noon.Add(time.Minute)
	refused("a lead that has a manager", leads.Assignment{LeadID: s[0].LeadID, ManagerID: anna.ID, Seen: seen, At: noon}, leads.ErrConflict)
	refused("a manager whose turn is over", leads.Assignment{LeadID: s[1].LeadID, ManagerID: anna.ID, At: noon}, leads.ErrConflict)
	refused("a manager who left", leads.Assignment{LeadID: s[1].LeadID, ManagerID: gone.ID, At: noon}, leads.ErrConflict)
	refused("no such lead", leads.Assignment{LeadID: "none", ManagerID: anna.ID, Seen: seen, At: noon}, leads.ErrNotFound)
	must(o.SetLeadStatus(t.Context(), admin, s[1].LeadID, leads.LeadWon, ""))(t)
	refused("a closed lead", leads.Assignment{LeadID: s[1].LeadID, ManagerID: anna.ID, Seen: seen, At: noon}, leads.ErrConflict)
	if w := must(o.Unassigned(t.Context(), leads.Lead{}, 10))(t); len(w) != 1 || w[0].ID != s[2].LeadID {
		t.Errorf("waiting: %+v", w)
	}
	// A clock that went back still gives a new turn.
	if _, err := o.Assign(t.Context(), leads.Assignment{LeadID: s[2].LeadID, ManagerID: anna.ID, Seen: seen, At: noon}); err != nil {
		t.Fatal(err)
	}
	if u := must(o.User(t.Context(), anna.ID))(t); !u.LastAssigned.After(seen) {
		t.Errorf("last assigned %s, want after %s", u.LastAssigned, seen)
	}
	if s := o.put(form("4", ivan))[0]; s.Unrouted {
		t.Error("a touch of an assigned lead asks for routing")
	}
}

// Twenty routers give ten leads to one manager, each having seen the same turn:
// one of them wins each turn.
func testAssignRace(t *testing.T, o office) {
	anna := o.hire("anna", leads.RoleManager, "")
	var stored []intake.Stored
	for n := range 10 {
		stored = append(stored, o.put(form(fmt.Sprint(n), phone(n)))...)
	}
	var won atomic.Int64
	var wg sync.WaitGroup
	start := make(chan struct{})
	for n := range 20 {
		wg.Go(func() {
			<-start
			_, err := o.Assign(t.Context(), leads.Assignment{LeadID: stored[n%10].LeadID, ManagerID: anna.ID, Reason: "round_robin", At: noon})
			if err == nil {
				won.Add(1)
			} else if !errors.Is(err, leads.ErrConflict) {
				t.Error(err)
			}
		})
	}
	close(start)
	wg.Wait()
	if n := len(o.leads(admin, leads.LeadFilter{ManagerID: anna.ID})); won.Load() != 1 || n != 1 {
		t.Errorf("%d won, %d leads assigned; want 1, 1", won.Load(), n)
	}
}

// testRungMaySeeNotChange: an operator who was rung sees the lead of the call,
// and may take or move it only while it is nobody's.
func testRungMaySeeNotChange(t *testing.T, o office) {
	rung, manager := o.hire("rung", leads.RoleOperator, "", "100"), o.hire("manager", leads.RoleManager, "")
	s := o.put(call("L1", ivan, "100"))[0]
	if _, err := o.SetLeadStatus(t.Context(), sees(rung), s.LeadID, leads.LeadWorking, ""); err != nil {
		t.Errorf("a lead of nobody: %v", err)
	}
	o.give(s.LeadID, manager)
	if l, err := o.Lead(t.Context(), sees(rung), s.LeadID); err != nil || l.ManagerID != manager.ID {
		t.Errorf("the operator sees %+v, %v", l, err)
	}
	if _, err := o.SetLeadStatus(t.Context(), sees(rung), s.LeadID, leads.LeadWon, ""); !errors.Is(err, leads.ErrForbidden) {
		t.Errorf("moving a manager's lead: %v", err)
	}
	if _, err := o.Reassign(t.Context(), sees(rung), s.LeadID, rung.ID, "by_hand:x"); !errors.Is(err, leads.ErrForbidden) {
		t.Errorf("taking a manager's lead: %v", err)
	}
}

func testReassign(t *testing.T, o office) {
	anna, boris, chief := o.hire("anna", leads.RoleManager, ""), o.hire("boris", leads.RoleManager, ""), o.hire("chief", leads.RoleSupervisor, "")
	s := o.put(form("1", ivan))[0]
	hand := func(v leads.Viewer, to string) (leads.Lead, error) {
		return o.Reassign(t.Context(), v, s.LeadID, to, "by_hand:Chief")
	}
	for _, to := range []string{chief.ID, "nobody", ""} {
		if _, err := hand(admin, to); !errors.Is(err, leads.ErrInvalid) {
			t.Errorf("to %q: %v, want invalid", to, err)
		}
	}
	o.published()
	l, err := hand(sees(boris), boris.ID) // takes an unassigned lead
	events := o.published()
	if err != nil || l.ManagerID != boris.ID || l.ReasonText != "given by Chief" || len(events) != 1 {
		t.Errorf("taken: %+v, %v, %v", l, events, err)
	}
	if _, err = hand(admin, boris.ID); err != nil || len(o.published()) != 0 {
		t.Errorf("the same again: %v", err)
	}
	if l, err = hand(sees(boris), anna.ID); err != nil || l.ManagerID != anna.ID {
		t.Errorf("handed over: %+v, %v", l, err)
	}
	if _, err = hand(sees(boris), boris.ID); !errors.Is(err, leads.ErrNotFound) {
		t.Errorf("taken back by who has it no more: %v", err)
	}
	if c := must(o.Contact(t.Context(), admin, s.ContactID))(t); c.Owner == nil || c.Owner.ID != boris.ID {
		t.Errorf("owner %+v, want the first who had it", c.Owner)
	}
	if u := must(o.User(t.Context(), anna.ID))(t); !u.LastAssigned.IsZero() {
		t.Error("a hand-over took a turn")
	}
	must(o.SetLeadStatus(t.Context(), admin, s.LeadID, leads.LeadWon, ""))(t)
	if _, err = hand(admin, boris.ID); !errors.Is(err, leads.ErrInvalid) {
		t.Errorf("a closed lead: %v", err)
	}
}

// testAssignAll: leads assigned together take turns as if one by one, and one
// that is taken already fails them all.
func testAssignAll(t *testing.T, o office) {
	anna, boris := o.hire("anna", leads.RoleManager, ""), o.hire("boris", leads.RoleManager, "")
	var ids []string
	for n := range 20 {
		ids = append(ids, o.put(form(fmt.Sprint(n), phone(n)))[0].LeadID)
	}
	plan := func(ids []string) (all []leads.Assignment) {
		managers := []leads.User{must(o.User(t.Context(), anna.ID))(t), must(o.User(t.Context(), boris.ID))(t)}
		for n, id := range ids {
			m := &managers[n%2]
			a := leads.Assignment{LeadID: id, ManagerID: m.ID, Reason: leads.ReasonRoundRobin, Seen: m.LastAssigned, At: noon}
			m.LastAssigned = a.Turn()
			all = append(all, a)
		}
		return all
	}
	if waiting := must(o.Waiting(t.Context(), append(ids, "none")))(t); len(waiting) != 20 || waiting[3].Lead.ID != ids[3] {
		t.Errorf("%d leads wait, want 20", len(waiting))
	}
	stale := plan(ids[19:])
	events := o.recorded(func() error { return o.AssignAll(t.Context(), plan(ids[:18])) })
	if len(events) != 18 {
		t.Fatalf("%d events, want 18", len(events))
	}
	for n, e := range events {
		b := body(t, e)
		if e.Seq == 0 || b.Lead.ID != ids[n] || b.Contact.Owner == nil || b.Contact.Owner.ID != b.Lead.ManagerID || !slices.Contains(e.Audience, b.Lead.ManagerID) ||
			shape(t, b.Lead) != shape(t, o.lead(ids[n])) {
			t.Errorf("event %d: %+v of %+v", n, e, b.Lead)
		}
	}
	if u := must(o.User(t.Context(), anna.ID))(t); !u.LastAssigned.Equal(noon.Add(8 * time.Microsecond)) {
		t.Errorf("after nine leads at noon the turn is %s", u.LastAssigned.Sub(noon))
	}
	for what, all := range map[string][]leads.Assignment{"a lead that is taken": plan([]string{ids[18], ids[0]}), "an old turn": stale, "a missing lead": plan([]string{ids[18], "none"})} {
		if err := o.AssignAll(t.Context(), all); !errors.Is(err, leads.ErrConflict) {
			t.Errorf("%s: %v, want %v", what, err, leads.ErrConflict)
		}
	}
	if waiting := must(o.Waiting(t.Context(), ids))(t); len(waiting) != 2 || len(o.events()) != 58 {
		t.Errorf("%d leads wait, %d events; want 2, 58", len(waiting), len(o.events()))
	}
}
