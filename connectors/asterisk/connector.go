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
	// within limits how long the dialplan waits for the route.
	within time.Duration
	// dialling lets users place calls; nil: they cannot.
	dialling *dialSettings
	queues   *queues       // in which people are paused; nil: none
	kick     chan struct{} // wakes the placer
	app      string
	cel      string           // file of the exchange's own journal; empty: none
	copies   *shippedJournal  // of a journal that "ctihub cel ship" sends; nil: it is not sent
	since    func() time.Time // of a shipped journal: rows that are not newer are skipped; nil: the journal is local
	log      *slog.Logger
	rest     *rest
	tail     atomic.Pointer[celTail]    // of the present run; nil: none, or no journal
	visible  atomic.Pointer[checkpoint] // whose open calls the exchange shows; nil: it is out of reach
}

// Reconnecting.
const (
	firstBackoff   = 200 * time.Millisecond
	longestBackoff = 5 * time.Second
	stableAfter    = 10 * time.Second // a connection that lasts this long resets the backoff
	// A call that rings while the exchange is out of reach is ended as
	// interrupted after this time: no call rings that long, and no card should.
	endRingingAfter = time.Minute
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
		connector: c, tracker: newTracker(&c.plan), out: newDelivery(in, c.log, j), priorCalls: len(j.open) > 0,
		gaps: newGapLog(c.env), health: &healthReports{env: c.env}, lastAlive: j.alive,
		devices: map[string]leads.DeviceState{},
	}
	defer w.out.close()
	defer w.snoops.work.Wait()
	var working sync.WaitGroup
	defer working.Wait()
	if c.cel == "" {
		w.health.setJournal(leads.JournalState{State: leads.JournalNone})
	} else {
		w.tail = newCelTail(c.cel, &c.plan, in, c.log, j)
		w.tail.since, w.tail.reader.shipped = c.since, c.since != nil
		w.tail.now, w.tail.report = c.env.Now, w.health.setJournal
		w.tail.onCaughtUp = func(at time.Time) { w.gaps.fillUntil(ctx, at) }
		w.tail.onGap = w.gaps.add
		c.tail.Store(w.tail)
		defer c.tail.Store(nil)
		working.Go(func() { w.tail.run(ctx) })
	}
	working.Go(func() { j.storeAlive(ctx, in) })
	working.Go(func() { w.gaps.run(ctx) })
	if c.dials() {
		w.placer = newPlacer(c)
		w.placer.loadDials(ctx)
		w.tracker.findDial = w.placer.dialFor
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
			w.wasConnected = true
			if lost.Sub(began) > stableAfter {
				backoff = firstBackoff
			}
		}
		words := c.rest.inWords(err)
		c.log.Warn("exchange out of reach", "err", words, "retry", backoff)
		w.health.setConnection(words)
		w.markDevicesUnknown(ctx)
		if c.env.Now().Sub(lost) > endRingingAfter {
			w.offer(w.tracker.interruptCalls(true)...)
			w.endPriorCalls(c.env.Now())
		}
		select {
		case <-ctx.Done():
		case <-time.After(backoff/2 + rand.N(backoff/2)):
		}
		backoff = min(2*backoff, longestBackoff)
	}
	return nil
}

// watch is the state of a run that outlives a connection: the calls and their delivery.
type watch struct {
	*connector
	tracker      *tracker
	out          *delivery
	boot         time.Time                    // when the exchange started
	tail         *celTail                     // nil: the exchange's own journal is not read
	priorCalls   bool                         // calls of an earlier run may still be open in storage
	devices      map[string]leads.DeviceState // of extensions, as stored
	placer       *placer                      // nil: nobody dials
	pauser       *pauser                      // nil: no queue is paused
	snoops       snoops
	gaps         *gapLog
	health       *healthReports
	lastAlive    time.Time // when the exchange was last heard of, also by an earlier run; zero: never
	wasConnected bool      // this run was connected before
}

// noteAlive records that the exchange was heard of now.
func (w *watch) noteAlive() {
	w.lastAlive = w.env.Now()
	w.out.checkpoint.setAlive(w.lastAlive)
}

// reportGap reports the gap that ends now.
func (w *watch) reportGap(boot, at time.Time) {
	cause := leads.GapHub
	switch {
	case w.lastAlive.IsZero():
		return
	case boot.After(w.lastAlive):
		cause = leads.GapExchange
	case w.wasConnected:
		cause = leads.GapConnection
	}
	w.gaps.add(leads.Gap{Cause: cause, From: w.lastAlive, Until: at})
}

func (w *watch) offer(changed ...snapshot) {
	for _, s := range changed {
		if s.State == leads.CallEnded || !w.plan.isBarredCall(s.Call) {
			w.out.offer(w.plan.touch(s))
			w.snoop(s.Call)
		}
		if s.State == leads.CallEnded && s.Disposition != leads.Interrupted {
			w.tail.noteCallEnded()
		}
	}
	if w.placer != nil {
		w.placer.addProgress(w.tracker.progressed)
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
	w.reportGap(w.boot, w.env.Now())
	w.noteAlive()
	w.health.setConnection(nil)
	w.visible.Store(w.out.checkpoint)
	defer w.visible.Store(nil)
	if w.placer != nil {
		w.placer.setOnline(true)
		defer w.placer.setOnline(false)
	}
	if w.pauser != nil {
		w.pauser.setOnline(true)
		defer w.pauser.setOnline(false)
	}
	var devices sync.WaitGroup
	watching, stop := context.WithCancel(ctx)
	devices.Go(func() { w.watchDevices(watching) })
	defer devices.Wait()
	defer stop()
	noLinkedid := false
	dropped := int64(0)
	for raw := range l.queue {
		w.noteAlive()
		e, ok, gap := l.decodeEvent(raw)
		if n := l.dropped.Load(); n > dropped || gap {
			dropped = n
			w.log.Warn("events were lost, reading the exchange anew", "dropped", n)
			held := l.drain()
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
		if e.kind == "ChannelCreated" && e.ch.linkedid == "" && !noLinkedid {
			noLinkedid = true
			w.health.setConnection(errNoLinkedid)
		}
		if err := w.take(l, e); err != nil {
			return true, err
		}
		if w.tracker.needsResync {
			if err := w.catchUp(l, l.drain()...); err != nil {
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
	events, err := l.collectUntil(mark)
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
		w.offer(w.tracker.interruptCalls(false)...)
	}
	w.boot = boot
	w.tail.exchangeBooted(boot)
	w.offer(w.tracker.sync(v, destroyed)...)
	for _, e := range events {
		if err := w.take(l, e); err != nil {
			return err
		}
	}
	w.endPriorCalls(v.at)
	return nil
}

// endPriorCalls ends, once, the calls of an earlier run that the exchange no longer has.
func (w *watch) endPriorCalls(at time.Time) {
	if w.priorCalls {
		w.priorCalls = false
		w.offer(w.out.checkpoint.callsGoneAtExchange(w.tracker.hasCall, w.boot, at)...)
	}
}

// drain takes all events out of the queue, to make room.
func (l *link) drain() (events []event) {
	for len(l.queue) > 0 {
		if e, ok, _ := l.decodeEvent(<-l.queue); ok {
			events = append(events, e)
		}
	}
	return events
}

// collectUntil collects the events up to the user event named mark.
func (l *link) collectUntil(mark string) ([]event, error) {
	late := time.NewTimer(beatWithin)
	defer late.Stop()
	var events []event
	for {
		select {
		case raw, open := <-l.queue:
			if !open {
				return nil, l.err()
			}
			e, ok, _ := l.decodeEvent(raw)
			switch {
			case ok && e.user == mark:
				return events, nil
			case ok:
				events = append(events, e)
			}
		case <-late.C:
			return nil, errNoEvents
		case <-l.ctx.Done():
			return nil, l.err()
		}
	}
}
