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
	// FinishDelivery stores the verdict of an attempt; leads.ErrConflict when the claim
	// has expired and another process sends it.
	FinishDelivery(ctx context.Context, c leads.Claimed, v leads.Verdict) error
}

// Timings of the dispatcher.
const (
	// sendAtOnce is the number of senders of one sink.
	sendAtOnce = 4
	// sendLimit bounds one attempt.
	sendLimit = 15 * time.Second
	// claimLease is longer than an attempt and its recording. The deliveries of a hub
	// that died are sent again after it.
	claimLease = 25 * time.Second
	// claimEvery is the time between two claims without a kick, and the precision of
	// planned attempts.
	claimEvery = time.Second
	// errorPause is the pause after an error of the database.
	errorPause = 3 * time.Second
	// recordLimit and recordAgain bound the tries to record an attempt.
	recordLimit = 8 * time.Second
	recordAgain = 250 * time.Millisecond
	// sendGrace is how long running attempts may take after the stop.
	sendGrace = 3 * time.Second
)

// Dispatcher delivers committed events to the sinks: at least once, in order per lead
// and sink. Each sink has its own senders, so that a sink that fails or hangs never
// delays another.
type Dispatcher struct {
	Store Deliveries
	Owner string // unique among all processes
	Log   *slog.Logger
	// Observe, if set, is called after each attempt, for metrics.
	Observe func(sink string, result leads.DeliveryState, took time.Duration)

	sinks []*sinkRun
	wait  func(attempt int) time.Duration // nil: WaitAfter
	lease time.Duration                   // 0: claimLease
	every time.Duration                   // 0: claimEvery
}

// sinkRun is one sink and its senders.
type sinkRun struct {
	name string
	sink leads.Sink
	wake chan struct{}
}

// Add adds a sink. Call it before Run.
func (d *Dispatcher) Add(name string, sink leads.Sink) {
	d.sinks = append(d.sinks, &sinkRun{name: name, sink: sink, wake: make(chan struct{}, 1)})
}

// Kick wakes the dispatcher after events were committed or a delivery was replayed. It
// never blocks.
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

// Run delivers until ctx ends. Running attempts then have sendGrace to end; the others
// are cancelled and tried again later.
func (d *Dispatcher) Run(ctx context.Context) error {
	if d.wait == nil {
		d.wait = func(attempt int) time.Duration { return WaitAfter(attempt, rand.Float64()) }
	}
	d.lease, d.every = cmp.Or(d.lease, claimLease), cmp.Or(d.every, claimEvery)
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

// serve claims deliveries of one sink whenever a sender is free, and waits for the
// senders at the end.
func (d *Dispatcher) serve(ctx, sending context.Context, s *sinkRun) {
	var senders sync.WaitGroup
	defer senders.Wait()
	free := make(chan struct{}, sendAtOnce) // a token per busy sender
	tick := time.NewTicker(d.every)
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
			case <-time.After(errorPause):
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

// attempt sends one delivery and records the verdict.
func (d *Dispatcher) attempt(ctx context.Context, s *sinkRun, c leads.Claimed) {
	began := time.Now()
	err := d.send(ctx, s, c.Event)
	if err != nil && ctx.Err() != nil {
		err = errors.New("the hub stopped before the answer came") // not an error of the sink
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

// record stores a verdict, with retries while the database is down.
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
