package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ctihub/connectors"
	"ctihub/leads"
)

// ReconciliationStore is the storage of calls and reconciliations: stored calls are compared with
// the journal of the exchange.
type ReconciliationStore interface {
	connectors.GapLog
	// CallsBegun returns the source's calls that began from until.
	CallsBegun(ctx context.Context, source string, from, until time.Time) ([]leads.Call, error)
	// AskedReconciliations returns the days that users asked for.
	AskedReconciliations(ctx context.Context, source string) (days []string, err error)
	Reconciliation(ctx context.Context, source, day string) (leads.Reconciliation, error)
	PutReconciliation(ctx context.Context, r leads.Reconciliation, began time.Time) error
}

// Times of reconciling.
const (
	reconcileEvery = time.Hour
	reconcileFirst = time.Minute     // after the source began
	askedEvery     = 2 * time.Second // how often requests are read
	settleTime     = 3 * time.Second // for a call that has just ended to be stored
	reconcileBatch = 25              // calls of one transaction
)

// EnableReconciliation makes the supervisor compare the stored calls of each source that has a
// journal with it, every hour and on request, and store gaps. Call it before Add.
// noted is called after every comparison.
func (sv *Supervisor) EnableReconciliation(b ReconciliationStore, noted func(leads.Reconciliation)) {
	sv.store, sv.onReconciled = b, noted
}

// reconciler compares the calls of one source with its journal.
type reconciler struct {
	source       string
	journal      func(ctx context.Context, from, until time.Time) (calls []leads.Touch, open []string, err error) // see [connectors.Source]
	store        ReconciliationStore
	in           leads.Inbox
	region       string
	onReconciled func(leads.Reconciliation)
	settle       time.Duration
	now          func() time.Time
}

// reconcileLoop compares every hour and on request, until ctx ends.
func (s *source) reconcileLoop(ctx context.Context, r *reconciler) {
	next := r.now().Add(reconcileFirst)
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(askedEvery):
		}
		days, err := r.store.AskedReconciliations(ctx, r.source)
		if err != nil {
			s.log.Warn("cannot find out what is to be reconciled", "error", err)
			continue
		}
		hourly := !r.now().Before(next)
		if hourly {
			days = append(days, r.days()...)
		}
		for _, d := range days {
			if err = r.day(ctx, d); err != nil && ctx.Err() == nil && !errors.Is(err, connectors.ErrJournalBehind) {
				s.log.Warn("calls could not be compared with the journal", "day", d, "error", err)
			}
		}
		if hourly && !errors.Is(err, connectors.ErrJournalBehind) {
			next = r.now().Add(reconcileEvery)
		}
	}
}

// days returns the days of the hourly comparison: today, and before 3 o'clock
// yesterday as well.
func (r *reconciler) days() []string {
	at := r.now()
	if at.Hour() < 3 {
		return []string{at.AddDate(0, 0, -1).Format(time.DateOnly), at.Format(time.DateOnly)}
	}
	return []string{at.Format(time.DateOnly)}
}

// day compares one day, repairs differences through the source's inbox, and stores
// the result.
func (r *reconciler) day(ctx context.Context, day string) error {
	began := r.now()
	record, err := r.store.Reconciliation(ctx, r.source, day)
	if err != nil {
		return err
	}
	inJournal, found, remaining, err := r.compare(ctx, day)
	switch {
	case errors.Is(err, connectors.ErrJournalBehind):
		return err
	case errors.Is(err, connectors.ErrNoJournal) && record.Asked.IsZero():
		return nil
	case err != nil && ctx.Err() != nil:
		return err
	case err != nil:
		record.Error, record.At = err.Error(), began
	default:
		record.Note(began, inJournal, found, remaining)
		if r.onReconciled != nil {
			now := record
			now.Differences = found
			r.onReconciled(now)
		}
	}
	return errors.Join(err, r.store.PutReconciliation(ctx, record, began))
}

// compare returns how many calls of a day the journal has, the differences, and those
// that remain after the repair.
func (r *reconciler) compare(ctx context.Context, day string) (inJournal int, found, remaining []leads.Difference, err error) {
	from, err := time.ParseInLocation(time.DateOnly, day, r.now().Location())
	if err != nil {
		return 0, nil, nil, fmt.Errorf("%w: %q is no day", leads.ErrInvalid, day)
	}
	until := from.AddDate(0, 0, 1)
	touches, open, err := r.journal(ctx, from, until)
	if err != nil {
		return 0, nil, nil, err
	}
	calls := make([]leads.Call, len(touches))
	for i, t := range touches {
		touches[i] = t.Normalise(r.region)
		if calls[i] = *touches[i].Call; calls[i].PartOf == "" {
			inJournal++
		}
	}
	differences := func() ([]leads.Difference, error) {
		// The hub may have another beginning of a call that it saw live only.
		stored, err := r.store.CallsBegun(ctx, r.source, from.Add(-time.Hour), until.Add(time.Hour))
		var differ []leads.Difference
		for _, d := range leads.Compare(calls, stored, open) {
			if d.Kind != leads.DifferenceUnknown || !d.Started.Before(from) && d.Started.Before(until) && r.now().Sub(d.Started) > time.Minute {
				differ = append(differ, d)
			}
		}
		return differ, err
	}
	if found, err = differences(); err != nil || len(found) == 0 {
		return inJournal, nil, nil, err
	}
	select {
	case <-ctx.Done():
		return inJournal, nil, nil, ctx.Err()
	case <-time.After(r.settle):
	}
	if found, err = differences(); err != nil {
		return inJournal, nil, nil, err
	}
	if err := r.repair(ctx, touches, found); err != nil {
		return inJournal, nil, nil, err
	}
	remaining, err = differences()
	return inJournal, found, remaining, err
}

// repair puts the differing calls as they are in the journal.
func (r *reconciler) repair(ctx context.Context, touches []leads.Touch, found []leads.Difference) error {
	differs := map[string]bool{}
	for _, d := range found {
		differs[d.Linkedid] = d.Kind != leads.DifferenceUnknown
	}
	var batch []leads.Touch
	for i, t := range touches {
		if differs[t.Call.Linkedid] {
			batch = append(batch, t)
		}
		if len(batch) == reconcileBatch || i == len(touches)-1 && len(batch) > 0 {
			if err := r.in.Put(ctx, "", batch...); err != nil {
				return err
			}
			batch = nil
		}
	}
	return nil
}
