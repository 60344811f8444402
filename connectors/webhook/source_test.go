package webhook_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"ctihub/connectors/connectortest"
	"ctihub/connectors/webhook"
	"ctihub/leads"
)

const (
	token    = "0123456789abcdef"
	maxItems = 500 // touches that one body may hold
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// sender posts to a source in a test.
type sender struct {
	t       *testing.T
	inbox   *connectortest.Inbox
	handler http.Handler
	tested  int
}

func newSender(t *testing.T, settings string) *sender {
	t.Helper()
	env := connectortest.Env(t, "shop", settings)
	env.Now = func() time.Time { return noon }
	env.Hub.Zone = time.FixedZone("office", 3*3600)
	s := &sender{t: t, inbox: connectortest.NewInbox("shop")}
	env.Report.Tested = func() { s.tested++ }
	c, err := webhook.Kind().In(env)
	if err != nil {
		t.Fatal(err)
	}
	s.handler = c.Receive(s.inbox)
	return s
}

// post sends a body with the token; headers are name, value, name, value …
func (s *sender) post(body string, headers ...string) *httptest.ResponseRecorder {
	return s.request(http.MethodPost, "/in/shop", body, append([]string{"Authorization", "Bearer " + token}, headers...)...)
}

func (s *sender) request(method, path, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(s.t.Context(), method, path, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w
}

func TestSourceConformance(t *testing.T) {
	orders := `token: ` + token + `
map: {id: $.id, name: [$.name], phones: [$.phone], text: [$.text]}`
	for name, c := range map[string]struct{ settings, kind, body string }{
		"JSON":  {orders, "application/json", `{"id":%d,"name":"Канарейкин","phone":"+7916123450%[1]d","text":"Canary"}`},
		"form":  {orders, "application/x-www-form-urlencoded", "id=%d&name=Канарейкин&phone=%%2B7916123450%[1]d&text=Canary"},
		"no id": {"token: " + token + "\nmap: {phones: [$.phone]}", "application/json", `{"phone":"+7916123450%d"}`},
		"calls": {"token: " + token + "\nformat: cti", "application/json", `{"event":"newCall","callId":"call-%d","direction":"in","from":"7916123450%[1]d","to":"74951234567","user":["100"]}`},
	} {
		t.Run(name, func(t *testing.T) {
			connectortest.Run(t, connectortest.Subject{
				Kind:     webhook.Kind(),
				Canaries: []string{"Канарейкин", "7916123450", "Canary", token},
				Start: func(*testing.T) connectortest.Upstream {
					return connectortest.Upstream{
						Settings: c.settings,
						Deliver: func(ctx context.Context, s *connectortest.Source, n int) error {
							r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/in/"+s.Name+"/"+token, strings.NewReader(fmt.Sprintf(c.body, n)))
							r.Header.Set("Content-Type", c.kind)
							w := httptest.NewRecorder()
							s.Handler.ServeHTTP(w, r)
							if w.Code >= 300 {
								return fmt.Errorf("status %d: %s", w.Code, w.Body)
							}
							return nil
						},
					}
				},
			})
		})
	}
}

func TestMapping(t *testing.T) {
	const rich = `token: ` + token + `
channel: form
map:
  id: $.order.id
  name: [$.customer.first, $.customer.last]
  phones: ["$.customer['phone','mobile']"]
  emails: [$.customer.email]
  identities: {telegram: $.customer.tg}
  subject: "=Order"
  text: [$.order.comment, "$.order.lines[?@.qty > 1].title"]
  at: $.order.at
  direction: $.way
  to: $.shop
  utm: {utm_source: $.ad}
`
	phone := func(v string) leads.Identity { return leads.Identity{Kind: leads.KindPhone, Value: v} }
	for name, c := range map[string]struct {
		settings, kind, body string
		want                 []leads.Touch
	}{
		"everything": {
			settings: rich, body: `{"order":{"id":12345678901234567890,"at":"2026-11-21T10:00:00+03:00","comment":"Hi","lines":[{"title":"A","qty":2},{"title":"B","qty":1},{"title":"C","qty":3}]},
				"customer":{"first":"Anna","last":"Ivanova","phone":"8 916 123-45-67","mobile":79161234568,"email":"a@example.com","tg":42},"way":"Inbound","shop":"Nord","ad":"yandex","more":[]}`,
			want: []leads.Touch{{
				ExternalID: "12345678901234567890", Channel: "form", Direction: leads.In, At: time.Date(2026, 11, 21, 7, 0, 0, 0, time.UTC),
				Name: "Anna Ivanova", Subject: "Order", Text: "Hi\n\nA\n\nC", To: "Nord", UTM: map[string]string{"utm_source": "yandex"},
				From: []leads.Identity{phone("8 916 123-45-67"), phone("79161234568"), {Kind: leads.KindEmail, Value: "a@example.com"}, {Kind: "telegram", Value: "42"}},
			}},
		},
		"a wrong number is kept as it is": {
			settings: rich, body: `{"order":{"id":"x"},"customer":{"phone":"call me","email":"nobody"}}`,
			want: []leads.Touch{{ExternalID: "x", Channel: "form", Direction: leads.In, At: noon, Subject: "Order",
				From: []leads.Identity{phone("call me"), {Kind: leads.KindEmail, Value: "nobody"}}}},
		},
		"a form": {
			settings: "token: " + token + "\nmap: {id: $.id, phones: [\"$['phone[]']\"], text: [$.note], at: $.at}", kind: "application/x-www-form-urlencoded",
			body: "id=7&phone[]=%2B79161234567&phone[]=%2B79161234568&note=Hi+there&at=1763800000",
			want: []leads.Touch{{ExternalID: "7", Channel: "webhook", Direction: leads.In, At: time.Unix(1763800000, 0), Text: "Hi there",
				From: []leads.Identity{phone("+79161234567"), phone("+79161234568")}}},
		},
		"a multipart form": {
			settings: "token: " + token + "\nmap: {id: $.id, phones: [$.phone], text: [$.file]}", kind: "multipart/form-data; boundary=x",
			body: "--x\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\n7\r\n--x\r\nContent-Disposition: form-data; name=\"phone\"\r\n\r\n89161234567\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF\r\n--x--\r\n",
			want: []leads.Touch{{ExternalID: "7", Channel: "webhook", Direction: leads.In, At: noon, Text: "a.pdf", From: []leads.Identity{phone("89161234567")}}},
		},
		"several in one body": {
			settings: "token: " + token + "\nitems: $.events\nmap: {id: $.id, phones: [$.phone], at: $.ms}",
			body:     `{"events":[{"id":1,"phone":"+79161234567","ms":1763800000123},{"id":2,"phone":"+79161234568"}]}`,
			want: []leads.Touch{
				{ExternalID: "1", Channel: "webhook", Direction: leads.In, At: time.UnixMilli(1763800000123), From: []leads.Identity{phone("+79161234567")}},
				{ExternalID: "2", Channel: "webhook", Direction: leads.In, At: noon, From: []leads.Identity{phone("+79161234568")}},
			},
		},
		"a list, and what we said": {
			settings: "token: " + token + "\nitems: $[*]\nmap: {id: $.id, text: [$.text], direction: =out, phones: [$.to]}",
			body:     "\xef\xbb\xbf" + `[{"id":"a b","text":"hello","to":"+79161234567"}]`,
			want: []leads.Touch{{ExternalID: "sha256-c8687a08aa5d6ed2044328fa6a697ab8e96dc34291e8c2034ae8c38e6fcc6d65", Channel: "webhook", Direction: leads.Out, At: noon, Text: "hello",
				From: []leads.Identity{phone("+79161234567")}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSender(t, c.settings)
			w := s.post(c.body, "Content-Type", c.kind)
			if w.Code != http.StatusOK {
				t.Fatalf("status %d: %s", w.Code, w.Body)
			}
			got := s.inbox.Touches()
			if len(got) != len(c.want) {
				t.Fatalf("%d touches, want %d", len(got), len(c.want))
			}
			for i := range got {
				if got[i].Raw == "" || !got[i].At.Equal(c.want[i].At) {
					t.Errorf("touch %d: raw %q, at %s, want %s", i, got[i].Raw, got[i].At, c.want[i].At)
				}
				if got[i].Digest == "" {
					t.Errorf("touch %d has an id and no digest", i)
				}
				got[i].Raw, got[i].Source, got[i].Digest, got[i].At, c.want[i].At = "", "", "", time.Time{}, time.Time{}
				if !reflect.DeepEqual(got[i], c.want[i]) {
					t.Errorf("touch %d:\ngot  %+v\nwant %+v", i, got[i], c.want[i])
				}
			}
		})
	}
}

// Without an id, the body is the id: sent again it is the same, and each of
// several items is one of its own.
func TestBodyIsItsID(t *testing.T) {
	s := newSender(t, "token: "+token+"\nitems: $.all\nmap: {text: [$.text]}")
	for _, body := range []string{`{"all":[{"text":"a"},{"text":"a"}]}`, `{"all":[{"text":"a"},{"text":"a"}]}`, `{"all":[{"text":"b"}]}`} {
		if w := s.post(body); w.Code != http.StatusOK {
			t.Fatal(w.Code, w.Body)
		}
	}
	if keys := s.inbox.Keys(); len(keys) != 3 {
		t.Errorf("keys %q", keys)
	}
}

func TestWhoMayPost(t *testing.T) {
	const body = `{"phone":"+79161234567"}`
	mac := func(secret, body string) []byte {
		h := hmac.New(sha256.New, []byte(secret))
		h.Write([]byte(body))
		return h.Sum(nil)
	}
	hexed := hex.EncodeToString(mac("a secret of ours", body))
	const mapped = "\nmap: {phones: [$.phone]}"
	for name, c := range map[string]struct {
		settings, path string
		headers        []string
		want           int
	}{
		"token in the path":            {"token: " + token, "/in/shop/" + token, nil, 200},
		"token in the query":           {"token: " + token, "/in/shop?token=" + token, nil, 200},
		"bearer":                       {"token: " + token, "/in/shop", []string{"Authorization", "Bearer " + token}, 200},
		"header of one's own":          {"token: " + token + "\ntoken_header: X-Api-Key", "/in/shop", []string{"X-Api-Key", token}, 200},
		"another header":               {"token: " + token, "/in/shop", []string{"X-Api-Key", token}, 401},
		"no token":                     {"token: " + token, "/in/shop", nil, 401},
		"a byte changed":               {"token: " + token, "/in/shop/1123456789abcdef", nil, 401},
		"more than the token":          {"token: " + token, "/in/shop/" + token + "/x", nil, 401},
		"token in both, path wrong":    {"token: " + token, "/in/shop/x?token=" + token, nil, 404},
		"basic":                        {"user: u\npassword: 0123456789ab", "/in/shop", []string{"Authorization", "Basic dTowMTIzNDU2Nzg5YWI="}, 200},
		"basic, wrong user":            {"user: v\npassword: 0123456789ab", "/in/shop", []string{"Authorization", "Basic dTowMTIzNDU2Nzg5YWI="}, 401},
		"basic, nothing":               {"user: u\npassword: 0123456789ab", "/in/shop", nil, 401},
		"signed":                       {"signature: {secret: a secret of ours}", "/in/shop", []string{"X-Hub-Signature-256", "sha256=" + hexed}, 200},
		"signed without the prefix":    {"signature: {secret: a secret of ours}", "/in/shop", []string{"X-Hub-Signature-256", hexed}, 401},
		"signed in base64":             {"signature: {secret: a secret of ours, header: X-Sign, encoding: base64}", "/in/shop", []string{"X-Sign", base64.StdEncoding.EncodeToString(mac("a secret of ours", body))}, 200},
		"signed by another":            {"signature: {secret: a secret of ours, header: X-Sign}", "/in/shop", []string{"X-Sign", hex.EncodeToString(mac("a secret of theirs", body))}, 401},
		"another body signed":          {"signature: {secret: a secret of ours, header: X-Sign}", "/in/shop", []string{"X-Sign", hex.EncodeToString(mac("a secret of ours", body+" "))}, 401},
		"no signature":                 {"signature: {secret: a secret of ours}", "/in/shop", nil, 401},
		"signature is no hex":          {"signature: {secret: a secret of ours}", "/in/shop", []string{"X-Hub-Signature-256", "sha256=zz"}, 401},
		"signed, but without a token":  {"token: " + token + "\nsignature: {secret: a secret of ours}", "/in/shop", []string{"X-Hub-Signature-256", "sha256=" + hexed}, 401},
		"token, but without signature": {"token: " + token + "\nsignature: {secret: a secret of ours}", "/in/shop/" + token, nil, 401},
		"both":                         {"token: " + token + "\nsignature: {secret: a secret of ours}", "/in/shop/" + token, []string{"X-Hub-Signature-256", "sha256=" + hexed}, 200},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSender(t, c.settings+mapped)
			w := s.request(http.MethodPost, c.path, body, c.headers...)
			if w.Code != c.want {
				t.Fatalf("status %d: %s", w.Code, w.Body)
			}
			if stored := len(s.inbox.Keys()); (stored == 1) != (c.want == 200) {
				t.Errorf("stored %d", stored)
			}
		})
	}
}

func TestWhatIsRefusedAndKept(t *testing.T) {
	const one = "token: " + token + "\nmap: {id: $.id, phones: [$.phone], at: $.at, direction: $.way}"
	const many = "token: " + token + "\nitems: $.events\nmap: {id: $.id, at: $.at}"
	for name, c := range map[string]struct {
		settings, kind, body string
		status               int
		field                string // of 422
		kept                 string // part of the reason in quarantine
	}{
		"nothing":            {settings: one, body: `{"id":1}`, status: 422, field: "map", kept: "nothing of what"},
		"no items":           {settings: many, body: `{"id":1}`, status: 422, field: "items", kept: "looks for items"},
		"the second is bad":  {settings: "token: " + token + "\nitems: $.events\nmap: {id: $.id, text: [$.id]}", body: `{"events":[{"id":1},{"x":1}]}`, status: 422, field: "items[1].map", kept: "items[1].map: nothing"},
		"too many":           {settings: many, body: `{"events":[` + strings.Repeat(`1,`, 501) + `1]}`, status: 422, field: "items", kept: "more than 500"},
		"too large":          {settings: one, body: strings.Repeat(" ", 1<<20+1), status: 413},
		"XML":                {settings: one, kind: "application/xml", body: "<id>1</id>", status: 200, kept: "neither JSON nor a form"},
		"half a JSON":        {settings: one, body: `{"id":1`, status: 200, kept: "neither JSON nor a form"},
		"JSON with a tail":   {settings: one, body: `{"id":1}{}`, status: 200, kept: "something follows"},
		"a bomb of brackets": {settings: one, body: strings.Repeat("[", 500_000), status: 200, kept: "nested deeper"},
		"brackets in a text": {settings: one, body: `{"id":"` + strings.Repeat("[", 1000) + `","phone":"+79161234567"}`, status: 200},
		"no form":            {settings: one, kind: "application/x-www-form-urlencoded", body: "call me", status: 200, kept: "not a form"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSender(t, c.settings)
			w := s.post(c.body, "Content-Type", c.kind)
			var p struct{ Field string }
			_ = json.Unmarshal(w.Body.Bytes(), &p)
			if w.Code != c.status || p.Field != c.field {
				t.Fatalf("status %d, field %q, want %d, %q: %s", w.Code, p.Field, c.status, c.field, w.Body)
			}
			kept := s.inbox.Quarantined()
			if c.kept == "" {
				if len(kept) > 0 {
					t.Errorf("quarantined: %s", kept[0].Suspect)
				}
				return
			}
			if len(kept) != 1 || !strings.Contains(kept[0].Suspect+kept[0].Refused, c.kept) || !strings.Contains(c.body, kept[0].Raw) || kept[0].Digest == "" {
				t.Errorf("quarantined %.300q", fmt.Sprint(kept))
			}
		})
	}
	s := newSender(t, one)
	s.inbox.Fail(1)
	if w := s.post(`{"id":1,"phone":"+79161234567"}`); w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Errorf("status %d while the database is away, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
	}
	if w := s.request(http.MethodGet, "/in/shop/"+token+"?phone=1", ""); w.Code != 405 {
		t.Errorf("GET with data: status %d", w.Code)
	}
}

// A body of many items is copied and hashed once, not for each of them.
func TestMemoryOfManyItems(t *testing.T) {
	var items []string
	for i := range maxItems {
		items = append(items, fmt.Sprintf(`{"id":%d,"phone":"+7916%07d","text":%q}`, i, i, strings.Repeat("price? ", 250)))
	}
	body := `{"items":[` + strings.Join(items, ",") + `]}`
	s := newSender(t, "token: "+token+"\nitems: $.items\nmap: {id: $.id, phones: [$.phone], text: [$.text]}")
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if w := s.post(body); w.Code != http.StatusOK || len(s.inbox.Keys()) != maxItems {
		t.Fatalf("status %d, %d stored", w.Code, len(s.inbox.Keys()))
	}
	runtime.ReadMemStats(&after)
	if times := (after.TotalAlloc - before.TotalAlloc) / uint64(len(body)); times > 100 {
		t.Errorf("a body of %d items takes %d times its size of memory altogether, want 100 at most", maxItems, times)
	}
}

// holding is an inbox that stores only when it is told to.
type holding struct {
	leads.Inbox
	store chan struct{}
	puts  *atomic.Int32 // that are being stored
}

func (h holding) Put(ctx context.Context, _ string, _ ...leads.Touch) error {
	h.puts.Add(1)
	defer h.puts.Add(-1)
	select {
	case <-h.store:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Long lists are stored one after another, because storage lets only so many
// touches wait, and a single event does not wait for them.
func TestLongListsAreStoredInTurn(t *testing.T) {
	list := "[" + strings.Repeat(`{"phone":"+79161234567"},`, 99) + `{"phone":"+79161234567"}]`
	synctest.Test(t, func(t *testing.T) {
		s := &sender{t: t}
		c, err := webhook.Kind().In(connectortest.Env(t, "shop", "token: "+token+"\nitems: $[*]\nmap: {phones: [$.phone]}"))
		if err != nil {
			t.Fatal(err)
		}
		in := holding{store: make(chan struct{}), puts: &atomic.Int32{}}
		s.handler = c.Receive(in)
		codes := make(chan int, 4)
		for i, c := range []struct {
			body string
			puts int32
		}{{list, 1}, {list, 1}, {list, 1}, {`[{"phone":"+79261234567"}]`, 2}} {
			go func() { codes <- s.post(c.body, "Content-Type", "application/json").Code }()
			if synctest.Wait(); in.puts.Load() != c.puts {
				t.Errorf("post %d: %d are being stored, want %d", i, in.puts.Load(), c.puts)
			}
		}
		for range 4 {
			in.store <- struct{}{}
			if code := <-codes; code != http.StatusOK {
				t.Errorf("status %d", code)
			}
			synctest.Wait()
		}
	})
}

func TestSourceSettingsAreChecked(t *testing.T) {
	const tok = "token: " + token + "\n"
	for settings, want := range map[string]string{
		"map: {id: $.id}":                                    "token",
		"token: short\nmap: {id: $.id}":                      "token",
		"user: u\nmap: {id: $.id}":                           "token",
		"password: 0123456789ab\nmap: {id: $.id}":            "user and password",
		tok + "signature: {header: X}\nmap: {id: $.id}":      "signature.secret",
		"signature: {secret: 0123456789ab, encoding: rot13}": "encoding",
		"user: u\npassword: 0123456789ab\ntoken_header: X":   "token_header",
		tok:                           "map",
		tok + "map: {}":               "map",
		tok + "map: {phone: $.phone}": "phone",
		tok + "map: {id: order.id}":   `map.id: must begin with "$"`,
		tok + "map: {id: '$.order['}": "map.id: is not a JSONPath",
		tok + "map: {id: $.id, phones: [$.a, $.b c]}":      "map.phones[1]",
		tok + "map: {id: $.id, utm: {utm_source: ads}}":    "map.utm.utm_source",
		tok + "map: {id: =7}":                              "map.id",
		tok + "map: {direction: =sideways}":                "map.direction",
		tok + "items: events\nmap: {id: $.id}":             "items",
		tok + "format: xml\nmap: {id: $.id}":               "format",
		tok + "format: cti\nmap: {id: $.id}":               "map",
		tok + "channel: call\nmap: {id: $.id}":             "channel",
		tok + "extensions: {anna: '101'}\nmap: {id: $.id}": "extensions",
		tok + "format: cti\nextensions: {anna: office}":    "extensions",
	} {
		if _, err := webhook.Kind().In(connectortest.Env(t, "shop", settings)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one that names %s", settings, err, want)
		} else if strings.Contains(err.Error(), token) {
			t.Errorf("the error repeats the token: %v", err)
		}
	}
}

func FuzzSource(f *testing.F) {
	for _, body := range []string{
		`{"id":1,"phone":"+79161234567","events":[{"id":2}]}`, `[[]]`, `{"event":"newCall","callId":"c","direction":"in","user":["a",{}]}`,
		"event=hangup&callId=c&direction=out&cause=busy&user[]=1", "--x\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\n7\r\n--x--", `{"id":"\ud800"}`,
	} {
		for kind := range 3 {
			f.Add(kind, body)
		}
	}
	f.Fuzz(func(t *testing.T, kind int, body string) {
		kinds := []string{"application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"}
		for _, settings := range []string{
			"map: {id: $.id, phones: [$..phone], text: [$..*], at: $.at}", "items: $.events[*]\nmap: {id: $.id, name: ['$[0]']}", "format: cti",
		} {
			s := newSender(t, "token: "+token+"\n"+settings)
			w := s.post(body, "Content-Type", kinds[uint(kind)%3]) //nolint:gosec // any number will do
			if stored := len(s.inbox.Keys()); w.Code != 422 && w.Code != 200 || (stored == 0) != (s.tested > 0) || s.tested > 0 && w.Code != 200 {
				t.Errorf("status %d, stored %d, tested %d", w.Code, stored, s.tested)
			}
			for _, touch := range s.inbox.Touches() {
				if err := touch.Normalise("RU").Validate(); err != nil && touch.Suspect == "" && touch.Refused == "" {
					t.Error(err)
				}
			}
		}
	})
}
