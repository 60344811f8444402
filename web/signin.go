package web

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"ctihub/leads"
	"ctihub/web/api"
)

const (
	signInRoute        = "POST /api/v1/session"
	demoRoute          = "GET /api/v1/demo"
	handOverRoute      = "POST /api/v1/handovers"
	substituteRoute    = "POST /api/v1/substitutes"
	endSubstituteRoute = "DELETE /api/v1/substitutes/{id}"
)

// errWrongPassword is the same for an unknown, a disabled and a known user.
var errWrongPassword = &problem{status: http.StatusUnauthorized, code: codeUnauthenticated, title: "Login or password is wrong",
	detail: "Check both; an administrator can set a new password with `ctihub user set`."}

// SignIn starts a session.
func (o operations) SignIn(ctx context.Context, req api.SignInRequestObject) (api.SignInResponseObject, error) {
	login := strings.ToLower(strings.TrimSpace(req.Body.Login))
	switch {
	case login == "" || len(login) > 200 || !leads.Printable(login):
		return nil, invalid("login", "1 to 200 bytes without control characters.")
	case req.Body.Password == "" || len(req.Body.Password) > 1000:
		return nil, invalid("password", "1 to 1000 bytes.")
	}
	user, err := o.verifyLogin(ctx, login, req.Body.Password)
	if err != nil {
		return nil, err
	}
	o.noteSignIn(ctx, user, "ok")
	requestInfoOf(ctx).user = user.ID

	// A new id, against session fixation.
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
	return signedIn{api.SignIn200JSONResponse(me), o.Server, ctx, user, login}, nil
}

// verifyLogin returns the user with this login and password. Tries are limited,
// and those that fail are counted and logged.
func (s *Server) verifyLogin(ctx context.Context, login, password string) (leads.User, error) {
	user, err := s.userOf(ctx, login)
	if err != nil {
		return user, err
	}
	done, err := s.signIns.try(login, requestInfoOf(ctx).address, s.knownDeviceCookie(ctx, user, login))
	if err != nil {
		s.noteSignIn(ctx, user, "refused")
		return user, err
	}
	err = s.checkPassword(ctx, user, password)
	if errors.Is(err, errWrongPassword) {
		s.noteSignIn(ctx, user, "failed")
		return user, err
	}
	done(err == nil)
	return user, err
}

// userOf returns the user with a login, one without an id if there is none.
func (s *Server) userOf(ctx context.Context, login string) (leads.User, error) {
	ctx, cancel := context.WithTimeout(ctx, timeLimit) // the hash may take longer, the database may not
	defer cancel()
	user, err := s.Store.UserByLogin(ctx, login)
	if errors.Is(err, leads.ErrNotFound) {
		return leads.User{}, nil
	}
	return user, err
}

// hashOf returns the hash against which a password and a device's cookie are checked. For an
// unknown login it is the decoy, so that the check costs the same time.
func (s *Server) hashOf(user leads.User) string {
	if user.PasswordHash == "" {
		return s.signIns.decoy
	}
	return user.PasswordHash
}

// knownDeviceCookie returns the cookie of a browser in which this login signed in before, empty
// for another browser.
func (s *Server) knownDeviceCookie(ctx context.Context, user leads.User, login string) string {
	value := s.deviceOf(ctx, login)
	if value == "" || !s.knownDevice(s.hashOf(user), login, value) {
		return ""
	}
	return value
}

// checkPassword checks the password. It takes the same time for an unknown user.
func (s *Server) checkPassword(ctx context.Context, user leads.User, password string) error {
	leave, err := s.signIns.hashing.enter(ctx, requestInfoOf(ctx).address)
	if err != nil {
		return errUnavailable
	}
	defer leave()
	right, err := s.signIns.verify(s.hashOf(user), password)
	if err != nil {
		s.Log.ErrorContext(ctx, "stored password hash cannot be read", "user", user.ID, "error", err)
	}
	if user.ID == "" || !right || user.Disabled {
		return errWrongPassword
	}
	return nil
}

// signedIn stores the session before it answers.
type signedIn struct {
	api.SignIn200JSONResponse
	server *Server
	ctx    context.Context
	user   leads.User
	login  string
}

// VisitSignInResponse writes the answer and its cookies.
func (a signedIn) VisitSignInResponse(w http.ResponseWriter) error {
	if err := a.server.commitSession(a.ctx, w); err != nil {
		return err
	}
	a.server.rememberDevice(w, a.server.hashOf(a.user), a.login)
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

// signedOut deletes the cookie.
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

// me returns what the workplace needs to know about its user. The newest event is read first,
// so that a stream from there misses no change of the rest.
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
