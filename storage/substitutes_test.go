package storage_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/contacts"
	"ctihub/leads/handover"
	"ctihub/leads/tasks"
)

// testSubstitute: while a user is away the substitute has their open leads and tasks and gets what
// comes in from their customers; at the end everything goes back, or what came in stays.
func testSubstitute(t *testing.T, o office) {
	ctx := t.Context()
	for _, keeps := range []bool{false, true} {
		s, now := o.handing(), time.Now().UTC().Add(-2*time.Hour)
		s.Now = func() time.Time { return now }
		name := func(n string) string { return fmt.Sprint(n, keeps) }
		anna, boris, chief := o.hire(name("anna"), leads.RoleManager, ""), o.hire(name("boris"), leads.RoleManager, ""), o.hire(name("chief"), leads.RoleSupervisor, "")
		person := map[bool]int{false: 1, true: 11}[keeps]
		had := o.put(form(name("had"), phone(person)))[0]
		o.give(had.LeadID, anna)
		must(o.tasking().Plan(ctx, sees(anna), tasks.Plan{Kind: leads.TaskCall, Title: "Ask", Due: now.Add(time.Hour)}))(t)
		must(o.tasking().Plan(ctx, sees(boris), tasks.Plan{Kind: leads.TaskCall, Title: "Own", Due: now.Add(time.Hour)}))(t)
		w := handover.Substitution{User: leads.Person{ID: anna.ID}, Substitute: leads.Person{ID: boris.ID}, Begins: now.Add(time.Minute), Ends: now.Add(time.Hour), Keeps: keeps}
		must(s.Substitute(ctx, sees(chief), w))(t)
		if err := s.Sweep(ctx); err != nil || o.has(anna) != "1 leads 1 contacts 1 tasks" {
			t.Fatalf("before: %s, %v", o.has(anna), err)
		}
		_ = isProblem(t, second(s.Substitute(ctx, sees(chief), w)), leads.ErrExists, "user_id")
		now = now.Add(2 * time.Minute)
		for range 2 { // again changes nothing
			if err := s.Sweep(ctx); err != nil || o.has(anna) != "0 leads 1 contacts 0 tasks" || o.has(boris) != "1 leads 0 contacts 2 tasks" {
				t.Fatalf("away: anna %s, boris %s, %v", o.has(anna), o.has(boris), err)
			}
		}
		if l := must(o.Lead(ctx, sees(boris), had.LeadID))(t); l.Reason != "substitute:The "+anna.Login {
			t.Errorf("boris has the lead because of %q", l.Reason)
		}
		c := must(o.contacting().Create(ctx, anna, contacts.Wanted{Name: "Came", Identities: []leads.Identity{phone(person + 1)}}))(t)
		came := must(pipelineOf(o.Store).Open(ctx, chief, c.ID, "came", "", nil))(t)
		if err := s.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		if l := must(o.Lead(ctx, sees(boris), came.ID))(t); l.ManagerID != boris.ID {
			t.Errorf("what came in is %s's", l.ManagerName)
		}
		now = now.Add(time.Hour)
		// By this clock anna planned the task while she was away.
		want := map[bool][2]string{false: {"2 leads 2 contacts 1 tasks", "0 leads 0 contacts 1 tasks"}, true: {"1 leads 2 contacts 0 tasks", "1 leads 0 contacts 2 tasks"}}[keeps]
		for range 2 {
			if err := s.Sweep(ctx); err != nil || o.has(anna) != want[0] || o.has(boris) != want[1] {
				t.Errorf("back, keeps %v: anna %s, boris %s, %v", keeps, o.has(anna), o.has(boris), err)
			}
		}
		if list := must(o.Substitutions(ctx))(t); len(list) != 0 {
			t.Errorf("left: %+v", list)
		}
		last := o.changes(leads.HistoryFilter{Object: leads.ObjectLead, ObjectID: had.LeadID})[0]
		if last.Way != leads.WayRule || last.Note != "returned:The "+boris.Login || last.After != anna.Name {
			t.Errorf("history %+v", last)
		}
		if _, err := s.Substitute(ctx, sees(boris), w); !errors.Is(err, leads.ErrForbidden) {
			t.Errorf("a manager: %v", err)
		}
	}
}
