package web

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"ctihub/leads"
	"ctihub/web/api"
)

func (c *client) text(path string) (*http.Response, string) {
	c.hub.t.Helper()
	res := c.do("GET", path, "")
	b, err := io.ReadAll(res.Body)
	if err != nil {
		c.hub.t.Fatal(err)
	}
	return res, string(b)
}

func TestWorkplaceFiles(t *testing.T) {
	h := sqliteHub(t)
	c := h.as("")
	index := string(workplaceFiles["index.html"].Data)
	for _, x := range []struct{ path, body, cache, mime string }{
		{"/", index, "no-cache", "text/html; charset=utf-8"},
		{"/index.html", index, "no-cache", "text/html; charset=utf-8"},
		{"/leads/0190-abc?status=new", index, "no-cache", "text/html; charset=utf-8"},
		{"/assets/app-1a2b.js", "console.log(1)", "public, max-age=31536000, immutable", "text/javascript; charset=utf-8"},
		{"/favicon.svg", string(workplaceFiles["favicon.svg"].Data), "no-cache", "image/svg+xml"},
	} {
		res, body := c.text(x.path)
		if res.StatusCode != 200 || body != x.body || res.Header.Get("Cache-Control") != x.cache || res.Header.Get("Content-Type") != x.mime {
			t.Errorf("%s: %s, %q, %q: %.80s", x.path, res.Status, res.Header.Get("Cache-Control"), res.Header.Get("Content-Type"), body)
		}
	}
	for _, path := range []string{"/assets/", "/assets/..%2f..%2fgo.mod", "/..%2fgo.mod", "/assets/app-0000.js"} {
		res, body := c.text(path)
		if res.StatusCode == 200 && body != index {
			t.Errorf("%s: %s %.80s", path, res.Status, body)
		}
	}
}

// What the build compressed is sent so to whoever takes it, under an ETag of its
// own; everybody else gets the file as it is.
func TestWorkplaceFilesAreCompressed(t *testing.T) {
	const script, name = "console.log('compressed')", "/assets/big-1a2b.js"
	files := fstest.MapFS{
		"index.html":         workplaceFiles["index.html"],
		"assets/big-1a2b.js": {Data: []byte(script)}, "assets/big-1a2b.js.gz": {Data: []byte("as gzip")}, "assets/big-1a2b.js.br": {Data: []byte("as brotli")},
		"assets/app-1a2b.css": {Data: []byte("body{}")},
	}
	c := sqliteHub(t, func(o *Options) { o.UI = files }).as("")
	get := func(path, accept string, more ...func(*http.Request)) (*http.Response, string) {
		t.Helper()
		res := c.do("GET", path, "", append(more, header("Accept-Encoding", accept))...)
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res, string(b)
	}
	tags := map[string]string{}
	for _, x := range []struct{ accept, encoding, body string }{
		{"gzip, deflate, br, zstd", "br", "as brotli"},
		{"br;q=0.5", "br", "as brotli"},
		{"gzip, deflate", "gzip", "as gzip"},
		{"GZIP;q=1.0, br;q=0", "gzip", "as gzip"},
		{"identity", "", script},
		{"br;q=0.000,gzip; q=0", "", script},
		{"", "", script},
	} {
		res, body := get(name, x.accept)
		h := res.Header
		if res.StatusCode != 200 || body != x.body || h.Get("Content-Encoding") != x.encoding {
			t.Errorf("%q: %s %q %q", x.accept, res.Status, h.Get("Content-Encoding"), body)
		}
		if h.Get("Vary") != "Accept-Encoding" || h.Get("Content-Type") != "text/javascript; charset=utf-8" || h.Get("Cache-Control") != "public, max-age=31536000, immutable" {
			t.Errorf("%q: %v", x.accept, h)
		}
		if tag := h.Get("ETag"); tag == "" || tags[tag] != "" && tags[tag] != body {
			t.Errorf("%q has the ETag %s of %q", x.accept, tag, tags[tag])
		}
		tags[h.Get("ETag")] = body
		if res, body := get(name, x.accept, header("If-None-Match", h.Get("ETag"))); res.StatusCode != http.StatusNotModified || body != "" {
			t.Errorf("%q again: %s %q", x.accept, res.Status, body)
		}
	}
	if len(tags) != 3 {
		t.Errorf("ETags %v", tags)
	}
	if res, body := get("/assets/app-1a2b.css", "gzip, br"); body != "body{}" || res.Header.Get("Content-Encoding") != "" || res.Header.Get("Vary") != "" {
		t.Errorf("a file that is not compressed: %v %q", res.Header, body)
	}
	if res, _ := get("/", "gzip, br", header("If-None-Match", get1(get("/", "")))); res.StatusCode != http.StatusNotModified {
		t.Errorf("index.html again: %s", res.Status)
	}
}

func get1(res *http.Response, _ string) string { return res.Header.Get("ETag") }

func TestWorkplaceNotBuilt(t *testing.T) {
	h := sqliteHub(t, func(o *Options) { o.UI = fstest.MapFS{".gitkeep": {}} })
	res, body := h.as("").text("/leads")
	if res.StatusCode != http.StatusServiceUnavailable || !strings.Contains(body, "make ui") {
		t.Errorf("%s: %s", res.Status, body)
	}
	if res, _ := h.as("").text("/healthz"); res.StatusCode != 200 {
		t.Errorf("healthz without a workplace: %s", res.Status)
	}
}

func TestSecurityHeaders(t *testing.T) {
	h := sqliteHub(t)
	// sha256 of the inline script of workplaceFiles, by openssl dgst -sha256 -binary | base64.
	const inline = "'sha256-4GCtlRIa5/po6BIm3cLw/p4RvTTtjKhicVUkjPlNp/s='"
	for _, path := range []string{"/", "/api/v1/session", "/api/v1/leads", "/assets/app-1a2b.js", "/nothing.txt", "/healthz", "/metrics"} {
		res := h.as("").do("GET", path, "")
		csp := res.Header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'", "connect-src 'self'", inline} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: CSP %q lacks %s", path, csp, want)
			}
		}
		if strings.Contains(csp, "unsafe") || strings.Contains(csp, "*") || strings.Contains(csp, "http") {
			t.Errorf("%s: CSP %q is not strict", path, csp)
		}
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin", "X-Frame-Options": "DENY",
		} {
			if got := res.Header.Get(name); got != want {
				t.Errorf("%s: %s %q, want %q", path, name, got, want)
			}
		}
		if !strings.Contains(res.Header.Get("Permissions-Policy"), "camera=()") {
			t.Errorf("%s: no Permissions-Policy", path)
		}
	}
}

// Sources and embedded scripts are made for other websites: they are reached
// from there, and set their own rules.
func TestSourcesAreOpenToOtherWebsites(t *testing.T) {
	h := sqliteHub(t)
	evil := []func(*http.Request){header("Sec-Fetch-Site", "cross-site"), header("Origin", "https://shop.example"), header("Content-Type", "text/plain")}
	for path, want := range map[string]string{
		"/in/site": "received at /in/site", "/in/site/thanks/you": "received at /in/site/thanks/you", "/embed/site.js": "script",
	} {
		res := h.as("").do("POST", path, "x", evil...)
		b, _ := io.ReadAll(res.Body)
		if string(b) != want {
			t.Errorf("%s: %s %s", path, res.Status, b)
		}
		if res.Header.Get("Content-Security-Policy") != "" || res.Header.Get("Cross-Origin-Resource-Policy") != "" {
			t.Errorf("%s: the workplace's rules are set on it", path)
		}
	}
}

// A source limits addresses: it sees the client's own, as far as trusted proxies
// tell it, and nobody chooses theirs.
func TestSourcesSeeTheClientsAddress(t *testing.T) {
	h := sqliteHub(t)
	for _, c := range []struct{ remote, forwarded, want string }{
		{"192.0.2.7:4711", "203.0.113.9", "203.0.113.9"},
		{"192.0.2.7:4711", "198.51.100.1, 203.0.113.9", "203.0.113.9"},
		{"192.0.2.7:4711", "2001:db8:1:2:3::4", "2001:db8:1:2::/64"},
		{"198.51.100.7:4711", "203.0.113.9", "198.51.100.7"},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/in/site", nil)
		r.RemoteAddr = c.remote
		r.Header.Set("X-Forwarded-For", c.forwarded)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if got := w.Header().Get("Seen-From"); got != c.want {
			t.Errorf("from %s for %s: %q, want %q", c.remote, c.forwarded, got, c.want)
		}
	}
}

func TestHealth(t *testing.T) {
	h := sqliteHub(t)
	c := h.as("")
	if res, body := c.text("/healthz"); res.StatusCode != 200 || body != "ok\n" {
		t.Errorf("healthz: %s %s", res.Status, body)
	}
	if res, body := c.text("/route/pbx?caller=1"); res.StatusCode != 200 || body != "PJSIP/101" {
		t.Errorf("route: %s %s", res.Status, body)
	}
	if res, body := c.text("/readyz"); res.StatusCode != 200 || body != `{"ready":true,"database":"ok","write":"ok","disk":"ok","sources":{"passive":1,"running":1}}`+"\n" {
		t.Errorf("readyz: %s %s", res.Status, body)
	}
	if err := h.store.Close(); err != nil {
		t.Fatal(err)
	}
	if res, body := c.text("/readyz"); res.StatusCode != 503 || !strings.Contains(body, "unreachable") {
		t.Errorf("readyz without a database: %s %s", res.Status, body)
	}
	if res, _ := c.text("/healthz"); res.StatusCode != 200 {
		t.Errorf("healthz without a database: %s", res.Status)
	}
}

func TestDocumentIsServed(t *testing.T) {
	h := sqliteHub(t)
	for path, want := range map[string]string{"/api/v1/openapi.yaml": "openapi: 3.1.0", "/api/v1/openapi.json": `"openapi": "3.1.0"`} {
		if res, body := h.as("").text(path); res.StatusCode != 200 || !strings.Contains(body, want) {
			t.Errorf("%s: %s", path, res.Status)
		}
	}
}

func TestDemoOutsideOfADemo(t *testing.T) {
	h := sqliteHub(t, func(o *Options) { o.Demo = nil })
	c := h.as("root")
	for _, asked := range []*client{c, h.browser()} {
		if _, told := asked.text("/api/v1/demo"); told != `{"enabled":false,"line":false,"site":""}`+"\n" {
			t.Errorf("a hub without a demo says %s", told)
		}
	}
	c.refused(404, "PUT", "/api/v1/demo", `{"line":true}`)
}

// Whatever is asked and answered, no name, number, address, password or token
// is in the log or the metrics; what happened is.
func TestLogHasNoPersonalData(t *testing.T) {
	h := sqliteHub(t)
	r := h.serve("ole", canaryPhone, canaryEmail, canaryName)
	c := h.browser().signIn("ole")
	h.browser().refused(401, "POST", "/api/v1/session", credentials("ole", "wrong "+canaryPassword))
	h.browser().refused(401, "POST", "/api/v1/session", credentials(canaryEmail, canaryPassword))
	c.send("GET", "/api/v1/contacts?phone="+canaryPhone[1:]+"&email="+canaryEmail, "", nil)
	c.send("GET", "/api/v1/contacts/"+r.contact, "", nil)
	c.send("PATCH", "/api/v1/contacts/"+r.contact, `{"name":"`+canaryName+`"}`, nil)
	c.refused(404, "GET", "/api/v1/contacts/"+canaryPhone, "")
	c.refused(400, "GET", "/api/v1/contacts?phone=101"+canaryEmail, "")
	h.as("ole").refused(404, "GET", "/api/v1/"+canaryEmail, "")
	h.as("").refused(401, "GET", "/api/v1/session", "", header("Authorization", "Bearer cti_CANARY"))
	h.as("").text("/" + canaryEmail)
	h.as("").do("CANARYMETHOD", "/api/v1/leads", "")
	h.as("").do("POST", "/in/site/"+canaryPhone, canaryName)
	stream := dialStream(t, h.url+"/api/v1/events", "", withCookie(c.cookie()))
	stream.started()
	_, metrics := h.as("").text("/metrics")
	log := h.log.String()
	// The one line with an address is that of a failed sign-in.
	log = strings.ReplaceAll(log, `msg="sign-in failed" address=127.0.0.1`, `msg="sign-in failed" address=there`)
	for _, canary := range []string{
		canaryPhone[1:], canaryEmail, "canary", "CANARY", canaryName, canaryPassword, c.cookie(), h.tokens["ole"], r.contact, "127.0.0.1", "limit=",
	} {
		if strings.Contains(log, canary) {
			t.Errorf("%q is in the log:\n%s", canary, log)
		}
		if strings.Contains(metrics, canary) {
			t.Errorf("%q is in the metrics", canary)
		}
	}
	for _, want := range []string{
		`method=GET route=/api/v1/contacts/{id} status=200 ms=`, "user=" + h.users["ole"].ID, "method=POST route=/api/v1/session status=401",
	} {
		if !strings.Contains(log, want) {
			t.Errorf("%q is not in the log:\n%s", want, log)
		}
	}
	for _, want := range []string{
		`ctihub_http_request_seconds_count{method="GET",route="/api/v1/contacts/{id}",status="200"} 1`, "ctihub_event_streams 1",
	} {
		if !strings.Contains(metrics, want) {
			t.Errorf("%q is not in the metrics", want)
		}
	}
}

// Whoever reads the session and follows the events from there misses no change.
func TestSessionTellsWhereToFollow(t *testing.T) {
	onBoth(t, func(t *testing.T, h *hub) {
		h.serve("ole", canaryPhone, canaryEmail, canaryName)
		var me api.Me
		h.as("ole").get("/api/v1/session", &me)
		_, err := h.store.SetPresence(t.Context(), me.User.ID, leads.PresenceState{Presence: leads.Paused})
		if err != nil {
			t.Fatal(err)
		}
		r := dialStream(t, h.url+"/api/v1/events?user="+me.User.ID+"&after="+strconv.FormatInt(me.LastEvent, 10), "", header("Authorization", "Bearer "+h.tokens["ole"]))
		for {
			m, err := r.next()
			if err != nil {
				t.Fatal(err)
			}
			if m.event == string(leads.EventPresence) {
				return
			}
		}
	})
}

// The stream of a real store: what intake commits arrives, in the shape of
// openapi.yaml, for those who may see it, and again after a break.
func TestStreamOverTheStore(t *testing.T) {
	onBoth(t, func(t *testing.T, h *hub) {
		bearer := func(login string) func(*http.Request) { return header("Authorization", "Bearer "+h.tokens[login]) }
		wall := dialStream(t, h.url+"/api/v1/events", "", bearer("sue"))
		begin := wall.started().id
		ada := dialStream(t, h.url+"/api/v1/events", "", bearer("ada"))
		ada.started()
		h.serve("ole", canaryPhone, canaryEmail, canaryName)
		u, err := h.store.SetPresence(t.Context(), h.users["ada"].ID, leads.PresenceState{Presence: leads.Paused})
		if err != nil || u.Presence != leads.Paused {
			t.Fatal(err)
		}
		read := func(r *reader) (types []string) {
			for len(types) == 0 || types[len(types)-1] != string(leads.EventPresence) {
				m, err := r.next()
				if err != nil {
					t.Fatal(err)
				}
				h.contract.event(t, m.data)
				types = append(types, m.event)
			}
			return types
		}
		live := strings.Join(read(wall), " ")
		again := strings.Join(read(dialStream(t, h.url+"/api/v1/events", begin, bearer("sue"))), " ")
		if live == "" || !strings.Contains(live, "lead.created") || !strings.Contains(live, "call.ended") {
			t.Errorf("live: %s", live)
		}
		if !strings.Contains(again, "lead.assigned") {
			t.Errorf("after a break: %s", again)
		}
		if got := strings.Join(read(ada), " "); got != string(leads.EventPresence) {
			t.Errorf("ada saw %s, want nothing of ole's customer", got)
		}
	})
}
