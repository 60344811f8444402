package asterisk

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"ctihub/connectors"
	"ctihub/leads"
)

// connector is one exchange.
type connector struct {
	env   connectors.Env
	plan  plan
	files soundFiles
	// token lets the dialplan ask for the route; empty: nobody may.
	token string
	// within is how long the dialplan waits for the route, at most.
	within time.Duration
	// dialling lets users place calls; nil: they cannot.
	dialling *dialSettings
	queues   *queues       // in which people are paused; nil: none
	kick     chan struct{} // wakes the placer
	app      string
	cel      string           // file of the exchange's own journal; empty: none
	copies   *copies          // of a journal that "ctihub cel ship" sends; nil: it is not sent
	since    func() time.Time // of a shipped journal: what is not newer is history; nil: the journal is here
	log      *slog.Logger
	rest     *rest
	tail     atomic.Pointer[celTail]    // of the run at work; nil: none, or no journal
	seen     atomic.Pointer[checkpoint] // whose open calls the exchange shows; nil: it is out of reach
}

// Reconnecting.
const (
	firstBackoff   = 200 * time.Millisecond
	longestBackoff = 5 * time.Second
	steady         = 10 * time.Second // a connection that lasts this long proves that all is well
	// A call that rings while the exchange is out of reach is ended as
	// interrupted after this time: nobody rings that long, and no card should.
	ringsUnseen = time.Minute
)

// Run follows the exchange's calls until ctx ends.
func (c *connector) Run(ctx context.Context, in leads.Inbox) error {
	if c.copies != nil {
		if err := os.MkdirAll(c.copies.dir, 0o700); err != nil {
			return fmt.Errorf("making room for the journal: %w", err)
		}
	}
	cursor, err := in.Cursor(ctx)
	if err != nil {
		return fmt.Errorf("reading the cursor: %w", err)
	}
	j, err := newCheckpoint(cursor)
	if err != nil {
		return err
	}
	w := &watch{
		connector: c, tracker: newTracker(&c.plan), out: newDelivery(in, c.log, j), prior: len(j.open) > 0,
		gaps: newGapLog(c.env), health: &reports{env: c.env}, heard: j.alive,
		devices: map[string]leads.DeviceState{},
	}
	defer w.out.close()
	defer w.snoops.work.Wait()
	var working sync.WaitGroup
	defer working.Wait()
	if c.cel == "" {
		w.health.reading(leads.JournalState{State: leads.JournalNone})
	} else {
		w.tail = newCelTail(c.cel, &c.plan, in, c.log, j)
		w.tail.since, w.tail.reader.sent = c.since, c.since != nil
		w.tail.now, w.tail.report = c.env.Now, w.health.reading
		w.tail.passed = func(at time.Time) { w.gaps.told(ctx, at) }
		w.tail.missed = w.gaps.missed
		c.tail.Store(w.tail)
		defer c.tail.Store(nil)
		working.Go(func() { w.tail.run(ctx) })
	}
	working.Go(func() { j.live(ctx, in) })
	working.Go(func() { w.gaps.run(ctx) })
	if c.dials() {
		w.placer = newPlacer(c)
		w.placer.remember(ctx)
		w.tracker.orders = w.placer.order
		working.Go(func() { w.placer.run(ctx) })
	}
	if w.pauser = newPauser(c, in, j, w.health); w.pauser != nil {
		working.Go(func() { w.pauser.run(ctx) })
	}
	backoff := firstBackoff
	lost := c.env.Now()
	for ctx.Err() == nil {
		began := c.env.Now()
		connected, err := w.follow(ctx)
		if ctx.Err() != nil {
			break
		}
		if connected {
			lost = c.env.Now()
			w.blind = true
			if lost.Sub(began) > steady {
				backoff = firstBackoff
			}
		}
		words := c.rest.inWords(err)
		c.log.Warn("exchange out of reach", "err", words, "retry", backoff)
		w.health.connection(words)
		w.forgetDevices(ctx)
		if c.env.Now().Sub(lost) > ringsUnseen {
			w.offer(w.tracker.interrupt(true)...)
			w.endPrior(c.env.Now())
		}
		select {
		case <-ctx.Done():
		case <-time.After(backoff/2 + rand.N(backoff/2)):
		}
		backoff = min(2*backoff, longestBackoff)
	}
	return nil
}

// watch is what outlives a connection: the calls and their delivery.
type watch struct {
	*connector
	tracker *tracker
	out     *delivery
	boot    time.Time                    // when the exchange started
	tail    *celTail                     // nil: the exchange's own journal is not read
	prior   bool                         // calls of an earlier run may be open in storage
	devices map[string]leads.DeviceState // of extensions, as stored
	placer  *placer                      // nil: nobody dials
	pauser  *pauser                      // nil: no queue is paused
	snoops  snoops
	gaps    *gapLog
	health  *reports
	heard   time.Time // when the exchange was last heard of, also by an earlier run; zero: never
	blind   bool      // this run saw the exchange before, and then no more
}

// hear notes a sign of life.
func (w *watch) hear() {
	w.heard = w.env.Now()
	w.out.checkpoint.heard(w.heard)
}

// seesAgain notes the gap that ends now.
func (w *watch) seesAgain(boot, at time.Time) {
	cause := leads.GapHub
	switch {
	case w.heard.IsZero():
		return
	case boot.After(w.heard):
		cause = leads.GapExchange
	case w.blind:
		cause = leads.GapConnection
	}
	w.gaps.missed(leads.Gap{Cause: cause, From: w.heard, Until: at})
}

func (w *watch) offer(changed ...snapshot) {
	for _, s := range changed {
		if s.State == leads.CallEnded || !w.plan.isBarredCall(s.Call) {
			w.out.offer(w.plan.touch(s))
			w.snoop(s.Call)
		}
		if s.State == leads.CallEnded && s.Disposition != leads.Interrupted {
			w.tail.callEnded()
		}
	}
	if w.placer != nil {
		w.placer.note(w.tracker.progressed)
	}
	w.tracker.progressed = nil
}

// follow connects and works until the connection ends. It reports whether it
// ever was connected.
func (w *watch) follow(ctx context.Context) (connected bool, err error) {
	l, err := openLink(ctx, w.rest, w.log)
	if err != nil {
		return false, err
	}
	defer l.close()
	if err := w.catchUp(l); err != nil {
		return false, err
	}
	w.log.Info("following the exchange", "started", w.boot)
	w.seesAgain(w.boot, w.env.Now())
	w.hear()
	w.health.connection(nil)
	w.seen.Store(w.out.checkpoint)
	defer w.seen.Store(nil)
	if w.placer != nil {
		w.placer.connected(true)
		defer w.placer.connected(false)
	}
	if w.pauser != nil {
		w.pauser.connected(true)
		defer w.pauser.connected(false)
	}
	var devices sync.WaitGroup
	watching, stop := context.WithCancel(ctx)
	devices.Go(func() { w.watchDevices(watching) })
	defer devices.Wait()
	defer stop()
	blind := false
	dropped := int64(0)
	for raw := range l.queue {
		w.hear()
		e, ok, gap := l.understand(raw)
		if n := l.lost.Load(); n > dropped || gap {
			dropped = n
			w.log.Warn("events were lost, reading the exchange anew", "dropped", n)
			held := l.waiting()
			if ok {
				held = append([]event{e}, held...)
			}
			if err := w.catchUp(l, held...); err != nil {
				return true, err
			}
			continue
		}
		if !ok {
			continue
		}
		if e.kind == "ChannelCreated" && e.ch.linkedid == "" && !blind {
			blind = true
			w.health.connection(errNoLinkedid)
		}
		if err := w.take(l, e); err != nil {
			return true, err
		}
		if w.tracker.needsResync {
			if err := w.catchUp(l, l.waiting()...); err != nil {
				return true, err
			}
		}
	}
	return true, l.err()
}

// take handles one event.
func (w *watch) take(l *link, e event) error {
	switch e.kind {
	case "ApplicationReplaced":
		return errReplaced
	case "ChannelUserevent":
		select {
		case l.beat <- e.user:
		default:
		}
		return nil
	}
	w.offer(w.tracker.handle(e)...)
	return nil
}

// catchUp reads the exchange's state and then the events that came meanwhile.
// A user event of ours marks where the events reach the state that was read.
func (w *watch) catchUp(l *link, held ...event) error {
	if err := w.rest.subscribe(l.ctx); err != nil {
		return err
	}
	if err := w.rest.filter(l.ctx); err != nil {
		w.log.Debug("the exchange sends all kinds of events", "err", err)
	}
	boot, err := w.rest.boot(l.ctx)
	if err != nil {
		return err
	}
	v, err := w.rest.view(l.ctx)
	if err != nil {
		return err
	}
	v.at = w.env.Now()
	mark := beatName()
	if err := w.rest.ping(l.ctx, mark); err != nil {
		return err
	}
	events, err := l.until(mark)
	if err != nil {
		return err
	}
	events = append(held, events...)
	destroyed := make(map[string]bool)
	for _, e := range events {
		if e.kind == "ChannelDestroyed" {
			destroyed[e.ch.id] = true
		}
	}
	if !w.boot.IsZero() && !boot.Equal(w.boot) {
		w.offer(w.tracker.interrupt(false)...)
	}
	w.boot = boot
	w.tail.booted(boot)
	w.offer(w.tracker.sync(v, destroyed)...)
	for _, e := range events {
		if err := w.take(l, e); err != nil {
			return err
		}
	}
	w.endPrior(v.at)
	return nil
}

// endPrior ends, once, the calls of an earlier run that are not there any more.
func (w *watch) endPrior(at time.Time) {
	if w.prior {
		w.prior = false
		w.offer(w.out.checkpoint.left(w.tracker.knows, w.boot, at)...)
	}
}

// waiting takes the events that are in the queue, so that there is room.
func (l *link) waiting() (events []event) {
	for len(l.queue) > 0 {
		if e, ok, _ := l.understand(<-l.queue); ok {
			events = append(events, e)
		}
	}
	return events
}

// until collects the events up to the one that marks the end.
func (l *link) until(mark string) ([]event, error) {
	late := time.NewTimer(beatWithin)
	defer late.Stop()
	var events []event
	for {
		select {
		case raw, open := <-l.queue:
			if !open {
				return nil, l.err()
			}
			e, ok, _ := l.understand(raw)
			switch {
			case ok && e.user == mark:
				return events, nil
			case ok:
				events = append(events, e)
			}
		case <-late.C:
			return nil, errDeaf
		case <-l.ctx.Done():
			return nil, l.err()
		}
	}
}
