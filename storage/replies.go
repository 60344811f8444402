package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"ctihub/leads"
	"ctihub/leads/replies"
	"ctihub/storage/batch"
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
		UpstreamID: r.UpstreamID, Owner: r.Owner, Key: r.AskedAs, Attachments: attachmentsOf(r.Attachments),
	}
}

// ReplyAskedAs returns the reply with a user's key.
func (t *Tx) ReplyAskedAs(ctx context.Context, userID, key string) (leads.Reply, error) {
	row, err := t.q.ReplyAskedAs(ctx, db.ReplyAskedAsParams{UserID: userID, AskedAs: key})
	return replyOf(row), orNotFound(err)
}

// AddReply stores a reply to a lead's contact, as an interaction with them. Its
// attachments are uploads of the same user, by id; leads.ErrInvalid when one is
// gone.
func (t *Tx) AddReply(ctx context.Context, r leads.Reply, lead leads.Lead) (id string, err error) {
	q, at := t.q, micros(t.s.now())
	answers, err := q.LastWritten(ctx, db.LastWrittenParams{ContactID: orNull(lead.ContactID), Source: r.Source})
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", err
	}
	id = newID()
	files, err := attach(ctx, q, r.Attachments, r.User.ID, r.Source, replyKey(id), at)
	if err != nil {
		return "", err
	}
	tables.interactions.Insert(t, db.Interaction{
		ID: id, Source: r.Source, ExternalID: replyKey(id), Channel: string(r.Channel), Direction: string(leads.Out), At: at,
		ContactID: orNull(lead.ContactID), LeadID: orNull(lead.ID), Addressee: r.To.Value, Subject: r.Subject, Body: r.Text,
		Attachments: toJSON(files), Stored: at, CameFrom: cameFrom(r.To),
	})
	addSights.Queue(t, oneID{id})
	if err := t.Flush(ctx); err != nil {
		return "", err
	}
	t.committed = StepReplyAsked
	return id, requireRow(q.InsertReply(ctx, db.InsertReplyParams{
		ID: id, Source: r.Source, ContactID: lead.ContactID, LeadID: lead.ID, UserID: r.User.ID, AskedAs: r.Key,
		ToKind: string(r.To.Kind), ToValue: r.To.Value, Asked: at, AnswersID: orNull(answers.ID),
	}))
}

// replyKey is the external id of a reply's interaction, under which its files are stored.
func replyKey(id string) string { return "reply:" + id }

// attach turns uploads of an author into files of the author's interaction with a key.
func attach(ctx context.Context, q *db.Queries, uploads []leads.Attachment, authorID, source, key string, at int64) (files []leads.Attachment, err error) {
	for _, a := range uploads {
		u, err := q.GetUpload(ctx, db.GetUploadParams{ID: a.ID, UserID: authorID})
		if err == nil {
			err = requireRow(q.AttachFile(ctx, db.AttachFileParams{ID: a.ID, Source: source, ExternalID: key, Kept: at}))
		}
		if errors.Is(err, sql.ErrNoRows) || errors.Is(err, batch.ErrConflict) {
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

// RecordWritten records that the author of a reply wrote to the lead's contact.
func (t *Tx) RecordWritten(ctx context.Context, replyID, leadID string) error {
	q := t.q
	reply, err := q.GetReply(ctx, replyID)
	if err != nil {
		return orNotFound(err)
	}
	written, err := q.SeeInteraction(ctx, db.SeeInteractionParams{ID: replyID, SeesAll: true})
	if err != nil {
		return orNotFound(err)
	}
	row, err := q.GetLead(ctx, leadID)
	if err != nil {
		return orNotFound(err)
	}
	of, err := q.GetContact(ctx, row.ContactID)
	if err != nil {
		return orNotFound(err)
	}
	i, lead, contact := interactionOf(written), leadOf(row), contactOf(of)
	return t.record(ctx, leads.EventBody{Type: leads.EventInteraction, Interaction: &i, Lead: &lead, Contact: &contact}, row.ManagerID, row.OwnerID, reply.UserID)
}

// RecordReply records an event of a reply, for those who see its lead.
func (t *Tx) RecordReply(ctx context.Context, id string) (leads.Reply, error) {
	return recordReply(ctx, t, id)
}

func recordReply(ctx context.Context, tx *Tx, id string) (leads.Reply, error) {
	row, err := tx.q.GetReply(ctx, id)
	if err != nil {
		return leads.Reply{}, orNotFound(err)
	}
	viewers, err := tx.q.LeadViewers(ctx, row.LeadID)
	if err != nil {
		return leads.Reply{}, err
	}
	r := replyOf(row)
	return r, tx.record(ctx, leads.EventBody{Type: leads.EventReply, Reply: &r}, viewers...)
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
	list := mapRows(rows, replyOf)
	return list, redactFor(ctx, s.batch, v, list)
}

// Written returns the time and subject of a contact's last message in each source.
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

// SeeReply returns a reply of a lead that the viewer may see.
func (t *Tx) SeeReply(ctx context.Context, v leads.Viewer, id string) (leads.Reply, error) {
	row, err := t.q.SeeReply(ctx, db.SeeReplyParams{ID: id, SeesAll: v.Role.SeesAll(), Viewer: v.UserID})
	return replyOf(row), orNotFound(err)
}

// Reply returns a reply without a check of rights.
func (t *Tx) Reply(ctx context.Context, id string) (leads.Reply, error) {
	row, err := t.q.GetReply(ctx, id)
	return replyOf(row), orNotFound(err)
}

// ReplyByUpstream returns the newest reply of a source with the channel's id.
func (t *Tx) ReplyByUpstream(ctx context.Context, source, upstreamID string) (leads.Reply, error) {
	row, err := t.q.ReplyByUpstream(ctx, db.ReplyByUpstreamParams{Source: source, UpstreamID: upstreamID})
	return replyOf(row), orNotFound(err)
}

// AnyReplyOnItsWay reports whether a reply of a source is being sent.
func (t *Tx) AnyReplyOnItsWay(ctx context.Context, source string) (bool, error) {
	return t.q.AnyReplyOnItsWay(ctx, source)
}

// MoveReply changes the state of a reply; it conflicts if that changed since it was read. A
// wait counts by the clock of the database.
func (t *Tx) MoveReply(ctx context.Context, r leads.Reply, m replies.Move) error {
	if m.State == leads.ReplySent {
		t.s.step(StepReplySent)
	}
	next := int64(0)
	if m.Wait > 0 {
		at, err := t.s.clockOn(ctx, t)
		if err != nil {
			return err
		}
		next = micros(at.Add(m.Wait))
	}
	return requireRow(t.q.MoveReply(ctx, db.MoveReplyParams{
		ID: r.ID, Was: string(r.State), Attempts: int64(r.Attempt), State: string(m.State), UpstreamID: m.UpstreamID,
		Error: oneLine(m.Error), Fault: string(m.Fault), FaultLimit: m.FaultLimit, Sent: micros(m.Sent), NextAt: next,
	}))
}

// SendAgain queues a reply once more; it conflicts if its state changed since it was read.
func (t *Tx) SendAgain(ctx context.Context, r leads.Reply) error {
	return requireRow(t.q.ReplyAgain(ctx, db.ReplyAgainParams{ID: r.ID, Was: string(r.State), Attempts: int64(r.Attempt), Since: micros(t.s.now())}))
}

// DismissReply notes that a user has seen the final state of a reply.
func (t *Tx) DismissReply(ctx context.Context, r leads.Reply) error {
	return requireRow(t.q.DismissReply(ctx, db.DismissReplyParams{ID: r.ID, Was: string(r.State)}))
}

// RememberMessage lets the customer's answer to an interaction find it by the
// channel's id of the message.
func (t *Tx) RememberMessage(_ context.Context, channel leads.Channel, messageID, interactionID string) error {
	tables.messages.InsertIgnore(t, db.Message{Channel: string(channel), MessageID: messageID, InteractionID: interactionID})
	return nil
}

// RespondToLead notes that the customer of a lead was answered, and reports
// whether this was the first time.
func (t *Tx) RespondToLead(ctx context.Context, leadID string, at time.Time) (bool, error) {
	lead, err := t.q.GetLead(ctx, leadID)
	if errors.Is(err, sql.ErrNoRows) || err == nil && lead.Responded != 0 {
		return false, nil
	} else if err != nil {
		return false, err
	}
	respondToLead.Queue(t, respondedLead{ID: leadID, Responded: micros(at)})
	return true, t.Flush(ctx)
}

// BeginLead moves a new lead of a manager to working, and reports whether it did.
func (t *Tx) BeginLead(ctx context.Context, leadID, managerID string) (bool, error) {
	n, err := t.q.BeginLead(ctx, db.BeginLeadParams{ID: leadID, ManagerID: managerID})
	return n > 0, err
}

// respondToLead notes when the lead's customer was answered first.
var respondToLead = batch.NewUpdate[respondedLead]("noting the answer to a lead", batch.EachOne,
	"UPDATE leads SET responded = v.responded FROM v WHERE leads.id = v.id AND leads.responded = 0", "id", "responded")

type respondedLead struct {
	ID        string
	Responded int64
}

// noteResponse notes that the lead's customer was answered, by a call.
func (w *touchWriter) noteResponse(context.Context) error {
	if w.call == nil || w.lead == nil || w.call.Answered.IsZero() || w.call.Direction == leads.Internal || !w.lead.Responded.IsZero() {
		return nil
	}
	w.lead.Responded = w.call.Answered.Truncate(time.Microsecond)
	respondToLead.Queue(w.tx, respondedLead{ID: w.lead.ID, Responded: micros(w.lead.Responded)})
	return nil
}
