package webhook

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"ctihub/leads"
)

const (
	readWithin  = 30 * time.Second // for a body to come in
	storeWithin = 4 * time.Second  // for a post to be stored, before it is refused with 503
	maxStoring  = 32               // posts that are being stored at once
	retryLater  = 5                // seconds that a refused sender is told to wait
)

// fault says what is wrong with a body that could be read.
type fault struct{ field, message string }

func (f fault) Error() string { return f.field + ": " + f.message }

// serve answers everything below /in/<name>.
func (s *source) serve(w http.ResponseWriter, r *http.Request, in leads.Inbox) {
	w.Header().Set("Cache-Control", "no-store")
	rest := strings.Trim(strings.TrimPrefix(r.URL.Path, "/in/"+s.name), "/")
	if !s.known(r, rest) {
		s.unknown(w)
		return
	}
	if rest != "" && (s.Token == "" || !same(rest, s.Token)) {
		problem(w, http.StatusNotFound, "", "There is nothing here")
		return
	}
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		problem(w, http.StatusMethodNotAllowed, "", "Events are sent with POST")
		return
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(readWithin)) // not on a recorder
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		problem(w, http.StatusRequestEntityTooLarge, "", "The body is larger than 1 MiB")
		return
	case err != nil:
		problem(w, http.StatusBadRequest, "", "The body broke off")
		return
	case !s.signed(r, body):
		s.unknown(w)
		return
	case len(body) == 0:
		problem(w, http.StatusUnprocessableEntity, "body", "The body is empty")
		return
	}
	touches, err := s.touches(r.Header.Get("Content-Type"), body)
	if wrong := (fault{}); errors.As(err, &wrong) {
		problem(w, http.StatusUnprocessableEntity, wrong.field, wrong.message)
		return
	}
	if err := s.store(r.Context(), in, touches); err != nil {
		s.log.Warn("event not stored", "error", err)
		w.Header().Set("Retry-After", strconv.Itoa(retryLater))
		problem(w, http.StatusServiceUnavailable, "", "The event could not be stored; send it again")
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, "{}\n")
}

// touches reads a body. One that cannot be read at all becomes a touch that is
// quarantined; the error is a fault.
func (s *source) touches(contentType string, body []byte) ([]leads.Touch, error) {
	v, wrong := parse(contentType, body)
	if wrong != nil {
		return s.unread(body, wrong), nil
	}
	if s.Format == formatCTI {
		return s.pushed(v, body)
	}
	return s.mapped(v, body)
}

// unread keeps a body that cannot be read for a person to look at.
func (s *source) unread(body []byte, why error) []leads.Touch {
	return []leads.Touch{{
		ExternalID: hash(body), Channel: "webhook", Direction: leads.In, At: s.now(),
		Text: string(body), Raw: string(body), Suspect: "the body is " + why.Error(),
	}}
}

// store puts the touches, or gives up after storeWithin.
func (s *source) store(ctx context.Context, in leads.Inbox, touches []leads.Touch) error {
	ctx, cancel := context.WithTimeout(ctx, storeWithin)
	defer cancel()
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	case <-ctx.Done():
		return errors.New("too many events are being stored")
	}
	return in.Put(ctx, "", touches...)
}

func (s *source) unknown(w http.ResponseWriter) {
	if s.Password != "" {
		w.Header().Set("WWW-Authenticate", `Basic realm="ctihub", charset="UTF-8"`)
	}
	problem(w, http.StatusUnauthorized, "", "The token, password or signature is missing or wrong")
}

// problem answers with RFC 9457's problem+json.
func problem(w http.ResponseWriter, status int, field, detail string) {
	p := map[string]any{"title": http.StatusText(status), "status": status, "detail": detail}
	if field != "" {
		p["field"] = field
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(p)
}

// hash names a body that has no id of its own.
func hash(body []byte) string {
	sum := sha256.Sum256(body)
	return "sha256-" + hex.EncodeToString(sum[:])
}

// key returns an id that is fit to be stored: as it is, or its hash.
func key(id string) string {
	if len(id) <= 200 && !strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return id
	}
	return hash([]byte(id))
}
