package router

import (
	"context"
	"log/slog"
	"time"

	"ctihub/leads"
)

// retainEvery is the time between two sweeps.
const retainEvery = time.Hour

// Retention deletes events, deliveries and quarantine that are older than the configured
// age.
type Retention struct {
	Store RetentionStore
	Keep  leads.Retention
	Log   *slog.Logger
}

// RetentionStore is the part of storage that sweeps.
type RetentionStore interface {
	SweepDone(ctx context.Context, r leads.Retention) (leads.Swept, error)
}

// Run sweeps at once and every hour, until ctx ends.
func (r *Retention) Run(ctx context.Context) error {
	for {
		r.sweep(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(retainEvery):
		}
	}
}

// sweep logs how many rows were deleted, and how many old rows were kept, by reason.
func (r *Retention) sweep(ctx context.Context) {
	done, err := r.Store.SweepDone(ctx, r.Keep)
	if err != nil {
		if ctx.Err() == nil {
			r.Log.WarnContext(ctx, "what is done was not deleted; trying again in an hour", "error", err)
		}
		return
	}
	if done.Events+done.Deliveries+done.Quarantine == 0 && len(done.Kept) == 0 {
		return
	}
	args := []any{"events", done.Events, "deliveries", done.Deliveries, "quarantine", done.Quarantine}
	for _, why := range []leads.KeptReason{leads.KeptWaiting, leads.KeptDead, leads.KeptDelivery, leads.KeptNewest, leads.KeptQuarantine} {
		if n := done.Kept[why]; n > 0 {
			args = append(args, "kept_"+string(why), n)
		}
	}
	r.Log.InfoContext(ctx, "deleted what was done long ago", args...)
}
