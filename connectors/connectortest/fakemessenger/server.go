// Package fakemessenger is a connector to a messenger, and the fake vendor that it talks to:
// a server with the faults that real ones have.
package fakemessenger

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// Token is what the vendor wants to see.
const Token = "fakemessenger-token"

// Message is what the connector sends.
type Message struct {
	Key  string `json:"key"` // empty: the vendor knows no keys
	To   string `json:"to"`
	Text string `json:"text"`

	Files []string `json:"files,omitempty"` // each "name: content"
}

// Server is the messenger's server.
type Server struct {
	URL string

	server *httptest.Server
	keyed  bool
	mu     sync.Mutex
	taken  []Message
	ids    map[string]string // by key
	asked  int
	refuse bool
	cut    int
	busy   int
	gate   chan struct{} // nil: open
	came   chan Message
}

// Start runs a vendor until the test ends; keyed: one that recognises a message
// that comes again.
func Start(t testing.TB, keyed bool) *Server {
	t.Helper()
	s := &Server{keyed: keyed, ids: map[string]string{}, came: make(chan Message, 1000)}
	s.server = httptest.NewServer(s)
	s.URL = s.server.URL
	t.Cleanup(s.Down)
	return s
}

// Down ends the server: nobody can reach it any more.
func (s *Server) Down() {
	s.Open()
	s.server.CloseClientConnections()
	s.server.Close()
}

// Refuse makes the vendor refuse every message for good.
func (s *Server) Refuse() { s.set(func() { s.refuse = true }) }

// Cut makes the vendor take the next n messages and break the connection.
func (s *Server) Cut(n int) { s.set(func() { s.cut = n }) }

// Busy makes the vendor answer the next n messages with 429.
func (s *Server) Busy(n int) { s.set(func() { s.busy = n }) }

// Hold keeps every answer back until Open.
func (s *Server) Hold() { s.set(func() { s.gate = make(chan struct{}) }) }

// Open lets the answers go that Hold keeps back.
func (s *Server) Open() {
	s.set(func() {
		if s.gate != nil {
			close(s.gate)
			s.gate = nil
		}
	})
}

func (s *Server) set(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

// Taken returns the texts that were taken, in order.
func (s *Server) Taken() (texts []string) {
	s.set(func() {
		for _, m := range s.taken {
			texts = append(texts, m.Text)
		}
	})
	return texts
}

// Asked counts the requests.
func (s *Server) Asked() (n int) {
	s.set(func() { n = s.asked })
	return n
}

// Came gives each message when it was taken.
func (s *Server) Came() <-chan Message { return s.came }

// ServeHTTP takes a message.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var m Message
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	switch {
	case r.Method != http.MethodPost || r.URL.Path != "/messages":
		http.Error(w, "no such method", http.StatusNotFound)
		return
	case r.Header.Get("Authorization") != "Bearer "+Token:
		http.Error(w, "unauthorized", http.StatusUnauthorized)
		return
	case d.Decode(&m) != nil || m.To == "" || m.Text == "" && len(m.Files) == 0 || (m.Key != "") != s.keyed:
		http.Error(w, "malformed", http.StatusBadRequest)
		return
	}
	id, cut, status := s.take(m)
	switch {
	case status != http.StatusOK:
		http.Error(w, "no", status)
		return
	case cut:
		panic(http.ErrAbortHandler)
	}
	s.mu.Lock()
	gate := s.gate
	s.mu.Unlock()
	if gate != nil {
		select {
		case <-gate:
		case <-r.Context().Done():
			return
		}
	}
	_ = json.NewEncoder(w).Encode(map[string]string{"id": id})
}

func (s *Server) take(m Message) (id string, cut bool, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	switch {
	case s.refuse:
		return "", false, http.StatusForbidden
	case s.busy > 0:
		s.busy--
		return "", false, http.StatusTooManyRequests
	}
	id, again := s.ids[m.Key]
	if m.Key == "" || !again {
		s.taken = append(s.taken, m)
		id = fmt.Sprint("p", len(s.taken))
		s.ids[m.Key] = id
		s.came <- m
	}
	if s.cut > 0 {
		s.cut--
		return id, true, http.StatusOK
	}
	return id, false, http.StatusOK
}
