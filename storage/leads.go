package storage

import (
	"context"
	"fmt"
	"time"

	"ctihub/leads"
	"ctihub/leads/pipeline"
	"ctihub/storage/db"
)

// Lead returns one lead that the viewer may see. By the id of one that was joined with another
// it returns that one.
func (s *Store) Lead(ctx context.Context, v leads.Viewer, id string) (leads.Lead, error) {
	row, err := s.read.SeeLead(ctx, db.SeeLeadParams{ID: id, SeesAll: v.Role.SeesAll(), Viewer: v.UserID})
	if stays := s.joinedWith(ctx, orNotFound(err), "lead", id); stays != "" {
		return s.Lead(ctx, v, stays)
	}
	if err != nil {
		return leads.Lead{}, fmt.Errorf("lead %q: %w", id, orNotFound(err))
	}
	one := []leads.Lead{leadOf(row)}
	if err := s.addNextTasks(ctx, one); err != nil {
		return leads.Lead{}, err
	}
	return redactOneFor(ctx, s.batch, v, one[0])
}

// MoveLead changes the stage of a lead; it conflicts if the lead changed since it was read.
func (t *Tx) MoveLead(ctx context.Context, l leads.Lead, m pipeline.Move) error {
	var closed time.Time
	if !m.To.Open() {
		closed = m.At
	}
	return requireRow(t.q.SetLeadStatus(ctx, db.SetLeadStatusParams{
		ID: l.ID, Status: string(m.To), Refusal: m.Refusal, Closed: micros(closed), OldStatus: string(l.Status), OldManagerID: l.ManagerID,
	}))
}

// AddLead stores a new lead of a contact without a manager, with who sees it, and returns its id.
func (t *Tx) AddLead(ctx context.Context, l leads.Lead) (id string, err error) {
	repeated, err := t.q.HasLeads(ctx, l.ContactID)
	if err != nil {
		return "", err
	}
	id = newID()
	tables.leads.Insert(t, db.Lead{
		ID: id, ContactID: l.ContactID, Status: string(l.Status), Source: l.Source, Channel: string(l.Channel), Subject: l.Subject,
		Team: l.Team, UTM: toJSON(l.UTM), Repeated: repeated, Opened: micros(l.Opened),
	})
	t.lockSights(id)
	addLeadSights.Queue(t, oneID{id})
	return id, t.Flush(ctx)
}

// HandOver gives a lead another manager, writes the history, and makes the manager the
// owner of a contact without one. It conflicts if the lead changed since it was read.
func (t *Tx) HandOver(ctx context.Context, l leads.Lead, a leads.Assignment) error {
	t.lockSights(l.ID)
	if err := t.Flush(ctx); err != nil {
		return err
	}
	if err := requireRow(t.q.ReassignLead(ctx, db.ReassignLeadParams{
		ID: l.ID, ManagerID: orNull(a.ManagerID), Reason: a.Reason, Assigned: micros(a.At), OldManagerID: l.ManagerID, OldStatus: string(l.Status),
	})); err != nil {
		return err
	}
	noteAssignment(t, a, leads.Person{ID: l.ManagerID, Name: l.ManagerName})
	return t.Flush(ctx)
}

// recordLead reads a lead and records an event of it for its viewers and the users in
// also.
func recordLead(ctx context.Context, tx *Tx, kind leads.EventType, id string, also ...string) (leads.Lead, error) {
	row, err := tx.q.GetLead(ctx, id)
	if err != nil {
		return leads.Lead{}, orNotFound(err)
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
