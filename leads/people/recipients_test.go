package people

import (
	"testing"

	"ctihub/leads"
)

func TestConcerns(t *testing.T) {
	manager := leads.User{ID: "m", Name: "Анна", Role: leads.RoleManager}
	operator := leads.User{ID: "o", Role: leads.RoleOperator}
	boss := leads.User{ID: "b", Role: leads.RoleSupervisor}
	gone := leads.User{ID: "m", Role: leads.RoleManager, Disabled: true}
	free, hers := &leads.Lead{Status: leads.LeadNew, Reason: leads.ReasonNobody}, &leads.Lead{Status: leads.LeadNew, ManagerID: "m", Reason: leads.ReasonRoundRobin}
	taken := &leads.Lead{Status: leads.LeadWorking, ManagerID: "m", Reason: leads.ReasonByHand + ":Анна"}
	missed := &leads.CallRecord{Call: leads.Call{Direction: leads.In, State: leads.CallEnded, Disposition: leads.Missed}}
	for _, c := range []struct {
		name string
		kind leads.EventType
		body leads.EventBody
		to   []string // audience
		u    leads.User
		want bool
	}{
		{"assigned to her", leads.EventLeadAssigned, leads.EventBody{Lead: hers}, []string{"m"}, manager, true},
		{"assigned to a colleague", leads.EventLeadAssigned, leads.EventBody{Lead: hers}, []string{"m", "o"}, operator, false},
		{"assigned, as supervisors see", leads.EventLeadAssigned, leads.EventBody{Lead: hers}, nil, boss, false},
		{"taken by herself", leads.EventLeadAssigned, leads.EventBody{Lead: taken}, []string{"m"}, manager, false},
		{"assigned to somebody who left", leads.EventLeadAssigned, leads.EventBody{Lead: hers}, []string{"m"}, gone, false},
		{"nobody has it", leads.EventLeadUpdated, leads.EventBody{Lead: free}, []string{"m"}, manager, true},
		{"nobody has it, not for her", leads.EventLeadUpdated, leads.EventBody{Lead: free}, []string{"x"}, manager, false},
		{"somebody has it by now", leads.EventLeadUpdated, leads.EventBody{Lead: hers}, []string{"m"}, manager, false},
		{"just created", leads.EventLeadCreated, leads.EventBody{Lead: free}, []string{"m"}, manager, false},
		{"her task", leads.EventTaskCreated, leads.EventBody{Task: &leads.Task{Owner: &leads.Person{ID: "m"}}}, []string{"m"}, manager, true},
		{"her own plan", leads.EventTaskCreated, leads.EventBody{Task: &leads.Task{Owner: &leads.Person{ID: "m"}, CreatedBy: &leads.Person{ID: "m"}}}, []string{"m"}, manager, false},
		{"her reminder", leads.EventTaskReminded, leads.EventBody{Task: &leads.Task{Owner: &leads.Person{ID: "m"}, CreatedBy: &leads.Person{ID: "m"}}}, []string{"m"}, manager, true},
		{"a colleague's reminder", leads.EventTaskReminded, leads.EventBody{Task: &leads.Task{Owner: &leads.Person{ID: "m"}}}, []string{"m", "o"}, operator, false},
		{"the team's task", leads.EventTaskCreated, leads.EventBody{Task: &leads.Task{}}, []string{"o"}, operator, true},
		{"a colleague's task", leads.EventTaskCreated, leads.EventBody{Task: &leads.Task{Owner: &leads.Person{ID: "m"}}}, []string{"m", "o"}, operator, false},
		{"a late task", leads.EventTaskEscalated, leads.EventBody{Task: &leads.Task{Owner: &leads.Person{ID: "m"}}}, []string{"m"}, boss, true},
		{"a new task", leads.EventTaskCreated, leads.EventBody{Task: &leads.Task{Owner: &leads.Person{ID: "m"}}}, []string{"m"}, boss, false},
		{"a missed call without a number", leads.EventCallEnded, leads.EventBody{Call: missed}, []string{"o"}, operator, true},
		{"her digest", leads.EventDigest, leads.EventBody{Digest: &leads.Digest{UserID: "m"}}, []string{"m"}, manager, true},
		{"another's digest", leads.EventDigest, leads.EventBody{Digest: &leads.Digest{UserID: "m"}}, []string{"m"}, boss, false},
		{"presence", leads.EventPresence, leads.EventBody{}, []string{"m"}, manager, false},
	} {
		if got := Concerns(leads.Event{Type: c.kind, Audience: c.to}, c.body, c.u); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
