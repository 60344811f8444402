package leads

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
)

// Sink hands events to one other system.
type Sink interface {
	// Deliver hands over one event and returns nil when the other side has
	// taken it. Delivery is at least once: Event.ID, the same at every try, is
	// the key by which the other side recognises a repetition. It returns soon
	// after ctx ends and may be called for several events at once.
	//
	// An error is temporary, and the event is tried again for days, unless it
	// is marked by [Permanent] where it arises. Its text is shown to
	// administrators and logged: no personal data, no secrets.
	Deliver(ctx context.Context, e Event) error
}

// Permanent marks an error that a retry cannot resolve: the other side refuses this
// event.
func Permanent(err error) error { return permanentError{err} }

// IsPermanent reports whether the error, or one that it wraps, is marked.
func IsPermanent(err error) bool { return errors.As(err, new(permanentError)) }

type permanentError struct{ error }

func (e permanentError) Unwrap() error { return e.error }

// NotBefore marks a temporary error after which the other side wants no request for
// a while, as with Retry-After.
func NotBefore(err error, wait time.Duration) error { return busyError{err, wait} }

// WaitOf returns the wait that [NotBefore] noted, 0 for none.
func WaitOf(err error) time.Duration {
	var busy busyError
	if errors.As(err, &busy) {
		return busy.wait
	}
	return 0
}

type busyError struct {
	error
	wait time.Duration
}

func (e busyError) Unwrap() error { return e.error }

// SinkRule says which events a configured sink wants.
type SinkRule struct {
	Name   string
	Kind   string   // of connector
	Events []string // types, or groups such as "lead.*"; empty: every event
}

// Wants reports whether an event goes to the sink.
func (r SinkRule) Wants(e Event) bool {
	return len(r.Events) == 0 || slices.ContainsFunc(r.Events, func(p string) bool {
		return fits(p, e.Type) || fits(p, EventLeadAssigned) && e.Is(EventLeadAssigned)
	})
}

// Check returns an error that names an entry of Events which no event fits.
func (r SinkRule) Check() error {
	for _, p := range r.Events {
		if !slices.ContainsFunc(EventTypes, func(t EventType) bool { return fits(p, t) }) {
			return errors.New("events: there is no such event; there are: " + eventNames())
		}
	}
	return nil
}

func fits(pattern string, t EventType) bool {
	group, isGroup := strings.CutSuffix(pattern, "*")
	return pattern == string(t) || isGroup && strings.HasSuffix(group, ".") && strings.HasPrefix(string(t), group)
}

func eventNames() string {
	names := make([]string, len(EventTypes))
	for i, t := range EventTypes {
		names[i] = string(t)
	}
	return strings.Join(names, ", ")
}

// DeliveryState is where a delivery stands.
type DeliveryState string

// States of a delivery. A dead one is tried again only when a user replays it.
const (
	DeliveryWaiting DeliveryState = "waiting"
	DeliveryDone    DeliveryState = "delivered"
	DeliveryDead    DeliveryState = "dead"
)

// Delivery is one event on its way to one sink.
type Delivery struct {
	ID        string        `json:"id"`
	Sink      string        `json:"sink"`
	EventID   string        `json:"event_id"` // the same at every try and replay
	EventType EventType     `json:"event_type"`
	LeadID    string        `json:"lead_id,omitempty"`
	State     DeliveryState `json:"state"`
	Attempts  int           `json:"attempts"` // begun, since the last replay
	At        time.Time     `json:"at"`       // of the event
	Attempted time.Time     `json:"attempted,omitzero"`
	Next      time.Time     `json:"next,omitzero"`      // not before; waiting only
	Delivered time.Time     `json:"delivered,omitzero"` //
	Error     string        `json:"error,omitempty"`    // of the last attempt that failed
	Event     *EventBody    `json:"event,omitempty"`    // as it is sent; in a single record only
}

// DeliveryFilter restricts a list of deliveries.
type DeliveryFilter struct {
	Sink, LeadID string
	State        DeliveryState
}

// SinkState is a sink as the page of integrations shows it.
type SinkState struct {
	Name       string    `json:"name"`
	Kind       string    `json:"kind,omitempty"`
	Events     []string  `json:"events"`     // as in [SinkRule], never nil
	Configured bool      `json:"configured"` // false: only its old deliveries are left
	Delivered  int64     `json:"delivered"`  // in the last 24 hours
	Waiting    int64     `json:"waiting"`
	Failing    int64     `json:"failing"` // of those waiting, with at least one failed attempt
	Dead       int64     `json:"dead"`
	LastDone   time.Time `json:"last_delivered,omitzero"` // in the last 24 hours
}

// Claim asks for deliveries of one sink that are due.
type Claim struct {
	Sink  string
	Owner string // who claims: one process
	Most  int
	// Lease is how long no other process sends them. After it, the deliveries of a
	// process that died are tried again.
	Lease time.Duration
	// Wait plans the try after the one that the claim begins (1, 2, …).
	Wait func(attempt int) time.Duration
}

// Claimed is a delivery that its owner is about to send. The attempt and the
// time of the next one are stored already.
type Claimed struct {
	DeliveryID string
	Owner      string
	Attempt    int // 1 for the first
	Event      Event
}

// Verdict is the result of an attempt.
type Verdict struct {
	State DeliveryState
	Error string        // why not; empty when delivered
	Wait  time.Duration // waiting: the least time before the next attempt
}
