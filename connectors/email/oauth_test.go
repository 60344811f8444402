package email

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"ctihub/connectors/email/mailtest"
)

// provider is a provider's server of access tokens, which withdraws each after
// a while and gives a new refresh token with every one.
type provider struct {
	*httptest.Server
	mu      sync.Mutex
	good    string // access token
	refresh string // the only one that is good
	given   int
	problem string // error to answer with
}

func newProvider(t *testing.T) *provider {
	p := &provider{refresh: "refresh-0"}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		problem := p.problem
		switch {
		case r.FormValue("grant_type") != "refresh_token" || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded":
			problem = "invalid_request"
		case r.FormValue("client_id") != "hub" || r.FormValue("client_secret") != "hush":
			problem = "invalid_client"
		case r.FormValue("refresh_token") != p.refresh:
			problem = "invalid_grant"
		}
		if problem != "" {
			w.WriteHeader(http.StatusBadRequest)
			_ = json.NewEncoder(w).Encode(map[string]string{"error": problem})
			return
		}
		p.given++
		p.good, p.refresh = fmt.Sprintf("access-%d", p.given), fmt.Sprintf("refresh-%d", p.given)
		_ = json.NewEncoder(w).Encode(map[string]any{"access_token": p.good, "refresh_token": p.refresh, "expires_in": 3600, "token_type": "Bearer"})
	})
	mux.HandleFunc("POST /introspect", func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		if r.FormValue("token") != p.good {
			_ = json.NewEncoder(w).Encode(map[string]any{"active": false})
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"active": true, "username": "info"})
	})
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

func (p *provider) set(change func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change()
}

// The hub signs in with access tokens, gets a new one when one is withdrawn,
// and keeps the newest refresh token over a restart.
func TestRealOAuth(t *testing.T) {
	p := newProvider(t)
	d := mailtest.Start(t, mailtest.Options{Introspect: p.URL + "/introspect"})
	settings := fmt.Sprintf("inboxes:\n- {name: info, host: %s, port: %d, tls: none, username: info, oauth: {client_id: hub, client_secret: hush, refresh_token: refresh-0, token_url: %s/token}}\n", d.Host, d.Port, p.URL)
	s := follow(t, settings)
	s.awaitHealth()
	d.Deliver("info", "INBOX", mailtest.Mail(0))
	s.await(1)
	p.set(func() { p.good = "withdrawn" })
	d.Stop()
	d.Run()
	d.Deliver("info", "INBOX", mailtest.Mail(1))
	s.await(2)
	s.stop()
	s.start()
	d.Deliver("info", "INBOX", mailtest.Mail(2))
	s.await(3)
	s.stop()
	s.want(questions(0, 1, 2)...)
	if p.given < 3 {
		t.Errorf("%d tokens were given, want 3", p.given)
	}

	p.set(func() { p.problem = "invalid_grant" })
	s.start()
	words := s.awaitHealth("withdrawn or has run out", "sign in with the provider again")
	if strings.Contains(words, "refresh-") || strings.Contains(words, "hush") {
		t.Errorf("a secret is told: %s", words)
	}
	p.set(func() { p.problem = "" })
	s.awaitHealth()
}

// Answers are sent with an access token too.
func TestRealSendOAuth(t *testing.T) {
	token := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"access_token":"token-good","expires_in":3600}`))
	}))
	defer token.Close()
	smtp := mailtest.StartSMTP(t)
	settings := fmt.Sprintf("smtp: {host: %s, port: %d, tls: starttls, ca: \"%s\", username: info, from: info@firm.example, oauth: {client_id: hub, refresh_token: r, token_url: %s}}",
		smtp.Host, smtp.Port, strings.ReplaceAll(smtp.CA, "\n", "\\n"), token.URL)
	c, _ := sender(t, settings, nil)
	if _, err := c.Send(context.Background(), reply()); err != nil {
		t.Fatal(err)
	}
	if n := len(smtp.Sent()); n != 1 {
		t.Errorf("%d mails were sent", n)
	}
}
