// Package vktest is a strict fake of VK: its API, its Bots Long Poll, its
// Callback API, its upload servers and its storage of files.
package vktest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"ctihub/connectors/connectortest"
)

// The fake's only community.
const (
	Token   = "vk1.a.canary-token" //nolint:gosec // the fake's
	GroupID = 777
)

// Message is a message as VK keeps it.
type Message map[string]any

// Server is VK.
type Server struct {
	*httptest.Server

	mu       connectortest.Observable
	key      int // the current long poll key
	first    int // keys before this one belong to a lost stream
	base     int // ts of the first event that is kept
	events   []json.RawMessage
	asked    int // greatest ts that was asked for
	polls    int
	raw      [][]byte // raw answers of the next polls
	faults   map[string][]Fault
	calls    map[string]int
	peers    map[int64][]Message
	names    map[int64]string
	denied   map[int64]int // peer → error code of messages.send
	files    map[string][]byte
	uploads  map[string][]byte
	lastID   int64
	numbers  bool // messages.send answers with a number alone
	disabled bool
	closed   chan struct{}
}

// Fault is the failure of a call, before or after its work is done.
type Fault struct {
	Status int  // HTTP status, 0: 200
	Code   int  // error_code, 0: none
	After  bool // the work is done first, and only the answer fails
	Cut    bool // the connection breaks
}

// New starts a VK that knows one community.
func New() *Server {
	s := &Server{
		base: 1, faults: map[string][]Fault{}, calls: map[string]int{},
		peers: map[int64][]Message{}, names: map[int64]string{}, denied: map[int64]int{},
		files: map[string][]byte{}, uploads: map[string][]byte{}, closed: make(chan struct{}),
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/method/{name}", s.method)
	mux.HandleFunc("/lp", s.longPoll)
	mux.HandleFunc("GET /file/{name}", s.file)
	mux.HandleFunc("POST /upload/{kind}", s.upload)
	s.Server = httptest.NewServer(mux)
	return s
}

// Close ends the polls that wait, and the server.
func (s *Server) Close() {
	close(s.closed)
	s.Server.Close()
}

// API is the address of the methods.
func (s *Server) API() string { return s.URL + "/method" }

// Fail makes the next calls of a method (or "lp", or "upload") fail.
func (s *Server) Fail(method string, faults ...Fault) {
	s.mu.Change(func() { s.faults[method] = append(s.faults[method], faults...) })
}

// Calls returns how often a method was called.
func (s *Server) Calls(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[method]
}

// Name sets the name of a user.
func (s *Server) Name(user int64, first string) { s.mu.Change(func() { s.names[user] = first }) }

// Deny makes messages to a person fail with a code.
func (s *Server) Deny(peer int64, code int) { s.mu.Change(func() { s.denied[peer] = code }) }

// File puts a file into VK's storage and returns its address.
func (s *Server) File(name string, content []byte) string {
	s.mu.Change(func() { s.files[name] = content })
	return s.URL + "/file/" + name
}

// Uploaded returns what was uploaded under the name that messages use for it.
func (s *Server) Uploaded(name string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.uploads[name]
}

// Disable switches the community's Long Poll API off.
func (s *Server) Disable() { s.mu.Change(func() { s.disabled = true }) }

// Numbers makes messages.send answer with a number alone, as with peer_id.
func (s *Server) Numbers() { s.mu.Change(func() { s.numbers = true }) }

// Write adds a person's message to their conversation and returns its event.
func (s *Server) Write(peer int64, m Message) json.RawMessage {
	var event json.RawMessage
	s.mu.Change(func() { event = s.write(peer, m) })
	return event
}

func (s *Server) write(peer int64, m Message) json.RawMessage {
	s.lastID++
	m["id"], m["peer_id"] = s.lastID, peer
	if m["conversation_message_id"] == nil {
		m["conversation_message_id"] = int64(len(s.peers[peer]) + 1)
	}
	for k, v := range map[string]any{"from_id": peer, "out": 0, "date": time.Now().Unix(), "text": "", "attachments": []any{}, "fwd_messages": []any{}, "random_id": 0} {
		if m[k] == nil {
			m[k] = v
		}
	}
	s.peers[peer] = append(s.peers[peer], m)
	return Event("message_new", map[string]any{"message": m, "client_info": map[string]any{"keyboard": true}})
}

// Event makes an event of the community.
func Event(kind string, object any) json.RawMessage {
	b, err := json.Marshal(map[string]any{"group_id": GroupID, "type": kind, "v": "5.199", "object": object, "event_id": fmt.Sprintf("%x", hash(kind, object))})
	if err != nil {
		panic(err)
	}
	return b
}

// Push appends an event to the stream and returns the ts behind it.
func (s *Server) Push(event json.RawMessage) (ts int) {
	s.mu.Change(func() {
		s.events = append(s.events, event)
		ts = s.base + len(s.events)
	})
	return ts
}

// ExpireKey makes the long poll key invalid: failed 2, or failed 3 if the events are lost, too.
func (s *Server) ExpireKey() { s.mu.Change(func() { s.key++ }) }

// Lose drops the stored events: a poll for them gets failed 1.
func (s *Server) Lose() {
	s.mu.Change(func() {
		s.base += len(s.events) + 1000
		s.events = nil
	})
}

// Restart begins the stream anew at a lower ts, as VK may.
func (s *Server) Restart() {
	s.mu.Change(func() {
		s.base, s.events, s.asked = 1, nil, 0
		s.key++
		s.first = s.key
	})
}

// Answer sets the bytes with which the next poll is answered.
func (s *Server) Answer(b []byte) {
	s.mu.Change(func() { s.raw = append(s.raw, append([]byte{}, b...)) })
}

// AwaitPoll waits for the n-th poll.
func (s *Server) AwaitPoll(ctx context.Context, n int) error {
	return s.mu.Await(ctx, func() bool { return s.polls >= n })
}

// AwaitAsked waits for a poll for the events after ts, which acknowledges those before it.
func (s *Server) AwaitAsked(ctx context.Context, ts int) error {
	return s.mu.Await(ctx, func() bool { return s.asked >= ts })
}

// AwaitAnswered waits until the answers set by Answer are used up.
func (s *Server) AwaitAnswered(ctx context.Context) error {
	return s.mu.Await(ctx, func() bool { return len(s.raw) == 0 })
}

// Polls returns the number of polls.
func (s *Server) Polls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.polls
}

func (s *Server) fault(method string) (f Fault, ok bool) {
	if len(s.faults[method]) == 0 {
		return f, false
	}
	f = s.faults[method][0]
	s.faults[method] = s.faults[method][1:]
	return f, true
}

// answerFault answers a request with a fault.
func answerFault(w http.ResponseWriter, f Fault) {
	switch {
	case f.Cut:
		panic(http.ErrAbortHandler)
	case f.Status != 0:
		http.Error(w, "<html>nginx</html>", f.Status)
	default:
		refuse(w, f.Code, "as the test wants it")
	}
}

func refuse(w http.ResponseWriter, code int, text string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{
		"error_code": code, "error_msg": text, "request_params": []map[string]string{{"key": "v", "value": "5.199"}},
	}})
}

func hash(parts ...any) (sum uint64) {
	sum = 14695981039346656037
	for _, b := range []byte(strings.TrimSpace(fmt.Sprint(parts...))) {
		sum = (sum ^ uint64(b)) * 1099511628211
	}
	return sum
}
