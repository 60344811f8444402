package storage

import (
	"context"
	"fmt"
	"time"

	"ctihub/leads"
	"ctihub/storage/batch"
	"ctihub/storage/db"
)

// TaskAskedAs returns the task with a user's key.
func (t *Tx) TaskAskedAs(ctx context.Context, userID, key string) (leads.Task, error) {
	row, err := t.q.TaskAskedAs(ctx, db.TaskAskedAsParams{UserID: userID, AskedAs: key})
	return taskOf(row), orNotFound(err)
}

// TaskOwner returns the user who took a task or was given it; empty: none.
func (t *Tx) TaskOwner(ctx context.Context, id string) (string, error) {
	owner, err := t.q.TaskOwner(ctx, id)
	return owner, orNotFound(err)
}

// AddTask stores an open task of an author, without an event. It conflicts if the author has
// used its key, or if the task that it follows has a successor.
func (t *Tx) AddTask(ctx context.Context, task leads.Task) (id string, err error) {
	id = newID()
	err = requireRow(t.q.InsertTask(ctx, db.InsertTaskParams{
		ID: id, Kind: string(task.Kind), Title: task.Title, ContactID: orNull(task.ContactID), LeadID: orNull(task.LeadID),
		InteractionID: orNull(task.InteractionID), Team: task.Team, OwnerID: orNull(leads.IDOf(task.Owner)), CreatedBy: orNull(leads.IDOf(task.CreatedBy)),
		AskedAs: task.Key, Priority: string(task.Priority), Repeats: string(task.Repeat), Follows: orNull(task.Follows),
		Due: micros(task.Due), Remind: micros(task.Remind), Wakes: micros(task.Wakes), Created: micros(t.s.now()),
	}))
	if err != nil {
		return "", err
	}
	holdTask.Queue(t, oneID{id})
	return id, t.Flush(ctx)
}

// SaveTask stores what users change of a task; it conflicts if the task changed since it was
// read. An empty ownerID leaves it to its team; of a call-back, to the lead's manager.
func (t *Tx) SaveTask(ctx context.Context, task leads.Task, ownerID string) error {
	if err := requireRow(t.q.SaveTask(ctx, db.SaveTaskParams{
		ID: task.ID, Version: task.Version, Title: task.Title, Due: micros(task.Due), Remind: micros(task.Remind), Snoozed: micros(task.Snoozed),
		Wakes: micros(task.Wakes), Priority: string(task.Priority), Repeats: string(task.Repeat), OwnerID: orNull(ownerID), Team: task.Team,
		Escalated: micros(task.Escalated),
	})); err != nil {
		return err
	}
	holdTask.Queue(t, oneID{task.ID})
	return t.Flush(ctx)
}

// WakingTasks returns open tasks whose owner is told of them by a moment, the earliest first,
// after the given one. Only ID and Wakes are set.
func (s *Store) WakingTasks(ctx context.Context, at time.Time, after leads.Task, limit int) ([]leads.Task, error) {
	rows, err := s.read.WakingTasks(ctx, db.WakingTasksParams{Now: micros(at), AfterWakes: micros(after.Wakes), AfterID: after.ID, Most: int32(limit)})
	if err != nil {
		return nil, fmt.Errorf("looking for reminders: %w", err)
	}
	return mapRows(rows, func(r db.WakingTasksRow) leads.Task { return leads.Task{ID: r.ID, Wakes: fromMicros(r.Wakes)} }), nil
}

// WakeTask stores when the owner of a task is told of it next; it conflicts if the task
// changed since it was read.
func (t *Tx) WakeTask(ctx context.Context, task leads.Task, next time.Time) error {
	return requireRow(t.q.WakeTask(ctx, db.WakeTaskParams{ID: task.ID, Version: task.Version, Wakes: micros(next)}))
}

// nextTasks selects the open task of each lead that is due first.
var nextTasks = batch.NewJoin[string, nextTask]("reading the next tasks of leads", `
SELECT v.id, t.id, t.kind, t.title, t.due FROM v JOIN tasks t ON t.id = (
    SELECT n.id FROM tasks n WHERE n.lead_id = v.id AND n.state = 'open' ORDER BY n.due, n.id LIMIT 1)`, "id")

type nextTask struct {
	LeadID, ID, Kind, Title string
	Due                     int64
}

// addNextTasks fills in the next tasks of leads.
func (s *Store) addNextTasks(ctx context.Context, list []leads.Lead) error {
	rows, err := nextTasks.Rows(ctx, s.batch, mapRows(list, func(l leads.Lead) string { return l.ID })...)
	if err != nil {
		return err
	}
	byLead := batch.ByID(rows, func(r nextTask) string { return r.LeadID })
	for i, l := range list {
		if r, ok := byLead[l.ID]; ok {
			list[i].NextTask = &leads.NextTask{ID: r.ID, Kind: leads.TaskKind(r.Kind), Title: r.Title, Due: fromMicros(r.Due)}
		}
	}
	return nil
}
