package asterisk

import (
	"cmp"
	"reflect"
	"slices"
	"time"

	"ctihub/leads"
)

// snapshot is the state of a call, as returned by the tracker and the CEL assembler.
type snapshot struct {
	leads.Call
	Name string // of the calling party, as given; inbound only
}

// announced reports whether the call is to be reported: before a device rings, a
// queue or an answer it is only a channel in the dialplan.
func (c *call) announced() bool {
	return c.first != "" && !c.mergedUnreported &&
		(c.dialID != "" || len(c.attempts) > 0 || c.queue != "" || c.exchangeAnswered || !c.answered.IsZero() || !c.ended.IsZero())
}

// changedState returns the call's state if it is announced and differs from the one
// returned before.
func (c *call) changedState() (snapshot, bool) {
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
	if reflect.DeepEqual(now, c.reported) {
		return snapshot{}, false
	}
	c.reported = now
	return snapshot{now, c.name}, true
}

// legs returns one leg for each ringing of a device, in the order of ringing.
// A device that is rung over two contacts at once rings once; one that is rung
// again later has a further leg.
func (c *call) legs() []leads.Leg {
	legs := make([]leads.Leg, 0, len(c.attempts))
	var chosen []*attempt // of each leg, the attempt with the most weight
	for _, a := range c.attempts {
		if a.outside {
			continue
		}
		i := slices.IndexFunc(chosen, func(b *attempt) bool {
			return b.extension == a.extension && a.ringStart.Sub(b.ringStart) < atOnce && (b.live() || b.ended.After(a.ringStart))
		})
		if i < 0 {
			chosen = append(chosen, a)
			legs = append(legs, leads.Leg{Channel: a.channel, Extension: a.extension, Rang: a.ringStart})
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

// weight orders the states of a device's contacts that ring at once.
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

// disposition returns the disposition of an ended call.
func (c *call) disposition() leads.Disposition {
	states := make(map[leads.LegState]bool)
	for _, a := range c.attempts {
		states[a.state] = true
	}
	switch {
	case c.endUnseen:
		return leads.Interrupted
	case !c.answered.IsZero():
		return leads.Answered
	case c.voicemail:
		return leads.Voicemail
	case c.callerHungUp:
		return leads.Abandoned
	case states[leads.LegNoAnswer] || states[leads.LegCancelled] || states[leads.LegElsewhere] || states[leads.LegEnded]:
		return leads.Missed
	case states[leads.LegBusy]:
		return leads.Busy
	case states[leads.LegDeclined]:
		return leads.Declined
	case states[leads.LegFailed]:
		return leads.Unreachable
	case c.queue != "" || c.exchangeAnswered:
		return leads.Missed // waited or heard an announcement, and no device was rung
	}
	return leads.Failed
}

// finish ends the call at a time; lost says that its end was not seen.
func (c *call) finish(at time.Time, lost bool) {
	if at.Before(c.started) {
		at = c.started
	}
	c.ended, c.endUnseen = at, lost
	for _, a := range c.attempts {
		if a.live() {
			c.hangupOf(a, 0, at)
		}
	}
}

// absorb moves the channels and attempts of another call, which turned out to be
// the same one, to c. The other keeps its own record, which ends here: its operators
// have seen it as a call of its own.
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
	slices.SortStableFunc(c.attempts, func(a, b *attempt) int { return a.ringStart.Compare(b.ringStart) })
	c.linked = append(c.linked, o.linked...)
	for _, r := range o.recorded {
		c.noteRecording(channel{id: r.Channel, recorded: r.File})
	}
	c.queue = cmp.Or(c.queue, o.queue)
	c.pickedUp = c.pickedUp || o.pickedUp
	o.mergedUnreported = o.reported.Linkedid == ""
	o.finish(at, false)
}
