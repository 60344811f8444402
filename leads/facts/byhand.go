package facts

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"ctihub/leads"
)

// ErrKeyUsed says that the author used the key for another interaction.
var ErrKeyUsed = &leads.Problem{Kind: leads.ErrConflict, Field: "key", Title: "The key was used for another contact",
	Detail: "A key goes with one contact by hand: use a new one for each that you mean."}

const (
	filesMost = 10
	ahead     = 5 * time.Minute // how far a client's clock may be ahead
)

// Register stores a contact by hand of the viewer with a contact that they see, with its
// facts. It counts for the contact's open lead unless lead_id names another lead of the
// contact. A talk ends the contact's open call-back if it was after the missed call, and
// is an answer to the lead. The same key again returns what it made and stores nothing;
// ErrKeyUsed when that was something else.
func (s *Service) Register(ctx context.Context, v leads.Viewer, b leads.ByHand, c leads.FactsChange) (i leads.Interaction, err error) {
	if b, err = s.checked(b); err != nil {
		return i, err
	}
	if c, err = cleaned(c); err != nil {
		return i, err
	}
	err = s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		id, before, err := tx.Registered(ctx, v.UserID, b.Key)
		switch {
		case err == nil && (before.ContactID != b.ContactID || before.Channel != b.Channel || before.Text != b.Text):
			return ErrKeyUsed
		case errors.Is(err, leads.ErrNotFound):
			id, err = s.register(ctx, tx, v, b, c)
		}
		if err != nil {
			return err
		}
		if i, err = tx.SeeInteraction(ctx, v, id); err != nil {
			return err
		}
		i.Facts.Editable = true
		i, err = tx.ShowInteraction(ctx, v, i)
		return err
	})
	if err != nil {
		return leads.Interaction{}, fmt.Errorf("registering a contact by hand: %w", err)
	}
	return i, nil
}

func (s *Service) register(ctx context.Context, tx Tx, v leads.Viewer, b leads.ByHand, c leads.FactsChange) (id string, err error) {
	if _, err := tx.SeeContact(ctx, v, b.ContactID); errors.Is(err, leads.ErrNotFound) {
		return "", leads.Invalid("contact_id", "There is no such contact that you may see.")
	} else if err != nil {
		return "", err
	}
	lead, err := leadOf(ctx, tx, v, b)
	if err != nil {
		return "", err
	}
	b.LeadID = lead.ID
	if id, err = tx.Register(ctx, b, v.UserID); errors.Is(err, leads.ErrInvalid) {
		return "", leads.Invalid("attachments", "One is gone, or not yours: upload it again.")
	} else if err != nil {
		return "", err
	}
	i, err := tx.SeeInteraction(ctx, v, id)
	if err != nil {
		return "", err
	}
	f, changed, err := apply(ctx, tx, i, c)
	if err != nil {
		return "", err
	}
	custom, err := s.custom(ctx, tx, i, c.Fields)
	if err != nil {
		return "", err
	}
	if err := saveFacts(ctx, tx, v, i, f, changed, custom); err != nil {
		return "", err
	}
	if err := tx.RecordInteraction(ctx, id); err != nil {
		return "", err
	}
	if !b.Talk() {
		return id, nil
	}
	if err := tx.ReachedByHand(ctx, b); err != nil {
		return "", err
	}
	return id, answered(ctx, tx, v, lead, b)
}

// leadOf returns the lead to which a contact by hand belongs; no id: none.
func leadOf(ctx context.Context, tx Tx, v leads.Viewer, b leads.ByHand) (leads.Lead, error) {
	if b.LeadID == "" {
		lead, err := tx.OpenLead(ctx, b.ContactID)
		if errors.Is(err, leads.ErrNotFound) {
			err = nil
		}
		return lead, err
	}
	lead, err := tx.SeeLead(ctx, v, b.LeadID)
	if errors.Is(err, leads.ErrNotFound) || err == nil && lead.ContactID != b.ContactID {
		return leads.Lead{}, leads.Invalid("lead_id", "It is not a lead of this contact that you may see.")
	}
	return lead, err
}

// answered notes in the lead that its customer was spoken to after it was opened.
func answered(ctx context.Context, tx Tx, v leads.Viewer, lead leads.Lead, b leads.ByHand) error {
	if !lead.Status.Open() || b.At.Before(lead.Opened) {
		return nil
	}
	first, err := tx.RespondToLead(ctx, lead.ID, b.At)
	if err != nil {
		return err
	}
	begun, err := tx.BeginLead(ctx, lead.ID, v.UserID)
	if err != nil || !first && !begun {
		return err
	}
	_, err = tx.RecordLead(ctx, leads.EventLeadUpdated, lead.ID)
	return err
}

// checked returns a contact by hand as it is stored, or what is wrong with it.
func (s *Service) checked(b leads.ByHand) (_ leads.ByHand, err error) {
	if b.Text, err = leads.Prose("text", b.Text, proseMost); err != nil {
		return b, err
	}
	now := s.Now()
	if b.At.IsZero() {
		b.At = now
	}
	b.At = b.At.UTC().Truncate(time.Microsecond)
	if b.Direction == "" {
		if b.Direction = leads.Out; !b.Talk() {
			b.Direction = leads.Internal
		}
	}
	switch {
	case b.ContactID == "":
		return b, leads.Invalid("contact_id", "Give the id of the contact.")
	case !slices.Contains([]leads.Channel{leads.ChannelMeeting, leads.ChannelVisit, leads.ChannelCall, leads.ChannelNote}, b.Channel):
		return b, leads.Invalid("channel", "One of meeting visit call note.")
	case b.Direction != leads.In && b.Direction != leads.Out && (b.Talk() || b.Direction != leads.Internal):
		return b, leads.Invalid("direction", "One of in out: who went to whom. A note may be internal.")
	case b.At.After(now.Add(ahead)):
		return b, leads.Invalid("at", "It is in the future; plan a task instead.")
	case b.At.Year() < 1990:
		return b, leads.Invalid("at", "It is too long ago.")
	case b.Text == "" && len(b.Attachments) == 0:
		return b, leads.Invalid("text", "Write what was said, or attach a file.")
	case len(b.Attachments) > filesMost:
		return b, leads.Invalid("attachments", "At most 10.")
	}
	for n, a := range b.Attachments {
		if a.ID == "" || len(a.ID) > 64 || !leads.Printable(a.ID) || slices.ContainsFunc(b.Attachments[:n], func(o leads.Attachment) bool { return o.ID == a.ID }) {
			return b, leads.Invalid("attachments", "Each is the id of one uploaded file.")
		}
	}
	return b, nil
}
