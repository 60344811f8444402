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

// journal remembers which calls are open, in the source's cursor, so that a
// hub that starts again can end those that the exchange no longer has.
//
// A call is named in a stored cursor no later than its first touch. Names of
// ended calls may linger there: to end a call twice changes nothing.
type journal struct {
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

func newJournal(cursor string) (*journal, error) {
	var c cursorFormat
	if cursor != "" {
		if err := json.Unmarshal([]byte(cursor), &c); err != nil {
			return nil, fmt.Errorf("reading the cursor: %w", err)
		}
	}
	j := &journal{open: map[string]openCall{}, saved: map[string]bool{}, paused: map[seat]bool{}, cel: c.CEL, alive: c.Alive, writing: make(chan struct{}, 1)}
	for id, o := range c.Open {
		j.open[id], j.saved[id] = o, true
	}
	for _, m := range c.Paused {
		j.paused[m] = true
	}
	return j, nil
}

// note takes a call that is about to be stored.
func (j *journal) note(c leads.Call) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if _, known := j.open[c.Linkedid]; !known && c.State != leads.CallEnded {
		j.open[c.Linkedid] = openCall{c.Direction, c.From, c.To, c.DID, c.Started}
	}
}

// forget takes a call whose end is stored.
func (j *journal) forget(id string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	delete(j.open, id)
}

// cursor returns the cursor that must be stored together with a call's touch,
// empty if there is no need, and what to do after storing.
func (j *journal) cursor(id string) (cursor string, stored func(ok bool)) {
	if j.isSaved(id) {
		return "", func(bool) {}
	}
	j.writing <- struct{}{}
	if j.isSaved(id) { // the one before us wrote it too
		<-j.writing
		return "", func(bool) {}
	}
	j.mu.Lock()
	names := make(map[string]bool, len(j.open))
	for id := range j.open {
		names[id] = true
	}
	b, err := json.Marshal(cursorFormat{j.open, j.cel, j.alive, slices.Collect(maps.Keys(j.paused))})
	j.mu.Unlock()
	return string(b), func(ok bool) {
		if ok && err == nil {
			j.mu.Lock()
			j.saved = names
			j.mu.Unlock()
		}
		<-j.writing
	}
}

// position returns how far the exchange's own journal is stored.
func (j *journal) position() (celPosition, bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.cel == nil {
		return celPosition{}, false
	}
	return *j.cel, true
}

// cursorAt returns the cursor that says that the exchange's own journal is
// stored up to there (nil: as far as before), and what to do after storing. No
// other cursor is stored in between.
func (j *journal) cursorAt(at *celPosition) (cursor string, stored func(ok bool)) {
	j.writing <- struct{}{}
	j.mu.Lock()
	if at == nil {
		at = j.cel
	}
	names := make(map[string]bool, len(j.open))
	for id := range j.open {
		names[id] = true
	}
	b, err := json.Marshal(cursorFormat{j.open, at, j.alive, slices.Collect(maps.Keys(j.paused))})
	j.mu.Unlock()
	return string(b), func(ok bool) {
		if ok && err == nil {
			j.mu.Lock()
			j.saved, j.cel = names, at
			j.mu.Unlock()
		}
		<-j.writing
	}
}

// heard notes a sign of life of the exchange.
func (j *journal) heard(at time.Time) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.alive = at
}

// aliveEvery is how often the last sign of life is stored: by so much more than
// it was, a gap is shown after the hub was killed.
const aliveEvery = 15 * time.Second

// live stores signs of life until ctx ends.
func (j *journal) live(ctx context.Context, in leads.Inbox) {
	var stored time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(aliveEvery):
		}
		j.mu.Lock()
		alive := j.alive
		j.mu.Unlock()
		if alive.Equal(stored) {
			continue
		}
		cursor, done := j.cursorAt(nil)
		err := in.Put(ctx, cursor)
		if done(err == nil); err == nil {
			stored = alive
		}
	}
}

// pauses returns the members of queues whom this source paused.
func (j *journal) pauses() map[seat]bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return maps.Clone(j.paused)
}

// notePauses stores which members of queues are paused, and no more, by this
// source. After an error it counts those as paused that may be.
func (j *journal) notePauses(ctx context.Context, in leads.Inbox, begun, ended []seat) error {
	j.mu.Lock()
	for _, m := range ended {
		delete(j.paused, m)
	}
	for _, m := range begun {
		j.paused[m] = true
	}
	j.mu.Unlock()
	cursor, done := j.cursorAt(nil)
	err := in.Put(ctx, cursor)
	done(err == nil)
	return err
}

// FollowsCall reports whether the exchange shows the call now.
func (c *connector) FollowsCall(linkedid string) bool {
	j := c.seen.Load()
	return j != nil && j.isOpen(linkedid)
}

func (j *journal) isOpen(id string) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	_, open := j.open[id]
	return open
}

// isSaved reports whether a stored cursor names the call, or need not.
func (j *journal) isSaved(id string) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	_, open := j.open[id]
	return !open || j.saved[id]
}

// left returns the open calls that the exchange no longer has, ended as
// interrupted: at the exchange's restart if there was one since, at the time
// of finding out otherwise. The state that storage knows of them stays.
func (j *journal) left(alive func(linkedid string) bool, boot, at time.Time) []snapshot {
	j.mu.Lock()
	defer j.mu.Unlock()
	var out []snapshot
	for id, o := range j.open {
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
