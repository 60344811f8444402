package asterisk

import (
	"cmp"
	"reflect"
	"slices"
	"time"

	"ctihub/leads"
)

// snapshot is a call as the tracker hands it out.
type snapshot struct {
	leads.Call
	Name string // of the calling party, as given; inbound only
}

// announced reports whether there is something to tell: until then a call is
// only a channel on its way through the dialplan.
func (c *call) announced() bool {
	return c.first != "" && !c.silent &&
		(c.order != "" || len(c.attempts) > 0 || c.queue != "" || c.up || !c.answered.IsZero() || !c.ended.IsZero())
}

// news returns the call's state if it is worth telling and differs from what
// was told before.
func (c *call) news() (snapshot, bool) {
	if !c.announced() {
		return snapshot{}, false
	}
	now := leads.Call{
		Linkedid: c.id, Direction: c.direction, State: leads.CallRinging,
		From: c.from, To: c.dialled, DID: c.did, Queue: c.queue, Operator: c.operator,
		Started: c.started, Answered: c.answered, Ended: c.ended, Legs: c.legs(), Held: c.onHold, Recorded: slices.Clone(c.recorded),
	}
	if !c.answered.IsZero() {
		now.State = leads.CallTalking
	}
	if !c.ended.IsZero() {
		now.State, now.HangupBy, now.Disposition = leads.CallEnded, c.hangupBy, c.disposition()
	}
	if reflect.DeepEqual(now, c.told) {
		return snapshot{}, false
	}
	c.told = now
	return snapshot{now, c.name}, true
}

// legs returns one leg for each ringing of a device, in the order of ringing.
// A device that is rung over two contacts at once rings once; one that is rung
// again later has a further leg.
func (c *call) legs() []leads.Leg {
	legs := make([]leads.Leg, 0, len(c.attempts))
	var chosen []*attempt // of each leg, the one that says most
	for _, a := range c.attempts {
		if a.outside {
			continue
		}
		i := slices.IndexFunc(chosen, func(b *attempt) bool {
			return b.extension == a.extension && a.rang.Sub(b.rang) < atOnce && (b.live() || b.ended.After(a.rang))
		})
		if i < 0 {
			chosen = append(chosen, a)
			legs = append(legs, leads.Leg{Channel: a.channel, Extension: a.extension, Rang: a.rang})
			i = len(legs) - 1
		} else if weight(a) > weight(chosen[i]) {
			chosen[i] = a
		}
		legs[i].State, legs[i].Answered, legs[i].Ended = chosen[i].state, chosen[i].answered, chosen[i].ended
	}
	return legs
}

// atOnce is how far apart the contacts of one device begin to ring at the most.
const atOnce = time.Second

// weight orders what a device's contacts do at the same time.
func weight(a *attempt) int {
	switch a.state {
	case leads.LegTalking:
		return 3
	case leads.LegEnded:
		return 2
	case leads.LegRinging:
		return 1
	}
	return 0
}

// disposition says how an ended call came out.
func (c *call) disposition() leads.Disposition {
	states := make(map[leads.LegState]bool)
	for _, a := range c.attempts {
		states[a.state] = true
	}
	switch {
	case c.lost:
		return leads.Interrupted
	case !c.answered.IsZero():
		return leads.Answered
	case c.voicemail:
		return leads.Voicemail
	case c.quit:
		return leads.Abandoned
	case states[leads.LegNoAnswer] || states[leads.LegCancelled] || states[leads.LegElsewhere] || states[leads.LegEnded]:
		return leads.Missed
	case states[leads.LegBusy]:
		return leads.Busy
	case states[leads.LegDeclined]:
		return leads.Declined
	case states[leads.LegFailed]:
		return leads.Unreachable
	case c.queue != "" || c.up:
		return leads.Missed // waited or heard an announcement, and nobody was rung
	}
	return leads.Failed
}

// finish ends the call at a time; lost says that its end was not seen.
func (c *call) finish(at time.Time, lost bool) {
	if at.Before(c.started) {
		at = c.started
	}
	c.ended, c.lost = at, lost
	for _, a := range c.attempts {
		if a.live() {
			c.hangupOf(a, 0, at)
		}
	}
}

// absorb takes over what belongs to another call that turned out to be the
// same one: its channels, and the devices that it rang. The other keeps its
// own record, which ends here: to its people it was a call of its own.
func (c *call) absorb(o *call, at time.Time) {
	for _, m := range o.members {
		m.talking = false
	}
	c.members = append(c.members, o.members...)
	o.members = nil
	for _, a := range o.attempts {
		taken := *a
		taken.outside = c.direction == leads.Out && a.outside
		c.attempts = append(c.attempts, &taken)
	}
	slices.SortStableFunc(c.attempts, func(a, b *attempt) int { return a.rang.Compare(b.rang) })
	c.linked = append(c.linked, o.linked...)
	for _, r := range o.recorded {
		c.record(channel{id: r.Channel, recorded: r.File})
	}
	c.queue = cmp.Or(c.queue, o.queue)
	c.picked = c.picked || o.picked
	o.silent = o.told.Linkedid == ""
	o.finish(at, false)
}
