package router

import (
	"context"
	"log/slog"
	"time"

	"ctihub/leads"
)

// LateTasks is what escalation needs (tasks.Service).
type LateTasks interface {
	// Late returns open tasks that were due before a moment and were not
	// escalated, the longest overdue first, after the given one; the zero task
	// asks for the first.
	Late(ctx context.Context, at time.Time, after leads.Task, limit int) ([]leads.Task, error)
	// Escalate escalates one of them to supervisors, unless another hub did or it is
	// done.
	Escalate(ctx context.Context, id string, at time.Time) error
	// Waking returns open tasks whose reminder or end of a snooze has come, as Late does;
	// Wake records its event, unless another hub did.
	Waking(ctx context.Context, at time.Time, after leads.Task, limit int) ([]leads.Task, error)
	Wake(ctx context.Context, id string, at time.Time) error
}

// Timings of escalation.
const (
	lateEvery = 5 * time.Second // between two sweeps
	latePage  = 100             // tasks that a sweep reads at once
)

// Escalation escalates late tasks to supervisors, and reminds of tasks whose time has come,
// each once. It has no state, and may run on several hubs at once.
type Escalation struct {
	Tasks LateTasks
	Log   *slog.Logger
	Now   func() time.Time
}

// Run sweeps until ctx ends, beginning with tasks whose time came while no hub ran.
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

// Sweep escalates every task that is late now, and reminds of every task whose time has
// come, page by page. One that fails does not block the others, and is tried again with the
// next sweep.
func (e *Escalation) Sweep(ctx context.Context) {
	e.sweep(ctx, "escalating a late task", e.Tasks.Late, e.Tasks.Escalate)
	e.sweep(ctx, "reminding of a task", e.Tasks.Waking, e.Tasks.Wake)
}

// sweep does one thing to every task that find returns now.
func (e *Escalation) sweep(ctx context.Context, what string, find func(context.Context, time.Time, leads.Task, int) ([]leads.Task, error),
	do func(context.Context, string, time.Time) error) {
	at := e.Now()
	for last := (leads.Task{}); ; {
		page, err := find(ctx, at, last, latePage)
		if err != nil {
			if ctx.Err() == nil {
				e.Log.Error("looking for tasks; it is tried again", "for", what, "error", err)
			}
			return
		}
		for _, t := range page {
			if err := do(ctx, t.ID, at); err != nil && ctx.Err() == nil {
				e.Log.Error("a task is left for the next sweep", "for", what, "task", t.ID, "error", err)
			}
		}
		if len(page) < latePage || ctx.Err() != nil {
			return
		}
		last = page[len(page)-1]
	}
}
