// Package contacts changes contacts: their names and companies, and the phones and
// addresses that messages offered.
package contacts

import (
	"context"
	"errors"
	"slices"

	"ctihub/leads"
)

// ErrHeld says that another contact holds an identity.
var ErrHeld = &leads.Problem{Kind: leads.ErrExists, Title: "Another contact has this already",
	Detail: "Perhaps the two are one person; ask a supervisor to look at both."}

// Store is what the service needs from storage.
type Store interface {
	// Tx runs f in one transaction, and retries it from the start on a conflict. The
	// events that f records are published after the commit.
	Tx(ctx context.Context, f func(ctx context.Context, tx Tx) error) error
	// Contact returns a contact that the viewer may see, with its offers.
	Contact(ctx context.Context, v leads.Viewer, id string) (leads.Contact, error)
}

// Tx is a transaction of the service.
type Tx interface {
	// SeeContact returns a contact that the viewer may see, with its offers.
	SeeContact(ctx context.Context, v leads.Viewer, id string) (leads.Contact, error)
	// SaveContact stores the name, the company and the key by which a contact is
	// shown, unless another writer changed it since it was read.
	SaveContact(ctx context.Context, c leads.Contact) error
	// RecordContact records that a contact was changed, for its owner, the
	// managers of its leads and the user named.
	RecordContact(ctx context.Context, c leads.Contact, userID string) error

	// Offer returns what was offered to a contact, and how it was decided: empty,
	// or one of the decisions.
	Offer(ctx context.Context, contactID, id string) (leads.Offer, leads.OfferDecision, error)
	// DecideOffer stores the decision of a user, unless it was decided before.
	DecideOffer(ctx context.Context, id string, d leads.OfferDecision, userID string) (decided bool, err error)
	// HolderOf returns the contact that holds an identity, empty for none.
	HolderOf(ctx context.Context, id leads.Identity) (contactID string, err error)
	// AddIdentity gives a contact one more identity.
	AddIdentity(ctx context.Context, c leads.Contact, id leads.Identity) error
}

// Service changes contacts for users who may see them.
type Service struct {
	Store  Store
	Region string // ISO 3166-1 alpha-2, for national phone numbers
}

// Change changes the name or the company of a contact; what the change leaves
// out stays. The checks run on the stored contact in the same transaction; their
// error is returned and nothing is changed. Equal values change and record nothing.
func (s *Service) Change(ctx context.Context, v leads.Viewer, id string, change leads.ContactChange, checks ...func(leads.Contact) error) (c leads.Contact, err error) {
	if change.Name == nil && change.Company == nil {
		return c, leads.Invalid("name", "Give a name, a company or both.")
	}
	name, err := line("name", change.Name)
	company, wrong := line("company", change.Company)
	if err = errors.Join(err, wrong); err != nil {
		return c, err
	}
	err = s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		if c, err = tx.SeeContact(ctx, v, id); err != nil {
			return err
		}
		if err := leads.CheckAll(c, checks); err != nil {
			return err
		}
		was := c
		if change.Name != nil {
			c.Name = name
		}
		if change.Company != nil {
			c.Company = company
		}
		if c.Name == was.Name && c.Company == was.Company {
			return nil
		}
		if err := tx.SaveContact(ctx, c); err != nil {
			return err
		}
		return tx.RecordContact(ctx, c, v.UserID)
	})
	return c, err
}

// line checks a line that may be left out.
func line(field string, s *string) (string, error) {
	if s == nil {
		return "", nil
	}
	l, err := leads.Line(field, *s)
	return leads.OneSpace(l), err
}

// DecideOffer adds an offered identity to the contact, or dismisses it for good.
// value is the user's correction of an unread offer; it is needed to add one.
// leads.ErrConflict when it was decided otherwise before, ErrHeld when another contact
// holds the identity; nothing is changed then.
func (s *Service) DecideOffer(ctx context.Context, v leads.Viewer, contactID, offerID string, d leads.OfferDecision, value string) (leads.Contact, error) {
	err := s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		c, err := tx.SeeContact(ctx, v, contactID)
		if err != nil {
			return err
		}
		offer, before, err := tx.Offer(ctx, contactID, offerID)
		if err != nil || before == d { // a repeated request
			return err
		}
		id, err := s.identityOf(offer, d, value)
		if err != nil {
			return err
		}
		decided, err := tx.DecideOffer(ctx, offerID, d, v.UserID)
		switch {
		case err != nil:
			return err
		case !decided:
			return &leads.Problem{Kind: leads.ErrConflict, Title: "Changed in the meantime", Detail: "The offer was decided already. Read the contact again."}
		case d == leads.OfferDismissed || slices.Contains(c.Identities, id):
			return nil
		}
		return add(ctx, tx, v, c, id)
	})
	if err != nil {
		return leads.Contact{}, err
	}
	return s.Store.Contact(ctx, v, contactID)
}

// identityOf returns the identity of an offer; for an unread offer, the user's correction.
func (s *Service) identityOf(o leads.Offer, d leads.OfferDecision, value string) (leads.Identity, error) {
	if !o.Unread || d == leads.OfferDismissed {
		return o.Identity, nil
	}
	id, err := o.Correct(value, s.Region)
	switch {
	case err != nil && o.Identity.Kind == leads.KindPhone:
		return id, leads.Invalid("value", "Give one phone number, as in +7 916 123-45-67.")
	case err != nil:
		return id, leads.Invalid("value", "Give one e-mail address, as in name@example.com.")
	}
	return id, nil
}

// add gives a contact an identity; ErrHeld when another contact holds it.
func add(ctx context.Context, tx Tx, v leads.Viewer, c leads.Contact, id leads.Identity) error {
	holder, err := tx.HolderOf(ctx, id)
	if err != nil {
		return err
	}
	if holder != "" {
		return ErrHeld
	}
	if err := tx.AddIdentity(ctx, c, id); err != nil {
		return err
	}
	c.Identities = append(c.Identities, id)
	if err := tx.SaveContact(ctx, c); err != nil {
		return err
	}
	return tx.RecordContact(ctx, c, v.UserID)
}
