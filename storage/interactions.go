package storage

import (
	"context"
	"fmt"
	"time"

	"ctihub/leads"
	"ctihub/storage/db"
)

// Interactions lists the interactions that the viewer may see, newest first.
func (s *Store) Interactions(ctx context.Context, v leads.Viewer, f leads.InteractionFilter, p leads.Page) (leads.List[leads.Interaction], error) {
	beforeAt, beforeID, most, err := newestFirst(p)
	if err != nil {
		return leads.List[leads.Interaction]{}, err
	}
	since, until := span(f.Since, f.Until)
	a := db.ListInteractionsParams{
		ContactID: f.ContactID, LeadID: f.LeadID, BeforeAt: beforeAt, BeforeID: beforeID, Since: since, Until: until,
		Source: f.Source, Channel: string(f.Channel), ExternalID: f.ExternalID,
		SeesAll: v.Role.SeesAll(), Viewer: v.UserID, Most: int32(most + 1),
	}
	var q *db.Queries
	switch {
	case f.Source != "" && f.ExternalID != "":
		q = s.listFrom(start{from: "interactions i", where: "r.id = i.id AND i.source = CAST($a AS TEXT) AND i.external_id = CAST($b AS TEXT)", order: "i", values: []any{f.Source, f.ExternalID}})
	case f.LeadID != "":
		q = s.listFrom(start{from: "interactions i", where: "r.id = i.id AND i.lead_id = CAST($a AS TEXT)", order: "i", values: []any{f.LeadID}})
	case f.ContactID != "":
		q = s.listFrom(start{from: "interactions i", where: "r.id = i.id AND i.contact_id = CAST($a AS TEXT)", order: "i", values: []any{f.ContactID}})
	default:
		q, err = s.listOfViewer(ctx, v, touchesOfViewer)
	}
	var rows []db.InteractionRow
	if err == nil {
		rows, err = q.ListInteractions(ctx, a)
	}
	if err != nil {
		return leads.List[leads.Interaction]{}, fmt.Errorf("listing interactions: %w", err)
	}
	list := listOf(rows, most, interactionOf, placeOfInteraction)
	return list, seenBy(ctx, s.batch, v, list.Items)
}

func placeOfInteraction(r db.InteractionRow) place { return placeAt(r.At, r.ID) }

// Interaction returns one interaction that the viewer may see.
func (s *Store) Interaction(ctx context.Context, v leads.Viewer, id string) (leads.Interaction, error) {
	row, err := s.read.SeeInteraction(ctx, db.SeeInteractionParams{ID: id, SeesAll: v.Role.SeesAll(), Viewer: v.UserID})
	if err != nil {
		return leads.Interaction{}, fmt.Errorf("interaction %q: %w", id, found(err))
	}
	i, err := seenOne(ctx, s.batch, v, interactionOf(row))
	if err != nil {
		return leads.Interaction{}, err
	}
	if i.Edited.IsZero() && !i.HasWhole {
		return i, nil
	}
	return i, s.addTexts(ctx, &i)
}

// Calls lists the calls that the viewer may see, newest first.
func (s *Store) Calls(ctx context.Context, v leads.Viewer, f leads.CallFilter, p leads.Page) (leads.List[leads.CallRecord], error) {
	beforeAt, beforeID, most, err := newestFirst(p)
	if err != nil {
		return leads.List[leads.CallRecord]{}, err
	}
	since, until := span(f.Since, f.Until)
	a := db.ListCallsParams{
		ContactID: f.ContactID, Linkedid: f.Linkedid, BeforeAt: beforeAt, BeforeID: beforeID, Since: since, Until: until,
		Query: pattern(f.Query), Direction: string(f.Direction), Disposition: string(f.Disposition), State: string(f.State), NotAnswered: f.NotAnswered,
		OperatorID: f.OperatorID, Queue: f.Queue, Source: f.Source,
		SeesAll: v.Role.SeesAll(), Viewer: v.UserID, Most: int32(most + 1),
	}
	var q *db.Queries
	switch {
	case f.Linkedid != "":
		q = s.listFrom(start{from: "calls c", where: "r.id = c.id AND c.linkedid = CAST($a AS TEXT)", values: []any{f.Linkedid}})
	case f.State == leads.CallRinging || f.State == leads.CallTalking:
		q = s.listFrom(start{from: "calls c", where: "r.id = c.id AND c.ended = 0"})
	case f.ContactID != "":
		q = s.listFrom(start{from: "interactions i", where: "r.id = i.id AND i.contact_id = CAST($a AS TEXT)", order: "i", values: []any{f.ContactID}})
	default:
		q, err = s.listOfViewer(ctx, v, callsOfViewer)
	}
	var rows []db.InteractionRow
	if err == nil {
		rows, err = q.ListCalls(ctx, a)
	}
	if err != nil {
		return leads.List[leads.CallRecord]{}, fmt.Errorf("listing calls: %w", err)
	}
	list := listOf(rows, most, callOf, placeOfInteraction)
	if err := s.addCallbacks(ctx, list.Items); err != nil {
		return leads.List[leads.CallRecord]{}, err
	}
	return list, seenBy(ctx, s.batch, v, list.Items)
}

// OpenCalls returns the calls that ring or talk without news since these
// moments, the oldest first.
func (s *Store) OpenCalls(ctx context.Context, ringing, talking time.Time, limit int) ([]leads.CallRecord, error) {
	rows, err := s.read.ListOpenCalls(ctx, db.ListOpenCallsParams{Ringing: micros(ringing), Talking: micros(talking), Most: int32(limit)})
	if err != nil {
		return nil, fmt.Errorf("listing calls without an end: %w", err)
	}
	return all(rows, callOf), nil
}

// Call returns one call that the viewer may see.
func (s *Store) Call(ctx context.Context, v leads.Viewer, id string) (leads.CallRecord, error) {
	row, err := s.read.SeeCall(ctx, db.SeeCallParams{ID: id, SeesAll: v.Role.SeesAll(), Viewer: v.UserID})
	if err != nil {
		return leads.CallRecord{}, fmt.Errorf("call %q: %w", id, found(err))
	}
	one := []leads.CallRecord{callOf(row)}
	if err := s.addCallbacks(ctx, one); err != nil {
		return leads.CallRecord{}, err
	}
	return seenOne(ctx, s.batch, v, one[0])
}
