package router

import (
	"context"
	"log/slog"
	"time"
)

// duplicatesEvery is the pause between two looks for contacts to compare.
const duplicatesEvery = 3 * time.Second

// DuplicateStore is what the search for duplicates needs from storage. leads.ErrConflict: another hub
// did the step.
type DuplicateStore interface {
	// FindDuplicates compares the next contacts that are new or changed with others.
	FindDuplicates(ctx context.Context) (compared int, err error)
}

// Duplicates finds contacts that are perhaps one person. Intake does not wait for it: it reads what
// the indexer has queued, in small transactions with pauses of the same length. A contact that is
// new or changed comes before those that were there when the hub learned to look.
type Duplicates struct {
	Store DuplicateStore
	Log   *slog.Logger

	compared int
	began    time.Time
	told     time.Time
}

// Run looks for duplicates until ctx ends.
func (d *Duplicates) Run(ctx context.Context) error {
	return inSteps(ctx, d.Log, "the newest contacts were not compared with others; it is tried again", duplicatesEvery, d.step)
}

func (d *Duplicates) step(ctx context.Context) (more bool, err error) {
	n, err := d.Store.FindDuplicates(ctx)
	if err != nil {
		return false, err
	}
	now := time.Now()
	switch {
	case d.compared == 0:
		d.began, d.told = now, now
	case n == 0 && d.told != d.began:
		d.Log.InfoContext(ctx, "all contacts are compared with each other", "contacts", d.compared, "took", now.Sub(d.began).Round(time.Second))
	case now.Sub(d.told) >= indexTells:
		d.told = now
		d.Log.InfoContext(ctx, "contacts are compared with each other", "contacts", d.compared)
	}
	if d.compared += n; n == 0 {
		d.compared = 0
	}
	return n > 0, nil
}
