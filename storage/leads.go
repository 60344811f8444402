package storage

import (
	"cmp"
	"context"
	"fmt"

	"ctihub/leads"
	"ctihub/storage/db"
)

// Lead returns one lead that the viewer may see.
func (s *Store) Lead(ctx context.Context, v leads.Viewer, id string) (leads.Lead, error) {
	row, err := s.read.SeeLead(ctx, db.SeeLeadParams{ID: id, SeesAll: v.Role.SeesAll(), Viewer: v.UserID})
	if err != nil {
		return leads.Lead{}, fmt.Errorf("lead %q: %w", id, found(err))
	}
	return leadOf(row), nil
}

// SetLeadStatus moves a lead forward. A refusal needs its reason. The checks
// are as of ChangeContact.
func (s *Store) SetLeadStatus(ctx context.Context, v leads.Viewer, id string, to leads.LeadStatus, refusal string, checks ...func(leads.Lead) error) (lead leads.Lead, events []leads.Event, err error) {
	refusal = typed(refusal)
	if to == leads.LeadRefused && refusal == "" || to != leads.LeadRefused && refusal != "" || len(refusal) > maxTyped {
		return lead, nil, fmt.Errorf("%w: a refusal, and nothing else, needs a short reason", leads.ErrInvalid)
	}
	err = s.decide(ctx, func(q *db.Queries) error {
		row, err := q.SeeLead(ctx, db.SeeLeadParams{ID: id, SeesAll: v.Role.SeesAll(), Viewer: v.UserID})
		if err != nil {
			return found(err)
		}
		if err := cmp.Or(v.MayChange(leadOf(row)), passes(leadOf(row), checks)); err != nil {
			return err
		}
		from := leads.LeadStatus(row.Status)
		if !from.CanBecome(to) {
			return fmt.Errorf("%w: a lead cannot go from %s to %q", leads.ErrInvalid, from, to)
		}
		closed := int64(0)
		if !to.Open() {
			closed = micros(s.now())
		}
		if err := one(q.SetLeadStatus(ctx, db.SetLeadStatusParams{
			ID: id, Status: string(to), Refusal: refusal, Closed: closed, OldStatus: row.Status, OldManagerID: row.ManagerID,
		})); err != nil {
			return err
		}
		lead, events, err = s.writeLeadEvent(ctx, q, leads.EventLeadUpdated, id, v.UserID)
		return err
	})
	if err != nil {
		return leads.Lead{}, nil, fmt.Errorf("moving lead %q: %w", id, err)
	}
	return lead, events, nil
}

// writeLeadEvent reads a lead as it is now and writes an event of it, for
// everybody who sees the lead and the users also named.
func (s *Store) writeLeadEvent(ctx context.Context, q *db.Queries, kind leads.EventType, id string, also ...string) (leads.Lead, []leads.Event, error) {
	row, err := q.GetLead(ctx, id)
	if err != nil {
		return leads.Lead{}, nil, found(err)
	}
	contactRow, err := q.GetContact(ctx, row.ContactID)
	if err != nil {
		return leads.Lead{}, nil, err
	}
	viewers, err := q.LeadViewers(ctx, id)
	if err != nil {
		return leads.Lead{}, nil, err
	}
	lead, contact := leadOf(row), contactOf(contactRow)
	log := s.outbox(q)
	err = log.write(ctx, leads.EventBody{Type: kind, Lead: &lead, Contact: &contact}, append(also, viewers...)...)
	return lead, log.events, err
}
