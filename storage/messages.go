package storage

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"ctihub/leads"
	"ctihub/storage/db"
)

// messageRef is a message by its channel's id.
type messageRef struct{ channel, id string }

// threadMarks are what the touch has in common with others of its thread.
func (f *filing) threadMarks() (marks []any) {
	if f.t.MessageID != "" {
		marks = append(marks, messageRef{string(f.t.Channel), f.t.MessageID})
	}
	for _, r := range f.t.References {
		marks = append(marks, messageRef{string(f.t.Channel), r})
	}
	if f.known.Thread != nil {
		marks = append(marks, f.known.Thread.ID)
	}
	return marks
}

// recallThreads reads whose messages the touches answer that are from nobody
// who is known.
func recallThreads(ctx context.Context, b *bulk, all []*filing, contacts []leads.KnownContact) error {
	var pairs [][]any
	var asking []*filing
	for _, f := range all {
		if !f.needsPeople() || len(theirs(contacts, f.t.From)) > 0 || len(f.t.References) == 0 {
			continue
		}
		asking = append(asking, f)
		for _, r := range f.t.References {
			pairs = append(pairs, []any{string(f.t.Channel), r})
		}
	}
	known := map[messageRef]leads.KnownContact{}
	for some := range slices.Chunk(pairs, rowsMost) {
		rows, err := db.New(listed{b, some}).KnownThreads(ctx, db.KnownThreadsParams{})
		if err != nil {
			return err
		}
		for _, r := range rows {
			known[messageRef{r.Channel, r.MessageID}] = leads.KnownContact{
				ID: r.ID, Name: r.Name, OwnerID: r.OwnerID, Created: fromMicros(r.Created), OpenLeadID: r.OpenLeadID, HadLead: r.HadLead, OpenTask: r.OpenTask,
			}
		}
	}
	for _, f := range asking {
		for _, r := range f.t.References { // the nearest is the last
			if c, ok := known[messageRef{string(f.t.Channel), r}]; ok {
				f.known.Thread = &c
			}
		}
	}
	return nil
}

// fileMessage stores by which id answers refer to the touch, or what its sender
// made of it.
func (f *filing) fileMessage(ctx context.Context) error {
	if f.out.Edit {
		if err := one(f.to.KeepEarlierText(ctx, f.stored.InteractionID)); err != nil {
			return err
		}
		return one(f.to.EditInteraction(ctx, db.EditInteractionParams{
			ID: f.stored.InteractionID, Subject: f.t.Subject, Body: f.t.Text, Whole: f.t.Whole, HTML: f.t.HTML,
			Attachments: toJSON(f.t.Attachments), Edited: micros(f.t.Edited),
		}))
	}
	if f.t.MessageID == "" || !f.out.NewInteraction {
		return nil
	}
	return f.to.RememberMessage(ctx, db.RememberMessageParams{
		Channel: string(f.t.Channel), MessageID: f.t.MessageID, InteractionID: f.stored.InteractionID,
	})
}

// fileOffers stores what is perhaps the contact's. What belongs to somebody
// else is a reason to think that the two are one.
func (f *filing) fileOffers(ctx context.Context) error {
	for i, id := range slices.Concat(f.out.Offer, f.out.Unread) {
		if err := f.to.OfferIdentity(ctx, db.OfferIdentityParams{
			ID: newID(), ContactID: f.contact.ID, Kind: string(id.Kind), Value: id.Value, InteractionID: f.stored.InteractionID, At: micros(f.at),
			Unread: i >= len(f.out.Offer),
		}); err != nil {
			return err
		}
	}
	for _, other := range f.out.OfferedOf {
		var what []string
		for _, c := range f.known.Holders {
			for _, id := range c.Matched {
				if c.ID == other && !slices.Contains(what, string(id.Kind)) {
					what = append(what, string(id.Kind))
				}
			}
		}
		reason := fmt.Sprintf("the text of one %s touch names the %s of the other", f.t.Channel, strings.Join(what, " and "))
		if err := f.suggestMerge(ctx, other, reason); err != nil {
			return err
		}
	}
	return nil
}

// suggestMerge files that the touch's contact and another are perhaps one.
func (f *filing) suggestMerge(ctx context.Context, other, reason string) error {
	a, b := f.contact.ID, other
	if a > b {
		a, b = b, a
	}
	return f.to.SuggestMerge(ctx, db.SuggestMergeParams{ContactID: a, OtherID: b, InteractionID: f.stored.InteractionID, At: micros(f.at), Reason: reason})
}

// cleanMessage does what cleanTouch does for what only messages have.
func cleanMessage(t *leads.Touch) {
	for _, s := range []*string{&t.Whole, &t.MessageID, (*string)(&t.Automatic)} {
		*s = text(*s)
	}
	t.References, t.Attachments = slices.Clone(t.References), slices.Clone(t.Attachments)
	for i, r := range t.References {
		t.References[i] = strings.ReplaceAll(text(r), "\n", " ")
	}
	t.Offered, t.Unread = cleanIdentities(t.Offered), cleanIdentities(t.Unread)
	for i, a := range t.Attachments {
		t.Attachments[i] = leads.Attachment{ID: text(a.ID), Name: text(a.Name), Type: text(a.Type), Size: a.Size, CID: text(a.CID)}
	}
	t.Edited = stamp(t.Edited)
}
