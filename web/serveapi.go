package web

import (
	"context"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"ctihub/leads"
	"ctihub/leads/replies"
)

// Limits of one API request.
const (
	maxBody   = 64 << 10        // bytes
	maxValue  = 500             // bytes of a parameter
	timeLimit = 5 * time.Second // for the whole answer, streams and signing in excepted
	// signInLimit bounds a sign-in. Its hash is meant to be slow: it takes 0.1 s of
	// a processor that has nothing else to do, and several seconds of a busy one.
	signInLimit = 30 * time.Second
	// handOverLimit bounds a hand-over of thousands of records.
	handOverLimit = 2 * time.Minute
)

// serveAPI serves every API route: it refuses cross-origin requests, authenticates the caller,
// and limits the size and time of a request.
func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request) {
	info := requestInfoOf(r.Context())
	_, info.route = s.api.Handler(r)
	if info.route == "" {
		info.route = "/api/"
		s.noRoute(w, r)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	limit := timeLimit
	switch info.route {
	case signInRoute, passwordRoute:
		limit = signInLimit
	case handOverRoute, substituteRoute, endSubstituteRoute:
		limit = handOverLimit
	}
	ctx, cancel := context.WithTimeout(r.Context(), limit)
	defer cancel()
	var c *caller
	var err error
	admit := func() { ctx, c, err = s.checkRequest(ctx, w, r) }
	if info.route == eventsRoute {
		onOwnStack(admit)
	} else {
		admit()
	}
	if info.route == soundRoute && errors.Is(err, errUnauthenticated) {
		err = errLink // a link is valid only for the caller who made it
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	most := int64(maxBody)
	switch info.route {
	case eventsRoute, soundRoute, attachmentRoute:
		ctx = r.Context() // a stream lasts longer than an answer
	case uploadRoute:
		ctx, most = r.Context(), replies.FileMost+uploadFrame
	}
	r.Body = http.MaxBytesReader(w, r.Body, most)
	s.api.ServeHTTP(w, r.WithContext(context.WithValue(ctx, callerKey{}, c)))
}

// checkRequest checks a request and returns its caller. The returned context carries
// the session.
func (s *Server) checkRequest(ctx context.Context, w http.ResponseWriter, r *http.Request) (context.Context, *caller, error) {
	c, err := s.credentials(r)
	if err != nil {
		return ctx, c, err
	}
	if ctx, err = s.authenticate(ctx, w, c); err != nil {
		return ctx, c, err
	}
	if err := checkValues(r.URL); err != nil {
		return ctx, c, err
	}
	if requestInfoOf(r.Context()).route == uploadRoute {
		switch {
		case !isUpload(r):
			return ctx, c, errNotMultipart
		case r.ContentLength > replies.FileMost+uploadFrame:
			return ctx, c, errUploadSize
		}
		return ctx, c, nil
	}
	if r.ContentLength > maxBody {
		return ctx, c, errTooLarge
	}
	if hasBody(r) {
		if t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || t != "application/json" {
			return ctx, c, errNotJSON
		}
	}
	return ctx, c, nil
}

// hasBody reports whether the request has a body that is read.
func hasBody(r *http.Request) bool {
	return r.ContentLength != 0 && (r.Method == http.MethodPost || r.Method == http.MethodPut || r.Method == http.MethodPatch)
}

// checkValues refuses parameters that are too long or not printable, which no record can match
// and a database may not accept.
func checkValues(u *url.URL) error {
	if !leads.Printable(u.Path) {
		return errNotFound
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return &problem{status: http.StatusBadRequest, code: codeInvalid, title: "The query string cannot be read",
			detail: "Escape special characters with % as in RFC 3986."}
	}
	for name, values := range query {
		for _, v := range values {
			if len(v) > maxValue || !leads.Printable(v) || !leads.Printable(name) {
				return invalid(strings.ToValidUTF8(name, ""), "At most 500 bytes of UTF-8 without control characters.")
			}
		}
	}
	return nil
}

// noRoute answers a path or method that the API does not have.
func (s *Server) noRoute(w http.ResponseWriter, r *http.Request) {
	var allow []string
	for _, m := range []string{http.MethodDelete, http.MethodGet, http.MethodPatch, http.MethodPost, http.MethodPut} {
		probe := &http.Request{Method: m, URL: r.URL, Host: r.Host}
		if _, pattern := s.api.Handler(probe); pattern != "" {
			allow = append(allow, m)
		}
	}
	if allow == nil {
		s.fail(w, r, errNoRoute)
		return
	}
	if slices.Contains(allow, http.MethodGet) {
		allow = append(allow, http.MethodHead)
	}
	s.fail(w, r, methodNotAllowed(w, allow...))
}

// methodNotAllowed names the methods that a path has.
func methodNotAllowed(w http.ResponseWriter, allow ...string) error {
	list := strings.Join(allow, ", ")
	w.Header().Set("Allow", list)
	return &problem{status: http.StatusMethodNotAllowed, code: codeInvalid, title: "This address does not have that method",
		detail: "It has " + list + "."}
}

// viewer returns the caller as the viewer of records.
func viewer(ctx context.Context) leads.Viewer {
	return callerOf(ctx).user.Viewer()
}
