package app

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"ctihub/leads"
	"ctihub/leads/intake"
)

// observeReconciliations counts differences between hub and journal.
func observeReconciliations(reg prometheus.Registerer) func(leads.Reconciliation) {
	found := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "ctihub_journal_differences_total", Help: "Calls about which the hub and the journal of the exchange disagreed, by source and kind (missing, differs, unknown).",
	}, []string{"source", "kind"})
	missing := prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "ctihub_journal_missing", Help: "Calls of the day compared last that the hub does not know after the repair.",
	}, []string{"source"})
	reg.MustRegister(found, missing)
	return func(r leads.Reconciliation) {
		missing.WithLabelValues(r.Source).Set(float64(r.Missing))
		for _, kind := range []leads.DifferenceKind{leads.DifferenceMissing, leads.DifferenceOther, leads.DifferenceUnknown} {
			found.WithLabelValues(r.Source, string(kind)) // so that 0 is exported
		}
		for _, d := range r.Differences {
			found.WithLabelValues(r.Source, string(d.Kind)).Inc()
		}
	}
}

// observeTouches counts stored touches and measures the time to their commit, by channel.
func observeTouches(reg prometheus.Registerer) func(leads.Touch, intake.Stored, time.Duration) {
	seconds := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "ctihub_touch_seconds", Help: "Time from a connector's Put to its commit, by channel.",
		Buckets: prometheus.ExponentialBuckets(0.0005, 2, 14),
	}, []string{"channel"})
	made := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "ctihub_interactions_total", Help: "New interactions, by channel.",
	}, []string{"channel"})
	unread := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "ctihub_unread_identities_total", Help: "Phones and addresses that could not be read and wait beside a contact to be corrected, by source and kind.",
	}, []string{"source", "kind"})
	reg.MustRegister(seconds, made, unread)
	return func(t leads.Touch, s intake.Stored, took time.Duration) {
		seconds.WithLabelValues(string(t.Channel)).Observe(took.Seconds())
		if s.New {
			made.WithLabelValues(string(t.Channel)).Inc()
			for _, u := range t.Unread {
				unread.WithLabelValues(t.Source, string(u.Kind)).Inc()
			}
		}
	}
}

// observeDeliveries counts and times delivery attempts, by sink and result.
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
