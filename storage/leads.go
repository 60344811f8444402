package storage

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"ctihub/leads"
	"ctihub/storage/db"
)

// Leads lists the leads that the viewer may see, newest first.
func (s *Store) Leads(ctx context.Context, v leads.Viewer, f leads.LeadFilter, p leads.Page) (leads.List[leads.Lead], error) {
	beforeAt, beforeID, most, err := newestFirst(p)
	if err != nil {
		return leads.List[leads.Lead]{}, err
	}
	a := db.ListLeadsParams{
		ContactID: f.ContactID, BeforeAt: beforeAt, BeforeID: beforeID, Query: pattern(f.Query), Status: string(f.Status),
		OnlyOpen: f.Open != nil && *f.Open, OnlyClosed: f.Open != nil && !*f.Open,
		ManagerID: f.ManagerID, Unassigned: f.Unassigned, Source: f.Source, UTM: utmPart("utm_source", f.UTMSource),
		SeesAll: v.Role.SeesAll(), Viewer: v.UserID, Most: int32(most + 1),
	}
	q, err := s.listOfViewer(ctx, v, leadsOfViewer)
	if f.ContactID != "" {
		q = s.listFrom(start{from: "leads l", where: "r.id = l.id AND l.contact_id = CAST($a AS TEXT)", values: []any{f.ContactID}})
	}
	var rows []db.LeadRow
	if err == nil {
		rows, err = q.ListLeads(ctx, a)
	}
	if err != nil {
		return leads.List[leads.Lead]{}, fmt.Errorf("listing leads: %w", err)
	}
	return listOf(rows, most, leadOf, func(r db.LeadRow) place { return placeAt(r.Opened, r.ID) }), nil
}

// utmPart is how toJSON writes a parameter with its value; "" without a value.
func utmPart(name, value string) string {
	if value == "" {
		return ""
	}
	return strings.Trim(toJSON(map[string]string{name: value}), "{}")
}

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
