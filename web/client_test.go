package web

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"

	"ctihub/web/api"
)

// as returns a client that authenticates by token; "" is nobody. Every answer
// is checked against openapi.yaml.
func (h *hub) as(login string) *client {
	return &client{hub: h, http: &http.Client{Transport: h.contract.check(h.t)}, token: h.tokens[login]}
}

// browser returns a client with cookies, as a browser on the hub's own page.
func (h *hub) browser() *client {
	h.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		h.t.Fatal(err)
	}
	return &client{hub: h, http: &http.Client{Transport: h.contract.check(h.t), Jar: insecureJar{jar}}}
}

// client sends requests.
type client struct {
	hub   *hub
	http  *http.Client
	token string
}

// do sends a request with a JSON body, "" for none.
func (c *client) do(method, path, body string, change ...func(*http.Request)) *http.Response {
	c.hub.t.Helper()
	req, err := http.NewRequestWithContext(c.hub.t.Context(), method, c.hub.url+path, strings.NewReader(body))
	if err != nil {
		c.hub.t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	for _, f := range change {
		f(req)
	}
	res, err := c.http.Do(req)
	if err != nil {
		c.hub.t.Fatal(err)
	}
	c.hub.t.Cleanup(func() { _ = res.Body.Close() })
	return res
}

// refused sends a request that a problem of this status answers.
func (c *client) refused(status int, method, path, body string, change ...func(*http.Request)) api.Problem {
	c.hub.t.Helper()
	return problemOf(c.hub.t, c.do(method, path, body, change...), status)
}

// get reads a record or list into v.
func (c *client) get(path string, v any) {
	c.hub.t.Helper()
	c.send(http.MethodGet, path, "", v)
}

// send sends a request that succeeds, and reads the answer into v.
func (c *client) send(method, path, body string, v any) {
	c.hub.t.Helper()
	res := c.do(method, path, body)
	b, err := io.ReadAll(res.Body)
	if err != nil {
		c.hub.t.Fatal(err)
	}
	if res.StatusCode/100 != 2 {
		c.hub.t.Fatalf("%s %s: %s %s", method, path, res.Status, b)
	}
	if v != nil {
		if err := json.Unmarshal(b, v); err != nil {
			c.hub.t.Fatalf("%s %s: %v in %s", method, path, err, b)
		}
	}
}

func credentials(login, password string) string {
	b, _ := json.Marshal(api.Credentials{Login: login, Password: password})
	return string(b)
}

// signIn starts a session.
func (c *client) signIn(login string) *client {
	c.hub.t.Helper()
	c.send(http.MethodPost, "/api/v1/session", credentials(login, canaryPassword), nil)
	return c
}

// cookie returns the session cookie that the client holds.
func (c *client) cookie() string {
	c.hub.t.Helper()
	req, _ := http.NewRequestWithContext(context.Background(), http.MethodGet, c.hub.url, nil)
	for _, k := range c.http.Jar.Cookies(req.URL) {
		if k.Name == c.hub.sessions.Cookie.Name {
			return k.Value
		}
	}
	return ""
}

// insecureJar gives Secure cookies to a server without TLS, as a browser does
// behind a proxy that has it.
type insecureJar struct{ http.CookieJar }

// SetCookies keeps the cookies without their Secure mark.
func (j insecureJar) SetCookies(u *url.URL, cookies []*http.Cookie) {
	for _, c := range cookies {
		c.Secure = false
	}
	j.CookieJar.SetCookies(u, cookies)
}
