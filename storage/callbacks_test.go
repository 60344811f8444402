package storage_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/intake"
	"ctihub/leads/tasks"
)

// missedAt is a call that rang and was given up a minute later.
func missedAt(linkedid string, from leads.Identity, at time.Time) (ring, gone leads.Touch) {
	ring = call(linkedid, from, "100")
	ring.At, ring.Call.Started, ring.Call.Legs[0].Rang = at, at, at
	gone = hangUp(ring)
	c := *gone.Call
	c.Disposition, c.Ended = leads.Abandoned, at.Add(time.Minute)
	gone.Call = &c
	return ring, gone
}

// outbound is a call of ours that begins at a time, and is answered ten seconds
// later or not.
func outbound(linkedid string, to leads.Identity, at time.Time, answered bool) leads.Touch {
	c := &leads.Call{Linkedid: linkedid, Direction: leads.Out, State: leads.CallEnded, Disposition: leads.Missed, From: "100", To: to.Value, Operator: "100",
		Started: at, Ended: at.Add(time.Minute), Legs: []leads.Leg{}}
	if answered {
		c.Disposition, c.Answered = leads.Answered, at.Add(10*time.Second)
	}
	return leads.Touch{Source: "pbx", ExternalID: linkedid, Channel: leads.ChannelCall, Direction: leads.Out, At: at, From: []leads.Identity{to}, To: to.Value, Call: c}
}

func (o office) tasks(v leads.Viewer, f leads.TaskFilter) []leads.Task {
	o.t.Helper()
	return must(o.Tasks(o.t.Context(), v, f, whole))(o.t).Items
}

// task is the only one in a state.
func (o office) task(state leads.TaskState) leads.Task {
	o.t.Helper()
	list := o.tasks(admin, leads.TaskFilter{State: state})
	if len(list) != 1 {
		o.t.Fatalf("%d tasks are %s, want 1: %+v", len(list), state, list)
	}
	return list[0]
}

func (o office) missed(linkedid string, from leads.Identity, at time.Time) []intake.Stored {
	o.t.Helper()
	ring, gone := missedAt(linkedid, from, at)
	return o.put(ring, gone)
}

// testCallback: a missed call is owed a call back within the time, once per
// customer; what is told of it is what the API shows.
func testCallback(t *testing.T, o office) {
	s := o.missed("L1", ivan, noon)
	if got := types(s[1].Events); !slices.Equal(got, []leads.EventType{leads.EventCallEnded, leads.EventTaskCreated}) {
		t.Fatalf("events %v", got)
	}
	task := o.task(leads.TaskOpen)
	if task.ContactID != s[0].ContactID || task.LeadID != s[0].LeadID || task.CallID != s[0].InteractionID || task.Number != ivan.Value || task.DID != "+74951234567" ||
		task.Calls != 1 || !task.Missed.Equal(noon) || !task.Due.Equal(noon.Add(time.Minute+tasks.CallbackWithin)) || task.Owner != nil {
		t.Errorf("task %+v", task)
	}
	if b := body(t, s[1].Events[1]); shape(t, b.Task) != shape(t, task) || s[1].Events[1].LeadID != task.LeadID {
		t.Errorf("the event holds %s, want %s", shape(t, b.Task), shape(t, task))
	}
	if got := types(o.put(hangUp(call("L1", ivan, "100")))[0].Events); got != nil {
		t.Errorf("said again it tells %v", got)
	}
	for n := range 4 {
		o.missed(fmt.Sprint("again", n), ivan, noon.Add(time.Duration(n+1)*time.Minute))
	}
	last := o.missed("earlier", ivan, noon.Add(-time.Hour)) // told late
	if got := types(last[1].Events); got[1] != leads.EventTaskUpdated {
		t.Errorf("one more call tells %v", got)
	}
	task = o.task(leads.TaskOpen)
	newest := must(o.Calls(t.Context(), admin, leads.CallFilter{Linkedid: "again3"}, whole))(t).Items[0]
	if task.Calls != 6 || task.CallID != newest.ID || !task.Missed.Equal(noon.Add(4*time.Minute)) || !task.Due.Equal(noon.Add(time.Minute+tasks.CallbackWithin)) {
		t.Errorf("after six calls %+v", task)
	}
	if c := newest.Callback; c == nil || c.TaskID != task.ID || c.State != leads.TaskOpen || !c.Due.Equal(task.Due) {
		t.Errorf("the call tells of its call-back %+v", c)
	}
	// Nobody to call back, and nothing missed.
	withheld, gone := missedAt("withheld", leads.Identity{}, noon)
	inside := hangUp(call("inside", leads.Identity{}, "101"))
	inside.Direction, inside.Call.Direction = leads.Internal, leads.Internal
	o.put(withheld, gone, inside, hangUp(answer(call("answered", phone(2), "100", "101"), 1)))
	if n := len(o.tasks(admin, leads.TaskFilter{})); n != 1 {
		t.Errorf("%d tasks, want 1", n)
	}
}

// testCallbackEnds: an answered call back, the customer's next answered call
// and what they write end it; a vain call back is counted.
func testCallbackEnds(t *testing.T, o office) {
	anna := o.hire("anna", leads.RoleOperator, "", "100")
	o.missed("L1", ivan, noon)
	vain := outbound("vain", ivan, noon.Add(2*time.Minute), false)
	vain.Call.State, vain.Call.Ended, vain.Call.Disposition = leads.CallRinging, time.Time{}, ""
	o.put(vain, outbound("vain", ivan, noon.Add(2*time.Minute), false), outbound("vain", ivan, noon.Add(2*time.Minute), false))
	if task := o.task(leads.TaskOpen); task.Attempts != 1 {
		t.Errorf("after one vain call: %+v", task)
	}
	s := o.put(outbound("back", ivan, noon.Add(5*time.Minute), true))[0]
	if got := types(s.Events); !slices.Equal(got, []leads.EventType{leads.EventCallEnded, leads.EventTaskDone}) {
		t.Errorf("the call back tells %v", got)
	}
	task := o.task(leads.TaskDone)
	if task.Outcome != leads.CalledBack || !task.Done.Equal(noon.Add(5*time.Minute+10*time.Second)) || task.DoneBy != nil || task.Attempts != 1 {
		t.Errorf("called back: %+v", task)
	}

	o.missed("L2", ivan, noon.Add(time.Hour))
	if task := o.task(leads.TaskOpen); task.Calls != 1 {
		t.Errorf("a new need: %+v", task)
	}
	ring := call("L3", ivan, "100")
	ring.Call.Started = noon.Add(2 * time.Hour)
	talk := answer(ring, 0)
	talk.Call.Answered = noon.Add(2*time.Hour + time.Second)
	if got := types(o.put(ring, talk)[1].Events); !slices.Equal(got, []leads.EventType{leads.EventCallUpdated, leads.EventTaskDone}) {
		t.Errorf("their next answered call tells %v when the talk begins", got)
	}

	o.missed("L4", ivan, noon.Add(3*time.Hour))
	written := form("written", ivan)
	written.At = noon.Add(4 * time.Hour)
	o.put(written)
	early := form("early", ivan) // tells nothing of the missed call
	early.At = noon.Add(5 * time.Hour)
	o.missed("L5", ivan, noon.Add(6*time.Hour))
	o.put(early)
	if task := o.task(leads.TaskOpen); !task.Missed.Equal(noon.Add(6 * time.Hour)) {
		t.Errorf("a form from before the missed call ends %+v", task)
	}
	var outcomes []leads.TaskOutcome
	for _, task := range o.tasks(sees(anna), leads.TaskFilter{State: leads.TaskDone}) {
		outcomes = append(outcomes, task.Outcome)
	}
	if outcomes != nil {
		t.Errorf("an operator sees what is not theirs: %v", outcomes)
	}
	for _, task := range o.tasks(admin, leads.TaskFilter{State: leads.TaskDone}) {
		outcomes = append(outcomes, task.Outcome)
	}
	if !slices.Equal(outcomes, []leads.TaskOutcome{leads.ContactedAgain, leads.ContactedAgain, leads.CalledBack}) {
		t.Errorf("outcomes %v", outcomes)
	}
	// A missed call that is told after its customer was reached is owed nothing.
	late := o.missed("late", ivan, noon.Add(-time.Minute+2*time.Hour))
	if n := len(o.tasks(admin, leads.TaskFilter{State: leads.TaskDone})); n != 4 || late[1].Events[1].Type != leads.EventTaskDone {
		t.Errorf("%d done, events %v", n, types(late[1].Events))
	}
}

// testFiveMissedAtOnce: five lines on which one customer gives up at the same
// moment, each told twice, are one task of five calls.
func testFiveMissedAtOnce(t *testing.T, o office) {
	var gone []leads.Touch
	for n := range 5 {
		ring, end := missedAt(fmt.Sprint("L", n), ivan, noon.Add(time.Duration(n)*time.Second))
		o.put(ring)
		gone = append(gone, end)
	}
	var wg sync.WaitGroup
	start := make(chan struct{})
	for _, touch := range gone {
		for range 2 {
			wg.Go(func() {
				<-start
				if _, err := o.Ingest(context.WithoutCancel(t.Context()), intake.Batch{Source: "pbx", Touches: []leads.Touch{touch}}); err != nil {
					t.Error(err)
				}
			})
		}
	}
	close(start)
	wg.Wait()
	if task := o.task(leads.TaskOpen); task.Calls != 5 || !task.Missed.Equal(noon.Add(4*time.Second)) {
		t.Errorf("task %+v", task)
	}
}

// TestTwoHubsMissAtOnce: calls of one customer that are given up at the same
// moment on two exchanges, each followed by its own hub, are one task.
func TestTwoHubsMissAtOnce(t *testing.T) {
	t.Parallel()
	hubs := twoHubs(t, noClaims)
	o := office{t, hubs[0]}
	const customers = 20
	for n := range customers {
		var ends [2]leads.Touch
		for i := range ends {
			var ring leads.Touch
			ring, ends[i] = missedAt(fmt.Sprint(n, " ", i), phone(n), noon)
			o.put(ring)
		}
		var wg sync.WaitGroup
		start := make(chan struct{})
		for i, touch := range ends {
			wg.Go(func() {
				<-start
				if _, err := hubs[i].Ingest(context.WithoutCancel(t.Context()), intake.Batch{Source: "pbx", Touches: []leads.Touch{touch}}); err != nil {
					t.Error(err)
				}
			})
		}
		close(start)
		wg.Wait()
	}
	tasks := o.tasks(admin, leads.TaskFilter{})
	if len(tasks) != customers {
		t.Errorf("%d tasks of %d customers", len(tasks), customers)
	}
	for _, task := range tasks {
		if task.Calls != 2 {
			t.Errorf("task %+v", task)
		}
	}
}
