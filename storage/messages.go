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
func (w *touchWriter) threadMarks() (marks []any) {
	if w.t.MessageID != "" {
		marks = append(marks, messageRef{string(w.t.Channel), w.t.MessageID})
	}
	for _, r := range w.t.References {
		marks = append(marks, messageRef{string(w.t.Channel), r})
	}
	if w.known.Thread != nil {
		marks = append(marks, w.known.Thread.ID)
	}
	return marks
}

// loadThreads reads whose messages the touches answer that are from nobody
// who is known.
func loadThreads(ctx context.Context, tx *Tx, all []*touchWriter, contacts []leads.KnownContact) error {
	var pairs [][]any
	var asking []*touchWriter
	for _, w := range all {
		if !w.needsPeople() || len(holdersOf(contacts, w.t.From)) > 0 || len(w.t.References) == 0 {
			continue
		}
		asking = append(asking, w)
		for _, r := range w.t.References {
			pairs = append(pairs, []any{string(w.t.Channel), r})
		}
	}
	known := map[messageRef]leads.KnownContact{}
	for some := range slices.Chunk(pairs, rowsMost) {
		rows, err := db.New(listed{tx, some}).KnownThreads(ctx, db.KnownThreadsParams{})
		if err != nil {
			return err
		}
		for _, r := range rows {
			known[messageRef{r.Channel, r.MessageID}] = leads.KnownContact{
				ID: r.ID, Name: r.Name, OwnerID: r.OwnerID, Created: fromMicros(r.Created), OpenLeadID: r.OpenLeadID, HadLead: r.HadLead, OpenTask: r.OpenTask,
			}
		}
	}
	for _, w := range asking {
		for _, r := range w.t.References { // the nearest is the last
			if c, ok := known[messageRef{string(w.t.Channel), r}]; ok {
				w.known.Thread = &c
			}
		}
	}
	return nil
}

// writeMessage stores by which id answers refer to the touch, or what its sender
// made of it.
func (w *touchWriter) writeMessage(ctx context.Context) error {
	if w.out.Edit {
		if err := one(w.to.KeepEarlierText(ctx, w.stored.InteractionID)); err != nil {
			return err
		}
		return one(w.to.EditInteraction(ctx, db.EditInteractionParams{
			ID: w.stored.InteractionID, Subject: w.t.Subject, Body: w.t.Text, Whole: w.t.Whole, HTML: w.t.HTML,
			Attachments: toJSON(w.t.Attachments), Edited: micros(w.t.Edited),
		}))
	}
	if w.t.MessageID == "" || !w.out.NewInteraction {
		return nil
	}
	return w.to.RememberMessage(ctx, db.RememberMessageParams{
		Channel: string(w.t.Channel), MessageID: w.t.MessageID, InteractionID: w.stored.InteractionID,
	})
}

// writeOffers stores what is perhaps the contact's. What belongs to somebody
// else is a reason to think that the two are one.
func (w *touchWriter) writeOffers(ctx context.Context) error {
	for i, id := range slices.Concat(w.out.Offer, w.out.Unread) {
		if err := w.to.OfferIdentity(ctx, db.OfferIdentityParams{
			ID: newID(), ContactID: w.contact.ID, Kind: string(id.Kind), Value: id.Value, InteractionID: w.stored.InteractionID, At: micros(w.at),
			Unread: i >= len(w.out.Offer),
		}); err != nil {
			return err
		}
	}
	for _, other := range w.out.OfferedOf {
		var what []string
		for _, c := range w.known.Holders {
			for _, id := range c.Matched {
				if c.ID == other && !slices.Contains(what, string(id.Kind)) {
					what = append(what, string(id.Kind))
				}
			}
		}
		reason := fmt.Sprintf("the text of one %s touch names the %s of the other", w.t.Channel, strings.Join(what, " and "))
		if err := w.suggestMerge(ctx, other, reason); err != nil {
			return err
		}
	}
	return nil
}

// suggestMerge files that the touch's contact and another are perhaps one.
func (w *touchWriter) suggestMerge(ctx context.Context, other, reason string) error {
	a, b := w.contact.ID, other
	if a > b {
		a, b = b, a
	}
	return w.to.SuggestMerge(ctx, db.SuggestMergeParams{ContactID: a, OtherID: b, InteractionID: w.stored.InteractionID, At: micros(w.at), Reason: reason})
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
