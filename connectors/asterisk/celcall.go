package asterisk

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"ctihub/leads"
)

// celCall is a call as the journal's rows unfold it.
type celCall struct {
	call
	since     map[string]time.Time // of channels that talk with the far side: from when
	talking   time.Time            // since when anybody does
	talked    time.Duration
	parked    time.Time // since when the far side is parked
	held      time.Duration
	mailed    time.Time // when voicemail took the call
	left      time.Time // when the far side hung up by itself
	moved     time.Time // when the calling party last went on in the dialplan
	rung      time.Time // when a device was last rung
	lastTalk  string    // channel of the operator who talked last
	queues    []string
	transfers []leads.Transfer
	hangup    map[string]celExtra // of channels that are gone
}

// assembleCall makes one call of its rows, which are in order.
func assembleCall(p *plan, id string, rows []celRow, cut time.Time) (snapshot, bool) {
	c := &celCall{call: call{id: id, plan: p}, since: map[string]time.Time{}, hangup: map[string]celExtra{}}
	dialled := rungChannels(rows)
	for _, r := range rows {
		c.row(r, dialled[r.uniqueid])
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
	if !cut.IsZero() {
		end, c.lost = cut, true
	}
	c.finishAt(end)
	return c.snapshot(), true
}

// rungChannels returns the channels that the exchange rang, by what they ran.
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

// row takes the next row.
func (c *celCall) row(r celRow, rung bool) {
	m := c.member(r.uniqueid)
	if r.kind == "CHAN_START" {
		m = c.start(r, rung)
	}
	if m == nil {
		return
	}
	m.name = r.channel // another device may have slipped into the channel
	if !rung || m.id == c.first {
		c.runs(m, r)
	}
	switch r.kind {
	case "ANSWER":
		m.state = "Up"
		if a := c.attempt(m.id); a != nil && a.answered.IsZero() {
			a.answered, a.rung = r.at, true
		}
		if m.id == c.first && c.direction == leads.In {
			c.up = true
		}
	case "APP_START":
		if m.id == c.first {
			c.moved = r.at
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
		c.gone(m, r.at)
	}
	c.listen(r.at)
}

// start adds a channel.
func (c *celCall) start(r celRow, rung bool) *member {
	ch := channel{id: r.uniqueid, name: r.channel, number: r.number, exten: r.exten, dnid: r.dnid, created: r.at, linkedid: r.linkedid}
	m := &member{channel: ch}
	c.members = append(c.members, m)
	if !isDevice(ch.name) {
		return m
	}
	c.rung = r.at
	if c.first == "" {
		c.begin(ch)
		if rung {
			c.clicked(ch)
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

// clicked begins a call that the exchange was asked to make: the channel that
// began it is a device that it rang.
func (c *celCall) clicked(ch channel) {
	c.direction, c.did, c.dialled = leads.Out, "", ""
	c.from = c.plan.extension(ch)
	c.operator = c.from
	c.attempts = append(c.attempts, &attempt{channel: ch.id, extension: c.from, state: leads.LegRinging, rang: ch.created})
}

// runs notes where the call stands in the dialplan. The application of each row
// counts: from one queue to the next the journal has no row of its own.
func (c *celCall) runs(m *member, r celRow) {
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
		if c.mailed.IsZero() {
			c.mailed = r.at
		}
	}
}

func (c *celCall) unpark(at time.Time) {
	if !c.parked.IsZero() {
		c.held += at.Sub(c.parked)
		c.parked = time.Time{}
	}
}

// transfer notes who handed the call over to whom.
func (c *celCall) transfer(r celRow) {
	t := leads.Transfer{At: r.at, Kind: leads.TransferBlind, From: c.extensionOf(r.channel), To: r.extra.Exten}
	if r.kind == "ATTENDEDTRANSFER" {
		t.Kind, t.To = leads.TransferAttended, c.extensionOf(r.extra.TargetName)
		if t.To == "" {
			t.To = c.consulted(r.extra.Second)
		}
	}
	c.transfers = append(c.transfers, t)
	if c.lastTalk == r.uniqueid {
		c.lastTalk = "" // he leaves, the call does not end
	}
}

func (c *celCall) extensionOf(name string) string {
	if !strings.Contains(name, "-") || !isDevice(name) {
		return ""
	}
	return c.plan.extension(channel{name: name})
}

// consulted is the number that the transferer's second channel dialled.
func (c *celCall) consulted(id string) string {
	if m := c.member(id); m != nil {
		return m.exten
	}
	return ""
}

// hungUp notes how a channel ended, and which side ended the talk: the channel
// that hung up by itself before the other one.
func (c *celCall) hungUp(m *member, r celRow) {
	c.hangup[m.id] = r.extra
	byItself := r.extra.Source == m.name
	far := c.farSide()
	ringing := c.attempt(m.id) != nil && c.attempt(m.id).answered.IsZero()
	switch {
	case !byItself || ringing:
	case m.id == c.first && c.answered.IsZero():
		c.quit, c.left = true, r.at
	case far != nil && far.id == m.id:
		c.left = r.at
		if c.hangupBy == "" && !c.answered.IsZero() {
			c.hangupBy = "caller"
		}
	case m.id == c.lastTalk && c.hangupBy == "":
		c.hangupBy = "operator"
	}
}

// gone takes a channel out of the call.
func (c *celCall) gone(m *member, at time.Time) {
	m.bridge = ""
	c.listen(at)
	if a := c.attempt(m.id); a != nil && a.live() {
		a.ended = at
		if a.state == leads.LegTalking {
			a.state = leads.LegEnded
		}
	}
	c.members = slices.DeleteFunc(c.members, func(o *member) bool { return o == m })
}

// listen finds out who talks with the far side now.
func (c *celCall) listen(at time.Time) {
	far := c.farSide()
	anybody := false
	for _, m := range c.members {
		if m == far || !isDevice(m.name) {
			continue
		}
		now := far != nil && far.state == "Up" && m.state == "Up" && c.connected(far, m)
		anybody = anybody || now
		_, before := c.since[m.id]
		switch {
		case now && !before:
			c.since[m.id] = at
			c.talks(m, at)
		case !now && before:
			delete(c.since, m.id)
		}
	}
	switch {
	case anybody && c.talking.IsZero():
		c.talking = at
	case !anybody && !c.talking.IsZero():
		c.talked += at.Sub(c.talking)
		c.talking = time.Time{}
	}
}

// talks notes that an operator talks with the far side.
func (c *celCall) talks(m *member, at time.Time) {
	operator, since := c.plan.extension(m.channel), at
	a := c.attempt(m.id)
	if a == nil {
		a = c.ring(m.channel, at)
	}
	if a != nil {
		a.answered = cmp.Or(a.answered, at) // taken without being dialled: pick-up, transfer, conference
		a.state, a.rung, a.ended, since, operator = leads.LegTalking, true, time.Time{}, a.answered, a.extension
	}
	if far := c.attempt(c.farSide().id); far != nil && !far.answered.IsZero() {
		since, far.state = far.answered, leads.LegTalking // outbound: the customer picked up
	}
	c.answered = cmp.Or(c.answered, since)
	c.picked, c.operator, c.hangupBy, c.lastTalk = true, operator, "", m.id
}
