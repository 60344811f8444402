package webhook_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"ctihub/leads"
)

const cti = "token: " + token + "\nformat: cti\nextensions: {anna: '101', '74951112233': '102'}"

// Pushes of an exchange about one call, in any order and repeated, and the call
// that they make.
func TestCallsOfAnExchange(t *testing.T) {
	const (
		rings   = `{"event":"newCall","callId":"c1","direction":"in","from":"79161234567","to":"74951234567","user":["100","anna"],"queue":"sales"}`
		taken   = `{"event":"answer","callId":"c1","direction":"in","from":"79161234567","to":"74951234567","user":"anna","answeringNumber":"101"}`
		over    = `{"event":"hangup","callId":"c1","direction":"in","from":"79161234567","to":"74951234567","cause":"normalClearing"}`
		out     = `{"event":"newCall","callId":"c1","direction":"out","from":"74951234567","to":"79161234567","user":"anna"}`
		outUp   = `{"event":"answer","callId":"c1","direction":"out","from":"74951234567","to":"79161234567","answeringNumber":"79161234567"}`
		outOver = `{"event":"hangup","callId":"c1","direction":"out","from":"74951234567","to":"79161234567","cause":"normalClearing"}`
	)
	ended := func(cause string) string { return strings.Replace(over, "normalClearing", cause, 1) }
	for name, c := range map[string]struct {
		pushes []string
		want   string
	}{
		"answered":              {[]string{rings, taken, over}, "in ended answered from +79161234567 to +74951234567 did +74951234567 queue sales operator 101 legs 100=elsewhere 101=ended of +79161234567"},
		"repeated":              {[]string{rings, rings, taken, taken, over, over}, "in ended answered from +79161234567 to +74951234567 did +74951234567 queue sales operator 101 legs 100=elsewhere 101=ended of +79161234567"},
		"the end comes first":   {[]string{over, taken, rings}, "in ended answered from +79161234567 to +74951234567 did +74951234567 queue sales operator 101 legs 101=ended 100=elsewhere of +79161234567"},
		"the answer comes last": {[]string{rings, over, taken}, "in ended answered from +79161234567 to +74951234567 did +74951234567 queue sales operator 101 legs 100=elsewhere 101=ended of +79161234567"},
		"the end is all":        {[]string{ended("noAnswer")}, "in ended missed from +79161234567 to +74951234567 did +74951234567 queue  operator  legs of +79161234567"},
		"rings":                 {[]string{rings}, "in ringing  from +79161234567 to +74951234567 did +74951234567 queue sales operator  legs 100=ringing 101=ringing of +79161234567"},
		"missed":                {[]string{rings, ended("noAnswer")}, "in ended missed from +79161234567 to +74951234567 did +74951234567 queue sales operator  legs 100=noanswer 101=noanswer of +79161234567"},
		"given up":              {[]string{rings, ended("cancel")}, "in ended abandoned from +79161234567 to +74951234567 did +74951234567 queue sales operator  legs 100=cancelled 101=cancelled of +79161234567"},
		"hung up unanswered":    {[]string{rings, over}, "in ended abandoned from +79161234567 to +74951234567 did +74951234567 queue sales operator  legs 100=noanswer 101=noanswer of +79161234567"},
		"busy":                  {[]string{rings, ended("busy")}, "in ended busy from +79161234567 to +74951234567 did +74951234567 queue sales operator  legs 100=noanswer 101=noanswer of +79161234567"},
		"congestion":            {[]string{rings, ended("congestion")}, "in ended failed from +79161234567 to +74951234567 did +74951234567 queue sales operator  legs 100=noanswer 101=noanswer of +79161234567"},
		"forwarded":             {[]string{rings, ended("forwarded")}, "in ended missed from +79161234567 to +74951234567 did +74951234567 queue sales operator  legs 100=noanswer 101=noanswer of +79161234567"},
		"answered by a number":  {[]string{strings.Replace(strings.Replace(taken, `"101"`, `"74951112233"`, 1), `"user":"anna",`, "", 1)}, "in talking  from +79161234567 to +74951234567 did +74951234567 queue  operator 102 legs 102=talking of +79161234567"},
		"withheld":              {[]string{strings.Replace(rings, "79161234567", "anonymous", 1)}, "in ringing  from  to +74951234567 did +74951234567 queue sales operator  legs 100=ringing 101=ringing of "},
		"out":                   {[]string{out, outUp, outOver}, "out ended answered from 101 to +79161234567 did  queue  operator 101 legs of +79161234567"},
		"out, in vain":          {[]string{out, outOver}, "out ended missed from 101 to +79161234567 did  queue  operator 101 legs of +79161234567"},
		"between colleagues":    {[]string{`{"event":"newCall","callId":"c1","direction":"out","from":"100","to":"101","user":"100"}`}, "internal ringing  from 100 to 101 did  queue  operator 100 legs of "},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSender(t, cti)
			for _, p := range c.pushes {
				if w := s.request(http.MethodPost, "/in/shop/"+token, p, "Content-Type", "application/json"); w.Code != 200 || strings.TrimSpace(w.Body.String()) != "{}" {
					t.Fatalf("status %d: %s", w.Code, w.Body)
				}
			}
			if got := folded(t, s); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// folded is the call that the source's touches make.
func folded(t *testing.T, s *sender) string {
	t.Helper()
	var stored *leads.Call
	var from []leads.Identity
	for _, touch := range s.inbox.Touches() {
		if err := touch.Validate(); err != nil {
			t.Fatal(err)
		}
		touch = touch.Normalise("RU")
		known := leads.Known{}
		if stored != nil {
			known.Interaction = &leads.KnownInteraction{ID: "i", Call: stored}
		}
		if o := leads.Decide(touch, known); o.Call != nil {
			stored = o.Call
		}
		from = touch.From
	}
	if keys := s.inbox.Keys(); len(keys) != 1 {
		t.Fatalf("keys %q", keys)
	}
	c := stored
	got := fmt.Sprintf("%s %s %s from %s to %s did %s queue %s operator %s legs", c.Direction, c.State, c.Disposition, c.From, c.To, c.DID, c.Queue, c.Operator)
	for _, l := range c.Legs {
		got += fmt.Sprintf(" %s=%s", l.Extension, l.State)
	}
	got += " of "
	for _, id := range from {
		got += id.Value
	}
	return got
}

func TestPushIsRefused(t *testing.T) {
	for body, field := range map[string]string{
		`{"event":"newCall","direction":"in"}`:                "callId",
		`{"event":"newCall","callId":"c"}`:                    "direction",
		`{"event":"newCall","callId":"c","direction":"up"}`:   "direction",
		`{"event":"ring","callId":"c","direction":"in"}`:      "event",
		`{"callId":"c","direction":"in"}`:                     "event",
		`[{"event":"newCall","callId":"c","direction":"in"}]`: "event",
	} {
		s := newSender(t, cti)
		if w := s.post(body); w.Code != 422 || !strings.Contains(w.Body.String(), `"field":"`+field+`"`) {
			t.Errorf("%s: status %d: %s", body, w.Code, w.Body)
		}
	}
	s := newSender(t, cti)
	form := url.Values{"event": {"newCall"}, "callId": {"c"}, "direction": {"in"}, "from": {"79161234567"}, "to": {"7495"}, "user[]": {"100", "anna"}}
	if w := s.post(form.Encode(), "Content-Type", "application/x-www-form-urlencoded"); w.Code != 200 {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	if got := folded(t, s); !strings.Contains(got, "legs 100=ringing 101=ringing") {
		t.Errorf("of a form: %s", got)
	}
	if w := s.request(http.MethodPost, "/in/shop/another", form.Encode()); w.Code != 401 {
		t.Errorf("status %d with another token", w.Code)
	}
}
