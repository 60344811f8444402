package web

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"
)

const (
	pingWithin = 2 * time.Second
	// probeEvery is the least time between two test writes, however often /readyz is
	// requested.
	probeEvery  = 3 * time.Second
	probeWithin = 4 * time.Second // as long as a form waits to be stored
)

// Readiness is the answer of /readyz. It counts the sources by state; a source
// that fails does not make the hub unready, because the others go on.
type Readiness struct {
	Ready    bool           `json:"ready"`
	Database string         `json:"database"`         // "ok" or "unreachable"
	Write    string         `json:"write"`            // "ok" or "refused"
	Disk     string         `json:"disk"`             // "ok" or "low"
	Failed   []string       `json:"failed,omitempty"` // names of what is not ok
	Sources  map[string]int `json:"sources"`
}

// fail notes a failed check.
func (a *Readiness) fail(check string, value *string, word string) {
	a.Ready, *value, a.Failed = false, word, append(a.Failed, check)
}

// NotReady is the answer of a hub that has no database yet.
func NotReady() Readiness {
	a := Readiness{Write: "ok", Disk: "ok", Sources: map[string]int{}}
	a.fail("database", &a.Database, "unreachable")
	return a
}

// Answer writes the answer, with 503 when the hub is not ready.
func (a Readiness) Answer(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if !a.Ready {
		w.Header().Set("Retry-After", "2")
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(w).Encode(a)
}

// readyz says whether the hub can take work: its database answers and takes
// writes, and there is room for files.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), pingWithin)
	defer cancel()
	a := Readiness{Ready: true, Database: "ok", Write: "ok", Disk: "ok", Sources: map[string]int{}}
	if s.Store.Ping(ctx) != nil {
		a.fail("database", &a.Database, "unreachable")
	} else if s.probe.write(s.Now(), s.writeProbe) != nil {
		a.fail("write", &a.Write, "refused")
	}
	if s.FreeDisk != nil && s.MinFree > 0 {
		if free, err := s.FreeDisk(); err != nil || free < s.MinFree {
			a.fail("disk", &a.Disk, "low")
		}
	}
	for _, st := range s.Sources.States() {
		a.Sources[st.State]++
	}
	a.Answer(w)
}

func (s *Server) writeProbe() error {
	ctx, cancel := context.WithTimeout(context.Background(), probeWithin)
	defer cancel()
	return s.Store.ProbeWrite(ctx, s.Hub)
}

// probe caches the result of the last test write. Concurrent requests share it.
type probe struct {
	mu   sync.Mutex
	last time.Time // zero: never
	err  error
}

func (p *probe) write(now time.Time, try func() error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if since := now.Sub(p.last); p.last.IsZero() || since >= probeEvery || since < -probeEvery {
		p.err, p.last = try(), now
	}
	return p.err
}
