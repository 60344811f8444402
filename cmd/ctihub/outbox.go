package main

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

// configuredSink is a sink that was made from its settings.
type configuredSink struct {
	rule leads.SinkRule
	sink connectors.Sink
}

// makeSinks makes every configured sink; nothing is connected to.
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

// openOutbox makes the dispatcher, which is kicked whenever events of this hub
// were committed, beside what the feed notifies already.
func (a *app) openOutbox(sinks []configuredSink, metrics prometheus.Registerer) {
	if len(sinks) == 0 {
		return
	}
	a.outbox = &router.Dispatcher{Store: a.store, Owner: newID(), Log: a.log, Observe: observeDeliveries(metrics)}
	for _, s := range sinks {
		a.outbox.Add(s.rule.Name, s.sink)
	}
	before := a.feed.Notify
	a.feed.Notify = func() {
		a.outbox.Kick()
		if before != nil {
			before()
		}
	}
}

func (a *app) kickOutbox() {
	if a.outbox != nil {
		a.outbox.Kick()
	}
}

// observeDeliveries counts and times attempts, by sink and what came of them.
func observeDeliveries(reg prometheus.Registerer) func(string, leads.DeliveryState, time.Duration) {
	seconds := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "ctihub_delivery_seconds", Help: "Time of one attempt to deliver an event, by sink and result (delivered, waiting for the next try, dead).",
		Buckets: prometheus.ExponentialBuckets(0.005, 2, 13),
	}, []string{"sink", "result"})
	reg.MustRegister(seconds)
	return func(sink string, result leads.DeliveryState, took time.Duration) {
		seconds.WithLabelValues(sink, string(result)).Observe(took.Seconds())
	}
}
