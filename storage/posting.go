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

// lostMost is how many replies are looked at together whose time is over.
const lostMost = 100

// ClaimReplies takes replies that a source may send now, the oldest first. That
// they are being sent is committed when it returns.
func (s *Store) ClaimReplies(ctx context.Context, c replies.Claim) (won []leads.Reply, err error) {
	at, err := s.clock(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the database's clock: %w", err)
	}
	due, err := s.read.DueReplies(ctx, db.DueRepliesParams{Source: c.Source, Now: micros(at), Most: int32(c.Most)})
	if err != nil || len(due) == 0 {
		return nil, err
	}
	err = s.decideBulk(ctx, func(ctx context.Context, b *bulk) error {
		q := b.q
		won = nil
		for _, d := range due {
			n, err := q.ClaimReply(ctx, db.ClaimReplyParams{ID: d.ID, Attempts: d.Attempts, Owner: c.Owner, Until: micros(at.Add(c.Lease))})
			if err != nil {
				return err
			}
			if n == 0 {
				continue // another hub's
			}
			r, err := recordReply(ctx, b, d.ID)
			if err != nil {
				return err
			}
			if err := answered(ctx, q, &r); err != nil {
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

// answered fills in what the customer last wrote in the source.
func answered(ctx context.Context, q *db.Queries, r *leads.Reply) error {
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

// HoldReply is a sign of life of whoever sends a reply; leads.ErrConflict when
// it is theirs no more.
func (s *Store) HoldReply(ctx context.Context, owner string, r leads.Reply, lease time.Duration) error {
	at, err := s.clock(ctx)
	if err != nil {
		return fmt.Errorf("reading the database's clock: %w", err)
	}
	return s.decide(ctx, func(q *db.Queries) error {
		return settled(q.HoldReply(ctx, db.HoldReplyParams{ID: r.ID, Owner: owner, Attempts: int64(r.Attempt), Until: micros(at.Add(lease))}))
	})
}

// LostReplies returns replies of which the sender gave no sign of life in time,
// or, on SQLite, is another process than the owner.
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
	return all(lost, func(r db.LostRepliesRow) leads.Reply {
		return leads.Reply{ID: r.ID, Source: r.Source, State: leads.ReplySending, Attempt: int(r.Attempts), Owner: r.Owner}
	}), nil
}

// OldReplies returns replies that have waited since before a time.
func (s *Store) OldReplies(ctx context.Context, before time.Time) ([]leads.Reply, error) {
	old, err := s.read.OldReplies(ctx, db.OldRepliesParams{Before: micros(before), Most: lostMost})
	if err != nil {
		return nil, fmt.Errorf("looking for old replies: %w", err)
	}
	return all(old, func(r db.OldRepliesRow) leads.Reply {
		return leads.Reply{ID: r.ID, State: leads.ReplyWaiting, Attempt: int(r.Attempts), Error: r.Error}
	}), nil
}
