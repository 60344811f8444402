package web

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"ctihub/leads"
)

func TestSignInAndOut(t *testing.T) {
	onBoth(t, func(t *testing.T, h *hub) {
		c := h.browser()
		c.refused(401, "GET", "/api/v1/session", "")
		res := c.do("POST", "/api/v1/session", credentials("  OLE ", canaryPassword))
		if res.StatusCode != http.StatusOK {
			t.Fatalf("signing in: %s", res.Status)
		}
		set := res.Header.Get("Set-Cookie")
		for _, want := range []string{"__Host-ctihub=", "Path=/", "HttpOnly", "Secure", "SameSite=Lax", "Max-Age="} {
			if !strings.Contains(set, want) {
				t.Errorf("cookie %q lacks %s", set, want)
			}
		}
		if res.Header.Get("Cache-Control") == "" {
			t.Error("the answer with the cookie may be cached")
		}
		c.send("GET", "/api/v1/session", "", nil)
		stolen := c.cookie()
		c.send("DELETE", "/api/v1/session", "", nil)
		if c.cookie() != "" {
			t.Error("the browser keeps its cookie after signing out")
		}
		h.as("").refused(401, "GET", "/api/v1/session", "", withCookie(stolen))
	})
}

func withCookie(value string) func(*http.Request) {
	return func(r *http.Request) { r.AddCookie(&http.Cookie{Name: cookieSecure, Value: value}) }
}

// A cookie that somebody planted before signing in is worth nothing after it.
func TestSessionFixation(t *testing.T) {
	h := sqliteHub(t)
	victim := h.browser()
	here, _ := url.Parse(h.url)
	victim.http.Jar.SetCookies(here, []*http.Cookie{{Name: cookieSecure, Value: "planted"}})
	victim.signIn("ole")
	if got := victim.cookie(); got == "planted" || got == "" {
		t.Errorf("cookie %q after signing in", got)
	}
	h.as("").refused(401, "GET", "/api/v1/session", "", withCookie("planted"))

	first := victim.cookie() // a real session, planted on somebody else
	other := h.browser()
	other.http.Jar.SetCookies(here, []*http.Cookie{{Name: cookieSecure, Value: first}})
	other.signIn("sue")
	if other.cookie() == first {
		t.Error("signing in kept the id of an earlier session")
	}
	h.as("").refused(401, "GET", "/api/v1/session", "", withCookie(first))
}

// The session is stored under a hash: who reads the database cannot use it.
func TestSessionIsStoredHashed(t *testing.T) {
	h := sqliteHub(t)
	c := h.browser().signIn("ole")
	if _, found, err := h.store.FindCtx(t.Context(), c.cookie()); found || err != nil {
		t.Errorf("the cookie's value is a key of the sessions: %v, %v", found, err)
	}
}

func TestSessionEndsWithTheRights(t *testing.T) {
	for name, change := range map[string]func(u *leads.User){
		"disabled":     func(u *leads.User) { u.Disabled = true },
		"new password": func(u *leads.User) { u.PasswordHash = quickHash("another") },
	} {
		t.Run(name, func(t *testing.T) {
			h := sqliteHub(t)
			c := h.browser().signIn("ole")
			u := h.users["ole"]
			change(&u)
			if _, err := h.store.UpdateUser(t.Context(), u); err != nil {
				t.Fatal(err)
			}
			c.refused(401, "GET", "/api/v1/session", "")
		})
	}
	t.Run("demoted", func(t *testing.T) {
		h := sqliteHub(t)
		c := h.browser().signIn("sue")
		c.send("GET", "/api/v1/sources", "", nil)
		h.setRole("sue", leads.RoleOperator)
		c.refused(403, "GET", "/api/v1/sources", "")
	})
}

func (h *hub) setRole(login string, role leads.Role) {
	h.t.Helper()
	u := h.users[login]
	u.Role = role
	if _, err := h.store.UpdateUser(h.t.Context(), u); err != nil {
		h.t.Fatal(err)
	}
}

// A session in use lives on, and is not written at every request.
func TestSessionIsPutOff(t *testing.T) {
	now := time.Now()
	h := sqliteHub(t, func(o *Options) { o.Now = func() time.Time { return now } })
	c := h.browser().signIn("ole")
	for at, renewed := range map[time.Duration]bool{sessionTouch / 2: false, sessionTouch + time.Second: true} {
		now = time.Now().Add(at)
		res := c.do("GET", "/api/v1/session", "")
		if got := res.Header.Get("Set-Cookie") != ""; got != renewed {
			t.Errorf("%v after signing in: cookie renewed %v, want %v", at, got, renewed)
		}
		now = time.Now()
	}
}

// The stream of a session ends within a second of its rights.
func TestStreamEndsWithTheSession(t *testing.T) {
	for name, end := range map[string]func(h *hub, c *client){
		"demoted":    func(h *hub, _ *client) { h.setRole("sue", leads.RoleManager) },
		"signed out": func(_ *hub, c *client) { c.send("DELETE", "/api/v1/session", "", nil) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := sqliteHub(t)
			c := h.browser().signIn("sue")
			r := dialStream(t, h.url+"/api/v1/events", "", withCookie(c.cookie()))
			r.started()
			h.serve("ole", canaryPhone, canaryEmail, canaryName)
			if _, err := r.next(); err != nil {
				t.Fatal(err)
			}
			end(h, c)
			began := time.Now()
			for {
				if _, err := r.next(); err != nil {
					break
				}
			}
			if took := time.Since(began); took > cutLimit {
				t.Errorf("cut after %v, want within %v", took, cutLimit)
			}
		})
	}
}

func TestTokens(t *testing.T) {
	h := sqliteHub(t)
	token, hash := NewToken()
	if !strings.HasPrefix(token, "cti_") || len(hash) != 64 || strings.Contains(token, hash) {
		t.Errorf("token %q has hash %q", token, hash)
	}
	made, err := h.store.CreateToken(t.Context(), h.users["sue"].ID, "report", hash, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	c := h.as("")
	c.token = token
	c.send("GET", "/api/v1/sources", "", nil)
	// A token is not sent by browsers on their own, so that it needs no protection from other websites.
	c.send("PUT", "/api/v1/me/presence", `{"presence":"paused"}`, nil)
	if res := c.do("PUT", "/api/v1/me/presence", `{"presence":"paused"}`, header("Sec-Fetch-Site", "cross-site")); res.StatusCode != 200 {
		t.Errorf("a token on a cross-site request: %s", res.Status)
	}
	if err := h.store.RevokeToken(t.Context(), made.ID); err != nil {
		t.Fatal(err)
	}
	c.refused(401, "GET", "/api/v1/sources", "")
	signedIn := h.browser().signIn("sue")
	for _, authorization := range []string{"Bearer", "Bearer ", "bearer " + hash, "Bearer " + token} {
		// A bad token is not made good by a good cookie.
		signedIn.refused(401, "GET", "/api/v1/session", "", header("Authorization", authorization))
	}
}

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

func TestCrossOriginRequests(t *testing.T) {
	h := sqliteHub(t)
	c := h.browser().signIn("ole")
	const body = `{"presence":"paused"}`
	host := strings.TrimPrefix(h.url, "http://")
	for _, x := range []struct {
		name   string
		status int
		with   []func(*http.Request)
	}{
		{"our own page", 200, []func(*http.Request){header("Sec-Fetch-Site", "same-origin"), header("Origin", "http://"+host)}},
		{"our own page in an old browser", 200, []func(*http.Request){header("Origin", "http://"+host)}},
		{"our own page behind a proxy", 200, []func(*http.Request){header("Origin", "https://hub.example")}},
		{"another website", 403, []func(*http.Request){header("Sec-Fetch-Site", "cross-site"), header("Origin", "https://evil.example")}},
		{"another website in an old browser", 403, []func(*http.Request){header("Origin", "https://evil.example")}},
		{"a sister domain", 403, []func(*http.Request){header("Sec-Fetch-Site", "same-site"), header("Origin", "https://shop.hub.example")}},
		{"a sandboxed frame", 403, []func(*http.Request){header("Origin", "null")}},
		{"a form's JSON as text", 415, []func(*http.Request){header("Content-Type", "text/plain")}},
		{"a form", 415, []func(*http.Request){header("Content-Type", "application/x-www-form-urlencoded")}},
		{"no type", 415, []func(*http.Request){func(r *http.Request) { r.Header.Del("Content-Type") }}},
		{"a type that only begins so", 415, []func(*http.Request){header("Content-Type", "application/jsonp")}},
		{"with a charset", 200, []func(*http.Request){header("Content-Type", "application/json; charset=utf-8")}},
	} {
		if x.status == 200 {
			if res := c.do("PUT", "/api/v1/me/presence", body, x.with...); res.StatusCode != 200 {
				t.Errorf("%s: %s, want 200", x.name, res.Status)
			}
			continue
		}
		c.refused(x.status, "PUT", "/api/v1/me/presence", body, x.with...)
	}
	evil := header("Sec-Fetch-Site", "cross-site")
	c.refused(403, "DELETE", "/api/v1/session", "", evil)
	h.browser().refused(403, "POST", "/api/v1/session", credentials("ole", canaryPassword), evil)
	c.send("GET", "/api/v1/session", "", nil) // still signed in
}

// An unknown login, a wrong password and a disabled user are told nothing
// apart, and each costs one hash.
func TestSignInTellsNothing(t *testing.T) {
	h := sqliteHub(t)
	var first string
	for i, c := range []string{
		credentials("nobody", canaryPassword), credentials("ole", "wrong"), credentials("gone", canaryPassword), credentials("gone", "wrong"),
	} {
		before := h.hashed.Load()
		p := h.browser().refused(401, "POST", "/api/v1/session", c)
		if n := h.hashed.Load() - before; n != 1 {
			t.Errorf("%s: %d hashes, want 1", c, n)
		}
		if got := fmt.Sprintf("%+v", p); i == 0 {
			first = got
		} else if got != first {
			t.Errorf("%s: %s, want %s", c, got, first)
		}
	}
	made, decoy := strings.Split(HashPassword("x"), "$"), strings.Split(newSignIns(time.Now).decoy, "$")
	if made[3] != decoy[3] || len(made[4]) != len(decoy[4]) || len(made[5]) != len(decoy[5]) {
		t.Errorf("the decoy %v costs other work than a hash %v", decoy, made)
	}
}

func TestSignInIsThrottled(t *testing.T) {
	now := time.Now()
	h := sqliteHub(t, func(o *Options) { o.Now = func() time.Time { return now } })
	c := h.browser()
	for _, login := range []string{"ole", "nobody"} {
		tried := h.hashed.Load()
		for i := range 1000 {
			res := c.do("POST", "/api/v1/session", credentials(login, fmt.Sprint("guess", i)), header("X-Forwarded-For", fmt.Sprintf("198.51.%d.%d", i/250, i%250)))
			switch want := map[bool]int{true: 401, false: 429}[i < 5]; {
			case res.StatusCode != want:
				t.Fatalf("try %d of %s: %s, want %d", i, login, res.Status, want)
			case want == 429 && res.Header.Get("Retry-After") != "12":
				t.Fatalf("Retry-After %q, want 12", res.Header.Get("Retry-After"))
			}
			_ = res.Body.Close()
		}
		if n := h.hashed.Load() - tried; n != 5 {
			t.Errorf("%d passwords of %s were hashed, want 5", n, login)
		}
	}
	p := c.refused(429, "POST", "/api/v1/session", credentials("ole", canaryPassword))
	if p.Code != codeThrottled {
		t.Errorf("code %q", p.Code)
	}
	now = now.Add(12 * time.Second)
	c.signIn("ole")
	for range 4 { // success gave the tries back
		c.refused(401, "POST", "/api/v1/session", credentials("ole", "wrong"))
	}
}

// From one address only so many logins can be tried.
func TestSpraying(t *testing.T) {
	now := time.Now()
	h := sqliteHub(t, func(o *Options) { o.Now = func() time.Time { return now } })
	c := h.browser()
	for i := range 100 {
		want := map[bool]int{true: 401, false: 429}[i < 60]
		c.refused(want, "POST", "/api/v1/session", credentials(fmt.Sprint("user", i), "summer2026"))
	}
}

// Hashing is bounded: when every slot is taken, the next one waits, and gives
// up openly.
func TestHashingIsBounded(t *testing.T) {
	h := sqliteHub(t)
	h.signIns.hashing = newHashing(1)
	h.signIns.hashing.slots <- struct{}{}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	ole, err := h.userOf(t.Context(), "ole")
	if err != nil {
		t.Fatal(err)
	}
	if h.checkPassword(ctx, ole, canaryPassword) == nil {
		t.Error("a hash ran beyond the limit")
	}
	<-h.signIns.hashing.slots
	if err := h.checkPassword(t.Context(), ole, canaryPassword); err != nil {
		t.Errorf("after the slot was free: %v", err)
	}
}

// timed notes how much time requests have when they read a user and when they
// store a session.
type timed struct {
	Accounts
	SessionStore
	byLogin, byID, commit time.Duration
}

func (n *timed) UserByLogin(ctx context.Context, login string) (leads.User, error) {
	n.byLogin = left(ctx)
	return n.Accounts.UserByLogin(ctx, login)
}

func (n *timed) User(ctx context.Context, id string) (leads.User, error) {
	n.byID = left(ctx)
	return n.Accounts.User(ctx, id)
}

func (n *timed) CommitCtx(ctx context.Context, token string, b []byte, expiry time.Time) error {
	n.commit = left(ctx)
	return n.SessionStore.CommitCtx(ctx, token, b, expiry)
}

func left(ctx context.Context) time.Duration {
	end, _ := ctx.Deadline()
	return time.Until(end)
}

// A hash of 0.1 s takes many seconds of a machine that is short of processors:
// a sign-in has time for it, while its first read, like that of every other
// request, finds out as soon as ever that the database hangs.
func TestSignInHasTimeForItsHash(t *testing.T) {
	var n *timed
	h := sqliteHub(t, func(o *Options) {
		n = &timed{Accounts: o.Store.Accounts, SessionStore: o.Store.SessionStore}
		o.Store.Accounts, o.Store.SessionStore = n, n
	})
	h.browser().signIn("ole").send("GET", "/api/v1/session", "", nil)
	if n.commit < signInLimit-timeLimit || n.byLogin > timeLimit || n.byID > timeLimit || n.byID <= 0 {
		t.Errorf("left when the session is stored: %v; when the login is read: %v; in another request: %v", n.commit, n.byLogin, n.byID)
	}
}

// What ran out of the hub's time is logged; what its client gave up is not.
func TestRunningOutOfTimeIsLogged(t *testing.T) {
	h := sqliteHub(t)
	for _, left := range []bool{false, true} {
		ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
		if left {
			ctx, cancel = context.WithCancel(t.Context())
		}
		cancel()
		before := strings.Count(h.log.String(), "request failed")
		h.fail(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, "GET", "/api/v1/calls", nil), ctx.Err())
		if logged := strings.Count(h.log.String(), "request failed") > before; logged == left {
			t.Errorf("%v: logged %v", ctx.Err(), logged)
		}
	}
}
