package storage

import (
	"context"
	"fmt"
	"time"

	"ctihub/leads"
	"ctihub/storage/db"
)

// sweepBatch is how many rows one transaction deletes, so that it blocks other writers for
// milliseconds only.
const sweepBatch = 500

// SweepDone deletes finished rows that are older than r allows, in small transactions, and
// counts old rows that have to stay. Several hubs may sweep at once.
func (s *Store) SweepDone(ctx context.Context, r leads.Retention) (done leads.Swept, err error) {
	done.Kept = map[leads.KeptReason]int64{}
	before := func(age time.Duration) int64 { return micros(s.now().Add(-age)) }
	if r.Deliveries > 0 {
		at := before(r.Deliveries)
		if done.Deliveries, err = s.sweep(ctx, func(q *db.Queries) (int64, error) {
			return q.DeleteDelivered(ctx, db.DeleteDeliveredParams{Before: at, Most: sweepBatch})
		}); err != nil {
			return done, fmt.Errorf("deleting old deliveries: %w", err)
		}
		for state, why := range map[leads.DeliveryState]leads.KeptReason{leads.DeliveryWaiting: leads.KeptWaiting, leads.DeliveryDead: leads.KeptDead} {
			n, err := s.read.CountOldDeliveries(ctx, db.CountOldDeliveriesParams{State: string(state), Before: at})
			if err != nil {
				return done, fmt.Errorf("counting old deliveries: %w", err)
			}
			countKept(done.Kept, why, n)
		}
	}
	if r.Quarantine > 0 {
		at := before(r.Quarantine)
		if done.Quarantine, err = s.sweep(ctx, func(q *db.Queries) (int64, error) {
			return q.DeleteDecided(ctx, db.DeleteDecidedParams{Before: at, Most: sweepBatch})
		}); err != nil {
			return done, fmt.Errorf("deleting old quarantine: %w", err)
		}
		n, err := s.read.CountOldWaiting(ctx, at)
		if err != nil {
			return done, fmt.Errorf("counting old quarantine: %w", err)
		}
		countKept(done.Kept, leads.KeptQuarantine, n)
	}
	if r.Events > 0 {
		if err := s.sweepEvents(ctx, before(r.Events), &done); err != nil {
			return done, fmt.Errorf("deleting old events: %w", err)
		}
	}
	return done, nil
}

// sweep deletes batch after batch until one is not full.
func (s *Store) sweep(ctx context.Context, batch func(*db.Queries) (int64, error)) (all int64, err error) {
	for {
		var n int64
		err := s.retryQueries(ctx, func(q *db.Queries) (err error) {
			n, err = batch(q)
			return err
		})
		all += n
		if err != nil || n < sweepBatch {
			return all, err
		}
	}
}

// sweepEvents walks over the old events, outside of the transactions that
// delete them.
func (s *Store) sweepEvents(ctx context.Context, before int64, done *leads.Swept) error {
	newest, err := s.LastEvent(ctx)
	if err != nil {
		return err
	}
	for after := int64(0); ; {
		page, err := s.read.OldEvents(ctx, db.OldEventsParams{After: after, Most: sweepBatch})
		if err != nil {
			return err
		}
		old, until := false, after
		var gone int64 // the last that may go
		for _, e := range page {
			until = e.Seq
			if e.At >= before {
				continue
			}
			old = true
			switch {
			case e.Kept:
				countKept(done.Kept, leads.KeptDelivery, 1)
			case e.Seq >= newest:
				countKept(done.Kept, leads.KeptNewest, 1)
			default:
				gone = e.Seq
			}
		}
		if gone > 0 {
			var n int64
			err := s.retryQueries(ctx, func(q *db.Queries) (err error) {
				if n, err = q.DeleteEvents(ctx, db.DeleteEventsParams{After: after, Until: gone, Before: before}); err != nil || n == 0 {
					return err
				}
				return q.RaiseHorizon(ctx, gone)
			})
			if err != nil {
				return err
			}
			done.Events += n
		}
		if !old || len(page) < sweepBatch {
			return nil
		}
		after = until
	}
}

// EventHorizon returns the number up to which events may have been deleted.
func (s *Store) EventHorizon(ctx context.Context) (int64, error) {
	seq, err := s.read.EventHorizon(ctx)
	if err != nil {
		return 0, fmt.Errorf("reading up to where events were deleted: %w", err)
	}
	return seq, nil
}

func countKept(kept map[leads.KeptReason]int64, why leads.KeptReason, n int64) {
	if n > 0 {
		kept[why] += n
	}
}
