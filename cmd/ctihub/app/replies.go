package app

import (
	"cmp"
	"context"
	"slices"

	"github.com/prometheus/client_golang/prometheus"

	"ctihub/connectors/engine"
	"ctihub/leads"
	"ctihub/leads/replies"
	"ctihub/storage"
)

// uploads is the folder of files for replies that are not sent yet; no source can
// have this name.
const uploads = "_uploads"

// openReplies creates the services that queue replies and record their sending.
func (h *Hub) openReplies(metrics prometheus.Registerer) {
	h.replies = &replies.Service{Store: storage.Room[replies.Tx]{Store: h.store}, Now: h.now, Senders: h.senders}
	h.sending = &replies.Sending{Store: storage.Room[replies.SendingTx]{Store: h.store}, Now: h.now, Observe: observeReplies(metrics)}
}

// observeReplies counts replies by source, channel, state and fault code. A failed
// attempt that will be retried counts as "waiting".
func observeReplies(reg prometheus.Registerer) func(leads.Reply) {
	count := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "ctihub_replies_total",
		Help: "Replies to customers by what became of them (sent, delivered, read, failed, perhaps sent, waiting for the next try after a vain one) and why.",
	}, []string{"source", "channel", "state", "fault"})
	reg.MustRegister(count)
	return func(r leads.Reply) {
		count.WithLabelValues(r.Source, string(r.Channel), string(r.State), string(r.Fault)).Inc()
	}
}

// receipt is Env.Receipt of a source.
func (h *Hub) receipt(source string) func(context.Context, leads.Receipt) error {
	return func(ctx context.Context, r leads.Receipt) error { return h.sending.Receipt(ctx, source, r) }
}

// senders are the sources that can send replies to customers.
func (h *Hub) senders() []replies.Sender {
	trouble := map[string]string{}
	for _, s := range h.sources.States() {
		if s.State == leads.SourceFailed {
			trouble[s.Name] = s.Error
		}
	}
	var all []replies.Sender
	for name, can := range h.sources.Senders() {
		all = append(all, replies.Sender{
			Source: name, Channel: can.Channel, To: can.To, Prefers: can.Prefers, Cold: can.Cold, Subject: can.Subject,
			MaxText: can.MaxText, MaxFile: can.MaxFile, Trouble: trouble[name],
		})
	}
	slices.SortFunc(all, func(a, b replies.Sender) int { return cmp.Compare(a.Source, b.Source) })
	return all
}

// openReplyDispatcher creates the dispatcher that sends replies through their sources.
func (h *Hub) openReplyDispatcher() {
	h.dispatcher = &engine.ReplyDispatcher{Sources: h.sources, Store: h.sending, Owner: newID(), Log: h.log}
	h.replies.Kick = h.dispatcher.Kick
}
