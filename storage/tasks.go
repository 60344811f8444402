package storage

import (
	"context"
	"fmt"
	"slices"
	"time"

	"ctihub/leads"
	"ctihub/leads/tasks"
	"ctihub/storage/db"
)

// Task returns one task that the viewer may see.
func (s *Store) Task(ctx context.Context, v leads.Viewer, id string) (leads.Task, error) {
	row, err := s.read.SeeTask(ctx, db.SeeTaskParams{ID: id, SeesAll: v.Role.SeesAll(), Viewer: v.UserID})
	if err != nil {
		return leads.Task{}, fmt.Errorf("task %q: %w", id, orNotFound(err))
	}
	return redactOneFor(ctx, s.batch, v, taskOf(row))
}

// LateTasks returns open tasks that were due before a moment and are not escalated, the
// longest overdue first, after the given one.
func (s *Store) LateTasks(ctx context.Context, at time.Time, after leads.Task, limit int) ([]leads.Task, error) {
	rows, err := s.read.LateTasks(ctx, db.LateTasksParams{Now: micros(at), AfterDue: micros(after.Due), AfterID: after.ID, Most: int32(limit)})
	if err != nil {
		return nil, fmt.Errorf("looking for late tasks: %w", err)
	}
	return mapRows(rows, func(r db.LateTasksRow) leads.Task { return leads.Task{ID: r.ID, Due: fromMicros(r.Due)} }), nil
}

// SeeTask returns a task that the viewer may see, with all that it refers to.
func (t *Tx) SeeTask(ctx context.Context, v leads.Viewer, id string) (leads.Task, error) {
	row, err := t.q.SeeTask(ctx, db.SeeTaskParams{ID: id, SeesAll: v.Role.SeesAll(), Viewer: v.UserID})
	return taskOf(row), orNotFound(err)
}

// ShowTask leaves out of a task what the viewer may not see.
func (t *Tx) ShowTask(ctx context.Context, v leads.Viewer, task leads.Task) (leads.Task, error) {
	return redactOneFor(ctx, t, v, task)
}

// Task returns a task without a check of rights.
func (t *Tx) Task(ctx context.Context, id string) (leads.Task, error) {
	row, err := t.q.GetTask(ctx, id)
	return taskOf(row), orNotFound(err)
}

// TaskViewers returns the users who see a task, beside those who see all.
func (t *Tx) TaskViewers(ctx context.Context, id string) ([]string, error) {
	return t.q.TaskViewers(ctx, id)
}

// ReachedSince returns how a contact was first reached after a moment, leaving out the
// interaction but.
func (t *Tx) ReachedSince(ctx context.Context, contactID, but string, since time.Time) (tasks.CallbackFacts, error) {
	c := missedSince(since)
	c.ContactID, c.CallID = contactID, but
	rows, err := contactsReached.Rows(ctx, t, c)
	return reachedOf(rows)[reachKey{contactID: contactID}], err
}

// GiveTask makes a user the owner of a task; it conflicts if the task changed since it was
// read.
func (t *Tx) GiveTask(ctx context.Context, task leads.Task, ownerID string) error {
	if err := requireRow(t.q.GiveTask(ctx, db.GiveTaskParams{ID: task.ID, Version: task.Version, OwnerID: orNull(ownerID)})); err != nil {
		return err
	}
	holdTask.Queue(t, oneID{task.ID})
	return t.Flush(ctx)
}

// EndTask ends a task; it conflicts if the task changed since it was read.
func (t *Tx) EndTask(ctx context.Context, task leads.Task, e tasks.End) error {
	endTask.Queue(t, endedTask{
		ID: task.ID, Version: task.Version, Done: micros(e.At), DoneBy: orNull(e.By), Outcome: string(e.Outcome), Comment: oneLine(e.Comment),
	})
	return t.Flush(ctx)
}

// EscalateTask marks a task as escalated; it conflicts if the task changed since it was read.
func (t *Tx) EscalateTask(ctx context.Context, task leads.Task, at time.Time) error {
	return requireRow(t.q.EscalateTask(ctx, db.EscalateTaskParams{ID: task.ID, Version: task.Version, Escalated: micros(at)}))
}

// RecordTask records an event of a task for its viewers and the users in also.
func (t *Tx) RecordTask(ctx context.Context, kind leads.EventType, id string, also ...string) (leads.Task, error) {
	row, err := t.q.GetTask(ctx, id)
	if err != nil {
		return leads.Task{}, orNotFound(err)
	}
	viewers, err := t.q.TaskViewers(ctx, id)
	if err != nil {
		return leads.Task{}, err
	}
	task := taskOf(row)
	return task, t.record(ctx, leads.EventBody{Type: kind, Task: &task}, append(slices.Clone(also), viewers...)...)
}

// TaskCounts counts open tasks and those late at a moment; of one owner, or of all.
func (s *Store) TaskCounts(ctx context.Context, ownerID string, at time.Time) (leads.TaskCounts, error) {
	if ownerID != "" {
		n, err := s.read.CountTasksOf(ctx, db.CountTasksOfParams{OwnerID: ownerID, Now: micros(at)})
		return leads.TaskCounts{Open: n.Open, Late: n.Late}, err
	}
	n, err := s.read.CountTasks(ctx, micros(at))
	return leads.TaskCounts{Open: n.Open, Late: n.Late, Callbacks: n.Callbacks}, err
}

func taskOf(r db.TaskRow) leads.Task {
	return leads.Task{
		ID: r.ID, Kind: leads.TaskKind(r.Kind), State: leads.TaskState(r.State), Title: r.Title, ContactID: r.ContactID, ContactName: r.ContactName,
		LeadID: r.LeadID, InteractionID: r.InteractionID, CallID: r.CallID, Number: r.Number, DID: r.DID, Queue: r.Queue, Team: r.Team,
		Owner: person(r.OwnerID, r.OwnerName), CreatedBy: person(r.CreatedBy, r.AuthorName), Priority: leads.Priority(r.Priority), Repeat: leads.Repeat(r.Repeats),
		Calls: int(r.Calls), Attempts: int(r.Attempts), Missed: fromMicros(r.Missed), Due: fromMicros(r.Due), Remind: fromMicros(r.Remind),
		Snoozed: fromMicros(r.Snoozed), Escalated: fromMicros(r.Escalated), Created: fromMicros(r.Created), Done: fromMicros(r.Done), DoneBy: person(r.DoneBy, r.DoneName),
		Outcome: leads.TaskOutcome(r.Outcome), Comment: r.Comment, Wished: fromMicros(r.Wished), Note: r.Note,
		Wakes: fromMicros(r.Wakes), Key: r.AskedAs, Follows: r.Follows, Version: r.Version,
	}
}
