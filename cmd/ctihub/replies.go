package main

import (
	"cmp"
	"context"
	"slices"
	"time"

	"ctihub/connectors"
	"ctihub/leads"
	"ctihub/web"
)

// uploads is where files of replies lie that are still being written; no source
// can have this name.
const uploads = "_uploads"

// outgoing keeps replies for the postman, and shows their progress.
type outgoing struct{ app *app }

// ClaimReplies implements [connectors.Outgoing].
func (o outgoing) ClaimReplies(ctx context.Context, c leads.ReplyClaim) ([]leads.Reply, error) {
	claimed, events, err := o.app.store.ClaimReplies(ctx, c)
	o.app.feed.Publish(events...)
	return claimed, err
}

// HoldReply implements [connectors.Outgoing].
func (o outgoing) HoldReply(ctx context.Context, owner string, r leads.Reply, lease time.Duration) error {
	return o.app.store.HoldReply(ctx, owner, r, lease)
}

// FinishReply implements [connectors.Outgoing].
func (o outgoing) FinishReply(ctx context.Context, owner string, r leads.Reply, v leads.ReplyVerdict) error {
	events, err := o.app.store.FinishReply(ctx, owner, r, v)
	o.app.feed.Publish(events...)
	return err
}

// RecoverReplies implements [connectors.Outgoing].
func (o outgoing) RecoverReplies(ctx context.Context, owner string, repeated func(source string) bool) error {
	events, err := o.app.store.RecoverReplies(ctx, owner, repeated)
	o.app.feed.Publish(events...)
	return err
}

// receipt is Env.Receipt of a source.
func (a *app) receipt(source string) func(context.Context, leads.Receipt) error {
	return func(ctx context.Context, r leads.Receipt) error {
		events, err := a.store.Receipt(ctx, source, r)
		a.feed.Publish(events...)
		return err
	}
}

// Senders implements [web.Sources].
func (s webSources) Senders() []web.Sender {
	var all []web.Sender
	for name, can := range s.Supervisor.Senders() {
		all = append(all, web.Sender{
			Source: name, Channel: can.Channel, To: can.To, Cold: can.Cold, Subject: can.Subject, MaxText: can.MaxText, MaxFile: can.MaxFile,
		})
	}
	slices.SortFunc(all, func(a, b web.Sender) int { return cmp.Compare(a.Source, b.Source) })
	return all
}

// openPostman makes what brings replies to their channels.
func (a *app) openPostman() {
	a.postman = &connectors.Postman{Sources: a.sources, Store: outgoing{a}, Owner: newID(), Log: a.log}
}
