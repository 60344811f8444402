package webhook_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"ctihub/leads"
	"ctihub/leads/intake"
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
		"the dialled number":    {[]string{rings, strings.Replace(taken, `"101"`, `"74951234567"`, 1), strings.Replace(over, `"cause"`, `"answeringNumber":"74951234567","cause"`, 1)}, "in ended answered from +79161234567 to +74951234567 did +74951234567 queue sales operator 101 legs 100=elsewhere 101=ended of +79161234567"},
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
		known := intake.Known{}
		if stored != nil {
			known.Interaction = &intake.KnownInteraction{ID: "i", Call: stored}
		}
		if o := intake.Decide(touch, known); o.Call != nil {
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
		`{"event":"newCall","direction":"in"}`:              "callId",
		`{"event":"newCall","callId":"c"}`:                  "direction",
		`{"event":"newCall","callId":"c","direction":"up"}`: "direction",
		`{"callId":"c","direction":"in"}`:                   "event",
		`["newCall"]`:                                       "event",
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

// What takes messages is nobody: the call is still to be answered.
func TestVoicemailAnswers(t *testing.T) {
	const (
		rings = `{"event":"newCall","callId":"c1","direction":"in","from":"79161234567","to":"74951234567","user":["anna"]}`
		moved = `{"event":"newCall","callId":"c1","direction":"in","from":"79161234567","to":"74951234567","user":["voicemail"],"diversion":"74951234567"}`
		over  = `{"event":"hangup","callId":"c1","direction":"in","from":"79161234567","to":"74951234567","cause":"normalClearing"}`
		taken = `{"event":"answer","callId":"c1","direction":"in","from":"79161234567","to":"74951234567",WHO}`
		want  = "in ended voicemail from +79161234567 to +74951234567 did +74951234567 queue  operator  legs 101="
	)
	for _, who := range []string{
		`"user":"voicemail"`, `"user":"Voicemail","answeringNumber":"101"`, `"user":["voicemail"]`, `"userId":"voicemail"`, `"user":"","fullUserId[]":["1234567v0"]`, `"userId[]":"v0"`,
		`"answeringNumber":"voicemail"`, `"user":"Anna","answeringNumber":"1234567v0"`, `"answeringNumber":"Mailbox"`, `"user":"Mailbox Zentrale"`, `"user":"Anrufbeantworter"`,
		`"user":"Автоответчик"`, `"user":null,"answeringNumber":"Voice Mail"`, `"answeringUser":"voice-mail"`, `"peer":"voicemail@fpbx.de"`,
	} {
		answer := strings.Replace(taken, "WHO", who, 1)
		for _, order := range [][]string{{rings, answer, over}, {rings, answer, answer, over}, {rings, over, answer}, {answer, rings, over}, {over, answer, rings}} {
			s := newSender(t, cti)
			for _, p := range order {
				if w := s.post(p); w.Code != 200 {
					t.Fatalf("status %d: %s", w.Code, w.Body)
				}
			}
			if got := folded(t, s); !strings.HasPrefix(got, want) {
				t.Errorf("%s in %q: %s", who, order, got)
			}
		}
	}
	for name, c := range map[string]struct {
		pushes []string
		want   string
	}{
		"a call that goes to voicemail":        {[]string{moved, strings.Replace(taken, "WHO", `"user":"voicemail"`, 1), over}, "in ended voicemail from +79161234567 to +74951234567 did +74951234567 queue  operator  legs of"},
		"given up before":                      {[]string{moved, strings.Replace(over, "normalClearing", "cancel", 1)}, "in ended abandoned"},
		"its number is told at the end":        {[]string{rings, strings.Replace(taken, "WHO", `"user":"voicemail","answeringNumber":"74951234567"`, 1), strings.Replace(over, `"cause"`, `"answeringNumber":"74951234567","cause"`, 1)}, "in ended voicemail from +79161234567 to +74951234567 did +74951234567 queue  operator  legs"},
		"while the message is left":            {[]string{rings, strings.Replace(taken, "WHO", `"user":"voicemail"`, 1)}, "in ringing voicemail"},
		"a person takes it after all":          {[]string{rings, strings.Replace(taken, "WHO", `"user":"voicemail"`, 1), strings.Replace(taken, "WHO", `"user":"anna"`, 1), over}, "in ended answered from +79161234567 to +74951234567 did +74951234567 queue  operator 101"},
		"only the end says so":                 {[]string{rings, strings.Replace(over, `"cause"`, `"answeringNumber":"voicemail","cause"`, 1)}, "in ended voicemail"},
		"the cause says so":                    {[]string{rings, strings.Replace(over, "normalClearing", "voicemail", 1)}, "in ended voicemail"},
		"Placetel says so":                     {[]string{`event=IncomingCall&call_id=c1&from=79161234567&to=74951234567`, `event=HungUp&call_id=c1&from=79161234567&to=74951234567&type=voicemail`}, "in ended voicemail"},
		"our call, and the customer's mailbox": {[]string{`{"event":"newCall","callId":"c1","direction":"out","from":"101","to":"79161234567","user":"anna"}`, `{"event":"answer","callId":"c1","direction":"out","from":"101","to":"79161234567","user":"anna","answeringNumber":"voicemail"}`, `{"event":"hangup","callId":"c1","direction":"out","from":"101","to":"79161234567","cause":"normalClearing"}`}, "out ended voicemail"},
	} {
		s := newSender(t, cti)
		for _, p := range c.pushes {
			kind := "application/json"
			if !strings.HasPrefix(p, "{") {
				kind = "application/x-www-form-urlencoded"
			}
			if w := s.post(p, "Content-Type", kind); w.Code != 200 {
				t.Fatalf("status %d: %s", w.Code, w.Body)
			}
		}
		if got := folded(t, s); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// Forms of one event that mean the same, and the person that they name.
func TestFormsOfAPush(t *testing.T) {
	for push, want := range map[string]string{
		`{"event":"newCall","callId":17,"direction":"in","from":79161234567,"to":74951234567,"user":null}`:                                 "+79161234567  as 79161234567",
		`{"event":"newCall","callId":"c","direction":"in","from":7.9161234567e10,"to":null}`:                                               "+79161234567  as 79161234567",
		`{"event":"newCall","callId":"c","direction":"inbound","from":"\"Olga\" <sip:+79161234567@10.0.0.5;user=phone>","to":"sip:101@h"}`: "+79161234567 Olga as +79161234567",
		`{"event":"newcall","callid":"c","direction":"IN","from":"<89161234567>","to":"7495"}`:                                             "+79161234567  as 89161234567",
		`{"event":"newCall","callId":"c","direction":"in","from":"tel:+7-916-123-45-67","to":""}`:                                          "+79161234567  as +7-916-123-45-67",
		`{"event":"newCall","callId":"c","direction":"in","from":"491711234567"}`:                                                          "+491711234567  as 491711234567",
		`{"event":"newCall","callId":"c","direction":"in","from":"+7916123456"}`:                                                           "+7916123456  as +7916123456",
		`{"event":"newCall","callId":"c","direction":"in","from":"1234567890123456789012345"}`:                                             "1234567890123456789012345  as 1234567890123456789012345",
		`[{"event":"newCall","callId":"c","direction":"in","from":"79161234567"}]`:                                                         "+79161234567  as 79161234567",
		`{"event":"IncomingCall","call_id":"c","from":"022129191999","to":"79161234567"}`:                                                  "022129191999  as 022129191999",
		`{"event":"newCall","callId":"c","direction":"in","from":"anonymous","to":"74951234567"}`:                                          "",
		`{"event":"newCall","callId":"c","direction":"in","from":"\"Anonymous\" <sip:anonymous@anonymous.invalid>"}`:                       "",
		`{"event":"newCall","callId":"c","direction":"in","from":"неизвестный","to":"74951234567"}`:                                        "",
		`{"event":"newCall","callId":"c","direction":"in","from":"Restricted"}`:                                                            "",
		`{"event":"newCall","callId":"c","direction":"in","from":"0"}`:                                                                     "",
		`{"event":"newCall","callId":"c","direction":"in","from":null}`:                                                                    "",
		`{"event":"newCall","callId":"c","direction":"in","from":"112"}`:                                                                   "112",
		`{"event":"newCall","callId":"c","direction":"in","from":"sip:101@10.0.0.5","to":"74951234567"}`:                                   "101",
	} {
		s := newSender(t, cti)
		if w := s.post(push); w.Code != 200 {
			t.Errorf("%s: status %d: %s", push, w.Code, w.Body)
			continue
		}
		touches := s.inbox.Touches()
		if len(touches) != 1 || touches[0].Call == nil {
			t.Errorf("%s: %+v", push, touches)
			continue
		}
		touch := touches[0]
		got := touch.Call.From
		for _, id := range touch.From {
			got += " " + touch.Name + " as " + id.Value
		}
		if got != want {
			t.Errorf("%s: %q, want %q", push, got, want)
		}
	}
}

// Events during a call are taken and change nothing; one that is not understood
// waits in quarantine when it names somebody.
func TestOtherEvents(t *testing.T) {
	for push, kept := range map[string]bool{
		`{"event":"dtmf","callId":"c1","dtmf":1}`:                                                 false,
		`{"event":"hold","callId":"c1","direction":"in","from":"79161234567","to":"74951234567"}`: false,
		`{"event":"transfer","callId":"c1","from":"79161234567"}`:                                 false,
		`{"event":"somethingNew","callId":"c1"}`:                                                  false,
		`{"event":"somethingNew","callId":"c1","direction":"in"}`:                                 false,
		`[]`: false,
		`[{"event":"dtmf","callId":"c1"},{"event":"newCall"}]`:                                           true,
		`{"event":"somethingNew","callId":"c1","direction":"in","from":"79161234567"}`:                   true,
		`{"event":"somethingNew","callId":"c1","call":{"caller":{"number":"+7 916 123-45-67"}}}`:         true,
		`{"event":"newCall","direction":"in","from":"79161234567","to":"74951234567"}`:                   true,
		`{"event":"newCall","callId":"c1","direction":"sideways","from":"79161234567"}`:                  true,
		`{"callId":"c1","direction":"in","from":"79161234567"}`:                                          true,
		`{"event":"newCall","data":{"callId":"c1","from":"\"Olga\" <sip:+79161234567@h>","n":[1,null]}}`: true,
	} {
		s := newSender(t, cti)
		if w := s.post(push); w.Code != 200 {
			t.Errorf("%s: status %d: %s", push, w.Code, w.Body)
		}
		touches := s.inbox.Touches()
		if len(touches) != map[bool]int{false: 0, true: 1}[kept] || kept && (touches[0].Suspect == "" || touches[0].Raw != push) {
			t.Errorf("%s: %+v", push, touches)
		}
	}
}

// A call that goes on stays as it is with every event that is not understood.
func TestACallGoesOnWithOtherEvents(t *testing.T) {
	s := newSender(t, cti)
	for _, p := range []string{
		`event=newCall&callId=c1&direction=in&from=79161234567&to=74951234567&user%5B0%5D=100&user%5B1%5D=anna`, `event=dtmf&callId=c1&dtmf=1`,
		`event=answer&callId=c1&direction=in&from=79161234567&to=74951234567&user=anna`, `event=hold&callId=c1`, `event=unhold&callId=c1`,
		`event=hangup&callId=c1&direction=in&from=79161234567&to=74951234567&cause=normalClearing`, `event=recording&callId=c1&url=x`,
	} {
		if w := s.post(p, "Content-Type", "application/x-www-form-urlencoded"); w.Code != 200 {
			t.Fatalf("%s: status %d: %s", p, w.Code, w.Body)
		}
	}
	if got := folded(t, s); got != "in ended answered from +79161234567 to +74951234567 did +74951234567 queue  operator 101 legs 100=elsewhere 101=ended of +79161234567" {
		t.Error(got)
	}
}

// FuzzPush takes any body: whoever reads as a number in an event without a known
// name is kept, and what is stored is fit to be.
func FuzzPush(f *testing.F) {
	for _, body := range []string{
		`{"event":"newCall","callId":"c1","direction":"in","from":"79161234567","to":"74951234567","user":["100","anna"]}`,
		`{"event":"answer","callId":"c1","direction":"out","from":"\"A\" <sip:1@h>","user":"voicemail"}`, `{"event":"hangup","callId":1e3,"type":"accepted","to":null}`,
		`[{"event":"x","from":"+79161234567"},{"a":[[["79161234567"]]]}]`, `{"event":{"event":"newCall"},"callId":[],"direction":["in"],"user":{"a":1}}`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		s := newSender(t, cti)
		w := s.request(http.MethodPost, "/in/shop/"+token, string(body), "Content-Type", "application/json")
		if w.Code != 200 && w.Code != 422 {
			t.Fatalf("status %d: %s", w.Code, w.Body)
		}
		for _, touch := range s.inbox.Touches() {
			if err := touch.Validate(); err != nil && !errors.Is(err, leads.ErrSuspect) && !errors.Is(err, leads.ErrRefused) {
				t.Fatalf("%s: %v", body, err)
			}
			for _, id := range touch.From {
				if len(id.Value) <= 6 && strings.Trim(id.Value, "0123456789") == "" {
					t.Fatalf("%s: the identity %q", body, id.Value)
				}
			}
			if touch.Call != nil && touch.Call.Disposition == leads.Voicemail && touch.Call.Operator != "" && touch.Call.Direction == leads.In {
				t.Fatalf("%s: %+v", body, touch.Call)
			}
		}
	})
}
