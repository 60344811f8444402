package storage

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"ctihub/storage/db"
)

// sessionKey returns the hash under which a session is stored, so that a copy of the database
// contains no valid cookie. Store implements scs.CtxStore.
func sessionKey(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// FindCtx returns the data of a session that has not expired.
func (s *Store) FindCtx(ctx context.Context, token string) (b []byte, ok bool, err error) {
	b, err = s.read.FindSession(ctx, db.FindSessionParams{Token: sessionKey(token), Now: micros(s.now())})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	} else if err != nil {
		return nil, false, fmt.Errorf("finding a session: %w", err)
	}
	return b, true, nil
}

// CommitCtx stores a session until expiry, and deletes expired sessions.
func (s *Store) CommitCtx(ctx context.Context, token string, b []byte, expiry time.Time) error {
	err := s.retryQueries(ctx, func(q *db.Queries) error {
		if err := q.DropExpiredSessions(ctx, micros(s.now())); err != nil {
			return err
		}
		return q.PutSession(ctx, db.PutSessionParams{Token: sessionKey(token), Data: b, Expiry: micros(expiry)})
	})
	if err != nil {
		return fmt.Errorf("storing a session: %w", err)
	}
	return nil
}

// DeleteCtx ends a session.
func (s *Store) DeleteCtx(ctx context.Context, token string) error {
	err := s.retryQueries(ctx, func(q *db.Queries) error {
		if err := q.DropSession(ctx, sessionKey(token)); err != nil {
			return err
		}
		return q.RightsChanged(ctx)
	})
	if err != nil {
		return fmt.Errorf("ending a session: %w", err)
	}
	return nil
}

// Find is FindCtx without a context.
func (s *Store) Find(token string) (b []byte, found bool, err error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is CommitCtx without a context.
func (s *Store) Commit(token string, b []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, b, expiry)
}

// Delete is DeleteCtx without a context.
func (s *Store) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }
