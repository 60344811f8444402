package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"ctihub/leads"
	"ctihub/storage/db"
)

// lostMost is how many replies are looked at together whose time is over.
const lostMost = 100

// ClaimReplies takes replies that a source may send now, the oldest first. That
// they are being sent is committed when it returns.
func (s *Store) ClaimReplies(ctx context.Context, c leads.ReplyClaim) (won []leads.Reply, err error) {
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

// FinishReply stores what an attempt to send came to. A verdict that comes after
// the attempt was given up still counts, unless another attempt has begun:
// leads.ErrConflict then.
func (s *Store) FinishReply(ctx context.Context, owner string, r leads.Reply, v leads.ReplyVerdict) (moved *leads.Reply, err error) {
	s.step(StepReplySent)
	at, err := s.clock(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the database's clock: %w", err)
	}
	err = s.decideBulk(ctx, func(ctx context.Context, b *bulk) error {
		q := b.q
		moved = nil
		row, err := q.GetReply(ctx, r.ID)
		if err != nil {
			return found(err)
		}
		st := leads.ReplyState(row.State)
		mine := row.Owner == owner && row.Attempts == int64(r.Attempt)
		open := st == leads.ReplySending || st == leads.ReplyPerhaps || st == leads.ReplyWaiting && v.State == leads.ReplySent
		if !mine || !open {
			return leads.ErrConflict
		}
		if st == v.State {
			return nil
		}
		m := db.MoveReplyParams{ID: r.ID, Was: row.State, Attempts: row.Attempts, State: string(v.State), UpstreamID: row.UpstreamID,
			Error: typed(v.Error), Fault: string(v.Fault), FaultLimit: v.FaultLimit}
		switch v.State {
		case leads.ReplySent:
			m.UpstreamID, m.Sent = text(v.UpstreamID), micros(s.now())
		case leads.ReplyWaiting:
			m.NextAt = micros(at.Add(v.Wait))
		}
		if err := one(q.MoveReply(ctx, m)); err != nil {
			return err
		}
		reply, err := recordReply(ctx, b, r.ID)
		if err != nil {
			return err
		}
		moved = &reply
		if v.State != leads.ReplySent {
			return nil
		}
		return noteReplied(ctx, b, row, m.UpstreamID, m.Sent)
	})
	if err != nil {
		return nil, fmt.Errorf("recording reply %q: %w", r.ID, err)
	}
	return moved, nil
}

// noteReplied lets the customer's answer find the reply, and notes in the lead
// that its customer was answered and that its manager works on it.
func noteReplied(ctx context.Context, b *bulk, r db.ReplyRow, upstreamID string, at int64) error {
	q := b.q
	if upstreamID != "" {
		if err := q.RememberMessage(ctx, db.RememberMessageParams{Channel: r.Channel, MessageID: upstreamID, InteractionID: r.ID}); err != nil {
			return err
		}
	}
	first, err := q.RespondToLead(ctx, db.RespondToLeadParams{ID: r.LeadID, Responded: at})
	if err != nil {
		return err
	}
	begun, err := q.BeginLead(ctx, db.BeginLeadParams{ID: r.LeadID, ManagerID: r.UserID})
	if err != nil || first+begun == 0 {
		return err
	}
	_, err = recordLead(ctx, b, leads.EventLeadUpdated, r.LeadID)
	return err
}

// RecoverReplies ends what nobody sends any more: of a process that is gone (on
// SQLite any but the owner; elsewhere one that gave no sign of life in time) and
// what waits for longer than [leads.ReplyGivenUp]. What is sent again without
// doubt waits for that, the rest was perhaps sent.
func (s *Store) RecoverReplies(ctx context.Context, owner string, repeated func(source string) bool) (moved []leads.Reply, err error) {
	at, err := s.clock(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the database's clock: %w", err)
	}
	alone := s.writing != nil
	lost, err := s.read.LostReplies(ctx, db.LostRepliesParams{Owner: owner, Now: micros(at), Alone: alone, Most: lostMost})
	if err != nil {
		return nil, fmt.Errorf("looking for lost replies: %w", err)
	}
	old, err := s.read.OldReplies(ctx, db.OldRepliesParams{Before: micros(s.now().Add(-leads.ReplyGivenUp)), Most: lostMost})
	if err != nil {
		return nil, fmt.Errorf("looking for old replies: %w", err)
	}
	if len(lost)+len(old) == 0 {
		return nil, nil
	}
	var moves []db.MoveReplyParams
	for _, r := range lost {
		m := db.MoveReplyParams{ID: r.ID, Was: string(leads.ReplySending), Attempts: r.Attempts,
			State: string(leads.ReplyPerhaps), Error: "The hub stopped while it was sending this.", Fault: string(leads.FaultInterrupted)}
		if repeated(r.Source) {
			m.State = string(leads.ReplyWaiting)
		}
		moves = append(moves, m)
	}
	for _, r := range old {
		reason := "Given up after three days: the channel could not be reached."
		if r.Error != "" {
			reason = "Given up after three days: " + r.Error
		}
		moves = append(moves, db.MoveReplyParams{ID: r.ID, Was: string(leads.ReplyWaiting), Attempts: r.Attempts, State: string(leads.ReplyFailed),
			Error: typed(reason), Fault: string(leads.FaultGivenUp), FaultLimit: int64(leads.ReplyGivenUp / time.Hour)})
	}
	err = s.decideBulk(ctx, func(ctx context.Context, b *bulk) error {
		moved = nil
		q := b.q
		for _, m := range moves {
			if n, err := q.MoveReply(ctx, m); err != nil {
				return err
			} else if n == 0 {
				continue // its sender told the end of it after all, or another hub did this
			}
			r, err := recordReply(ctx, b, m.ID)
			if err != nil {
				return err
			}
			moved = append(moved, r)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("recovering replies: %w", err)
	}
	return moved, nil
}
