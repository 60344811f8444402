package storage

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"ctihub/leads"
	"ctihub/storage/db"
)

// offersMost is how many offers of a contact are shown.
const offersMost = 20

// offeredTo returns what is perhaps a contact's and waits for a decision.
func offeredTo(ctx context.Context, q *db.Queries, contactID string) ([]leads.Offer, error) {
	rows, err := q.OfferedTo(ctx, db.OfferedToParams{ContactID: contactID, Most: offersMost})
	if err != nil {
		return nil, fmt.Errorf("offers of contact %q: %w", contactID, err)
	}
	return all(rows, func(r db.OfferedToRow) leads.Offer {
		return leads.Offer{
			ID: r.ID, Identity: leads.Identity{Kind: leads.IdentityKind(r.Kind), Value: r.Value},
			InteractionID: r.InteractionID, Channel: leads.Channel(r.Channel), At: fromMicros(r.At), Unread: r.Unread,
		}
	}), nil
}

// DecideOffer adds an offered identity to the contact, or dismisses it for
// good. One that cannot be read is added as corrected; the zero value for any
// other. leads.ErrConflict: it was decided otherwise before; leads.ErrExists:
// another contact holds the identity, and nothing changed.
func (s *Store) DecideOffer(ctx context.Context, v leads.Viewer, contactID, offerID string, add bool, corrected leads.Identity) (c leads.Contact, err error) {
	err = s.decideBulk(ctx, func(ctx context.Context, b *bulk) error {
		q := b.q
		c = leads.Contact{}
		row, err := q.SeeContact(ctx, db.SeeContactParams{ID: contactID, SeesAll: v.Role.SeesAll(), Viewer: v.UserID})
		if err != nil {
			return found(err)
		}
		offer, err := q.GetOffered(ctx, db.GetOfferedParams{ID: offerID, ContactID: contactID})
		if err != nil {
			return found(err)
		}
		c = contactOf(row)
		state := "dismissed"
		if add {
			state = "added"
		}
		if offer.State == state {
			return nil // said twice
		}
		if add && offer.Unread != (corrected != leads.Identity{}) {
			return fmt.Errorf("%w: value: is for what cannot be read, and needed there", leads.ErrInvalid)
		}
		n, err := q.DecideOffered(ctx, db.DecideOfferedParams{ID: offerID, State: state, Decided: micros(s.now()), DecidedBy: orNull(v.UserID)})
		if err != nil {
			return err
		}
		if n == 0 {
			return fmt.Errorf("%w: the offer was decided already", leads.ErrConflict)
		}
		id := leads.Identity{Kind: leads.IdentityKind(offer.Kind), Value: offer.Value}
		if offer.Unread {
			id = corrected
		}
		if !add || slices.Contains(c.Identities, id) {
			return nil
		}
		return addIdentity(ctx, b, v, &c, row, id)
	})
	if err != nil {
		return leads.Contact{}, fmt.Errorf("offer %q of contact %q: %w", offerID, contactID, err)
	}
	c.Offered, err = offeredTo(ctx, s.read, contactID)
	return c, err
}

// addIdentity gives a contact an identity and records that for those who serve it.
func addIdentity(ctx context.Context, b *bulk, v leads.Viewer, c *leads.Contact, row db.ContactRow, id leads.Identity) error {
	q := b.q
	_, err := q.IdentityHolder(ctx, db.IdentityHolderParams{Kind: string(id.Kind), Value: id.Value})
	if err = found(err); err == nil {
		return fmt.Errorf("%w: another contact holds this identity", leads.ErrExists)
	} else if !errors.Is(err, leads.ErrNotFound) {
		return err
	}
	if err := one(q.InsertIdentity(ctx, db.InsertIdentityParams{
		Kind: string(id.Kind), Value: id.Value, ContactID: c.ID, Position: int64(len(c.Identities)), Added: micros(b.s.now()),
	})); err != nil {
		return err
	}
	c.Identities = append(c.Identities, id)
	if err := saveContact(ctx, q, *c, row.Version); err != nil {
		return err
	}
	watchers, err := q.ManagersOfContact(ctx, c.ID)
	if err != nil {
		return err
	}
	return b.record(ctx, leads.EventBody{Type: leads.EventContactUpdated, Contact: c}, append(watchers, v.UserID, row.OwnerID)...)
}
