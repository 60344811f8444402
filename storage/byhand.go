package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"ctihub/leads"
	"ctihub/leads/tasks"
	"ctihub/storage/db"
)

// callByHand is the stored channel of a call that a user registered. It has no row in
// calls, as each interaction of channel call has. Records show it as a call.
const callByHand leads.Channel = "call_by_hand"

func storedChannel(c leads.Channel) string {
	if c == leads.ChannelCall {
		return string(callByHand)
	}
	return string(c)
}

func shownChannel(stored string) leads.Channel {
	if stored == string(callByHand) {
		return leads.ChannelCall
	}
	return leads.Channel(stored)
}

// byHandKey is the external id of what a user registers with a key.
func byHandKey(userID, key string) string { return userID + ":" + key }

// Registered returns the id of what a user registered with a key, and what the request was.
func (t *Tx) Registered(ctx context.Context, userID, key string) (id string, b leads.ByHand, err error) {
	r, err := t.q.RegisteredAs(ctx, db.RegisteredAsParams{Source: leads.SourceByHand, ExternalID: byHandKey(userID, key)})
	return r.ID, leads.ByHand{Key: key, ContactID: r.ContactID, Channel: shownChannel(r.Channel), Text: r.Body}, orNotFound(err)
}

// OpenLead returns the open lead of a contact, the newest of several.
func (t *Tx) OpenLead(ctx context.Context, contactID string) (leads.Lead, error) {
	return t.OpenLeadIn(ctx, contactID, "")
}

// OpenLeadIn is [Tx.OpenLead] in one pipeline; in any, if that is empty.
func (t *Tx) OpenLeadIn(ctx context.Context, contactID, pipelineID string) (leads.Lead, error) {
	row, err := t.q.OpenLeadOf(ctx, db.OpenLeadOfParams{ContactID: contactID, PipelineID: pipelineID})
	return leadOf(row), orNotFound(err)
}

// Register stores an interaction of a user with a contact. Its attachments are uploads of the
// user, by id; leads.ErrInvalid when one is gone.
func (t *Tx) Register(ctx context.Context, b leads.ByHand, userID string) (id string, err error) {
	id, at := newID(), micros(t.s.now())
	key := byHandKey(userID, b.Key)
	files, err := attach(ctx, t.q, b.Attachments, userID, leads.SourceByHand, key, at)
	if err != nil {
		return "", err
	}
	tables.interactions.Insert(t, db.Interaction{
		ID: id, Source: leads.SourceByHand, ExternalID: key, Channel: storedChannel(b.Channel), Direction: string(b.Direction), At: micros(b.At),
		ContactID: orNull(b.ContactID), LeadID: orNull(b.LeadID), Body: cleanText(b.Text), Attachments: toJSON(files), Stored: at,
	})
	addSights.Queue(t, oneID{id})
	if err := t.Flush(ctx); err != nil {
		return "", err
	}
	return id, requireRow(t.q.InsertFacts(ctx, db.InsertFactsParams{InteractionID: id, AuthorID: orNull(userID)}))
}

// ReachedByHand ends the open call-back of a contact that was spoken to after the missed call.
func (t *Tx) ReachedByHand(ctx context.Context, b leads.ByHand) error {
	row, err := t.q.OpenCallbackOf(ctx, orNull(b.ContactID))
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	} else if err != nil {
		return fmt.Errorf("reading the call-back of a contact: %w", err)
	}
	task := taskOf(row)
	n := tasks.CallbackFacts{Reached: leads.ContactedAgain, At: b.At}
	if b.Direction == leads.Out {
		n.Reached = leads.CalledBack
	}
	step := tasks.DecideCallback(n, &tasks.KnownCallback{ID: task.ID, Version: task.Version, Missed: task.Missed, Calls: task.Calls, Wished: !task.Wished.IsZero()}, tasks.CallbackFacts{})
	if step.Done == "" {
		return nil
	}
	before, err := t.TaskViewers(ctx, task.ID)
	if err != nil {
		return err
	}
	if err := t.EndTask(ctx, task, tasks.End{Outcome: step.Done, At: step.At}); err != nil {
		return err
	}
	_, err = t.RecordTask(ctx, leads.EventTaskDone, task.ID, before...)
	return err
}
