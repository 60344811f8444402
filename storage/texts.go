package storage

import (
	"context"
	"fmt"
	"time"

	"ctihub/leads"
	"ctihub/storage/db"
)

// addTexts fills in the texts that lists leave out.
func (s *Store) addTexts(ctx context.Context, i *leads.Interaction) error {
	m, err := s.read.MessageOf(ctx, i.ID)
	if err != nil {
		return fmt.Errorf("text of interaction %q: %w", i.ID, orNotFound(err))
	}
	i.Whole = m.Whole
	earlier, err := s.read.EarlierTexts(ctx, i.ID)
	if err != nil {
		return fmt.Errorf("earlier texts of interaction %q: %w", i.ID, err)
	}
	for _, r := range earlier {
		e := leads.EarlierText{At: fromMicros(r.Written), Subject: r.Subject, Text: r.Body, Whole: r.Whole}
		if r.Written == 0 {
			e.At = i.At
		}
		i.Earlier = append(i.Earlier, e)
	}
	return nil
}

// HTML returns an interaction that the viewer may see with its HTML as it was
// received.
func (s *Store) HTML(ctx context.Context, v leads.Viewer, id string) (leads.Interaction, string, error) {
	i, err := s.Interaction(ctx, v, id)
	if err != nil || !i.HasHTML {
		return i, "", err
	}
	m, err := s.read.MessageOf(ctx, id)
	if err != nil {
		return i, "", fmt.Errorf("interaction %q: %w", id, orNotFound(err))
	}
	return i, m.HTML, nil
}

// NoteFile notes that a file is about to be stored for the touch of a key.
func (s *Store) NoteFile(ctx context.Context, id, source, externalID string) error {
	return s.retryQueries(ctx, func(q *db.Queries) error {
		return q.NoteFile(ctx, db.NoteFileParams{ID: id, Source: cleanText(source), ExternalID: cleanText(externalID), Kept: micros(s.now())})
	})
}

// OrphanFiles returns files kept from since (inclusive) until before whose
// touch or reply was never stored, nor quarantined, the oldest first.
func (s *Store) OrphanFiles(ctx context.Context, since, before time.Time, most int) ([]string, error) {
	ids, err := s.read.OrphanFiles(ctx, db.OrphanFilesParams{Since: micros(since), Before: micros(before), Most: int32(most)})
	if err != nil {
		return nil, fmt.Errorf("looking for files that nothing refers to: %w", err)
	}
	return ids, nil
}

// DropFile deletes the row of a file that was last kept before a time, and reports whether it
// did.
func (s *Store) DropFile(ctx context.Context, id string, before time.Time) (dropped bool, err error) {
	err = s.retryQueries(ctx, func(q *db.Queries) error {
		n, err := q.DropFile(ctx, db.DropFileParams{ID: id, Before: micros(before)})
		dropped = n > 0
		return err
	})
	return dropped, err
}
