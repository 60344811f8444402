package web

import (
	"context"
	"errors"
	"math"
	"net/http"
	"runtime"
	"strings"
	"time"

	"ctihub/leads"
	"ctihub/web/api"
)

const signInRoute = "POST /api/v1/session"

// signIns bounds what guessing passwords can cost and bring.
type signIns struct {
	byLogin   *throttle     // tries of one login from one address
	byAddress *throttle     // tries of any login from one address
	slots     chan struct{} // hashes at work, 64 MiB each
	verify    func(hash, password string) (bool, error)
	// decoy is a hash that no password gives. It is checked when there is no
	// such user, so that the answer takes as long as for a known one.
	decoy string
}

func newSignIns(now func() time.Time) signIns {
	return signIns{
		byLogin:   newThrottle(now, 12*time.Second, 5, 5000),
		byAddress: newThrottle(now, time.Second, 60, 5000),
		slots:     make(chan struct{}, max(1, runtime.GOMAXPROCS(0))),
		verify:    VerifyPassword,
		decoy:     phc(argonMemory, argonTime, argonThreads, make([]byte, argonSalt), make([]byte, argonKey)),
	}
}

// errWrongPassword says the same for an unknown, a disabled and a known user.
var errWrongPassword = &problem{status: http.StatusUnauthorized, code: codeUnauthenticated, title: "Login or password is wrong",
	detail: "Check both; an administrator can set a new password with `ctihub user set`."}

// SignIn starts a session.
func (o operations) SignIn(ctx context.Context, req api.SignInRequestObject) (api.SignInResponseObject, error) {
	login := strings.ToLower(strings.TrimSpace(req.Body.Login))
	switch {
	case login == "" || len(login) > 200 || !clean(login):
		return nil, invalid("login", "1 to 200 bytes without control characters.")
	case req.Body.Password == "" || len(req.Body.Password) > 1000:
		return nil, invalid("password", "1 to 1000 bytes.")
	}
	address := visitOf(ctx).address
	key := login + "\x00" + address
	if err := o.signIns.try(key, address); err != nil {
		return nil, err
	}
	user, err := o.checkPassword(ctx, login, req.Body.Password)
	if err != nil {
		return nil, err
	}
	o.signIns.byLogin.forget(key)
	visitOf(ctx).user = user.ID

	// A new id, so that one planted before signing in is worth nothing.
	if err := o.sessions.RenewToken(ctx); err != nil {
		return nil, err
	}
	o.sessions.Put(ctx, keyUser, user.ID)
	o.sessions.Put(ctx, keyPassword, fingerprint(user))
	o.sessions.Put(ctx, keySeen, o.Now().Unix())
	me, err := o.me(ctx, user.ID)
	if err != nil {
		return nil, err
	}
	return signedIn{api.SignIn200JSONResponse(me), o.Server, ctx}, nil
}

// try takes one try of the login and of the address.
func (s *signIns) try(key, address string) error {
	wait, ok := s.byLogin.allow(key)
	if ok {
		wait, ok = s.byAddress.allow(address)
	}
	if ok {
		return nil
	}
	return &problem{status: http.StatusTooManyRequests, code: codeThrottled, title: "Too many tries",
		detail: "Wait before the next one.", retry: int(math.Ceil(wait.Seconds()))}
}

// checkPassword returns the user if login and password are right. It does the
// same work whether there is such a user or not.
func (s *Server) checkPassword(ctx context.Context, login, password string) (leads.User, error) {
	reading, cancel := context.WithTimeout(ctx, timeLimit) // the hash may take longer, the database may not
	user, err := s.Store.UserByLogin(reading, login)
	cancel()
	if err != nil && !errors.Is(err, leads.ErrNotFound) {
		return leads.User{}, err
	}
	known := err == nil
	hash := user.PasswordHash
	if hash == "" {
		hash = s.signIns.decoy
	}
	select {
	case s.signIns.slots <- struct{}{}:
		defer func() { <-s.signIns.slots }()
	case <-ctx.Done():
		return leads.User{}, errUnavailable
	}
	right, err := s.signIns.verify(hash, password)
	if err != nil {
		s.Log.ErrorContext(ctx, "stored password hash cannot be read", "user", user.ID, "error", err)
	}
	if !known || !right || user.Disabled {
		return leads.User{}, errWrongPassword
	}
	return user, nil
}

// signedIn stores the session before it answers.
type signedIn struct {
	api.SignIn200JSONResponse
	server *Server
	ctx    context.Context
}

// VisitSignInResponse writes the answer and its cookie.
func (a signedIn) VisitSignInResponse(w http.ResponseWriter) error {
	if err := a.server.keep(a.ctx, w); err != nil {
		return err
	}
	return a.SignIn200JSONResponse.VisitSignInResponse(w)
}

// SignOut ends the session.
func (o operations) SignOut(ctx context.Context, _ api.SignOutRequestObject) (api.SignOutResponseObject, error) {
	if callerOf(ctx).session != "" {
		if err := o.sessions.Destroy(ctx); err != nil {
			return nil, err
		}
	}
	return signedOut{o.Server, ctx}, nil
}

// signedOut takes the cookie back.
type signedOut struct {
	server *Server
	ctx    context.Context
}

// VisitSignOutResponse writes the answer.
func (a signedOut) VisitSignOutResponse(w http.ResponseWriter) error {
	a.server.sessions.WriteSessionCookie(a.ctx, w, "", time.Time{})
	return api.SignOut204Response{}.VisitSignOutResponse(w)
}

// GetSession returns who is signed in.
func (o operations) GetSession(ctx context.Context, _ api.GetSessionRequestObject) (api.GetSessionResponseObject, error) {
	me, err := o.me(ctx, callerOf(ctx).user.ID)
	if err != nil {
		return nil, err
	}
	return api.GetSession200JSONResponse(me), nil
}

// me is what the workplace needs to know about its user. The place in the
// stream is read first, so that whoever follows from there misses no change of
// the rest.
func (s *Server) me(ctx context.Context, id string) (api.Me, error) {
	_, newest, err := s.Store.EventsAfter(ctx, leads.Viewer{UserID: id}, -1, 0)
	if err != nil {
		return api.Me{}, err
	}
	u, err := s.Store.User(ctx, id)
	if err != nil {
		return api.Me{}, err
	}
	me := api.Me{User: u, Version: s.Version, Region: s.Region, Demo: s.Demo != nil, LastEvent: newest}
	if len(u.Extensions) > 0 {
		me.Dial, me.Queues = len(s.Sources.Diallers()) > 0, s.Sources.PausesQueues()
	}
	return me, nil
}
