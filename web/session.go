package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"

	"ctihub/leads"
)

// Lifetimes of a session.
const (
	sessionIdle = 12 * time.Hour     // without a request
	sessionLife = 7 * 24 * time.Hour // from sign-in, whatever happens
	// sessionTouch is how often a session in use is written, to extend its idle time.
	sessionTouch = 5 * time.Minute
)

// Keys of a session's values.
const (
	keyUser     = "user"     // id
	keyPassword = "password" // fingerprint of the hash signed in with: a new password ends the session
	keySeen     = "seen"     // unix seconds of the last write
)

// Names of the session's cookie. Browsers accept the one with the prefix only over https and
// only from this host, so that a sibling domain cannot set it.
const (
	cookiePlain  = "ctihub"
	cookieSecure = "__Host-ctihub"
)

// tokenPrefix makes an API token recognisable to people and secret scanners.
const tokenPrefix = "cti_"

// newSessions does what scs.New does, without the goroutine of a store in
// memory that is not used.
func newSessions(store SessionStore, publicURL string) *scs.SessionManager {
	return &scs.SessionManager{
		Store: store, HashTokenInStore: true, IdleTimeout: sessionIdle, Lifetime: sessionLife, Codec: scs.GobCodec{},
		Cookie: scs.SessionCookie{
			Name: cookieName(publicURL), Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Persist: true,
			Secure: isHTTPS(publicURL),
		},
	}
}

func cookieName(publicURL string) string {
	if isHTTPS(publicURL) {
		return cookieSecure
	}
	return cookiePlain
}

func isHTTPS(address string) bool { return strings.HasPrefix(address, "https:") }

// https reports whether browsers reach the hub over https.
func (s *Server) https() bool { return isHTTPS(s.PublicURL) }

// NewToken returns a new API token, to be shown once, and the hash under
// which it is stored.
func NewToken() (token, hash string) {
	token = tokenPrefix + rand.Text()
	return token, HashToken(token)
}

// HashToken returns SHA-256 of an API token in hex, by which storage knows it.
// The token is random, so that a slow hash would add nothing.
func HashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// caller is the user who makes a request, with their credentials.
type caller struct {
	user    leads.User
	session string // token of the session cookie, or
	token   string // hash of the API token
}

type callerKey struct{}

// callerOf returns the caller of a request, which serveAPI put into the context.
func callerOf(ctx context.Context) *caller {
	if c, ok := ctx.Value(callerKey{}).(*caller); ok {
		return c
	}
	return &caller{}
}

// credentials returns the credentials of a request: an API token, or else the session cookie,
// which is accepted only from the hub's own pages.
func (s *Server) credentials(r *http.Request) (*caller, error) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if strings.EqualFold(scheme, "Bearer") {
		return &caller{token: HashToken(strings.TrimSpace(token))}, nil
	}
	if s.csrf.Check(r) != nil {
		return nil, errCrossOrigin
	}
	if cookie, err := r.Cookie(s.sessions.Cookie.Name); err == nil {
		return &caller{session: cookie.Value}, nil
	}
	return &caller{}, nil
}

// authenticate identifies the caller, and extends the session. Only the routes for signing in
// and for the demo need no user. The returned context carries the session.
func (s *Server) authenticate(ctx context.Context, w http.ResponseWriter, c *caller) (context.Context, error) {
	info := requestInfoOf(ctx)
	ctx, err := s.identify(ctx, c)
	nobody := errors.Is(err, errUnauthenticated)
	if info.route == signInRoute && (err == nil || nobody) || info.route == demoRoute && nobody {
		return ctx, nil
	}
	if err != nil {
		return ctx, err
	}
	info.user = c.user.ID
	if c.session != "" {
		err = s.extendSession(ctx, w)
	}
	return ctx, err
}

// identify reads the user behind a session or token as stored now. The
// returned context carries the session, also when no user is signed in.
func (s *Server) identify(ctx context.Context, c *caller) (context.Context, error) {
	sctx, err := s.sessions.Load(ctx, c.session)
	if err != nil {
		return ctx, err
	}
	if c.token != "" {
		c.user, err = s.Store.UserByToken(ctx, c.token)
	} else if id := s.sessions.GetString(sctx, keyUser); id != "" {
		c.user, err = s.Store.User(ctx, id)
	} else {
		err = errUnauthenticated
	}
	switch {
	case errors.Is(err, leads.ErrNotFound):
		err = errUnauthenticated
	case err != nil:
	case c.user.Disabled, c.token == "" && s.sessions.GetString(sctx, keyPassword) != fingerprint(c.user):
		err = errUnauthenticated
	}
	if c.user.Way = leads.WayPage; c.token != "" {
		c.user.Way = leads.WayAPI
	}
	return sctx, err
}

// fingerprint identifies a user's password hash without revealing it.
func fingerprint(u leads.User) string { return HashToken(u.PasswordHash)[:16] }

// extendSession extends the idle time of a session in use. It runs first in a request, so that
// it cannot restore a session that the request ends.
func (s *Server) extendSession(ctx context.Context, w http.ResponseWriter) error {
	now := s.Now().Unix()
	if now-s.sessions.GetInt64(ctx, keySeen) < int64(sessionTouch/time.Second) {
		return nil
	}
	s.sessions.Put(ctx, keySeen, now)
	return s.commitSession(ctx, w)
}

// commitSession stores the session and sets its cookie.
func (s *Server) commitSession(ctx context.Context, w http.ResponseWriter) error {
	token, expiry, err := s.sessions.Commit(ctx)
	if err != nil {
		return err
	}
	s.sessions.WriteSessionCookie(ctx, w, token, expiry)
	return nil
}
