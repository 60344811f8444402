package router

import (
	"context"
	"log/slog"
	"time"

	"ctihub/leads"
)

// CallStore is what LostCalls needs from storage.
type CallStore interface {
	// OpenCalls returns calls that ring or talk unchanged since these moments, the
	// oldest first.
	OpenCalls(ctx context.Context, ringing, talking time.Time, limit int) ([]leads.CallRecord, error)
}

// LostAfter is how long a call may be unchanged before its end counts as lost.
type LostAfter struct{ Ringing, Talking time.Duration }

// Timings of lost calls.
const (
	lostEvery = 15 * time.Second
	lostPage  = 500 // calls that a sweep reads at once
)

// LostCalls ends calls whose end was never reported: an exchange's push was lost, or the
// source is not configured any more. Otherwise their operators would stay busy for ever
// and get no calls. A call that its exchange still shows goes on, however long it lasts.
// LostCalls may run on several hubs at once.
type LostCalls struct {
	Store CallStore
	// Follows reports whether a source follows the call and will report its end, or
	// another hub owns the source.
	Follows func(source, linkedid string) bool
	// End ends one call as interrupted.
	End   func(ctx context.Context, c leads.CallRecord, at time.Time) error
	After LostAfter
	Log   *slog.Logger
	Now   func() time.Time
}

// Run looks for lost calls until ctx ends.
func (l *LostCalls) Run(ctx context.Context) error {
	tick := time.NewTicker(lostEvery)
	defer tick.Stop()
	for {
		l.Sweep(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Sweep ends the calls that are lost now, as interrupted at their last change.
func (l *LostCalls) Sweep(ctx context.Context) {
	now := l.Now()
	calls, err := l.Store.OpenCalls(ctx, now.Add(-l.After.Ringing), now.Add(-l.After.Talking), lostPage)
	if err != nil {
		if ctx.Err() == nil {
			l.Log.Error("looking for calls without an end; it is tried again", "error", err)
		}
		return
	}
	for _, c := range calls {
		if l.Follows(c.Source, c.Linkedid) {
			continue
		}
		if err := l.End(ctx, c, c.LastChange()); err != nil && ctx.Err() == nil {
			l.Log.Error("a call without an end is not ended; it is tried again", "source", c.Source, "error", err)
			continue
		}
		l.Log.Info("a call without an end was ended as interrupted", "source", c.Source, "state", c.State)
	}
}
