package storage_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/access"
	"ctihub/leads/tasks"
)

// taskingAt is the service at a moment.
func (o office) taskingAt(at time.Time) *tasks.Service {
	s := o.tasking()
	s.Now = func() time.Time { return at }
	return s
}

// testPlanned: whoever sees a customer plans a task about them, once however often the same
// key is sent; its owner, author and supervisors see it.
func testPlanned(t *testing.T, o office) {
	anna, boris, ole := o.hire("anna", leads.RoleManager, "sales"), o.hire("boris", leads.RoleManager, "sales"), o.hire("ole", leads.RoleOperator, "sales", "100")
	chief := o.hire("chief", leads.RoleSupervisor, "")
	s := o.put(form("f", ivan))[0]
	o.give(s.LeadID, anna)
	o.missed("m", ivan, noon) // a call-back beside it
	svc, due := o.taskingAt(noon), noon.Add(time.Hour)
	p := tasks.Plan{Key: "k1", Kind: leads.TaskMeeting, Title: " Measure  windows ", Due: due, LeadID: s.LeadID, OwnerID: ole.ID}
	if _, err := svc.Plan(t.Context(), sees(boris), p); !errors.Is(err, leads.ErrNotFound) {
		t.Errorf("about a colleague's lead: %v", err)
	}
	o.published()
	task := must(svc.Plan(t.Context(), sees(anna), p))(t)
	told := o.published()
	if task.Title != "Measure windows" || task.ContactID != s.ContactID || task.LeadID != s.LeadID || task.Number != ivan.Value || task.Owner.ID != ole.ID ||
		task.CreatedBy.ID != anna.ID || task.Priority != leads.PriorityNormal || task.Repeat != leads.RepeatNone || !task.Due.Equal(due) {
		t.Errorf("planned %+v", task)
	}
	if !slices.Equal(types(told), []leads.EventType{leads.EventTaskCreated}) || !access.InAudience(told[0], sees(ole)) || access.InAudience(told[0], sees(boris)) {
		t.Errorf("told %v", told)
	}
	again, err := svc.Plan(t.Context(), sees(anna), p)
	if err != nil || again.ID != task.ID || len(o.published()) != 0 {
		t.Errorf("again: %+v, %v", again, err)
	}
	p.Title = "Another"
	if _, err := svc.Plan(t.Context(), sees(anna), p); !errors.Is(err, leads.ErrConflict) {
		t.Errorf("the key with another title: %v", err)
	}
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			if _, err := svc.Plan(context.WithoutCancel(t.Context()), sees(anna), tasks.Plan{Key: "race", Kind: "own", Due: due}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if list := o.tasks(sees(anna), leads.TaskFilter{Kind: "own"}); len(list) != 1 {
		t.Errorf("one key, %d tasks", len(list))
	}
	for _, u := range []leads.User{anna, ole, chief, boris} {
		shown, err := o.Task(t.Context(), sees(u), task.ID)
		if may := u.ID != boris.ID; may != (err == nil) {
			t.Errorf("%s: %v", u.Login, err)
		} else if u.ID == ole.ID && (shown.ContactID != "" || shown.LeadID != "" || shown.Number != ivan.Value) {
			t.Errorf("its owner is shown %+v", shown)
		}
	}
	for name, wrong := range map[string]tasks.Plan{
		"kind":       {Kind: leads.TaskCallback, Due: due},
		"due":        {Kind: leads.TaskCall},
		"owner_id":   {Kind: leads.TaskCall, Due: due, OwnerID: chief.ID},
		"team":       {Kind: leads.TaskCall, Due: due, OwnerID: ole.ID, Team: "sales"},
		"contact_id": {Kind: leads.TaskCall, Due: due, LeadID: s.LeadID, ContactID: o.put(form("g", phone(9)))[0].ContactID},
		"repeat":     {Kind: leads.TaskCall, Due: due, Repeat: "hourly"},
	} {
		var p *leads.Problem
		if _, err := svc.Plan(t.Context(), sees(anna), wrong); !errors.As(err, &p) || p.Field != name || !errors.Is(err, leads.ErrInvalid) {
			t.Errorf("wrong %s: %v", name, err)
		}
	}
	// The task that is due first is the lead's next one, for whoever sees the lead.
	lead := must(o.Lead(t.Context(), sees(anna), s.LeadID))(t)
	if n := lead.NextTask; n == nil || n.Kind != leads.TaskCallback || n.ID == "" {
		t.Errorf("next %+v", n)
	}
	must(svc.Finish(t.Context(), sees(anna), lead.NextTask.ID, leads.NotNeeded, ""))(t)
	if n := must(o.Leads(t.Context(), sees(anna), leads.LeadFilter{ContactID: s.ContactID}, whole))(t).Items[0].NextTask; n == nil || n.ID != task.ID || n.Title != task.Title || !n.Due.Equal(due) {
		t.Errorf("next %+v", n)
	}
}

// testRepeated: a repeated task that is done is followed by one, whoever ends it how often.
func testRepeated(t *testing.T, o office) {
	anna := o.hire("anna", leads.RoleManager, "")
	svc := o.taskingAt(noon)
	task := must(svc.Plan(t.Context(), sees(anna), tasks.Plan{Kind: leads.TaskReminder, Title: "Report", Due: noon.Add(-50 * time.Hour), Remind: noon.Add(-51 * time.Hour), Repeat: leads.RepeatDaily}))(t)
	var wg sync.WaitGroup
	done := make(chan error, 6)
	for range 6 {
		wg.Go(func() {
			_, err := svc.Finish(context.WithoutCancel(t.Context()), sees(anna), task.ID, "", "sent")
			done <- err
		})
	}
	wg.Wait()
	ended := 0
	for range 6 {
		if err := <-done; err == nil {
			ended++
		} else if !errors.Is(err, leads.ErrConflict) {
			t.Error(err)
		}
	}
	open := o.tasks(sees(anna), leads.TaskFilter{})
	if ended != 1 || len(open) != 1 {
		t.Fatalf("%d ended it, %d follow", ended, len(open))
	}
	if next := open[0]; next.Title != "Report" || next.Owner.ID != anna.ID || next.Repeat != leads.RepeatDaily || !next.Due.Equal(noon.Add(22*time.Hour)) || !next.Remind.Equal(noon.Add(21*time.Hour)) {
		t.Errorf("next %+v", open[0])
	}
	none := leads.RepeatNone
	must(svc.Change(t.Context(), sees(anna), open[0].ID, tasks.Change{Repeat: &none}))(t)
	must(svc.Finish(t.Context(), sees(anna), open[0].ID, "", ""))(t)
	if open := o.tasks(sees(anna), leads.TaskFilter{}); len(open) != 0 {
		t.Errorf("no longer repeated: %+v", open)
	}
}

// testSnoozed: a snoozed task is open, late and escalated as any other. Its owner is told
// once when its time has come, and of a reminder that comes later.
func testSnoozed(t *testing.T, o office) {
	anna, boris := o.hire("anna", leads.RoleManager, ""), o.hire("boris", leads.RoleManager, "")
	svc, due := o.taskingAt(noon), noon.Add(time.Hour)
	task := must(svc.Plan(t.Context(), sees(anna), tasks.Plan{Kind: leads.TaskFollowUp, Due: due, Remind: noon.Add(50 * time.Minute)}))(t)
	until, far := noon.Add(10*time.Minute), noon.Add(tasks.SnoozeMost+time.Hour)
	if _, err := svc.Change(t.Context(), sees(boris), task.ID, tasks.Change{Snooze: &until}); !errors.Is(err, leads.ErrNotFound) {
		t.Errorf("a colleague snoozes it: %v", err)
	}
	if _, err := svc.Change(t.Context(), sees(anna), task.ID, tasks.Change{Snooze: &far}); !errors.Is(err, leads.ErrInvalid) {
		t.Errorf("for too long: %v", err)
	}
	changed := must(svc.Change(t.Context(), sees(anna), task.ID, tasks.Change{Snooze: &until}))(t)
	if !changed.Snoozed.Equal(until) || !changed.Due.Equal(due) || changed.State != leads.TaskOpen {
		t.Errorf("snoozed %+v", changed)
	}
	if n := must(o.TaskCounts(t.Context(), anna.ID, due.Add(time.Second)))(t); n.Open != 1 || n.Late != 1 {
		t.Errorf("counted %+v", n)
	}
	if list := o.tasks(sees(anna), leads.TaskFilter{AwakeAt: until.Add(-time.Microsecond)}); len(list) != 0 {
		t.Errorf("while it sleeps: %+v", list)
	}
	if list := o.tasks(sees(anna), leads.TaskFilter{AwakeAt: until}); len(list) != 1 {
		t.Errorf("at its time: %+v", list)
	}
	wake := func(at time.Time, want int) {
		t.Helper()
		o.published()
		var wg sync.WaitGroup
		for range 4 { // hubs
			wg.Go(func() {
				ctx := context.WithoutCancel(t.Context())
				list, err := svc.Waking(ctx, at, leads.Task{}, 10)
				for _, w := range list {
					err = errors.Join(err, svc.Wake(ctx, w.ID, at))
				}
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		told := o.published()
		if len(told) != want || want > 0 && (told[0].Type != leads.EventTaskReminded || !access.InAudience(told[0], sees(anna))) {
			t.Errorf("at %v: told %v, want %d", at, types(told), want)
		}
	}
	wake(until.Add(-time.Second), 0)
	wake(until, 1)
	wake(until.Add(time.Minute), 0)
	wake(noon.Add(50*time.Minute), 1) // the reminder
	wake(due, 0)
	// Put off, it may be late once more.
	late := due.Add(time.Minute)
	if err := svc.Escalate(t.Context(), task.ID, late); err != nil {
		t.Fatal(err)
	}
	later := late.Add(time.Hour)
	if put := must(o.taskingAt(late).Change(t.Context(), sees(anna), task.ID, tasks.Change{Due: &later}))(t); !put.Escalated.IsZero() {
		t.Errorf("put off %+v", put)
	}
	if list := must(o.LateTasks(t.Context(), later.Add(time.Second), leads.Task{}, 10))(t); len(list) != 1 {
		t.Errorf("late again: %+v", list)
	}
	// A team takes it from its owner; a disabled owner leaves it to the team.
	team := ""
	must(svc.Change(t.Context(), sees(anna), task.ID, tasks.Change{Team: &team}))(t)
	if got := must(o.Task(t.Context(), sees(boris), task.ID))(t); got.Owner != nil {
		t.Errorf("the team's: %+v", got)
	}
}
