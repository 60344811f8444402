package asterisk

import (
	"cmp"
	"slices"
	"time"

	"ctihub/leads"
)

// finishAt ends the call and sets the final state of its legs.
func (c *celCall) finishAt(end time.Time) {
	c.unpark(end)
	if !c.talkStart.IsZero() {
		c.talked += end.Sub(c.talkStart)
	}
	c.ended = end
	for _, a := range c.attempts {
		switch a.state {
		case leads.LegTalking:
			a.end(leads.LegEnded, cmp.Or(a.ended, end))
		case leads.LegRinging:
			a.end(c.outcome(a), cmp.Or(a.ended, end))
		}
	}
}

// outcome returns the final state of a device that did not talk with the far side.
func (c *celCall) outcome(a *attempt) leads.LegState {
	ended := cmp.Or(a.ended, c.ended)
	switch cause := c.hangup[a.channel].Cause; {
	case !a.answered.IsZero():
		return leads.LegEnded
	case cause == causeElsewhere:
		return leads.LegElsewhere
	case cause == causeBusy:
		return leads.LegBusy
	case cause == causeRejected:
		return leads.LegDeclined
	case cause == causeRedirected:
		return leads.LegForwarded
	case slices.Contains(causesUnreachable, cause):
		return leads.LegFailed
	}
	for _, o := range c.attempts {
		if !o.answered.Before(a.ringStart) && o.answered.Sub(ended) < stopsWithin && !o.ringStart.After(ended) && ended.Sub(o.answered) < stopsWithin {
			return leads.LegElsewhere
		}
	}
	wentOn := c.lastRing.After(ended) || c.lastAppStart.After(a.ringStart) && c.lastAppStart.After(ended.Add(-stopsWithin/4))
	if !c.farHungUp.IsZero() && c.farHungUp.Sub(ended).Abs() < stopsWithin && !wentOn {
		return leads.LegCancelled
	}
	return leads.LegNoAnswer
}

// stopsWithin is how long a device may ring on after its dial was cancelled.
const stopsWithin = time.Second

// Further causes of Q.850; call.go has those of live events.
const causeRedirected = 23

var causesUnreachable = []int{1, 3, 18, 20, 27, 34, 38}

// snapshot returns the call in its present state.
func (c *celCall) snapshot() snapshot {
	until := cmp.Or(c.answered, c.voicemailAt, c.ended)
	return snapshot{Call: leads.Call{
		Linkedid: c.id, Direction: c.direction, State: leads.CallEnded, Disposition: c.disposition(),
		From: c.from, To: c.dialled, DID: c.did, Queue: c.queue, Operator: c.operator, HangupBy: c.hangupBy,
		Started: c.started, Answered: c.answered, Ended: c.ended, Legs: c.legs(),
		Journal: true, Queues: c.queues, Transfers: c.transfers,
		Waited: until.Sub(c.started), Rung: c.ringTime(until), Talked: c.talked, Held: c.held,
	}}
}

// ringTime returns for how long, up to a time, at least one device rang.
func (c *celCall) ringTime(until time.Time) (sum time.Duration) {
	covered := c.started
	for _, a := range slices.SortedFunc(slices.Values(c.attempts), func(a, b *attempt) int { return a.ringStart.Compare(b.ringStart) }) {
		from, to := a.ringStart, cmp.Or(a.answered, a.ended)
		if from.Before(covered) {
			from = covered
		}
		if to.After(until) {
			to = until
		}
		if to.After(from) {
			sum += to.Sub(from)
			covered = to
		}
	}
	return sum
}
