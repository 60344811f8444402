package attachments

import (
	"context"
	"fmt"
	"time"
)

const (
	sweepEvery = time.Hour
	sweepAfter = 24 * time.Hour // a touch is stored within seconds, or its files are kept again
	sweepMost  = 200            // files of one query
	sweepAll   = 24             // sweeps after which all files are checked again
)

// Run deletes files that nothing refers to, until ctx ends.
func (s *Store) Run(ctx context.Context) error {
	var swept time.Time // files up to here were checked
	for n := 1; ; n++ {
		if n%sweepAll == 0 {
			swept = time.Time{} // a touch may have left quarantine since
		}
		before := s.Now().Add(-sweepAfter)
		if err := s.Sweep(ctx, swept, before); err == nil {
			swept = before
		} else if ctx.Err() == nil {
			s.Log.WarnContext(ctx, "attachments without a message were not deleted; trying again in an hour", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(sweepEvery):
		}
	}
}

// Sweep deletes the files that were last kept in [since, before) and that no record refers
// to.
func (s *Store) Sweep(ctx context.Context, since, before time.Time) error {
	for {
		ids, err := s.Ledger.OrphanFiles(ctx, since, before, sweepMost)
		if err != nil || len(ids) == 0 {
			return err
		}
		for _, id := range ids {
			if err := s.sweep(ctx, id, before); err != nil {
				return fmt.Errorf("deleting attachment %s: %w", id, err)
			}
		}
		s.Log.InfoContext(ctx, "deleted attachments whose message was never stored", "count", len(ids))
	}
}

// sweep deletes one file unless it is being kept again.
func (s *Store) sweep(ctx context.Context, id string, before time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.keeping[id] > 0 {
		return fmt.Errorf("it is being received again")
	}
	dropped, err := s.Ledger.DropFile(ctx, id, before)
	if err != nil || !dropped {
		return err
	}
	return s.Content.Remove(ctx, key(id))
}
