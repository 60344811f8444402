package webform

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"ctihub/leads"
)

func TestOnePostOneKey(t *testing.T) {
	type post struct {
		key, body string
		after     time.Duration
		address   string
	}
	long := strings.Repeat("k", 1000)
	for name, c := range map[string]struct {
		posts []post
		want  int
	}{
		"the same header key":                 {[]post{{key: "a", body: good}, {key: "a", body: good, after: time.Hour}}, 1},
		"quoted, as the draft has it":         {[]post{{key: `"a"`, body: good}, {key: "a", body: good}}, 1},
		"other header keys":                   {[]post{{key: "a", body: good}, {key: "b", body: good}}, 2},
		"long header keys":                    {[]post{{key: long, body: good}, {key: long, body: good}, {key: long + "k", body: good}}, 2},
		"the same input key":                  {[]post{{body: good + "&_key=a&_t=5000"}, {body: good + "&_key=a&_t=9000", after: time.Hour}}, 1},
		"an input key that a cached page has": {[]post{{body: good + "&_key=a"}, {body: "phone=89161234568&_key=a"}}, 2},
		"a double click":                      {[]post{{body: good}, {body: good, after: time.Second}}, 1},
		"a third click":                       {[]post{{body: good}, {body: good, after: 29 * time.Second}, {body: good, after: 2 * time.Second}}, 2},
		"the same words later":                {[]post{{body: good}, {body: good, after: 31 * time.Second}}, 2},
		"the same words from somebody else":   {[]post{{body: good}, {body: good, address: "192.0.2.77:5"}}, 2},
		"other words":                         {[]post{{body: good}, {body: good + "&message=and"}}, 2},
		"values that only look the same":      {[]post{{body: good + "&a=b%26c"}, {body: good + "&a=b&c="}}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, "")
			for _, p := range c.posts {
				s.now = s.now.Add(p.after)
				r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/in/site", strings.NewReader(p.body))
				if p.address != "" {
					r.RemoteAddr = p.address
				}
				r.Header.Set("Content-Type", asForm)
				r.Header.Set("Idempotency-Key", p.key)
				w := httptest.NewRecorder()
				s.form.Handler(s.inbox).ServeHTTP(w, r)
				if w.Code != http.StatusSeeOther {
					t.Fatalf("%d %s", w.Code, w.Body)
				}
			}
			if keys := s.inbox.Keys(); len(keys) != c.want {
				t.Errorf("keys %q, want %d", keys, c.want)
			}
		})
	}
}

func TestRobotsAreQuarantinedAndTold(t *testing.T) {
	for name, c := range map[string]struct {
		settings, body string
		suspect        string // part of the reason; empty: a genuine one
	}{
		"the trap":               {"", good + "&_hp=http://spam", "the hidden input is filled in"},
		"a trap of another name": {"honeypot: website", good + "&website=x", "the hidden input is filled in"},
		"an empty trap":          {"", good + "&_hp=", ""},
		"too fast":               {"", good + "&_t=1999", "filled in within 2s"},
		"not too fast":           {"", good + "&_t=2000", ""},
		"too fast for this site": {"min_fill: 10s", good + "&_t=9000", "filled in within 9s"},
		"no time given":          {"", good, ""},
		"nonsense for a time":    {"", good + "&_t=1h", ""},
		"a robot's empty form":   {"", "_hp=x", "the hidden input is filled in"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, c.settings)
			w := s.post(asForm, c.body, "Accept", "application/json")
			if w.Code != 200 || !strings.Contains(w.Body.String(), `"ok":true`) {
				t.Fatalf("a robot is told: %d %s", w.Code, w.Body)
			}
			touch := s.inbox.Touches()[0]
			if !strings.Contains(touch.Suspect, c.suspect) || (touch.Suspect == "") != (c.suspect == "") || (touch.Validate() == nil) != (c.suspect == "") {
				t.Errorf("suspect %q, want %q", touch.Suspect, c.suspect)
			}
		})
	}
}

// What quarantine keeps of a suspicious touch (its JSON) must be enough to take
// it in later.
func TestQuarantineIsReversible(t *testing.T) {
	s := newSite(t, "")
	s.post(asForm, good+"&message=genuine&_hp=x&utm_source=a", "Idempotency-Key", "k")
	kept := s.inbox.Touches()[0]
	if kept.Raw != "" {
		t.Fatal("with Raw set, quarantine keeps that and not the touch")
	}
	b, err := json.Marshal(kept)
	if err != nil {
		t.Fatal(err)
	}
	var again leads.Touch
	if err := json.Unmarshal(b, &again); err != nil {
		t.Fatal(err)
	}
	again.Suspect = ""
	if again.Validate() != nil || again.ExternalID != "k" || again.Text != "genuine" || len(again.From) != 1 || again.UTM["utm_source"] != "a" {
		t.Errorf("%+v", again)
	}
}

func TestEmbedScript(t *testing.T) {
	s := newSite(t, "title: \"</script><!--\\u2028\"\nfields: {phone: 'tel\"number'}")
	get := func(method string, headers ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), method, "/embed/site.js", nil)
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		w := httptest.NewRecorder()
		s.form.Embed().ServeHTTP(w, r)
		return w
	}
	w := get(http.MethodGet)
	for header, want := range map[string]string{
		"Content-Type": "text/javascript; charset=utf-8", "X-Content-Type-Options": "nosniff", "Cache-Control": "public, max-age=300",
		"Cross-Origin-Resource-Policy": "cross-origin", "Access-Control-Allow-Origin": "*",
	} {
		if got := w.Header().Get(header); got != want {
			t.Errorf("%s: %q, want %q", header, got, want)
		}
	}
	body := w.Body.String()
	if strings.Contains(body, "</script") || strings.Contains(body, "<!--") || strings.Contains(body, "\u2028") {
		t.Error("the settings break out of the script")
	}
	if !strings.Contains(body, `"action":"http://hub.test/in/site"`) {
		t.Error("the script does not know where to post")
	}
	etag := w.Header().Get("ETag")
	if w := get(http.MethodGet, "If-None-Match", etag); w.Code != http.StatusNotModified || etag == "" {
		t.Errorf("with ETag %q: %d", etag, w.Code)
	}
	packed := get(http.MethodGet, "Accept-Encoding", "br, gzip")
	if z, err := gzip.NewReader(packed.Body); err != nil || packed.Header().Get("ETag") == etag {
		t.Errorf("gzip: %v, %v", err, packed.Header())
	} else if b, err := io.ReadAll(z); err != nil || string(b) != body {
		t.Errorf("gzip: another script, %v", err)
	}
	if w := get(http.MethodPost); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", w.Code)
	}
	if other := newSite(t, ""); other.form.Embed() != nil {
		w := httptest.NewRecorder()
		other.form.Embed().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/embed/site.js", nil))
		if w.Header().Get("ETag") == etag {
			t.Error("other settings, same ETag")
		}
	}
}

func FuzzPost(f *testing.F) {
	kinds := []string{asForm, asJSON, "multipart/form-data; boundary=b", asForm + "; charset=windows-1251", asForm + "; charset=utf-16"}
	f.Add(0, good+"&name=%EF&_charset_=koi8-r&_t=1&_key=a&utm_source=x&a[b]=%zz")
	f.Add(1, `{"phone":"+79161234567","a":{"b":[1,null,true,"x"]},"_page":"http://x/?utm_x=1"}`)
	f.Add(2, "--b\r\nContent-Disposition: form-data; name=phone\r\n\r\n89161234567\r\n--b\r\nContent-Disposition: form-data; name=f; filename=\"a\\\\b\"\r\n\r\nx\r\n--b--\r\n")
	f.Add(3, "phone=89161234567&%E8%EC%FF=%C0%ED%ED%E0")
	f.Fuzz(func(t *testing.T, kind int, body string) {
		s := newSite(t, "per_minute: 0")
		w := s.post(kinds[uint(kind)%uint(len(kinds))], body, "Accept", browser) //nolint:gosec // any number will do
		if w.Code >= 500 {
			t.Errorf("status %d: %s", w.Code, w.Body)
		}
		if stored := w.Code < 400; stored != (s.inbox.Puts() == 1) {
			t.Errorf("status %d after %d Puts", w.Code, s.inbox.Puts())
		}
		for _, touch := range s.inbox.Touches() {
			if touch.Validate() != nil && touch.Suspect == "" {
				t.Errorf("an invalid touch: %v", touch.Validate())
			}
		}
	})
}
