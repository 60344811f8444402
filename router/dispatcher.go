package router

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"ctihub/leads"
)

// Deliveries is what the dispatcher needs from storage.
type Deliveries interface {
	// ClaimDeliveries takes deliveries that are due. Their attempts and the
	// times of the next ones are committed when it returns.
	ClaimDeliveries(ctx context.Context, c leads.Claim) ([]leads.Claimed, error)
	// FinishDelivery stores what an attempt came to; leads.ErrConflict when the
	// claim has run out and somebody else sends it.
	FinishDelivery(ctx context.Context, c leads.Claimed, v leads.Verdict) error
}

// Timings of the dispatcher.
const (
	// sendAtOnce bounds the deliveries on their way to one sink.
	sendAtOnce = 4
	// sendLimit bounds one attempt.
	sendLimit = 15 * time.Second
	// claimLease outlasts an attempt and the recording of it; what a hub that
	// died was sending is sent again after it.
	claimLease = 25 * time.Second
	// lookEvery is the safety net for kicks that were lost, and the grain of
	// planned attempts.
	lookEvery = time.Second
	// lookAfterError is how long a database that failed is left alone.
	lookAfterError = 3 * time.Second
	// recordLimit and recordAgain bound the tries to record an attempt.
	recordLimit = 8 * time.Second
	recordAgain = 250 * time.Millisecond
	// sendGrace is how long attempts on their way may take after the stop.
	sendGrace = 3 * time.Second
)

// Dispatcher brings committed events to the sinks: at least once, in order per
// lead and sink. Each sink has senders of its own, so that one that fails or
// hangs never holds up another.
type Dispatcher struct {
	Store Deliveries
	Owner string // unique among all processes
	Log   *slog.Logger
	// Observe, if set, is told of each attempt, for metrics.
	Observe func(sink string, result leads.DeliveryState, took time.Duration)

	sinks []*sinkRun
	wait  func(attempt int) time.Duration // nil: WaitAfter
	lease time.Duration                   // 0: claimLease
	look  time.Duration                   // 0: lookEvery
}

// sinkRun is one sink and its senders.
type sinkRun struct {
	name string
	sink leads.Sink
	wake chan struct{}
}

// Add takes a sink into care. Call it before Run.
func (d *Dispatcher) Add(name string, sink leads.Sink) {
	d.sinks = append(d.sinks, &sinkRun{name: name, sink: sink, wake: make(chan struct{}, 1)})
}

// Kick says that events were committed or a delivery was replayed. It never
// blocks.
func (d *Dispatcher) Kick() {
	for _, s := range d.sinks {
		s.kick()
	}
}

func (s *sinkRun) kick() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Run delivers until ctx ends. Attempts on their way then have a few seconds
// to end; those that do not are cut off and tried again later.
func (d *Dispatcher) Run(ctx context.Context) error {
	if d.wait == nil {
		d.wait = func(attempt int) time.Duration { return WaitAfter(attempt, rand.Float64()) }
	}
	d.lease, d.look = cmp.Or(d.lease, claimLease), cmp.Or(d.look, lookEvery)
	sending, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	var all sync.WaitGroup
	for _, s := range d.sinks {
		all.Go(func() { d.serve(ctx, sending, s) })
	}
	<-ctx.Done()
	grace := time.AfterFunc(sendGrace, cut)
	defer grace.Stop()
	all.Wait()
	return nil
}

// serve claims for one sink whenever a sender is free, and waits for the
// senders at the end.
func (d *Dispatcher) serve(ctx, sending context.Context, s *sinkRun) {
	var senders sync.WaitGroup
	defer senders.Wait()
	free := make(chan struct{}, sendAtOnce) // a token per busy sender
	tick := time.NewTicker(d.look)
	defer tick.Stop()
	s.kick()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-s.wake:
		}
		most := sendAtOnce - len(free)
		if most == 0 {
			continue // the next sender that is done wakes us
		}
		claimed, err := d.Store.ClaimDeliveries(ctx, leads.Claim{
			Sink: s.name, Owner: d.Owner, Most: most, Lease: d.lease, Wait: d.wait,
		})
		if err != nil && ctx.Err() == nil {
			d.Log.Error("looking for deliveries; it is tried again", "sink", s.name, "error", err)
			select {
			case <-ctx.Done():
			case <-time.After(lookAfterError):
			}
		}
		for _, c := range claimed {
			free <- struct{}{}
			senders.Go(func() {
				defer func() { <-free; s.kick() }()
				d.attempt(sending, s, c)
			})
		}
	}
}

// attempt sends one delivery and records what came of it.
func (d *Dispatcher) attempt(ctx context.Context, s *sinkRun, c leads.Claimed) {
	began := time.Now()
	err := d.send(ctx, s, c.Event)
	if err != nil && ctx.Err() != nil {
		err = errors.New("the hub stopped before the answer came") // whatever it was: not the sink's fault
	}
	v := Judge(c.Attempt, err)
	log := d.Log.With("sink", s.name, "delivery", c.DeliveryID, "event", c.Event.Type, "attempt", c.Attempt)
	switch v.State {
	case leads.DeliveryDead:
		log.Error("delivery is dead until it is replayed", "error", v.Error)
	case leads.DeliveryWaiting:
		log.Warn("delivery failed; it is tried again", "error", v.Error)
	}
	if err := d.record(context.WithoutCancel(ctx), c, v); err != nil {
		// The claim runs out, and the event is sent again under the same id.
		log.Error("an attempt is not recorded", "result", v.State, "error", err)
	}
	if d.Observe != nil {
		d.Observe(s.name, v.State, time.Since(began))
	}
}

// send calls the sink within the limit; a panic is an error.
func (d *Dispatcher) send(ctx context.Context, s *sinkRun, e leads.Event) (err error) {
	ctx, cancel := context.WithTimeout(ctx, sendLimit)
	defer cancel()
	defer func() {
		if v := recover(); v != nil {
			err = errors.New("the sink panicked")
			if re, ok := v.(runtime.Error); ok { // other values may hold what a customer wrote
				err = fmt.Errorf("the sink panicked: %w", re)
			}
			d.Log.Error("sink panicked", "sink", s.name, "error", err, "stack", string(debug.Stack()))
		}
	}()
	return s.sink.Deliver(ctx, e)
}

// record stores a verdict, again and again while the database is away.
func (d *Dispatcher) record(ctx context.Context, c leads.Claimed, v leads.Verdict) error {
	ctx, cancel := context.WithTimeout(ctx, recordLimit)
	defer cancel()
	for {
		err := d.Store.FinishDelivery(ctx, c, v)
		if err == nil || errors.Is(err, leads.ErrConflict) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(recordAgain):
		}
	}
}
