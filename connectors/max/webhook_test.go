package max

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func testBot() *bot {
	return &bot{say: words["ru"], settings: settings{Token: "t", Mode: modeLongPoll}, name: "max", now: time.Now, api: &client{}, health: func(error) {}}
}

func TestWebhookIsChecked(t *testing.T) {
	r := newRig(t, webhookSettings)
	update := string(created(61, "m", "hello"))
	for _, c := range []struct {
		name, method, path, secret, body string
		status, puts                     int
	}{
		{"no secret", "POST", "/in/max", "", update, 403, 0},
		{"a wrong secret", "POST", "/in/max", "canary-secreT", update, 403, 0},
		{"a longer secret", "POST", "/in/max", "canary-secret2", update, 403, 0},
		{"GET", "GET", "/in/max", "canary-secret", "", 405, 0},
		{"below", "POST", "/in/max/x", "canary-secret", update, 404, 0},
		{"too large", "POST", "/in/max", "canary-secret", strings.Repeat(" ", bodyMost+1), 413, 0},
		{"no JSON is quarantined", "POST", "/in/max", "canary-secret", "{", 200, 1},
		{"no update is quarantined", "POST", "/in/max", "canary-secret", "{}", 200, 1},
		{"a message", "POST", "/in/max", "canary-secret", update, 200, 1},
		{"what is not stored", "POST", "/in/max", "canary-secret", `{"update_type":"bot_stopped","timestamp":1}`, 200, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := r.Inbox.Puts()
			w := httptest.NewRecorder()
			req := httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
			if c.secret != "" {
				req.Header.Set("X-Max-Bot-Api-Secret", c.secret)
			}
			r.b.Handler(r.Inbox).ServeHTTP(w, req)
			if w.Code != c.status || r.Inbox.Puts()-before != c.puts {
				t.Errorf("%d %q after %d puts", w.Code, w.Body, r.Inbox.Puts()-before)
			}
		})
	}
	r.Inbox.Fail(1)
	if err := post(t.Context(), r.b.Handler(r.Inbox), "max", "canary-secret", created(61, "m2", "x")); err == nil || !strings.Contains(err.Error(), "503") {
		t.Errorf("not stored, and answered %v", err)
	}
}

func TestWebhookFetchesThoughMAXLeft(t *testing.T) {
	r := newRig(t, webhookSettings)
	update := created(61, "m", "", object{"attachments": list{object{"type": "image", "payload": object{"url": r.max.File("p", []byte("picture"))}}}})
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := post(gone, r.b.Handler(r.Inbox), "max", "canary-secret", update); err == nil {
		t.Error("acknowledged to nobody")
	}
	if err := post(t.Context(), r.b.Handler(r.Inbox), "max", "canary-secret", update); err != nil {
		t.Fatal(err)
	}
	if got := r.Inbox.Touches(); len(got) != 1 || len(got[0].Attachments) != 1 {
		t.Errorf("%+v", got)
	}
	r.Files.Fail(1)
	if err := post(t.Context(), r.b.Handler(r.Inbox), "max", "canary-secret", update); err == nil {
		t.Error("a file that could not be stored was acknowledged")
	}
}

func TestSubscription(t *testing.T) {
	r := newRig(t, webhookSettings)
	again := make(chan struct{})
	r.b.pause = func(ctx context.Context, _ time.Duration) {
		select {
		case <-again:
		case <-ctx.Done():
		}
	}
	stop := r.run()
	if err := r.max.AwaitHook(r.Wait(), 1); err != nil {
		t.Fatal(err, r.Health())
	}
	hook := r.max.Hooks()["https://hub.test/in/max"]
	if hook["secret"] != "canary-secret" || len(hook["update_types"].([]any)) != len(wanted) {
		t.Errorf("%v", hook)
	}
	again <- struct{}{} // still there
	r.max.Unhook()
	again <- struct{}{}
	if err := r.max.AwaitHook(r.Wait(), 1); err != nil {
		t.Errorf("the subscription that MAX ended is not made again: %v", err)
	}
	stop()
	// The mode is changed: the hub ends its own subscription, and no other.
	r.b = r.open(longPollSettings(r.max))
	r.run()
	if err := r.max.AwaitPoll(r.Wait(), 1); err != nil || len(r.max.Hooks()) != 0 {
		t.Errorf("%v, %v", err, r.max.Hooks())
	}
	r.max.Hook("https://other.example/hook")
	err := r.open(longPollSettings(r.max)).Run(r.Wait(), r.Inbox)
	if err == nil || !strings.Contains(err.Error(), "another program") || len(r.max.Hooks()) != 1 {
		t.Errorf("%v", err)
	}
	plain := r.open(webhookSettings(r.max))
	plain.address = "http://hub.test/in/max"
	if err := plain.Run(r.Wait(), r.Inbox); err == nil || !strings.Contains(err.Error(), "public_url") {
		t.Errorf("%v", err)
	}
}

func TestSettings(t *testing.T) {
	for settings, want := range map[string]string{
		"mode: webhook": "token", "token: a\nmode: push": "mode", "token: a\nmode: webhook\nsecret: a b c d": "secret",
		"token: a\nmax_file_mb: 251": "max_file_mb", "token: a\napi_url: ftp://x": "api_url",
	} {
		if _, err := newBot(envOf(t, settings)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v", settings, err)
		}
	}
	if c, _ := newBot(envOf(t, "token: a")); c.Handler(nil) == nil {
		t.Error("no handler")
	}
	w := httptest.NewRecorder()
	c, _ := newBot(envOf(t, "token: a"))
	c.Handler(nil).ServeHTTP(w, httptest.NewRequest("POST", "/in/max", nil))
	if w.Code != http.StatusNotFound {
		t.Error(w.Code)
	}
}
