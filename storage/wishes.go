package storage

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"ctihub/leads"
	"ctihub/leads/calls"
	"ctihub/storage/db"
)

// ClaimWish returns the wish of a touch's key. Only the first caller gets Mine, and carries it
// out. leads.ErrNotFound: the touch is no interaction, or has no wish.
func (s *Store) ClaimWish(ctx context.Context, key leads.Key) (w calls.Wish, err error) {
	err = s.retryQueries(ctx, func(q *db.Queries) error {
		row, err := q.GetWish(ctx, db.GetWishParams{Source: key.Source, ExternalID: key.ExternalID})
		if err != nil {
			return orNotFound(err)
		}
		w = calls.Wish{InteractionID: row.InteractionID, Number: row.Number, Dialled: row.Dialled}
		if row.Claimed != 0 {
			return nil
		}
		n, err := q.ClaimWish(ctx, db.ClaimWishParams{InteractionID: row.InteractionID, Claimed: micros(s.now())})
		w.Mine = n == 1
		return err
	})
	if err != nil && !errors.Is(err, leads.ErrNotFound) {
		err = fmt.Errorf("claiming a wish: %w", err)
	}
	return w, err
}

// WishDialled notes that a telephone is rung for a wish.
func (s *Store) WishDialled(ctx context.Context, interactionID string) error {
	return s.retryQueries(ctx, func(q *db.Queries) error { return q.WishDialled(ctx, interactionID) })
}

// truncate cuts a text to at most limit bytes, at a rune.
func truncate(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "")
}
