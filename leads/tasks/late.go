package tasks

import (
	"context"
	"fmt"
	"time"

	"ctihub/leads"
)

// Late returns open tasks that were due before a moment and are not escalated, the
// longest overdue first, after the given one; the zero task asks for the first.
func (s *Service) Late(ctx context.Context, at time.Time, after leads.Task, limit int) ([]leads.Task, error) {
	return s.Store.LateTasks(ctx, at, after, limit)
}

// Waking returns open tasks whose reminder, or end of a snooze, has come by a moment, the
// earliest first, after the given one; the zero task asks for the first.
func (s *Service) Waking(ctx context.Context, at time.Time, after leads.Task, limit int) ([]leads.Task, error) {
	return s.Store.WakingTasks(ctx, at, after, limit)
}

// Wake records the event of a reminder, or of the end of a snooze, once however many hubs
// try.
func (s *Service) Wake(ctx context.Context, id string, at time.Time) error {
	err := s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		t, err := tx.Task(ctx, id)
		if err != nil {
			return err
		}
		if t.State != leads.TaskOpen || t.Wakes.IsZero() || t.Wakes.After(at) {
			return nil // another hub did it, or a user changed it
		}
		if err := tx.WakeTask(ctx, t, wakes(t, at, false)); err != nil {
			return err
		}
		_, err = tx.RecordTask(ctx, leads.EventTaskReminded, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("reminding of task %q: %w", id, err)
	}
	return nil
}

// Escalate marks a late task and records the event for supervisors, once however many
// hubs try. If the customer was reached meanwhile, by a touch that was stored at the same
// moment as the missed call, the task is done instead, unless the customer asked to be
// called.
func (s *Service) Escalate(ctx context.Context, id string, at time.Time) error {
	err := s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		t, err := tx.Task(ctx, id)
		if err != nil {
			return err
		}
		if t.State != leads.TaskOpen || !t.Escalated.IsZero() || !t.Due.Before(at) {
			return nil // another hub escalated it, or a user ended it
		}
		var since CallbackFacts
		if t.Kind == leads.TaskCallback {
			if since, err = tx.ReachedSince(ctx, t.ContactID, t.CallID, t.Missed); err != nil {
				return err
			}
		}
		kind := leads.EventTaskEscalated
		if since.Reached != "" && t.Wished.IsZero() {
			kind = leads.EventTaskDone
			err = tx.EndTask(ctx, t, End{Outcome: since.Reached, At: since.At})
		} else {
			err = tx.EscalateTask(ctx, t, at)
		}
		if err != nil {
			return err
		}
		_, err = tx.RecordTask(ctx, kind, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("escalating task %q: %w", id, err)
	}
	return nil
}
