package pipeline

import (
	"context"
	"errors"
	"fmt"

	"ctihub/leads"
)

// Open opens a lead of a contact by hand. Its manager is the user, if they take leads, else the
// contact's owner; without either the router looks for one. An empty pipeline is the one that takes
// the contact. A problem of kind ErrExists names the open lead that the contact has: in the
// pipeline, or, if that is empty, in any.
func (s *Service) Open(ctx context.Context, u leads.User, contactID, subject, pipelineID string, fields leads.CustomValues) (lead leads.Lead, err error) {
	if contactID == "" {
		return lead, leads.Invalid("contact_id", "Give the contact that the lead is of.")
	}
	if subject, err = leads.Line("subject", subject); err != nil {
		return lead, err
	}
	v := u.Viewer()
	err = s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		c, err := tx.SeeContact(ctx, v, contactID)
		if err != nil {
			return err
		}
		if err := noOpenLead(ctx, tx, v, contactID, pipelineID); err != nil {
			return err
		}
		now := s.Now()
		made := leads.Lead{
			ContactID: contactID, Status: leads.LeadNew, Source: leads.SourceByHand, Channel: leads.ChannelByHand,
			Subject: leads.OneSpace(subject), Opened: now,
		}
		all, err := tx.Pipelines(ctx)
		if err != nil {
			return err
		}
		if err := begin(ctx, tx, &made, pipelineID, all); err != nil {
			return err
		}
		custom, err := s.customOfNew(ctx, tx, &made, c, all, fields)
		if err != nil {
			return err
		}
		if made.ID, err = tx.AddLead(ctx, made); err != nil {
			return err
		}
		if err := tx.SaveCustom(ctx, leads.CustomOfLead, made.ID, made.Opened, custom); err != nil {
			return err
		}
		made.ContactName = c.Name
		if err := tx.AddHistory(ctx, recordOf(made).One(v, leads.HistoryEntry{Field: leads.FieldCreated, After: made.Subject, At: now})); err != nil {
			return err
		}
		to, reason, err := managerOf(ctx, tx, u, c)
		if err != nil {
			return err
		}
		if to.ID != "" {
			if err := tx.HandOver(ctx, made, leads.Assignment{LeadID: made.ID, ManagerID: to.ID, ManagerName: to.Name, By: v, Reason: reason, At: now}); err != nil {
				return err
			}
		}
		lead, err = tx.RecordLead(ctx, leads.EventLeadCreated, made.ID, v.UserID)
		return err
	})
	if err != nil {
		return leads.Lead{}, fmt.Errorf("opening a lead: %w", err)
	}
	return lead, nil
}

// begin puts a new lead into the first stage of a pipeline; of the one that takes its contact, if
// that is empty.
func begin(ctx context.Context, tx Tx, l *leads.Lead, pipelineID string, all []leads.Pipeline) (err error) {
	if l.Repeat, err = tx.HadLead(ctx, l.ContactID); err != nil {
		return err
	}
	for _, p := range all {
		if p.ID != pipelineID && (pipelineID != "" || !p.Takes(l.Repeat)) || p.Retired {
			continue
		}
		if first, ok := p.First(leads.StageOpen, 0); ok {
			stand(l, p, first, l.Opened)
			return nil
		}
	}
	return leads.Invalid("pipeline_id", "It is not the id of a pipeline that is in use.")
}

// managerOf returns the manager of a lead that a user opens, and why; the zero user for none.
func managerOf(ctx context.Context, tx Tx, u leads.User, c leads.Contact) (to leads.User, reason string, err error) {
	if u.TakesLeads() {
		return u, leads.ReasonByHand + ":" + u.Name, nil
	}
	if c.Owner == nil {
		return to, "", nil
	}
	owner, err := tx.User(ctx, c.Owner.ID)
	if errors.Is(err, leads.ErrNotFound) || err == nil && !owner.TakesLeads() {
		return to, "", nil
	}
	return owner, leads.ReasonOwner, err
}
