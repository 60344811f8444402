package asterisk

import (
	"ctihub/leads"
)

// ordered makes a call what its user asked for: at first its channel only tells
// that the user's telephone rings.
func (c *call) ordered(d leads.Dial) {
	c.order, c.from, c.dialled, c.direction = d.ID, d.Extension, d.Number, leads.Internal
	if !c.plan.isExtension(d.Number) {
		c.direction, c.operator, c.did = leads.Out, d.Extension, c.plan.shown
	}
}

// follow notes how far the dial of a call has come, if it has one.
func (t *tracker) follow(c *call) {
	if c.order == "" {
		return
	}
	if m := c.member(c.first); m != nil {
		c.rang = c.rang || m.state == "Ringing"
		c.reached = c.reached || m.state == "Up"
	}
	if p := c.progress(); p != c.toldDial {
		c.toldDial = p
		t.progressed = append(t.progressed, p)
	}
}

func (c *call) progress() progress {
	p := progress{id: c.order}
	switch {
	case !c.ended.IsZero() && !c.answered.IsZero():
		p.state = leads.DialEnded
	case !c.ended.IsZero():
		p.state, p.reason = leads.DialFailed, c.failure()
	case !c.answered.IsZero():
		p.state = leads.DialTalking
	case c.reached:
		p.state = leads.DialCustomer
	default:
		p.state = leads.DialOperator
	}
	return p
}

// failure says why a dial came to nothing.
func (c *call) failure() leads.DialReason {
	states := map[leads.LegState]bool{}
	for _, a := range c.attempts {
		states[a.state] = true
	}
	switch {
	case c.lost:
		return leads.DialLost
	case !c.reached && (c.cause == causeBusy || c.cause == causeRejected):
		return leads.DialOperatorBusy
	case !c.reached && c.rang:
		return leads.DialOperatorNoAnswer
	case !c.reached:
		return leads.DialDeviceUnreachable
	case states[leads.LegBusy]:
		return leads.DialCustomerBusy
	case states[leads.LegNoAnswer]:
		return leads.DialCustomerNoAnswer
	case states[leads.LegFailed]:
		return leads.DialCustomerUnreachable
	case len(c.attempts) > 0 || c.quit:
		return leads.DialCancelled // it rang until the user hung up
	}
	return leads.DialExchangeRefused
}
