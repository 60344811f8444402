package storage

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"ctihub/leads"
	"ctihub/storage/db"
)

// repliesShown is how many replies to one contact are listed.
const repliesShown = 200

func replyOf(r db.ReplyRow) leads.Reply {
	return leads.Reply{
		ID: r.ID, Source: r.Source, Channel: leads.Channel(r.Channel), ContactID: r.ContactID, LeadID: r.LeadID,
		User: leads.Person{ID: r.UserID, Name: r.UserName}, To: leads.Identity{Kind: leads.IdentityKind(r.ToKind), Value: r.ToValue},
		Subject: r.Subject, Text: r.Body, State: leads.ReplyState(r.State), Error: r.Error, Dismissed: r.Dismissed,
		Fault: leads.ReplyFault(r.Fault), FaultLimit: r.FaultLimit,
		Asked: fromMicros(r.Asked), Sent: fromMicros(r.Sent), AnswersID: r.AnswersID, Attempt: int(r.Attempts),
		UpstreamID: r.UpstreamID, Key: r.AskedAs, Attachments: attachmentsOf(r.Attachments),
	}
}

// AskReply stores a reply of somebody who may see its lead, as an interaction
// with the contact. Its attachments are uploads of the same user, by id;
// leads.ErrInvalid when one is gone. The same key of the same user again returns the reply that
// it was given to, and stores nothing; leads.ErrConflict when that one is
// another.
func (s *Store) AskReply(ctx context.Context, v leads.Viewer, r leads.Reply) (reply leads.Reply, err error) {
	err = s.decideBulk(ctx, func(ctx context.Context, b *bulk) error {
		q := b.q
		before, err := q.ReplyAskedAs(ctx, db.ReplyAskedAsParams{UserID: r.User.ID, AskedAs: r.Key})
		if err == nil {
			if reply = replyOf(before); reply.LeadID != r.LeadID || reply.Source != r.Source || reply.Text != text(r.Text) {
				return fmt.Errorf("%w: the key was used for another reply", leads.ErrConflict)
			}
			return nil
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		lead, err := q.SeeLead(ctx, db.SeeLeadParams{ID: r.LeadID, SeesAll: v.Role.SeesAll(), Viewer: v.UserID})
		if err != nil {
			return found(err)
		}
		answers, err := q.LastWritten(ctx, db.LastWrittenParams{ContactID: orNull(lead.ContactID), Source: r.Source})
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		id, at := newID(), micros(s.now())
		files, err := attach(ctx, q, r, replyKey(id), at)
		if err != nil {
			return err
		}
		if err := one(q.InsertInteraction(ctx, db.InsertInteractionParams{
			ID: id, Source: r.Source, ExternalID: replyKey(id), Channel: string(r.Channel), Direction: string(leads.Out), At: at,
			ContactID: orNull(lead.ContactID), LeadID: orNull(lead.ID), Addressee: r.To.Value, Subject: r.Subject, Body: r.Text,
			Attachments: toJSON(files), Stored: at,
		})); err != nil {
			return err
		}
		if err := one(q.InsertReply(ctx, db.InsertReplyParams{
			ID: id, Source: r.Source, ContactID: lead.ContactID, LeadID: lead.ID, UserID: r.User.ID, AskedAs: r.Key,
			ToKind: string(r.To.Kind), ToValue: r.To.Value, Asked: at, AnswersID: orNull(answers.ID),
		})); err != nil {
			return err
		}
		if err := recordWritten(ctx, b, id, lead, r.User.ID); err != nil {
			return err
		}
		b.committed = StepReplyAsked
		reply, err = recordReply(ctx, b, id)
		return err
	})
	if err != nil {
		return leads.Reply{}, fmt.Errorf("storing a reply: %w", err)
	}
	return reply, nil
}

// replyKey is the external id of a reply's interaction, under which its files lie.
func replyKey(id string) string { return "reply:" + id }

// attach makes uploads of the reply's author the files of the reply.
func attach(ctx context.Context, q *db.Queries, r leads.Reply, key string, at int64) (files []leads.Attachment, err error) {
	for _, a := range r.Attachments {
		u, err := q.GetUpload(ctx, db.GetUploadParams{ID: a.ID, UserID: r.User.ID})
		if err == nil {
			err = one(q.AttachFile(ctx, db.AttachFileParams{ID: a.ID, Source: r.Source, ExternalID: key, Kept: at}))
		}
		if errors.Is(err, sql.ErrNoRows) || errors.Is(err, errRaced) {
			return nil, fmt.Errorf("%w: an attachment is gone; upload it again", leads.ErrInvalid)
		}
		if err != nil {
			return nil, err
		}
		if err := q.DropUpload(ctx, a.ID); err != nil {
			return nil, err
		}
		files = append(files, leads.Attachment{ID: u.ID, Name: u.Name, Type: u.Type, Size: u.Size})
	}
	return files, nil
}

// recordWritten records the event of a new outgoing interaction.
func recordWritten(ctx context.Context, b *bulk, id string, row db.LeadRow, author string) error {
	q := b.q
	written, err := q.SeeInteraction(ctx, db.SeeInteractionParams{ID: id, SeesAll: true})
	if err != nil {
		return found(err)
	}
	of, err := q.GetContact(ctx, row.ContactID)
	if err != nil {
		return found(err)
	}
	i, lead, contact := interactionOf(written), leadOf(row), contactOf(of)
	return b.record(ctx, leads.EventBody{Type: leads.EventInteraction, Interaction: &i, Lead: &lead, Contact: &contact}, row.ManagerID, row.OwnerID, author)
}

// recordReply reads a reply as it is now and records an event of it, for those
// who see its lead.
func recordReply(ctx context.Context, b *bulk, id string) (leads.Reply, error) {
	row, err := b.q.GetReply(ctx, id)
	if err != nil {
		return leads.Reply{}, found(err)
	}
	viewers, err := b.q.LeadViewers(ctx, row.LeadID)
	if err != nil {
		return leads.Reply{}, err
	}
	r := replyOf(row)
	return r, b.record(ctx, leads.EventBody{Type: leads.EventReply, Reply: &r}, viewers...)
}

// Replies returns the newest replies to the contact of a lead that the viewer
// may see, of all their leads.
func (s *Store) Replies(ctx context.Context, v leads.Viewer, leadID string) ([]leads.Reply, error) {
	lead, err := s.Lead(ctx, v, leadID)
	if err != nil {
		return nil, err
	}
	rows, err := s.read.ListRepliesTo(ctx, db.ListRepliesToParams{ContactID: lead.ContactID, Most: repliesShown})
	if err != nil {
		return nil, fmt.Errorf("listing replies: %w", err)
	}
	list := all(rows, replyOf)
	return list, seenBy(ctx, s.reading(), v, list)
}

// Written is when a contact last wrote in each source, and the subject of that.
func (s *Store) Written(ctx context.Context, contactID string) (map[string]leads.Interaction, error) {
	rows, err := s.read.LastWrittenEach(ctx, orNull(contactID))
	if err != nil {
		return nil, fmt.Errorf("reading what contact %q wrote: %w", contactID, err)
	}
	last := make(map[string]leads.Interaction, len(rows))
	for _, r := range rows {
		last[r.Source] = leads.Interaction{Source: r.Source, At: fromMicros(r.At), Subject: r.Subject}
	}
	return last, nil
}

// ReplyAgain lets a reply that failed or was perhaps sent be sent once more,
// because somebody asks for it. leads.ErrConflict when it is in another state.
func (s *Store) ReplyAgain(ctx context.Context, v leads.Viewer, id string) (leads.Reply, error) {
	return s.changeReply(ctx, v, id, func(q *db.Queries, r db.ReplyRow) error {
		if st := leads.ReplyState(r.State); st != leads.ReplyFailed && st != leads.ReplyPerhaps {
			return fmt.Errorf("%w: the reply is %s", leads.ErrConflict, st)
		}
		return one(q.ReplyAgain(ctx, db.ReplyAgainParams{ID: id, Was: r.State, Attempts: r.Attempts, Since: micros(s.now())}))
	})
}

// DismissReply notes that somebody has seen that a reply failed or was perhaps
// sent; one that waits is withdrawn. leads.ErrConflict when it is in another
// state.
func (s *Store) DismissReply(ctx context.Context, v leads.Viewer, id string) (leads.Reply, error) {
	return s.changeReply(ctx, v, id, func(q *db.Queries, r db.ReplyRow) error {
		switch leads.ReplyState(r.State) {
		case leads.ReplyFailed, leads.ReplyPerhaps:
		case leads.ReplyWaiting:
			if err := one(q.MoveReply(ctx, db.MoveReplyParams{
				ID: id, Was: r.State, Attempts: r.Attempts, State: string(leads.ReplyFailed), Error: "Withdrawn before it was sent.", Fault: string(leads.FaultWithdrawn), UpstreamID: r.UpstreamID,
			})); err != nil {
				return err
			}
			r.State = string(leads.ReplyFailed)
		default:
			return fmt.Errorf("%w: the reply is %s", leads.ErrConflict, r.State)
		}
		return one(q.DismissReply(ctx, db.DismissReplyParams{ID: id, Was: r.State}))
	})
}

func (s *Store) changeReply(ctx context.Context, v leads.Viewer, id string, change func(*db.Queries, db.ReplyRow) error) (reply leads.Reply, err error) {
	err = s.decideBulk(ctx, func(ctx context.Context, b *bulk) error {
		q := b.q
		row, err := q.SeeReply(ctx, db.SeeReplyParams{ID: id, SeesAll: v.Role.SeesAll(), Viewer: v.UserID})
		if err != nil {
			return found(err)
		}
		if err := change(q, row); err != nil {
			return err
		}
		reply, err = recordReply(ctx, b, id)
		return err
	})
	if err != nil {
		return leads.Reply{}, fmt.Errorf("reply %q: %w", id, err)
	}
	return reply, nil
}

// Receipt stores what a channel reports about a reply of one source. A reply
// that nobody knows is no error, but while one is on its way the report may be
// of that one: it must come again.
func (s *Store) Receipt(ctx context.Context, source string, r leads.Receipt) (moved *leads.Reply, err error) {
	err = s.decideBulk(ctx, func(ctx context.Context, b *bulk) error {
		q := b.q
		moved = nil
		sending, err := q.AnyReplyOnItsWay(ctx, source) // before the search: what is sent after it is not missed
		if err != nil {
			return err
		}
		row, err := q.ReplyByUpstream(ctx, db.ReplyByUpstreamParams{Source: source, UpstreamID: r.UpstreamID})
		if errors.Is(err, sql.ErrNoRows) {
			if sending && r.UpstreamID != "" {
				return fmt.Errorf("%w: a reply is on its way that this report may be of", leads.ErrBusy)
			}
			return nil
		}
		if err != nil || !leads.ReceiptMoves(leads.ReplyState(row.State), r.State) {
			return err
		}
		m := db.MoveReplyParams{ID: row.ID, Was: row.State, Attempts: row.Attempts, State: string(r.State), Sent: row.Sent, UpstreamID: row.UpstreamID}
		if r.State == leads.ReplyFailed {
			m.Error, m.Fault, m.FaultLimit = typed(r.Reason), string(cmp.Or(r.Fault, leads.FaultUndelivered)), r.FaultLimit
		}
		if err := one(q.MoveReply(ctx, m)); err != nil {
			return err
		}
		reply, err := recordReply(ctx, b, row.ID)
		moved = &reply
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("a receipt: %w", err)
	}
	return moved, nil
}

// noteResponse notes that the lead's customer was answered, by a call.
func (f *filing) noteResponse(ctx context.Context) error {
	if f.call == nil || f.lead == nil || f.call.Answered.IsZero() || f.call.Direction == leads.Internal || !f.lead.Responded.IsZero() {
		return nil
	}
	f.lead.Responded = f.call.Answered.Truncate(time.Microsecond)
	_, err := f.to.RespondToLead(ctx, db.RespondToLeadParams{ID: f.lead.ID, Responded: micros(f.lead.Responded)})
	return err
}
