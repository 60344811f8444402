package asterisk

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
	"time"

	"ctihub/leads"
)

func sameSnapshot(a, b snapshot) bool { return reflect.DeepEqual(a, b) }

// celOrder settles which of the rows of one instant comes first.
var celOrder = []string{
	"CHAN_START", "ANSWER", "APP_START", "BRIDGE_EXIT", "BLINDTRANSFER", "ATTENDEDTRANSFER", "PICKUP", "LOCAL_OPTIMIZE",
	"BRIDGE_ENTER", "PARK_START", "PARK_END", "APP_END", "HANGUP", "CHAN_END", "LINKEDID_END",
}

func celBefore(a, b celRow) int {
	return cmp.Or(a.at.Compare(b.at), cmp.Compare(slices.Index(celOrder, a.kind), slices.Index(celOrder, b.kind)),
		cmp.Compare(a.uniqueid, b.uniqueid))
}

// calls makes the calls of a set: usually one. A linkedid that came to belong
// to another call's is told as a part of it; two customers who meet in one
// conference stay two calls.
func (s *celSet) calls(p *plan, cut time.Time) (out []snapshot) {
	slices.SortStableFunc(s.rows, celBefore)
	whole := map[string]bool{} // linkedids whose beginning the journal holds
	inbound := map[string]bool{}
	home := map[string]string{} // of a channel: its first linkedid
	for _, r := range s.rows {
		if home[r.uniqueid] == "" {
			home[r.uniqueid] = r.linkedid
		}
		if r.kind == "CHAN_START" && r.uniqueid == r.linkedid {
			whole[r.linkedid], inbound[r.linkedid] = true, p.isTrunk(r.channel)
		}
	}
	root := map[string]string{}
	find := func(id string) string {
		for root[id] != "" {
			id = root[id]
		}
		return id
	}
	unite := func(a, b string) {
		a, b = find(a), find(b)
		if a == b || inbound[a] && inbound[b] {
			return
		}
		if inbound[b] || !inbound[a] && b < a {
			a, b = b, a
		}
		root[b] = a
	}
	for _, r := range s.rows {
		unite(home[r.uniqueid], r.linkedid)
		for _, id := range []string{r.extra.Second, r.extra.Target, r.extra.Picker} {
			if home[id] != "" {
				unite(home[r.uniqueid], home[id])
			}
		}
	}
	rows := map[string][]celRow{}
	for _, r := range s.rows {
		to := find(home[r.uniqueid])
		rows[to] = append(rows[to], r)
	}
	for _, id := range s.linked {
		if !whole[find(id)] {
			continue
		}
		if to := find(id); to != id {
			if c, ok := s.part(p, id, to, home); ok && whole[id] {
				out = append(out, c)
			}
			continue
		}
		if c, ok := foldCall(p, id, rows[id], cut); ok {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, byStart)
	return out
}

// part tells the call that a united linkedid would have been, as a part.
func (s *celSet) part(p *plan, id, of string, home map[string]string) (snapshot, bool) {
	var own []celRow
	for _, r := range s.rows {
		if home[r.uniqueid] == id {
			own = append(own, r)
		}
	}
	c, ok := foldCall(p, id, own, time.Time{})
	c.PartOf = of
	return c, ok
}

// celCall is a call as the journal's rows unfold it.
type celCall struct {
	call
	since     map[string]time.Time // of channels that talk with the far side: from when
	talking   time.Time            // since when anybody does
	talked    time.Duration
	parked    time.Time // since when the far side is parked
	held      time.Duration
	mailed    time.Time // when voicemail took the call
	left      time.Time // when the calling party hung up by itself
	queues    []string
	transfers []leads.Transfer
	hangup    map[string]celExtra // of channels that are gone
	names     map[string]string   // of channels, as last seen
}

// foldCall makes one call of its rows, which are in order.
func foldCall(p *plan, id string, rows []celRow, cut time.Time) (snapshot, bool) {
	c := &celCall{
		call: call{id: id, plan: p}, since: map[string]time.Time{}, hangup: map[string]celExtra{}, names: map[string]string{},
	}
	dialled := rungChannels(rows)
	for _, r := range rows {
		c.row(r, dialled[r.uniqueid])
	}
	if c.first == "" || len(rows) == 0 {
		return snapshot{}, false
	}
	end := rows[len(rows)-1].at
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
	if !strings.Contains(r.channel, "<ZOMBIE>") {
		m.name = r.channel // another device may have slipped into the channel
		c.names[m.id] = r.channel
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
		c.runs(r)
	case "BRIDGE_ENTER":
		m.state, m.bridge = "Up", r.extra.Bridge
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
	if c.first == "" {
		c.begin(ch)
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

// runs notes an application that tells something about the call.
func (c *celCall) runs(r celRow) {
	switch r.app {
	case "Queue":
		name, _, _ := strings.Cut(r.appData, ",")
		if name != "" && !slices.Contains(c.queues, name) {
			c.queues = append(c.queues, name)
		}
		c.queue = cmp.Or(name, c.queue)
	case "VoiceMail", "MiniVM":
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
}

func (c *celCall) extensionOf(name string) string {
	if name == "" || !isDevice(name) {
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

// hungUp notes how a channel ended, and which side ended the talk.
func (c *celCall) hungUp(m *member, r celRow) {
	c.hangup[m.id] = r.extra
	if m.id == c.first && c.answered.IsZero() && r.extra.Source == m.name {
		c.quit, c.left = true, r.at
	}
	far := c.farSide()
	if c.answered.IsZero() || far == nil || far.id != m.id {
		return
	}
	switch source := r.extra.Source; {
	case source == "":
	case source == far.name:
		c.hangupBy = "caller"
	case isDevice(source) && !strings.HasPrefix(source, "dialplan/"):
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
	if a := c.attempt(c.farSide().id); a != nil && !a.answered.IsZero() {
		since = a.answered // outbound: the customer picked up
		a.state = leads.LegTalking
	}
	a := c.attempt(m.id)
	if a != nil && a.extension != operator && isDevice(m.name) && c.plan.isExtension(operator) {
		// Somebody else picked the ringing call up: his device took the channel over.
		a.channel += "/picked"
		a.answered = time.Time{}
		a.end(leads.LegElsewhere, at)
		a = nil
	}
	if a == nil {
		ch := m.channel
		a = c.ring(ch, at)
	}
	if a != nil {
		if a.answered.IsZero() {
			a.answered = at
		}
		a.state, a.rung, a.ended, since, operator = leads.LegTalking, true, time.Time{}, a.answered, a.extension
	}
	if c.answered.IsZero() {
		c.answered = since
	}
	c.picked, c.operator, c.hangupBy = true, operator, ""
}

// finishAt ends the call and settles what became of the devices that nobody took.
func (c *celCall) finishAt(end time.Time) {
	c.unpark(end)
	if !c.talking.IsZero() {
		c.talked += end.Sub(c.talking)
	}
	c.ended = end
	for _, a := range c.attempts {
		switch {
		case a.state == leads.LegTalking:
			a.end(leads.LegEnded, cmp.Or(a.ended, end))
		case a.state == leads.LegRinging:
			a.end(c.outcome(a), cmp.Or(a.ended, end))
		}
	}
}

// cancelWithin is how long after the calling party's hang-up a device may be
// stopped because of it.
const cancelWithin = time.Second

// outcome is what became of a device that rang and did not talk with the far side.
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
	case cause == 1 || cause == 3 || cause == 18 || cause == 20 || cause == 27 || cause == 34 || cause == 38:
		return leads.LegFailed
	}
	if c.quit && ended.Sub(c.left).Abs() < cancelWithin {
		return leads.LegCancelled
	}
	for _, o := range c.attempts {
		if o != a && !o.answered.IsZero() && o.answered.Sub(ended).Abs() < cancelWithin && !o.rang.After(ended) {
			return leads.LegElsewhere
		}
	}
	return leads.LegNoAnswer
}

// snapshot is the call as it is handed out.
func (c *celCall) snapshot() snapshot {
	until := cmp.Or(c.answered, c.mailed, c.ended)
	if !c.mailed.IsZero() && c.answered.After(c.mailed) {
		until = c.answered
	}
	return snapshot{Call: leads.Call{
		Linkedid: c.id, Direction: c.direction, State: leads.CallEnded, Disposition: c.disposition(),
		From: c.from, To: c.dialled, DID: c.did, Queue: c.queue, Operator: c.operator, HangupBy: c.hangupBy,
		Started: c.started, Answered: c.answered, Ended: c.ended, Legs: c.legs(),
		Journal: true, Queues: c.queues, Transfers: c.transfers,
		Waited: until.Sub(c.started), Rung: c.rang(until), Talked: c.talked, Held: c.held,
	}}
}

// rang is how long, until then, at least one device rang.
func (c *celCall) rang(until time.Time) (sum time.Duration) {
	covered := c.started
	for _, a := range slices.SortedFunc(slices.Values(c.attempts), func(a, b *attempt) int { return a.rang.Compare(b.rang) }) {
		from, to := a.rang, cmp.Or(a.answered, a.ended)
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
