package asterisk

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"ctihub/connectors/asterisk/asterisktest"
	"ctihub/leads"
)

// Each way that a dial can go on a real exchange: what its user is told, and
// what the log says.
func TestRealDials(t *testing.T) {
	p := asterisktest.Start(t)
	address, _, _ := p.ARI()
	for _, c := range []struct {
		name, extension, number string
		ring                    string // longer than a test waits, unless told
		play                    func(t *testing.T, p *asterisktest.PBX, d dialler, dial func() string)
		path                    []string
		call                    string
	}{
		{
			name: "they talk", extension: "100", number: "+79161234567",
			play: func(t *testing.T, p *asterisktest.PBX, d dialler, dial func() string) {
				own, far := p.Phone("100", 0, 0), p.Phone("trunk", 100*ms, 0)
				id := dial()
				asterisktest.Next(t, own.Rings())
				if r := asterisktest.Next(t, far.Rings()); r.Caller != "+74950001122" {
					t.Errorf("the customer sees %s", r.Caller)
				}
				d.until(t, id, "talking")
				if err := d.c.Hangup(t.Context(), id); err != nil {
					t.Error(err)
				}
			},
			path: []string{"ringing_operator", "ringing_customer", "talking", "ended"},
			call: "out ended answered from=100 to=+79161234567 did=+74950001122 operator=100",
		}, {
			name: "the customer is busy", extension: "100", number: "+79161234567",
			play: func(_ *testing.T, p *asterisktest.PBX, _ dialler, dial func() string) {
				p.Phone("100", 0, 0)
				p.RejectingPhone("trunk", 0, 486)
				dial()
			},
			path: []string{"ringing_operator", "ringing_customer", "failed customer_busy"},
			call: "out ended busy from=100 to=+79161234567 did=+74950001122 operator=100",
		}, {
			name: "the operator is busy", extension: "101", number: "+79161234567",
			play: func(_ *testing.T, p *asterisktest.PBX, _ dialler, dial func() string) {
				p.RejectingPhone("101", 0, 486)
				dial()
			},
			path: []string{"ringing_operator", "failed operator_busy"},
			call: "out ended failed from=101 to=+79161234567 did=+74950001122 operator=101",
		}, {
			name: "the operator does not answer", extension: "102", number: "+79161234567", ring: "5s",
			play: func(_ *testing.T, p *asterisktest.PBX, _ dialler, dial func() string) {
				p.Phone("102", -1, 0)
				dial()
			},
			path: []string{"ringing_operator", "failed operator_no_answer"},
			call: "out ended failed from=102 to=+79161234567 did=+74950001122 operator=102",
		}, {
			name: "the operator's telephone is not registered", extension: "110", number: "+79161234567",
			play: func(_ *testing.T, _ *asterisktest.PBX, _ dialler, dial func() string) { dial() },
			path: []string{"ringing_operator", "failed device_unreachable"},
		}, {
			name: "the operator's telephone is out of reach", extension: "103", number: "+79161234567", ring: "5s",
			play: func(_ *testing.T, _ *asterisktest.PBX, _ dialler, dial func() string) { dial() },
			path: []string{"ringing_operator", "failed device_unreachable"},
			call: "out ended failed from=103 to=+79161234567 did=+74950001122 operator=103",
		}, {
			name: "given up while the customer's phone rings", extension: "100", number: "+79161234567",
			play: func(t *testing.T, p *asterisktest.PBX, d dialler, dial func() string) {
				p.Phone("100", 0, 0)
				far := p.Phone("trunk", -1, 0)
				id := dial()
				call := asterisktest.Next(t, far.Rings()).Call
				d.until(t, id, "ringing_customer")
				d.cancels(id)
				asterisktest.Wait(t, "the customer's phone stops", call.Done())
			},
			path: []string{"ringing_operator", "ringing_customer", "failed cancelled"},
		}, {
			name: "given up while the operator's phone rings", extension: "104", number: "+79161234567",
			play: func(t *testing.T, p *asterisktest.PBX, d dialler, dial func() string) {
				own := p.Phone("104", -1, 0)
				id := dial()
				call := asterisktest.Next(t, own.Rings()).Call
				d.cancels(id)
				asterisktest.Wait(t, "the operator's phone stops", call.Done())
			},
			path: []string{"ringing_operator", "failed cancelled"},
		}, {
			name: "a colleague", extension: "100", number: "105",
			play: func(t *testing.T, p *asterisktest.PBX, d dialler, dial func() string) {
				p.Phone("100", 0, 0)
				far := p.Phone("105", 0, 0)
				id := dial()
				call := asterisktest.Next(t, far.Rings()).Call
				d.until(t, id, "talking")
				call.Hangup()
			},
			path: []string{"ringing_operator", "ringing_customer", "talking", "ended"},
			call: "internal ended answered from=100 to=105 operator=105",
		}, {
			name: "the dialplan does not know the number", extension: "100", number: "999",
			play: func(_ *testing.T, p *asterisktest.PBX, _ dialler, dial func() string) {
				p.Phone("100", 0, 0)
				dial()
			},
			path: []string{"ringing_operator", "ringing_customer", "failed exchange_refused"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := startDialler(t, address, newMemory(), newFakeDials(), func(dial map[string]any) {
				if c.ring != "" {
					dial["ring"] = c.ring
				}
			})
			d.connected(t)
			var id string
			c.play(t, p.For(t), d, func() string { id = d.asks(c.extension, c.number); return id })
			last := c.path[len(c.path)-1]
			if got := d.until(t, id, last); !isSubsequence(got, c.path) {
				t.Errorf("went %v, want %v", got, c.path)
			}
			if c.call != "" {
				d.untilAllEnded(t, 1)
				lines := d.lines()
				if len(lines) != 1 || !strings.HasPrefix(lines[0], c.call) {
					t.Errorf("stored %v, want %s", lines, c.call)
				}
				d.memory.mu.Lock()
				if _, tied := d.calls[id]; !tied {
					t.Error("the call does not bear the dial's id")
				}
				d.memory.mu.Unlock()
			}
			if d.takes[id] != 1 {
				t.Errorf("taken %d times", d.takes[id])
			}
		})
	}
}

// isSubsequence reports whether the seen states of a dial are in the expected order;
// short-lived states may be missing.
func isSubsequence(got, way []string) bool {
	for _, g := range got {
		i := slices.Index(way, g)
		if i < 0 {
			return false
		}
		way = way[i+1:]
	}
	return len(way) == 0
}

// What ARI refuses for a call that is not in an application of its own: the hub
// therefore offers neither hold nor transfer.
func TestRealHoldAndTransferAreRefused(t *testing.T) {
	p := asterisktest.Start(t)
	address, _, _ := p.ARI()
	d := startDialler(t, address, newMemory(), newFakeDials())
	d.connected(t)
	p.Phone("100", 0, 0)
	p.Phone("trunk", 0, 0)
	id := d.asks("100", "+79161234567")
	d.until(t, id, "talking")
	for _, what := range []string{"hold", "moh", "continue", "redirect?endpoint=PJSIP/101"} {
		path, query, _ := strings.Cut(what, "?")
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address+"/ari/channels/"+id+"/"+path+"?"+query, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.SetBasicAuth("hub", "secret")
		res, err := d.c.env.Net.HTTP.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusConflict {
			t.Errorf("%s: %s; if it works now, offer it", what, res.Status)
		}
	}
}

// A hub that ended on the way never dials a second time: its channel is found
// again, or the dial is called lost.
func TestRealDialSurvivesAHub(t *testing.T) {
	p := asterisktest.Start(t)
	address, _, _ := p.ARI()
	m, b := newMemory(), newFakeDials()
	first := startDialler(t, address, m, b)
	first.connected(t)
	own, far := p.Phone("100", -1, 0), p.Phone("trunk", -1, 0)
	id := first.asks("100", "+79161234567")
	ring := asterisktest.Next(t, own.Rings()).Call
	first.stop()

	// A second dial was taken and, as far as anybody knows, not given.
	b.set(leads.Dial{ID: "dial-taken", Source: "pbx", Extension: "104", Number: "+79161234567", State: leads.DialOperator})
	quiet := p.Phone("104", -1, 0)
	second := startDialler(t, address, m, b)
	second.connected(t)
	ring.Answer()
	customer := asterisktest.Next(t, far.Rings()).Call
	second.until(t, id, "ringing_customer")
	customer.Answer()
	second.until(t, id, "talking")
	customer.Hangup()
	if got, want := second.until(t, id, "ended"), []string{"ringing_operator", "ringing_customer", "talking", "ended"}; !slices.Equal(got, want) {
		t.Errorf("went %v, want %v", got, want)
	}
	second.until(t, "dial-taken", "failed lost")
	second.untilAllEnded(t, 1)
	if lines := second.lines(); len(lines) != 1 || !strings.HasPrefix(lines[0], "out ended answered from=100 to=+79161234567 did=+74950001122 operator=100") {
		t.Errorf("stored %v", lines)
	}
	if b.takes[id] != 1 || len(quiet.Rings()) != 0 || len(own.Rings()) != 0 {
		t.Errorf("taken %d times; %d telephones rang again", b.takes[id], len(quiet.Rings())+len(own.Rings()))
	}
}

// An exchange that is away is waited for a few seconds, then the dial fails,
// and it is not dialled when the exchange is back.
func TestDialWhileTheExchangeIsAway(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	d := startDialler(t, gone.URL, newMemory(), newFakeDials())
	id := d.asks("100", "+79161234567")
	if got := d.until(t, id, "failed"); !slices.Equal(got, []string{"failed exchange_away"}) {
		t.Errorf("went %v", got)
	}
}

// Nothing but digits comes near the dialplan, and only numbers of the plan.
func TestNumbersThatAreNotDialled(t *testing.T) {
	e := env(dialSettingsOf("http://127.0.0.1:1"), func(error) {})
	e.Calls.Dials = newFakeDials()
	made, err := newConnector(e)
	if err != nil {
		t.Fatal(err)
	}
	c := made
	for _, hostile := range []string{
		"100&PJSIP/trunk/sip:900@127.0.0.1", "100,30,g", "${SHELL(id)}", "100\n", "100\r\nAction: Originate", "1", "", "+", "1234567890123456",
		"+7 916 123-45-67", "٠١٢٣٤", "+7916123456x", "100|30", "*97", "#21#", "s", "100@internal", "100/n", "--100", "100\x00",
	} {
		if got, err := c.CheckNumber(hostile); !errors.Is(err, leads.ErrInvalid) || got != "" {
			t.Errorf("%q: %q, %v", hostile, got, err)
		}
		if got, err := c.plan.dialOut(hostile); err == nil {
			t.Errorf("%q would be dialled as %q", hostile, got)
		}
	}
	for number, want := range map[string]error{
		"+442071234567": leads.RefuseForeign, "810442071234567": leads.RefuseForeign, "+79009123456": leads.RefuseDenied, "89009123456": leads.RefuseDenied,
		"1234567": leads.RefuseUnreadable, "8109999999999": leads.RefuseUnreadable,
	} {
		if got, err := c.CheckNumber(number); !errors.Is(err, want) || got != "" {
			t.Errorf("%s: %q, %v", number, got, err)
		}
	}
	for number, want := range map[string]string{"89161234567": "+79161234567", "+79161234567": "+79161234567", "101": "101"} {
		if got, err := c.CheckNumber(number); err != nil || got != want {
			t.Errorf("%s: %q, %v", number, got, err)
		}
	}
}

func TestDialSettings(t *testing.T) {
	for wrong, dial := range map[string]map[string]any{
		"context: ":   {},
		"context: \"": {"context": "internal,1"},
		"ring":        {"context": "internal", "ring": "1s"},
		"caller_id":   {"context": "internal", "caller_id": "a\nb"},
		"allow":       {"context": "internal", "allow": []string{"7*"}},
		"variables":   {"context": "internal", "variables": map[string]string{"": "x"}},
	} {
		s := dialSettingsOf("http://127.0.0.1:1")
		s["dial"] = dial
		if _, err := newConnector(env(s, nil)); err == nil || !strings.HasPrefix(err.Error(), "dial: ") && !strings.HasPrefix(err.Error(), "dial.") {
			t.Errorf("%s: %v", wrong, err)
		}
	}
	s := dialSettingsOf("http://127.0.0.1:1")
	delete(s, "dial")
	e := env(s, nil)
	e.Calls.Dials = newFakeDials()
	if c, err := newConnector(e); err != nil || c.dials() {
		t.Errorf("a source without \"dial\" dials: %v", err)
	}
}
