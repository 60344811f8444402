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
	dialPoll        = time.Second     // without a KickDials
	dialWithin      = 5 * time.Second // from taking a dial to the exchange's answer
	exchangeTimeout = 5 * time.Second // how long a dial waits for an exchange that is out of reach
	// eventTimeout is how long the placer waits for an event of a dial that the
	// exchange has, before it asks for the dial's channel.
	eventTimeout = 5 * time.Second
)

// placer places the calls that users ask for and follows them. A dial is marked as
// taken before it is sent to the exchange and is never sent again. Its progress
// comes from the tracker, or else from asking for its channel.
type placer struct {
	*connector
	log *slog.Logger

	mu           sync.Mutex
	dials        map[string]leads.Dial // taken and not ended, by id
	unsaved      map[string]progress   // not stored yet, by id of the dial
	followed     map[string]bool       // dials that the tracker has reported on
	placed       map[string]time.Time  // when the exchange took the dial; zero: the request is in flight
	waitingSince map[string]time.Time  // of dials that wait for an exchange out of reach
	online       time.Time             // since when the exchange is connected; zero: it is not
}

// progress is how far a dial has come.
type progress struct {
	id     string
	state  leads.DialState
	reason leads.DialReason
}

func newPlacer(c *connector) *placer {
	return &placer{
		connector: c, log: c.log, dials: map[string]leads.Dial{}, unsaved: map[string]progress{}, followed: map[string]bool{},
		placed: map[string]time.Time{}, waitingSince: map[string]time.Time{},
	}
}

// dialFor returns the dial that has originated a channel.
func (d *placer) dialFor(channel string) (leads.Dial, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	o, ok := d.dials[channel]
	return o, ok
}

// addProgress adds progress to be stored. It never blocks.
func (d *placer) addProgress(list []progress) {
	if len(list) == 0 {
		return
	}
	d.mu.Lock()
	for _, p := range list {
		d.unsaved[p.id], d.followed[p.id] = p, true
	}
	d.mu.Unlock()
	d.KickDials()
}

// setOnline sets whether the exchange is connected.
func (d *placer) setOnline(yes bool) {
	d.mu.Lock()
	d.online = time.Time{}
	if yes {
		d.online = time.Now()
	}
	d.mu.Unlock()
	d.KickDials()
}

// run works until ctx ends, and then waits for requests in flight.
func (d *placer) run(ctx context.Context) {
	var placing sync.WaitGroup
	defer placing.Wait()
	tick := time.NewTicker(dialPoll)
	defer tick.Stop()
	for {
		d.store(ctx)
		open, err := d.env.Calls.Dials.Open(ctx)
		if err != nil && ctx.Err() == nil {
			d.log.Warn("dials could not be read, trying again", "err", err)
		}
		for _, o := range open {
			d.advance(ctx, o, &placing)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-d.kick:
		}
	}
}

// loadDials loads the dials of an earlier run before their channels are seen.
func (d *placer) loadDials(ctx context.Context) {
	open, err := d.env.Calls.Dials.Open(ctx)
	if err != nil {
		return // run tries again
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, o := range open {
		if o.State != leads.DialAsked {
			d.dials[o.ID] = o
		}
	}
}

// store stores the unsaved progress; what fails is retried at the next turn.
func (d *placer) store(ctx context.Context) {
	d.mu.Lock()
	news := make([]progress, 0, len(d.unsaved))
	for _, p := range d.unsaved {
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
		if d.unsaved[p.id] == p {
			delete(d.unsaved, p.id)
			if p.state.Over() {
				delete(d.dials, p.id)
				delete(d.followed, p.id)
				delete(d.placed, p.id)
			}
		}
		d.mu.Unlock()
	}
}

// advance places, cancels or checks an open dial.
func (d *placer) advance(ctx context.Context, o leads.Dial, placing *sync.WaitGroup) {
	if o.State == leads.DialAsked {
		d.start(ctx, o, placing)
		return
	}
	d.mu.Lock()
	placed, mine := d.placed[o.ID]
	if !mine {
		d.dials[o.ID] = o // of an earlier run, or of another hub before
	}
	_, told := d.unsaved[o.ID]
	unseen := !d.followed[o.ID] && !told && !d.online.IsZero() && time.Since(d.online) > eventTimeout && time.Since(placed) > eventTimeout
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
		d.concludeUnseen(ctx, o)
	}
}

// start places a new dial, or gives it up when the exchange stays out of reach.
func (d *placer) start(ctx context.Context, o leads.Dial, placing *sync.WaitGroup) {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, mine := d.placed[o.ID]
	waits, known := d.waitingSince[o.ID]
	switch {
	case mine: // at work
	case !d.online.IsZero():
		delete(d.waitingSince, o.ID)
		d.placed[o.ID] = time.Time{}
		placing.Go(func() { d.place(ctx, o) })
	case !known:
		d.waitingSince[o.ID] = time.Now()
	case time.Since(waits) > exchangeTimeout:
		delete(d.waitingSince, o.ID)
		d.unsaved[o.ID] = progress{o.ID, leads.DialFailed, leads.DialExchangeAway}
	}
}

// place sends one dial to the exchange, once.
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
			delete(d.dials, o.ID)
		}
		d.mu.Unlock()
		if reason != "" {
			d.addProgress([]progress{{o.ID, leads.DialFailed, reason}})
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
	d.dials[o.ID] = o
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

// concludeUnseen ends a dial without events if the exchange has no channel of it.
func (d *placer) concludeUnseen(ctx context.Context, o leads.Dial) {
	lives, err := d.rest.channelExists(ctx, o.ID)
	if err != nil || lives {
		return
	}
	if o.Answered {
		d.addProgress([]progress{{o.ID, leads.DialEnded, ""}})
	} else {
		d.addProgress([]progress{{o.ID, leads.DialFailed, leads.DialLost}})
	}
}
