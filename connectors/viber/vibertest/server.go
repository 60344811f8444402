// Package vibertest is a strict fake of Viber's REST API: it checks tokens,
// required fields and limits, answers with Viber's own status codes, and signs
// its callbacks.
package vibertest

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"ctihub/connectors/connectortest"
)

// The bot's account at Viber.
const (
	Token = "445da6az1s345z78-canary-e0vc5fva17480im9" //nolint:gosec // of a fake
	Name  = "Окна и двери с очень длинным названием"   // longer than a sender's name may be
	User  = "01234567890A="
)

// Server is one bot at Viber.
type Server struct {
	connectortest.RequestLog
	http *httptest.Server
	// Calls: set_webhook tests the address, as Viber does. Otherwise every
	// address is accepted.
	Calls bool

	mu      sync.Mutex
	webhook string
	events  []any
	files   map[string][]byte
	sent    []M
	faults  []Fault
	gone    map[string]bool
}

// M is an object of JSON.
type M = map[string]any

// Fault is the failure of a request.
type Fault struct {
	Path   string // a part of the request's path; empty: any
	HTTP   int    // 0: the connection breaks without an answer
	Status int    // Viber's, with HTTP 200
	After  bool   // the message is accepted nevertheless
	Header http.Header
}

// Start starts a server that ends with t.
func Start(t testing.TB) *Server {
	s := &Server{files: map[string][]byte{}, gone: map[string]bool{}}
	s.http = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(func() {
		s.Hang(false)
		s.Close()
	})
	return s
}

// Close ends the server: connections are refused.
func (s *Server) Close() {
	s.http.CloseClientConnections()
	s.http.Close()
}

// URL is the address of the API.
func (s *Server) URL() string { return s.http.URL }

// Settings are those of a source of this bot, in YAML.
func (s *Server) Settings() string {
	return fmt.Sprintf("auth_token: %s\napi_url: %s\n", Token, s.http.URL)
}

// Fail makes the next requests fail, in this order.
func (s *Server) Fail(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, faults...)
}

// File gives the server a file that a customer has sent, and returns its address.
func (s *Server) File(path string, content []byte) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files["/"+path] = content
	return s.http.URL + "/" + path
}

// Unsubscribe makes messages to a user fail.
func (s *Server) Unsubscribe(user string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gone[user] = true
}

// Take sets the webhook as another program would.
func (s *Server) Take(webhook string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.webhook = webhook
}

// Sent returns the accepted messages, in order.
func (s *Server) Sent() []M {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.sent)
}

// Events returns the events that the webhook was set for.
func (s *Server) Events() []any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.events)
}

// Sign returns the header X-Viber-Content-Signature of a body.
func Sign(token string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(token))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

// Post delivers a callback to a source as Viber does, and returns the status.
func Post(ctx context.Context, h http.Handler, source string, body []byte) int {
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/in/"+source, bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Viber-Content-Signature", Sign(Token, body))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code
}

// Body is the body of a callback of an event, with more fields.
func Body(event string, token uint64, more M) []byte {
	m := M{"event": event, "timestamp": 1763800000123, "message_token": token, "chat_hostname": "SN-CHAT-05_"}
	for k, v := range more {
		m[k] = v
	}
	b, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	return b
}

// Message is the body of a callback of a message by a user.
func Message(user, name string, token uint64, message M) []byte {
	return Body("message", token, M{
		"sender": M{"id": user, "name": name, "language": "ru", "country": "RU", "api_version": 10}, "message": message, "silent": false,
	})
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		return
	}
	if !s.Add(r.Context(), r.URL.Path) {
		return
	}
	if f, fails := s.fault(r.URL.Path); fails {
		if f.After {
			s.route(httptest.NewRecorder(), r, body)
		}
		f.answer(w)
		return
	}
	s.route(w, r, body)
}

func (s *Server) fault(path string) (Fault, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, f := range s.faults {
		if strings.Contains(path, f.Path) {
			s.faults = append(s.faults[:i:i], s.faults[i+1:]...)
			return f, true
		}
	}
	return Fault{}, false
}

func (f Fault) answer(w http.ResponseWriter) {
	for k, v := range f.Header {
		w.Header()[k] = v
	}
	switch {
	case f.Status != 0:
		answer(w, f.Status, "as the test wants it", nil)
	case f.HTTP == 0:
		panic(http.ErrAbortHandler)
	default:
		http.Error(w, "<html>bad gateway", f.HTTP)
	}
}
