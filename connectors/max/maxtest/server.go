// Package maxtest is a strict fake of the MAX messenger's bot API: updates by
// long polling, subscriptions, messages, upload servers and storage of files.
package maxtest

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"

	"ctihub/connectors/connectortest"
)

// What the fake's one bot is.
const (
	Token = "canary-token"
	BotID = 900
)

// first is the marker before the first update. It is so high that after Restart it is
// beyond every update, however late a client polls.
const first = 1 << 20

// Fault is the failure of a call, before or after its work is done.
type Fault struct {
	Status int    // HTTP status
	Code   string // of the error
	Retry  string // Retry-After
	After  bool   // the work is done first, and only the answer fails
	Cut    bool   // the connection breaks
}

// Sent is a message of the bot.
type Sent struct {
	UserID      int64
	MID         string
	Text        string
	Attachments []json.RawMessage
}

// Server is MAX.
type Server struct {
	*httptest.Server

	mu       connectortest.Observable
	base     int64 // marker of the first update that is kept
	updates  []json.RawMessage
	asked    int64
	polls    int
	raw      [][]byte
	faults   map[string][]Fault
	hooks    map[string]map[string]any // url → request of POST /subscriptions
	people   map[int64]string          // user → error code of messages; "": they are accepted
	sent     []Sent
	files    map[string][]byte
	uploads  map[string][]byte // token → content
	unready  int               // messages with files that are refused
	noMarker bool
	closed   chan struct{}
}

// New starts a MAX that knows one bot.
func New() *Server {
	s := &Server{
		base: first, faults: map[string][]Fault{}, hooks: map[string]map[string]any{},
		people: map[int64]string{}, files: map[string][]byte{}, uploads: map[string][]byte{}, closed: make(chan struct{}),
	}
	mux := http.NewServeMux()
	for pattern, work := range map[string]func(*http.Request, []byte) (any, *Fault){
		"GET /me": func(*http.Request, []byte) (any, *Fault) {
			return map[string]any{"user_id": BotID, "first_name": "Bot", "is_bot": true}, nil
		},
		"GET /subscriptions": s.list, "POST /subscriptions": s.subscribe, "DELETE /subscriptions": s.unsubscribe,
		"POST /messages": s.message, "POST /uploads": s.endpoint,
	} {
		mux.HandleFunc(pattern, s.authorised(pattern, work))
	}
	mux.HandleFunc("GET /updates", s.poll)
	mux.HandleFunc("POST /storage/{kind}", s.upload)
	mux.HandleFunc("GET /file/{name}", s.file)
	s.Server = httptest.NewServer(mux)
	return s
}

// Close ends the polls that wait, and the server.
func (s *Server) Close() {
	close(s.closed)
	s.Server.Close()
}

// Fail makes the next calls of an endpoint ("GET /updates", "upload", "file" …) fail.
func (s *Server) Fail(call string, faults ...Fault) {
	s.mu.Change(func() { s.faults[call] = append(s.faults[call], faults...) })
}

// Person adds a user who started the bot. With a code, messages to the user fail.
func (s *Server) Person(id int64, code string) { s.mu.Change(func() { s.people[id] = code }) }

// Unready makes the next n messages with files fail as still being processed.
func (s *Server) Unready(n int) { s.mu.Change(func() { s.unready = n }) }

// WithoutMarker omits the marker from answers.
func (s *Server) WithoutMarker() { s.mu.Change(func() { s.noMarker = true }) }

// Hooks returns the subscriptions' addresses and their requests.
func (s *Server) Hooks() map[string]map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	copied := map[string]map[string]any{}
	for k, v := range s.hooks {
		copied[k] = v
	}
	return copied
}

// Hook subscribes an address, as another program would.
func (s *Server) Hook(address string) {
	s.mu.Change(func() { s.hooks[address] = map[string]any{"url": address} })
}

// Sent returns the bot's messages.
func (s *Server) Sent() []Sent {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.sent)
}

// Uploaded returns the content under a token.
func (s *Server) Uploaded(token string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.uploads[token])
}

// File puts a file into MAX's storage and returns its address.
func (s *Server) File(name string, content []byte) string {
	s.mu.Change(func() { s.files[name] = content })
	return s.URL + "/file/" + name
}

// Push appends an update and returns the marker behind it.
func (s *Server) Push(u json.RawMessage) (marker int64) {
	s.mu.Change(func() {
		s.updates = append(s.updates, u)
		marker = s.base + int64(len(s.updates))
	})
	return marker
}

// Restart begins the markers anew, lower than before; the stored updates stay.
func (s *Server) Restart() { s.mu.Change(func() { s.base, s.asked = 1, 0 }) }

// Answer sets the bytes with which the next poll is answered.
func (s *Server) Answer(b []byte) {
	s.mu.Change(func() { s.raw = append(s.raw, append([]byte{}, b...)) })
}

// AwaitPoll waits for the n-th poll.
func (s *Server) AwaitPoll(ctx context.Context, n int) error {
	return s.mu.Await(ctx, func() bool { return s.polls >= n })
}

// AwaitAsked waits for a poll from a marker on, which acknowledges the updates before it.
func (s *Server) AwaitAsked(ctx context.Context, marker int64) error {
	return s.mu.Await(ctx, func() bool { return s.asked >= marker })
}

// AwaitAnswered waits until the answers set by Answer are used up.
func (s *Server) AwaitAnswered(ctx context.Context) error {
	return s.mu.Await(ctx, func() bool { return len(s.raw) == 0 })
}

// AwaitHook waits until there are n subscriptions.
func (s *Server) AwaitHook(ctx context.Context, n int) error {
	return s.mu.Await(ctx, func() bool { return len(s.hooks) == n })
}

func (s *Server) fault(call string) *Fault {
	if len(s.faults[call]) == 0 {
		return nil
	}
	f := s.faults[call][0]
	s.faults[call] = s.faults[call][1:]
	return &f
}

func answerFault(w http.ResponseWriter, f Fault) {
	if f.Cut {
		panic(http.ErrAbortHandler)
	}
	if f.Retry != "" {
		w.Header().Set("Retry-After", f.Retry)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(f.Status)
	_ = json.NewEncoder(w).Encode(map[string]string{"code": f.Code, "message": "as the fake says"})
}

func isAuthorised(r *http.Request) bool {
	return r.Header.Get("Authorization") == Token && !r.URL.Query().Has("access_token")
}

func (s *Server) authorised(call string, work func(*http.Request, []byte) (any, *Fault)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !isAuthorised(r) {
			answerFault(w, Fault{Status: http.StatusUnauthorized, Code: "verify.token"})
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
		if err != nil || len(body) > 0 && r.Header.Get("Content-Type") != "application/json" {
			answerFault(w, Fault{Status: http.StatusBadRequest, Code: "proto.payload"})
			return
		}
		var f, failed *Fault
		s.mu.Change(func() { f = s.fault(call) })
		if f != nil && !f.After {
			answerFault(w, *f)
			return
		}
		var answer any
		s.mu.Change(func() { answer, failed = work(r, body) })
		switch {
		case f != nil:
			answerFault(w, *f)
		case failed != nil:
			answerFault(w, *failed)
		default:
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(answer)
		}
	}
}

func (s *Server) poll(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	limit, errLimit := strconv.Atoi(q.Get("limit"))
	wait, errWait := strconv.Atoi(q.Get("timeout"))
	if !isAuthorised(r) {
		answerFault(w, Fault{Status: http.StatusUnauthorized, Code: "verify.token"})
		return
	}
	if errLimit != nil || errWait != nil || limit < 1 || limit > 1000 || wait < 0 || wait > 90 {
		answerFault(w, Fault{Status: http.StatusBadRequest, Code: "proto.payload"})
		return
	}
	s.mu.Change(func() { s.polls++ })
	for {
		s.mu.Lock()
		changed := s.mu.Changed()
		f := s.fault("GET /updates")
		if f == nil && len(s.hooks) > 0 {
			f = &Fault{Status: http.StatusMethodNotAllowed, Code: "method.not.allowed"}
		}
		if f != nil {
			s.mu.Unlock()
			answerFault(w, *f)
			return
		}
		var answer []byte
		if len(s.raw) > 0 {
			answer, s.raw = s.raw[0], s.raw[1:]
			defer s.mu.Change(func() {})
		} else {
			from, err := strconv.ParseInt(q.Get("marker"), 10, 64)
			if err != nil { // without a marker: only the last update
				from = s.base + int64(max(len(s.updates)-1, 0))
			} else if from < s.base || from > s.base+int64(len(s.updates)) {
				from = s.base // all unconfirmed updates
			} else if from > s.asked {
				s.asked = from
				s.mu.Notify()
				changed = s.mu.Changed()
			}
			if news := s.updates[from-s.base:]; len(news) > 0 {
				news = news[:min(limit, len(news))]
				page := map[string]any{"updates": news, "marker": from + int64(len(news))}
				if s.noMarker {
					page["marker"] = nil
				}
				answer, _ = json.Marshal(page)
			}
		}
		s.mu.Unlock()
		if answer != nil {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(answer)
			return
		}
		select {
		case <-changed:
		case <-r.Context().Done():
			return
		case <-s.closed:
			return
		}
	}
}

// Unhook ends every subscription, as MAX does after eight hours of failed deliveries.
func (s *Server) Unhook() { s.mu.Change(func() { clear(s.hooks) }) }
