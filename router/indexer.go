package router

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"ctihub/leads"
	"ctihub/leads/search"
)

// Timings of the indexer.
const (
	indexEvery   = 300 * time.Millisecond // between two looks for changes
	indexStandby = 5 * time.Second        // after another hub did the work
	indexTells   = 10 * time.Second       // between two notes in the log while a new index is filled
)

// SearchIndex is what the indexer needs from storage. leads.ErrConflict: another hub did
// the step.
type SearchIndex interface {
	// Changes brings the records of the next events up to date in the index. more: further
	// events wait.
	Changes(ctx context.Context) (more bool, err error)
	// Fill puts the next records that were there before the index into it.
	Fill(ctx context.Context) (search.Filled, error)
}

// Indexer keeps the index of the search. Intake and rings do not wait for it: it reads what
// they have committed, in small transactions with pauses of the same length. It may run
// on several hubs at once; one of them does the work.
type Indexer struct {
	Index SearchIndex
	Log   *slog.Logger

	docs  int // of the new index
	began time.Time
	told  time.Time
	done  bool
}

// Run indexes until ctx ends.
func (x *Indexer) Run(ctx context.Context) error {
	return inSteps(ctx, x.Log, "the search does not know the newest changes; it is tried again", indexEvery, x.step)
}

// inSteps runs step until ctx ends, with pauses: of the length of the step while there is more, else
// of the length every, and longer after another hub did the step or it failed.
func inSteps(ctx context.Context, log *slog.Logger, failed string, every time.Duration, step func(context.Context) (more bool, err error)) error {
	for {
		began := time.Now()
		more, err := step(ctx)
		pause := every
		switch {
		case errors.Is(err, leads.ErrConflict):
			pause = indexStandby
		case err != nil && ctx.Err() == nil:
			log.WarnContext(ctx, failed, "error", err)
			pause = indexStandby
		case more:
			pause = min(time.Since(began), every)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
	}
}

// step reads changes, and then a page of the records for a new index.
func (x *Indexer) step(ctx context.Context) (more bool, err error) {
	more, err = x.Index.Changes(ctx)
	if err != nil || x.done {
		return more, err
	}
	page, err := x.Index.Fill(ctx)
	if err != nil {
		return false, err
	}
	x.tell(ctx, page)
	x.done = page.Done
	return more || !page.Done, nil
}

// tell logs how far a new index is.
func (x *Indexer) tell(ctx context.Context, page search.Filled) {
	now := time.Now()
	switch {
	case x.docs == 0:
		x.began, x.told = now, now
	case page.Done:
		x.Log.InfoContext(ctx, "the search has all records", "records", x.docs, "took", now.Sub(x.began).Round(time.Second))
	case page.Docs > 0 && now.Sub(x.told) >= indexTells:
		x.told = now
		x.Log.InfoContext(ctx, "the search gets the records that are there", "records", x.docs, "kind", page.Kind)
	}
	x.docs += page.Docs
}
