package web

import (
	"context"
	"errors"
	"net/http"
	"unicode/utf8"

	"ctihub/leads"
	"ctihub/web/api"
)

const passwordRoute = "PUT /api/v1/me/password" //nolint:gosec // an address

var (
	errDemoPassword = &problem{status: http.StatusConflict, code: codeConflict, title: "A demo keeps its passwords",
		detail: "Everybody who looks at it signs in with them."}
	errOldPassword = &problem{status: http.StatusBadRequest, code: codeInvalid, field: "current", title: "The present password is wrong",
		detail: "An administrator can set a new one with `ctihub user set`."}
)

// ChangePassword gives the caller a new password. Sessions begun with the old one end; the
// caller's own goes on under a new id.
func (o operations) ChangePassword(ctx context.Context, req api.ChangePasswordRequestObject) (api.ChangePasswordResponseObject, error) {
	b, c := req.Body, callerOf(ctx)
	switch {
	case o.Demo != nil:
		return nil, errDemoPassword
	case b.Current == "" || len(b.Current) > MaxPassword:
		return nil, invalid("current", "The present password, 1 to 1000 bytes.")
	case utf8.RuneCountInString(b.Password) < MinPassword || len(b.Password) > MaxPassword:
		return nil, invalid("password", "At least 10 characters, at most 1000 bytes.")
	}
	user, err := o.verifyLogin(ctx, c.user.Login, b.Current)
	if errors.Is(err, errWrongPassword) {
		return nil, errOldPassword
	} else if err != nil {
		return nil, err
	}
	answer := passwordChanged{server: o.Server, ctx: ctx, session: c.session != ""}
	answer.Items = []leads.Token{}
	if !b.RevokeTokens {
		if answer.Items, err = o.Store.TokensOf(ctx, user.ID); err != nil {
			return nil, err
		}
	}
	was := user.PasswordHash
	if user.PasswordHash, err = o.hashPassword(ctx, b.Password); err != nil {
		return nil, err
	}
	if err := o.Store.ChangePassword(ctx, user.ID, was, user.PasswordHash, b.RevokeTokens); err != nil {
		return nil, err
	}
	o.Log.InfoContext(ctx, "password is changed", "user", user.ID, "tokens_revoked", b.RevokeTokens)
	if answer.session {
		if err := o.sessions.RenewToken(ctx); err != nil {
			return nil, err
		}
		o.sessions.Put(ctx, keyPassword, fingerprint(user))
	}
	answer.user = user
	return answer, nil
}

// hashPassword hashes a password, within the limits of hashing.
func (s *Server) hashPassword(ctx context.Context, password string) (string, error) {
	leave, err := s.signIns.hashing.enter(ctx, requestInfoOf(ctx).address)
	if err != nil {
		return "", errUnavailable
	}
	defer leave()
	return HashPassword(password), nil
}

// passwordChanged stores the session, if there is one, before it answers.
type passwordChanged struct {
	api.ChangePassword200JSONResponse
	server  *Server
	ctx     context.Context
	user    leads.User // with the new hash
	session bool
}

// VisitChangePasswordResponse writes the answer and its cookie.
func (a passwordChanged) VisitChangePasswordResponse(w http.ResponseWriter) error {
	if a.session {
		if err := a.server.commitSession(a.ctx, w); err != nil {
			return err
		}
		a.server.rememberDevice(w, a.server.hashOf(a.user), a.user.Login)
	}
	return a.ChangePassword200JSONResponse.VisitChangePasswordResponse(w)
}

// ListMyTokens lists the caller's API tokens by name.
func (o operations) ListMyTokens(ctx context.Context, _ api.ListMyTokensRequestObject) (api.ListMyTokensResponseObject, error) {
	list, err := o.Store.TokensOf(ctx, callerOf(ctx).user.ID)
	return api.ListMyTokens200JSONResponse{Items: items(leads.List[leads.Token]{Items: list})}, err
}
