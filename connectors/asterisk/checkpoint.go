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

// checkpoint remembers which calls are open, in the source's cursor, so that a
// hub that starts again can end those that the exchange no longer has.
//
// A call is named in a stored cursor no later than its first touch. Names of
// ended calls may linger there: to end a call twice changes nothing.
type checkpoint struct {
	mu      sync.Mutex
	open    map[string]openCall
	saved   map[string]bool
	paused  map[seat]bool // members of queues whom this source paused, or was about to
	cel     *celPosition  // how far the exchange's own journal is stored; nil: never read
	alive   time.Time     // when the exchange was last heard of
	writing chan struct{} // held by the one Put that carries a cursor
}

// openCall is what is needed to end a call that is known only by its linkedid.
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
	// Alive is when the exchange was last heard of, at least.
	Alive  time.Time `json:"alive,omitzero"`
	Paused []seat    `json:"paused,omitempty"`
}

func newCheckpoint(cursor string) (*checkpoint, error) {
	var c cursorFormat
	if cursor != "" {
		if err := json.Unmarshal([]byte(cursor), &c); err != nil {
			return nil, fmt.Errorf("reading the cursor: %w", err)
		}
	}
	p := &checkpoint{open: map[string]openCall{}, saved: map[string]bool{}, paused: map[seat]bool{}, cel: c.CEL, alive: c.Alive, writing: make(chan struct{}, 1)}
	for id, o := range c.Open {
		p.open[id], p.saved[id] = o, true
	}
	for _, m := range c.Paused {
		p.paused[m] = true
	}
	return p, nil
}

// note takes a call that is about to be stored.
func (p *checkpoint) note(c leads.Call) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, known := p.open[c.Linkedid]; !known && c.State != leads.CallEnded {
		p.open[c.Linkedid] = openCall{c.Direction, c.From, c.To, c.DID, c.Started}
	}
}

// forget takes a call whose end is stored.
func (p *checkpoint) forget(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.open, id)
}

// cursor returns the cursor that must be stored together with a call's touch,
// empty if there is no need, and what to do after storing.
func (p *checkpoint) cursor(id string) (cursor string, stored func(ok bool)) {
	if p.isSaved(id) {
		return "", func(bool) {}
	}
	p.writing <- struct{}{}
	if p.isSaved(id) { // the one before us wrote it too
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

// position returns how far the exchange's own journal is stored.
func (p *checkpoint) position() (celPosition, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cel == nil {
		return celPosition{}, false
	}
	return *p.cel, true
}

// cursorAt returns the cursor that says that the exchange's own journal is
// stored up to there (nil: as far as before), and what to do after storing. No
// other cursor is stored in between.
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

// heard notes a sign of life of the exchange.
func (p *checkpoint) heard(at time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.alive = at
}

// aliveEvery is how often the last sign of life is stored: by so much more than
// it was, a gap is shown after the hub was killed.
const aliveEvery = 15 * time.Second

// live stores signs of life until ctx ends.
func (p *checkpoint) live(ctx context.Context, in leads.Inbox) {
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

// pauses returns the members of queues whom this source paused.
func (p *checkpoint) pauses() map[seat]bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Clone(p.paused)
}

// notePauses stores which members of queues are paused, and no more, by this
// source. After an error it counts those as paused that may be.
func (p *checkpoint) notePauses(ctx context.Context, in leads.Inbox, begun, ended []seat) error {
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

// FollowsCall reports whether the exchange shows the call now.
func (c *connector) FollowsCall(linkedid string) bool {
	p := c.seen.Load()
	return p != nil && p.isOpen(linkedid)
}

func (p *checkpoint) isOpen(id string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, open := p.open[id]
	return open
}

// isSaved reports whether a stored cursor names the call, or need not.
func (p *checkpoint) isSaved(id string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, open := p.open[id]
	return !open || p.saved[id]
}

// left returns the open calls that the exchange no longer has, ended as
// interrupted: at the exchange's restart if there was one since, at the time
// of finding out otherwise. The state that storage knows of them stays.
func (p *checkpoint) left(alive func(linkedid string) bool, boot, at time.Time) []snapshot {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []snapshot
	for id, o := range p.open {
		if alive(id) {
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
