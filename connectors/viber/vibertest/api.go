package vibertest

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// answer writes Viber's answer, whose HTTP status is always 200.
func answer(w http.ResponseWriter, status int, message string, more M) {
	m := M{"status": status, "status_message": message, "chat_hostname": "SN-CHAT-05_"}
	for k, v := range more {
		m[k] = v
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	_ = json.NewEncoder(w).Encode(m)
}

func (s *Server) route(w http.ResponseWriter, r *http.Request, body []byte) {
	if r.Method == http.MethodGet {
		s.mu.Lock()
		content, ok := s.files[r.URL.Path]
		s.mu.Unlock()
		if !ok || r.Header.Get("X-Viber-Auth-Token") != "" { // the token is for the API alone
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write(content)
		return
	}
	var m M
	switch {
	case r.Header.Get("X-Viber-Auth-Token") == "":
		answer(w, 2, "missing_auth_token", nil)
	case r.Header.Get("X-Viber-Auth-Token") != Token:
		answer(w, 2, "invalidAuthToken", nil)
	case json.Unmarshal(body, &m) != nil || len(body) > 30<<10:
		answer(w, 3, "badData", nil)
	case r.URL.Path == "/pa/set_webhook":
		s.setWebhook(w, r, m)
	case r.URL.Path == "/pa/get_account_info":
		s.mu.Lock()
		defer s.mu.Unlock()
		answer(w, 0, "ok", M{"id": "pa:75346594275468546724", "name": Name, "uri": "okna", "webhook": s.webhook, "event_types": s.events})
	case r.URL.Path == "/pa/send_message":
		s.message(w, m)
	default:
		http.NotFound(w, r)
	}
}

func (s *Server) setWebhook(w http.ResponseWriter, r *http.Request, m M) {
	address, _ := m["url"].(string)
	to, err := url.Parse(address)
	events, _ := m["event_types"].([]any)
	known := []any{"delivered", "seen", "failed", "subscribed", "unsubscribed", "conversation_started"}
	for _, e := range events {
		if !slices.Contains(known, e) {
			answer(w, 3, "badData", nil)
			return
		}
	}
	if err != nil || to.Host == "" || s.Calls && !s.testWebhook(r.Context(), address) {
		answer(w, 1, "invalidUrl", nil)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.webhook, s.events = address, events
	answer(w, 0, "ok", M{"event_types": events})
}

// testWebhook posts the event "webhook" to an address and reports whether it answers 200.
func (s *Server) testWebhook(ctx context.Context, address string) bool {
	body := Body("webhook", 241256543215, nil)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return false
	}
	r.Header.Set("X-Viber-Content-Signature", Sign(Token, body))
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Do(r)
	if err != nil {
		return false
	}
	defer res.Body.Close()
	return res.StatusCode == http.StatusOK
}

// message takes a message, or refuses it as Viber does.
func (s *Server) message(w http.ResponseWriter, m M) {
	s.mu.Lock()
	defer s.mu.Unlock()
	receiver, _ := m["receiver"].(string)
	words, _ := m["text"].(string)
	sender, _ := m["sender"].(M)
	name, _ := sender["name"].(string)
	switch {
	case receiver == "" || m["type"] == nil || name == "" || m["type"] == "text" && words == "":
		answer(w, 4, "missingData", nil)
	case m["type"] != "text", utf8.RuneCountInString(words) > 7000, utf8.RuneCountInString(name) > 28:
		answer(w, 3, "badData", nil)
	case s.webhook == "":
		answer(w, 10, "webhookNotSet", nil)
	case !strings.HasSuffix(receiver, "="):
		answer(w, 5, "receiverNotRegistered", nil)
	case s.gone[receiver]:
		answer(w, 6, "receiverNotSubscribed", nil)
	default:
		s.sent = append(s.sent, m)
		answer(w, 0, "ok", M{"message_token": uint64(18446744073709550000) + uint64(len(s.sent)), "billing_status": 1})
	}
}
