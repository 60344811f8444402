package asterisk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// fakeARI speaks as much of ARI as the connector uses, for what a real
// Asterisk does not do on request: send garbage, events of the future, or a
// connector's replacement. It has no channels but those it is given.
type fakeARI struct {
	*httptest.Server
	mu       sync.Mutex
	socket   *websocket.Conn
	arrived  chan struct{} // closed when a socket has subscribed, replaced when it is gone
	channels []json.RawMessage
	deaf     bool // user events do not come back
	refuse   int  // answer everything with this status
	sockets  int
}

func newFakeARI(t *testing.T) *fakeARI {
	t.Helper()
	f := &fakeARI{arrived: make(chan struct{})}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /ari/events", f.events)
	mux.HandleFunc("GET /ari/asterisk/info", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"status":{"startup_time":"2026-11-21T10:00:00.000+0000","last_reload_time":"2026-11-21T10:00:00.000+0000"}}`))
	})
	mux.HandleFunc("GET /ari/channels", func(w http.ResponseWriter, _ *http.Request) {
		f.mu.Lock()
		defer f.mu.Unlock()
		_ = json.NewEncoder(w).Encode(append([]json.RawMessage{}, f.channels...))
	})
	mux.HandleFunc("GET /ari/bridges", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`[]`)) })
	mux.HandleFunc("POST /ari/applications/{app}/subscription", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("eventSource") != "channel:,bridge:" {
			w.WriteHeader(http.StatusBadRequest)
		}
	})
	mux.HandleFunc("PUT /ari/applications/{app}/eventFilter", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) })
	mux.HandleFunc("POST /ari/events/user/{name}", f.userEvent)
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		f.mu.Lock()
		status := f.refuse
		f.mu.Unlock()
		if user != "hub" || password != "secret" {
			status = http.StatusUnauthorized
		}
		if status != 0 {
			w.WriteHeader(status)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(f.Close)
	return f
}

// Close ends the server and its socket.
func (f *fakeARI) Close() {
	f.cut()
	f.Server.Close()
}

// cut breaks the socket.
func (f *fakeARI) cut() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.socket != nil {
		_ = f.socket.CloseNow()
	}
}

func (f *fakeARI) events(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock() // until the socket can be written to: the client's next request waits
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		f.mu.Unlock()
		return
	}
	defer func() { _ = conn.CloseNow() }()
	f.socket = conn
	f.sockets++
	f.mu.Unlock()
	for { // answers pings
		if _, _, err := conn.Read(context.Background()); err != nil {
			break
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.socket == conn {
		f.socket = nil
		select {
		case <-f.arrived:
			f.arrived = make(chan struct{})
		default:
		}
	}
}

func (f *fakeARI) userEvent(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	deaf := f.deaf
	f.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
	if deaf {
		return
	}
	_ = f.write(r.Context(), fmt.Appendf(nil, `{"type":"ChannelUserevent","timestamp":"2026-11-21T10:00:00.000+0000","eventname":%q,"userevent":{}}`, r.PathValue("name")))
	f.mu.Lock()
	defer f.mu.Unlock()
	select {
	case <-f.arrived:
	default:
		close(f.arrived)
	}
}

var errNoSocket = errors.New("nobody is connected")

func (f *fakeARI) write(ctx context.Context, raw []byte) error {
	f.mu.Lock()
	conn := f.socket
	f.mu.Unlock()
	if conn == nil {
		return errNoSocket
	}
	return conn.Write(ctx, websocket.MessageText, raw)
}

// send writes events when a connector is there.
func (f *fakeARI) send(ctx context.Context, raw ...string) error {
	f.mu.Lock()
	arrived := f.arrived
	f.mu.Unlock()
	select {
	case <-arrived:
	case <-ctx.Done():
		return ctx.Err()
	}
	for _, r := range raw {
		if err := f.write(ctx, []byte(r)); err != nil {
			return err
		}
	}
	return nil
}

// missedCall is the events of call n, from a customer to phone 100.
func missedCall(n int) []string {
	at := time.Date(2026, 11, 21, 12, 0, n, 0, time.UTC)
	var out []string
	event := func(format string, args ...any) {
		at = at.Add(5 * time.Millisecond)
		out = append(out, fmt.Sprintf(`{"timestamp":"`+at.Format("2006-01-02T15:04:05.000-0700")+`",`+format+`}`, args...))
	}
	trunk, phone := fakeChannel(n, "trunk", "Ring"), fakeChannel(n, "100", "Ringing")
	event(`"type":"ChannelCreated","channel":%s`, trunk)
	event(`"type":"ChannelCreated","channel":%s`, phone)
	event(`"type":"Dial","dialstatus":"","caller":%s,"peer":%s`, trunk, phone)
	event(`"type":"Dial","dialstatus":"RINGING","caller":%s,"peer":%s`, trunk, phone)
	event(`"type":"Dial","dialstatus":"NOANSWER","caller":%s,"peer":%s`, trunk, phone)
	event(`"type":"ChannelDestroyed","cause":0,"channel":%s`, phone)
	event(`"type":"ChannelDestroyed","cause":16,"channel":%s`, trunk)
	return out
}

// fakeChannel is a channel of call n as JSON.
func fakeChannel(n int, endpoint, state string) string {
	number := fmt.Sprintf("7916123%04d", n)
	if endpoint != "trunk" {
		number = endpoint
	}
	return strings.NewReplacer("ID", fmt.Sprintf("call-%d.%s", n, endpoint), "LINK", fmt.Sprintf("call-%d.trunk", n),
		"END", endpoint, "STATE", state, "NUMBER", number).Replace(
		`{"id":"ID","name":"PJSIP/END-00000001","state":"STATE","caller":{"name":"","number":"NUMBER"},` +
			`"dialplan":{"context":"from-trunk","exten":"7001","priority":1,"app_name":"Dial","app_data":""},` +
			`"creationtime":"2026-11-21T12:00:00.000+0000","channelvars":{"CHANNEL(linkedid)":"LINK"}}`)
}
