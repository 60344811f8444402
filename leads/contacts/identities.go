package contacts

import (
	"context"
	"errors"
	"slices"

	"ctihub/leads"
)

// ReasonIdentityTaken is the code of a problem whose value is the id of the contact that has
// an identity; empty where the user may not see that contact.
const ReasonIdentityTaken = "identity_taken"

// AddIdentity gives a contact a phone number or an e-mail address as a user typed it. One that
// the contact has changes nothing. The checks are as in [Service.Change].
func (s *Service) AddIdentity(ctx context.Context, v leads.Viewer, contactID string, typed leads.Identity, checks ...func(leads.Contact) error) (leads.Contact, error) {
	id, err := leads.TypedIdentity("value", typed.Kind, typed.Value, s.Region)
	if err != nil {
		return leads.Contact{}, err
	}
	return s.changeIdentities(ctx, v, contactID, checks, func(ctx context.Context, tx Tx, c leads.Contact) error {
		if slices.Contains(c.Identities, id) {
			return nil
		}
		return s.add(ctx, tx, v, c, id)
	})
}

// CorrectIdentity puts another identity, as a user typed it, in the place of one of the contact.
// leads.ErrNotFound when the contact does not have that one. The checks are as in
// [Service.Change].
func (s *Service) CorrectIdentity(ctx context.Context, v leads.Viewer, contactID string, was, typed leads.Identity, checks ...func(leads.Contact) error) (leads.Contact, error) {
	is, err := leads.TypedIdentity("value", typed.Kind, typed.Value, s.Region)
	if err != nil {
		return leads.Contact{}, err
	}
	return s.changeIdentities(ctx, v, contactID, checks, func(ctx context.Context, tx Tx, c leads.Contact) error {
		n := slices.Index(c.Identities, was)
		switch {
		case c.Line:
			return notOfLine("value")
		case n < 0:
			return leads.ErrNotFound
		case was == is:
			return nil
		case slices.Contains(c.Identities, is):
			return leads.Invalid("value", "The contact has this already: remove one of the two.")
		}
		if err := free(ctx, tx, v, is, "value"); err != nil {
			return err
		}
		if err := tx.ReplaceIdentity(ctx, c, was, is); err != nil {
			return err
		}
		c.Identities[n] = is
		return s.saveIdentities(ctx, tx, v, c, identityText(was), identityText(is))
	})
}

// RemoveIdentity takes an identity from a contact, also the last one: nobody is recognised by
// it then. leads.ErrNotFound when the contact does not have it.
func (s *Service) RemoveIdentity(ctx context.Context, v leads.Viewer, contactID string, id leads.Identity, checks ...func(leads.Contact) error) (leads.Contact, error) {
	return s.changeIdentities(ctx, v, contactID, checks, func(ctx context.Context, tx Tx, c leads.Contact) error {
		n := slices.Index(c.Identities, id)
		if c.Line {
			return notOfLine("value")
		}
		if n < 0 {
			return leads.ErrNotFound
		}
		if err := tx.RemoveIdentity(ctx, c, id); err != nil {
			return err
		}
		c.Identities = slices.Delete(c.Identities, n, n+1)
		return s.saveIdentities(ctx, tx, v, c, identityText(id), "")
	})
}

// changeIdentities runs a change of a contact's identities and returns the contact after it.
func (s *Service) changeIdentities(ctx context.Context, v leads.Viewer, contactID string, checks []func(leads.Contact) error, change func(context.Context, Tx, leads.Contact) error) (leads.Contact, error) {
	err := s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		c, err := tx.SeeContact(ctx, v, contactID)
		if err != nil {
			return err
		}
		if err := leads.CheckAll(c, checks); err != nil {
			return err
		}
		return change(ctx, tx, c)
	})
	if err != nil {
		return leads.Contact{}, err
	}
	return s.Store.Contact(ctx, v, contactID)
}

// free returns a problem of a field when a contact holds the identity.
func free(ctx context.Context, tx Tx, v leads.Viewer, id leads.Identity, field string) error {
	holder, err := tx.HolderOf(ctx, id)
	if err != nil || holder == "" {
		return err
	}
	if c, err := tx.WholeContact(ctx, holder); err != nil {
		return err
	} else if c.Line {
		return leads.NumberShared(field, c)
	}
	taken := &leads.Problem{Kind: leads.ErrExists, Title: "Another contact has this already", Field: field, Reason: ReasonIdentityTaken,
		Detail: "Perhaps the two are one person; ask a supervisor to look at both."}
	other, err := tx.SeeContact(ctx, v, holder)
	switch {
	case errors.Is(err, leads.ErrNotFound):
		return taken
	case err != nil:
		return err
	}
	taken.Value = other.ID
	if other.Name != "" {
		taken.Title = other.Name + " has this already"
	}
	return taken
}

// add gives a contact an identity, unless another contact holds it or the contact is a company's line.
func (s *Service) add(ctx context.Context, tx Tx, v leads.Viewer, c leads.Contact, id leads.Identity) error {
	if c.Line {
		return notOfLine("value")
	}
	if err := free(ctx, tx, v, id, "value"); err != nil {
		return err
	}
	if err := tx.AddIdentity(ctx, c, id); err != nil {
		return err
	}
	c.Identities = append(c.Identities, id)
	return s.saveIdentities(ctx, tx, v, c, "", identityText(id))
}

// saveIdentities stores what is derived from the identities of a contact, with the history
// and the event.
func (s *Service) saveIdentities(ctx context.Context, tx Tx, v leads.Viewer, c leads.Contact, before, after string) error {
	if err := tx.SaveContact(ctx, c); err != nil {
		return err
	}
	if err := s.note(ctx, tx, v, c, leads.HistoryEntry{Field: leads.FieldIdentity, Before: before, After: after}); err != nil {
		return err
	}
	return tx.RecordContact(ctx, leads.EventContactUpdated, c, v.UserID)
}
