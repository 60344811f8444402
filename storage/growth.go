package storage

import (
	"context"
	"sync"
	"sync/atomic"
)

// growth counts the touches that this hub stored. PostgreSQL keeps the plans of prepared
// statements, and a plan for a table of a few rows is a sequential scan. Autovacuum
// analyses the tables a minute later at the earliest; until then each touch on a new
// database would take longer than the one before.
type growth struct {
	touches  atomic.Int64
	steps    atomic.Int32 // done
	analyses sync.WaitGroup
}

// Touches at which the tables are analysed: at the first, and then at each
// growth by the factor. After that autovacuum does it.
const (
	growthFirst  = 500
	growthFactor = 4
	growthSteps  = 5
)

// analyseIfGrown is called after each group. It starts an ANALYZE on PostgreSQL when the
// tables have grown by growthFactor.
func (s *Store) analyseIfGrown(group []*job, err error) {
	if err != nil || s.writing != nil {
		return
	}
	touches := 0
	for _, j := range group {
		touches += len(j.touches)
	}
	n, passed, step := s.growth.touches.Add(int64(touches)), s.growth.steps.Load(), int64(growthFirst)
	for range passed {
		step *= growthFactor
	}
	if passed == growthSteps || n < step || !s.growth.steps.CompareAndSwap(passed, passed+1) {
		return
	}
	s.growth.analyses.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), writeLimit)
		defer cancel()
		// If it fails, autovacuum does it later.
		_, _ = s.conn.ExecContext(ctx, "ANALYZE contacts, identities, leads, interactions, calls, legs, changes, events")
	})
}
