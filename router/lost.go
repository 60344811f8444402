package router

import (
	"context"
	"log/slog"
	"time"

	"ctihub/leads"
)

// CallStore is what ending lost calls needs from storage.
type CallStore interface {
	// OpenCalls returns calls that ring or talk without news since these moments,
	// the oldest first.
	OpenCalls(ctx context.Context, ringing, talking time.Time, limit int) ([]leads.CallRecord, error)
}

// LostAfter is for how long a call may go on without news before its end counts
// as lost on the way.
type LostAfter struct{ Ringing, Talking time.Duration }

// Timings of lost calls.
const (
	lostEvery = 15 * time.Second
	lostPage  = 500 // calls that a sweep reads at once
)

// LostCalls ends calls of whose end nobody told: a push of an exchange that was
// lost, a source that is not configured any more. Otherwise the people in them
// would be talking for ever and get no calls. A call that its exchange still
// shows goes on, however long it lasts. It may run on several hubs at once.
type LostCalls struct {
	Store CallStore
	// Follows reports whether a source would tell of the call's end, or whether
	// another hub knows.
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

// Sweep ends the calls that are lost now, as interrupted at their last news.
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
		if err := l.End(ctx, c, c.LastNews()); err != nil && ctx.Err() == nil {
			l.Log.Error("a call without an end is not ended; it is tried again", "source", c.Source, "error", err)
			continue
		}
		l.Log.Info("a call without an end was ended as interrupted", "source", c.Source, "state", c.State)
	}
}
