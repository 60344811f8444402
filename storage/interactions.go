package storage

import (
	"context"
	"fmt"
	"time"

	"ctihub/leads"
	"ctihub/storage/db"
)

// Interaction returns one interaction that the viewer may see.
func (s *Store) Interaction(ctx context.Context, v leads.Viewer, id string) (leads.Interaction, error) {
	row, err := s.read.SeeInteraction(ctx, db.SeeInteractionParams{ID: id, SeesAll: v.Role.SeesAll(), Viewer: v.UserID})
	if err != nil {
		return leads.Interaction{}, fmt.Errorf("interaction %q: %w", id, orNotFound(err))
	}
	one := []leads.Interaction{interactionOf(row)}
	if err := addFacts(ctx, s.batch, one); err != nil {
		return leads.Interaction{}, err
	}
	i, err := redactOneFor(ctx, s.batch, v, one[0])
	if err != nil {
		return leads.Interaction{}, err
	}
	if i.SharedBy, err = idOrNone(s.read.LineOfInteraction(ctx, id)); err != nil {
		return i, fmt.Errorf("by which number interaction %q came: %w", id, err)
	}
	if i.Edited.IsZero() && !i.HasWhole {
		return i, nil
	}
	return i, s.addTexts(ctx, &i)
}

// OpenCalls returns the calls that ring or talk unchanged since these moments, the oldest
// first.
func (s *Store) OpenCalls(ctx context.Context, ringing, talking time.Time, limit int) ([]leads.CallRecord, error) {
	rows, err := s.read.ListOpenCalls(ctx, db.ListOpenCallsParams{Ringing: micros(ringing), Talking: micros(talking), Most: int32(limit)})
	if err != nil {
		return nil, fmt.Errorf("listing calls without an end: %w", err)
	}
	return mapRows(rows, callOf), nil
}

// Call returns one call that the viewer may see.
func (s *Store) Call(ctx context.Context, v leads.Viewer, id string) (leads.CallRecord, error) {
	row, err := s.read.SeeCall(ctx, db.SeeCallParams{ID: id, SeesAll: v.Role.SeesAll(), Viewer: v.UserID})
	if err != nil {
		return leads.CallRecord{}, fmt.Errorf("call %q: %w", id, orNotFound(err))
	}
	one := []leads.CallRecord{callOf(row)}
	if err := s.addCallbacks(ctx, one); err != nil {
		return leads.CallRecord{}, err
	}
	return redactOneFor(ctx, s.batch, v, one[0])
}
