package storage

import (
	"context"

	"ctihub/leads"
	"ctihub/leads/replies"
	"ctihub/storage/db"
)

// Tx is one transaction of a service of leads/…. The events that it records are
// published after the commit.
type Tx struct{ b *bulk }

// Room is the store as one service of leads/… sees it: T is what the service
// does in a transaction, and [*Tx] does it.
type Room[T any] struct{ *Store }

// Tx runs f in one transaction, anew from the start for as long as another
// writer is first. f must begin afresh each time, and use the context that it is
// given: it ends with the time that a write has.
func (r Room[T]) Tx(ctx context.Context, f func(ctx context.Context, tx T) error) error {
	return r.decideBulk(ctx, func(ctx context.Context, b *bulk) error { return f(ctx, any(&Tx{b}).(T)) })
}

// What the services ask for is there.
var (
	_ replies.Store         = Room[replies.Tx]{}
	_ replies.SendingStore  = Room[replies.SendingTx]{}
	_ replies.TemplateStore = (*Store)(nil)

	_ replies.Tx        = (*Tx)(nil)
	_ replies.SendingTx = (*Tx)(nil)
)

// SeeLead returns a lead that the viewer may see.
func (t *Tx) SeeLead(ctx context.Context, v leads.Viewer, id string) (leads.Lead, error) {
	row, err := t.b.q.SeeLead(ctx, db.SeeLeadParams{ID: id, SeesAll: v.Role.SeesAll(), Viewer: v.UserID})
	return leadOf(row), found(err)
}

// RecordLead records what a lead is now, for everybody who sees it and the users
// also named.
func (t *Tx) RecordLead(ctx context.Context, kind leads.EventType, id string, also ...string) (leads.Lead, error) {
	return recordLead(ctx, t.b, kind, id, also...)
}
