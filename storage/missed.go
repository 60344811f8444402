package storage

import (
	"context"
	"fmt"
	"time"

	"ctihub/leads"
	"ctihub/storage/db"
)

// reportPage is how many calls a report reads at once.
const reportPage = 1000

// MissedReport tells how many calls that began in [from, to) were missed and
// what became of them by now.
func (s *Store) MissedReport(ctx context.Context, from, to, now time.Time) (leads.MissedReport, error) {
	r := leads.MissedReport{From: from.UTC(), To: to.UTC()}
	for p := (db.CallsNotAnsweredParams{Since: micros(from), Until: micros(to), Most: reportPage}); ; {
		rows, err := s.read.CallsNotAnswered(ctx, p)
		if err != nil {
			return r, fmt.Errorf("reading missed calls: %w", err)
		}
		for _, c := range rows {
			r.Add(leads.MissedCall{
				Ended: fromMicros(c.Ended), Team: c.Team, DID: c.DID, Queue: c.Queue, Known: c.ContactID != "",
				State: leads.TaskState(c.State), Outcome: leads.TaskOutcome(c.Outcome), Due: fromMicros(c.Due), Done: fromMicros(c.Done),
			}, now)
			p.AfterAt, p.AfterID = c.At, c.ID
		}
		if len(rows) < reportPage {
			r.Finish()
			return r, nil
		}
	}
}

// addCallbacks fills in how the customers of missed calls are called back.
func (s *Store) addCallbacks(ctx context.Context, calls []leads.CallRecord) error {
	var missed []string
	for _, c := range calls {
		if c.NotAnswered() {
			missed = append(missed, c.ID)
		}
	}
	tx := s.reading()
	tasks, err := readAll(missed, func(some []string) ([]db.CallbacksOfCallsRow, error) {
		return tx.listed(some).CallbacksOfCalls(ctx, "")
	},
		func(r db.CallbacksOfCallsRow) string { return r.CallID })
	if err != nil {
		return fmt.Errorf("reading call-backs: %w", err)
	}
	for i, c := range calls {
		if t, ok := tasks[c.ID]; ok {
			calls[i].Callback = &leads.Callback{
				TaskID: t.ID, State: leads.TaskState(t.State), Due: fromMicros(t.Due), Done: fromMicros(t.Done), Outcome: leads.TaskOutcome(t.Outcome),
			}
		}
	}
	return nil
}
