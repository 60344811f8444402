package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"ctihub/leads"
	"ctihub/leads/replies"
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

// ReplyAskedAs returns the reply that a user's key was given to.
func (t *Tx) ReplyAskedAs(ctx context.Context, userID, key string) (leads.Reply, error) {
	row, err := t.b.q.ReplyAskedAs(ctx, db.ReplyAskedAsParams{UserID: userID, AskedAs: key})
	return replyOf(row), found(err)
}

// AddReply stores a reply to a lead's contact, as an interaction with them. Its
// attachments are uploads of the same user, by id; leads.ErrInvalid when one is
// gone.
func (t *Tx) AddReply(ctx context.Context, r leads.Reply, lead leads.Lead) (id string, err error) {
	q, at := t.b.q, micros(t.b.s.now())
	answers, err := q.LastWritten(ctx, db.LastWrittenParams{ContactID: orNull(lead.ContactID), Source: r.Source})
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", err
	}
	id = newID()
	files, err := attach(ctx, q, r, replyKey(id), at)
	if err != nil {
		return "", err
	}
	if err := one(q.InsertInteraction(ctx, db.InsertInteractionParams{
		ID: id, Source: r.Source, ExternalID: replyKey(id), Channel: string(r.Channel), Direction: string(leads.Out), At: at,
		ContactID: orNull(lead.ContactID), LeadID: orNull(lead.ID), Addressee: r.To.Value, Subject: r.Subject, Body: r.Text,
		Attachments: toJSON(files), Stored: at,
	})); err != nil {
		return "", err
	}
	t.b.committed = StepReplyAsked
	return id, one(q.InsertReply(ctx, db.InsertReplyParams{
		ID: id, Source: r.Source, ContactID: lead.ContactID, LeadID: lead.ID, UserID: r.User.ID, AskedAs: r.Key,
		ToKind: string(r.To.Kind), ToValue: r.To.Value, Asked: at, AnswersID: orNull(answers.ID),
	}))
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

// RecordWritten records that the author of a reply wrote to the lead's contact.
func (t *Tx) RecordWritten(ctx context.Context, replyID, leadID string) error {
	q := t.b.q
	reply, err := q.GetReply(ctx, replyID)
	if err != nil {
		return found(err)
	}
	written, err := q.SeeInteraction(ctx, db.SeeInteractionParams{ID: replyID, SeesAll: true})
	if err != nil {
		return found(err)
	}
	row, err := q.GetLead(ctx, leadID)
	if err != nil {
		return found(err)
	}
	of, err := q.GetContact(ctx, row.ContactID)
	if err != nil {
		return found(err)
	}
	i, lead, contact := interactionOf(written), leadOf(row), contactOf(of)
	return t.b.record(ctx, leads.EventBody{Type: leads.EventInteraction, Interaction: &i, Lead: &lead, Contact: &contact}, row.ManagerID, row.OwnerID, reply.UserID)
}

// RecordReply records what a reply is now, for those who see its lead.
func (t *Tx) RecordReply(ctx context.Context, id string) (leads.Reply, error) {
	return recordReply(ctx, t.b, id)
}

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

// SeeReply returns a reply of a lead that the viewer may see.
func (t *Tx) SeeReply(ctx context.Context, v leads.Viewer, id string) (leads.Reply, error) {
	row, err := t.b.q.SeeReply(ctx, db.SeeReplyParams{ID: id, SeesAll: v.Role.SeesAll(), Viewer: v.UserID})
	return replyOf(row), found(err)
}

// Reply returns a reply, whoever may see it.
func (t *Tx) Reply(ctx context.Context, id string) (leads.Reply, error) {
	row, err := t.b.q.GetReply(ctx, id)
	return replyOf(row), found(err)
}

// ReplyByUpstream returns the newest reply of a source with the channel's id.
func (t *Tx) ReplyByUpstream(ctx context.Context, source, upstreamID string) (leads.Reply, error) {
	row, err := t.b.q.ReplyByUpstream(ctx, db.ReplyByUpstreamParams{Source: source, UpstreamID: upstreamID})
	return replyOf(row), found(err)
}

// AnyReplyOnItsWay reports whether a reply of a source is being sent.
func (t *Tx) AnyReplyOnItsWay(ctx context.Context, source string) (bool, error) {
	return t.b.q.AnyReplyOnItsWay(ctx, source)
}

// MoveReply changes the state of a reply as it was read. A wait counts by the
// clock of the database, which every hub has in common.
func (t *Tx) MoveReply(ctx context.Context, r leads.Reply, m replies.Move) error {
	if m.State == leads.ReplySent {
		t.b.s.step(StepReplySent)
	}
	next := int64(0)
	if m.Wait > 0 {
		at, err := t.b.s.clockBy(ctx, t.b)
		if err != nil {
			return err
		}
		next = micros(at.Add(m.Wait))
	}
	return one(t.b.q.MoveReply(ctx, db.MoveReplyParams{
		ID: r.ID, Was: string(r.State), Attempts: int64(r.Attempt), State: string(m.State), UpstreamID: m.UpstreamID,
		Error: typed(m.Error), Fault: string(m.Fault), FaultLimit: m.FaultLimit, Sent: micros(m.Sent), NextAt: next,
	}))
}

// SendAgain lets a reply be sent once more, as it was read.
func (t *Tx) SendAgain(ctx context.Context, r leads.Reply) error {
	return one(t.b.q.ReplyAgain(ctx, db.ReplyAgainParams{ID: r.ID, Was: string(r.State), Attempts: int64(r.Attempt), Since: micros(t.b.s.now())}))
}

// DismissReply notes that somebody has seen what became of a reply.
func (t *Tx) DismissReply(ctx context.Context, r leads.Reply) error {
	return one(t.b.q.DismissReply(ctx, db.DismissReplyParams{ID: r.ID, Was: string(r.State)}))
}

// RememberMessage lets the customer's answer to an interaction find it by the
// channel's id of the message.
func (t *Tx) RememberMessage(ctx context.Context, channel leads.Channel, messageID, interactionID string) error {
	return t.b.q.RememberMessage(ctx, db.RememberMessageParams{Channel: string(channel), MessageID: messageID, InteractionID: interactionID})
}

// RespondToLead notes that the customer of a lead was answered, and reports
// whether this was the first time.
func (t *Tx) RespondToLead(ctx context.Context, leadID string, at time.Time) (bool, error) {
	n, err := t.b.q.RespondToLead(ctx, db.RespondToLeadParams{ID: leadID, Responded: micros(at)})
	return n > 0, err
}

// BeginLead notes that the manager of a new lead works on it, and reports whether
// that was news.
func (t *Tx) BeginLead(ctx context.Context, leadID, managerID string) (bool, error) {
	n, err := t.b.q.BeginLead(ctx, db.BeginLeadParams{ID: leadID, ManagerID: managerID})
	return n > 0, err
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
