package storage

import (
	"context"
	"fmt"

	"ctihub/leads"
	"ctihub/leads/calls"
	"ctihub/leads/companies"
	"ctihub/leads/contacts"
	"ctihub/leads/facts"
	"ctihub/leads/fields"
	"ctihub/leads/handover"
	"ctihub/leads/people"
	"ctihub/leads/pipeline"
	"ctihub/leads/replies"
	"ctihub/leads/tasks"
	"ctihub/leads/views"
	"ctihub/storage/batch"
	"ctihub/storage/db"
)

// Tx is one transaction. Queued rows are written by the next Flush or Read, at the latest with
// the commit; a method that queues rows which single statements read flushes before it returns.
// After the commit the recorded events are published.
type Tx struct {
	*batch.Tx
	q      *db.Queries // run at once
	s      *Store
	events []leads.Event // recorded, to be published after the commit
	after  []func()      // run after the commit, when the events have their numbers

	committed Step // reported between commit and publishing; empty: none
}

// inTx runs f in one transaction. If f returns nil, queued rows are written and the
// transaction is committed; then the recorded events are published.
func (s *Store) inTx(ctx context.Context, f func(context.Context, *Tx) error) error {
	return s.inTxOn(ctx, s.batch, f)
}

// inTxOn is inTx on some of the connections.
func (s *Store) inTxOn(ctx context.Context, on *batch.DB, f func(context.Context, *Tx) error) error {
	if s.writing != nil {
		select {
		case s.writing <- struct{}{}:
			defer func() { <-s.writing }()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	begun, err := on.Begin(ctx)
	if err != nil {
		return err
	}
	defer begun.Rollback(ctx)
	tx := &Tx{Tx: begun, s: s, q: s.queries(begun)}
	if err := f(ctx, tx); err != nil {
		return err
	}
	if err := tx.Commit(ctx); err != nil {
		return err
	}
	if tx.committed != "" {
		s.step(tx.committed)
	}
	for i, e := range tx.events {
		tx.events[i].Seq = tx.Number(e.ID)
	}
	for _, f := range tx.after {
		f()
	}
	s.publish(tx.events)
	return nil
}

// Room is the store as one service of leads/… sees it: T is the service's Tx interface, which
// [*Tx] implements.
type Room[T any] struct{ *Store }

// Tx runs f in one transaction, and retries it from the start on a conflict. f must reset its
// results each time, and use its ctx, which has the time limit of a write.
func (r Room[T]) Tx(ctx context.Context, f func(ctx context.Context, tx T) error) error {
	return r.retryTx(ctx, func(ctx context.Context, tx *Tx) error { return f(ctx, any(tx).(T)) })
}

// The store implements the interfaces of the services.
var (
	_ calls.Store           = Room[calls.Tx]{}
	_ people.Store          = Room[people.Tx]{}
	_ people.LinkStore      = (*Store)(nil)
	_ people.NoticeStore    = (*Store)(nil)
	_ replies.Store         = Room[replies.Tx]{}
	_ replies.SendingStore  = Room[replies.SendingTx]{}
	_ replies.TemplateStore = (*Store)(nil)
	_ tasks.Store           = Room[tasks.Tx]{}
	_ views.Store           = Room[views.Tx]{}

	_ handover.Store       = Room[handover.Tx]{}
	_ handover.Tx          = (*Tx)(nil)
	_ contacts.Store       = Room[contacts.Tx]{}
	_ companies.Store      = Room[companies.Tx]{}
	_ facts.Store          = Room[facts.Tx]{}
	_ pipeline.Store       = Room[pipeline.Tx]{}
	_ fields.ReminderStore = Room[fields.ReminderTx]{}
	_ fields.Store         = Room[fields.Tx]{}

	_ companies.Tx      = (*Tx)(nil)
	_ contacts.Tx       = (*Tx)(nil)
	_ facts.Tx          = (*Tx)(nil)
	_ pipeline.Tx       = (*Tx)(nil)
	_ fields.ReminderTx = (*Tx)(nil)
	_ fields.Tx         = (*Tx)(nil)
	_ calls.Tx          = (*Tx)(nil)
	_ people.Tx         = (*Tx)(nil)
	_ replies.Tx        = (*Tx)(nil)
	_ replies.SendingTx = (*Tx)(nil)
	_ tasks.Tx          = (*Tx)(nil)
	_ views.Tx          = (*Tx)(nil)
)

// SeeLead returns a lead that the viewer may see.
func (t *Tx) SeeLead(ctx context.Context, v leads.Viewer, id string) (leads.Lead, error) {
	row, err := t.q.SeeLead(ctx, db.SeeLeadParams{ID: id, SeesAll: v.Role.SeesAll(), Viewer: v.UserID})
	return leadOf(row), orNotFound(err)
}

// User returns a user.
func (t *Tx) User(ctx context.Context, id string) (leads.User, error) {
	row, err := t.q.GetUser(ctx, id)
	if err != nil {
		return leads.User{}, fmt.Errorf("user %q: %w", id, orNotFound(err))
	}
	return userOf(row), nil
}

// RecordLead records an event of a lead for its viewers and the users in also.
func (t *Tx) RecordLead(ctx context.Context, kind leads.EventType, id string, also ...string) (leads.Lead, error) {
	return recordLead(ctx, t, kind, id, also...)
}
