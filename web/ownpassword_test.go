package web

import (
	"encoding/json"
	"strings"
	"testing"

	"ctihub/leads"
	"ctihub/web/api"
)

func newPassword(current, password string, revoke bool) string {
	b, _ := json.Marshal(api.NewPassword{Current: current, Password: password, RevokeTokens: revoke})
	return string(b)
}

// A changed password ends every other session with its streams; the one that
// changed it goes on under a new id. Tokens go on unless they are revoked too.
func TestChangedPasswordEndsOtherSessions(t *testing.T) {
	onBoth(t, func(t *testing.T, h *hub) {
		h.Demo = nil
		here, there := h.browser().signIn("ole"), h.browser().signIn("ole")
		before, stolen := here.cookie(), there.cookie()
		stream := dialStream(t, h.url+"/api/v1/events", "", withCookie(stolen))
		stream.started()
		colleague := h.browser().signIn("max")

		const next = "correct horse battery"
		var left struct{ Items []leads.Token }
		here.send("PUT", "/api/v1/me/password", newPassword(canaryPassword, next, false), &left)
		if len(left.Items) != 1 || left.Items[0].Name != "of ole" {
			t.Errorf("tokens that still work: %+v", left.Items)
		}
		stream.wantEnd()
		there.refused(401, "GET", "/api/v1/session", "")
		h.as("").refused(401, "GET", "/api/v1/session", "", withCookie(before))
		if here.cookie() == before || here.cookie() == "" {
			t.Errorf("the session goes on under the id %q, before %q", here.cookie(), before)
		}
		here.send("GET", "/api/v1/session", "", nil)
		colleague.send("GET", "/api/v1/session", "", nil)
		h.as("ole").send("GET", "/api/v1/session", "", nil)
		h.browser().refused(401, "POST", "/api/v1/session", credentials("ole", canaryPassword))
		h.browser().send("POST", "/api/v1/session", credentials("ole", next), nil)

		scripts := dialStream(t, h.url+"/api/v1/events", "", header("Authorization", "Bearer "+h.tokens["ole"]))
		scripts.started()
		here.send("PUT", "/api/v1/me/password", newPassword(next, "another one of them", true), &left)
		if len(left.Items) != 0 {
			t.Errorf("tokens that still work: %+v", left.Items)
		}
		scripts.wantEnd()
		h.as("ole").refused(401, "GET", "/api/v1/session", "")
		h.as("max").send("GET", "/api/v1/session", "", nil)
		here.send("GET", "/api/v1/session", "", nil)
		if log := h.log.String(); strings.Contains(log, next) || !strings.Contains(log, "password is changed") {
			t.Errorf("the log has the password, or not that it is changed:\n%s", log)
		}
	})
}

// Who finds a workplace open guesses the present password no faster than by
// signing in.
func TestChangingThePasswordNeedsThePresentOne(t *testing.T) {
	h := sqliteHub(t)
	c := h.browser().signIn("ole")
	if p := c.refused(409, "PUT", "/api/v1/me/password", newPassword(canaryPassword, "a new password", false)); p.Code != codeConflict {
		t.Errorf("in a demo: %+v", p)
	}
	h.Demo = nil
	for _, x := range []struct{ current, password, field string }{
		{"", "a new password", "current"}, {strings.Repeat("x", 1001), "a new password", "current"}, {canaryPassword, "too short", "password"},
		{canaryPassword, strings.Repeat("x", 1001), "password"}, {"wrong", "a new password", "current"},
	} {
		if p := c.refused(400, "PUT", "/api/v1/me/password", newPassword(x.current, x.password, false)); p.Field != x.field {
			t.Errorf("%.20s, %.20s: %+v, want a wrong %s", x.current, x.password, p, x.field)
		}
	}
	for range 4 {
		c.refused(400, "PUT", "/api/v1/me/password", newPassword("wrong", "a new password", false))
	}
	c.refused(429, "PUT", "/api/v1/me/password", newPassword(canaryPassword, "a new password", false))
	c.refused(429, "POST", "/api/v1/session", credentials("ole", canaryPassword))
	h.browser().signIn("ole") // another browser does not pay for this one
}
