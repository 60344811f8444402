package storage

import (
	"context"
	"fmt"

	"ctihub/leads"
	"ctihub/storage/db"
)

// offersMost is how many offers of a contact are shown.
const offersMost = 20

// offeredTo returns the undecided offers of a contact.
func offeredTo(ctx context.Context, q *db.Queries, contactID string) ([]leads.Offer, error) {
	rows, err := q.OfferedTo(ctx, db.OfferedToParams{ContactID: contactID, Most: offersMost})
	if err != nil {
		return nil, fmt.Errorf("offers of contact %q: %w", contactID, err)
	}
	return mapRows(rows, func(r db.OfferedToRow) leads.Offer {
		return leads.Offer{
			ID: r.ID, Identity: leads.Identity{Kind: leads.IdentityKind(r.Kind), Value: r.Value},
			InteractionID: r.InteractionID, Channel: leads.Channel(r.Channel), At: fromMicros(r.At), Unread: r.Unread,
		}
	}), nil
}

// Offer returns an offer of a contact, and the decision on it.
func (t *Tx) Offer(ctx context.Context, contactID, id string) (leads.Offer, leads.OfferDecision, error) {
	r, err := t.q.GetOffered(ctx, db.GetOfferedParams{ID: id, ContactID: contactID})
	if err != nil {
		return leads.Offer{}, "", fmt.Errorf("offer %q of contact %q: %w", id, contactID, orNotFound(err))
	}
	d := leads.OfferDecision(r.State)
	if r.State == "offered" {
		d = ""
	}
	return leads.Offer{ID: r.ID, Identity: leads.Identity{Kind: leads.IdentityKind(r.Kind), Value: r.Value}, Unread: r.Unread}, d, nil
}

// DecideOffer stores the decision of a user, unless it was decided before.
func (t *Tx) DecideOffer(ctx context.Context, id string, d leads.OfferDecision, userID string) (decided bool, err error) {
	n, err := t.q.DecideOffered(ctx, db.DecideOfferedParams{ID: id, State: string(d), Decided: micros(t.s.now()), DecidedBy: orNull(userID)})
	return n > 0, err
}
