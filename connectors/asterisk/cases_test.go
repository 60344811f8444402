package asterisk

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"ctihub/connectors/asterisk/asterisktest"
	"ctihub/deploy/pbx/sip"
)

// answered waits until somebody, or the exchange, answers a call.
func (s stage) answered(c *sip.Call) {
	s.Helper()
	asterisktest.Wait(s.T, "an answer", c.Answered())
}

// talk lets people talk. How long is part of what they do, not a wait for something.
func (s stage) talk(d time.Duration) { time.Sleep(d) }

// originate asks the exchange to ring an operator and then to dial for him.
func (s stage) originate(operator, number string) {
	s.Helper()
	address, user, password := s.ARI()
	q := url.Values{
		"endpoint": {"PJSIP/" + operator}, "extension": {number}, "context": {"internal"}, "priority": {"1"},
		"channelId": {"ctihub-" + s.Dir()[strings.LastIndex(s.Dir(), "/")+1:]}, "callerId": {operator},
	}
	req, err := http.NewRequestWithContext(s.Context(), http.MethodPost, address+"/ari/channels?"+q.Encode(), nil)
	if err != nil {
		s.Fatal(err)
	}
	req.SetBasicAuth(user, password)
	req.Close = true
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK {
		s.Fatalf("originate: %s", res.Status)
	}
}

// cases are the calls that only the journal tells whole.
var cases = []scenario{
	{
		name: "voicemail",
		play: func(s stage) {
			s.Phone("100", -1, 0)
			c := s.Call("79160000101", "7010")
			s.answered(c)
			s.talk(500 * ms)
			c.Hangup()
			s.ended(c)
		},
		journal: []string{"in ended voicemail from=+79160000101 to=7010 did=7010 100:noanswer"},
	}, {
		name: "queue by penalty",
		play: func(s stage) {
			a, b := s.Phone("100", 50*ms, 0), s.Phone("101", 50*ms, 0)
			one := s.Call("79160000102", "7011")
			s.rings(a)
			s.answered(one)
			two := s.Call("79160000103", "7011")
			s.rings(b)
			s.answered(two)
			s.talk(300 * ms)
			two.Hangup()
			one.Hangup()
			s.ended(one)
			s.ended(two)
		},
		journal: []string{
			"in ended answered from=+79160000102 to=7011 did=7011 queue=tiers operator=100 hangup=caller 100:ended",
			"in ended answered from=+79160000103 to=7011 did=7011 queue=tiers operator=101 hangup=caller 101:ended",
		},
	}, {
		name: "from queue to queue",
		play: func(s stage) {
			s.Phone("100", -1, 0)
			p := s.Phone("102", -1, 0)
			c := s.Call("79160000104", "7012")
			s.rings(p).Answer()
			s.answered(c)
			s.talk(300 * ms)
			c.Hangup()
			s.ended(c)
		},
		journal: []string{"in ended answered from=+79160000104 to=7012 did=7012 queue=late operator=102 hangup=caller 100:noanswer 102:ended queues=tiers>late"},
	}, {
		name: "transferred into a queue",
		play: func(s stage) {
			a := s.Phone("100", 50*ms, 0)
			c := s.Call("79160000105", "7011")
			ring := s.rings(a)
			s.answered(c)
			s.talk(300 * ms)
			p := s.Phone("102", 50*ms, 0)
			ring.Transfer("602")
			next := s.rings(p)
			s.answered(next)
			s.talk(300 * ms)
			next.Hangup()
			s.ended(c)
		},
		journal: []string{"in ended answered from=+79160000105 to=7011 did=7011 queue=late operator=102 hangup=operator 100:ended 102:ended queues=tiers>late blind:100>602"},
	}, {
		name: "queue behind Local channels that step aside",
		play: func(s stage) {
			s.Phone("100", -1, 0)
			p := s.Phone("101", 50*ms, 0)
			c := s.Call("79160000106", "7013")
			s.answered(s.rings(p))
			s.talk(500 * ms)
			c.Hangup()
			s.ended(c)
		},
		journal: []string{"in ended answered from=+79160000106 to=7013 did=7013 queue=light operator=101 hangup=caller 100:elsewhere 101:ended"},
	}, {
		name: "call forward",
		play: func(s stage) {
			s.ForwardingPhone("100", "102")
			p := s.Phone("102", 50*ms, 0)
			c := s.Call("79160000107", "7001")
			ring := s.rings(p)
			s.answered(c)
			s.talk(300 * ms)
			ring.Hangup()
			s.ended(c)
		},
		journal: []string{"in ended answered from=+79160000107 to=7001 did=7001 operator=102 hangup=operator 100:forwarded 102:ended"},
	}, {
		name: "pickup",
		play: func(s stage) {
			p := s.Phone("100", -1, 0)
			c := s.Call("79160000108", "7001")
			s.rings(p)
			s.answered(s.Call("101", "*8"))
			s.answered(c)
			s.talk(300 * ms)
			c.Hangup()
			s.ended(c)
		},
		journal: []string{"in ended answered from=+79160000108 to=7001 did=7001 operator=101 hangup=caller 100:elsewhere 101:ended", "part from=101 to=*8"},
	}, {
		name: "parking",
		play: func(s stage) {
			a := s.Phone("100", 50*ms, 0)
			c := s.Call("79160000109", "7001")
			ring := s.rings(a)
			s.answered(c)
			s.talk(300 * ms)
			ring.Transfer("700")
			s.talk(300 * ms)
			ring.Hangup()
			s.talk(1200 * ms)
			s.answered(s.Call("101", "701"))
			s.talk(1500 * ms) // he hears a tone first
			c.Hangup()
			s.ended(c)
		},
		held:    1500 * ms,
		journal: []string{"in ended answered from=+79160000109 to=7001 did=7001 operator=101 hangup=caller 100:ended 101:ended blind:100>700", "part from=101 to=701"},
	}, {
		name: "two callers parked, one fetched",
		play: func(s stage) {
			a, b := s.Phone("100", 50*ms, 0), s.Phone("101", 50*ms, 0)
			park := func(from string, phone *sip.Phone, did string) *sip.Call {
				c := s.Call(from, did)
				ring := s.rings(phone)
				s.answered(c)
				s.talk(300 * ms)
				ring.Transfer("700")
				s.talk(300 * ms)
				ring.Hangup()
				return c
			}
			one, two := park("79160000117", a, "7001"), park("79160000118", b, "7101")
			s.answered(s.Call("102", "701"))
			s.talk(1500 * ms) // he hears a tone first
			one.Hangup()
			s.ended(one)
			two.Hangup()
			s.ended(two)
		},
		held: 300 * ms,
		journal: []string{
			"in ended answered from=+79160000117 to=7001 did=7001 operator=102 hangup=caller 100:ended 102:ended blind:100>700",
			"in ended answered from=+79160000118 to=7101 did=7101 operator=101 hangup=caller 101:ended blind:101>700",
			"part from=102 to=701",
		},
	}, {
		name: "conference",
		play: func(s stage) {
			c := s.Call("79160000110", "7014")
			s.answered(c)
			a := s.Call("100", "650")
			s.answered(a)
			s.talk(1500 * ms) // Answer waits half a second for sound
			c.Hangup()
			s.ended(c)
			a.Hangup()
			s.ended(a)
		},
		journal: []string{"in ended answered from=+79160000110 to=7014 did=7014 operator=100 hangup=caller 100:ended", "part from=100 to=650"},
	}, {
		name: "conference of two customers",
		play: func(s stage) {
			one := s.Call("79160000111", "7014")
			s.answered(one)
			two := s.Call("79160000112", "7014")
			s.answered(two)
			a := s.Call("100", "650")
			s.answered(a)
			s.talk(1500 * ms) // Answer waits half a second for sound
			one.Hangup()
			s.ended(one)
			two.Hangup()
			s.ended(two)
			a.Hangup()
			s.ended(a)
		},
		journal: []string{
			"in ended answered from=+79160000111 to=7014 did=7014 operator=100 hangup=caller 100:ended",
			"in ended answered from=+79160000112 to=7014 did=7014 operator=100 hangup=caller 100:ended",
			"part from=100 to=650",
		},
	}, {
		name: "hold",
		play: func(s stage) {
			p := s.Phone("100", 50*ms, 0)
			c := s.Call("79160000113", "7001")
			ring := s.rings(p)
			s.answered(c)
			s.talk(200 * ms)
			ring.Hold(true)
			s.talk(700 * ms)
			ring.Hold(false)
			s.talk(200 * ms)
			c.Hangup()
			s.ended(c)
		},
		held:    700 * ms,
		journal: []string{"in ended answered from=+79160000113 to=7001 did=7001 operator=100 hangup=caller 100:ended"},
	}, {
		name: "click to call",
		play: func(s stage) {
			a, out := s.Phone("100", 50*ms, 0), s.Phone("trunk", 50*ms, 0)
			s.originate("100", "79001112240")
			s.rings(a)
			ring := s.rings(out)
			s.answered(ring)
			s.talk(300 * ms)
			ring.Hangup()
			s.ended(ring)
		},
		journal: []string{"out ended answered from=100 to=79001112240 operator=100 hangup=caller 100:ended"},
	}, {
		name: "click to call, the operator declines",
		play: func(s stage) {
			a := s.RejectingPhone("100", 50*ms, 603)
			s.originate("100", "79001112241")
			s.ended(s.rings(a))
		},
		journal: []string{"out ended declined from=100 operator=100 100:declined"},
	}, {
		name: "call-back",
		play: func(s stage) {
			a := s.Phone("100", -1, 0)
			c := s.Call("79160000114", "7001")
			s.rings(a)
			c.Hangup()
			s.ended(c)
			out := s.Phone("trunk", 50*ms, 0)
			back := s.Call("100", "79160000114")
			s.rings(out)
			s.answered(back)
			s.talk(300 * ms)
			back.Hangup()
			s.ended(back)
		},
		journal: []string{
			"in ended abandoned from=+79160000114 to=7001 did=7001 100:cancelled",
			"out ended answered from=100 to=79160000114 operator=100 hangup=operator",
		},
	}, {
		name: "blind transfer, nobody answers",
		play: func(s stage) {
			a, b := s.Phone("100", 50*ms, 0), s.Phone("101", -1, 0)
			c := s.Call("79160000115", "7001")
			ring := s.rings(a)
			s.answered(c)
			s.talk(300 * ms)
			ring.Transfer("101")
			s.rings(b)
			s.talk(300 * ms)
			c.Hangup()
			s.ended(c)
		},
		journal: []string{"in ended answered from=+79160000115 to=7001 did=7001 operator=100 hangup=caller 100:ended 101:cancelled blind:100>101"},
	}, {
		name: "internal, the caller gives up",
		play: func(s stage) {
			p := s.Phone("101", -1, 0)
			c := s.Call("100", "101")
			s.rings(p)
			c.Hangup()
			s.ended(c)
		},
		journal: []string{"internal ended abandoned from=100 to=101 101:cancelled"},
	}, {
		name: "outbound, the operator gives up",
		play: func(s stage) {
			p := s.Phone("trunk", -1, 0)
			c := s.Call("100", "79001112242")
			s.rings(p)
			c.Hangup()
			s.ended(c)
		},
		journal: []string{"out ended abandoned from=100 to=79001112242 operator=100"},
	}, {
		name: "two phones, one declines",
		play: func(s stage) {
			a, b := s.RejectingPhone("100", 50*ms, 603), s.Phone("101", -1, 0)
			c := s.Call("79160000116", "7004")
			s.ended(s.rings(a))
			s.talk(300 * ms)
			s.rings(b).Answer()
			s.answered(c)
			s.talk(300 * ms)
			c.Hangup()
			s.ended(c)
		},
		journal: []string{"in ended answered from=+79160000116 to=7004 did=7004 operator=101 hangup=caller 100:declined 101:ended"},
	}, {
		name: "attended transfer of an outbound call",
		play: func(s stage) {
			out, b := s.Phone("trunk", 50*ms, 0), s.Phone("101", 50*ms, 0)
			c := s.Call("100", "79001112243")
			far := s.rings(out)
			s.answered(c)
			s.talk(300 * ms)
			consult := s.Call("100", "101")
			s.rings(b)
			s.answered(consult)
			s.talk(300 * ms)
			c.Connect(consult)
			s.talk(300 * ms)
			far.Hangup()
			s.ended(far)
		},
		journal: []string{"out ended answered from=100 to=79001112243 operator=101 hangup=caller 101:ended attended:100>101", "part from=100 to=101"},
	},
}

// journalOf is what the journal must make of the scenarios that are seen live.
var journalOf = map[string][]string{
	"blind transfer": {"in ended answered from=+79160000017 to=7001 did=7001 operator=101 hangup=caller 100:ended 101:ended blind:100>101"},
	"attended transfer": {
		"in ended answered from=+79160000018 to=7001 did=7001 operator=101 hangup=caller 100:ended 101:ended attended:100>101",
		"part from=100 to=101",
	},
	"attended transfer to a ringing phone": {
		"in ended answered from=+79160000019 to=7001 did=7001 operator=101 hangup=caller 100:ended 101:ended attended:100>101",
		"part from=100 to=101",
	},
	// No journal tells whether a phone really rang; see leads.Advances.
	"phone out of reach": {"in ended missed from=+79160000015 to=7001 did=7001 100:noanswer"},
}

// table is every case there is.
func table() []scenario {
	all := append(scenarios[:len(scenarios):len(scenarios)], cases...)
	for i, s := range all {
		if s.journal == nil {
			all[i].journal = s.want
		}
		if j, ok := journalOf[s.name]; ok {
			all[i].journal = j
		}
	}
	return all
}
