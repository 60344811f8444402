package router

import (
	"context"
	"log/slog"
	"time"

	"ctihub/leads"
)

// TaskStore is what escalation needs from storage.
type TaskStore interface {
	// LateTasks returns open tasks that were due before a moment and were not
	// escalated, the longest overdue first, after the given one; the zero task
	// asks for the first.
	LateTasks(ctx context.Context, at time.Time, after leads.Task, limit int) ([]leads.Task, error)
	// EscalateTask marks one of them and writes its event in one transaction.
	// No event means that another hub, or whoever did the task, was first.
	EscalateTask(ctx context.Context, id string, at time.Time) error
}

// Timings of escalation.
const (
	lateEvery = 5 * time.Second // how soon after its time a task is called late
	latePage  = 100             // tasks that a sweep reads at once
)

// Escalation tells supervisors of tasks that are late, each once. It keeps
// nothing in memory, and may run on several hubs at once.
type Escalation struct {
	Store TaskStore
	Log   *slog.Logger
	Now   func() time.Time
}

// Run looks for late tasks until ctx ends, beginning with those that became
// late while no hub ran.
func (e *Escalation) Run(ctx context.Context) error {
	tick := time.NewTicker(lateEvery)
	defer tick.Stop()
	for {
		e.Sweep(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Sweep escalates every task that is late now, page by page, so that one that
// fails does not hide the others; it is tried again with the next sweep.
func (e *Escalation) Sweep(ctx context.Context) {
	at := e.Now()
	for last := (leads.Task{}); ; {
		page, err := e.Store.LateTasks(ctx, at, last, latePage)
		if err != nil {
			if ctx.Err() == nil {
				e.Log.Error("looking for late tasks; it is tried again", "error", err)
			}
			return
		}
		for _, t := range page {
			err := e.Store.EscalateTask(ctx, t.ID, at)
			if err != nil && ctx.Err() == nil {
				e.Log.Error("a late task is not escalated; it is tried again", "task", t.ID, "error", err)
			}
		}
		if len(page) < latePage || ctx.Err() != nil {
			return
		}
		last = page[len(page)-1]
	}
}
