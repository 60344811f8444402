package asterisk

import (
	"cmp"
	"slices"
	"time"

	"ctihub/leads"
)

// view is the exchange as it stands: what ARI lists.
type view struct {
	channels []channel
	bridges  map[string][]string // channel ids by bridge
	at       time.Time           // when it was asked for, by the exchange's clock as far as known
}

// sync brings the calls in line with the exchange after a time without events.
// Channels named in destroyed are left to the events that follow and tell it.
// A call that lost all its channels unseen is ended as interrupted, at the
// time when it was last seen.
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
			t.vanish(c, c.member(id))
		}
	}
	t.adopt(v)
	out := t.flush(v.at)
	slices.SortFunc(out, func(a, b snapshot) int { return cmp.Compare(a.Linkedid, b.Linkedid) })
	return out
}

func (t *tracker) vanish(c *call, m *member) {
	last := c.seen
	t.gone[m.id] = last
	t.remove(c, m, causeUnseen, last)
	if len(c.members) == 0 {
		c.finish(last, true)
	}
}

// adopt takes over the listed channels, those that began a call first.
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
		if legs[ch.linkedid] == 1 && t.leftOver(ch) && (ch.app == "AppDial" || ch.app == "AppQueue") {
			t.gone[ch.id] = v.at // whoever dialled it has just hung up
			continue
		}
		c, m := t.see(ch, v.at)
		if c == nil {
			continue
		}
		m.bridge = ""
		m.app, m.appData = ch.app, ch.appData
		t.runs(c, m)
		c.up = c.up || m.id == c.first && m.state == "Up" && c.direction == leads.In
		if m.id == c.first || !isDevice(m.name) || ch.app != "AppDial" && ch.app != "AppQueue" {
			continue
		}
		if t.plan.isTrunk(m.name) {
			c.goesOutside()
		}
		if a := c.ring(m.channel, ch.created); a != nil {
			a.rung = a.rung || m.state == "Ringing"
			if m.state == "Up" && a.answered.IsZero() {
				a.answered, a.rung, c.picked = v.at, true, true
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

// leftOver reports whether a channel belongs to a call that others began and
// of which nothing is known: it alone does not tell whose call that was.
func (t *tracker) leftOver(ch channel) bool {
	return ch.linkedid != "" && ch.id != ch.linkedid && t.chans[ch.id] == nil && t.calls[ch.linkedid] == nil
}

// interrupt ends calls out of sight: all of them, or only those that ring.
func (t *tracker) interrupt(ringing bool) []snapshot {
	for _, c := range t.calls {
		if !ringing || c.answered.IsZero() {
			for _, m := range slices.Clone(c.members) {
				t.remove(c, m, causeUnseen, c.seen)
			}
			c.finish(c.seen, true)
			t.touch(c)
		}
	}
	return t.flush(t.now)
}

// knows reports whether a linkedid belongs to a call in progress.
func (t *tracker) knows(linkedid string) bool { return t.calls[linkedid] != nil }
