package tasks

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"ctihub/leads"
)

// SnoozeMost is how far ahead a task can be snoozed.
const SnoozeMost = 31 * 24 * time.Hour

// horizon is how far ahead, and back, the times of a task may lie.
const horizon = 10 * 366 * 24 * time.Hour

var (
	priorities = []leads.Priority{leads.PriorityLow, leads.PriorityNormal, leads.PriorityHigh}
	repeats    = []leads.Repeat{leads.RepeatNone, leads.RepeatDaily, leads.RepeatWeekdays, leads.RepeatWeekly, leads.RepeatMonthly}
)

// ErrKeyReused says that the author has used a key for another task.
var ErrKeyReused = &leads.Problem{Kind: leads.ErrConflict, Field: "key", Title: "The key belongs to another task",
	Detail: "Send a new key for each task that you mean."}

// Plan is a task as its author asks for it.
type Plan struct {
	Key      string // idempotency key; empty: none
	Kind     leads.TaskKind
	Title    string
	Due      time.Time
	Remind   time.Time      // zero: no reminder
	Priority leads.Priority // empty: normal
	Repeat   leads.Repeat   // empty: none
	OwnerID  string         // empty, without a team: the author
	Team     string         // whose managers may take it; not with an owner

	// What it is about: one of them, or none. The contact follows.
	LeadID, ContactID, InteractionID string
}

// Change is what a user changes of a task. Nil: it stays as it is. Times are cleared by
// their zero value.
type Change struct {
	Title               *string
	Due, Remind, Snooze *time.Time
	Priority            *leads.Priority
	Repeat              *leads.Repeat
	OwnerID             *string
	Team                *string // takes the task from its owner
}

// Plan stores a task of the viewer. The same key again returns the task that it was used
// for; ErrKeyReused when that is another one. leads.ErrNotFound: the viewer does not see
// what the task is about.
func (s *Service) Plan(ctx context.Context, v leads.Viewer, p Plan) (task leads.Task, err error) {
	t, err := s.planned(v, p)
	if err != nil {
		return leads.Task{}, err
	}
	err = s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		if p.Key != "" {
			task, err = tx.TaskAskedAs(ctx, v.UserID, p.Key)
			switch {
			case err == nil && !isSame(task, t, p):
				return ErrKeyReused
			case err == nil:
				task, err = tx.ShowTask(ctx, v, task)
				return err
			case !errors.Is(err, leads.ErrNotFound):
				return err
			}
		}
		t := t
		if err := about(ctx, tx, v, &t, p); err != nil {
			return err
		}
		if t.Owner != nil && t.Owner.ID != v.UserID {
			if err := servesCustomers(ctx, tx, t.Owner.ID); err != nil {
				return err
			}
		}
		task, err = add(ctx, tx, t)
		if err != nil {
			return err
		}
		if err := tx.AddHistory(ctx, recordOf(task).One(v, leads.HistoryEntry{Field: leads.FieldCreated, After: task.Title})); err != nil {
			return err
		}
		task, err = tx.ShowTask(ctx, v, task)
		return err
	})
	if err != nil {
		return leads.Task{}, fmt.Errorf("planning a task: %w", err)
	}
	return task, nil
}

// add stores a task and records its event.
func add(ctx context.Context, tx Tx, t leads.Task) (leads.Task, error) {
	id, err := tx.AddTask(ctx, t)
	if err != nil {
		return leads.Task{}, err
	}
	return tx.RecordTask(ctx, leads.EventTaskCreated, id)
}

// planned checks a plan and returns its task, without what it is about.
func (s *Service) planned(v leads.Viewer, p Plan) (t leads.Task, err error) {
	t = leads.Task{
		Kind: leads.TaskKind(leads.OneSpace(string(p.Kind))), Due: p.Due.Truncate(time.Microsecond), Priority: p.Priority, Repeat: p.Repeat,
		CreatedBy: &leads.Person{ID: v.UserID}, Key: p.Key,
	}
	if t.Priority == "" {
		t.Priority = leads.PriorityNormal
	}
	if t.Repeat == "" {
		t.Repeat = leads.RepeatNone
	}
	switch {
	case t.Kind == leads.TaskCallback:
		return t, leads.Invalid("kind", "The hub makes call-backs by itself; plan a call: kind call.")
	case t.Kind == "" || utf8.RuneCountInString(string(t.Kind)) > leads.TaskKindMost || !leads.Printable(string(t.Kind)):
		return t, leads.Invalid("kind", "call, follow_up, meeting, reminder, or words of your own of at most 40 characters.")
	case p.OwnerID != "" && p.Team != "":
		return t, leads.Invalid("team", "Give an owner_id or a team, not both.")
	}
	if t.Team, err = leads.Line("team", p.Team); err != nil {
		return t, err
	}
	if p.Team == "" {
		owner := p.OwnerID
		if owner == "" {
			owner = v.UserID
		}
		if err := leads.CheckUserID("owner_id", owner); err != nil {
			return t, err
		}
		t.Owner = &leads.Person{ID: owner}
	}
	if t.Title, err = leads.Line("title", p.Title); err != nil {
		return t, err
	}
	t.Title = leads.OneSpace(t.Title)
	t.Remind = p.Remind.Truncate(time.Microsecond)
	t.Wakes = t.Remind
	return t, s.check(t)
}

// check checks the fields that plans and changes have in common.
func (s *Service) check(t leads.Task) error {
	now := s.Now()
	far := func(at time.Time) bool { return at.Before(now.Add(-horizon)) || at.After(now.Add(horizon)) }
	switch {
	case t.Due.IsZero() || far(t.Due):
		return leads.Invalid("due", "Say by when, such as 2026-11-30T09:00:00Z; at most ten years from now.")
	case !t.Remind.IsZero() && far(t.Remind):
		return leads.Invalid("remind", "At most ten years from now.")
	case !slices.Contains(priorities, t.Priority):
		return leads.Invalid("priority", "One of low normal high.")
	case !slices.Contains(repeats, t.Repeat):
		return leads.Invalid("repeat", "One of none daily weekdays weekly monthly.")
	case t.Kind == leads.TaskCallback && t.Repeat != leads.RepeatNone:
		return leads.Invalid("repeat", "A call-back of the hub is not repeated; plan a call.")
	}
	return nil
}

// about fills in what a task is about: a record that the viewer sees.
func about(ctx context.Context, tx Tx, v leads.Viewer, t *leads.Task, p Plan) error {
	if p.InteractionID != "" {
		i, err := tx.SeeInteraction(ctx, v, p.InteractionID)
		if err != nil {
			return err
		}
		t.InteractionID, t.ContactID, t.LeadID = i.ID, i.ContactID, i.LeadID
	}
	if p.LeadID != "" {
		l, err := tx.SeeLead(ctx, v, p.LeadID)
		if err != nil {
			return err
		}
		if t.ContactID != "" && t.ContactID != l.ContactID {
			return leads.Invalid("lead_id", "It is not a lead of the contact of interaction_id.")
		}
		t.LeadID, t.ContactID = l.ID, l.ContactID
		if t.Team == "" {
			t.Team = l.Team
		}
	}
	if p.ContactID != "" {
		c, err := tx.SeeContact(ctx, v, p.ContactID)
		if err != nil {
			return err
		}
		if t.ContactID != "" && t.ContactID != c.ID {
			return leads.Invalid("contact_id", "It is not the contact of the lead or interaction.")
		}
		t.ContactID = c.ID
	}
	return nil
}

// isSame reports whether a stored task is what a plan with its key asked for.
func isSame(stored, asked leads.Task, p Plan) bool {
	return stored.Kind == asked.Kind && stored.CreatedBy.ID == asked.CreatedBy.ID &&
		(p.LeadID == "" || stored.LeadID == p.LeadID) && (p.ContactID == "" || stored.ContactID == p.ContactID) &&
		(p.InteractionID == "" || stored.InteractionID == p.InteractionID) && (stored.Version > 1 || stored.Title == asked.Title && stored.Due.Equal(asked.Due))
}

// servesCustomers returns leads.ErrInvalid unless a user may be given a task.
func servesCustomers(ctx context.Context, tx Tx, ownerID string) error {
	u, err := tx.User(ctx, ownerID)
	if err != nil && !errors.Is(err, leads.ErrNotFound) {
		return err
	}
	if err != nil || !u.TakesLeads() {
		return leads.Invalid("owner_id", "It is not a user who serves customers.")
	}
	return nil
}

// Change changes an open task that the viewer sees. The checks run on the stored task in
// the same transaction; their error is returned and nothing is changed. ErrDone when it is
// done.
func (s *Service) Change(ctx context.Context, v leads.Viewer, id string, c Change, checks ...func(leads.Task) error) (leads.Task, error) {
	if c == (Change{}) {
		return leads.Task{}, leads.Invalid("title", "Give a field to change.")
	}
	return s.change(ctx, v, id, leads.EventTaskUpdated, func(ctx context.Context, tx Tx, t leads.Task) (bool, error) {
		was := t
		shown, err := tx.ShowTask(ctx, v, t)
		if err == nil {
			err = leads.CheckAll(shown, checks)
		}
		if err != nil {
			return false, err
		}
		before, err := tx.TaskOwner(ctx, id)
		if err != nil {
			return false, err
		}
		owner, err := s.apply(ctx, tx, v, &t, before, c)
		if err != nil {
			return false, err
		}
		if err := tx.SaveTask(ctx, t, owner); err != nil {
			return false, err
		}
		if err := tx.AddHistory(ctx, taskChanges(v, was, t)...); err != nil || owner == before {
			return true, err
		}
		return true, addOwnerChange(ctx, tx, v, was, owner)
	})
}

// apply changes a task, and returns its owner: as chosen by users, empty for none.
func (s *Service) apply(ctx context.Context, tx Tx, v leads.Viewer, t *leads.Task, owner string, c Change) (_ string, err error) {
	now := s.Now()
	switch {
	case c.OwnerID != nil && c.Team != nil:
		return "", leads.Invalid("team", "Give an owner_id or a team, not both.")
	case c.Team != nil && t.Kind == leads.TaskCallback:
		return "", leads.Invalid("team", "The call-back belongs to who serves the customer; give an owner_id.")
	case c.OwnerID != nil:
		owner = *c.OwnerID
		if err := leads.CheckUserID("owner_id", owner); err != nil {
			return "", err
		}
		if owner != v.UserID {
			if err := servesCustomers(ctx, tx, owner); err != nil {
				return "", err
			}
		}
	case c.Team != nil:
		if t.Team, err = leads.Line("team", *c.Team); err != nil {
			return "", err
		}
		owner = ""
	}
	if c.Title != nil {
		if t.Title, err = leads.Line("title", *c.Title); err != nil {
			return "", err
		}
		t.Title = leads.OneSpace(t.Title)
	}
	if c.Priority != nil {
		t.Priority = *c.Priority
	}
	if c.Repeat != nil {
		t.Repeat = *c.Repeat
	}
	if c.Due != nil {
		if t.Due = c.Due.Truncate(time.Microsecond); t.Due.After(now) {
			t.Escalated = time.Time{} // it may be late once more
		}
	}
	if c.Snooze != nil {
		if t.Snoozed = c.Snooze.Truncate(time.Microsecond); t.Snoozed.After(now.Add(SnoozeMost)) {
			return "", leads.Invalid("snooze_until", "At most 31 days from now; change due to put it off for longer.")
		}
		if !t.Snoozed.After(now) {
			t.Snoozed = time.Time{}
		}
	}
	if c.Remind != nil {
		t.Remind = c.Remind.Truncate(time.Microsecond)
	}
	if c.Remind != nil || c.Snooze != nil {
		t.Wakes = wakes(*t, now, c.Remind != nil)
	}
	return owner, s.check(*t)
}

// wakes returns when the owner of a task is told of it next. A snooze covers a reminder
// before its end. A reminder that has passed counts only if it was set just now.
func wakes(t leads.Task, now time.Time, reminderIsNew bool) time.Time {
	switch {
	case t.Snoozed.After(now):
		return t.Snoozed
	case t.Remind.After(now), reminderIsNew:
		return t.Remind
	}
	return time.Time{}
}
