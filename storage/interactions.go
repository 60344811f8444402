package storage

import (
	"context"
	"fmt"

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
	var rows []db.InteractionRow
	switch {
	case f.Source != "" && f.ExternalID != "":
		rows, err = s.read.ListInteractionsByKey(ctx, db.ListInteractionsByKeyParams(a))
	case f.LeadID != "":
		rows, err = s.read.ListInteractionsOfLead(ctx, db.ListInteractionsOfLeadParams(a))
	case f.ContactID != "":
		rows, err = s.read.ListInteractionsOfContact(ctx, db.ListInteractionsOfContactParams(a))
	default:
		rows, err = s.listInteractions(ctx, v, a)
	}
	if err != nil {
		return leads.List[leads.Interaction]{}, fmt.Errorf("listing interactions: %w", err)
	}
	return listOf(rows, most, interactionOf, placeOfInteraction), nil
}

func placeOfInteraction(r db.InteractionRow) place { return placeAt(r.At, r.ID) }

// Interaction returns one interaction that the viewer may see.
func (s *Store) Interaction(ctx context.Context, v leads.Viewer, id string) (leads.Interaction, error) {
	row, err := s.read.SeeInteraction(ctx, db.SeeInteractionParams{ID: id, SeesAll: v.Role.SeesAll(), Viewer: v.UserID})
	if err != nil {
		return leads.Interaction{}, fmt.Errorf("interaction %q: %w", id, found(err))
	}
	i := interactionOf(row)
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
		Query: pattern(f.Query), Direction: string(f.Direction), Disposition: string(f.Disposition), State: string(f.State),
		OperatorID: f.OperatorID, Queue: f.Queue, Source: f.Source,
		SeesAll: v.Role.SeesAll(), Viewer: v.UserID, Most: int32(most + 1),
	}
	var rows []db.InteractionRow
	switch {
	case f.Linkedid != "":
		rows, err = s.read.ListCallsOfLinkedid(ctx, db.ListCallsOfLinkedidParams(a))
	case f.State == leads.CallRinging || f.State == leads.CallTalking:
		rows, err = s.read.ListLiveCalls(ctx, db.ListLiveCallsParams(a))
	case f.ContactID != "":
		rows, err = s.read.ListCallsOfContact(ctx, db.ListCallsOfContactParams(a))
	default:
		rows, err = s.listCalls(ctx, v, a)
	}
	if err != nil {
		return leads.List[leads.CallRecord]{}, fmt.Errorf("listing calls: %w", err)
	}
	list := listOf(rows, most, callOf, placeOfInteraction)
	return list, s.addCallbacks(ctx, list.Items)
}

// Call returns one call that the viewer may see.
func (s *Store) Call(ctx context.Context, v leads.Viewer, id string) (leads.CallRecord, error) {
	row, err := s.read.SeeCall(ctx, db.SeeCallParams{ID: id, SeesAll: v.Role.SeesAll(), Viewer: v.UserID})
	if err != nil {
		return leads.CallRecord{}, fmt.Errorf("call %q: %w", id, found(err))
	}
	one := []leads.CallRecord{callOf(row)}
	err = s.addCallbacks(ctx, one)
	return one[0], err
}
