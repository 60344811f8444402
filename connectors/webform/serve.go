package webform

import (
	"context"
	"errors"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"ctihub/connectors/vendors/posted"
	"ctihub/leads"
)

const (
	// storeWithin is how long a post waits for being stored before it is
	// refused with 503.
	storeWithin = 4 * time.Second
	// maxStoring bounds how many posts are being stored at once.
	maxStoring = 64
	// retryAfter is what a refused sender is told to wait, in seconds.
	retryAfter = 5
)

// serve answers everything below /in/<name>.
func (f *form) serve(w http.ResponseWriter, r *http.Request, in leads.Inbox) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	h.Add("Vary", "Origin")
	a := &answer{w: w, r: r, form: f, say: f.textsFor("", r.Header.Get("Accept-Language"))}
	below := strings.Trim(strings.TrimPrefix(r.URL.Path, "/in/"+f.name), "/")
	switch below {
	case "":
	case "thanks":
		a.thanksPage()
		return
	case "preview":
		a.preview()
		return
	case "challenge":
	default:
		a.problem(http.StatusNotFound, "not_found", "There is nothing here", nil)
		return
	}
	if !f.mayPost(r.Header.Get("Origin")) {
		a.problem(http.StatusForbidden, "forbidden", "This website may not post here", nil)
		return
	}
	if o := r.Header.Get("Origin"); o != "" {
		h.Set("Access-Control-Allow-Origin", o)
		h.Set("Access-Control-Expose-Headers", "Retry-After")
	}
	if below == "challenge" && r.Method != http.MethodOptions {
		a.serveChallenge()
		return
	}
	switch r.Method {
	case http.MethodPost:
		f.receive(a, in)
	case http.MethodOptions:
		h.Set("Allow", allowed)
		h.Set("Access-Control-Allow-Methods", http.MethodPost)
		h.Set("Access-Control-Allow-Headers", "Content-Type, Idempotency-Key")
		h.Set("Access-Control-Max-Age", "600")
		w.WriteHeader(http.StatusNoContent)
	default:
		h.Set("Allow", allowed)
		a.problem(http.StatusMethodNotAllowed, "invalid", "Forms are sent with POST", nil)
	}
}

const allowed = "POST, OPTIONS"

// mayPost reports whether a website may post. The hub's own pages may always.
func (f *form) mayPost(from string) bool {
	if from == "" {
		return !f.OriginsRequired
	}
	if len(f.Origins) == 0 || slices.Contains(f.Origins, from) {
		return true
	}
	own, err := url.Parse(f.publicURL)
	return err == nil && own.Host != "" && from == origin(own)
}

// receive stores one post, or answers that it is not stored.
func (f *form) receive(a *answer, in leads.Inbox) {
	if wait := f.wait(a.r.RemoteAddr, f.now()); wait > 0 {
		a.w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
		a.problem(http.StatusTooManyRequests, "throttled", "Too many posts from this address", nil)
		return
	}
	release, err := f.bodies.Take(a.r, maxBody) // files go to the disk
	defer release()
	if err != nil {
		f.log.Warn("form not read", "error", err)
		a.unavailable()
		return
	}
	up := f.uploads(a.r.RemoteAddr)
	defer up.close()
	if up != nil { // a file on a slow line takes its time
		_ = http.NewResponseController(a.w).SetReadDeadline(time.Now().Add(receiveWithin)) // not on a recorder
	}
	s, err := parse(a.w, a.r, up)
	if err == nil {
		s.fields = posted.Fields(s.tree)
	}
	switch {
	case errors.Is(err, errNoRoom):
		a.unavailable()
	case err != nil:
		f.unreadable(a, in, s, err)
	case !a.fromBrowser() && posted.IsPing(s.fields):
		f.tested()
		a.tested()
	default:
		f.accept(a, in, s, up)
	}
}

// unavailable answers 503: the sender is to try again later.
func (a *answer) unavailable() {
	a.w.Header().Set("Retry-After", strconv.Itoa(retryAfter))
	a.problem(http.StatusServiceUnavailable, "unavailable", "The form could not be stored; send it again", nil)
}

// store puts the touches, or gives up after storeWithin.
func (f *form) store(ctx context.Context, in leads.Inbox, touches ...leads.Touch) error {
	ctx, cancel := context.WithTimeout(ctx, storeWithin)
	defer cancel()
	select {
	case f.slots <- struct{}{}:
		defer func() { <-f.slots }()
	case <-ctx.Done():
		return errors.New("too many forms are being stored")
	}
	return in.Put(ctx, "", touches...)
}
