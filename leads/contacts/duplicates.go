package contacts

import (
	"context"

	"ctihub/leads"
)

// DecideDuplicate stores that two contacts are not the same, or takes that back. The viewer sees both;
// leads.ErrNotFound if they do not, or if the two were never suggested. What is decided so already
// changes nothing.
func (s *Service) DecideDuplicate(ctx context.Context, v leads.Viewer, a, b string, state leads.DuplicateState) error {
	return s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		var both [2]leads.Contact
		for i, id := range []string{a, b} {
			var err error
			if both[i], err = tx.SeeContact(ctx, v, id); err != nil {
				return err
			}
		}
		if a == b {
			return leads.Invalid("other_id", "Name another contact.")
		}
		changed, err := tx.DecideDuplicate(ctx, a, b, state, v.UserID)
		if err != nil || !changed {
			return err
		}
		for _, c := range both { // the pages of both follow
			if err := tx.RecordContact(ctx, leads.EventContactUpdated, c, v.UserID); err != nil {
				return err
			}
		}
		return nil
	})
}
