package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

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

// MergeSuggestion says why two contacts may be one person.
type MergeSuggestion struct {
	ContactID, OtherID string
	Reason             string // English text without personal data
	InteractionID      string // whose touch made the suggestion
	At                 time.Time
}

// MergeSuggestions returns what intake suggests to merge, newest first.
func (s *Store) MergeSuggestions(ctx context.Context, limit int) ([]MergeSuggestion, error) {
	rows, err := s.read.ListMergeSuggestions(ctx, int32(limit))
	if err != nil {
		return nil, fmt.Errorf("listing merge suggestions: %w", err)
	}
	return mapRows(rows, func(r db.MergeSuggestion) MergeSuggestion {
		return MergeSuggestion{ContactID: r.ContactID, OtherID: r.OtherID, Reason: r.Reason, InteractionID: r.InteractionID, At: fromMicros(r.At)}
	}), nil
}
