package storage

import (
	"context"
	"errors"
	"fmt"

	"ctihub/leads"
	"ctihub/leads/pipeline"
	"ctihub/storage/db"
)

// Lead returns one lead that the viewer may see. By the id of one that was joined with another
// it returns that one.
func (s *Store) Lead(ctx context.Context, v leads.Viewer, id string) (leads.Lead, error) {
	row, err := s.read.SeeLead(ctx, db.SeeLeadParams{ID: id, SeesAll: v.Role.SeesAll(), Viewer: v.UserID})
	if err = orNotFound(err); errors.Is(err, leads.ErrNotFound) {
		stays, missing := s.joinedWith(ctx, err, "lead", id)
		if missing == nil {
			return s.Lead(ctx, v, stays)
		}
		err = missing
	}
	if err != nil {
		return leads.Lead{}, fmt.Errorf("lead %q: %w", id, err)
	}
	one := []leads.Lead{leadOf(row)}
	if err := s.addNextTasks(ctx, one); err != nil {
		return leads.Lead{}, err
	}
	if one[0].Stays, err = s.stays(ctx, one[0]); err != nil {
		return leads.Lead{}, err
	}
	return redactOneFor(ctx, s.batch, v, one[0])
}

// ChangeLead changes the stage of a lead and what it is worth, and writes where it stood; it
// conflicts if the lead changed since it was read.
func (t *Tx) ChangeLead(ctx context.Context, was leads.Lead, c pipeline.Change) error {
	l := c.To
	if err := requireRow(t.q.ChangeLead(ctx, db.ChangeLeadParams{
		ID: l.ID, PipelineID: l.PipelineID, StageID: l.StageID, Staged: micros(l.Staged), Status: string(l.Status), Refusal: l.Refusal, RefusalID: l.RefusalID,
		Closed: micros(l.Closed), Amount: l.Amount, Currency: l.Currency, Probability: storedProbability(l.Deal), Expected: l.Expected, Product: l.Product,
		OldStatus: string(was.Status), OldStageID: was.StageID, OldManagerID: was.ManagerID, OldAmount: was.Amount, OldCurrency: was.Currency,
		OldProbability: storedProbability(was.Deal), OldExpected: was.Expected, OldProduct: was.Product,
	})); err != nil {
		return err
	}
	if err := t.SaveCustom(ctx, leads.CustomOfLead, l.ID, l.Opened, c.Custom); err != nil || was.StageID == l.StageID {
		return err
	}
	tables.leadStages.Insert(t, leftStage(was.ID, was.StageID, micros(was.Staged), c))
	return t.Flush(ctx)
}

// AddLead stores a new lead of a contact without a manager, with who sees it, and returns its id.
func (t *Tx) AddLead(ctx context.Context, l leads.Lead) (id string, err error) {
	l.ID = newID()
	tables.leads.Insert(t, newLeadRow(l))
	t.lockSights(l.ID)
	addLeadSights.Queue(t, oneID{l.ID})
	return l.ID, t.Flush(ctx)
}

// HadLead reports whether a contact has a lead, open or closed.
func (t *Tx) HadLead(ctx context.Context, contactID string) (bool, error) {
	return t.q.HasLeads(ctx, contactID)
}

// newLeadRow is the row of a lead that is opened.
func newLeadRow(l leads.Lead) db.Lead {
	return db.Lead{
		ID: l.ID, ContactID: l.ContactID, Status: string(l.Status), Source: l.Source, Channel: string(l.Channel), Subject: l.Subject,
		Team: l.Team, Repeated: l.Repeat, UTM: toJSON(l.UTM), Opened: micros(l.Opened),
		ManagerID: orNull(l.ManagerID), Reason: l.Reason, Assigned: micros(l.Assigned),
		PipelineID: l.PipelineID, StageID: l.StageID, Staged: micros(l.Staged), Amount: l.Amount, Currency: l.Currency,
		Probability: storedProbability(l.Deal), Expected: l.Expected, Product: l.Product,
	}
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

// leftStage is the row of a stage that a lead leaves.
func leftStage(leadID, stageID string, entered int64, c pipeline.Change) db.LeadStage {
	return db.LeadStage{ID: newID(), LeadID: leadID, StageID: stageID, Entered: entered, LeftAt: micros(c.At), UserID: c.UserID}
}
