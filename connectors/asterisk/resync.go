package asterisk

import (
	"cmp"
	"slices"
	"time"

	"ctihub/leads"
)

// view is the state of the exchange as ARI lists it.
type view struct {
	channels []channel
	bridges  map[string][]string // channel ids by bridge
	at       time.Time           // when it was asked for, by the exchange's clock as far as known
}

// sync brings the calls in line with the exchange after a time without events.
// Channels in destroyed are left to their ChannelDestroyed events, which follow. A
// call whose channels all ended unseen is ended as interrupted, at the time of its
// last event.
func (t *tracker) sync(v view, destroyed map[string]bool) []snapshot {
	if v.at.After(t.now) {
		t.now = v.at
	}
	t.needsResync = false
	listed := make(map[string]bool, len(v.channels))
	for _, ch := range v.channels {
		listed[ch.id] = true
	}
	for id, c := range t.chans {
		if !listed[id] && !destroyed[id] {
			t.removeUnseen(c, c.member(id))
		}
	}
	t.adopt(v)
	out := t.flush(v.at)
	slices.SortFunc(out, func(a, b snapshot) int { return cmp.Compare(a.Linkedid, b.Linkedid) })
	return out
}

func (t *tracker) removeUnseen(c *call, m *member) {
	last := c.lastEvent
	t.gone[m.id] = last
	t.remove(c, m, causeUnseen, last)
	if len(c.members) == 0 {
		c.finish(last, true)
	}
}

// adopt adds the listed channels, first those that began a call.
func (t *tracker) adopt(v view) {
	list := slices.Clone(v.channels)
	slices.SortStableFunc(list, func(a, b channel) int {
		if x, y := a.id == a.linkedid, b.id == b.linkedid; x != y {
			if x {
				return -1
			}
			return 1
		}
		return a.created.Compare(b.created)
	})
	legs := map[string]int{} // channels listed, by linkedid
	for _, ch := range list {
		legs[ch.linkedid]++
	}
	for _, ch := range list {
		if legs[ch.linkedid] == 1 && t.isOrphan(ch) && (ch.app == "AppDial" || ch.app == "AppQueue") {
			t.gone[ch.id] = v.at // the dialling channel has just hung up
			continue
		}
		c, m := t.findOrAdd(ch, v.at)
		if c == nil {
			continue
		}
		m.bridge = ""
		m.app, m.appData = ch.app, ch.appData
		t.noteApplication(c, m)
		c.exchangeAnswered = c.exchangeAnswered || m.id == c.first && m.state == "Up" && c.direction == leads.In
		if m.id == c.first || !isDevice(m.name) || ch.app != "AppDial" && ch.app != "AppQueue" {
			continue
		}
		if t.plan.isTrunk(m.name) {
			c.goesOutside()
		}
		if a := c.ring(m.channel, ch.created); a != nil {
			a.ringConfirmed = a.ringConfirmed || m.state == "Ringing"
			if m.state == "Up" && a.answered.IsZero() {
				a.answered, a.ringConfirmed, c.pickedUp = v.at, true, true
			}
		}
	}
	for bridge, ids := range v.bridges {
		for _, id := range ids {
			if c := t.chans[id]; c != nil {
				c.member(id).bridge = bridge
			}
		}
	}
}

// isOrphan reports whether a channel belongs to a call that another, unknown channel
// began: the caller of that call is not known.
func (t *tracker) isOrphan(ch channel) bool {
	return ch.linkedid != "" && ch.id != ch.linkedid && t.chans[ch.id] == nil && t.calls[ch.linkedid] == nil
}

// interruptCalls ends calls as interrupted while the exchange is out of reach: all,
// or only those that ring.
func (t *tracker) interruptCalls(ringing bool) []snapshot {
	for _, c := range t.calls {
		if !ringing || c.answered.IsZero() {
			for _, m := range slices.Clone(c.members) {
				t.remove(c, m, causeUnseen, c.lastEvent)
			}
			c.finish(c.lastEvent, true)
			t.touch(c)
		}
	}
	return t.flush(t.now)
}

// hasCall reports whether a linkedid is of a call in progress.
func (t *tracker) hasCall(linkedid string) bool { return t.calls[linkedid] != nil }
