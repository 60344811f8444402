package storage

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"time"

	"ctihub/leads"
	"ctihub/storage/db"
)

// linkCodeLife is how long a code can be used.
const linkCodeLife = 15 * time.Minute

// NewLinkCode returns a code with which a user can link an address of a
// channel, and until when. It ends the user's earlier one. Only its hash is stored.
func (s *Store) NewLinkCode(ctx context.Context, userID, via string) (code string, expires time.Time, err error) {
	secret := make([]byte, 18)
	_, _ = rand.Read(secret) // never fails
	code, expires = base64.RawURLEncoding.EncodeToString(secret), s.now().Add(linkCodeLife)
	err = s.retryQueries(ctx, func(q *db.Queries) error {
		if err := q.DropLinkCodes(ctx, db.DropLinkCodesParams{Now: micros(s.now()), UserID: userID, Via: via}); err != nil {
			return err
		}
		return q.InsertLinkCode(ctx, db.InsertLinkCodeParams{Hash: linkHash(code), UserID: userID, Via: via, Expires: micros(expires)})
	})
	if err != nil {
		return "", time.Time{}, fmt.Errorf("making a code for a link: %w", err)
	}
	return code, expires, nil
}

func linkHash(code string) string {
	sum := sha256.Sum256([]byte(code))
	return hex.EncodeToString(sum[:])
}

// Link links an address to the user of a code, and uses the code up. An address has one
// user, and a user one address per channel: the newest. leads.ErrNotFound: the code is
// unknown, used or expired.
func (s *Store) Link(ctx context.Context, via, address, code string) (u leads.User, err error) {
	err = s.retryQueries(ctx, func(q *db.Queries) error {
		userID, err := q.UseLinkCode(ctx, db.UseLinkCodeParams{Hash: linkHash(code), Via: via, Now: micros(s.now())})
		if err != nil {
			return orNotFound(err)
		}
		row, err := q.GetUser(ctx, userID)
		if err != nil {
			return orNotFound(err)
		}
		if u = userOf(row); u.Disabled {
			return leads.ErrNotFound
		}
		if err := q.DropLinks(ctx, db.DropLinksParams{Via: via, Address: address, UserID: userID}); err != nil {
			return err
		}
		return q.InsertLink(ctx, db.InsertLinkParams{UserID: userID, Via: via, Address: cleanText(address), Created: micros(s.now())})
	})
	if err != nil {
		return leads.User{}, fmt.Errorf("linking an address: %w", err)
	}
	return u, nil
}

// Unlink ends the link of an address and returns its user.
func (s *Store) Unlink(ctx context.Context, via, address string) (leads.User, error) {
	var userID string
	err := s.retryQueries(ctx, func(q *db.Queries) (err error) {
		userID, err = q.DropLinkAt(ctx, db.DropLinkAtParams{Via: via, Address: address})
		return orNotFound(err)
	})
	if err != nil {
		return leads.User{}, fmt.Errorf("ending a link: %w", err)
	}
	return s.User(ctx, userID)
}

// UnlinkUser ends a user's link; none is no error.
func (s *Store) UnlinkUser(ctx context.Context, userID, via string) error {
	err := s.retryQueries(ctx, func(q *db.Queries) error {
		_, err := q.DropLinkOf(ctx, db.DropLinkOfParams{UserID: userID, Via: via})
		return err
	})
	if err != nil {
		return fmt.Errorf("ending a link of user %q: %w", userID, err)
	}
	return nil
}

// Linked returns the user of an address; leads.ErrNotFound: none, or a disabled one.
func (s *Store) Linked(ctx context.Context, via, address string) (leads.User, error) {
	return oneUser(s.read.LinkedUser(ctx, db.LinkedUserParams{Via: via, Address: address}))
}

// Links returns the addresses of a channel, by the ids of their users.
func (s *Store) Links(ctx context.Context, via string) (map[string]string, error) {
	rows, err := s.read.ListLinks(ctx, via)
	if err != nil {
		return nil, fmt.Errorf("listing links: %w", err)
	}
	links := make(map[string]string, len(rows))
	for _, r := range rows {
		links[r.UserID] = r.Address
	}
	return links, nil
}

// LinksOf returns since when a user has links, by their channels.
func (s *Store) LinksOf(ctx context.Context, userID string) (map[string]time.Time, error) {
	rows, err := s.read.LinksOf(ctx, userID)
	if err != nil {
		return nil, fmt.Errorf("listing the links of user %q: %w", userID, err)
	}
	links := make(map[string]time.Time, len(rows))
	for _, r := range rows {
		links[r.Via] = fromMicros(r.Created)
	}
	return links, nil
}

// WriteDigests records the day's digest for each user with a linked address, with the
// counts at a moment; nothing if the day's were written before.
func (s *Store) WriteDigests(ctx context.Context, day string, at time.Time) error {
	err := s.retryTx(ctx, func(ctx context.Context, tx *Tx) error {
		q := tx.q
		n, err := q.NoteDigest(ctx, day)
		if err != nil || n == 0 {
			return err
		}
		rows, err := q.ListDigests(ctx, micros(at))
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := tx.record(ctx, leads.EventBody{Type: leads.EventDigest, Digest: &leads.Digest{
				UserID: r.UserID, Day: day, NewLeads: r.NewLeads, OpenLeads: r.OpenLeads, Tasks: r.Tasks, LateTasks: r.LateTasks,
			}}, r.UserID); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("writing the digests of %s: %w", day, err)
	}
	return nil
}
