package contacts

import (
	"context"
	"slices"

	"ctihub/leads"
)

// Split takes a contact apart: some of its identities become a contact of their own, with
// the messages and calls that came by them and the leads that these opened. The contact
// keeps at least one. It returns the new contact.
func (s *Service) Split(ctx context.Context, v leads.Viewer, contactID string, ids []leads.Identity, name string) (made leads.Contact, err error) {
	if name, err = leads.Line("name", name); err != nil {
		return made, err
	}
	name = leads.OneSpace(name)
	err = s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		if err := tx.LockContacts(ctx, contactID); err != nil {
			return err
		}
		c, err := tx.SeeContact(ctx, v, contactID)
		if err != nil {
			return err
		}
		if c.Line {
			return notOfLine("identities")
		}
		var take []leads.Identity
		for _, id := range ids {
			if !slices.Contains(c.Identities, id) {
				return leads.Invalid("identities", "The contact does not have "+identityText(id)+".")
			}
			if !slices.Contains(take, id) {
				take = append(take, id)
			}
		}
		switch len(take) {
		case 0:
			return leads.Invalid("identities", "Give the phones and addresses that are another person's.")
		case len(c.Identities):
			return leads.Invalid("identities", "The contact keeps at least one phone or address.")
		}
		if made, err = tx.Split(ctx, c, take, name); err != nil {
			return err
		}
		for _, id := range take {
			if err := s.note(ctx, tx, v, c, leads.HistoryEntry{Field: leads.FieldSplit, Before: identityText(id), After: name}); err != nil {
				return err
			}
		}
		return s.note(ctx, tx, v, made, leads.HistoryEntry{Field: leads.FieldSplit, Before: c.ShownName()})
	})
	return made, err
}
