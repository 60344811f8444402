package replies

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"ctihub/leads"
)

// Move is a change of the state of a reply.
type Move struct {
	State      leads.ReplyState
	UpstreamID string // the channel's own id; empty: as it is
	Error      string
	Fault      leads.ReplyFault
	FaultLimit int64
	Sent       time.Time     // zero: as it is
	Wait       time.Duration // of waiting: before the next attempt, by the database's clock
}

// SendingStore is what sending needs from storage.
type SendingStore interface {
	Tx(ctx context.Context, f func(ctx context.Context, tx SendingTx) error) error
	// ClaimReplies marks replies that a source may send now as being sent, the
	// oldest first.
	ClaimReplies(ctx context.Context, c Claim) ([]leads.Reply, error)
	// HoldReply renews the claim of a reply; leads.ErrConflict when another process
	// owns it.
	HoldReply(ctx context.Context, owner string, r leads.Reply, lease time.Duration) error
	// LostReplies returns replies whose claim has expired, or on SQLite is another
	// process's.
	LostReplies(ctx context.Context, owner string) ([]leads.Reply, error)
	// OldReplies returns replies that have waited since before a time.
	OldReplies(ctx context.Context, before time.Time) ([]leads.Reply, error)
}

// SendingTx is a transaction of sending.
type SendingTx interface {
	Reply(ctx context.Context, id string) (leads.Reply, error)
	// ReplyByUpstream returns the newest reply of a source with the channel's id.
	ReplyByUpstream(ctx context.Context, source, upstreamID string) (leads.Reply, error)
	// AnyReplyOnItsWay reports whether a reply of a source is being sent.
	AnyReplyOnItsWay(ctx context.Context, source string) (bool, error)
	MoveReply(ctx context.Context, r leads.Reply, m Move) error
	RecordReply(ctx context.Context, id string) (leads.Reply, error)
	// RememberMessage lets the customer's answer to an interaction find it by the
	// channel's id of the message.
	RememberMessage(ctx context.Context, channel leads.Channel, messageID, interactionID string) error
	// RespondToLead notes that the customer of a lead was answered, and reports
	// whether this was the first time. BeginLead notes that its manager works on it.
	RespondToLead(ctx context.Context, leadID string, at time.Time) (first bool, err error)
	BeginLead(ctx context.Context, leadID, managerID string) (begun bool, err error)
	RecordLead(ctx context.Context, kind leads.EventType, id string, also ...string) (leads.Lead, error)
}

// Sending moves the replies of all users through sending. The reply dispatcher and the
// connectors call it.
type Sending struct {
	Store SendingStore
	Now   func() time.Time
	// Observe, if set, is called with each reply whose state changed, for metrics; a
	// failed attempt that will be repeated is [leads.ReplyWaiting].
	Observe func(leads.Reply)
}

// Claim takes replies that a source may send now, the oldest first. Their state
// "sending" is committed when it returns.
func (s *Sending) Claim(ctx context.Context, c Claim) ([]leads.Reply, error) {
	return s.Store.ClaimReplies(ctx, c)
}

// Hold renews the owner's claim of a reply; leads.ErrConflict when another process owns
// it.
func (s *Sending) Hold(ctx context.Context, owner string, r leads.Reply, lease time.Duration) error {
	return s.Store.HoldReply(ctx, owner, r, lease)
}

// Finish stores the verdict of an attempt to send. A verdict that comes after the claim
// expired still counts, unless another attempt has begun: leads.ErrConflict then.
func (s *Sending) Finish(ctx context.Context, owner string, r leads.Reply, v Verdict) error {
	var moved *leads.Reply
	err := s.Store.Tx(ctx, func(ctx context.Context, tx SendingTx) error {
		moved = nil
		now, err := tx.Reply(ctx, r.ID)
		if err != nil {
			return err
		}
		mine := now.Owner == owner && now.Attempt == r.Attempt
		open := now.State == leads.ReplySending || now.State == leads.ReplyPerhaps || now.State == leads.ReplyWaiting && v.State == leads.ReplySent
		if !mine || !open {
			return leads.ErrConflict
		}
		if now.State == v.State {
			return nil
		}
		m := Move{State: v.State, Error: v.Error, Fault: v.Fault, FaultLimit: v.FaultLimit, Wait: v.Wait}
		if v.State == leads.ReplySent {
			m.UpstreamID, m.Sent = v.UpstreamID, s.Now()
		}
		if err := tx.MoveReply(ctx, now, m); err != nil {
			return err
		}
		after, err := tx.RecordReply(ctx, r.ID)
		if err != nil {
			return err
		}
		if moved = &after; v.State != leads.ReplySent {
			return nil
		}
		return noteSent(ctx, tx, after)
	})
	if err != nil {
		return fmt.Errorf("recording reply %q: %w", r.ID, err)
	}
	s.observe(moved)
	return nil
}

// noteSent lets the customer's answer find the reply, and notes in the lead that
// its customer was answered and that its manager works on it.
func noteSent(ctx context.Context, tx SendingTx, r leads.Reply) error {
	if r.UpstreamID != "" {
		if err := tx.RememberMessage(ctx, r.Channel, r.UpstreamID, r.ID); err != nil {
			return err
		}
	}
	first, err := tx.RespondToLead(ctx, r.LeadID, r.Sent)
	if err != nil {
		return err
	}
	begun, err := tx.BeginLead(ctx, r.LeadID, r.User.ID)
	if err != nil || !first && !begun {
		return err
	}
	_, err = tx.RecordLead(ctx, leads.EventLeadUpdated, r.LeadID)
	return err
}

// Recover ends the sending of replies whose process is gone, and gives up replies that
// have waited for longer than [GivenUpAfter]. The former are sent again if the channel
// recognises a repetition, and are perhaps sent otherwise.
func (s *Sending) Recover(ctx context.Context, owner string, repeated func(source string) bool) error {
	lost, err := s.Store.LostReplies(ctx, owner)
	if err != nil {
		return err
	}
	old, err := s.Store.OldReplies(ctx, s.Now().Add(-GivenUpAfter))
	if err != nil {
		return err
	}
	for _, r := range lost {
		m := Move{State: leads.ReplyPerhaps, Error: "The hub stopped while it was sending this.", Fault: leads.FaultInterrupted}
		if repeated(r.Source) {
			m.State = leads.ReplyWaiting
		}
		err = errors.Join(err, s.moveIfUnchanged(ctx, r, m))
	}
	for _, r := range old {
		reason := "Given up after three days: " + cmp.Or(r.Error, "the channel could not be reached.")
		err = errors.Join(err, s.moveIfUnchanged(ctx, r, Move{
			State: leads.ReplyFailed, Error: reason, Fault: leads.FaultGivenUp, FaultLimit: int64(GivenUpAfter / time.Hour),
		}))
	}
	return err
}

// moveIfUnchanged changes the state of a reply, unless its sender or another hub changed
// it since it was read.
func (s *Sending) moveIfUnchanged(ctx context.Context, r leads.Reply, m Move) error {
	var moved *leads.Reply
	err := s.Store.Tx(ctx, func(ctx context.Context, tx SendingTx) error {
		moved = nil
		now, err := tx.Reply(ctx, r.ID)
		if err != nil || now.State != r.State || now.Attempt != r.Attempt {
			return err
		}
		if err := tx.MoveReply(ctx, now, m); err != nil {
			return err
		}
		after, err := tx.RecordReply(ctx, r.ID)
		moved = &after
		return err
	})
	if err != nil {
		return fmt.Errorf("ending reply %q: %w", r.ID, err)
	}
	s.observe(moved)
	return nil
}

// Receipt stores a channel's delivery receipt for a reply of one source. An unknown id
// is ignored; but while a reply of the source is being sent, the receipt may be for that
// one, and the channel must repeat it (leads.ErrBusy).
func (s *Sending) Receipt(ctx context.Context, source string, r leads.Receipt) error {
	var moved *leads.Reply
	err := s.Store.Tx(ctx, func(ctx context.Context, tx SendingTx) error {
		moved = nil
		sending, err := tx.AnyReplyOnItsWay(ctx, source) // before the search: what is sent after it is not missed
		if err != nil {
			return err
		}
		now, err := tx.ReplyByUpstream(ctx, source, r.UpstreamID)
		if errors.Is(err, leads.ErrNotFound) {
			if sending && r.UpstreamID != "" {
				return fmt.Errorf("%w: a reply is on its way that this report may be of", leads.ErrBusy)
			}
			return nil
		}
		if err != nil || !ReceiptMoves(now.State, r.State) {
			return err
		}
		m := Move{State: r.State}
		if r.State == leads.ReplyFailed {
			m.Error, m.Fault, m.FaultLimit = r.Reason, cmp.Or(r.Fault, leads.FaultUndelivered), r.FaultLimit
		}
		if err := tx.MoveReply(ctx, now, m); err != nil {
			return err
		}
		after, err := tx.RecordReply(ctx, now.ID)
		moved = &after
		return err
	})
	if err != nil {
		return fmt.Errorf("a receipt: %w", err)
	}
	s.observe(moved)
	return nil
}

func (s *Sending) observe(moved *leads.Reply) {
	if moved != nil && s.Observe != nil {
		s.Observe(*moved)
	}
}
