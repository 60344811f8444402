package asterisk

import (
	"testing"
	"time"

	"ctihub/connectors/asterisk/asterisktest"
	"ctihub/deploy/pbx/sip"
)

// stage is where a scenario is played: a real exchange, and the hub's view.
type stage struct {
	*testing.T
	*asterisktest.PBX
	hub *memory
}

func (s stage) rings(p *sip.Phone) *sip.Call { return asterisktest.Next(s.T, p.Rings()).Call }

func (s stage) ended(c *sip.Call) {
	s.Helper()
	asterisktest.Wait(s.T, "the end of the call", c.Done())
}

func (s stage) sees(part string) { s.Helper(); s.hub.untilCall(s.T, part) }

const ms = time.Millisecond

// scenario is a way in which a call may go. What the hub must make of it is
// written from what the people do in it, not from what the hub says.
type scenario struct {
	name string
	slow bool // takes a time-out of the dialplan: played only to be recorded
	play func(s stage)
	want []string
	path []string // states of the first call, as they must follow each other

	// journal is what the exchange's own journal must make of it, where that is
	// more than was seen live; see told. Without want only the journal is asked.
	journal []string
	held    time.Duration // how long the customer was on hold or parked, at least
}

var scenarios = []scenario{
	{
		name: "direct, caller hangs up",
		play: func(s stage) {
			s.Phone("100", 100*ms, 0)
			c := s.Call("79160000001", "7001")
			s.sees("talking")
			c.Hangup()
		},
		want: []string{"in ended answered from=+79160000001 to=7001 did=7001 operator=100 hangup=caller 100:ended"},
		path: []string{
			"in ringing from=+79160000001 to=7001 did=7001 100:ringing",
			"in talking from=+79160000001 to=7001 did=7001 operator=100 100:talking",
			"in ended answered from=+79160000001 to=7001 did=7001 operator=100 hangup=caller 100:ended",
		},
	}, {
		name: "direct, operator hangs up",
		play: func(s stage) {
			p := s.Phone("100", 100*ms, 0)
			s.Call("79160000002", "7001")
			s.sees("talking")
			s.rings(p).Hangup()
		},
		want: []string{"in ended answered from=+79160000002 to=7001 did=7001 operator=100 hangup=operator 100:ended"},
	}, {
		name: "two phones at once",
		play: func(s stage) {
			a, b := s.Phone("100", -1, 0), s.Phone("101", -1, 0)
			c := s.Call("79160000003", "7004")
			s.rings(a)
			ring := s.rings(b)
			s.sees("100:ringing 101:ringing")
			ring.Answer()
			s.sees("talking")
			c.Hangup()
		},
		want: []string{"in ended answered from=+79160000003 to=7004 did=7004 operator=101 hangup=caller 100:elsewhere 101:ended"},
	}, {
		name: "queue, all ring, one answers",
		play: func(s stage) {
			a := s.Phone("100", -1, 0)
			s.Phone("101", -1, 0)
			s.Phone("102", -1, 0)
			c := s.Call("79160000004", "7002")
			s.sees("100:ringing 101:ringing 102:ringing")
			s.rings(a).Answer()
			s.sees("talking")
			c.Hangup()
		},
		want: []string{"in ended answered from=+79160000004 to=7002 did=7002 queue=sales operator=100 hangup=caller 100:ended 101:elsewhere 102:elsewhere"},
	}, {
		name: "queue, one after the other",
		play: func(s stage) {
			s.Phone("100", -1, 0)
			b := s.Phone("101", 50*ms, 0)
			c := s.Call("79160000005", "7003")
			ring := s.rings(b)
			s.sees("talking")
			ring.Hangup()
			s.ended(c)
		},
		want: []string{"in ended answered from=+79160000005 to=7003 did=7003 queue=support operator=101 hangup=operator 100:noanswer 101:ended"},
	}, {
		name: "queue behind Local channels",
		play: func(s stage) {
			a := s.Phone("100", -1, 0)
			s.Phone("101", -1, 0)
			c := s.Call("79160000006", "7006")
			s.sees("100:ringing 101:ringing")
			s.rings(a).Answer()
			s.sees("talking")
			c.Hangup()
		},
		want: []string{"in ended answered from=+79160000006 to=7006 did=7006 queue=office operator=100 hangup=caller 100:ended 101:elsewhere"},
	}, {
		name: "no answer", slow: true,
		play: func(s stage) {
			s.Phone("100", -1, 0)
			s.ended(s.Call("79160000007", "7001"))
		},
		want: []string{"in ended missed from=+79160000007 to=7001 did=7001 100:noanswer"},
	}, {
		name: "busy",
		play: func(s stage) {
			s.RejectingPhone("100", 50*ms, 486)
			s.ended(s.Call("79160000008", "7001"))
		},
		want: []string{"in ended busy from=+79160000008 to=7001 did=7001 100:busy"},
	}, {
		name: "declined",
		play: func(s stage) {
			s.RejectingPhone("100", 50*ms, 603)
			s.ended(s.Call("79160000009", "7001"))
		},
		want: []string{"in ended declined from=+79160000009 to=7001 did=7001 100:declined"},
	}, {
		name: "caller gives up",
		play: func(s stage) {
			s.Phone("100", -1, 0)
			c := s.Call("79160000010", "7001")
			s.sees("100:ringing")
			c.Hangup()
		},
		want: []string{"in ended abandoned from=+79160000010 to=7001 did=7001 100:cancelled"},
	}, {
		name: "caller gives up in the queue, after the exchange answered",
		play: func(s stage) {
			s.Phone("100", -1, 0)
			s.Phone("101", -1, 0)
			s.Phone("102", -1, 0)
			c := s.Call("79160000011", "7002")
			s.sees("102:ringing")
			c.Hangup()
		},
		want: []string{"in ended abandoned from=+79160000011 to=7002 did=7002 queue=sales 100:cancelled 101:cancelled 102:cancelled"},
	}, {
		name: "caller gives up in the queue, before any answer",
		play: func(s stage) {
			s.Phone("100", -1, 0)
			s.Phone("101", -1, 0)
			c := s.Call("79160000012", "7006")
			s.sees("101:ringing")
			c.Hangup()
		},
		want: []string{"in ended abandoned from=+79160000012 to=7006 did=7006 queue=office 100:cancelled 101:cancelled"},
	}, {
		name: "queue, nobody answers", slow: true,
		play: func(s stage) {
			s.Phone("100", -1, 0)
			s.Phone("101", -1, 0)
			s.ended(s.Call("79160000013", "7003"))
		},
		want: []string{"in ended missed from=+79160000013 to=7003 did=7003 queue=support 100:noanswer 100:noanswer 101:noanswer 101:noanswer"},
	}, {
		name: "unknown device",
		play: func(s stage) { s.ended(s.Call("79160000014", "7008")) },
		want: []string{"in ended failed from=+79160000014 to=7008 did=7008"},
	}, {
		name: "phone out of reach", slow: true,
		play: func(s stage) { s.ended(s.Call("79160000015", "7001")) },
		want: []string{"in ended unreachable from=+79160000015 to=7001 did=7001 100:failed"},
	}, {
		name: "caller hangs up during an announcement",
		play: func(s stage) {
			c := s.Call("79160000016", "7009")
			s.sees("ringing")
			c.Hangup()
		},
		want: []string{"in ended abandoned from=+79160000016 to=7009 did=7009"},
	}, {
		name: "withheld number",
		play: func(s stage) {
			s.Phone("100", 50*ms, 0)
			c := s.Call("anonymous", "7001")
			s.sees("talking")
			c.Hangup()
		},
		want: []string{"in ended answered to=7001 did=7001 operator=100 hangup=caller 100:ended"},
	}, {
		name: "internal",
		play: func(s stage) {
			s.Phone("101", 50*ms, 0)
			c := s.Call("100", "101")
			s.sees("talking")
			c.Hangup()
		},
		want: []string{"internal ended answered from=100 to=101 operator=101 hangup=caller 101:ended"},
	}, {
		name: "outbound",
		play: func(s stage) {
			p := s.Phone("trunk", 50*ms, 0)
			s.Call("100", "79001112233")
			s.sees("talking")
			s.rings(p).Hangup()
		},
		want: []string{"out ended answered from=100 to=79001112233 operator=100 hangup=caller"},
	}, {
		name: "outbound, busy",
		play: func(s stage) {
			s.RejectingPhone("trunk", 50*ms, 486)
			s.ended(s.Call("100", "79001112234"))
		},
		want: []string{"out ended busy from=100 to=79001112234 operator=100"},
	}, {
		name: "blind transfer",
		play: func(s stage) {
			a, b := s.Phone("100", 50*ms, 0), s.Phone("101", -1, 0)
			c := s.Call("79160000017", "7001")
			s.sees("operator=100 100:talking")
			s.rings(a).Transfer("101")
			ring := s.rings(b)
			s.sees("101:ringing")
			ring.Answer()
			s.sees("operator=101")
			c.Hangup()
		},
		want: []string{"in ended answered from=+79160000017 to=7001 did=7001 operator=101 hangup=caller 100:ended 101:ended"},
	}, {
		name: "attended transfer",
		play: func(s stage) {
			a := s.Phone("100", 50*ms, 0)
			s.Phone("101", 50*ms, 0)
			c := s.Call("79160000018", "7001")
			s.sees("operator=100 100:talking")
			consult := s.Call("100", "101")
			s.sees("internal talking from=100 to=101 operator=101 101:talking")
			s.rings(a).Connect(consult)
			s.sees("in talking from=+79160000018 to=7001 did=7001 operator=101 100:ended 101:talking")
			c.Hangup()
		},
		want: []string{
			"in ended answered from=+79160000018 to=7001 did=7001 operator=101 hangup=caller 100:ended 101:ended",
			"internal ended answered from=100 to=101 operator=101 101:ended",
		},
	}, {
		name: "attended transfer to a ringing phone",
		play: func(s stage) {
			a, b := s.Phone("100", 50*ms, 0), s.Phone("101", -1, 0)
			c := s.Call("79160000019", "7001")
			s.sees("operator=100 100:talking")
			consult := s.Call("100", "101")
			ring := s.rings(b)
			asterisktest.Wait(s.T, "ringing", consult.Ringing())
			s.sees("internal ringing from=100 to=101 101:ringing")
			s.rings(a).Connect(consult)
			s.sees("in talking from=+79160000019 to=7001 did=7001 operator=100 100:ended 101:ringing")
			ring.Answer()
			s.sees("in talking from=+79160000019 to=7001 did=7001 operator=101 100:ended 101:talking")
			c.Hangup()
		},
		want: []string{
			"in ended answered from=+79160000019 to=7001 did=7001 operator=101 hangup=caller 100:ended 101:ended",
			"internal ended missed from=100 to=101 101:noanswer",
		},
	},
}
