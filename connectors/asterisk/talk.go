package asterisk

import (
	"slices"
	"strings"
	"time"

	"ctihub/leads"
)

// farSide is the channel of the party that operators talk with: the customer,
// or the calling colleague of an internal call. Nil when it is gone.
func (c *call) farSide() *member {
	if c.direction != leads.Out {
		if m := c.member(c.first); m != nil {
			return m
		}
	}
	if c.direction == leads.Internal {
		return nil
	}
	for _, m := range c.members {
		if a := c.attempt(m.id); c.plan.isTrunk(m.name) && (a == nil || a.outside) {
			return m
		}
	}
	return nil
}

// evaluate determines who talks now: a device that is up and in one bridge with the
// far side, over any chain of Local channels. "Up" alone does not suffice, because
// the exchange may answer before a person does.
func (c *call) evaluate(at time.Time) {
	far := c.farSide()
	if far == nil || far.state != "Up" {
		return
	}
	for _, m := range c.members {
		if m == far || m.talking || m.state != "Up" || !isDevice(m.name) || !c.connected(far, m) {
			continue
		}
		m.talking = true
		c.beginTalk(m, at)
	}
}

func (c *call) beginTalk(m *member, at time.Time) {
	operator, since := c.plan.extension(m.channel), at
	if a := c.attempt(c.farSide().id); a != nil && !a.answered.IsZero() {
		since = a.answered // outbound: the customer picked up
		a.state = leads.LegTalking
	}
	if a := c.ring(m.channel, at); a != nil {
		if a.answered.IsZero() {
			a.answered = at // taken without being dialled: pick-up, transfer
		}
		a.state, a.ringConfirmed, a.ended, since, operator = leads.LegTalking, true, time.Time{}, a.answered, a.extension
	}
	if c.answered.IsZero() {
		c.answered = since
	}
	c.requestRecording()
	c.pickedUp, c.operator, c.hangupBy = true, operator, ""
}

// connected reports whether two channels hear each other.
func (c *call) connected(a, b *member) bool {
	reached := []*member{a}
	for i := 0; i < len(reached); i++ {
		for _, m := range c.members {
			if slices.Contains(reached, m) || !joined(reached[i], m) {
				continue
			}
			if m == b {
				return true
			}
			reached = append(reached, m)
		}
	}
	return false
}

// joined reports whether two channels are in one bridge or are the two halves
// of one Local channel ("Local/100@internal-00000000;1" and ";2").
func joined(a, b *member) bool {
	if a.bridge != "" && a.bridge == b.bridge {
		return true
	}
	x, isLocal := strings.CutPrefix(a.name, "Local/")
	y, too := strings.CutPrefix(b.name, "Local/")
	cut := len(x) - 1
	return isLocal && too && len(x) == len(y) && cut > 1 && x[cut-1] == ';' && x[:cut] == y[:cut]
}
