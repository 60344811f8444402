package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"ctihub/leads"
	"ctihub/storage/db"
)

// SourceStats returns the count, up to leads.CountMost, and the time of the last
// interaction of each of these sources.
func (s *Store) SourceStats(ctx context.Context, names ...string) (map[string]leads.SourceState, error) {
	stats := make(map[string]leads.SourceState, len(names))
	for _, name := range names {
		r, err := s.read.SourceStat(ctx, db.SourceStatParams{Source: name, Most: leads.CountMost})
		if err != nil {
			return nil, fmt.Errorf("counting interactions: %w", err)
		}
		stats[name] = leads.SourceState{Name: name, Count: r.Count, LastTouch: fromMicros(r.Last)}
	}
	return stats, nil
}

// Cursor returns a source's stored cursor, empty before the first time.
func (s *Store) Cursor(ctx context.Context, source string) (string, error) {
	cursor, err := s.read.GetCursor(ctx, source)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	} else if err != nil {
		return "", fmt.Errorf("reading the cursor of %s: %w", source, err)
	}
	return cursor, nil
}
