package leads

import "testing"

func TestTold(t *testing.T) {
	manager := User{ID: "m", Name: "Анна", Role: RoleManager}
	operator := User{ID: "o", Role: RoleOperator}
	boss := User{ID: "b", Role: RoleSupervisor}
	gone := User{ID: "m", Role: RoleManager, Disabled: true}
	free, hers := &Lead{Status: LeadNew, Reason: ReasonNobody}, &Lead{Status: LeadNew, ManagerID: "m", Reason: ReasonRoundRobin}
	taken := &Lead{Status: LeadWorking, ManagerID: "m", Reason: ReasonByHand + ":Анна"}
	missed := &CallRecord{Call: Call{Direction: In, State: CallEnded, Disposition: Missed}}
	for _, c := range []struct {
		name string
		kind EventType
		body EventBody
		to   []string // audience
		u    User
		want bool
	}{
		{"assigned to her", EventLeadAssigned, EventBody{Lead: hers}, []string{"m"}, manager, true},
		{"assigned to a colleague", EventLeadAssigned, EventBody{Lead: hers}, []string{"m", "o"}, operator, false},
		{"assigned, as supervisors see", EventLeadAssigned, EventBody{Lead: hers}, nil, boss, false},
		{"taken by herself", EventLeadAssigned, EventBody{Lead: taken}, []string{"m"}, manager, false},
		{"assigned to somebody who left", EventLeadAssigned, EventBody{Lead: hers}, []string{"m"}, gone, false},
		{"nobody has it", EventLeadUpdated, EventBody{Lead: free}, []string{"m"}, manager, true},
		{"nobody has it, not for her", EventLeadUpdated, EventBody{Lead: free}, []string{"x"}, manager, false},
		{"somebody has it by now", EventLeadUpdated, EventBody{Lead: hers}, []string{"m"}, manager, false},
		{"just created", EventLeadCreated, EventBody{Lead: free}, []string{"m"}, manager, false},
		{"her task", EventTaskCreated, EventBody{Task: &Task{Owner: &Person{ID: "m"}}}, []string{"m"}, manager, true},
		{"the team's task", EventTaskCreated, EventBody{Task: &Task{}}, []string{"o"}, operator, true},
		{"a colleague's task", EventTaskCreated, EventBody{Task: &Task{Owner: &Person{ID: "m"}}}, []string{"m", "o"}, operator, false},
		{"a late task", EventTaskEscalated, EventBody{Task: &Task{Owner: &Person{ID: "m"}}}, []string{"m"}, boss, true},
		{"a new task", EventTaskCreated, EventBody{Task: &Task{Owner: &Person{ID: "m"}}}, []string{"m"}, boss, false},
		{"a missed call without a number", EventCallEnded, EventBody{Call: missed}, []string{"o"}, operator, true},
		{"her digest", EventDigest, EventBody{Digest: &Digest{UserID: "m"}}, []string{"m"}, manager, true},
		{"another's digest", EventDigest, EventBody{Digest: &Digest{UserID: "m"}}, []string{"m"}, boss, false},
		{"presence", EventPresence, EventBody{}, []string{"m"}, manager, false},
	} {
		if got := Told(Event{Type: c.kind, Audience: c.to}, c.body, c.u); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
