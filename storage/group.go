package storage

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"

	"ctihub/leads"
	"ctihub/leads/intake"
	"ctihub/storage/batch"
)

// Bounds of shared commits.
const (
	groupMost = 64   // touches of one transaction, unless one batch alone has more
	waveMost  = 64   // touches that are read and decided together
	queueMost = 1000 // touches that may wait for one writer; more are refused
	pgLanes   = 1    // writers of what is not a call, on PostgreSQL: more would wait for the turn
)

// onlyCalls reports whether a batch has only calls, which are stored before other touches.
func onlyCalls(b intake.Batch) bool {
	return len(b.Touches) > 0 && !slices.ContainsFunc(b.Touches, func(t leads.Touch) bool { return t.Call == nil })
}

// job is one caller's batch.
type job struct {
	batch   intake.Batch
	touches []leads.Touch   // cleaned
	stored  []intake.Stored // the result of each touch, once it is committed
}

func newJob(b intake.Batch) *job {
	j := &job{batch: b, touches: make([]leads.Touch, len(b.Touches))}
	for i, t := range b.Touches {
		j.touches[i] = cleanTouch(t)
	}
	return j
}

// storeGroup stores the batches of a group in one transaction. If one of them cannot be
// stored, or conflicts, each gets its own transaction, so that it fails alone.
func (s *Store) storeGroup(group []*batch.Item[*job]) {
	var jobs []*job
	for _, item := range group {
		jobs = append(jobs, item.Work)
	}
	s.claim(jobs)
	if len(group) > 1 {
		err := s.tryGroup(jobs)
		if err == nil || isDatabaseDown(err) {
			s.analyseIfGrown(jobs, err)
			for _, item := range group {
				item.Finish(err)
			}
			return
		}
	}
	var err error
	for i, item := range group {
		if !isDatabaseDown(err) {
			err = s.retryTxOn(context.Background(), s.ingesting, s.storing(jobs[i:i+1]))
		}
		s.analyseIfGrown(jobs[i:i+1], err)
		item.Finish(err)
	}
}

// claim tells other hubs whose touches are about to be stored, with one question to Redis.
func (s *Store) claim(group []*job) {
	if s.dedupe == nil {
		return
	}
	var ids []leads.Identity
	for _, j := range group {
		for _, t := range j.touches {
			ids = append(ids, t.From...)
		}
	}
	s.dedupe.Claim(context.Background(), ids)
}

// tryGroup stores a group, once.
func (s *Store) tryGroup(group []*job) error {
	ctx, cancel := context.WithTimeout(context.Background(), writeLimit)
	defer cancel()
	return s.inTxOn(ctx, s.ingesting, s.storing(group))
}

// storing returns the transaction that stores a group. It turns a panic into an error.
func (s *Store) storing(group []*job) func(context.Context, *Tx) error {
	return func(ctx context.Context, tx *Tx) (err error) {
		defer func() {
			if cause := recover(); cause != nil {
				err = fmt.Errorf("panic while storing: %T\n%s", cause, debug.Stack())
			}
		}()
		if err := writeGroup(ctx, tx, group); err != nil {
			return err
		}
		s.step(StepWritten)
		return nil
	}
}
