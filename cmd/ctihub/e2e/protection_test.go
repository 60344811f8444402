package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/config"
	"ctihub/leads"
)

// fromAnywhere trusts this machine as a proxy, so that a test can claim any address.
func fromAnywhere(c *config.Config) {
	c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
}

// begin sends the header of a POST of so many bytes and the beginning of its body.
func begin(t *testing.T, h *hubtest.Hub, from, path, kind string, size int, body string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(h.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if _, err := fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", path, from, kind, size, body); err != nil {
		t.Fatal(err)
	}
	return c
}

// formWithFile is a valid form with a file.
func formWithFile(t *testing.T) (body, kind string) {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	if err := m.WriteField("phone", "+79161234567"); err != nil {
		t.Fatal(err)
	}
	w, err := m.CreateFormFile("file", "plan.pdf")
	if err == nil {
		_, err = io.WriteString(w, "%PDF-1.7\n"+strings.Repeat("x", 100_000))
	}
	if err = errors.Join(err, m.Close()); err != nil {
		t.Fatal(err)
	}
	return b.String(), m.FormDataContentType()
}

// 400 connections of one address send one byte, and 16 uploads of another never end.
// Visitors and users are served, and the slow requests are cut.
func TestSlowClientsHoldUpNobody(t *testing.T) {
	t.Parallel()
	h := hubtest.Start(t, fromAnywhere, hubtest.Source(t, "site", "webform", "", map[string]any{"per_minute": 0, "files": map[string]any{"count": 1}}))
	h.Person("oleg", "Олег Мещеряков", leads.RoleManager)
	var held []net.Conn
	for i := range 400 {
		held = append(held, begin(t, h, "198.51.100.7", []string{"/in/site", "/api/v1/session"}[i%2], "application/json", 1000, "{"))
	}
	body, kind := formWithFile(t)
	for range 16 {
		held = append(held, begin(t, h, "198.51.100.8", "/in/site", kind, len(body), body[:len(body)/2]))
	}
	post := func(path, kind, body string) int {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.URL+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Forwarded-For", "203.0.113.5")
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Accept", "application/json")
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		return resp.StatusCode
	}
	if got := post("/in/site", kind, body); got != http.StatusOK {
		t.Errorf("a visitor's form with a file: %d", got)
	}
	if got := post("/api/v1/session", "application/json", fmt.Sprintf(`{"login":"oleg","password":%q}`, hubtest.Password)); got != http.StatusOK {
		t.Errorf("a manager signs in: %d", got)
	}
	status := map[string]int{}
	for _, c := range held {
		_ = c.SetReadDeadline(time.Now().Add(2 * time.Minute)) // against hanging only
		b, err := io.ReadAll(c)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatal("a body that does not come is waited for for ever")
		}
		if len(b) > len("HTTP/1.1 200") {
			status[string(b[9:12])]++
		}
	}
	if status["429"] == 0 || status["408"] == 0 || status["503"] == 0 || status["200"] > 0 {
		t.Errorf("what was begun was answered %v, want some with each of 408, 429 and 503", status)
	}
}

// An attacker guesses a manager's password from many addresses: the administrator sees
// a mark on every page, and the manager's name on the page Sources.
func TestBrowserGuessedPassword(t *testing.T) {
	t.Parallel()
	h := hubtest.Start(t, fromAnywhere)
	h.Person("root", "Вера Шеф", leads.RoleAdmin)
	h.Person("oleg", "Олег Мещеряков", leads.RoleManager)
	for i := range 10 {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.URL+"/api/v1/session", strings.NewReader(`{"login":"oleg","password":"a guess"}`))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("X-Forwarded-For", fmt.Sprintf("198.51.100.%d", i))
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
	}
	b := hubtest.NewBrowser(t)
	b.Do("open", "root", map[string]any{"url": h.URL, "login": "root", "password": hubtest.Password, "path": "/"})
	b.Do("wait", "root", map[string]any{"selector": "a[href='/sources'] .nav-count:has-text('1')"})
	b.Do("click", "root", map[string]any{"selector": "a[href='/sources']"})
	b.Do("wait", "root", map[string]any{"selector": "[data-guessed=oleg]:has-text('Олег Мещеряков'):has-text('10')"})
}
