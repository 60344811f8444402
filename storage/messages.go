package storage

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"ctihub/leads"
	"ctihub/leads/intake"
	"ctihub/storage/batch"
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

// knownThreads reads whose messages are known by these ids.
var knownThreads = batch.NewQuery[messageRef, knownContactRow]("reading threads",
	"SELECT m.channel, m.message_id, "+knownContactColumns+`
FROM messages m JOIN interactions i ON i.id = m.interaction_id JOIN contacts c ON c.id = i.contact_id
WHERE`, "m.channel", "m.message_id")

// loadThreads reads whose messages the touches answer that are from nobody
// who is known.
func loadThreads(ctx context.Context, tx *Tx, all []*touchWriter, contacts []intake.KnownContact) error {
	var refs []messageRef
	var asking []*touchWriter
	for _, w := range all {
		if !w.needsPeople() || len(holdersOf(contacts, w.t.From)) > 0 || len(w.t.References) == 0 {
			continue
		}
		asking = append(asking, w)
		for _, r := range w.t.References {
			refs = append(refs, messageRef{string(w.t.Channel), r})
		}
	}
	rows, err := knownThreads.Rows(ctx, tx, refs...)
	if err != nil {
		return err
	}
	known := map[messageRef]intake.KnownContact{}
	for _, r := range rows {
		known[messageRef{r.By, r.Value}] = r.contact()
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

// keepEarlierText and editInteraction are refused when the interaction was edited
// as late or later already.
var (
	keepEarlierText = batch.NewUpdate[editedText]("keeping an earlier text", batch.EachOne, `
INSERT INTO earlier_texts (interaction_id, written, subject, body, whole)
SELECT i.id, i.edited, i.subject, i.body, i.whole FROM v JOIN interactions i ON i.id = v.id WHERE TRUE
ON CONFLICT DO NOTHING`, "id")
	editInteraction = batch.NewUpdate[editedText]("editing an interaction", batch.EachOne, `
UPDATE interactions SET subject = v.subject, body = v.body, whole = v.whole, html = v.html, attachments = v.attachments, edited = v.edited
FROM v WHERE interactions.id = v.id AND interactions.edited < v.edited`,
		"id", "subject", "body", "whole", "html", "attachments", "edited")
)

type editedText struct {
	ID, Subject, Body, Whole, HTML, Attachments string
	Edited                                      int64
}

// writeMessage stores by which id answers refer to the touch, or what its sender
// made of it.
func (w *touchWriter) writeMessage(context.Context) error {
	if w.out.Edit {
		edited := editedText{
			ID: w.stored.InteractionID, Subject: w.t.Subject, Body: w.t.Text, Whole: w.t.Whole, HTML: w.t.HTML,
			Attachments: toJSON(w.t.Attachments), Edited: micros(w.t.Edited),
		}
		keepEarlierText.Queue(w.tx, edited)
		editInteraction.Queue(w.tx, edited)
		return nil
	}
	if w.t.MessageID == "" || !w.out.NewInteraction {
		return nil
	}
	tables.messages.InsertIgnore(w.tx, db.Message{Channel: string(w.t.Channel), MessageID: w.t.MessageID, InteractionID: w.stored.InteractionID})
	return nil
}

// writeOffers stores what is perhaps the contact's. What belongs to somebody
// else is a reason to think that the two are one.
func (w *touchWriter) writeOffers(context.Context) error {
	for i, id := range slices.Concat(w.out.Offer, w.out.Unread) {
		tables.offeredIdentities.InsertIgnore(w.tx, db.OfferedIdentity{
			ID: newID(), ContactID: w.contact.ID, Kind: string(id.Kind), Value: id.Value, InteractionID: w.stored.InteractionID, State: "offered", At: micros(w.at),
			Unread: i >= len(w.out.Offer),
		})
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
		w.suggestMerge(other, reason)
	}
	return nil
}

// suggestMerge stores that the touch's contact and another are perhaps one.
func (w *touchWriter) suggestMerge(other, reason string) {
	a, b := w.contact.ID, other
	if a > b {
		a, b = b, a
	}
	tables.mergeSuggestions.InsertIgnore(w.tx, db.MergeSuggestion{ContactID: a, OtherID: b, InteractionID: w.stored.InteractionID, At: micros(w.at), Reason: reason})
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
