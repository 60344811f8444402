package asterisk

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

const routeToken = "0123456789abcdef"

func router(t *testing.T, settings map[string]any, choose func(context.Context, string) (string, error)) (*httptest.Server, *connector, *strings.Builder) {
	t.Helper()
	all := map[string]any{"url": "http://127.0.0.1:1", "username": "u", "password": "p", "trunks": []string{"t"}, "route_token": routeToken}
	for k, v := range settings {
		all[k] = v
	}
	e, log := env(all, func(error) {}), &strings.Builder{}
	e.Calls.Choose, e.Log = choose, slog.New(slog.NewTextHandler(log, nil))
	c, err := newConnector(e)
	if err != nil {
		t.Fatal(err)
	}
	made := c
	if made.within != routeWithin {
		t.Errorf("the dialplan waits for %v", made.within)
	}
	made.within = time.Minute // so that a slow machine decides nothing
	srv := httptest.NewServer(made.Route())
	t.Cleanup(srv.Close)
	return srv, made, log
}

func ask(t *testing.T, srv *httptest.Server, token, caller string) (int, string) {
	t.Helper()
	req := httptest.NewRequest(http.MethodGet, "/route/pbx?"+url.Values{"caller": {caller}, "did": {"7010"}, "id": {"1.1"}}.Encode(), nil)
	req.Header.Set("X-Route-Token", token)
	w := httptest.NewRecorder()
	srv.Config.Handler.ServeHTTP(w, req)
	return w.Code, w.Body.String()
}

func TestRoute(t *testing.T) {
	var asked atomic.Value
	srv, _, log := router(t, map[string]any{"device": "PJSIP/{extension}-desk", "strip": []string{"9"}, "blacklist": []string{"+7900*"}},
		func(_ context.Context, phone string) (string, error) {
			asked.Store(phone)
			return map[string]string{"+79161234567": "101", "+79161234568": "101&PJSIP/trunk/900", "+79161234569": "10\n1"}[phone], nil
		})
	for caller, want := range map[string]string{
		"79161234567": "PJSIP/101-desk", "989161234567": "PJSIP/101-desk", "+7 916 123-45-67": "PJSIP/101-desk",
		"79169999999": "", "": "", "anonymous": "", "101": "", "79001234567": "", // unknown, withheld, inside, on the blacklist
		"79161234568": "", "79161234569": "", // whatever storage holds, nothing else is ever dialled
		strings.Repeat("7", 65): "", "79161234567&PJSIP/trunk": "", "x": "",
	} {
		if status, body := ask(t, srv, routeToken, caller); status != http.StatusOK || body != want {
			t.Errorf("%q: %d %q, want %q", caller, status, body, want)
		}
	}
	for range 300 {
		if _, body := ask(t, srv, routeToken, "79161234567"); body != "PJSIP/101-desk" {
			t.Fatal("an answer that was there was not given")
		}
	}
	if asked.Store(""); true {
		_, _ = ask(t, srv, routeToken, "79001234567")
		if asked.Load() != "" {
			t.Error("the database was asked about a number on the blacklist")
		}
	}
	for _, token := range []string{"", "wrong", routeToken + "x", routeToken[1:]} {
		if status, body := ask(t, srv, token, "79161234567"); status != http.StatusForbidden || body != "" {
			t.Errorf("token %q: %d %q", token, status, body)
		}
	}
	if strings.Contains(log.String(), "7916123") || strings.Contains(log.String(), routeToken) {
		t.Errorf("the log tells a number or the token: %s", log)
	}
	res, err := http.Get(srv.URL + "?token=" + routeToken + "&caller=79161234567") //nolint:noctx // a test
	if err != nil || res.StatusCode != http.StatusOK || res.ContentLength != int64(len("PJSIP/101-desk")) || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/plain") {
		t.Errorf("the token as a parameter: %+v, %v", res, err)
	}
	_ = res.Body.Close()
}

func TestRouteIsNotAskedWithoutAToken(t *testing.T) {
	c, err := newConnector(env(map[string]any{"url": "http://x:1", "username": "u", "password": "p", "trunks": []string{"t"}}, nil))
	if err != nil {
		t.Fatal(err)
	}
	if c.Route() != nil {
		t.Error("a source without route_token answers")
	}
}

// A database that fails, panics, or hangs without listening to its context
// gives an empty answer with status 200, in time; and questions do not pile up.
func TestRouteNeverFails(t *testing.T) {
	release := make(chan struct{})
	var running atomic.Int64
	srv, c, log := router(t, nil, func(_ context.Context, phone string) (string, error) {
		switch {
		case strings.HasSuffix(phone, "1"):
			return "101", errors.New("the database is away")
		case strings.HasSuffix(phone, "2"):
			panic("of +79161234562")
		}
		running.Add(1)
		<-release
		return "101", nil
	})
	for _, caller := range []string{"79161234561", "79161234562"} {
		if status, body := ask(t, srv, routeToken, caller); status != http.StatusOK || body != "" {
			t.Errorf("%s: %d %q", caller, status, body)
		}
	}
	c.within = routeWithin
	for range routesAtOnce + 5 {
		began := time.Now()
		if status, body := ask(t, srv, routeToken, "79161234563"); status != http.StatusOK || body != "" {
			t.Errorf("a database that hangs: %d %q", status, body)
		}
		if took := time.Since(began); took > 20*time.Second { // 40 ms, on a machine that is not stalled; a database that hangs does so for ever
			t.Errorf("a database that hangs delays the call by %v", took)
		}
	}
	if n := running.Load(); n != routesAtOnce {
		t.Errorf("%d questions hang at once, want %d", n, routesAtOnce)
	}
	close(release)
	for _, want := range []string{"database is away", "panic while choosing", errRouteLate.Error(), errRouteFull.Error()} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log does not say %q", want)
		}
	}
	if strings.Contains(log.String(), "7916123") {
		t.Error("the log tells a number")
	}
}
