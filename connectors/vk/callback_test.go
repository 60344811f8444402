package vk

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// refusing is a client that reaches nobody.
var refusing = &http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) { return nil, errors.New("no network") })}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestCallbackIsChecked(t *testing.T) {
	r := newRig(t, callbackSettings)
	event := `{"type":"message_new","group_id":777,"event_id":"e1","secret":"canary-secret","object":{"message":{"peer_id":61,"from_id":61,"conversation_message_id":1,"text":"hello"}}}`
	without := func(old, with string) string { return strings.Replace(event, old, with, 1) }
	for _, c := range []struct {
		name, method, path, body string
		status                   int
		answer                   string
		puts                     int
	}{
		{"confirmation without a secret", "POST", "/in/vk", `{"type":"confirmation","group_id":777}`, 200, "c0nf1rm", 0},
		{"confirmation with the secret", "POST", "/in/vk", `{"type":"confirmation","group_id":777,"secret":"canary-secret"}`, 200, "c0nf1rm", 0},
		{"confirmation with a wrong secret", "POST", "/in/vk", `{"type":"confirmation","group_id":777,"secret":"canary-secreT"}`, 403, "", 0},
		{"confirmation of another community", "POST", "/in/vk", `{"type":"confirmation","group_id":778}`, 403, "", 0},
		{"no secret", "POST", "/in/vk", without(`"secret":"canary-secret",`, ""), 403, "", 0},
		{"an empty secret", "POST", "/in/vk", without("canary-secret", ""), 403, "", 0},
		{"a wrong secret", "POST", "/in/vk", without("canary-secret", "canary-secret2"), 403, "", 0},
		{"a secret of another type", "POST", "/in/vk", without(`"canary-secret"`, "true"), 403, "", 0},
		{"another community", "POST", "/in/vk", without("777", "778"), 403, "", 0},
		{"GET", "GET", "/in/vk", event, 405, "", 0},
		{"below", "POST", "/in/vk/x", event, 404, "", 0},
		{"too large", "POST", "/in/vk", `{"type":"` + strings.Repeat("x", bodyMost) + `"}`, 413, "", 0},
		{"a message", "POST", "/in/vk", event, 200, "ok", 1},
		{"what is not stored", "POST", "/in/vk", `{"type":"message_typing_state","group_id":777,"secret":"canary-secret","object":{}}`, 200, "ok", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := r.Inbox.Puts()
			w := httptest.NewRecorder()
			r.c.Handler(r.Inbox).ServeHTTP(w, httptest.NewRequest(c.method, c.path, strings.NewReader(c.body)))
			if w.Code != c.status || c.answer != "" && w.Body.String() != c.answer || r.Inbox.Puts()-before != c.puts {
				t.Errorf("%d %q after %d puts", w.Code, w.Body, r.Inbox.Puts()-before)
			}
		})
	}
	for _, got := range r.Inbox.Touches() {
		if strings.Contains(got.Raw, "canary-secret") {
			t.Errorf("the secret is stored: %s", got.Raw)
		}
	}
	r.Inbox.Fail(1)
	w := httptest.NewRecorder()
	r.c.Handler(r.Inbox).ServeHTTP(w, httptest.NewRequest("POST", "/in/vk", strings.NewReader(without(`"conversation_message_id":1`, `"conversation_message_id":2`))))
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" || strings.Contains(w.Body.String(), "ok") {
		t.Errorf("not stored, and answered %d %q", w.Code, w.Body)
	}
}

func TestCallbackFetchesThoughVKLeft(t *testing.T) {
	r := newRig(t, callbackSettings)
	url := r.vk.File("p", []byte("picture"))
	event := withSecret(messageNew(map[string]any{"attachments": attachments{{"type": "doc", "doc": map[string]any{"title": "p", "url": url}}}}), "canary-secret")
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := callback(gone, r.c.Handler(r.Inbox), "vk", event); err == nil {
		t.Error("acknowledged to nobody")
	}
	if err := callback(t.Context(), r.c.Handler(r.Inbox), "vk", event); err != nil {
		t.Fatal(err)
	}
	if got := r.Inbox.Touches(); len(got) != 1 || len(got[0].Attachments) != 1 {
		t.Errorf("%+v", got)
	}
	r.Files.Fail(1)
	if err := callback(t.Context(), r.c.Handler(r.Inbox), "vk", event); err == nil {
		t.Error("a file that could not be stored was acknowledged")
	}
}

func TestSettings(t *testing.T) {
	for settings, want := range map[string]string{
		"token: a": "group_id", "group_id: 1": "token", "group_id: 1\ntoken: a\nmode: push": "mode",
		"group_id: 1\ntoken: a\nmode: callback": "confirmation", "group_id: 1\ntoken: a\nmode: callback\nconfirmation: x": "secret",
		"group_id: 1\ntoken: a\nmax_file_mb: 201": "max_file_mb", "group_id: 1\ntoken: a\napi_url: ftp://x": "api_url",
	} {
		t.Run(want, func(t *testing.T) {
			if _, err := open(envOf(t, settings)); err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("error = %v", err)
			}
		})
	}
}
