package webform

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"ctihub/leads"
)

// A program that posts what a form needs not is told so, and nothing is gone.
func TestMachinesAreKeptWhatIsRefused(t *testing.T) {
	const bad = `{"name":"Anna","phone":"12 34","message":"call me"}`
	for name, c := range map[string]struct {
		kind, body string
		headers    []string
		kept       bool
	}{
		"a program":              {asJSON, bad, nil, true},
		"a program's form":       {asForm, "name=Anna&phone=12+34&message=call+me", []string{"Accept", "application/json"}, true},
		"WordPress":              {asForm, "name=Anna&phone=12+34&message=call+me", []string{"Referer", "https://site.example/", "Accept", "*/*"}, true},
		"Node.js":                {asJSON, bad, []string{"Sec-Fetch-Mode", "cors", "Accept", "*/*"}, true},
		"a page's script":        {asJSON, bad, []string{"Origin", "https://site.example"}, false},
		"an old page's script":   {asForm, "name=Anna&phone=12+34", []string{"X-Requested-With", "XMLHttpRequest", "Accept", "application/json"}, false},
		"a browser":              {asForm, "name=Anna&phone=12+34", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Accept", browser}, false},
		"an old browser":         {asForm, "name=Anna&phone=12+34", []string{"Referer", "https://site.example/", "Accept", browser}, false},
		"nothing in it":          {asJSON, `{"name":"","phone":null}`, nil, false},
		"an object of nothing":   {asJSON, `{}`, nil, false},
		"no phone and no mail":   {asJSON, `{"name":"Anna"}`, nil, true},
		"names that say nothing": {asJSON, `{"x":"Anna"}`, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, "lang: en")
			for range 2 {
				w := s.post(c.kind, c.body, c.headers...)
				if w.Code != http.StatusUnprocessableEntity {
					t.Fatalf("%d %s", w.Code, w.Body)
				}
				if said := strings.Contains(w.Body.String(), "kept in quarantine"); said != c.kept {
					t.Errorf("says that it is kept: %v: %s", said, w.Body)
				}
			}
			kept := s.inbox.Quarantined()
			if (len(kept) > 0) != c.kept || len(s.inbox.Touches()) != len(kept) {
				t.Fatalf("kept %+v", kept)
			}
			if c.kept && (len(s.inbox.Keys()) != 1 || kept[0].Digest != kept[1].Digest || kept[0].Refused == "" || kept[0].Name+kept[0].Text == "" || kept[0].Raw == "") {
				t.Errorf("the repetition is another one: %+v", kept)
			}
		})
	}
}

// Who sends the same on another day is another case.
func TestTheSameIsKeptOnceADay(t *testing.T) {
	s := newSite(t, "")
	for range 3 {
		s.post(asJSON, `{"name":"Anna","phone":"12"}`)
		s.now = s.now.Add(6 * time.Hour)
	}
	if keys := s.inbox.Keys(); len(s.inbox.Quarantined()) != 3 || len(keys) != 2 {
		t.Errorf("keys %q", keys)
	}
}

func TestUnreadablePostsOfMachinesAreKept(t *testing.T) {
	for _, c := range []struct {
		kind, body string
		status     int
	}{
		{asJSON, `{"phone":"89161234567"`, 400},
		{asForm, "call me: 89161234567", 400},
		{"application/xml", "<phone>89161234567</phone>", 415},
		{"text/plain", "call me: 89161234567", 415},
		{asJSON, strings.Repeat(`{"a":`, 100) + "1" + strings.Repeat("}", 100), 413},
	} {
		s := newSite(t, "")
		for range 2 {
			if w := s.post(c.kind, c.body); w.Code != c.status || !strings.Contains(problemOf(t, w).Detail, "quarantine") {
				t.Errorf("%s: %d %s", c.body, w.Code, w.Body)
			}
		}
		if kept := s.inbox.Quarantined(); len(kept) != 2 || len(s.inbox.Keys()) != 1 || kept[0].Raw != c.body || kept[0].Refused == "" {
			t.Errorf("%.40s: kept %d, keys %q", c.body, len(kept), s.inbox.Keys())
		}
	}
	s := newSite(t, "")
	for _, body := range []string{"", "  ", "\x00\x01"} {
		if w := s.post(asJSON, body); w.Code < 400 || s.inbox.Puts() > 0 {
			t.Errorf("%q: %d, %d Puts", body, w.Code, s.inbox.Puts())
		}
	}
}

func TestTestsOfVendorsAreAnswered(t *testing.T) {
	tested := 0
	for _, c := range []struct {
		kind, body string
		headers    []string
		test       bool
	}{
		{asForm, "test=test", nil, true},
		{asForm, "webhook_id=15", nil, true},
		{asJSON, `{"event":"ping"}`, nil, true},
		{asForm, "test=test", []string{"Origin", "https://site.example", "Accept", "application/json"}, false}, // a person's
		{asForm, "test=test&phone=89161234567", nil, false},
	} {
		s := newSite(t, "")
		tested = 0
		s.form.tested = func() { tested++ }
		w := s.post(c.kind, c.body, c.headers...)
		if (tested == 1) != c.test || c.test && (w.Code != 200 || s.inbox.Puts() > 0) {
			t.Errorf("%s: %d %s, tested %d", c.body, w.Code, w.Body, tested)
		}
	}
}

func TestAnotherContentUnderOneKey(t *testing.T) {
	for name, c := range map[string]struct {
		first, second string
		status        int
	}{
		"the same":                  {good, good, 200},
		"what differs by itself":    {good + "&_t=5000&_proof=a&COOKIES=x&g-recaptcha-response=1", good + "&_t=9000&_proof=b&COOKIES=y&g-recaptcha-response=2", 200},
		"in another order":          {"name=Anna&phone=89161234567", "phone=89161234567&name=Anna", 200},
		"the first number another":  {"phone=89161234567&phone=89161234568", "phone=89161234568&phone=89161234567", 409},
		"another number":            {good, "phone=89161234568", 409},
		"another text":              {good + "&message=a", good + "&message=b", 409},
		"the same words, elsewhere": {good + "&message=a", good + "&subject=a", 409},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, "lang: en")
			var code int
			var body string
			for _, b := range []string{c.first, c.second} {
				r := s.make(asForm, b, "Idempotency-Key", "k", "Accept", "application/json")
				w := s.serve(s.inbox, r)
				code, body = w.Code, w.Body.String()
			}
			if code != c.status || (code == 409) != strings.Contains(body, `"code":"key_reused"`) || (code == 409) != strings.Contains(body, "kept in quarantine") {
				t.Errorf("%d %s", code, body)
			}
		})
	}
}

// Files count as content, and those of another post replace none.
func TestAnotherFileUnderOneKey(t *testing.T) {
	s, kept := newFileSite(t, "files: {count: 1}")

	var codes []int
	for _, content := range []string{pdf + "1", pdf + "2", pdf + "1"} {
		body, kind := parcel(t, "phone", "89161234567", "file:plan.pdf", content)
		codes = append(codes, s.serve(s.inbox, s.make(kind, body, "Idempotency-Key", "k", "Accept", "application/json")).Code)
	}
	if !slices.Equal(codes, []int{200, 409, 200}) || len(kept.all) != 2 {
		t.Errorf("answers %v, files %q", codes, kept.all)
	}
	if a := s.inbox.Touches()[0].Attachments; len(a) != 1 || kept.all[a[0].ID] != pdf+"1" {
		t.Errorf("the first post's file is %q", kept.all[a[0].ID])
	}
}

func TestSeveralRequestsInOnePost(t *testing.T) {
	s := newSite(t, "lang: en")
	two := `[{"name":"Anna","phone":"89161234567"},{"name":"Boris","phone":"89161234568"}]`
	for range 2 {
		if w := s.post(asJSON, two, "Idempotency-Key", "k"); w.Code != 200 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	if keys := s.inbox.Keys(); len(keys) != 2 || s.inbox.Touches()[1].Name != "Boris" {
		t.Errorf("keys %q", keys)
	}
	s = newSite(t, "lang: en")
	w := s.post(asJSON, `[{"name":"Anna","phone":"89161234567"},{"name":"Boris","phone":"12"}]`)
	if kept := s.inbox.Quarantined(); w.Code != 422 || len(kept) != 1 || kept[0].Name != "Boris" || len(s.inbox.Touches()) != 2 {
		t.Errorf("%d %s, kept %+v", w.Code, w.Body, kept)
	}
}

// Nobody fills quarantine from one address: refused posts count like others, and
// so does each request of a list.
func TestQuarantineIsNotFlooded(t *testing.T) {
	s := newSite(t, "per_minute: 3\nlang: en")
	for range 5 {
		s.post(asJSON, `{"name":"Anna","phone":"12"}`)
		s.post(asJSON, `{"phone":`)
	}
	if kept := s.inbox.Quarantined(); len(kept) != 3 {
		t.Errorf("%d posts of the three allowed are kept", len(kept))
	}
	s = newSite(t, "per_minute: 3\nlang: en")
	if w := s.post(asJSON, `[{"name":"A","phone":"12"},{"name":"B","phone":"13"},{"name":"C","phone":"14"},{"name":"D","phone":"15"},{"name":"E","phone":"16"}]`); w.Code != 422 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	w := s.post(asJSON, good)
	if w.Code != 429 || w.Header().Get("Retry-After") != "60" { // five of three a minute are counted; the next may come when three have run off
		t.Errorf("after a list: %d, wait %s", w.Code, w.Header().Get("Retry-After"))
	}
	s = newSite(t, "per_minute: 0\nlang: en")
	many := "[" + strings.TrimSuffix(strings.Repeat(`{"phone":"12"},`, maxRequests+1), ",") + "]"
	if w := s.post(asJSON, many); w.Code != http.StatusRequestEntityTooLarge || len(s.inbox.Quarantined()) != 1 {
		t.Errorf("%d, %d kept of a list that is too long", w.Code, len(s.inbox.Quarantined()))
	}
}

// A field that holds more than a number is kept whole, and addresses are taken
// apart.
func TestFieldsWithMoreThanOneThing(t *testing.T) {
	s := newSite(t, "")
	s.post(asForm, "phone=%2B7+495+123-45-67+%D0%B4%D0%BE%D0%B1.+12&email=Anna+%3Canna%40client.example%3E%2C+b%40client.example")
	got := s.stored()
	want := []leads.Identity{{Kind: leads.KindPhone, Value: "+74951234567"}, {Kind: leads.KindEmail, Value: "anna@client.example"}, {Kind: leads.KindEmail, Value: "b@client.example"}}
	if !slices.Equal(got.From, want) || !strings.Contains(got.Text, "phone: +7 495 123-45-67 доб. 12") || !strings.Contains(got.Text, "email: Anna <anna@client.example>, b@client.example") {
		t.Errorf("from %v, text %q", got.From, got.Text)
	}
	s = newSite(t, "")
	s.post(asForm, strings.Repeat("phone=89161234567&", 15)+strings.Repeat("email=a@client.example&", 10)+"message=x")
	if touch := one(t, s.inbox); touch.Validate() != nil {
		t.Errorf("%v", touch.Validate())
	}
}
