package telegram

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"ctihub/connectors/connectortest"
)

// A bot that had a webhook and receives by polling from now on loses nothing.
func TestWebhookIsRemovedForPolling(t *testing.T) {
	d := newDesk(t, "")
	d.srv.SetWebhook("https://elsewhere.example/hook")
	id := d.srv.Text(anna, 1, "a")
	d.run(t)
	if err := d.srv.AwaitConfirmed(waiting(t), id); err != nil {
		t.Fatal(err)
	}
	if url, _ := d.srv.Webhook(); url != "" {
		t.Errorf("the webhook %s is still set", url)
	}
}

func TestWebhookSecret(t *testing.T) {
	d := newDesk(t, "receive: webhook")
	d.srv.SetWebhook("https://elsewhere.example/hook")
	d.run(t)
	if err := d.srv.AwaitWebhook(waiting(t), "https://hub.test/in/bot"); err != nil {
		t.Fatal(err)
	}
	_, secret := d.srv.Webhook()
	h := d.bot.Handler(d.in)
	for name, c := range map[string]struct {
		header http.Header
		path   string
		method string
		want   int
	}{
		"none":      {nil, "/in/bot", http.MethodPost, 401},
		"wrong":     {http.Header{secretHeader: {secret + "x"}}, "/in/bot", http.MethodPost, 401},
		"shorter":   {http.Header{secretHeader: {secret[:10]}}, "/in/bot", http.MethodPost, 401},
		"path":      {http.Header{secretHeader: {secret}}, "/in/bot/x", http.MethodPost, 404},
		"not a GET": {http.Header{secretHeader: {secret}}, "/in/bot", http.MethodGet, 405},
	} {
		r := httptest.NewRequestWithContext(t.Context(), c.method, c.path, strings.NewReader(`{"update_id":1}`))
		maps.Copy(r.Header, c.header)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != c.want {
			t.Errorf("%s: %d, want %d", name, w.Code, c.want)
		}
	}
	if d.in.Puts() != 0 {
		t.Error("something was stored")
	}
	id := d.srv.Text(anna, 1, "a")
	d.in.Fail(1)
	if err := d.srv.Deliver(t.Context(), h, id); err == nil {
		t.Error("acknowledged although storing failed")
	}
	for range 2 { // as Telegram repeats what it thinks was lost
		_ = d.srv.Deliver(t.Context(), h, id)
	}
	if keys := d.in.Keys(); len(keys) != 1 {
		t.Errorf("keys %v", keys)
	}
}

func TestSettings(t *testing.T) {
	for settings, want := range map[string]string{
		"":             "token: is missing",
		"token: abc":   "token: is not of the form",
		"token: 'x:y'": "token: is not of the form",
		"token: '123:AAaaaaaaaaaaaaaaaaaaaaa/../x'":                                     "token: is not of the form",
		"token: '123:AAaaaaaaaaaaaaaaaaaaaaa'\napi_url: ftp://x":                        "api_url:",
		"token: '123:AAaaaaaaaaaaaaaaaaaaaaa'\nreceive: pigeon":                         "receive:",
		"token: '123:AAaaaaaaaaaaaaaaaaaaaaa'\nreceive: webhook":                        "https addresses only",
		"token: '123:AAaaaaaaaaaaaaaaaaaaaaa'\nask_phone: true":                         "ask_phone:",
		"token: '123:AAaaaaaaaaaaaaaaaaaaaaa'\ngreeting: {fr: Bonjour}":                 "greeting:",
		"token: '123:AAaaaaaaaaaaaaaaaaaaaaa'\nlang: fr":                                "lang:",
		"token: '123:AAaaaaaaaaaaaaaaaaaaaaa'\ngreeting: {ru: Привет}\nask_phone: true": "",
	} {
		_, err := Kind().In(connectortest.Env(t, "bot", settings))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v, want %q", settings, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "AAaaaa") {
			t.Errorf("the error tells the token: %v", err)
		}
	}
}
