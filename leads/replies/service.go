package replies

import (
	"context"
	"errors"
	"slices"
	"time"

	"ctihub/leads"
)

// Problems of replies, for the user.
var (
	ErrKeyUsed = &leads.Problem{Kind: leads.ErrConflict, Title: "The key was used for another reply",
		Detail: "A key goes with one reply: use a new one for each that you mean."}
	ErrMoved = &leads.Problem{Kind: leads.ErrConflict, Title: "The reply is in another state by now",
		Detail: "Look at it again: it may have been sent meanwhile."}
)

// Store is what the service needs from storage. Each read returns only what its
// viewer may see; another record is leads.ErrNotFound.
type Store interface {
	// Tx runs f in one transaction, and retries it from the start on a conflict. The
	// events that f records are published after the commit.
	Tx(ctx context.Context, f func(ctx context.Context, tx Tx) error) error

	Lead(ctx context.Context, v leads.Viewer, id string) (leads.Lead, error)
	Contact(ctx context.Context, v leads.Viewer, id string) (leads.Contact, error)
	// Replies returns the newest replies to the contact of a lead.
	Replies(ctx context.Context, v leads.Viewer, leadID string) ([]leads.Reply, error)
	// Written is when a contact last wrote in each source, and the subject of that.
	Written(ctx context.Context, contactID string) (map[string]leads.Interaction, error)
	Templates(ctx context.Context) ([]leads.Template, error)
	Template(ctx context.Context, id string) (leads.Template, error)
	Signature(ctx context.Context, userID string) (string, error)
	// Upload returns a file that a user uploaded and no reply has yet.
	Upload(ctx context.Context, userID, id string) (leads.Attachment, error)
}

// Tx is a transaction of the service.
type Tx interface {
	SeeLead(ctx context.Context, v leads.Viewer, id string) (leads.Lead, error)
	SeeReply(ctx context.Context, v leads.Viewer, id string) (leads.Reply, error)
	// ReplyAskedAs returns the reply with a user's key.
	ReplyAskedAs(ctx context.Context, userID, key string) (leads.Reply, error)
	// AddReply stores a reply to a lead's contact, as an interaction, and makes
	// the author's uploads its files. leads.ErrInvalid when one of them is gone.
	AddReply(ctx context.Context, r leads.Reply, lead leads.Lead) (id string, err error)
	// SendAgain lets a reply be sent once more, unless another writer moved it.
	SendAgain(ctx context.Context, r leads.Reply) error
	// MoveReply changes the state of a reply, unless another writer moved it.
	MoveReply(ctx context.Context, r leads.Reply, m Move) error
	// DismissReply notes that a user has seen the final state of a reply.
	DismissReply(ctx context.Context, r leads.Reply) error
	// RecordWritten records that the author of a reply wrote to the lead's contact.
	RecordWritten(ctx context.Context, replyID, leadID string) error
	// RecordReply records what a reply is now, and returns it.
	RecordReply(ctx context.Context, id string) (leads.Reply, error)
}

// Service answers customers for users who may see them.
type Service struct {
	Store Store
	Now   func() time.Time
	// Senders are the sources that can send, with their state now.
	Senders func() []Sender
	// Kick, if set, is called when a source has something to send.
	Kick func(source string)
}

// Channels lists the channels in which the contact of a lead can be answered; see [Channels].
func (s *Service) Channels(ctx context.Context, v leads.Viewer, leadID string) ([]leads.ReplyChannel, error) {
	lead, err := s.Store.Lead(ctx, v, leadID)
	if err != nil {
		return nil, err
	}
	return s.channels(ctx, v, lead)
}

func (s *Service) channels(ctx context.Context, v leads.Viewer, lead leads.Lead) ([]leads.ReplyChannel, error) {
	contact, err := s.Store.Contact(ctx, v, lead.ContactID)
	if err != nil {
		return nil, err
	}
	written, err := s.Store.Written(ctx, contact.ID)
	if err != nil {
		return nil, err
	}
	return Channels(contact, written, s.Senders()), nil
}

// List returns the newest replies to the contact of a lead.
func (s *Service) List(ctx context.Context, v leads.Viewer, leadID string) ([]leads.Reply, error) {
	return s.Store.Replies(ctx, v, leadID)
}

// Ask stores a reply by a user who sees the lead, and queues it for sending. A repeated
// key of the same author returns the reply that has it, and stores nothing; ErrKeyUsed
// when that reply has other content.
func (s *Service) Ask(ctx context.Context, v leads.Viewer, author leads.Person, w Wanted) (leads.Reply, error) {
	lead, err := s.Store.Lead(ctx, v, w.LeadID)
	if err != nil {
		return leads.Reply{}, err
	}
	channels, err := s.channels(ctx, v, lead)
	if err != nil {
		return leads.Reply{}, err
	}
	c, err := choose(channels, w.Source)
	if err != nil {
		return leads.Reply{}, err
	}
	to := w.To
	if to == "" {
		to = c.To[0]
	}
	if !slices.Contains(c.To, to) {
		return leads.Reply{}, leads.Invalid("to", "It is none of the contact's addresses in this channel.")
	}
	r := leads.Reply{
		LeadID: w.LeadID, User: author, Key: w.Key, Source: c.Source, Channel: c.Channel, To: leads.Identity{Kind: c.Kind, Value: to},
	}
	if err := s.compose(ctx, v, &r, w, lead, c); err != nil {
		return leads.Reply{}, err
	}
	if r, err = s.Add(ctx, v, r); err != nil {
		return leads.Reply{}, err
	}
	s.kick(r.Source)
	return r, nil
}

// Add stores a reply as it is, once per key of its author. See [Service.Ask].
func (s *Service) Add(ctx context.Context, v leads.Viewer, r leads.Reply) (stored leads.Reply, err error) {
	err = s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		before, err := tx.ReplyAskedAs(ctx, r.User.ID, r.Key)
		if err == nil {
			if stored = before; stored.LeadID != r.LeadID || stored.Source != r.Source || stored.Text != r.Text {
				return ErrKeyUsed
			}
			return nil
		}
		if !errors.Is(err, leads.ErrNotFound) {
			return err
		}
		lead, err := tx.SeeLead(ctx, v, r.LeadID)
		if err != nil {
			return err
		}
		id, err := tx.AddReply(ctx, r, lead)
		if errors.Is(err, leads.ErrInvalid) {
			return leads.Invalid("attachments", "One is gone, or not yours: upload it again.")
		}
		if err != nil {
			return err
		}
		if err := tx.RecordWritten(ctx, id, lead.ID); err != nil {
			return err
		}
		stored, err = tx.RecordReply(ctx, id)
		return err
	})
	return stored, err
}

// Again queues a reply that failed or was perhaps sent once more, at a user's request.
// ErrMoved when it is in another state.
func (s *Service) Again(ctx context.Context, v leads.Viewer, id string) (leads.Reply, error) {
	r, err := s.change(ctx, v, id, func(ctx context.Context, tx Tx, r leads.Reply) error {
		if r.State != leads.ReplyFailed && r.State != leads.ReplyPerhaps {
			return ErrMoved
		}
		return tx.SendAgain(ctx, r)
	})
	if err == nil {
		s.kick(r.Source)
	}
	return r, err
}

// Dismiss notes that a user has seen that a reply failed or was perhaps sent; one that
// waits is withdrawn. ErrMoved when it is in another state.
func (s *Service) Dismiss(ctx context.Context, v leads.Viewer, id string) (leads.Reply, error) {
	return s.change(ctx, v, id, func(ctx context.Context, tx Tx, r leads.Reply) error {
		switch r.State {
		case leads.ReplyFailed, leads.ReplyPerhaps:
		case leads.ReplyWaiting:
			if err := tx.MoveReply(ctx, r, Move{State: leads.ReplyFailed, Error: "Withdrawn before it was sent.", Fault: leads.FaultWithdrawn}); err != nil {
				return err
			}
			r.State = leads.ReplyFailed
		default:
			return ErrMoved
		}
		return tx.DismissReply(ctx, r)
	})
}

func (s *Service) change(ctx context.Context, v leads.Viewer, id string, f func(context.Context, Tx, leads.Reply) error) (r leads.Reply, err error) {
	err = s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		before, err := tx.SeeReply(ctx, v, id)
		if err != nil {
			return err
		}
		if err := f(ctx, tx, before); err != nil {
			return err
		}
		r, err = tx.RecordReply(ctx, id)
		return err
	})
	return r, err
}

func (s *Service) kick(source string) {
	if s.Kick != nil {
		s.Kick(source)
	}
}
