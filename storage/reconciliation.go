package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"ctihub/leads"
	"ctihub/storage/db"
)

// PutGap stores a time in which a source received no events. A gap of the same source with
// the same beginning is extended.
func (s *Store) PutGap(ctx context.Context, g leads.Gap) error {
	err := s.retryQueries(ctx, func(q *db.Queries) error {
		return q.PutGap(ctx, db.PutGapParams{Source: g.Source, Began: micros(g.From), Ended: micros(g.Until), Cause: g.Cause})
	})
	if err != nil {
		return fmt.Errorf("noting a gap of %s: %w", g.Source, err)
	}
	return nil
}

// FillGaps notes that the source's gaps that were over by then are filled, save
// those of the journal itself.
func (s *Store) FillGaps(ctx context.Context, source string, until time.Time) error {
	err := s.retryQueries(ctx, func(q *db.Queries) error {
		return q.FillGaps(ctx, db.FillGapsParams{Source: source, Until: micros(until), Filled: micros(s.now())})
	})
	if err != nil {
		return fmt.Errorf("filling the gaps of %s: %w", source, err)
	}
	return nil
}

// Gaps lists the newest gaps of a source, or of all if it is empty.
func (s *Store) Gaps(ctx context.Context, source string, most int) ([]leads.Gap, error) {
	rows, err := s.read.ListGaps(ctx, db.ListGapsParams{Source: source, Most: int32(most)})
	if err != nil {
		return nil, fmt.Errorf("listing gaps: %w", err)
	}
	return mapRows(rows, func(r db.ListGapsRow) leads.Gap {
		return leads.Gap{Source: r.Source, Cause: r.Cause, From: fromMicros(r.Began), Until: fromMicros(r.Ended), Filled: fromMicros(r.Filled), Calls: r.Calls}
	}), nil
}

// AskReconciliation asks the hub that owns the source to compare a day
// (2006-01-02) with the journal.
func (s *Store) AskReconciliation(ctx context.Context, source, day string) error {
	err := s.retryQueries(ctx, func(q *db.Queries) error {
		return q.AskReconciliation(ctx, db.AskReconciliationParams{Source: source, Day: day, Asked: micros(s.now())})
	})
	if err != nil {
		return fmt.Errorf("asking for a reconciliation: %w", err)
	}
	return nil
}

// AskedReconciliations returns the days for which a comparison is requested.
func (s *Store) AskedReconciliations(ctx context.Context, source string) ([]string, error) {
	days, err := s.read.AskedReconciliations(ctx, source)
	if err != nil {
		return nil, fmt.Errorf("reading what reconciliations are asked for: %w", err)
	}
	return days, nil
}

// Reconciliation returns a day's record, an empty one if it was never made.
func (s *Store) Reconciliation(ctx context.Context, source, day string) (leads.Reconciliation, error) {
	row, err := s.read.GetReconciliation(ctx, db.GetReconciliationParams{Source: source, Day: day})
	if errors.Is(err, sql.ErrNoRows) {
		return leads.Reconciliation{Source: source, Day: day, Differences: []leads.Difference{}}, nil
	} else if err != nil {
		return leads.Reconciliation{}, fmt.Errorf("reading the reconciliation of %s: %w", day, err)
	}
	return reconciliationOf(row), nil
}

// Reconciliations lists the newest ones; an empty source or day does not restrict.
func (s *Store) Reconciliations(ctx context.Context, source, day string, most int) ([]leads.Reconciliation, error) {
	rows, err := s.read.ListReconciliations(ctx, db.ListReconciliationsParams{Source: source, Day: day, Most: int32(most)})
	if err != nil {
		return nil, fmt.Errorf("listing reconciliations: %w", err)
	}
	return mapRows(rows, reconciliationOf), nil
}

// PutReconciliation stores the result of a comparison that began at a time. A later request
// stays open.
func (s *Store) PutReconciliation(ctx context.Context, r leads.Reconciliation, began time.Time) error {
	differences, err := json.Marshal(r.Differences)
	if err == nil {
		err = s.retryQueries(ctx, func(q *db.Queries) error {
			return q.PutReconciliation(ctx, db.PutReconciliationParams{
				Source: r.Source, Day: r.Day, At: micros(r.At), Calls: r.Calls, Missing: r.Missing, Differing: r.Differing, Unknown: r.Unknown,
				Repaired: r.Repaired, Error: cleanText(r.Error), Differences: string(differences), Began: micros(began),
			})
		})
	}
	if err != nil {
		return fmt.Errorf("storing the reconciliation of %s: %w", r.Day, err)
	}
	return nil
}

// CallsBegun returns the source's calls that began from (inclusive) until
// (exclusive), save those that turned out to be parts of others.
func (s *Store) CallsBegun(ctx context.Context, source string, from, until time.Time) ([]leads.Call, error) {
	var calls []leads.Call
	everybody := leads.Viewer{Role: leads.RoleAdmin}
	page := leads.Page{Limit: 200}
	for {
		list, err := s.Calls(ctx, everybody, leads.CallFilter{Sources: []string{source}, Started: leads.Period{Since: from, Until: until}}, page)
		if err != nil {
			return nil, err
		}
		for _, c := range list.Items {
			calls = append(calls, c.Call)
		}
		if page.Cursor = list.Next; page.Cursor == "" {
			return calls, nil
		}
	}
}

func reconciliationOf(r db.Reconciliation) leads.Reconciliation {
	out := leads.Reconciliation{
		Source: r.Source, Day: r.Day, Asked: fromMicros(r.Asked), At: fromMicros(r.At), Calls: r.Calls, Missing: r.Missing,
		Differing: r.Differing, Unknown: r.Unknown, Repaired: r.Repaired, Error: r.Error, Differences: []leads.Difference{},
	}
	_ = json.Unmarshal([]byte(r.Differences), &out.Differences) // ours
	return out
}
