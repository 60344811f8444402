package asterisk

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"ctihub/leads"
)

// checkpoint keeps the open calls in the source's cursor, so that a restarted hub
// can end those that the exchange no longer has.
//
// A stored cursor has a call no later than the call's first touch is stored. It may
// also have calls that have ended: to end a call twice changes nothing.
type checkpoint struct {
	mu      sync.Mutex
	open    map[string]openCall
	saved   map[string]bool
	paused  map[queueMember]bool // queue members that this source has paused or is about to pause
	cel     *celPosition         // position up to which the exchange's journal is stored; nil: never read
	alive   time.Time            // when the exchange was last heard of
	writing chan struct{}        // held by the one Put that carries a cursor
}

// openCall is what a cursor keeps of a call, to end it after a restart.
type openCall struct {
	Direction leads.Direction `json:"d"`
	From      string          `json:"f,omitempty"`
	To        string          `json:"t,omitempty"`
	DID       string          `json:"n,omitempty"`
	Started   time.Time       `json:"s"`
}

// cursorFormat is the cursor's content.
type cursorFormat struct {
	Open map[string]openCall `json:"open"`
	CEL  *celPosition        `json:"cel,omitempty"`
	// Alive is when the exchange was last heard of; at most aliveEvery too early.
	Alive  time.Time     `json:"alive,omitzero"`
	Paused []queueMember `json:"paused,omitempty"`
}

func newCheckpoint(cursor string) (*checkpoint, error) {
	var c cursorFormat
	if cursor != "" {
		if err := json.Unmarshal([]byte(cursor), &c); err != nil {
			return nil, fmt.Errorf("reading the cursor: %w", err)
		}
	}
	p := &checkpoint{open: map[string]openCall{}, saved: map[string]bool{}, paused: map[queueMember]bool{}, cel: c.CEL, alive: c.Alive, writing: make(chan struct{}, 1)}
	for id, o := range c.Open {
		p.open[id], p.saved[id] = o, true
	}
	for _, m := range c.Paused {
		p.paused[m] = true
	}
	return p, nil
}

// add adds a call that is about to be stored.
func (p *checkpoint) add(c leads.Call) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, known := p.open[c.Linkedid]; !known && c.State != leads.CallEnded {
		p.open[c.Linkedid] = openCall{c.Direction, c.From, c.To, c.DID, c.Started}
	}
}

// forget removes a call whose end is stored.
func (p *checkpoint) forget(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.open, id)
}

// cursor returns the cursor that must be stored together with a call's touch,
// empty if there is no need, and a function to call after storing.
func (p *checkpoint) cursor(id string) (cursor string, stored func(ok bool)) {
	if p.isSaved(id) {
		return "", func(bool) {}
	}
	p.writing <- struct{}{}
	if p.isSaved(id) { // saved by the Put that we waited for
		<-p.writing
		return "", func(bool) {}
	}
	p.mu.Lock()
	names := make(map[string]bool, len(p.open))
	for id := range p.open {
		names[id] = true
	}
	b, err := json.Marshal(cursorFormat{p.open, p.cel, p.alive, slices.Collect(maps.Keys(p.paused))})
	p.mu.Unlock()
	return string(b), func(ok bool) {
		if ok && err == nil {
			p.mu.Lock()
			p.saved = names
			p.mu.Unlock()
		}
		<-p.writing
	}
}

// position returns up to where the exchange's journal is stored.
func (p *checkpoint) position() (celPosition, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cel == nil {
		return celPosition{}, false
	}
	return *p.cel, true
}

// cursorAt returns the cursor with a new position in the exchange's journal (nil:
// the position as before), and a function to call after storing. No other cursor is
// stored in between.
func (p *checkpoint) cursorAt(at *celPosition) (cursor string, stored func(ok bool)) {
	p.writing <- struct{}{}
	p.mu.Lock()
	if at == nil {
		at = p.cel
	}
	names := make(map[string]bool, len(p.open))
	for id := range p.open {
		names[id] = true
	}
	b, err := json.Marshal(cursorFormat{p.open, at, p.alive, slices.Collect(maps.Keys(p.paused))})
	p.mu.Unlock()
	return string(b), func(ok bool) {
		if ok && err == nil {
			p.mu.Lock()
			p.saved, p.cel = names, at
			p.mu.Unlock()
		}
		<-p.writing
	}
}

// setAlive sets when the exchange was last heard of.
func (p *checkpoint) setAlive(at time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.alive = at
}

// aliveEvery is how often alive is stored. A gap after the hub was killed is shown
// longer than it was by up to this time.
const aliveEvery = 15 * time.Second

// storeAlive stores alive every aliveEvery until ctx ends.
func (p *checkpoint) storeAlive(ctx context.Context, in leads.Inbox) {
	var stored time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(aliveEvery):
		}
		p.mu.Lock()
		alive := p.alive
		p.mu.Unlock()
		if alive.Equal(stored) {
			continue
		}
		cursor, done := p.cursorAt(nil)
		err := in.Put(ctx, cursor)
		if done(err == nil); err == nil {
			stored = alive
		}
	}
}

// pausedMembers returns the queue members that this source has paused.
func (p *checkpoint) pausedMembers() map[queueMember]bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Clone(p.paused)
}

// storePauses stores which queue members this source has begun and ended to pause.
// After an error begun counts as paused nevertheless.
func (p *checkpoint) storePauses(ctx context.Context, in leads.Inbox, begun, ended []queueMember) error {
	p.mu.Lock()
	for _, m := range ended {
		delete(p.paused, m)
	}
	for _, m := range begun {
		p.paused[m] = true
	}
	p.mu.Unlock()
	cursor, done := p.cursorAt(nil)
	err := in.Put(ctx, cursor)
	done(err == nil)
	return err
}

// FollowsCall reports whether the call is open at the exchange now.
func (c *connector) FollowsCall(linkedid string) bool {
	p := c.visible.Load()
	return p != nil && p.isOpen(linkedid)
}

func (p *checkpoint) isOpen(id string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, open := p.open[id]
	return open
}

// isSaved reports whether a stored cursor has the call, or the call is not open.
func (p *checkpoint) isSaved(id string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, open := p.open[id]
	return !open || p.saved[id]
}

// callsGoneAtExchange returns the open calls that the exchange no longer has, ended
// as interrupted: at the exchange's restart (boot) if it came after the call's start,
// otherwise at the present time. What else is stored of them stays.
func (p *checkpoint) callsGoneAtExchange(atExchange func(linkedid string) bool, boot, at time.Time) []snapshot {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []snapshot
	for id, o := range p.open {
		if atExchange(id) {
			continue
		}
		end := at
		if boot.After(o.Started) {
			end = boot
		}
		if end.Before(o.Started) {
			end = o.Started
		}
		out = append(out, snapshot{Call: leads.Call{
			Linkedid: id, Direction: o.Direction, State: leads.CallEnded, Disposition: leads.Interrupted,
			From: o.From, To: o.To, DID: o.DID, Started: o.Started, Ended: end,
		}})
	}
	return out
}
