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
func (s *Store) SetLeadStatus(ctx context.Context, v leads.Viewer, id string, to leads.LeadStatus, refusal string, checks ...func(leads.Lead) error) (lead leads.Lead, err error) {
	refusal = typed(refusal)
	if to == leads.LeadRefused && refusal == "" || to != leads.LeadRefused && refusal != "" || len(refusal) > maxTyped {
		return lead, fmt.Errorf("%w: a refusal, and nothing else, needs a short reason", leads.ErrInvalid)
	}
	err = s.decideBulk(ctx, func(ctx context.Context, b *bulk) error {
		q := b.q
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
		lead, err = recordLead(ctx, b, leads.EventLeadUpdated, id, v.UserID)
		return err
	})
	if err != nil {
		return leads.Lead{}, fmt.Errorf("moving lead %q: %w", id, err)
	}
	return lead, nil
}

// recordLead reads a lead as it is now and records an event of it, for
// everybody who sees the lead and the users also named.
func recordLead(ctx context.Context, b *bulk, kind leads.EventType, id string, also ...string) (leads.Lead, error) {
	row, err := b.q.GetLead(ctx, id)
	if err != nil {
		return leads.Lead{}, found(err)
	}
	contactRow, err := b.q.GetContact(ctx, row.ContactID)
	if err != nil {
		return leads.Lead{}, err
	}
	viewers, err := b.q.LeadViewers(ctx, id)
	if err != nil {
		return leads.Lead{}, err
	}
	lead, contact := leadOf(row), contactOf(contactRow)
	return lead, b.record(ctx, leads.EventBody{Type: kind, Lead: &lead, Contact: &contact}, append(also, viewers...)...)
}
