package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"ctihub/connectors"
	"ctihub/connectors/vendors/posted"
	"ctihub/leads"
)

const (
	storeWithin = 4 * time.Second // for a post to be stored, before it is refused with 503
	maxStoring  = 32              // posts that are being stored at once
	longList    = 32              // touches; longer lists are stored one after another, or storage would refuse them
	retryLater  = 5               // seconds that a refused sender is told to wait
	maxBody     = 1 << 20         // bytes
)

// fault says what is wrong with a body that could be read.
type fault struct{ field, message string }

func (f fault) Error() string { return f.field + ": " + f.message }

// serve answers everything below /in/<name>.
func (s *source) serve(w http.ResponseWriter, r *http.Request, in leads.Inbox) {
	w.Header().Set("Cache-Control", "no-store")
	rest := strings.Trim(strings.TrimPrefix(r.URL.Path, "/in/"+s.name), "/")
	if !s.authenticated(r, rest) {
		s.unauthorized(w)
		return
	}
	if rest != "" && (s.Token == "" || !constantTimeEqual(rest, s.Token)) {
		problem(w, http.StatusNotFound, "", "There is nothing here")
		return
	}
	if r.Method != http.MethodPost {
		s.probe(w, r)
		return
	}
	body, release, err := s.bodies.Read(w, r, maxBody)
	defer release()
	var large *http.MaxBytesError
	switch {
	case errors.Is(err, connectors.ErrCrowded):
		s.refuseForNow(w, err)
	case errors.As(err, &large):
		problem(w, http.StatusRequestEntityTooLarge, "", "The body is larger than 1 MiB")
	case err != nil:
		problem(w, http.StatusBadRequest, "", "The body broke off")
	case s.signed(r, body):
		s.receive(w, r, in, body)
	case unsignedTest.Match(body):
		accept(w)
	default:
		s.unauthorized(w)
	}
}

// unsignedTest is what WooCommerce posts without a signature when a webhook is
// saved, and refuses to save it unless the answer is 2xx
// (woocommerce/woocommerce issue 15642).
var unsignedTest = regexp.MustCompile(`^webhook_id=[0-9]{1,20}$`)

// probe answers the requests by which some vendors check the address before they
// post: HEAD and GET without any data, and Meta's verification of a webhook, whose
// verify token is the source's.
func (s *source) probe(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	challenge := q.Get("hub.challenge")
	for _, own := range []string{"token", "hub.mode", "hub.challenge", "hub.verify_token"} {
		delete(q, own)
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead || len(q) > 0 || len(challenge) > 200 || strings.Trim(challenge, challengeLetters) != "" {
		w.Header().Set("Allow", http.MethodPost)
		problem(w, http.StatusMethodNotAllowed, "", "Events are sent with POST")
		return
	}
	s.onTest()
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = io.WriteString(w, challenge)
}

const challengeLetters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_"

// receive stores a posted body and answers. What cannot become an interaction is
// quarantined, so that nothing is lost.
func (s *source) receive(w http.ResponseWriter, r *http.Request, in leads.Inbox, body []byte) {
	touches, wrong := s.touches(r.Header.Get("Content-Type"), body)
	switch {
	case wrong == testPost:
		s.onTest()
		accept(w)
		return
	case len(touches) == 0 && wrong == nil: // only ignored events
		accept(w)
		return
	}
	err := s.store(r.Context(), in, touches)
	switch {
	case errors.Is(err, leads.ErrKeyReused):
		conflict(w)
	case err != nil:
		s.refuseForNow(w, err)
	case wrong != nil:
		problem(w, http.StatusUnprocessableEntity, wrong.field, wrong.message+". What was sent is kept in quarantine, where a person can take it in; of several items, the others are stored")
	default:
		accept(w)
	}
}

// refuseForNow answers 503: the event is not stored, and the sender is to repeat it.
func (s *source) refuseForNow(w http.ResponseWriter, err error) {
	s.log.Warn("event not stored", "error", err)
	w.Header().Set("Retry-After", strconv.Itoa(retryLater))
	problem(w, http.StatusServiceUnavailable, "", "The event could not be stored; send it again")
}

func accept(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, "{}\n")
}

// testPost is returned in place of a fault when a body is the sender's test.
var testPost = &fault{message: "a test"}

// touches reads a body. One that cannot be read becomes a touch for quarantine.
func (s *source) touches(contentType string, body []byte) ([]leads.Touch, *fault) {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, testPost
	}
	v, wrong := posted.Read(contentType, body)
	switch {
	case wrong != nil:
		return s.quarantineBody(body, wrong), nil
	case posted.Empty(v):
		return nil, testPost
	case s.Format == formatCTI:
		return s.callTouches(v, body)
	case posted.Ping(v) && !s.hasContent(v):
		return nil, testPost
	}
	return s.readMapped(v, body)
}

// hasContent reports whether the mapping finds an identity, a name or a text in a body.
func (s *source) hasContent(v posted.Value) bool {
	t, _ := s.touch(content{v.Any(), posted.Deep(v.Any())}, "")
	return len(t.From) > 0 || t.Name != "" || t.Text != ""
}

// callTouches reads a body of call events.
func (s *source) callTouches(v posted.Value, body []byte) ([]leads.Touch, *fault) {
	touches, err := s.readCallEvents(v.Any(), body)
	var wrong fault
	switch {
	case err == nil:
		return touches, nil
	case posted.Ping(v):
		return nil, testPost
	case !errors.As(err, &wrong):
		wrong = fault{"event", err.Error()}
	}
	return s.refuseBody(body, wrong)
}

// quarantineBody returns the touch of a body that cannot be read, for quarantine.
func (s *source) quarantineBody(body []byte, why error) []leads.Touch {
	id := posted.Hash(body)
	return []leads.Touch{{
		ExternalID: id, Digest: id, Channel: "webhook", Direction: leads.In, At: s.now(),
		Text: string(body), Raw: string(body), Suspect: "the body is " + why.Error(),
	}}
}

// store puts the touches, or gives up after storeWithin.
func (s *source) store(ctx context.Context, in leads.Inbox, touches []leads.Touch) error {
	ctx, cancel := context.WithTimeout(ctx, storeWithin)
	defer cancel()
	slots := s.slots
	if len(touches) > longList {
		slots = s.lists
	}
	select {
	case slots <- struct{}{}:
		defer func() { <-slots }()
	case <-ctx.Done():
		return errors.New("too many events are being stored")
	}
	return in.Put(ctx, "", touches...)
}

func (s *source) unauthorized(w http.ResponseWriter) {
	if s.Password != "" {
		w.Header().Set("WWW-Authenticate", `Basic realm="ctihub", charset="UTF-8"`)
	}
	problem(w, http.StatusUnauthorized, "", "The token, password or signature is missing or wrong")
}

// conflict answers 409: another content was stored under the event's id.
func conflict(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(http.StatusConflict)
	_ = json.NewEncoder(w).Encode(map[string]any{
		"title": http.StatusText(http.StatusConflict), "status": http.StatusConflict, "code": "key_reused", "field": "id",
		"detail": "Another content was stored under this id before. This one is kept in quarantine, where a person can take it in. " +
			"If the sender posts each change of a thing under one id, let map.id name its version as well: id: [$.id, $.updated_at].",
	})
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
