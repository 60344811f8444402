package asterisk

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"ctihub/leads"
)

// celCall is the state of a call while its journal rows are applied in order.
type celCall struct {
	call
	talkingSince map[string]time.Time // of channels that talk with the far side
	talkStart    time.Time            // when the first of them began; zero: none talks
	talked       time.Duration
	parked       time.Time // since when the far side is parked
	held         time.Duration
	voicemailAt  time.Time // when voicemail took the call
	farHungUp    time.Time // when the far side hung up
	lastAppStart time.Time // when the calling party last went on in the dialplan
	lastRing     time.Time // when a device was last rung
	lastTalker   string    // channel of the operator who talked last
	queues       []string
	transfers    []leads.Transfer
	hangup       map[string]celExtra // of channels that are gone
}

// assembleCall makes one call of its rows, which are in order.
func assembleCall(p *plan, id string, rows []celRow, lostAt time.Time) (snapshot, bool) {
	c := &celCall{call: call{id: id, plan: p}, talkingSince: map[string]time.Time{}, hangup: map[string]celExtra{}}
	dialled := rungChannels(rows)
	for _, r := range rows {
		c.handleRow(r, dialled[r.uniqueid])
	}
	if c.first == "" {
		return snapshot{}, false
	}
	end := c.started
	for _, r := range rows {
		if r.kind != "LINKEDID_END" && r.at.After(end) { // which comes late, or not at all
			end = r.at
		}
	}
	if !lostAt.IsZero() {
		end, c.endUnseen = lostAt, true
	}
	c.finishAt(end)
	return c.snapshot(), true
}

// rungChannels returns the channels that the exchange dialled, by their application.
func rungChannels(rows []celRow) map[string]bool {
	rung := map[string]bool{}
	for _, r := range rows {
		if strings.HasPrefix(r.app, "AppDial") || r.app == "AppQueue" ||
			r.kind == "CHAN_START" && r.uniqueid != r.linkedid && (r.exten == "s" || r.exten == "") {
			rung[r.uniqueid] = true
		}
	}
	return rung
}

// handleRow applies the next row.
func (c *celCall) handleRow(r celRow, rung bool) {
	m := c.member(r.uniqueid)
	if r.kind == "CHAN_START" {
		m = c.addChannel(r, rung)
	}
	if m == nil {
		return
	}
	m.name = r.channel // another device may have slipped into the channel
	if !rung || m.id == c.first {
		c.noteApplication(m, r)
	}
	switch r.kind {
	case "ANSWER":
		m.state = "Up"
		if a := c.attempt(m.id); a != nil && a.answered.IsZero() {
			a.answered, a.ringConfirmed = r.at, true
		}
		if m.id == c.first && c.direction == leads.In {
			c.exchangeAnswered = true
		}
	case "APP_START":
		if m.id == c.first {
			c.lastAppStart = r.at
		}
	case "BRIDGE_ENTER":
		if m.state = "Up"; r.extra.BridgeTech != holding {
			m.bridge = r.extra.Bridge
		}
	case "BRIDGE_EXIT":
		if m.bridge == r.extra.Bridge {
			m.bridge = ""
		}
	case "PARK_START":
		c.parked = r.at
	case "PARK_END":
		c.unpark(r.at)
	case "BLINDTRANSFER", "ATTENDEDTRANSFER":
		c.transfer(r)
	case "HANGUP":
		c.hungUp(m, r)
	case "CHAN_END":
		c.removeChannel(m, r.at)
	}
	c.updateTalking(r.at)
}

// addChannel adds a channel.
func (c *celCall) addChannel(r celRow, rung bool) *member {
	ch := channel{id: r.uniqueid, name: r.channel, number: r.number, exten: r.exten, dnid: r.dnid, created: r.at, linkedid: r.linkedid}
	m := &member{channel: ch}
	c.members = append(c.members, m)
	if !isDevice(ch.name) {
		return m
	}
	c.lastRing = r.at
	if c.first == "" {
		c.begin(ch)
		if rung {
			c.beginClickToCall(ch)
		}
		return m
	}
	if c.plan.isTrunk(ch.name) && rung {
		c.goesOutside()
	}
	if rung {
		c.ring(ch, r.at)
	}
	return m
}

// beginClickToCall begins a call that was originated: its first channel is a device
// that the exchange rang.
func (c *celCall) beginClickToCall(ch channel) {
	c.direction, c.did, c.dialled = leads.Out, "", ""
	c.from = c.plan.extension(ch)
	c.operator = c.from
	c.attempts = append(c.attempts, &attempt{channel: ch.id, extension: c.from, state: leads.LegRinging, ringStart: ch.created})
}

// noteApplication notes the dialplan application. It is read from every row, because
// the move from one queue to the next has no row of its own.
func (c *celCall) noteApplication(m *member, r celRow) {
	if m.id == c.first && c.dialled == "" && r.exten != "" && r.exten != "s" {
		c.dialled = r.exten
		if !c.plan.isOutside(r.exten) {
			c.direction, c.operator = leads.Internal, ""
		}
	}
	switch {
	case r.app == "Queue":
		name, _, _ := strings.Cut(r.appData, ",")
		if name != "" && (len(c.queues) == 0 || c.queues[len(c.queues)-1] != name) {
			c.queues = append(c.queues, name)
		}
		c.queue = cmp.Or(name, c.queue)
	case isVoicemail(r.app):
		c.voicemail = true
		if c.voicemailAt.IsZero() {
			c.voicemailAt = r.at
		}
	}
}

func (c *celCall) unpark(at time.Time) {
	if !c.parked.IsZero() {
		c.held += at.Sub(c.parked)
		c.parked = time.Time{}
	}
}

// transfer records who transferred the call to whom.
func (c *celCall) transfer(r celRow) {
	t := leads.Transfer{At: r.at, Kind: leads.TransferBlind, From: c.extensionOf(r.channel), To: r.extra.Exten}
	if r.kind == "ATTENDEDTRANSFER" {
		t.Kind, t.To = leads.TransferAttended, c.extensionOf(r.extra.TargetName)
		if t.To == "" {
			t.To = c.consultedNumber(r.extra.Second)
		}
	}
	c.transfers = append(c.transfers, t)
	if c.lastTalker == r.uniqueid {
		c.lastTalker = "" // the party that transfers leaves, the call goes on
	}
}

func (c *celCall) extensionOf(name string) string {
	if !strings.Contains(name, "-") || !isDevice(name) {
		return ""
	}
	return c.plan.extension(channel{name: name})
}

// consultedNumber returns the number that the transferer's second channel dialled.
func (c *celCall) consultedNumber(id string) string {
	if m := c.member(id); m != nil {
		return m.exten
	}
	return ""
}

// hungUp records a channel's hang-up, and which side ended the conversation: the
// one whose channel was first to hang up by itself.
func (c *celCall) hungUp(m *member, r celRow) {
	c.hangup[m.id] = r.extra
	byItself := r.extra.Source == m.name
	far := c.farSide()
	ringing := c.attempt(m.id) != nil && c.attempt(m.id).answered.IsZero()
	switch {
	case !byItself || ringing:
	case m.id == c.first && c.answered.IsZero():
		c.callerHungUp, c.farHungUp = true, r.at
	case far != nil && far.id == m.id:
		c.farHungUp = r.at
		if c.hangupBy == "" && !c.answered.IsZero() {
			c.hangupBy = "caller"
		}
	case m.id == c.lastTalker && c.hangupBy == "":
		c.hangupBy = "operator"
	}
}

// removeChannel removes a channel from the call.
func (c *celCall) removeChannel(m *member, at time.Time) {
	m.bridge = ""
	c.updateTalking(at)
	if a := c.attempt(m.id); a != nil && a.live() {
		a.ended = at
		if a.state == leads.LegTalking {
			a.state = leads.LegEnded
		}
	}
	c.members = slices.DeleteFunc(c.members, func(o *member) bool { return o == m })
}

// updateTalking determines which channels talk with the far side now.
func (c *celCall) updateTalking(at time.Time) {
	far := c.farSide()
	anybody := false
	for _, m := range c.members {
		if m == far || !isDevice(m.name) {
			continue
		}
		now := far != nil && far.state == "Up" && m.state == "Up" && c.connected(far, m)
		anybody = anybody || now
		_, before := c.talkingSince[m.id]
		switch {
		case now && !before:
			c.talkingSince[m.id] = at
			c.beginTalk(m, at)
		case !now && before:
			delete(c.talkingSince, m.id)
		}
	}
	switch {
	case anybody && c.talkStart.IsZero():
		c.talkStart = at
	case !anybody && !c.talkStart.IsZero():
		c.talked += at.Sub(c.talkStart)
		c.talkStart = time.Time{}
	}
}

// beginTalk records that an operator talks with the far side.
func (c *celCall) beginTalk(m *member, at time.Time) {
	operator, since := c.plan.extension(m.channel), at
	a := c.attempt(m.id)
	if a == nil {
		a = c.ring(m.channel, at)
	}
	if a != nil {
		a.answered = cmp.Or(a.answered, at) // taken without being dialled: pick-up, transfer, conference
		a.state, a.ringConfirmed, a.ended, since, operator = leads.LegTalking, true, time.Time{}, a.answered, a.extension
	}
	if far := c.attempt(c.farSide().id); far != nil && !far.answered.IsZero() {
		since, far.state = far.answered, leads.LegTalking // outbound: the customer picked up
	}
	c.answered = cmp.Or(c.answered, since)
	c.pickedUp, c.operator, c.hangupBy, c.lastTalker = true, operator, "", m.id
}
