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

// linkCodeLife is how long a code can be used. It is made for the very moment.
const linkCodeLife = 15 * time.Minute

// NewLinkCode returns a code with which a user can link an address of a
// channel, and until when. It ends the user's earlier one. Only its hash is stored.
func (s *Store) NewLinkCode(ctx context.Context, userID, via string) (code string, expires time.Time, err error) {
	secret := make([]byte, 18)
	_, _ = rand.Read(secret) // never fails
	code, expires = base64.RawURLEncoding.EncodeToString(secret), s.now().Add(linkCodeLife)
	err = s.decide(ctx, func(q *db.Queries) error {
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

// Link gives an address to the user whose code it is, and uses the code up. An
// address is one user's, and a user has one per channel: the newest.
// leads.ErrNotFound: there is no such code (any more).
func (s *Store) Link(ctx context.Context, via, address, code string) (u leads.User, err error) {
	err = s.decide(ctx, func(q *db.Queries) error {
		userID, err := q.UseLinkCode(ctx, db.UseLinkCodeParams{Hash: linkHash(code), Via: via, Now: micros(s.now())})
		if err != nil {
			return found(err)
		}
		row, err := q.GetUser(ctx, userID)
		if err != nil {
			return found(err)
		}
		if u = userOf(row); u.Disabled {
			return leads.ErrNotFound
		}
		if err := q.DropLinks(ctx, db.DropLinksParams{Via: via, Address: address, UserID: userID}); err != nil {
			return err
		}
		return q.InsertLink(ctx, db.InsertLinkParams{UserID: userID, Via: via, Address: text(address), Created: micros(s.now())})
	})
	if err != nil {
		return leads.User{}, fmt.Errorf("linking an address: %w", err)
	}
	return u, nil
}

// Unlink ends the link of an address and returns whose it was.
func (s *Store) Unlink(ctx context.Context, via, address string) (leads.User, error) {
	var userID string
	err := s.decide(ctx, func(q *db.Queries) (err error) {
		userID, err = q.DropLinkAt(ctx, db.DropLinkAtParams{Via: via, Address: address})
		return found(err)
	})
	if err != nil {
		return leads.User{}, fmt.Errorf("ending a link: %w", err)
	}
	return s.User(ctx, userID)
}

// UnlinkUser ends a user's link; none is no error.
func (s *Store) UnlinkUser(ctx context.Context, userID, via string) error {
	err := s.decide(ctx, func(q *db.Queries) error {
		_, err := q.DropLinkOf(ctx, db.DropLinkOfParams{UserID: userID, Via: via})
		return err
	})
	if err != nil {
		return fmt.Errorf("ending a link of user %q: %w", userID, err)
	}
	return nil
}

// Linked returns whose an address is; leads.ErrNotFound: nobody's who may sign in.
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

// WriteDigests writes the day's digest for everybody who linked an address, as
// things stand at a moment; nothing, if the day's were written before.
func (s *Store) WriteDigests(ctx context.Context, day string, at time.Time) error {
	err := s.decideBulk(ctx, func(ctx context.Context, b *bulk) error {
		q := b.q
		n, err := q.NoteDigest(ctx, day)
		if err != nil || n == 0 {
			return err
		}
		rows, err := q.ListDigests(ctx, micros(at))
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := b.record(ctx, leads.EventBody{Type: leads.EventDigest, Digest: &leads.Digest{
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
