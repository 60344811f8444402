package main

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"ctihub/connectors/engine"
	"ctihub/leads"
	"ctihub/web"
)

// uploads is where files of replies lie that are still being written; no source
// can have this name.
const uploads = "_uploads"

// outgoing keeps replies for the postman, and shows and counts their progress.
type outgoing struct{ app *app }

// observeReplies counts what becomes of replies: by source, channel, state and,
// unless all went well, code. A vain try that will be repeated is "waiting".
func observeReplies(reg prometheus.Registerer) func([]leads.Event) {
	count := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "ctihub_replies_total",
		Help: "Replies to customers by what became of them (sent, delivered, read, failed, perhaps sent, waiting for the next try after a vain one) and why.",
	}, []string{"source", "channel", "state", "fault"})
	reg.MustRegister(count)
	return func(events []leads.Event) {
		for _, e := range events {
			if r, err := e.Reply(); err == nil && r != nil && r.State != leads.ReplySending {
				count.WithLabelValues(r.Source, string(r.Channel), string(r.State), string(r.Fault)).Inc()
			}
		}
	}
}

// progress publishes and counts what became of replies.
func (a *app) progress(events []leads.Event) {
	a.feed.Publish(events...)
	a.countReplies(events)
}

// ClaimReplies implements [engine.Outgoing].
func (o outgoing) ClaimReplies(ctx context.Context, c leads.ReplyClaim) ([]leads.Reply, error) {
	claimed, events, err := o.app.store.ClaimReplies(ctx, c)
	o.app.feed.Publish(events...)
	return claimed, err
}

// HoldReply implements [engine.Outgoing].
func (o outgoing) HoldReply(ctx context.Context, owner string, r leads.Reply, lease time.Duration) error {
	return o.app.store.HoldReply(ctx, owner, r, lease)
}

// FinishReply implements [engine.Outgoing].
func (o outgoing) FinishReply(ctx context.Context, owner string, r leads.Reply, v leads.ReplyVerdict) error {
	events, err := o.app.store.FinishReply(ctx, owner, r, v)
	o.app.progress(events)
	return err
}

// RecoverReplies implements [engine.Outgoing].
func (o outgoing) RecoverReplies(ctx context.Context, owner string, repeated func(source string) bool) error {
	events, err := o.app.store.RecoverReplies(ctx, owner, repeated)
	o.app.progress(events)
	return err
}

// receipt is Report.Receipt of a source.
func (a *app) receipt(source string) func(context.Context, leads.Receipt) error {
	return func(ctx context.Context, r leads.Receipt) error {
		events, err := a.store.Receipt(ctx, source, r)
		a.progress(events)
		return err
	}
}

// Senders implements [web.Sources].
func (s webSources) Senders() []web.Sender {
	var all []web.Sender
	for name, can := range s.Supervisor.Senders() {
		all = append(all, web.Sender{
			Source: name, Channel: can.Channel, To: can.To, Prefers: can.Prefers, Cold: can.Cold, Subject: can.Subject, MaxText: can.MaxText, MaxFile: can.MaxFile,
		})
	}
	slices.SortFunc(all, func(a, b web.Sender) int { return cmp.Compare(a.Source, b.Source) })
	return all
}

// openPostman makes what brings replies to their channels.
func (a *app) openPostman() {
	a.postman = &engine.Postman{Sources: a.sources, Store: outgoing{a}, Owner: newID(), Log: a.log}
}
