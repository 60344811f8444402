package storage

import (
	"context"
	"slices"
	"strings"

	"ctihub/leads"
	"ctihub/storage/batch"
	"ctihub/storage/db"
)

// messageRef is a message's channel and id.
type messageRef struct{ channel, id string }

// threadKeys returns the messages and the contact by which touches of one thread are
// recognised.
func (w *touchWriter) threadKeys() (keys []any) {
	if w.t.MessageID != "" {
		keys = append(keys, messageRef{string(w.t.Channel), w.t.MessageID})
	}
	for _, r := range w.t.References {
		keys = append(keys, messageRef{string(w.t.Channel), r})
	}
	if w.known.Thread != nil {
		keys = append(keys, w.known.Thread.ID)
	}
	return keys
}

// keepEarlierText and editInteraction conflict when the stored edit is as late or later.
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

// writeMessage stores the message id of the touch, or its edit.
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

// writeOffers stores offered identities. For an identity of another contact it suggests a
// merge of the two.
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
		w.suggestMerge(other, inTextScore, leads.DuplicateReason{Code: leads.DuplicateInText, Values: what})
	}
	return nil
}

// cleanMessage is cleanTouch for the fields that only messages have.
func cleanMessage(t *leads.Touch) {
	for _, s := range []*string{&t.Whole, &t.MessageID, (*string)(&t.Automatic)} {
		*s = cleanText(*s)
	}
	t.References, t.Attachments = slices.Clone(t.References), slices.Clone(t.Attachments)
	for i, r := range t.References {
		t.References[i] = strings.ReplaceAll(cleanText(r), "\n", " ")
	}
	t.Offered, t.Unread = cleanIdentities(t.Offered), cleanIdentities(t.Unread)
	for i, a := range t.Attachments {
		t.Attachments[i] = leads.Attachment{ID: cleanText(a.ID), Name: cleanText(a.Name), Type: cleanText(a.Type), Size: a.Size, CID: cleanText(a.CID)}
	}
	t.Edited = storedTime(t.Edited)
}
