package tasks

import (
	"context"
	"fmt"
	"time"

	"ctihub/leads"
)

// ErrDone says that the task was ended before, by a user or by the hub.
var ErrDone = &leads.Problem{Kind: leads.ErrConflict, Title: "The task is done",
	Detail: "Somebody ended it, or the customer was reached. Read it again."}

// Store is what the service needs from storage. Each read returns only what its
// viewer may see; another record is leads.ErrNotFound.
type Store interface {
	// Tx runs f in one transaction, and retries it from the start on a conflict. The
	// events that f records are published after the commit.
	Tx(ctx context.Context, f func(ctx context.Context, tx Tx) error) error

	// Tasks lists tasks: open ones by their due time, done ones newest first.
	Tasks(ctx context.Context, v leads.Viewer, f leads.TaskFilter, p leads.Page) (leads.List[leads.Task], error)
	Task(ctx context.Context, v leads.Viewer, id string) (leads.Task, error)
	// TaskCounts counts the open tasks of an owner, or of all without one.
	TaskCounts(ctx context.Context, ownerID string, at time.Time) (leads.TaskCounts, error)
	// LateTasks returns open tasks that were due before a moment and were not
	// escalated, the longest overdue first, after the given one.
	LateTasks(ctx context.Context, at time.Time, after leads.Task, limit int) ([]leads.Task, error)
	// WakingTasks returns open tasks of which their owner is to be told by a moment, of a
	// reminder or the end of a snooze, the earliest first, after the given one.
	WakingTasks(ctx context.Context, at time.Time, after leads.Task, limit int) ([]leads.Task, error)
	// MissedReport counts the missed calls that began in [from, to).
	MissedReport(ctx context.Context, from, to, now time.Time) (leads.MissedReport, error)
}

// Tx is a transaction of the service.
type Tx interface {
	// SeeTask returns a task that the viewer may see, with all that it refers to;
	// ShowTask leaves out what the viewer may not see.
	SeeTask(ctx context.Context, v leads.Viewer, id string) (leads.Task, error)
	ShowTask(ctx context.Context, v leads.Viewer, t leads.Task) (leads.Task, error)
	// Task returns a task without a check of rights.
	Task(ctx context.Context, id string) (leads.Task, error)
	// TaskViewers returns the users who see a task, beside those who see all.
	TaskViewers(ctx context.Context, id string) ([]string, error)
	// AddHistory adds entries to the history.
	AddHistory(ctx context.Context, entries ...leads.HistoryEntry) error
	User(ctx context.Context, id string) (leads.User, error)
	SeeLead(ctx context.Context, v leads.Viewer, id string) (leads.Lead, error)
	SeeContact(ctx context.Context, v leads.Viewer, id string) (leads.Contact, error)
	SeeInteraction(ctx context.Context, v leads.Viewer, id string) (leads.Interaction, error)
	// TaskAskedAs returns the task with an idempotency key of a user.
	TaskAskedAs(ctx context.Context, userID, key string) (leads.Task, error)
	// TaskOwner returns the user who took a task or was given it; empty: none.
	TaskOwner(ctx context.Context, id string) (string, error)
	// AddTask stores a task, without an event. It conflicts if its author has used the
	// key, or if a task follows the same one.
	AddTask(ctx context.Context, t leads.Task) (id string, err error)
	// ReachedSince returns how a contact was first reached after a moment, leaving out
	// the interaction but; the zero CallbackFacts: not.
	ReachedSince(ctx context.Context, contactID, but string, since time.Time) (CallbackFacts, error)
	// GiveTask, SaveTask, WakeTask, EndTask and EscalateTask change a task as it was
	// read, unless another writer changed it. An empty ownerID leaves it to the team.
	GiveTask(ctx context.Context, t leads.Task, ownerID string) error
	SaveTask(ctx context.Context, t leads.Task, ownerID string) error
	WakeTask(ctx context.Context, t leads.Task, next time.Time) error
	EndTask(ctx context.Context, t leads.Task, e End) error
	EscalateTask(ctx context.Context, t leads.Task, at time.Time) error
	// RecordTask records what a task is now, for everybody who sees it and the
	// users also named, and returns it.
	RecordTask(ctx context.Context, kind leads.EventType, id string, also ...string) (leads.Task, error)
}

// End is how a task is ended.
type End struct {
	Outcome leads.TaskOutcome
	By      string // a user's id; empty: the hub
	Comment string
	At      time.Time
}

// Service lists and changes tasks, for users who may see them.
type Service struct {
	Store Store
	Now   func() time.Time
}

// Wanted selects tasks.
type Wanted struct {
	State leads.TaskState // empty: open
	Mine  bool            // those that the viewer owns
	Late  bool            // those past their time; of open ones only
	// Period is the time in which open ones are due, or done ones were done.
	Period leads.Period

	Kind              leads.TaskKind // empty: all
	ContactID, LeadID string         // about them; empty: all
}

// Listed is a page of tasks, and counts of open ones that Wanted does not restrict.
type Listed struct {
	leads.List[leads.Task]
	Mine    leads.TaskCounts // that the viewer owns
	Waiting int64            // call-backs of everybody
}

// List lists the tasks that the viewer may see, and counts their own.
func (s *Service) List(ctx context.Context, v leads.Viewer, w Wanted, p leads.Page) (l Listed, err error) {
	at := s.Now()
	f := leads.TaskFilter{State: w.State, Period: w.Period, Kind: w.Kind, ContactID: w.ContactID, LeadID: w.LeadID}
	if w.Mine {
		f.OwnerID = v.UserID
	}
	if w.Late {
		if w.State == leads.TaskDone {
			return l, leads.Invalid("late", "It goes with state open only.")
		}
		f.LateAt = at
	}
	if l.List, err = s.Store.Tasks(ctx, v, f, p); err != nil {
		return l, err
	}
	if l.Mine, err = s.Store.TaskCounts(ctx, v.UserID, at); err != nil {
		return l, err
	}
	all, err := s.Store.TaskCounts(ctx, "", at)
	l.Waiting = all.Callbacks
	return l, err
}

// Get returns one task that the viewer may see.
func (s *Service) Get(ctx context.Context, v leads.Viewer, id string) (leads.Task, error) {
	return s.Store.Task(ctx, v, id)
}

// Take makes the viewer the owner of an open task that they see. ErrDone when it
// is done.
func (s *Service) Take(ctx context.Context, v leads.Viewer, id string) (leads.Task, error) {
	return s.give(ctx, v, id, v.UserID)
}

// Give makes a user who takes leads, or the viewer themselves, the owner of an
// open task that the viewer sees. ErrDone when it is done.
func (s *Service) Give(ctx context.Context, v leads.Viewer, id, ownerID string) (leads.Task, error) {
	if err := leads.CheckUserID("owner_id", ownerID); err != nil {
		return leads.Task{}, err
	}
	return s.give(ctx, v, id, ownerID)
}

func (s *Service) give(ctx context.Context, v leads.Viewer, id, ownerID string) (leads.Task, error) {
	return s.change(ctx, v, id, leads.EventTaskUpdated, func(ctx context.Context, tx Tx, t leads.Task) (bool, error) {
		if t.Owner != nil && t.Owner.ID == ownerID {
			return false, nil
		}
		if ownerID != v.UserID {
			if err := servesCustomers(ctx, tx, ownerID); err != nil {
				return false, err
			}
		}
		if err := tx.GiveTask(ctx, t, ownerID); err != nil {
			return false, err
		}
		return true, addOwnerChange(ctx, tx, v, t, ownerID)
	})
}

// Finish ends an open task that the viewer sees; an empty outcome is leads.Finished. If the
// task is repeated, the next one is created with it. ErrDone when it was ended before.
func (s *Service) Finish(ctx context.Context, v leads.Viewer, id string, o leads.TaskOutcome, comment string) (leads.Task, error) {
	comment, err := leads.Line("comment", comment)
	if err != nil {
		return leads.Task{}, err
	}
	if o == "" {
		o = leads.Finished
	}
	return s.change(ctx, v, id, leads.EventTaskDone, func(ctx context.Context, tx Tx, t leads.Task) (bool, error) {
		if !o.ByHand(t.Kind) {
			return false, leads.Invalid("outcome", "One of reached unreachable not_needed; of what people planned also finished.")
		}
		now := s.Now()
		if err := tx.EndTask(ctx, t, End{Outcome: o, By: v.UserID, Comment: comment, At: now}); err != nil {
			return false, err
		}
		h := leads.HistoryEntry{Field: leads.FieldStatus, Before: string(leads.TaskOpen), After: string(o), Note: comment, At: now}
		if err := tx.AddHistory(ctx, recordOf(t).One(v, h)); err != nil {
			return false, err
		}
		if next := following(t, now); next != nil {
			_, err = add(ctx, tx, *next)
		}
		return true, err
	})
}

// change changes an open task that the viewer sees. f reports whether it changed
// anything; the users who saw the task before and those who see it now get the event.
func (s *Service) change(ctx context.Context, v leads.Viewer, id string, kind leads.EventType, f func(context.Context, Tx, leads.Task) (bool, error)) (task leads.Task, err error) {
	err = s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		if task, err = tx.SeeTask(ctx, v, id); err != nil {
			return err
		}
		if task.State != leads.TaskOpen {
			return ErrDone
		}
		before, err := tx.TaskViewers(ctx, id)
		if err != nil {
			return err
		}
		changed, err := f(ctx, tx, task)
		if err != nil {
			return err
		}
		if changed {
			if task, err = tx.RecordTask(ctx, kind, id, before...); err != nil {
				return err
			}
		}
		task, err = tx.ShowTask(ctx, v, task)
		return err
	})
	if err != nil {
		return leads.Task{}, fmt.Errorf("changing task %q: %w", id, err)
	}
	return task, nil
}
