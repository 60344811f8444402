package storage

import (
	"context"
	"fmt"
	"time"

	"ctihub/leads"
	"ctihub/storage/batch"
	"ctihub/storage/db"
)

// reportPage is how many calls a report reads at once.
const reportPage = 1000

// MissedReport counts the missed calls that began in [from, to), and their outcomes by now.
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

// callbacksOfCalls selects the tasks of calls.
var callbacksOfCalls = batch.NewQuery[string, callbackOfCall]("reading call-backs of calls",
	"SELECT k.call_id, t.id, t.state, t.due, t.done, t.outcome FROM task_calls k JOIN tasks t ON t.id = k.task_id WHERE", "k.call_id")

type callbackOfCall struct {
	CallID, ID, State string
	Due, Done         int64
	Outcome           string
}

// addCallbacks fills in the call-backs of missed calls.
func (s *Store) addCallbacks(ctx context.Context, calls []leads.CallRecord) error {
	var missed []string
	for _, c := range calls {
		if c.NotAnswered() {
			missed = append(missed, c.ID)
		}
	}
	rows, err := callbacksOfCalls.Rows(ctx, s.batch, missed...)
	if err != nil {
		return err
	}
	tasks := batch.ByID(rows, func(r callbackOfCall) string { return r.CallID })
	for i, c := range calls {
		if t, ok := tasks[c.ID]; ok {
			calls[i].Callback = &leads.Callback{
				TaskID: t.ID, State: leads.TaskState(t.State), Due: fromMicros(t.Due), Done: fromMicros(t.Done), Outcome: leads.TaskOutcome(t.Outcome),
			}
		}
	}
	return nil
}
