// Package pigeon is a messenger of the tests: a vendor with the habits that real
// ones have when something goes wrong, and the connector to it.
package pigeon

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// Token is what the vendor wants to see.
const Token = "pigeon-token"

// Message is what the connector sends.
type Message struct {
	Key  string `json:"key"` // empty: the vendor knows no keys
	To   string `json:"to"`
	Text string `json:"text"`

	Files []string `json:"files,omitempty"` // each "name: content"
}

// Vendor is the messenger's server.
type Vendor struct {
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
func Start(t testing.TB, keyed bool) *Vendor {
	t.Helper()
	v := &Vendor{keyed: keyed, ids: map[string]string{}, came: make(chan Message, 1000)}
	v.server = httptest.NewServer(v)
	v.URL = v.server.URL
	t.Cleanup(v.Down)
	return v
}

// Down ends the server: nobody can reach it any more.
func (v *Vendor) Down() {
	v.Open()
	v.server.CloseClientConnections()
	v.server.Close()
}

// Refuse makes the vendor refuse every message for good.
func (v *Vendor) Refuse() { v.set(func() { v.refuse = true }) }

// Cut makes the vendor take the next n messages and break the connection.
func (v *Vendor) Cut(n int) { v.set(func() { v.cut = n }) }

// Busy makes the vendor answer the next n messages with 429.
func (v *Vendor) Busy(n int) { v.set(func() { v.busy = n }) }

// Hold keeps every answer back until Open.
func (v *Vendor) Hold() { v.set(func() { v.gate = make(chan struct{}) }) }

// Open lets the answers go that Hold keeps back.
func (v *Vendor) Open() {
	v.set(func() {
		if v.gate != nil {
			close(v.gate)
			v.gate = nil
		}
	})
}

func (v *Vendor) set(f func()) {
	v.mu.Lock()
	defer v.mu.Unlock()
	f()
}

// Taken returns the texts that were taken, in order.
func (v *Vendor) Taken() (texts []string) {
	v.set(func() {
		for _, m := range v.taken {
			texts = append(texts, m.Text)
		}
	})
	return texts
}

// Asked counts the requests.
func (v *Vendor) Asked() (n int) {
	v.set(func() { n = v.asked })
	return n
}

// Came gives each message when it was taken.
func (v *Vendor) Came() <-chan Message { return v.came }

// ServeHTTP takes a message.
func (v *Vendor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
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
	case d.Decode(&m) != nil || m.To == "" || m.Text == "" && len(m.Files) == 0 || (m.Key != "") != v.keyed:
		http.Error(w, "malformed", http.StatusBadRequest)
		return
	}
	id, cut, status := v.take(m)
	switch {
	case status != http.StatusOK:
		http.Error(w, "no", status)
		return
	case cut:
		panic(http.ErrAbortHandler)
	}
	v.mu.Lock()
	gate := v.gate
	v.mu.Unlock()
	if gate != nil {
		select {
		case <-gate:
		case <-r.Context().Done():
			return
		}
	}
	_ = json.NewEncoder(w).Encode(map[string]string{"id": id})
}

func (v *Vendor) take(m Message) (id string, cut bool, status int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.asked++
	switch {
	case v.refuse:
		return "", false, http.StatusForbidden
	case v.busy > 0:
		v.busy--
		return "", false, http.StatusTooManyRequests
	}
	id, again := v.ids[m.Key]
	if m.Key == "" || !again {
		v.taken = append(v.taken, m)
		id = fmt.Sprint("p", len(v.taken))
		v.ids[m.Key] = id
		v.came <- m
	}
	if v.cut > 0 {
		v.cut--
		return id, true, http.StatusOK
	}
	return id, false, http.StatusOK
}
