package asterisk

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"ctihub/leads"
)

// Times of dialling.
const (
	lookForDials = time.Second     // when nobody kicks
	dialWithin   = 5 * time.Second // from taking a dial to the exchange's answer
	awayPatience = 5 * time.Second // a dial waits that long for an exchange that is out of reach
	// unseenPatience is how long a dial that the exchange has may go without an
	// event before the exchange is asked for it.
	unseenPatience = 5 * time.Second
)

// placer places the calls that users ask for and follows them. A dial is marked
// as taken before the exchange hears of it and is never given to it again;
// what became of it is told by the tracker, or else by asking for its channel.
type placer struct {
	*connector
	log *slog.Logger

	mu     sync.Mutex
	orders map[string]leads.Dial // taken, not over
	news   map[string]progress   // not stored yet
	seen   map[string]bool       // the tracker follows it
	placed map[string]time.Time  // when the exchange answered; zero: it is being asked
	since  map[string]time.Time  // asked, and waiting for the exchange since
	online time.Time             // since when events come; zero: they do not
}

// progress is how far a dial has come.
type progress struct {
	id     string
	state  leads.DialState
	reason leads.DialReason
}

func newPlacer(c *connector) *placer {
	return &placer{
		connector: c, log: c.log, orders: map[string]leads.Dial{}, news: map[string]progress{}, seen: map[string]bool{},
		placed: map[string]time.Time{}, since: map[string]time.Time{},
	}
}

// order returns the dial whose channel this is.
func (d *placer) order(channel string) (leads.Dial, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	o, ok := d.orders[channel]
	return o, ok
}

// note takes what the tracker saw. It never blocks.
func (d *placer) note(list []progress) {
	if len(list) == 0 {
		return
	}
	d.mu.Lock()
	for _, p := range list {
		d.news[p.id], d.seen[p.id] = p, true
	}
	d.mu.Unlock()
	d.KickDials()
}

// connected notes whether events come.
func (d *placer) connected(yes bool) {
	d.mu.Lock()
	d.online = time.Time{}
	if yes {
		d.online = time.Now()
	}
	d.mu.Unlock()
	d.KickDials()
}

// run works until ctx ends and what it has begun is done.
func (d *placer) run(ctx context.Context) {
	var placing sync.WaitGroup
	defer placing.Wait()
	tick := time.NewTicker(lookForDials)
	defer tick.Stop()
	for {
		d.store(ctx)
		open, err := d.env.Calls.Dials.Open(ctx)
		if err != nil && ctx.Err() == nil {
			d.log.Warn("dials could not be read, trying again", "err", err)
		}
		for _, o := range open {
			d.look(ctx, o, &placing)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-d.kick:
		}
	}
}

// remember makes the dials of an earlier run known before their channels are
// seen.
func (d *placer) remember(ctx context.Context) {
	open, err := d.env.Calls.Dials.Open(ctx)
	if err != nil {
		return // run tries again
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, o := range open {
		if o.State != leads.DialAsked {
			d.orders[o.ID] = o
		}
	}
}

// store writes down what is new; what fails is tried again at the next look.
func (d *placer) store(ctx context.Context) {
	d.mu.Lock()
	news := make([]progress, 0, len(d.news))
	for _, p := range d.news {
		news = append(news, p)
	}
	d.mu.Unlock()
	for _, p := range news {
		if err := d.env.Calls.Dials.Move(ctx, p.id, p.state, p.reason); err != nil {
			if ctx.Err() == nil {
				d.log.Warn("the progress of a dial could not be stored, trying again", "dial", p.id, "err", err)
			}
			continue
		}
		d.mu.Lock()
		if d.news[p.id] == p {
			delete(d.news, p.id)
			if p.state.Over() {
				delete(d.orders, p.id)
				delete(d.seen, p.id)
				delete(d.placed, p.id)
			}
		}
		d.mu.Unlock()
	}
}

// look does what an open dial needs.
func (d *placer) look(ctx context.Context, o leads.Dial, placing *sync.WaitGroup) {
	if o.State == leads.DialAsked {
		d.begin(ctx, o, placing)
		return
	}
	d.mu.Lock()
	placed, mine := d.placed[o.ID]
	if !mine {
		d.orders[o.ID] = o // of an earlier run, or of another hub before
	}
	_, told := d.news[o.ID]
	unseen := !d.seen[o.ID] && !told && !d.online.IsZero() && time.Since(d.online) > unseenPatience && time.Since(placed) > unseenPatience
	atWork := mine && placed.IsZero()
	d.mu.Unlock()
	if atWork {
		return
	}
	if o.Cancelled {
		if err := d.Hangup(ctx, o.ID); err != nil && !errors.Is(err, leads.ErrNotFound) && ctx.Err() == nil {
			d.log.Warn("a dial could not be cancelled, trying again", "dial", o.ID, "err", d.rest.inWords(err))
		}
	}
	if unseen {
		d.conclude(ctx, o)
	}
}

// begin places a dial that was only asked for, or gives it up when the exchange
// stays out of reach.
func (d *placer) begin(ctx context.Context, o leads.Dial, placing *sync.WaitGroup) {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, mine := d.placed[o.ID]
	waits, known := d.since[o.ID]
	switch {
	case mine: // at work
	case !d.online.IsZero():
		delete(d.since, o.ID)
		d.placed[o.ID] = time.Time{}
		placing.Go(func() { d.place(ctx, o) })
	case !known:
		d.since[o.ID] = time.Now()
	case time.Since(waits) > awayPatience:
		delete(d.since, o.ID)
		d.news[o.ID] = progress{o.ID, leads.DialFailed, leads.DialExchangeAway}
	}
}

// place gives one dial to the exchange, once.
func (d *placer) place(ctx context.Context, o leads.Dial) {
	ctx, cancel := context.WithTimeout(ctx, dialWithin)
	defer cancel()
	taken, reason := false, leads.DialRefused
	defer func() {
		d.mu.Lock()
		if taken {
			d.placed[o.ID] = time.Now()
		} else {
			delete(d.placed, o.ID)
			delete(d.orders, o.ID)
		}
		d.mu.Unlock()
		if reason != "" {
			d.note([]progress{{o.ID, leads.DialFailed, reason}})
		} else {
			d.KickDials() // it may have been cancelled meanwhile
		}
	}()
	_, err := d.CheckNumber(o.Number)
	number, wrong := d.plan.dialOut(o.Number)
	device, safe := d.plan.device.of(o.Extension)
	if err != nil || wrong != nil || !safe {
		return
	}
	d.mu.Lock()
	d.orders[o.ID] = o
	d.mu.Unlock()
	reason = ""
	if err := d.env.Calls.Dials.Take(ctx, o.ID); err != nil {
		if !errors.Is(err, leads.ErrConflict) {
			d.log.Warn("a dial could not be taken, trying again", "dial", o.ID, "err", err)
		}
		return
	}
	taken = true
	if ctx.Err() == nil {
		reason = d.dialNow(ctx, o, device, number)
	}
}

// conclude asks the exchange for a dial of which no events came.
func (d *placer) conclude(ctx context.Context, o leads.Dial) {
	lives, err := d.rest.lives(ctx, o.ID)
	if err != nil || lives {
		return
	}
	if o.Answered {
		d.note([]progress{{o.ID, leads.DialEnded, ""}})
	} else {
		d.note([]progress{{o.ID, leads.DialFailed, leads.DialLost}})
	}
}
