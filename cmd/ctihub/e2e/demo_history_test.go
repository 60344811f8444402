package e2e

import (
	"testing"
	"time"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/leads"
)

// The demo's history is as if it had happened: what came is spread over its days, leads have
// a manager from their day and are in every stage, and missed calls were called back.
func TestDemoHistory(t *testing.T) {
	t.Parallel()
	h := hubtest.StartDemo(t)
	_, token := h.Person("shef", "Вера Шеф", leads.RoleSupervisor)

	days := map[string]bool{}
	var calls struct{ Items []leads.CallRecord }
	h.Get(token, "/api/v1/calls?limit=200", &calls)
	for _, c := range calls.Items {
		days[c.Started.Format(time.DateOnly)] = true
	}
	if len(days) < 6 {
		t.Errorf("calls on %d days, want a week", len(days))
	}

	stages := map[leads.LeadStatus]int{}
	var all struct{ Items []leads.Lead }
	h.Get(token, "/api/v1/leads?limit=200", &all)
	for _, l := range all.Items {
		stages[l.Status]++
		if !l.Closed.IsZero() && (l.ManagerID == "" || l.Assigned.After(l.Closed) || l.Closed.Sub(l.Opened) < 6*time.Hour) {
			t.Errorf("lead %s, opened %s, assigned %s to %q, closed %s", l.ID, l.Opened, l.Assigned, l.ManagerName, l.Closed)
		}
	}
	for _, s := range []leads.LeadStatus{leads.LeadNew, leads.LeadWorking, leads.LeadWon, leads.LeadRefused} {
		if stages[s] == 0 {
			t.Errorf("no lead is %s: %v", s, stages)
		}
	}

	var firms struct{ Items []leads.Company }
	h.Get(token, "/api/v1/companies?q=вектор", &firms)
	if len(firms.Items) != 1 || len(firms.Items[0].Phones) != 1 {
		t.Fatalf("companies with a shared number: %+v", firms.Items)
	}
	var shared struct{ Items []leads.CallRecord }
	h.Get(token, "/api/v1/calls?company_id="+firms.Items[0].ID, &shared)
	if len(shared.Items) != 1 || !shared.Items[0].Shared || shared.Items[0].LeadID == "" || shared.Items[0].ContactName != firms.Items[0].Name {
		t.Errorf("nobody waits to be named: %+v", shared.Items)
	}

	var done struct{ Items []leads.Task }
	h.Get(token, "/api/v1/tasks?state=done&limit=200", &done)
	reached := 0
	for _, task := range done.Items {
		if task.Done.Before(task.Missed) {
			t.Errorf("task %s is done before its call", task.ID)
		}
		if task.Outcome.Recovered() {
			reached++
		}
	}
	if reached == 0 {
		t.Errorf("of %d ended call-backs none reached the customer", len(done.Items))
	}
}
