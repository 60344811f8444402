package asterisk

import (
	"slices"
	"time"

	"ctihub/connectors/vendors"
	"ctihub/leads"
)

// call is the state of one call: of all channels that share a linkedid.
type call struct {
	id       string   // linkedid as first seen: the key of the interaction
	linked   []string // all linkedids that were merged into this call
	plan     *plan
	members  []*member  // channels that exist now, in the order of joining
	attempts []*attempt // devices that were rung

	first            string // uniqueid of the first device's channel; empty while only Local channels and the like are known
	direction        leads.Direction
	from             string
	name             string // the calling party's, as given
	dialled          string
	did              string
	queue            string
	operator         string
	hangupBy         string
	started          time.Time
	answered         time.Time // by a person
	ended            time.Time
	lastEvent        time.Time
	onHold           time.Duration
	exchangeAnswered bool // by a queue, menu or announcement
	pickedUp         bool // some device was picked up
	callerHungUp     bool // the calling party hung up by itself
	voicemail        bool
	endUnseen        bool // the end was not seen
	mergedUnreported bool // merged into another call before it was reported

	recorded []leads.RecordedFile

	reported leads.Call // state as last returned by changedState

	dialID       string   // dial by which a user asked for this call; empty: none
	userRang     bool     // of a dial: the user's telephone rings or rang
	userAnswered bool     // of a dial: the user picked up
	cause        int      // Q.850, of the end of the first channel
	reportedDial progress // as last reported
}

// member is one existing channel of a call.
type member struct {
	channel
	bridge    string
	talking   bool      // with the far side, as last evaluated
	holdSince time.Time // when it put the other side on hold; zero: it is not
}

// attempt is one channel by which the exchange rang a device. Contacts of one
// device that ring at once become one leg.
type attempt struct {
	channel       string
	extension     string
	outside       bool // the customer's own line in an outbound call: not a leg
	state         leads.LegState
	ringConfirmed bool // the device has confirmed that it rings
	ringStart     time.Time
	answered      time.Time
	ended         time.Time
}

func (a *attempt) live() bool { return a.state == leads.LegRinging || a.state == leads.LegTalking }

func (a *attempt) end(s leads.LegState, at time.Time) {
	a.state, a.ended = s, at
}

// begin sets the first channel of the call: its endpoint says the direction.
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

// goesOutside corrects the direction of a phone's call that leaves by a trunk,
// unless the call was reported already.
func (c *call) goesOutside() {
	if c.direction == leads.Internal && c.reported.Linkedid == "" {
		c.direction, c.operator = leads.Out, c.from
	}
}

// precedes reports whether c keeps its identity when it is merged with o: a
// customer's call first, then one with a known first channel, then the earlier.
func (c *call) precedes(o *call) bool {
	if x, y := c.direction == leads.In, o.direction == leads.In; x != y {
		return x
	}
	if x, y := c.first != "", o.first != ""; x != y {
		return x
	}
	return c.started.Before(o.started)
}

// noteRecording notes the file that a channel is recorded in.
func (c *call) noteRecording(ch channel) {
	known := func(r leads.RecordedFile) bool { return r.File == ch.recorded }
	if ch.recorded != "" && !slices.ContainsFunc(c.recorded, known) {
		c.recorded = append(c.recorded, leads.RecordedFile{File: ch.recorded, Channel: ch.id})
	}
}

// requestRecording makes the hub record the call itself if the exchange does not
// record it by the time two people talk.
func (c *call) requestRecording() {
	if far := c.farSide(); c.plan.record && c.direction != leads.Internal && len(c.recorded) == 0 && far != nil {
		c.recorded = append(c.recorded, leads.RecordedFile{File: snoopPrefix + "ctihub-" + far.id, Channel: far.id})
	}
}

// callerPresent reports whether the calling party is in the call. In a dial the user
// is, after picking up.
func (c *call) callerPresent() bool { return c.dialID == "" || c.userAnswered }

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

// ring records that the exchange rings a device.
func (c *call) ring(ch channel, at time.Time) *attempt {
	if a := c.attempt(ch.id); a != nil {
		return a
	}
	if !isDevice(ch.name) || ch.id == c.first {
		return nil
	}
	a := &attempt{channel: ch.id, extension: c.plan.extension(ch), state: leads.LegRinging, ringStart: at}
	if c.plan.isTrunk(ch.name) {
		a.outside = c.direction == leads.Out
		a.extension = ch.number
	}
	c.attempts = append(c.attempts, a)
	return a
}

// dialStatus applies the status of a Dial towards one device. The first final
// status counts: a queue's time-out gives NOANSWER and then CANCEL.
func (c *call) dialStatus(a *attempt, status string, at time.Time) {
	switch status {
	case "RINGING":
		a.ringConfirmed = true
	case "ANSWER":
		if a.answered.IsZero() {
			a.answered, a.ringConfirmed, c.pickedUp = at, true, true
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
		a.end(c.unansweredState(a), at)
	case "CANCEL":
		if !c.pickedUp && !c.callerHungUp {
			a.end(c.unansweredState(a), at)
		} else {
			a.end(c.stoppedState(), at)
		}
	}
}

// unansweredState is the state of a device whose time ran out.
func (c *call) unansweredState(a *attempt) leads.LegState {
	if a.ringConfirmed {
		return leads.LegNoAnswer
	}
	return leads.LegFailed
}

// stoppedState is the state of a device whose ringing was cancelled.
func (c *call) stoppedState() leads.LegState {
	if c.pickedUp {
		return leads.LegElsewhere
	}
	return leads.LegCancelled
}

// unhold ends the hold of the other side of a channel.
func (c *call) unhold(m *member, at time.Time) {
	if !m.holdSince.IsZero() && at.After(m.holdSince) {
		c.onHold += at.Sub(m.holdSince)
	}
	m.holdSince = time.Time{}
}

// Causes of Q.850 that say more than the status of a Dial.
const (
	causeBusy      = 17
	causeRejected  = 21
	causeElsewhere = 26
	causeUnseen    = -1 // not of Q.850: the channel was gone at a resync
)

// hangupOf ends the attempt of a channel that is gone, by its hang-up cause.
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
	case c.pickedUp || c.callerHungUp:
		a.end(c.stoppedState(), at)
	case cause == causeUnseen:
		a.end(leads.LegNoAnswer, at)
	default:
		a.end(c.unansweredState(a), at)
	}
}

// hangupRequest records which side hung up. Only the far end's own request counts;
// the exchange's own requests are soft.
func (c *call) hangupRequest(m *member, soft bool) {
	if soft {
		return
	}
	a := c.attempt(m.id)
	if a != nil && a.state == leads.LegRinging && a.answered.IsZero() {
		return // refused; the cause of its end will tell
	}
	if m.id == c.first && c.answered.IsZero() && c.callerPresent() {
		c.callerHungUp = true
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
