package storage

import (
	"context"

	"ctihub/leads"
	"ctihub/storage/db"
)

// fewRecords is how much may begin at a viewer for lists to begin there too: the
// leads of a manager, the calls of an operator and so on.
const fewRecords = 1000

// hasFew reports whether the lists of a viewer begin at the viewer: those of
// whoever sees much, or all, begin at the newest record and soon find a page.
func (s *Store) hasFew(ctx context.Context, v leads.Viewer) (bool, error) {
	if v.Role.SeesAll() {
		return false, nil
	}
	n, err := s.read.CountOfViewer(ctx, db.CountOfViewerParams{Viewer: v.UserID, Manager: v.Role == leads.RoleManager})
	return n < s.few, err
}

func (s *Store) listLeads(ctx context.Context, v leads.Viewer, a db.ListLeadsParams) ([]db.LeadRow, error) {
	if few, err := s.hasFew(ctx, v); err != nil {
		return nil, err
	} else if !few {
		return s.read.ListLeads(ctx, a)
	}
	return s.read.ListLeadsOfViewer(ctx, db.ListLeadsOfViewerParams{
		Viewer: a.Viewer, BeforeAt: a.BeforeAt, BeforeID: a.BeforeID, Query: a.Query, Status: a.Status,
		OnlyOpen: a.OnlyOpen, OnlyClosed: a.OnlyClosed, ManagerID: a.ManagerID, Unassigned: a.Unassigned, Source: a.Source, Most: a.Most,
	})
}

func (s *Store) listContacts(ctx context.Context, v leads.Viewer, a db.ListContactsParams) ([]db.ContactRow, error) {
	if few, err := s.hasFew(ctx, v); err != nil {
		return nil, err
	} else if !few {
		return s.read.ListContacts(ctx, a)
	}
	return s.read.ListContactsOfViewer(ctx, db.ListContactsOfViewerParams{
		Viewer: a.Viewer, BeforeAt: a.BeforeAt, BeforeID: a.BeforeID, Query: a.Query, OwnerID: a.OwnerID, Most: a.Most,
	})
}

func (s *Store) listCalls(ctx context.Context, v leads.Viewer, a db.ListCallsParams) ([]db.InteractionRow, error) {
	if few, err := s.hasFew(ctx, v); err != nil {
		return nil, err
	} else if !few {
		return s.read.ListCalls(ctx, a)
	}
	return s.read.ListCallsOfViewer(ctx, db.ListCallsOfViewerParams{
		Viewer: a.Viewer, BeforeAt: a.BeforeAt, BeforeID: a.BeforeID, Since: a.Since, Until: a.Until, Query: a.Query,
		Direction: a.Direction, Disposition: a.Disposition, State: a.State, OperatorID: a.OperatorID,
		Queue: a.Queue, Source: a.Source, Most: a.Most,
	})
}

func (s *Store) listInteractions(ctx context.Context, v leads.Viewer, a db.ListInteractionsParams) ([]db.InteractionRow, error) {
	if few, err := s.hasFew(ctx, v); err != nil {
		return nil, err
	} else if !few {
		return s.read.ListInteractions(ctx, a)
	}
	return s.read.ListInteractionsOfViewer(ctx, db.ListInteractionsOfViewerParams{
		Viewer: a.Viewer, BeforeAt: a.BeforeAt, BeforeID: a.BeforeID, Since: a.Since, Until: a.Until,
		Source: a.Source, Channel: a.Channel, ExternalID: a.ExternalID, Most: a.Most,
	})
}
