package companies

import (
	"context"
	"errors"

	"ctihub/leads"
)

// CallerTx is what saying who it was needs of a transaction.
type CallerTx interface {
	// SeeInteraction returns an interaction that the viewer may see, with all that it refers to.
	SeeInteraction(ctx context.Context, v leads.Viewer, id string) (leads.Interaction, error)
	// LineOf returns the line by whose number an interaction came, empty for none.
	LineOf(ctx context.Context, interactionID string) (contactID string, err error)
	// GiveInteraction gives an interaction to another contact, with its lead if nothing else is in
	// that, and its call-backs. It records the events, and returns the interaction after it.
	GiveInteraction(ctx context.Context, i leads.Interaction, to leads.Contact) (leads.Interaction, error)
	// ShowInteraction leaves out of an interaction what the viewer may not see.
	ShowInteraction(ctx context.Context, v leads.Viewer, i leads.Interaction) (leads.Interaction, error)
}

// Caller says who it was that called or wrote by a shared number: the interaction becomes that
// person's. Said again it corrects a wrong choice; the line itself takes it back. The same person
// again changes nothing.
func (s *Service) Caller(ctx context.Context, v leads.Viewer, interactionID, contactID string) (shown leads.Interaction, err error) {
	err = s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		i, err := tx.SeeInteraction(ctx, v, interactionID)
		if err != nil {
			return err
		}
		line, err := tx.LineOf(ctx, interactionID)
		switch {
		case err != nil:
			return err
		case line == "":
			return leads.Invalid("contact_id", "It did not come by a shared number of a company: its contact is known.")
		case i.ContactID == contactID:
			shown, err = tx.ShowInteraction(ctx, v, i)
			return err
		}
		to, err := callerFor(ctx, tx, v, line, contactID)
		if err != nil {
			return err
		}
		was, err := tx.WholeContact(ctx, i.ContactID)
		if err != nil {
			return err
		}
		e := leads.Record{Object: leads.ObjectInteraction, ID: i.ID, Name: to.ShownName()}.One(v,
			leads.HistoryEntry{Field: leads.FieldCaller, Before: was.ShownName(), After: to.ShownName(), At: s.Now()})
		if err := tx.AddHistory(ctx, e); err != nil {
			return err
		}
		if i, err = tx.GiveInteraction(ctx, i, to); err != nil {
			return err
		}
		i.SharedBy = line
		shown, err = tx.ShowInteraction(ctx, v, i)
		return err
	})
	return shown, err
}

// callerFor returns the person whom the viewer names, or the line.
func callerFor(ctx context.Context, tx Tx, v leads.Viewer, line, contactID string) (leads.Contact, error) {
	if contactID == line {
		return tx.WholeContact(ctx, line)
	}
	to, err := tx.SeeContact(ctx, v, contactID)
	if errors.Is(err, leads.ErrNotFound) || err == nil && to.Line {
		return to, leads.Invalid("contact_id", "Give the id of a person whom you may see, or of the company's line.")
	}
	return to, err
}
