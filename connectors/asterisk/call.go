package asterisk

import (
	"slices"
	"time"

	"ctihub/connectors/vendors"
	"ctihub/leads"
)

// call is everything that shares a linkedid, as it unfolds.
type call struct {
	id       string   // linkedid as first seen: the key of the interaction
	linked   []string // all linkedids that came to mean this call
	plan     *plan
	members  []*member  // channels that exist now, in the order of joining
	attempts []*attempt // devices that were rung

	first     string // uniqueid of the channel that began the call; empty while only plumbing is known
	direction leads.Direction
	from      string
	name      string // the calling party's, as given
	dialled   string
	did       string
	queue     string
	operator  string
	hangupBy  string
	started   time.Time
	answered  time.Time // by a person
	ended     time.Time
	seen      time.Time // last event
	onHold    time.Duration
	up        bool // the exchange took the call itself: queue, menu, announcement
	picked    bool // some device was picked up
	quit      bool // the calling party hung up by itself
	voicemail bool
	lost      bool // ended out of sight
	silent    bool // turned out to be part of another call before anybody was told

	recorded []leads.RecordedFile

	told leads.Call // as handed out last

	order    string   // dial that this call is, by which a user asked for it; empty: none
	rang     bool     // of a dial: the user's telephone rings or rang
	reached  bool     // of a dial: the user picked up
	cause    int      // Q.850, of the end of the first channel
	toldDial progress // as handed out last
}

// member is one existing channel of a call.
type member struct {
	channel
	bridge  string
	talking bool      // with the far side, as last evaluated
	holds   time.Time // since when it keeps the other side on hold; zero: it does not
}

// attempt is one channel by which the exchange rang a device. Contacts of one
// device that ring at once become one leg.
type attempt struct {
	channel   string
	extension string
	outside   bool // the customer's own line in an outbound call: not a leg
	state     leads.LegState
	rung      bool // the device itself answered that it rings
	rang      time.Time
	answered  time.Time
	ended     time.Time
}

func (a *attempt) live() bool { return a.state == leads.LegRinging || a.state == leads.LegTalking }

func (a *attempt) end(s leads.LegState, at time.Time) {
	a.state, a.ended = s, at
}

// begin takes the channel that began the call: its endpoint tells the direction.
func (c *call) begin(ch channel) {
	c.first, c.started = ch.id, ch.created
	_, number := vendors.Caller(ch.number)
	c.from, c.dialled = c.plan.number(number), ch.exten
	if ch.dnid != "" {
		c.dialled = ch.dnid
	}
	switch {
	case c.plan.isTrunk(ch.name):
		c.direction = leads.In
		c.did = c.plan.number(c.dialled)
		c.name = vendors.CallerName(ch.caller)
	case c.plan.isOutside(c.dialled):
		c.direction, c.operator = leads.Out, c.plan.extension(ch)
		c.from = c.operator
	default:
		c.direction = leads.Internal
		c.from = c.plan.extension(ch)
	}
}

// goesOutside corrects the direction of a phone's call that turns out to leave
// by a trunk, as long as nobody was told.
func (c *call) goesOutside() {
	if c.direction == leads.Internal && c.told.Linkedid == "" {
		c.direction, c.operator = leads.Out, c.from
	}
}

// older reports whether c lends its identity when it merges with o: a
// customer's call first, then one with a known beginning, then the earlier.
func (c *call) older(o *call) bool {
	if x, y := c.direction == leads.In, o.direction == leads.In; x != y {
		return x
	}
	if x, y := c.first != "", o.first != ""; x != y {
		return x
	}
	return c.started.Before(o.started)
}

// record notes the file that a channel is recorded in.
func (c *call) record(ch channel) {
	known := func(r leads.RecordedFile) bool { return r.File == ch.recorded }
	if ch.recorded != "" && !slices.ContainsFunc(c.recorded, known) {
		c.recorded = append(c.recorded, leads.RecordedFile{File: ch.recorded, Channel: ch.id})
	}
}

// wantRecord notes that the hub has to record the call itself, because nothing
// else does by the time two people talk.
func (c *call) wantRecord() {
	if far := c.farSide(); c.plan.record && c.direction != leads.Internal && len(c.recorded) == 0 && far != nil {
		c.recorded = append(c.recorded, leads.RecordedFile{File: snooped + "ctihub-" + far.id, Channel: far.id})
	}
}

// began reports whether the calling party is in the call: of a dial, once the
// user has picked up.
func (c *call) began() bool { return c.order == "" || c.reached }

func (c *call) member(id string) *member {
	for _, m := range c.members {
		if m.id == id {
			return m
		}
	}
	return nil
}

func (c *call) attempt(id string) *attempt {
	for _, a := range c.attempts {
		if a.channel == id {
			return a
		}
	}
	return nil
}

// ring notes that the exchange rings a device.
func (c *call) ring(ch channel, at time.Time) *attempt {
	if a := c.attempt(ch.id); a != nil {
		return a
	}
	if !isDevice(ch.name) || ch.id == c.first {
		return nil
	}
	a := &attempt{channel: ch.id, extension: c.plan.extension(ch), state: leads.LegRinging, rang: at}
	if c.plan.isTrunk(ch.name) {
		a.outside = c.direction == leads.Out
		a.extension = ch.number
	}
	c.attempts = append(c.attempts, a)
	return a
}

// dialled takes the status of a Dial towards one device. The first final
// status counts: a queue's time-out gives NOANSWER and then CANCEL.
func (c *call) dialStatus(a *attempt, status string, at time.Time) {
	switch status {
	case "RINGING":
		a.rung = true
	case "ANSWER":
		if a.answered.IsZero() {
			a.answered, a.rung, c.picked = at, true, true
		}
	}
	if a.state != leads.LegRinging {
		return
	}
	switch status {
	case "BUSY":
		a.end(leads.LegBusy, at)
	case "CHANUNAVAIL", "CONGESTION":
		a.end(leads.LegFailed, at)
	case "NOANSWER":
		a.end(c.unanswered(a), at)
	case "CANCEL":
		if !c.picked && !c.quit {
			a.end(c.unanswered(a), at)
		} else {
			a.end(c.stopped(), at)
		}
	}
}

// unanswered is the state of a device whose time ran out.
func (c *call) unanswered(a *attempt) leads.LegState {
	if a.rung {
		return leads.LegNoAnswer
	}
	return leads.LegFailed
}

// stopped is the state of a device that was made to stop ringing.
func (c *call) stopped() leads.LegState {
	if c.picked {
		return leads.LegElsewhere
	}
	return leads.LegCancelled
}

// unhold takes the other side of a channel back from hold.
func (c *call) unhold(m *member, at time.Time) {
	if !m.holds.IsZero() && at.After(m.holds) {
		c.onHold += at.Sub(m.holds)
	}
	m.holds = time.Time{}
}

// Causes of Q.850 that say more than the status of a Dial.
const (
	causeBusy      = 17
	causeRejected  = 21
	causeElsewhere = 26
	causeUnseen    = -1 // ours: the channel was gone when we looked again
)

// hangupOf ends the attempt of a channel that is gone, by the cause of it.
func (c *call) hangupOf(a *attempt, cause int, at time.Time) {
	talked := a.state == leads.LegTalking || a.state == leads.LegEnded
	switch {
	case a.state == leads.LegTalking:
		a.end(leads.LegEnded, at)
	case talked:
	case cause == causeElsewhere:
		a.end(leads.LegElsewhere, at)
	case cause == causeRejected:
		a.end(leads.LegDeclined, at)
	case cause == causeBusy:
		a.end(leads.LegBusy, at)
	case a.state != leads.LegRinging:
	case !a.answered.IsZero():
		a.end(leads.LegEnded, at) // picked up, but nobody was there any more
	case c.picked || c.quit:
		a.end(c.stopped(), at)
	case cause == causeUnseen:
		a.end(leads.LegNoAnswer, at)
	default:
		a.end(c.unanswered(a), at)
	}
}

// hangupRequest notes which side hung up. Only the far end's own request
// counts; the exchange asks softly for the rest.
func (c *call) hangupRequest(m *member, soft bool) {
	if soft {
		return
	}
	a := c.attempt(m.id)
	if a != nil && a.state == leads.LegRinging && a.answered.IsZero() {
		return // refused; the cause of its end will tell
	}
	if m.id == c.first && c.answered.IsZero() && c.began() {
		c.quit = true
	}
	if c.hangupBy != "" || c.answered.IsZero() {
		return
	}
	switch far := c.farSide(); {
	case far != nil && m.id == far.id:
		c.hangupBy = "caller"
	case m.talking:
		c.hangupBy = "operator"
	}
}
