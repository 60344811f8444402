package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"ctihub/leads"
	"ctihub/leads/replies"
	"ctihub/storage/db"
)

// lostMost bounds the result of LostReplies and OldReplies.
const lostMost = 100

// ClaimReplies takes replies that a source may send now, the oldest first. Their state
// "sending" is committed when it returns.
func (s *Store) ClaimReplies(ctx context.Context, c replies.Claim) (won []leads.Reply, err error) {
	at, err := s.clock(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the database's clock: %w", err)
	}
	due, err := s.read.DueReplies(ctx, db.DueRepliesParams{Source: c.Source, Now: micros(at), Most: int32(c.Most)})
	if err != nil || len(due) == 0 {
		return nil, err
	}
	err = s.retryTx(ctx, func(ctx context.Context, tx *Tx) error {
		q := tx.q
		won = nil
		for _, d := range due {
			n, err := q.ClaimReply(ctx, db.ClaimReplyParams{ID: d.ID, Attempts: d.Attempts, Owner: c.Owner, Until: micros(at.Add(c.Lease))})
			if err != nil {
				return err
			}
			if n == 0 {
				continue // another hub's
			}
			r, err := recordReply(ctx, tx, d.ID)
			if err != nil {
				return err
			}
			if err := loadLastWritten(ctx, q, &r); err != nil {
				return err
			}
			won = append(won, r)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("claiming replies of %s: %w", c.Source, err)
	}
	if len(won) > 0 {
		s.step(StepReplySending)
	}
	return won, nil
}

// loadLastWritten fills in the customer's last message in the source.
func loadLastWritten(ctx context.Context, q *db.Queries, r *leads.Reply) error {
	w, err := q.LastWritten(ctx, db.LastWrittenParams{ContactID: orNull(r.ContactID), Source: r.Source})
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	r.AnsweredID, r.AnsweredKey, r.AnsweredAt, r.AnsweredText, r.AnsweredTitle = w.MessageID, w.ExternalID, fromMicros(w.At), w.Body, w.Subject
	if w.Refs != "" {
		r.AnsweredRefs = strings.Split(w.Refs, "\n")
	}
	return nil
}

// HoldReply renews the claim of a reply; leads.ErrConflict when another process owns it.
func (s *Store) HoldReply(ctx context.Context, owner string, r leads.Reply, lease time.Duration) error {
	at, err := s.clock(ctx)
	if err != nil {
		return fmt.Errorf("reading the database's clock: %w", err)
	}
	return s.retryQueries(ctx, func(q *db.Queries) error {
		return asConflict(requireRow(q.HoldReply(ctx, db.HoldReplyParams{ID: r.ID, Owner: owner, Attempts: int64(r.Attempt), Until: micros(at.Add(lease))})))
	})
}

// LostReplies returns replies whose claim has expired, or, on SQLite, is another process's.
func (s *Store) LostReplies(ctx context.Context, owner string) ([]leads.Reply, error) {
	at, err := s.clock(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the database's clock: %w", err)
	}
	alone := s.writing != nil
	lost, err := s.read.LostReplies(ctx, db.LostRepliesParams{Owner: owner, Now: micros(at), Alone: alone, Most: lostMost})
	if err != nil {
		return nil, fmt.Errorf("looking for lost replies: %w", err)
	}
	return mapRows(lost, func(r db.LostRepliesRow) leads.Reply {
		return leads.Reply{ID: r.ID, Source: r.Source, State: leads.ReplySending, Attempt: int(r.Attempts), Owner: r.Owner}
	}), nil
}

// OldReplies returns replies that have waited since before a time.
func (s *Store) OldReplies(ctx context.Context, before time.Time) ([]leads.Reply, error) {
	old, err := s.read.OldReplies(ctx, db.OldRepliesParams{Before: micros(before), Most: lostMost})
	if err != nil {
		return nil, fmt.Errorf("looking for old replies: %w", err)
	}
	return mapRows(old, func(r db.OldRepliesRow) leads.Reply {
		return leads.Reply{ID: r.ID, State: leads.ReplyWaiting, Attempt: int(r.Attempts), Error: r.Error}
	}), nil
}
