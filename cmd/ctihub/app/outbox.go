package app

import (
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"ctihub/config"
	"ctihub/connectors"
	"ctihub/connectors/all"
	"ctihub/connectors/engine"
	"ctihub/leads"
	"ctihub/router"
)

// configuredSink is a sink with its rule.
type configuredSink struct {
	rule leads.SinkRule
	sink connectors.Sink
}

// makeSinks creates every configured sink, without connecting to anything.
func makeSinks(cfg config.Config, log *slog.Logger, staff connectors.Staff, now func() time.Time) ([]configuredSink, error) {
	var made []configuredSink
	var found config.Errors
	for _, c := range cfg.Sinks {
		s, err := makeSink(cfg, c, c.Decode, log, staff, now)
		made = append(made, s)
		found = append(found, c.Explain(err)...)
	}
	if len(found) > 0 {
		return nil, found
	}
	return made, nil
}

func makeSink(cfg config.Config, c config.Sink, settings func(any) error, log *slog.Logger, staff connectors.Staff, now func() time.Time) (s configuredSink, err error) {
	s.rule = leads.SinkRule{Name: c.Name, Kind: c.Kind, Events: c.Events}
	k, err := kindOf(c.Kind, slices.DeleteFunc(all.Kinds(), func(k connectors.Kind) bool { return k.Out == nil }))
	if err != nil {
		return s, err
	}
	env := sinkEnv(cfg, c.Name, staff, now)
	env.Settings, env.Log = settings, log.With("sink", c.Name, "kind", c.Kind)
	s.sink, err = engine.NewSink(k, env)
	return s, errors.Join(s.rule.Check(), err)
}

func rulesOf(sinks []configuredSink) []leads.SinkRule {
	rules := make([]leads.SinkRule, len(sinks))
	for i, s := range sinks {
		rules[i] = s.rule
	}
	return rules
}

// openOutbox creates the dispatcher of deliveries, which is kicked after each commit
// of events by this hub.
func (h *Hub) openOutbox(sinks []configuredSink, metrics prometheus.Registerer) {
	if len(sinks) == 0 {
		return
	}
	h.outbox = &router.Dispatcher{Store: h.store, Owner: newID(), Log: h.log, Observe: observeDeliveries(metrics)}
	for _, s := range sinks {
		h.outbox.Add(s.rule.Name, s.sink)
	}
	before := h.feed.Notify
	h.feed.Notify = func() {
		h.outbox.Kick()
		if before != nil {
			before()
		}
	}
}

func (h *Hub) kickOutbox() {
	if h.outbox != nil {
		h.outbox.Kick()
	}
}
