package storage

import (
	"context"
	"fmt"
	"slices"
	"time"

	"ctihub/leads"
	"ctihub/storage/db"
)

// CreateToken stores the hash of a new token. leads.ErrExists when the name is
// taken, leads.ErrNotFound when there is no such user.
func (s *Store) CreateToken(ctx context.Context, userID, name, hash string, at time.Time) (leads.Token, error) {
	t := leads.Token{ID: newID(), Name: oneLine(name), UserID: userID, Created: at.UTC().Truncate(time.Microsecond)}
	if t.Name == "" || len(t.Name) > maxTyped || hash == "" {
		return leads.Token{}, fmt.Errorf("%w: a token needs a short name and a hash", leads.ErrInvalid)
	}
	err := s.retryQueries(ctx, func(q *db.Queries) error {
		u, err := q.GetUser(ctx, userID)
		if err != nil {
			return orNotFound(err)
		}
		t.Login = u.Login
		n, err := q.InsertToken(ctx, db.InsertTokenParams{ID: t.ID, UserID: userID, Name: t.Name, Hash: hash, Created: micros(t.Created)})
		if err == nil && n == 0 {
			return leads.ErrExists
		}
		return err
	})
	if err != nil {
		return leads.Token{}, fmt.Errorf("creating token %q: %w", t.Name, err)
	}
	return t, nil
}

// RevokeToken deletes the token with this id or name.
func (s *Store) RevokeToken(ctx context.Context, idOrName string) error {
	err := s.retryQueries(ctx, func(q *db.Queries) error {
		n, err := q.DropToken(ctx, oneLine(idOrName))
		if err == nil && n == 0 {
			return leads.ErrNotFound
		}
		if err != nil {
			return err
		}
		return q.RightsChanged(ctx)
	})
	if err != nil {
		return fmt.Errorf("revoking token %q: %w", idOrName, err)
	}
	return nil
}

// ListTokens returns all tokens, oldest first.
func (s *Store) ListTokens(ctx context.Context) ([]leads.Token, error) {
	rows, err := s.read.ListTokens(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing tokens: %w", err)
	}
	return mapRows(rows, func(r db.ListTokensRow) leads.Token {
		return leads.Token{ID: r.ID, Name: r.Name, UserID: r.UserID, Login: r.Login, Created: fromMicros(r.Created)}
	}), nil
}

// TokensOf returns the tokens of one user, oldest first.
func (s *Store) TokensOf(ctx context.Context, userID string) ([]leads.Token, error) {
	list, err := s.ListTokens(ctx)
	return slices.DeleteFunc(list, func(t leads.Token) bool { return t.UserID != userID }), err
}

// RevokeTokensOf deletes all tokens of one user.
func (s *Store) RevokeTokensOf(ctx context.Context, userID string) error {
	err := s.retryQueries(ctx, func(q *db.Queries) error {
		if err := q.DropTokensOf(ctx, userID); err != nil {
			return err
		}
		return q.RightsChanged(ctx)
	})
	if err != nil {
		return fmt.Errorf("revoking the tokens of user %q: %w", userID, err)
	}
	return nil
}
