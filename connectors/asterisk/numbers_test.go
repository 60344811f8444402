package asterisk

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"ctihub/leads"
)

func numberPlan(t *testing.T, change func(*settings)) plan {
	t.Helper()
	s := settings{Trunks: []string{"trunk"}}
	change(&s)
	p, err := newPlan(s, "RU")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestNumbersComeWithPrefixes(t *testing.T) {
	p := numberPlan(t, func(s *settings) { s.Strip = []string{"9", "000"} })
	for given, want := range map[string]string{
		"989161234567":   "+79161234567",                               // the 9 for an outside line
		"00089161234567": "+79161234567", "9161234567": "+79161234567", // a national number that begins with 9 keeps it
		"84951234567": "+74951234567", "+79161234567": "+79161234567", "9": "9", "100": "100", "912": "912", "anonymous": "", "12345678": "12345678",
	} {
		if got := p.number(given); got != want {
			t.Errorf("number(%q) = %q, want %q", given, got, want)
		}
	}
}

func TestDialOut(t *testing.T) {
	plain := numberPlan(t, func(*settings) {})
	prefixed := numberPlan(t, func(s *settings) { s.DialOut = map[string]string{"+": "9810", "+7": "98", "+7800": "8800"} })
	for number, want := range map[string][2]string{
		"+79161234567": {"+79161234567", "989161234567"}, "89161234567": {"+79161234567", "989161234567"},
		"+78001234567": {"+78001234567", "88001234567"}, "+4930901820": {"+4930901820", "98104930901820"}, "101": {"101", "101"}, "112": {"112", "112"},
	} {
		for i, p := range []plan{plain, prefixed} {
			if got, err := p.dialOut(number); err != nil || got != want[i] {
				t.Errorf("dialOut(%q) = %q, %v; want %q", number, got, err, want[i])
			}
		}
	}
	for _, hostile := range []string{"", "1", "+", "100&PJSIP/trunk/900", "100,30,g", "${SHELL(id)}", "+7916123456\n7", "+7916123456７", "12345678901234567", "7916 1234567", "++79161234567"} {
		if got, err := prefixed.dialOut(hostile); !errors.Is(err, leads.ErrUndialable) || got != "" {
			t.Errorf("dialOut(%q) = %q, %v", hostile, got, err)
		}
		if _, err := prefixed.dialOut(hostile); err != nil && hostile != "" && hostile != "1" && hostile != "+" && strings.Contains(err.Error(), hostile) {
			t.Errorf("the error repeats %q", hostile)
		}
	}
	if got, err := prefixed.dialOut("+123456789012345"); err == nil {
		t.Errorf("a number that the prefix makes too long is dialled: %q", got)
	}
}

func TestPlanSaysWhatIsWrong(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*settings)
		want   []string // field and remedy
	}{
		"a prefix of letters":        {func(s *settings) { s.Strip = []string{"x"} }, []string{"strip", `such as "9"`}},
		"an empty prefix":            {func(s *settings) { s.Strip = []string{""} }, []string{"strip"}},
		"dial_out without a plus":    {func(s *settings) { s.DialOut = map[string]string{"7": "8"} }, []string{"dial_out", `"+7"`}},
		"dial_out into an injection": {func(s *settings) { s.DialOut = map[string]string{"+7": "8&"} }, []string{"dial_out", "+7", "digits"}},
		"a blacklist of everybody":   {func(s *settings) { s.Blacklist = []string{"*"} }, []string{"blacklist", `"+7900*"`}},
		"a blacklist of words":       {func(s *settings) { s.Blacklist = []string{"spam"} }, []string{"blacklist"}},
		"a DID twice":                {func(s *settings) { s.DIDs = map[string]did{"+74951234567": {}, "84951234567": {}} }, []string{"dids", "twice"}},
		"a device of two":            {func(s *settings) { s.Device = "PJSIP/{extension}&PJSIP/{extension}" }, []string{"device", "PJSIP/{extension}"}},
		"a device with options":      {func(s *settings) { s.Device = "PJSIP/{extension},30" }, []string{"device"}},
		"a device of nobody":         {func(s *settings) { s.Device = "PJSIP/100" }, []string{"device"}},
	} {
		s := settings{Trunks: []string{"trunk"}}
		c.change(&s)
		_, err := newPlan(s, "RU")
		for _, want := range c.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v does not say %q", name, err, want)
			}
		}
	}
	_, err := Kind().In(env(map[string]any{"url": "http://x:1", "username": "u", "password": "p", "trunks": []string{"t"}, "route_token": "short"}, nil))
	if err == nil || !strings.Contains(err.Error(), "route_token") || strings.Contains(err.Error(), "short,") {
		t.Errorf("a short token: %v", err)
	}
}

// A DID brings its name, its advertisement and its team; a number on the
// blacklist belongs to nobody and is told of at its end alone.
func TestTouchByNumber(t *testing.T) {
	p := numberPlan(t, func(s *settings) {
		s.DIDs = map[string]did{"84951234567": {Name: "Sales"}, "84957654321": {Name: "Bus stops", Source: "outdoor", Team: "retail"}}
		s.Blacklist = []string{"8 (900) 123-45-67", "+7901*"}
	})
	call := func(from, did string) snapshot {
		return snapshot{Name: "who", Call: leads.Call{Linkedid: "1", Direction: leads.In, State: leads.CallEnded, Disposition: leads.Answered, From: from, DID: did}}
	}
	plain := p.touch(call("+79161234567", "+74951234567"))
	if plain.Subject != "Sales" || plain.UTM != nil || plain.Team != "" || len(plain.From) != 1 {
		t.Errorf("a DID with a name alone: %+v", plain)
	}
	tracked := p.touch(call("+79161234567", "+74957654321"))
	if tracked.Subject != "Bus stops" || tracked.UTM["utm_source"] != "outdoor" || tracked.Team != "retail" || tracked.Call.Disposition != leads.Answered {
		t.Errorf("a DID of an advertisement: %+v", tracked)
	}
	for _, from := range []string{"+79001234567", "+79015555555"} {
		barred := p.touch(call(from, "+74957654321"))
		if len(barred.From) != 0 || barred.Name != "" || barred.Call.Disposition != leads.Barred || barred.Call.From != from {
			t.Errorf("a number on the blacklist: %+v %+v", barred, barred.Call)
		}
	}
	known := (&connector{plan: p}).source().DIDs
	slices.SortFunc(known, func(a, b leads.DID) int { return strings.Compare(a.Number, b.Number) })
	if !slices.Equal(known, []leads.DID{{Number: "+74951234567"}, {Number: "+74957654321", Advert: "outdoor"}}) {
		t.Errorf("known DIDs: %+v", known)
	}
	out := call("100", "")
	out.Direction, out.To = leads.Out, "+79001234567"
	if got := p.touch(out); len(got.From) != 1 {
		t.Error("a call of ours to a number on the blacklist belongs to nobody")
	}
}

// Of a withheld caller there is no identity, whatever word stands for it; a
// number that no number plan knows is handed over as it came; a short one never.
func TestWhoCalls(t *testing.T) {
	p := numberPlan(t, func(*settings) {})
	for _, c := range []struct{ number, caller, from, identity, name string }{
		{"+79161234567", "Olga", "+79161234567", "+79161234567", "Olga"}, {"89161234567", "89161234567", "+79161234567", "+79161234567", ""},
		{"\"Olga\" <89161234567>", "Anonymous", "+79161234567", "+79161234567", ""}, {"<89161234567>", "", "+79161234567", "+79161234567", ""},
		{"sip:+79161234567@10.0.0.5", "+79161234567", "+79161234567", "+79161234567", ""},
		{"+7916123456", "", "+7916123456", "+7916123456", ""}, {"1234567890123456789012345", "", "1234567890123456789012345", "1234567890123456789012345", ""},
		{"112", "", "112", "", ""}, {"7", "", "7", "", ""}, {"123456", "Office", "123456", "", "Office"},
		{"anonymous", "Anonymous", "", "", ""}, {"Anonymous", "Скрытый номер", "", "", ""}, {"unknown", "", "", "", ""}, {"Unavailable", "", "", "", ""}, {"restricted", "", "", "", ""},
		{"private", "", "", "", ""}, {"asterisk", "asterisk", "", "", ""}, {"s", "", "", "", ""}, {"0", "", "", "", ""}, {"", "", "", "", ""}, {"000", "", "", "", ""}, {"anna", "Anna", "", "", "Anna"},
		{"неизвестный", "", "", "", ""}, {"266696687", "", "", "", ""}, {"anonymous@anonymous.invalid", "", "", "", ""},
	} {
		call := &call{id: "1", plan: &p}
		call.begin(channel{id: "1", name: "PJSIP/trunk-00000001", number: c.number, caller: c.caller, exten: "84951234567"})
		touch := p.touch(snapshot{Call: leads.Call{Linkedid: "1", Direction: call.direction, From: call.from, DID: call.did}, Name: call.name})
		identity := ""
		for _, id := range touch.From {
			identity += id.Value
		}
		if touch.Call.From != c.from || identity != c.identity || touch.Name != c.name {
			t.Errorf("%q, %q: from %q, identity %q, name %q; want %q, %q, %q", c.number, c.caller, touch.Call.From, identity, touch.Name, c.from, c.identity, c.name)
		}
	}
}
