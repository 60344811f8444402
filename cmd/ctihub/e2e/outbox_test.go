package e2e

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/config"
	"ctihub/leads"
)

// A form is posted; a webhook receiver gets the event of its lead, signed, at once. An
// administrator sees a refused delivery and replays it in a real browser.
func TestBrowserWebhookIsToldAndReplayed(t *testing.T) {
	type request struct{ id, signature, body string }
	got := make(chan request, 100)
	refuse := make(chan bool, 100)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		select {
		case <-refuse:
			w.WriteHeader(http.StatusGone)
		default:
		}
		got <- request{r.Header.Get("Webhook-Id"), r.Header.Get("Webhook-Signature"), string(body)}
	}))
	t.Cleanup(srv.Close)
	sink, err := config.NewSink("my-program", "webhook", []string{"lead.created"}, map[string]any{
		"url": srv.URL, "secret": "whsec_bmV3IG5ldyBuZXcgbmV3IG5ldyBuZXcgbmV3IG5ldyE=", "allow": []string{"127.0.0.1/32"},
	})
	if err != nil {
		t.Fatal(err)
	}
	h := hubtest.Start(t, hubtest.Source(t, "site", "webform", "", nil), func(c *config.Config) { c.Sinks = append(c.Sinks, sink) })
	_, admin := h.Person("root", "Анна Админ", leads.RoleAdmin)
	refuse <- true
	began := time.Now()
	resp, err := http.PostForm(h.URL+"/in/site", url.Values{"phone": {"8 (916) 123-45-67"}, "message": {"Окна"}})
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	first := take(t, got)
	t.Logf("told %s after the post began", time.Since(began))
	if first.id == "" || first.signature == "" || first.body == "" {
		t.Errorf("told %+v", first)
	}

	b := hubtest.NewBrowser(t)
	b.Do("open", "root", map[string]any{"url": h.URL, "login": "root", "password": hubtest.Password, "path": "/integrations"})
	b.Do("wait", "root", map[string]any{"selector": "[data-sink=my-program][data-health=dead]"})
	b.Do("click", "root", map[string]any{"selector": "[data-count=dead]"})
	b.Do("wait", "root", map[string]any{"selector": ".delivery[data-state=dead]:has-text('the receiver answered 410 Gone')"})
	b.Do("click", "root", map[string]any{"selector": ".delivery .embed summary"})
	b.Do("wait", "root", map[string]any{"selector": ".delivery pre:has-text('+79161234567')"})
	b.Do("click", "root", map[string]any{"selector": ".delivery button"})
	if again := take(t, got); again.id != first.id || again.body != first.body {
		t.Errorf("sent again as %+v, want %+v", again, first)
	}
	b.Do("wait", "root", map[string]any{"selector": "[data-sink=my-program][data-health=good]"})
	if all := hubtest.List[leads.Delivery](h, admin, "/api/v1/deliveries", url.Values{"state": {"delivered"}}); len(all) != 1 || all[0].EventID != first.id {
		t.Errorf("at last: %+v", all)
	}
}

func take[T any](t *testing.T, ch <-chan T) T {
	t.Helper()
	select {
	case v := <-ch:
		return v
	case <-time.After(hubtest.Patience):
		t.Fatalf("nothing came within %v", hubtest.Patience)
		panic("unreachable")
	}
}
