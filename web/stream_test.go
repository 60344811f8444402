package web

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"ctihub/leads"
	"ctihub/leads/access"
	"ctihub/router"
)

// storeOf is a store that one thing keeps whole.
func storeOf(s interface {
	Records
	Accounts
	SessionStore
	EventLog
	Uploaded
	QuarantineStore
	Journals
	DeliveryStore
	Database
}) Store {
	return Store{s, s, s, s, s, s, s, s, s}
}

// eventLog is a store that holds an outbox and users known by token, with the
// commits in the hands of the test: it can make them late and out of order, as
// PostgreSQL does.
type eventLog struct {
	Store // the rest is not called
	mu    sync.Mutex
	log   []leads.Event // by Seq
	users map[string]leads.User
	after func() // called once, when the next read of events is done

	version  int64 // of rights
	versions int   // how often it was asked for
	asked    int   // how often a user was

	horizon int64 // up to which events were deleted
}

func (l *eventLog) EventHorizon(context.Context) (int64, error) { return l.horizon, nil }

func (l *eventLog) Find(string) ([]byte, bool, error)                     { return nil, false, nil }
func (l *eventLog) FindCtx(context.Context, string) ([]byte, bool, error) { return nil, false, nil }

func (l *eventLog) UserByToken(_ context.Context, hash string) (leads.User, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked++
	u, ok := l.users[hash]
	if !ok {
		return u, leads.ErrNotFound
	}
	return u, nil
}

func (l *eventLog) setUser(token string, u leads.User) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.users[HashToken(token)] = u
	l.version++
}

func (l *eventLog) RightsVersion(context.Context) (int64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.versions++
	return l.version, nil
}

func (l *eventLog) EventsAfter(_ context.Context, v leads.Viewer, seq int64, limit int) (out []leads.Event, last int64, err error) {
	l.mu.Lock()
	defer func() {
		f := l.after
		l.after = nil
		l.mu.Unlock()
		if f != nil {
			f()
		}
	}()
	if len(l.log) > 0 {
		last = l.log[len(l.log)-1].Seq
	}
	for _, e := range l.log {
		if seq >= 0 && e.Seq > seq && access.InAudience(e, v) {
			if out = append(out, e); len(out) == limit {
				return out, e.Seq, nil
			}
		}
	}
	return out, last, nil
}

// commit makes an event visible to readers of the store.
func (l *eventLog) commit(events ...leads.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.log = append(l.log, events...)
	slices.SortFunc(l.log, func(a, b leads.Event) int { return int(a.Seq - b.Seq) })
}

var streamEpoch = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// event number seq, a second after the one before it.
func testEvent(seq int, kind leads.EventType, audience ...string) leads.Event {
	id := fmt.Sprintf("event-%d", seq)
	at := streamEpoch.Add(time.Duration(seq) * time.Second)
	data, _ := json.Marshal(leads.EventBody{ID: id, Type: kind, At: at})
	return leads.Event{Seq: int64(seq), ID: id, Type: kind, At: at, Audience: audience, Data: data}
}

// streamHub is a server over an eventLog.
type streamHub struct {
	*Server
	log  *eventLog
	feed *router.Feed
	url  string
	ends chan string // a line of the request log for each stream that ended
}

const (
	bossToken, oleToken = "cti_boss", "cti_ole"
	boss, ole           = "user-boss", "user-ole"
)

func newStreamHub(t *testing.T, adjust ...func(*Server)) *streamHub {
	t.Helper()
	h := &streamHub{log: &eventLog{users: map[string]leads.User{}}, feed: router.NewFeed(), ends: make(chan string, 10_000)}
	h.log.setUser(bossToken, leads.User{ID: boss, Role: leads.RoleSupervisor})
	h.log.setUser(oleToken, leads.User{ID: ole, Role: leads.RoleOperator})
	h.Server = New(Options{
		Store: storeOf(h.log), Feed: h.feed, Metrics: prometheus.NewRegistry(), Now: time.Now,
		Log: slog.New(slog.NewTextHandler(lineWriter(h.ends), nil)),
	})
	for _, f := range adjust {
		f(h.Server)
	}
	srv := httptest.NewServer(h.Server)
	t.Cleanup(srv.Close)
	t.Cleanup(h.CloseStreams)
	h.url = srv.URL
	return h
}

// lineWriter sends each line of a log.
type lineWriter chan string

func (w lineWriter) Write(b []byte) (int, error) {
	select {
	case w <- string(b):
	default: // nobody in this test waits for lines
	}
	return len(b), nil
}

// publish commits events and tells the feed, as the hub does.
func (h *streamHub) publish(events ...leads.Event) {
	h.log.commit(events...)
	h.feed.Publish(events...)
}

// message is one message of an event stream.
type message struct{ id, event, data, comment string }

// reader reads an event stream as a browser does.
type reader struct {
	t      *testing.T
	body   *bufio.Reader
	lastID string
	close  func()
}

func (h *streamHub) open(t *testing.T, token, lastID, query string) *reader {
	t.Helper()
	r := dialStream(t, h.url+"/api/v1/events"+query, lastID, func(req *http.Request) {
		req.Header.Set("Authorization", "Bearer "+token)
	})
	return r
}

// dialStream opens a stream that lives until it is closed or the test ends.
func dialStream(t *testing.T, url, lastID string, auth func(*http.Request)) *reader {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	auth(req)
	if lastID != "" {
		req.Header.Set("Last-Event-ID", lastID)
	}
	transport := &http.Transport{}
	res, err := transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "text/event-stream" {
		b, _ := io.ReadAll(res.Body)
		t.Fatalf("opening the stream: %s %s", res.Status, b)
	}
	stop := func() { _ = res.Body.Close(); transport.CloseIdleConnections() }
	t.Cleanup(stop)
	return &reader{t: t, body: bufio.NewReader(res.Body), lastID: lastID, close: stop}
}

// raw returns the next message, dispatched by a browser or not.
func (r *reader) raw() (m message, err error) {
	for {
		line, err := r.body.ReadString('\n')
		if err != nil {
			return m, err
		}
		line = strings.TrimSuffix(line, "\n")
		if line == "" {
			return m, nil
		}
		field, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "id":
			m.id, r.lastID = value, value
		case "event":
			m.event = value
		case "data":
			m.data += value
		case "":
			m.comment = value
		}
	}
}

// next returns the next message that has data.
func (r *reader) next() (message, error) {
	for {
		m, err := r.raw()
		if err != nil || m.data != "" {
			return m, err
		}
	}
}

// wantIDs reads as many events as given and compares their ids.
func (r *reader) wantIDs(seqs ...int) {
	r.t.Helper()
	for _, seq := range seqs {
		m, err := r.next()
		if err != nil {
			r.t.Fatalf("waiting for event %d: %v", seq, err)
		}
		var body leads.EventBody
		if err := json.Unmarshal([]byte(m.data), &body); err != nil {
			r.t.Fatalf("event is not JSON: %v: %s", err, m.data)
		}
		if want := fmt.Sprintf("event-%d", seq); body.ID != want {
			r.t.Fatalf("got %s, want %s", body.ID, want)
		}
		if string(body.Type) != m.event {
			r.t.Errorf("event says %q outside and %q inside", m.event, body.Type)
		}
	}
}

// wantEnd waits until the server ends the stream.
func (r *reader) wantEnd() {
	r.t.Helper()
	if m, err := r.next(); err == nil {
		r.t.Fatalf("got %+v, want the end of the stream", m)
	} else if errors.Is(err, context.Canceled) {
		r.t.Fatalf("the stream did not end: %v", err)
	}
}

// started waits for the first message, by which the stream is subscribed.
func (r *reader) started() message {
	r.t.Helper()
	m, err := r.raw()
	if err != nil {
		r.t.Fatal(err)
	}
	return m
}
