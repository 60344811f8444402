package asterisk

import (
	"slices"
	"strings"
	"time"

	"ctihub/leads"
)

// tracker turns ARI events into the states of calls. It is pure: no I/O, and
// no clock but the times of the events. Events may come twice or late, and
// after a gap; whatever comes, a call whose channels are all gone is ended.
type tracker struct {
	plan  *plan
	calls map[string]*call     // by linkedid; several may mean one call
	chans map[string]*call     // by uniqueid of an existing channel
	gone  map[string]time.Time // channels destroyed lately, by time: late events of them are ignored
	dirty []*call              // changed by the present event, each once
	now   time.Time            // of the newest event
	// findDial returns the dial that has originated a channel; nil: dialling is not set up.
	findDial    func(channel string) (leads.Dial, bool)
	progressed  []progress // of dials, not taken over by the placer yet
	needsResync bool       // something changed without an event: read the state of the exchange again
}

// forget is how long a destroyed channel is remembered.
const forget = 10 * time.Minute

func newTracker(p *plan) *tracker {
	return &tracker{plan: p, calls: map[string]*call{}, chans: map[string]*call{}, gone: map[string]time.Time{}}
}

// handle applies one event and returns the calls that changed, in their new state.
func (t *tracker) handle(e event) []snapshot {
	if e.at.After(t.now) {
		t.now = e.at
	}
	if e.at.IsZero() {
		e.at = t.now
	}
	switch e.kind {
	case "Dial":
		t.dial(e)
	case "BridgeDestroyed":
		t.emptyBridge(e.bridge)
	case "BridgeAttendedTransfer":
		t.transfer(e)
	case "ChannelDestroyed":
		t.destroyed(e)
	case "ChannelUserevent", "ApplicationReplaced":
	default:
		t.changed(e)
	}
	return t.flush(e.at)
}

// flush returns the calls that changed and drops ended ones.
func (t *tracker) flush(at time.Time) []snapshot {
	var out []snapshot
	for _, c := range t.dirty {
		if c.ended.IsZero() {
			c.evaluate(at)
			if len(c.members) == 0 {
				c.finish(at, false)
			}
		}
		t.noteDialProgress(c)
		if s, ok := c.changedState(); ok {
			out = append(out, s)
		}
		if !c.ended.IsZero() {
			t.drop(c)
		}
	}
	t.dirty = t.dirty[:0]
	return out
}

func (t *tracker) touch(c *call) {
	if !slices.Contains(t.dirty, c) {
		t.dirty = append(t.dirty, c)
	}
}

func (t *tracker) drop(c *call) {
	for _, id := range c.linked {
		if t.calls[id] == c {
			delete(t.calls, id)
		}
	}
	for id, at := range t.gone {
		if t.now.Sub(at) > forget {
			delete(t.gone, id)
		}
	}
}

// findOrAdd returns the call and the member of a channel and makes them if need be.
// Nil for a channel that is gone or has no id.
func (t *tracker) findOrAdd(ch channel, at time.Time) (*call, *member) {
	if ch.id == "" {
		return nil, nil
	}
	if _, late := t.gone[ch.id]; late {
		return nil, nil
	}
	c := t.chans[ch.id]
	if c == nil {
		return t.addChannel(ch, at)
	}
	m := c.member(ch.id)
	if ch.linkedid != "" && ch.linkedid != m.linkedid {
		m.linkedid = ch.linkedid
		c = t.relink(c, ch.linkedid, at)
	}
	m.state, m.exten = ch.state, ch.exten
	c.noteRecording(ch)
	if ch.dnid != "" {
		m.dnid = ch.dnid
	}
	if m.number == "" {
		m.number = ch.number
	}
	c.lastEvent = at
	t.touch(c)
	return c, m
}

// addChannel adds a channel that was not known before.
func (t *tracker) addChannel(ch channel, at time.Time) (*call, *member) {
	if ch.created.IsZero() {
		ch.created = at
	}
	if ch.linkedid == "" {
		ch.linkedid = ch.id // not handed out by the exchange; Dial and bridges connect the channels
	}
	c := t.calls[ch.linkedid]
	if c == nil {
		c = &call{id: ch.linkedid, linked: []string{ch.linkedid}, plan: t.plan}
		t.calls[ch.linkedid] = c
	}
	m := &member{channel: ch}
	c.members = append(c.members, m)
	t.chans[ch.id] = c
	if c.first == "" && isDevice(ch.name) {
		c.begin(ch)
		if d, ok := t.dialFor(ch.id); ok {
			c.applyDial(d)
		}
	}
	c.noteRecording(ch)
	c.lastEvent = at
	t.touch(c)
	return c, m
}

func (t *tracker) dialFor(channel string) (leads.Dial, bool) {
	if t.findDial == nil {
		return leads.Dial{}, false
	}
	return t.findDial(channel)
}

// relink is called when a channel of c now bears another linkedid.
func (t *tracker) relink(c *call, linkedid string, at time.Time) *call {
	o := t.calls[linkedid]
	if o == nil {
		t.calls[linkedid] = c
		c.linked = append(c.linked, linkedid)
		return c
	}
	return t.merge(c, o, at)
}

// merge merges two calls that turn out to be one, and returns the one that stays:
// a customer's call, else the older one. Two customers in one conference stay two
// calls.
func (t *tracker) merge(a, b *call, at time.Time) *call {
	if a == b || a.direction == leads.In && b.direction == leads.In {
		return a
	}
	if b.precedes(a) {
		a, b = b, a
	}
	for _, m := range b.members {
		t.chans[m.id] = a
	}
	for _, id := range b.linked {
		t.calls[id] = a
	}
	a.absorb(b, at)
	t.touch(a)
	t.touch(b)
	return a
}

func (t *tracker) changed(e event) {
	if t.isOrphan(e.ch) {
		t.markStale(e)
		return
	}
	c, m := t.findOrAdd(e.ch, e.at)
	if c == nil {
		return
	}
	switch e.kind {
	case "ChannelDialplan":
		m.app, m.appData = e.ch.app, e.ch.appData
		t.noteApplication(c, m)
	case "ChannelStateChange":
		if a := c.attempt(m.id); a != nil && m.state == "Ringing" {
			a.ringConfirmed = true
		}
	case "ChannelHangupRequest":
		c.hangupRequest(m, e.byExchange)
	case "ChannelHold":
		m.holdSince = e.at
	case "ChannelUnhold":
		c.unhold(m, e.at)
	case "ChannelEnteredBridge":
		m.bridge = e.bridge
		c = t.mergeBridge(c, e)
	case "ChannelLeftBridge":
		if m.bridge == e.bridge {
			m.bridge = ""
		}
	}
	if m.id == c.first && m.state == "Up" && c.direction == leads.In {
		c.exchangeAnswered = true
	}
}

// noteApplication notes the applications Queue and voicemail.
func (t *tracker) noteApplication(c *call, m *member) {
	switch {
	case m.app == "Queue":
		c.queue, _, _ = strings.Cut(m.appData, ",")
	case isVoicemail(m.app):
		c.voicemail = true
	}
}

// isVoicemail reports whether a dialplan application takes messages: those of
// app_voicemail and app_minivm. VoiceMailMain plays them.
func isVoicemail(app string) bool {
	switch strings.ToLower(app) {
	case "voicemail", "minivm", "minivmrecord", "minivmgreet":
		return true
	}
	return false
}

// mergeBridge merges the calls that are in one bridge: the new linkedid of an
// attended transfer follows only later.
func (t *tracker) mergeBridge(c *call, e event) *call {
	for _, id := range e.inside {
		if o := t.chans[id]; o != nil && o != c {
			c = t.merge(c, o, e.at)
		}
	}
	return c
}

func (t *tracker) emptyBridge(id string) {
	if id == "" {
		return
	}
	for _, c := range t.chans {
		for _, m := range c.members {
			if m.bridge == id {
				m.bridge = ""
			}
		}
	}
}

// markStale asks for a resync at an event of an unknown channel: the view of the
// exchange is stale. Channels that ended lately, and events that follow a hang-up,
// are ignored.
func (t *tracker) markStale(e event) {
	_, late := t.gone[e.ch.id]
	t.needsResync = t.needsResync || !late && e.kind != "ChannelLeftBridge" && e.kind != "ChannelHangupRequest"
}

func (t *tracker) dial(e event) {
	if t.isOrphan(e.ch) {
		t.markStale(e)
		return
	}
	by, _ := t.findOrAdd(e.other, e.at)
	c, m := t.findOrAdd(e.ch, e.at)
	if c == nil {
		return
	}
	if by != nil && by != c {
		c = t.merge(by, c, e.at)
		if t.chans[m.id] != c {
			return
		}
	}
	if t.plan.isTrunk(m.name) {
		c.goesOutside()
	}
	if a := c.ring(m.channel, e.at); a != nil {
		a.ringConfirmed = a.ringConfirmed || m.state == "Ringing"
		c.dialStatus(a, e.status, e.at)
	}
}

// transfer merges the two calls of an attended transfer. While the target still
// rings, no other event says that it rings for the customer now.
func (t *tracker) transfer(e event) {
	a, b := t.chans[e.ch.id], t.chans[e.other.id]
	if e.status == "Success" && a != nil && b != nil {
		t.merge(a, b, e.at)
	}
}

func (t *tracker) destroyed(e event) {
	if e.ch.id == "" {
		return
	}
	seen := t.chans[e.ch.id] != nil
	if !seen && e.ch.id != e.ch.linkedid {
		t.gone[e.ch.id] = e.at
		return
	}
	c, m := t.findOrAdd(e.ch, e.at)
	t.gone[e.ch.id] = e.at
	if c == nil {
		return
	}
	if m.id == c.first && c.answered.IsZero() && c.callerPresent() && (e.tech == 487 || e.ch.source != "" && e.ch.source == m.name) {
		c.callerHungUp = true
	}
	if m.id == c.first {
		c.cause = e.cause
	}
	t.remove(c, m, e.cause, e.at)
	if !seen && len(c.members) == 0 {
		c.finish(e.at, true) // nothing else is known of the call
	}
}

// remove removes a channel from its call. One that ends without leaving its bridge
// was replaced by a masquerade, and no event says by which channel.
func (t *tracker) remove(c *call, m *member, cause int, at time.Time) {
	t.needsResync = t.needsResync || m.bridge != "" && cause != causeUnseen
	if a := c.attempt(m.id); a != nil {
		c.hangupOf(a, cause, at)
	}
	c.unhold(m, at)
	c.members = slices.DeleteFunc(c.members, func(o *member) bool { return o == m })
	delete(t.chans, m.id)
	t.touch(c)
}
