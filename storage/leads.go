package storage

import (
	"context"
	"fmt"
	"strings"
	"time"

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

// MoveLead changes the stage of a lead as it was read.
func (t *Tx) MoveLead(ctx context.Context, l leads.Lead, to leads.LeadStatus, refusal string, closed time.Time) error {
	return one(t.q.SetLeadStatus(ctx, db.SetLeadStatusParams{
		ID: l.ID, Status: string(to), Refusal: refusal, Closed: micros(closed), OldStatus: string(l.Status), OldManagerID: l.ManagerID,
	}))
}

// HandOver gives a lead as it was read another manager, with the history, and a
// contact without an owner that one.
func (t *Tx) HandOver(ctx context.Context, l leads.Lead, a leads.Assignment) error {
	if err := one(t.q.ReassignLead(ctx, db.ReassignLeadParams{
		ID: l.ID, ManagerID: orNull(a.ManagerID), Reason: a.Reason, Assigned: micros(a.At), OldManagerID: l.ManagerID, OldStatus: string(l.Status),
	})); err != nil {
		return err
	}
	noteAssignment(t, a)
	return t.Flush(ctx)
}

// recordLead reads a lead as it is now and records an event of it, for
// everybody who sees the lead and the users also named.
func recordLead(ctx context.Context, tx *Tx, kind leads.EventType, id string, also ...string) (leads.Lead, error) {
	row, err := tx.q.GetLead(ctx, id)
	if err != nil {
		return leads.Lead{}, found(err)
	}
	contactRow, err := tx.q.GetContact(ctx, row.ContactID)
	if err != nil {
		return leads.Lead{}, err
	}
	viewers, err := tx.q.LeadViewers(ctx, id)
	if err != nil {
		return leads.Lead{}, err
	}
	lead, contact := leadOf(row), contactOf(contactRow)
	return lead, tx.record(ctx, leads.EventBody{Type: kind, Lead: &lead, Contact: &contact}, append(also, viewers...)...)
}
