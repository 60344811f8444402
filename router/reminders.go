package router

import (
	"context"
	"log/slog"
	"time"
)

// remindEvery is between two looks at the dates of custom fields.
const remindEvery = 5 * time.Minute

// Reminders makes tasks of dates in custom fields.
type Reminders struct {
	Remind func(ctx context.Context) error // makes the tasks of the day that are not there yet
	Log    *slog.Logger
}

// Run makes tasks until ctx ends.
func (r *Reminders) Run(ctx context.Context) error {
	tick := time.NewTicker(remindEvery)
	defer tick.Stop()
	for {
		if err := r.Remind(ctx); err != nil && ctx.Err() == nil {
			r.Log.Error("making tasks of dates; it is tried again", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
