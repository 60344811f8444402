package web

import (
	"io"
	"net/http"
	"net/netip"
	"strings"
	"testing"
)

func host(name string) func(*http.Request) { return func(r *http.Request) { r.Host = name } }

// The workplace opens under the hub's own names only, so that another website
// whose name is pointed at the hub gets nothing; what is not the workplace is
// reached under any name.
func TestHostIsChecked(t *testing.T) {
	h := sqliteHub(t, func(o *Options) { o.Hosts = []string{"hub.example", "hub.lan"} })
	status := func(path string, with ...func(*http.Request)) int {
		res := h.as("").do("GET", path, "", with...)
		return res.StatusCode
	}
	for _, name := range []string{"hub.example", "HUB.example:443", "hub.lan.", "localhost:8080", "127.0.0.1:8080", "[::1]:8080", "192.168.7.7"} {
		if got := status("/", host(name)); got != http.StatusOK {
			t.Errorf("%s: %d, want 200", name, got)
		}
	}
	for _, name := range []string{"evil.example", "evil.example:8080", "hub.example.evil.example", "xhub.example", "hub"} {
		if got := status("/", host(name)); got != http.StatusMisdirectedRequest {
			t.Errorf("%s: %d, want 421", name, got)
		}
		if got := status("/api/v1/session", host(name)); got != http.StatusMisdirectedRequest {
			t.Errorf("%s, API: %d, want 421", name, got)
		}
		for _, path := range []string{"/healthz", "/readyz", "/metrics", "/in/site", "/embed/site.js", "/route/pbx"} {
			if got := status(path, host(name)); got != http.StatusOK {
				t.Errorf("%s%s: %d, want 200", name, path, got)
			}
		}
		if res := h.as("ole").do("GET", "/api/v1/session", "", host(name)); res.StatusCode != http.StatusOK {
			t.Errorf("%s, a program with a token: %s", name, res.Status)
		}
	}
	res := h.as("").do("GET", "/", "", host("evil.example"))
	b, _ := io.ReadAll(res.Body)
	for _, want := range []string{"https://hub.example", `"hosts"`, "рабочее место"} {
		if !strings.Contains(string(b), want) {
			t.Errorf("the answer does not say %s: %s", want, b)
		}
	}
}

// Over https the browser is told to stay there, and the session's cookie has
// the prefix that no other host can set; over http neither.
func TestHTTPSIsKept(t *testing.T) {
	for publicURL, secure := range map[string]bool{"https://hub.example": true, "http://hub.example": false} {
		h := sqliteHub(t, func(o *Options) { o.PublicURL = publicURL })
		for _, path := range []string{"/", "/in/site", "/api/v1/session"} {
			res := h.as("ole").do("GET", path, "")
			if got := res.Header.Get("Strict-Transport-Security"); (got == "max-age=15552000") != secure || !secure && got != "" {
				t.Errorf("%s%s: Strict-Transport-Security %q", publicURL, path, got)
			}
		}
		set := h.browser().do("POST", "/api/v1/session", credentials("ole", canaryPassword)).Header.Get("Set-Cookie")
		if got := strings.HasPrefix(set, "__Host-ctihub="); got != secure || strings.Contains(set, "Secure") != secure || !strings.Contains(set, "Path=/;") || strings.Contains(set, "Domain") {
			t.Errorf("%s: cookie %q", publicURL, set)
		}
		// A cookie of the other name is nobody's.
		c := h.browser().signIn("ole")
		other := map[bool]string{true: cookiePlain, false: cookieSecure}[secure]
		h.as("").refused(401, "GET", "/api/v1/session", "", func(r *http.Request) { r.AddCookie(&http.Cookie{Name: other, Value: c.cookie()}) })
	}
}

// /metrics is for this machine, the addresses of metrics.from and the token.
func TestMetricsAreNotForEverybody(t *testing.T) {
	const token = "0123456789abcdef"
	h := sqliteHub(t, behindProxy, func(o *Options) {
		o.Scrapers = Scrapers{Token: token, From: []netip.Prefix{netip.MustParsePrefix("10.7.0.0/16")}}
	})
	for name, c := range map[string]struct {
		status int
		with   []func(*http.Request)
	}{
		"this machine":                    {200, nil},
		"another one":                     {403, []func(*http.Request){from("203.0.113.5")}},
		"one that says it is this one":    {403, []func(*http.Request){from("203.0.113.5, 127.0.0.1")}},
		"an address of metrics.from":      {200, []func(*http.Request){from("10.7.1.2")}},
		"the right token":                 {200, []func(*http.Request){from("203.0.113.5"), header("Authorization", "Bearer "+token)}},
		"a wrong token":                   {401, []func(*http.Request){from("203.0.113.5"), header("Authorization", "Bearer fedcba9876543210")}},
		"a wrong token, this machine":     {401, []func(*http.Request){header("Authorization", "Bearer fedcba9876543210")}},
		"an API token":                    {401, []func(*http.Request){from("203.0.113.5"), header("Authorization", "Bearer "+h.tokens["root"])}},
		"through a proxy of this machine": {403, []func(*http.Request){header("X-Real-IP", "203.0.113.5")}},
	} {
		if res := h.as("").do("GET", "/metrics", "", c.with...); res.StatusCode != c.status {
			t.Errorf("%s: %s, want %d", name, res.Status, c.status)
		}
	}
	bare := sqliteHub(t, behindProxy)
	for _, with := range []func(*http.Request){from("203.0.113.5"), from("192.168.1.2")} {
		bare.as("").refused(403, "GET", "/metrics", "", with)
		bare.as("").refused(403, "GET", "/metrics", "", with, header("Authorization", "Bearer "))
	}
}
