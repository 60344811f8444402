package storage_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/storage"
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

func (o office) missed(linkedid string, from leads.Identity, at time.Time) []leads.Stored {
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
		task.Calls != 1 || !task.Missed.Equal(noon) || !task.Due.Equal(noon.Add(time.Minute+leads.CallbackWithin)) || task.Owner != nil {
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
	if task.Calls != 6 || task.CallID != newest.ID || !task.Missed.Equal(noon.Add(4*time.Minute)) || !task.Due.Equal(noon.Add(time.Minute+leads.CallbackWithin)) {
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

// testMissedReport: of a day's missed calls, each is counted once as what
// became of it.
func testMissedReport(t *testing.T, o office) {
	o.missed("L1", ivan, noon)
	o.missed("L2", ivan, noon.Add(time.Minute))
	o.put(outbound("back", ivan, noon.Add(5*time.Minute), true))
	o.missed("L3", phone(3), noon)
	o.missed("outside", phone(4), noon.Add(-48*time.Hour))
	withheld, gone := missedAt("withheld", leads.Identity{}, noon)
	o.put(withheld, gone, hangUp(answer(call("answered", phone(5), "100"), 0)))
	at := noon.Add(time.Hour)
	r := must(o.MissedReport(t.Context(), noon.Add(-time.Hour), noon.Add(24*time.Hour), at))(t)
	if n := r.Total; n.Missed != 4 || n.Recovered != 2 || n.Open != 1 || n.Late != 1 || n.Anonymous != 1 || n.Share != 0.5 || n.MedianMS != (4*time.Minute+10*time.Second).Milliseconds() {
		t.Errorf("report %+v", n)
	}
	if len(r.DIDs) != 1 || r.DIDs[0].Name != "+74951234567" || len(r.Queues) != 1 || len(r.Teams) != 1 {
		t.Errorf("groups %+v", r)
	}
	if n := must(o.TaskCounts(t.Context(), "", at))(t); n.Open != 2 || n.Late != 2 {
		t.Errorf("counts %+v", n)
	}
}

// testTaskRights: a task is seen by its owner, by its team's managers while it
// has none, and by supervisors; and changed by who sees it.
func testTaskRights(t *testing.T, o office) {
	anna, boris := o.hire("anna", leads.RoleManager, "sales"), o.hire("boris", leads.RoleManager, "sales")
	other, operator := o.hire("other", leads.RoleManager, "service"), o.hire("operator", leads.RoleOperator, "sales", "100")
	chief := o.hire("chief", leads.RoleSupervisor, "")
	ring, gone := missedAt("L1", ivan, noon)
	ring.Team, gone.Team = "sales", "sales"
	s := o.put(ring, gone)
	id := o.task(leads.TaskOpen).ID
	only := func(what string, want ...leads.User) {
		t.Helper()
		for _, u := range []leads.User{anna, boris, other, operator, chief} {
			may := slices.ContainsFunc(append(want, chief), func(w leads.User) bool { return w.ID == u.ID })
			if _, err := o.Task(t.Context(), sees(u), id); may && err != nil || !may && !errors.Is(err, leads.ErrNotFound) {
				t.Errorf("%s: %s may see it %v, error %v", what, u.Login, may, err)
			}
			open, done := o.tasks(sees(u), leads.TaskFilter{}), o.tasks(sees(u), leads.TaskFilter{State: leads.TaskDone})
			if may != (len(open)+len(done) == 1) {
				t.Errorf("%s: %s lists %d open, %d done, may see it %v", what, u.Login, len(open), len(done), may)
			}
			if may {
				continue
			}
			if _, _, err := o.GiveTask(t.Context(), sees(u), id, anna.ID); !errors.Is(err, leads.ErrNotFound) {
				t.Errorf("%s: %s gives it away: %v", what, u.Login, err)
			}
			if _, _, err := o.FinishTask(t.Context(), sees(u), id, leads.NotNeeded, ""); !errors.Is(err, leads.ErrNotFound) {
				t.Errorf("%s: %s ends it: %v", what, u.Login, err)
			}
		}
	}
	only("nobody's", anna, boris)
	told := s[1].Events[1]
	for _, u := range []leads.User{anna, boris} {
		if !told.VisibleTo(sees(u)) {
			t.Errorf("%s is not told of the team's task", u.Login)
		}
	}
	if told.VisibleTo(sees(other)) || told.VisibleTo(sees(operator)) {
		t.Error("others are told of the team's task")
	}
	o.give(s[0].LeadID, anna) // who serves the customer calls them back
	only("the lead's manager's", anna)
	task, events, err := o.GiveTask(t.Context(), sees(anna), id, boris.ID)
	if err != nil || task.Owner == nil || task.Owner.ID != boris.ID || !events[0].VisibleTo(sees(anna)) || !events[0].VisibleTo(sees(boris)) || events[0].VisibleTo(sees(other)) {
		t.Errorf("handed over: %+v, %v, %v", task, events, err)
	}
	only("handed over", boris)
	if _, _, err := o.GiveTask(t.Context(), sees(boris), id, chief.ID); !errors.Is(err, leads.ErrInvalid) {
		t.Errorf("given to who serves nobody: %v", err)
	}
	if task, _, err := o.GiveTask(t.Context(), sees(chief), id, chief.ID); err != nil || task.Owner.ID != chief.ID {
		t.Errorf("a supervisor takes it: %+v, %v", task, err)
	}
	must2(o.GiveTask(t.Context(), sees(chief), id, boris.ID))(t)
	if _, _, err := o.FinishTask(t.Context(), sees(boris), id, leads.CalledBack, ""); !errors.Is(err, leads.ErrInvalid) {
		t.Errorf("a person says what only the hub sees: %v", err)
	}
	task, events, err = o.FinishTask(t.Context(), sees(boris), id, leads.ReachedByHand, " by  Telegram ")
	if err != nil || task.State != leads.TaskDone || task.DoneBy == nil || task.DoneBy.ID != boris.ID || task.Comment != "by Telegram" || events[0].Type != leads.EventTaskDone {
		t.Errorf("done: %+v, %v", task, err)
	}
	only("done", boris)
	if _, _, err := o.FinishTask(t.Context(), sees(chief), id, leads.NotNeeded, ""); !errors.Is(err, leads.ErrConflict) {
		t.Errorf("done twice: %v", err)
	}
	// A colleague who left leaves the customer to the team.
	o.missed("L2", phone(2), noon)
	lead := o.leads(admin, leads.LeadFilter{Query: phone(2).Value})[0]
	o.give(lead.ID, anna)
	id = o.task(leads.TaskOpen).ID
	if o.task(leads.TaskOpen).Owner.ID != anna.ID {
		t.Errorf("task %+v", o.task(leads.TaskOpen))
	}
	anna.Disabled = true
	if _, err := o.UpdateUser(t.Context(), anna); err != nil {
		t.Fatal(err)
	}
	if task := o.task(leads.TaskOpen); task.Owner != nil {
		t.Errorf("of a colleague who left: %+v", task)
	}
	if _, err := o.Task(t.Context(), sees(boris), id); err != nil {
		t.Errorf("the team does not see it: %v", err)
	}
}

// testEscalation: a late task is told once, whoever tries.
func testEscalation(t *testing.T, o office) {
	for n := range 5 {
		o.missed(fmt.Sprint("L", n), phone(n), noon.Add(time.Duration(n)*time.Minute))
	}
	due := noon.Add(time.Minute + leads.CallbackWithin)
	if list := must(o.LateTasks(t.Context(), due, leads.Task{}, 10))(t); len(list) != 0 {
		t.Errorf("late at their time: %+v", list)
	}
	at := due.Add(2*time.Minute + time.Second)
	var all []leads.Task
	for last := (leads.Task{}); ; last = all[len(all)-1] {
		page := must(o.LateTasks(t.Context(), at, last, 2))(t)
		if all = append(all, page...); len(page) < 2 {
			break
		}
	}
	if len(all) != 3 || !all[0].Due.Equal(due) {
		t.Fatalf("late: %+v", all)
	}
	var mu sync.Mutex
	var told []leads.Event
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			events, err := o.EscalateTask(context.WithoutCancel(t.Context()), all[0].ID, at)
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			told = append(told, events...)
		})
	}
	wg.Wait()
	if len(told) != 1 || told[0].Type != leads.EventTaskEscalated || !body(t, told[0]).Task.Escalated.Equal(at) {
		t.Errorf("told %v", types(told))
	}
	if list := must(o.LateTasks(t.Context(), at, leads.Task{}, 10))(t); len(list) != 2 {
		t.Errorf("still to be told: %+v", list)
	}
	if events := must(o.EscalateTask(t.Context(), o.tasks(admin, leads.TaskFilter{})[4].ID, at))(t); events != nil {
		t.Errorf("told before its time: %v", types(events))
	}
	if list := o.tasks(admin, leads.TaskFilter{LateAt: at}); len(list) != 3 {
		t.Errorf("%d late, want 3", len(list))
	}
}

// testTaskPaging: lists go on where they ended, the longest overdue first.
func testTaskPaging(t *testing.T, o office) {
	for n := range 5 {
		o.missed(fmt.Sprint("L", n), phone(n), noon.Add(time.Duration(n%3)*time.Minute))
	}
	read := func(f leads.TaskFilter) (got []leads.Task) {
		for p := (leads.Page{Limit: 2}); ; {
			list := must(o.Tasks(t.Context(), admin, f, p))(t)
			got = append(got, list.Items...)
			if p.Cursor = list.Next; p.Cursor == "" {
				return got
			}
		}
	}
	open := read(leads.TaskFilter{})
	if len(open) != 5 || !slices.IsSortedFunc(open, func(a, b leads.Task) int { return a.Due.Compare(b.Due) }) {
		t.Errorf("open: %+v", open)
	}
	for _, task := range open {
		must2(o.FinishTask(t.Context(), admin2(o), task.ID, leads.Unreachable, ""))(t)
	}
	done := read(leads.TaskFilter{State: leads.TaskDone})
	if len(done) != 5 || !slices.IsSortedFunc(done, func(a, b leads.Task) int { return b.Done.Compare(a.Done) }) {
		t.Errorf("done: %+v", done)
	}
	if _, err := o.Tasks(t.Context(), admin, leads.TaskFilter{}, leads.Page{Limit: 1, Cursor: "bm90aGluZw"}); !errors.Is(err, leads.ErrInvalid) {
		t.Errorf("a made-up cursor: %v", err)
	}
}

// admin2 is an administrator who exists.
func admin2(o office) leads.Viewer {
	if list := must(o.Users(o.t.Context(), whole))(o.t).Items; len(list) > 0 {
		return sees(list[0])
	}
	return sees(o.hire("root", leads.RoleAdmin, ""))
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
				if _, err := o.Ingest(context.WithoutCancel(t.Context()), leads.Batch{Source: "pbx", Touches: []leads.Touch{touch}}); err != nil {
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
	hubs := twoHubs(t)
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
				if _, err := hubs[i].Ingest(context.WithoutCancel(t.Context()), leads.Batch{Source: "pbx", Touches: []leads.Touch{touch}}); err != nil {
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

// testEscalationHeals: of a task that was written at the very moment at which
// its customer was reached, nobody is told that it is late.
func testEscalationHeals(t *testing.T, o office) {
	o.missed("L1", ivan, noon)
	o.put(outbound("back", ivan, noon.Add(5*time.Minute), true))
	if err := storage.Exec(t.Context(), o.Store, "UPDATE tasks SET state = 'open', done = 0, outcome = ''"); err != nil {
		t.Fatal(err)
	}
	events := must(o.EscalateTask(t.Context(), o.task(leads.TaskOpen).ID, noon.Add(time.Hour)))(t)
	task := o.task(leads.TaskDone)
	if task.Outcome != leads.CalledBack || !task.Done.Equal(noon.Add(5*time.Minute+10*time.Second)) || !slices.Equal(types(events), []leads.EventType{leads.EventTaskDone}) {
		t.Errorf("healed: %+v, told %v", task, types(events))
	}
}
