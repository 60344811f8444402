package webhook_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/charmap"

	"ctihub/connectors/connectortest"
	"ctihub/connectors/webhook"
	"ctihub/leads"
)

const simple = "token: " + token + "\nmap: {id: $.id, name: [$.name], phones: [$.phone], emails: [$.email], text: [$.message]}"

func in1251(text string) string {
	b, err := charmap.Windows1251.NewEncoder().String(text)
	if err != nil {
		panic(err)
	}
	return b
}

// Whatever clothes an event comes in, the paths lead to what is in it.
func TestShapes(t *testing.T) {
	const form = "application/x-www-form-urlencoded"
	nested := "token: " + token + "\nmap: {id: $.json.id, name: [$.json.from.name], phones: [$.json.from.phone], text: [$.json.text]}"
	for name, c := range map[string]struct{ settings, kind, body string }{
		"JSON":                         {simple, "application/json", `{"id":1,"name":"Анна","phone":"+79161234567","message":"Есть окна?"}`},
		"JSON under the type of forms": {simple, form, `{"id":1,"name":"Анна","phone":"+79161234567","message":"Есть окна?"}`},
		"JSON under none":              {simple, "", `{"id":1,"name":"Анна","phone":"+79161234567","message":"Есть окна?"}`},
		"JSON with a BOM":              {simple, "text/plain", "\ufeff" + `{"id":1,"name":"Анна","phone":"+79161234567","message":"Есть окна?"}`},
		"JSON in windows-1251":         {simple, "application/json", in1251(`{"id":1,"name":"Анна","phone":"+79161234567","message":"Есть окна?"}`)},
		"a form in windows-1251":       {simple, form, "id=1&name=%C0%ED%ED%E0&phone=%2B79161234567&message=%C5%F1%F2%FC%20%EE%EA%ED%E0%3F"},
		"a form in windows-1251, said": {simple, form + "; charset=windows-1251", "id=1&name=%C0%ED%ED%E0&phone=%2B79161234567&message=%C5%F1%F2%FC%20%EE%EA%ED%E0%3F"},
		"in objects":                   {simple, "application/json", `{"id":1,"name":{"first":"Анна"},"phone":{"full":"+79161234567"},"message":"Есть окна?"}`},
		"a list with one object":       {simple, "application/json", `[{"id":1,"name":"Анна","phone":"+79161234567","message":"Есть окна?"}]`},
		"encoded twice":                {simple, "application/json", `"{\"id\":1,\"name\":\"Анна\",\"phone\":\"+79161234567\",\"message\":\"Есть окна?\"}"`},
		"JSON in an input":             {nested, form, "sign=x&json=%7B%22id%22%3A1%2C%22from%22%3A%7B%22name%22%3A%22%D0%90%D0%BD%D0%BD%D0%B0%22%2C%22phone%22%3A%22%2B79161234567%22%7D%2C%22text%22%3A%22%D0%95%D1%81%D1%82%D1%8C+%D0%BE%D0%BA%D0%BD%D0%B0%3F%22%7D"},
		"JSON in a text of JSON":       {nested, "application/json", `{"json":"{\"id\":1,\"from\":{\"name\":\"Анна\",\"phone\":\"+79161234567\"},\"text\":\"Есть окна?\"}"}`},
		"JSON in a part":               {nested, "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"json\"\r\n\r\n{\"id\":1,\"from\":{\"name\":\"Анна\",\"phone\":\"+79161234567\"},\"text\":\"Есть окна?\"}\r\n--x--\r\n"},
		"names with brackets":          {nested, form, "json[id]=1&json[from][name]=%D0%90%D0%BD%D0%BD%D0%B0&json[from][phone]=%2B79161234567&json[text]=%D0%95%D1%81%D1%82%D1%8C+%D0%BE%D0%BA%D0%BD%D0%B0%3F"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSender(t, c.settings)
			if w := s.post(c.body, "Content-Type", c.kind); w.Code != http.StatusOK {
				t.Fatalf("status %d: %s", w.Code, w.Body)
			}
			all := s.inbox.Touches()
			if len(all) != 1 || all[0].Suspect != "" {
				t.Fatalf("%+v", all)
			}
			if got := all[0]; got.ExternalID != "1" || got.Name != "Анна" || got.Text != "Есть окна?" || len(got.From) != 1 || got.From[0].Value != "+79161234567" {
				t.Errorf("%+v", got)
			}
		})
	}
	s := newSender(t, "token: "+token+"\nmap: {text: [$.json]}")
	s.post("json=%7B%22b%22%3A1%2C+%22a%22%3A2%7D", "Content-Type", form)
	if all := s.inbox.Touches(); len(all) != 1 || all[0].Text != `{"b":1, "a":2}` {
		t.Errorf("the text itself: %+v", all)
	}
}

func TestSeveralEventsWithoutItems(t *testing.T) {
	s := newSender(t, simple)
	if w := s.post(`[{"id":1,"phone":"+79161234567"},{"id":2,"phone":"+79161234568"}]`); w.Code != 200 || len(s.inbox.Keys()) != 2 {
		t.Errorf("%d %s, keys %q", w.Code, w.Body, s.inbox.Keys())
	}
	s = newSender(t, "token: "+token+"\nitems: $.json.events\nmap: {id: $.id, phones: [$.p.n]}")
	if w := s.post(`json=%7B%22events%22%3A%5B%7B%22id%22%3A1%2C%22p%22%3A%22%7B%5C%22n%5C%22%3A%5C%22%2B79161234567%5C%22%7D%22%7D%5D%7D`, "Content-Type", "application/x-www-form-urlencoded"); w.Code != 200 || len(s.inbox.Touches()) != 1 || len(s.inbox.Touches()[0].From) != 1 {
		t.Errorf("%d %s %+v", w.Code, w.Body, s.inbox.Touches())
	}
}

// What is wrong beside a person or an order costs neither.
func TestNothingOfAnEventIsLost(t *testing.T) {
	const settings = "token: " + token + "\nmap: {id: $.id, phones: [$.phone], emails: [$.email], text: [$.text], at: $.at, direction: $.way}"
	for name, c := range map[string]struct {
		body string
		want func(leads.Touch) bool
	}{
		"no id":                  {`{"phone":"+79161234567"}`, func(t leads.Touch) bool { return strings.HasPrefix(t.ExternalID, "sha256-") }},
		"a time that is none":    {`{"id":1,"phone":"+79161234567","at":"yesterday"}`, func(t leads.Touch) bool { return t.At.Equal(noon) && t.Text == "at: yesterday" }},
		"a direction of its own": {`{"id":1,"phone":"+79161234567","way":"sideways"}`, func(t leads.Touch) bool { return t.Direction == leads.In && t.Text == "direction: sideways" }},
		"a phone that is none":   {`{"id":1,"phone":"call me"}`, func(t leads.Touch) bool { return len(t.From) == 1 && t.From[0].Value == "call me" && t.Text == "" }},
		"a phone and more": {`{"id":1,"phone":"+7 495 123-45-67 ext. 12"}`, func(t leads.Touch) bool {
			return len(t.From) == 1 && t.Text == "phone: +7 495 123-45-67 ext. 12"
		}},
		"addresses": {`{"id":1,"email":"Anna <a@client.example>, b@client.example"}`, func(t leads.Touch) bool {
			return len(t.From) == 2 && t.From[1].Value == "b@client.example" && strings.Contains(t.Text, "Anna")
		}},
		"30 phones": {`{"id":1,"phone":[` + strings.TrimSuffix(strings.Repeat(`"+7916123456X",`, 30), ",") + `]}`, func(t leads.Touch) bool { return len(t.From) <= 20 }},
	} {
		t.Run(name, func(t *testing.T) {
			body := c.body
			for i := 0; strings.Contains(body, "X"); i++ {
				body = strings.Replace(body, "X", string(rune('a'+i%26)), 1)
			}
			s := newSender(t, settings)
			if w := s.post(body); w.Code != 200 {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
			if all := s.inbox.Touches(); len(all) != 1 || all[0].Validate() != nil || !c.want(all[0]) {
				t.Errorf("%+v", all)
			}
		})
	}
}

func TestTestsOfVendors(t *testing.T) {
	for name, c := range map[string]struct {
		method, path, kind, body string
		test                     bool
		status                   int
		answer                   string
	}{
		"an empty body":    {"POST", "", "", "", true, 200, "{}\n"},
		"white space":      {"POST", "", "", " \r\n", true, 200, "{}\n"},
		"an empty object":  {"POST", "", "application/json", "{}", true, 200, "{}\n"},
		"an empty list":    {"POST", "", "application/json", "[]", true, 200, "{}\n"},
		"nothing but null": {"POST", "", "application/json", `{"id":null,"phone":""}`, true, 200, "{}\n"},
		"Tilda":            {"POST", "", "application/x-www-form-urlencoded", "test=test", true, 200, "{}\n"},
		"WooCommerce":      {"POST", "", "application/x-www-form-urlencoded", "webhook_id=15", true, 200, "{}\n"},
		"GitHub":           {"POST", "", "application/json", `{"zen":"Design for failure.","hook_id":1}`, true, 200, "{}\n"},
		"HEAD":             {"HEAD", "", "", "", true, 200, ""},
		"GET":              {"GET", "", "", "", true, 200, ""},
		"Meta":             {"GET", "?hub.mode=subscribe&hub.verify_token=" + token + "&hub.challenge=1158201444", "", "", true, 200, "1158201444"},
		"Meta with markup": {"GET", "?hub.mode=subscribe&hub.challenge=%3Cscript%3E", "", "", false, 405, ""},
		"GET with data":    {"GET", "?phone=89161234567", "", "", false, 405, ""},
		"PUT":              {"PUT", "", "", "", false, 405, ""},
		"a person's test":  {"POST", "", "application/x-www-form-urlencoded", "test=test&phone=89161234567", false, 200, "{}\n"},
		"an order's words": {"POST", "", "application/json", `{"event":"test","message":"Есть окна?"}`, false, 200, "{}\n"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSender(t, simple)
			w := s.request(c.method, "/in/shop"+c.path, c.body, "Authorization", "Bearer "+token, "Content-Type", c.kind)
			if w.Code != c.status || c.answer != "" && w.Body.String() != c.answer || (s.tested == 1) != c.test {
				t.Errorf("%d %q, tested %d", w.Code, w.Body, s.tested)
			}
			if stored := len(s.inbox.Keys()); (stored == 1) != (!c.test && c.status == 200) {
				t.Errorf("stored %d", stored)
			}
		})
	}
	s := newSender(t, simple)
	for _, path := range []string{"/in/shop", "/in/shop?hub.mode=subscribe&hub.verify_token=x&hub.challenge=1"} {
		for _, method := range []string{"GET", "POST"} {
			if w := s.request(method, path, ""); w.Code != 401 || s.tested > 0 {
				t.Errorf("%s %s: %d", method, path, w.Code)
			}
		}
	}
}

// WooCommerce does not sign the test by which it saves a webhook.
func TestUnsignedTestOfAShop(t *testing.T) {
	const mapped = "\nmap: {phones: [$.phone]}"
	for name, c := range map[string]struct {
		settings, body string
		want           int
	}{
		"the test":             {"signature: {secret: a secret of ours}", "webhook_id=15", 200},
		"more than the test":   {"signature: {secret: a secret of ours}", "webhook_id=15&phone=89161234567", 401},
		"the test, no token":   {"token: " + token + "\nsignature: {secret: a secret of ours}", "webhook_id=15", 401},
		"the test of a number": {"signature: {secret: a secret of ours}", "webhook_id=x", 401},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSender(t, c.settings+mapped)
			if w := s.request(http.MethodPost, "/in/shop", c.body); w.Code != c.want {
				t.Errorf("status %d: %s", w.Code, w.Body)
			}
			if keys := s.inbox.Keys(); len(keys) > 0 {
				t.Errorf("stored %q", keys)
			}
		})
	}
}

func TestOneIDOfSeveralContents(t *testing.T) {
	for name, c := range map[string]struct {
		id            string
		first, second string
		status, keys  int
	}{
		"the same":               {"$.id", `{"id":1,"phone":"+79161234567"}`, `{"id":1,"phone":"+79161234567"}`, 200, 1},
		"sent at another time":   {"$.id", `{"id":1,"phone":"+79161234567","sent_at":1,"at":"2026-11-28T10:00:00"}`, `{"id":1,"phone":"+79161234567","sent_at":2,"at":"2026-11-28T10:00:05"}`, 200, 1},
		"another text":           {"$.id", `{"id":1,"phone":"+79161234567","message":"new"}`, `{"id":1,"phone":"+79161234567","message":"paid"}`, 409, 1},
		"another number":         {"$.id", `{"id":1,"phone":"+79161234567"}`, `{"id":1,"phone":"+79161234568"}`, 409, 1},
		"an id with its version": {"[$.id, $.v]", `{"id":1,"v":1,"message":"new"}`, `{"id":1,"v":2,"message":"paid"}`, 200, 2},
	} {
		t.Run(name, func(t *testing.T) {
			env := connectortest.Env(t, "shop", "token: "+token+"\nmap: {id: "+c.id+", phones: [$.phone], text: [$.message], at: $.at}")
			source, err := webhook.Kind().In(env)
			if err != nil {
				t.Fatal(err)
			}
			in := connectortest.NewInbox("shop")
			s := &sender{t: t, inbox: in, handler: source.Receive(in)}
			s.post(c.first)
			w := s.post(c.second)
			var p struct{ Code, Detail string }
			_ = json.Unmarshal(w.Body.Bytes(), &p)
			if w.Code != c.status || len(s.inbox.Keys()) != c.keys || c.status == 409 && (p.Code != "key_reused" || !strings.Contains(p.Detail, "quarantine")) {
				t.Errorf("%d %s, keys %q", w.Code, w.Body, s.inbox.Keys())
			}
		})
	}
}

// Times without a zone are of the office's, which is three hours ahead here.
func TestTimes(t *testing.T) {
	at := time.Date(2026, 11, 28, 7, 5, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"2026-11-28T10:05:00":             at,
		"2026-11-28T10:05":                at,
		"2026-11-28 10:05:00":             at,
		"2026-11-28 10:05:00.000000":      at,
		"2026-11-28 10:05":                at,
		"28.11.2026 10:05:00":             at,
		"28.11.2026 10:05":                at,
		"28.11.2026, 10:05":               at,
		"10:05 28.11.2026":                at,
		"2026/11/28 10:05:00":             at,
		"20261128T100500":                 at,
		"28 Nov 2026 10:05:00":            at,
		"November 28, 2026 10:05 am":      at,
		"2026-11-28T07:05:00Z":            at,
		"2026-11-28T10:05:00+03:00":       at,
		"2026-11-28T10:05:00+0300":        at,
		"2026-11-28 12:05:00 +0500":       at,
		"2026-11-28 07:05:00 UTC":         at,
		"Sat, 28 Nov 2026 07:05:00 GMT":   at,
		"Sat, 28 Nov 2026 10:05:00 +0300": at,
		"Sat Nov 28 2026 10:05:00 GMT+0300 (Moscow Standard Time)": at,
		"1795849500":                    at,
		"1795849500.0":                  at,
		"1795849500000":                 at,
		"1795849500000000":              at,
		"1795849500000000000":           at,
		"2026-11-28":                    time.Date(2026, 11, 27, 21, 0, 0, 0, time.UTC),
		"28.11.2026":                    time.Date(2026, 11, 27, 21, 0, 0, 0, time.UTC),
		"yesterday":                     noon,
		"4711":                          noon,
		"1e300":                         noon,
		"NaN":                           noon,
		"-1":                            noon,
		"31.02.2026 10:00":              noon,
		"Sat, 28 Nov 2026 10:05:00 MSK": noon, // the name of a zone says too little
	} {
		s := newSender(t, "token: "+token+"\nmap: {id: $.id, at: $.at, text: [$.id]}")
		b, _ := json.Marshal(map[string]string{"id": "1", "at": text})
		if w := s.post(string(b)); w.Code != 200 {
			t.Fatalf("%s: %d", text, w.Code)
		}
		got := s.inbox.Touches()[0]
		if !got.At.Equal(want) || (want.Equal(noon)) != strings.Contains(got.Text, "at: "+text) {
			t.Errorf("%s is %s, want %s; text %q", text, got.At.UTC(), want, got.Text)
		}
	}
}
