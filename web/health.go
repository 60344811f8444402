package web

import (
	"context"
	_ "embed"
	"encoding/json"
	"net/http"
	"time"
)

//go:embed openapi.yaml
var openAPIYAML []byte

//go:embed api/openapi.json
var openAPIJSON []byte

// document serves a constant document.
func document(contentType string, content []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Cache-Control", "no-cache")
		_, _ = w.Write(content)
	})
}

// healthz says that the process is up.
func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write([]byte("ok\n"))
}

// readiness is the answer of /readyz. It counts the sources by state; a source
// that fails does not make the hub unready, because the others go on.
type readiness struct {
	Ready    bool           `json:"ready"`
	Database string         `json:"database"` // "ok" or "unreachable"
	Sources  map[string]int `json:"sources"`
}

// readyz says whether the hub can take work: its database answers.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	a := readiness{Ready: true, Database: "ok", Sources: map[string]int{}}
	if err := s.Store.Ping(ctx); err != nil {
		a.Ready, a.Database = false, "unreachable"
	}
	for _, st := range s.Sources.States() {
		a.Sources[st.State]++
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if !a.Ready {
		w.Header().Set("Retry-After", "2")
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(w).Encode(a)
}
