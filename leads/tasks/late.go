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
		since, err := tx.ReachedSince(ctx, t.ContactID, t.CallID, t.Missed)
		if err != nil {
			return err
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
