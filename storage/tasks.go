package storage

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"ctihub/leads"
	"ctihub/storage/db"
)

// Tasks lists the tasks that the viewer may see: open ones by their due time,
// the longest overdue first, done ones by when they were done, newest first.
func (s *Store) Tasks(ctx context.Context, v leads.Viewer, f leads.TaskFilter, p leads.Page) (leads.List[leads.Task], error) {
	var rows []db.TaskRow
	var most int
	var err error
	at := func(r db.TaskRow) place { return placeAt(r.Due, r.ID) }
	if f.State == leads.TaskDone {
		var before int64
		var id string
		if before, id, most, err = newestFirst(p); err != nil {
			return leads.List[leads.Task]{}, err
		}
		rows, err = s.read.ListDoneTasks(ctx, db.ListDoneTasksParams{
			BeforeDone: before, BeforeID: id, OwnerID: f.OwnerID, SeesAll: v.Role.SeesAll(), Viewer: v.UserID, Most: int32(most + 1),
		})
		at = func(r db.TaskRow) place { return placeAt(r.Done, r.ID) }
	} else {
		var from place
		if from, most, err = pageFrom(p, place{strconv.FormatInt(math.MinInt64, 10), ""}); err != nil {
			return leads.List[leads.Task]{}, err
		}
		after, wrong := strconv.ParseInt(from.key, 10, 64)
		if wrong != nil {
			return leads.List[leads.Task]{}, fmt.Errorf("%w: cursor is not one that a list returned", leads.ErrInvalid)
		}
		_, before := span(time.Time{}, f.LateAt)
		rows, err = s.read.ListOpenTasks(ctx, db.ListOpenTasksParams{
			DueBefore: before, AfterDue: after, AfterID: from.id, OwnerID: f.OwnerID, SeesAll: v.Role.SeesAll(), Viewer: v.UserID, Most: int32(most + 1),
		})
	}
	if err != nil {
		return leads.List[leads.Task]{}, fmt.Errorf("listing tasks: %w", err)
	}
	list := listOf(rows, most, taskOf, at)
	return list, seenBy(ctx, s.reading(), v, list.Items)
}

// Task returns one task that the viewer may see.
func (s *Store) Task(ctx context.Context, v leads.Viewer, id string) (leads.Task, error) {
	row, err := s.read.SeeTask(ctx, db.SeeTaskParams{ID: id, SeesAll: v.Role.SeesAll(), Viewer: v.UserID})
	if err != nil {
		return leads.Task{}, fmt.Errorf("task %q: %w", id, found(err))
	}
	return seenOne(ctx, s.reading(), v, taskOf(row))
}

// GiveTask makes a user the owner of an open task: the viewer themselves, or a
// colleague who takes leads. leads.ErrConflict when it is done.
func (s *Store) GiveTask(ctx context.Context, v leads.Viewer, id, ownerID string) (leads.Task, error) {
	return s.changeTask(ctx, v, id, leads.EventTaskUpdated, func(q *db.Queries, row db.TaskRow) (bool, error) {
		if row.OwnerID == ownerID {
			return false, nil
		}
		if ownerID != v.UserID {
			user, err := q.GetUser(ctx, ownerID)
			if err = found(err); err != nil || !userOf(user).TakesLeads() {
				return false, fmt.Errorf("%w: owner_id is not a user who serves customers", leads.ErrInvalid)
			}
		}
		return true, one(q.GiveTask(ctx, db.GiveTaskParams{ID: id, Version: row.Version, OwnerID: orNull(ownerID)}))
	})
}

// FinishTask ends an open task as its viewer says. leads.ErrConflict when it
// was ended before.
func (s *Store) FinishTask(ctx context.Context, v leads.Viewer, id string, o leads.TaskOutcome, comment string) (leads.Task, error) {
	comment = typed(comment)
	if !o.ByHand() || len(comment) > maxTyped {
		return leads.Task{}, fmt.Errorf("%w: a task is ended with an outcome and a short comment", leads.ErrInvalid)
	}
	return s.changeTask(ctx, v, id, leads.EventTaskDone, func(q *db.Queries, row db.TaskRow) (bool, error) {
		return true, one(q.EndTask(ctx, db.EndTaskParams{
			ID: id, Version: row.Version, Done: micros(s.now()), DoneBy: orNull(v.UserID), Outcome: string(o), Comment: comment,
		}))
	})
}

// changeTask changes an open task that the viewer sees, and tells those who saw
// it before and those who see it now.
func (s *Store) changeTask(ctx context.Context, v leads.Viewer, id string, kind leads.EventType, change func(*db.Queries, db.TaskRow) (bool, error)) (task leads.Task, err error) {
	err = s.decideBulk(ctx, func(ctx context.Context, b *bulk) error {
		task = leads.Task{}
		q := b.q
		row, err := q.SeeTask(ctx, db.SeeTaskParams{ID: id, SeesAll: v.Role.SeesAll(), Viewer: v.UserID})
		if err != nil {
			return found(err)
		}
		if leads.TaskState(row.State) != leads.TaskOpen {
			return fmt.Errorf("%w: the task is done", leads.ErrConflict)
		}
		before, err := q.TaskViewers(ctx, id)
		if err != nil {
			return err
		}
		changed, err := change(q, row)
		if err != nil {
			return err
		}
		if task = taskOf(row); changed {
			if task, err = recordTask(ctx, q, b, kind, id, before...); err != nil {
				return err
			}
		}
		task, err = seenOne(ctx, b, v, task)
		return err
	})
	if err != nil {
		return leads.Task{}, fmt.Errorf("changing task %q: %w", id, err)
	}
	return task, nil
}

// LateTasks returns open tasks that were due before a moment and of which
// supervisors were not told, the longest overdue first, after the given one.
func (s *Store) LateTasks(ctx context.Context, at time.Time, after leads.Task, limit int) ([]leads.Task, error) {
	rows, err := s.read.LateTasks(ctx, db.LateTasksParams{Now: micros(at), AfterDue: micros(after.Due), AfterID: after.ID, Most: int32(limit)})
	if err != nil {
		return nil, fmt.Errorf("looking for late tasks: %w", err)
	}
	return all(rows, func(r db.LateTasksRow) leads.Task { return leads.Task{ID: r.ID, Due: fromMicros(r.Due)} }), nil
}

// EscalateTask marks a late task so that supervisors are told, once however
// many hubs try. If the customer was reached meanwhile, by a touch that was
// stored at the same moment as their missed call, the task is done instead.
func (s *Store) EscalateTask(ctx context.Context, id string, at time.Time) error {
	err := s.decideBulk(ctx, func(ctx context.Context, b *bulk) error {
		q := b.q
		row, err := q.GetTask(ctx, id)
		if err != nil {
			return found(err)
		}
		if leads.TaskState(row.State) != leads.TaskOpen || row.Escalated != 0 || row.Due >= micros(at) {
			return nil // somebody else was first
		}
		since, err := reachedSince(ctx, q, row.ContactID, row.CallID, fromMicros(row.Missed))
		if err != nil {
			return err
		}
		kind := leads.EventTaskEscalated
		if since.Reached != "" && row.Wished == 0 { // what they write does not take back that they want to be called
			kind = leads.EventTaskDone
			err = one(q.EndTask(ctx, db.EndTaskParams{ID: id, Version: row.Version, Done: micros(since.At), Outcome: string(since.Reached)}))
		} else {
			err = one(q.EscalateTask(ctx, db.EscalateTaskParams{ID: id, Version: row.Version, Escalated: micros(at)}))
		}
		if err != nil {
			return err
		}
		_, err = recordTask(ctx, q, b, kind, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("escalating task %q: %w", id, err)
	}
	return nil
}

// eventRecorder records an event at once (bulk) or with the next flush (recorder).
type eventRecorder interface {
	record(ctx context.Context, body leads.EventBody, audience ...string) error
}

// recordTask reads a task as it is now and records an event of it, for
// everybody who sees it and the users also named.
func recordTask(ctx context.Context, q *db.Queries, to eventRecorder, kind leads.EventType, id string, also ...string) (leads.Task, error) {
	row, err := q.GetTask(ctx, id)
	if err != nil {
		return leads.Task{}, found(err)
	}
	viewers, err := q.TaskViewers(ctx, id)
	if err != nil {
		return leads.Task{}, err
	}
	task := taskOf(row)
	return task, to.record(ctx, leads.EventBody{Type: kind, Task: &task}, append(slices.Clone(also), viewers...)...)
}

// TaskCounts counts open tasks and those late at a moment; of one owner, or of all.
func (s *Store) TaskCounts(ctx context.Context, ownerID string, at time.Time) (leads.TaskCounts, error) {
	if ownerID != "" {
		n, err := s.read.CountTasksOf(ctx, db.CountTasksOfParams{OwnerID: ownerID, Now: micros(at)})
		return leads.TaskCounts{Open: n.Open, Late: n.Late}, err
	}
	n, err := s.read.CountTasks(ctx, micros(at))
	return leads.TaskCounts{Open: n.Open, Late: n.Late}, err
}

func taskOf(r db.TaskRow) leads.Task {
	return leads.Task{
		ID: r.ID, Kind: leads.TaskKind(r.Kind), State: leads.TaskState(r.State), ContactID: r.ContactID, ContactName: r.ContactName,
		LeadID: r.LeadID, CallID: r.CallID, Number: r.Number, DID: r.DID, Queue: r.Queue, Team: r.Team, Owner: person(r.OwnerID, r.OwnerName),
		Calls: int(r.Calls), Attempts: int(r.Attempts), Missed: fromMicros(r.Missed), Due: fromMicros(r.Due), Escalated: fromMicros(r.Escalated),
		Created: fromMicros(r.Created), Done: fromMicros(r.Done), DoneBy: person(r.DoneBy, r.DoneName),
		Outcome: leads.TaskOutcome(r.Outcome), Comment: r.Comment, Wished: fromMicros(r.Wished), Note: r.Note,
	}
}
