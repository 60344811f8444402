package router

import (
	"context"
	"log/slog"
	"time"
)

// Digests is what the daily summary needs from storage.
type Digests interface {
	// WriteDigests writes each user's summary of a day (2026-11-22) as events,
	// once; nothing when they were written before.
	WriteDigests(ctx context.Context, day string, at time.Time) error
}

const (
	digestEvery = 20 * time.Second // between two checks of the hour
	digestLate  = 2 * time.Hour    // a hub that starts later than that skips the day
)

// Digest writes each user's summary at a set hour of each day. It has no state, and may
// run on several hubs at once.
type Digest struct {
	Store Digests
	Log   *slog.Logger
	Hour  time.Duration    // since midnight
	Now   func() time.Time // in the zone of the office
}

// Run writes digests until ctx ends.
func (d *Digest) Run(ctx context.Context) error {
	tick := time.NewTicker(digestEvery)
	defer tick.Stop()
	for {
		if err := d.WriteIfDue(ctx); err != nil && ctx.Err() == nil {
			d.Log.Error("writing the daily digest; it is tried again", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// WriteIfDue writes the day's digests if their hour has come.
func (d *Digest) WriteIfDue(ctx context.Context) error {
	now := d.Now()
	hour := time.Date(now.Year(), now.Month(), now.Day(), 0, int(d.Hour/time.Minute), 0, 0, now.Location())
	if now.Before(hour) || now.Sub(hour) > digestLate {
		return nil
	}
	return d.Store.WriteDigests(ctx, now.Format(time.DateOnly), now)
}
