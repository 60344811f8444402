package asterisk

import (
	"ctihub/leads"
)

// applyDial sets numbers and direction from the user's dial: the first channel only
// shows that the user's telephone rings.
func (c *call) applyDial(d leads.Dial) {
	c.dialID, c.from, c.dialled, c.direction = d.ID, d.Extension, d.Number, leads.Internal
	if !c.plan.isExtension(d.Number) {
		c.direction, c.operator, c.did = leads.Out, d.Extension, c.plan.shown
	}
}

// noteDialProgress records the progress of a call's dial, if it has one.
func (t *tracker) noteDialProgress(c *call) {
	if c.dialID == "" {
		return
	}
	if m := c.member(c.first); m != nil {
		c.userRang = c.userRang || m.state == "Ringing"
		c.userAnswered = c.userAnswered || m.state == "Up"
	}
	if p := c.progress(); p != c.reportedDial {
		c.reportedDial = p
		t.progressed = append(t.progressed, p)
	}
}

func (c *call) progress() progress {
	p := progress{id: c.dialID}
	switch {
	case !c.ended.IsZero() && !c.answered.IsZero():
		p.state = leads.DialEnded
	case !c.ended.IsZero():
		p.state, p.reason = leads.DialFailed, c.failure()
	case !c.answered.IsZero():
		p.state = leads.DialTalking
	case c.userAnswered:
		p.state = leads.DialCustomer
	default:
		p.state = leads.DialOperator
	}
	return p
}

// failure returns why a dial failed.
func (c *call) failure() leads.DialReason {
	states := map[leads.LegState]bool{}
	for _, a := range c.attempts {
		states[a.state] = true
	}
	switch {
	case c.endUnseen:
		return leads.DialLost
	case !c.userAnswered && (c.cause == causeBusy || c.cause == causeRejected):
		return leads.DialOperatorBusy
	case !c.userAnswered && c.userRang:
		return leads.DialOperatorNoAnswer
	case !c.userAnswered:
		return leads.DialDeviceUnreachable
	case states[leads.LegBusy]:
		return leads.DialCustomerBusy
	case states[leads.LegNoAnswer]:
		return leads.DialCustomerNoAnswer
	case states[leads.LegFailed]:
		return leads.DialCustomerUnreachable
	case len(c.attempts) > 0 || c.callerHungUp:
		return leads.DialCancelled // it rang until the user hung up
	}
	return leads.DialExchangeRefused
}
