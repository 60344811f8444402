package contacts

import (
	"context"
	"slices"

	"ctihub/leads"
)

// DecideOffer adds an offered identity to the contact, or dismisses it for good.
// value is the user's correction of an unread offer; it is needed to add one.
// leads.ErrConflict when it was decided otherwise before, leads.ErrExists when another
// contact holds the identity; nothing is changed then.
func (s *Service) DecideOffer(ctx context.Context, v leads.Viewer, contactID, offerID string, d leads.OfferDecision, value string) (leads.Contact, error) {
	return s.changeIdentities(ctx, v, contactID, nil, func(ctx context.Context, tx Tx, c leads.Contact) error {
		offer, before, err := tx.Offer(ctx, contactID, offerID)
		if err != nil || before == d { // a repeated request
			return err
		}
		id := offer.Identity
		if offer.Unread && d != leads.OfferDismissed {
			if id, err = leads.TypedIdentity("value", offer.Identity.Kind, value, s.Region); err != nil {
				return err
			}
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
		return s.add(ctx, tx, v, c, id)
	})
}
