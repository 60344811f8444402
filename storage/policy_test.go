package storage_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"ctihub/leads"
	"ctihub/leads/access"
)

// testPolicy: over random records, what a user sees by the views, in which
// storage keeps the rule of who sees what, is what leads/access says.
func testPolicy(t *testing.T, o office) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	users := []leads.User{
		o.hire("sales", leads.RoleManager, "sales", "100"), o.hire("service", leads.RoleManager, "service", "101"), o.hire("any", leads.RoleManager, "", "102"),
		o.hire("ole", leads.RoleOperator, "sales", "103"), o.hire("ada", leads.RoleOperator, "", "104"), o.hire("sue", leads.RoleSupervisor, "", "105"),
		o.hire("root", leads.RoleAdmin, ""), o.hire("gone", leads.RoleManager, "sales", "106"),
	}
	for n := range 60 {
		o.puts(r, fmt.Sprint("random", n), phone(r.IntN(12)))
	}
	for _, l := range o.leads(admin, leads.LeadFilter{}) {
		if r.IntN(2) == 0 && l.ManagerID == "" && l.Status.Open() {
			o.give(l.ID, []leads.User{users[0], users[1], users[3], users[7]}[r.IntN(4)])
			o.checkSights()
		}
		if r.IntN(3) == 0 && l.Status.Open() {
			to := []leads.User{users[0], users[1], users[2]}[r.IntN(3)]
			if _, err := o.Reassign(t.Context(), admin, l.ID, to.ID, "by_hand:x"); err != nil && !errors.Is(err, leads.ErrInvalid) {
				t.Fatal(err)
			}
			o.checkSights()
		}
		if r.IntN(3) == 0 && l.Status.Open() {
			must(o.SetLeadStatus(t.Context(), admin, l.ID, leads.LeadRefused, "price"))(t)
		}
	}
	for n := range 20 { // further leads of the same contacts
		o.puts(r, fmt.Sprint("again", n), phone(r.IntN(12)))
	}
	for _, task := range o.tasks(admin, leads.TaskFilter{}) {
		if r.IntN(3) == 0 {
			o.endTask(users[r.IntN(4)], task)
		} else if r.IntN(3) == 0 && task.State == leads.TaskOpen {
			must(o.tasking().Give(t.Context(), admin, task.ID, users[r.IntN(3)].ID))(t)
		}
		o.checkSights()
	}
	for _, c := range o.contacts(admin, leads.ContactFilter{}) {
		if r.IntN(2) == 0 {
			to := []string{users[0].ID, users[1].ID, users[3].ID, ""}[r.IntN(4)]
			must(o.ChangeContact(t.Context(), sees(users[5]), c.ID, leads.ContactChange{OwnerID: &to}))(t)
			o.checkSights()
		}
	}
	users[7].Disabled = true
	must(o.UpdateUser(t.Context(), users[7]))(t)
	o.checkSights()

	allLeads, allCalls := o.leads(admin, leads.LeadFilter{}), o.calls(admin, leads.CallFilter{})
	tasks := append(o.tasks(admin, leads.TaskFilter{}), o.tasks(admin, leads.TaskFilter{State: leads.TaskDone})...)
	seen := map[bool]int{}
	check := func(what, id string, u leads.User, want bool, err error) {
		t.Helper()
		if err != nil && !errors.Is(err, leads.ErrNotFound) {
			t.Fatal(err)
		}
		if seen[want]++; want != (err == nil) {
			t.Errorf("%s %s and %s: the policy says %t, storage %v", what, id, u.Login, want, err)
		}
	}
	for _, u := range users {
		v := sees(u)
		for _, l := range allLeads {
			_, err := o.Lead(t.Context(), v, l.ID)
			check("lead", l.ID, u, access.SeesLead(u, l, filtered(allCalls, func(c leads.CallRecord) bool { return c.LeadID == l.ID })), err)
		}
		for _, c := range o.contacts(admin, leads.ContactFilter{}) {
			_, err := o.Contact(t.Context(), v, c.ID)
			check("contact", c.ID, u, access.SeesContact(u, c, filtered(allLeads, func(l leads.Lead) bool { return l.ContactID == c.ID }),
				filtered(allCalls, func(k leads.CallRecord) bool { return k.ContactID == c.ID })), err)
		}
		for _, c := range allCalls {
			var lead *leads.Lead
			if i := slices.IndexFunc(allLeads, func(l leads.Lead) bool { return l.ID == c.LeadID }); i >= 0 {
				lead = &allLeads[i]
			}
			_, err := o.Call(t.Context(), v, c.ID)
			check("call", c.ID, u, access.SeesCall(u, c, lead), err)
		}
		for _, task := range tasks {
			_, err := o.Task(t.Context(), v, task.ID)
			check("task", task.ID, u, access.SeesTask(u, task), err)
		}
	}
	if len(allLeads) < 12 || len(allCalls) < 20 || len(tasks) < 3 || seen[true] < 100 || seen[false] < 100 {
		t.Errorf("%d leads, %d calls, %d tasks; %d seen, %d not: too few to compare", len(allLeads), len(allCalls), len(tasks), seen[true], seen[false])
	}
}

// puts stores a form or a call at a random moment of its life; at its end perhaps as the
// exchange's journal corrects it.
func (o office) puts(r *rand.Rand, key string, from leads.Identity) {
	o.t.Helper()
	put := func(touch leads.Touch) {
		o.put(touch)
		o.checkSights()
	}
	team := []string{"", "sales", "service"}[r.IntN(3)]
	if r.IntN(3) == 0 {
		note := form(key, from)
		note.Team = team
		put(note)
		return
	}
	extension := func() string { return fmt.Sprint(100 + r.IntN(7)) }
	ring := call(key, from, extension(), extension())
	ring.Team = team
	now := ring
	if r.IntN(6) == 0 { // whose it is says the journal later
		now = call(key, leads.Identity{}, ring.Call.Legs[0].Extension)
		now.Direction, now.Call.Direction = leads.Internal, leads.Internal
	}
	put(now)
	if r.IntN(2) == 0 {
		now = answer(now, r.IntN(len(now.Call.Legs)))
		put(now)
		if r.IntN(3) == 0 { // transferred
			c := *now.Call
			c.Operator = extension()
			now.Call = &c
			put(now)
		}
	}
	if r.IntN(3) == 0 {
		return
	}
	put(hangUp(now))
	if r.IntN(3) == 0 {
		told := hangUp(answer(call(key, from, extension()), 0))
		told.Team, told.Call.Journal = team, true
		put(told)
	}
}

func filtered[T any](all []T, keep func(T) bool) (some []T) {
	for _, x := range all {
		if keep(x) {
			some = append(some, x)
		}
	}
	return some
}

// endTask ends a task as a user who sees it, or as the administrator.
func (o office) endTask(u leads.User, task leads.Task) {
	o.t.Helper()
	if _, err := o.tasking().Finish(o.t.Context(), sees(u), task.ID, leads.NotNeeded, ""); errors.Is(err, leads.ErrNotFound) {
		return
	} else if err != nil {
		o.t.Fatal(err)
	}
}
