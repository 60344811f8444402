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
	"ctihub/leads/access"
	"ctihub/leads/tasks"
	"ctihub/storage"
)

// tasking is the service that works on the store.
func (o office) tasking() *tasks.Service {
	return &tasks.Service{Store: storage.Room[tasks.Tx]{Store: o.Store}, Now: time.Now}
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
			if _, err := o.tasking().Give(t.Context(), sees(u), id, anna.ID); !errors.Is(err, leads.ErrNotFound) {
				t.Errorf("%s: %s gives it away: %v", what, u.Login, err)
			}
			if _, err := o.tasking().Finish(t.Context(), sees(u), id, leads.NotNeeded, ""); !errors.Is(err, leads.ErrNotFound) {
				t.Errorf("%s: %s ends it: %v", what, u.Login, err)
			}
		}
	}
	only("nobody's", anna, boris)
	told := s[1].Events[1]
	for _, u := range []leads.User{anna, boris} {
		if !access.InAudience(told, sees(u)) {
			t.Errorf("%s is not told of the team's task", u.Login)
		}
	}
	if access.InAudience(told, sees(other)) || access.InAudience(told, sees(operator)) {
		t.Error("others are told of the team's task")
	}
	o.give(s[0].LeadID, anna) // who serves the customer calls them back
	only("the lead's manager's", anna)
	o.published()
	task, err := o.tasking().Give(t.Context(), sees(anna), id, boris.ID)
	events := o.published()
	if err != nil || task.Owner == nil || task.Owner.ID != boris.ID || !access.InAudience(events[0], sees(anna)) || !access.InAudience(events[0], sees(boris)) || access.InAudience(events[0], sees(other)) {
		t.Errorf("handed over: %+v, %v, %v", task, events, err)
	}
	only("handed over", boris)
	if _, err := o.tasking().Give(t.Context(), sees(boris), id, chief.ID); !errors.Is(err, leads.ErrInvalid) {
		t.Errorf("given to who serves nobody: %v", err)
	}
	if task, err := o.tasking().Give(t.Context(), sees(chief), id, chief.ID); err != nil || task.Owner.ID != chief.ID {
		t.Errorf("a supervisor takes it: %+v, %v", task, err)
	}
	must(o.tasking().Give(t.Context(), sees(chief), id, boris.ID))(t)
	if _, err := o.tasking().Finish(t.Context(), sees(boris), id, leads.CalledBack, ""); !errors.Is(err, leads.ErrInvalid) {
		t.Errorf("a person says what only the hub sees: %v", err)
	}
	o.published()
	task, err = o.tasking().Finish(t.Context(), sees(boris), id, leads.ReachedByHand, " by  Telegram ")
	events = o.published()
	if err != nil || task.State != leads.TaskDone || task.DoneBy == nil || task.DoneBy.ID != boris.ID || task.Comment != "by Telegram" || events[0].Type != leads.EventTaskDone {
		t.Errorf("done: %+v, %v", task, err)
	}
	only("done", boris)
	if _, err := o.tasking().Finish(t.Context(), sees(chief), id, leads.NotNeeded, ""); !errors.Is(err, leads.ErrConflict) {
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
	due := noon.Add(time.Minute + tasks.CallbackWithin)
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
	o.published()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if err := o.tasking().Escalate(context.WithoutCancel(t.Context()), all[0].ID, at); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	told := o.published()
	if len(told) != 1 || told[0].Type != leads.EventTaskEscalated || !body(t, told[0]).Task.Escalated.Equal(at) {
		t.Errorf("told %v", types(told))
	}
	if list := must(o.LateTasks(t.Context(), at, leads.Task{}, 10))(t); len(list) != 2 {
		t.Errorf("still to be told: %+v", list)
	}
	if events := o.recorded(func() error { return o.tasking().Escalate(t.Context(), o.tasks(admin, leads.TaskFilter{})[4].ID, at) }); events != nil {
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
		must(o.tasking().Finish(t.Context(), admin2(o), task.ID, leads.NotReached, ""))(t)
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

// testEscalationHeals: of a task that was written at the very moment at which
// its customer was reached, nobody is told that it is late.
func testEscalationHeals(t *testing.T, o office) {
	o.missed("L1", ivan, noon)
	o.put(outbound("back", ivan, noon.Add(5*time.Minute), true))
	if err := storage.Exec(t.Context(), o.Store, "UPDATE tasks SET state = 'open', done = 0, outcome = ''"); err != nil {
		t.Fatal(err)
	}
	events := o.recorded(func() error { return o.tasking().Escalate(t.Context(), o.task(leads.TaskOpen).ID, noon.Add(time.Hour)) })
	task := o.task(leads.TaskDone)
	if task.Outcome != leads.CalledBack || !task.Done.Equal(noon.Add(5*time.Minute+10*time.Second)) || !slices.Equal(types(events), []leads.EventType{leads.EventTaskDone}) {
		t.Errorf("healed: %+v, told %v", task, types(events))
	}
}
