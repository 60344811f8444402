package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ctihub/connectors"
	"ctihub/connectors/engine"
	"ctihub/leads"
)

// kind makes sources with the given function, which sees the source's Env.
func kind(in func(env connectors.Env) (connectors.Source, error)) connectors.Kind {
	return connectors.Kind{Name: "fake", In: in}
}

func running(run func(ctx context.Context, env connectors.Env, in leads.Inbox) error) connectors.Kind {
	return kind(func(env connectors.Env) (connectors.Source, error) {
		return connectors.Source{Run: func(ctx context.Context, in leads.Inbox) error { return run(ctx, env, in) }}, nil
	})
}

// inboxFunc is an inbox that only puts.
type inboxFunc func(ctx context.Context) error

func (f inboxFunc) Put(ctx context.Context, _ string, _ ...leads.Touch) error { return f(ctx) }
func (f inboxFunc) Cursor(context.Context) (string, error)                    { return "", nil }

func supervisor(put inboxFunc) (*engine.Supervisor, *logged) {
	var out logged
	log := slog.New(slog.NewTextHandler(&out, nil))
	return engine.New(func(string, string, int64) leads.Inbox { return put }, log), &out
}

// logged is a log that may be read while it is written.
type logged struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func stored(context.Context) error { return nil }

func mustAdd(t *testing.T, sv *engine.Supervisor, name string, k connectors.Kind) {
	t.Helper()
	if err := sv.Add(k, connectors.Env{Name: name, Hub: connectors.Hub{PublicURL: "https://hub.test"}}, "", false); err != nil {
		t.Fatal(err)
	}
}

// start runs the supervisor; the returned function stops it and gives Run's error.
func start(sv *engine.Supervisor) (stop func() error) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- sv.Run(ctx) }()
	return func() error {
		cancel()
		return <-done
	}
}

func TestABadSourceDoesNotStopTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sv, log := supervisor(stored)
		mustAdd(t, sv, "panics", running(func(context.Context, connectors.Env, leads.Inbox) error {
			panic("+79161234567 broke it")
		}))
		mustAdd(t, sv, "returns", running(func(context.Context, connectors.Env, leads.Inbox) error { return nil }))
		mustAdd(t, sv, "fails", running(func(context.Context, connectors.Env, leads.Inbox) error {
			return errors.New("the exchange refuses the password")
		}))
		mustAdd(t, sv, "good", running(func(ctx context.Context, env connectors.Env, in leads.Inbox) error {
			env.Report.Health(nil)
			if err := in.Put(ctx, "", leads.Touch{}); err != nil {
				return err
			}
			<-ctx.Done()
			return nil
		}))
		err := sv.Add(kind(func(connectors.Env) (connectors.Source, error) {
			var nobody []connectors.Source
			return nobody[len(nobody)], nil
		}), connectors.Env{Name: "unmade"}, "", false)
		if err == nil || !strings.Contains(err.Error(), `source "unmade": panic`) {
			t.Errorf("Add: %v", err)
		}

		stop := start(sv)
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		want := map[string][2]string{
			"panics":  {leads.SourceFailed, "panic with a value of type string"},
			"returns": {leads.SourceFailed, "stopped without being told to"},
			"fails":   {leads.SourceFailed, "the exchange refuses the password"},
			"good":    {leads.SourceRunning, ""},
			"unmade":  {leads.SourceFailed, err.Error()},
		}
		for _, s := range sv.States() {
			if w := want[s.Name]; s.State != w[0] || s.Error != w[1] {
				t.Errorf("%s is %s (%q), want %q", s.Name, s.State, s.Error, w)
			}
			if (s.Name == "good") != !s.LastTouch.IsZero() {
				t.Errorf("%s: last touch %v", s.Name, s.LastTouch)
			}
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
		if strings.Contains(log.String(), "79161234567") {
			t.Error("the log has what the panic said")
		}
	})
}

func TestBackOffGrowsAndStartsAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sv, _ := supervisor(stored)
		var mu sync.Mutex
		var tries []time.Time
		var healthyFor time.Duration
		mustAdd(t, sv, "s", running(func(ctx context.Context, env connectors.Env, _ leads.Inbox) error {
			mu.Lock()
			tries = append(tries, time.Now())
			d := healthyFor
			mu.Unlock()
			if d > 0 {
				env.Report.Health(nil)
				select {
				case <-time.After(d):
				case <-ctx.Done():
				}
			}
			return errors.New("gone")
		}))
		stop := start(sv)
		time.Sleep(3 * time.Hour)
		mu.Lock()
		began := slices.Clone(tries)
		healthyFor = 2 * time.Minute
		mu.Unlock()
		if len(began) < 3*60 {
			t.Errorf("%d tries in 3 h: waits exceed a minute", len(began))
		}
		bound := 500 * time.Millisecond
		for i := range min(len(began)-1, 100) {
			if wait := began[i+1].Sub(began[i]); wait > bound+1 {
				t.Errorf("wait %d is %s, bound %s", i, wait, bound)
			}
			bound = min(2*bound, time.Minute)
		}
		late := began[20:]
		if mean := late[len(late)-1].Sub(late[0]) / time.Duration(len(late)-1); mean < 20*time.Second || mean > 40*time.Second {
			t.Errorf("mean wait of a source that stays away is %s, want about 30 s", mean)
		}

		time.Sleep(time.Hour)
		mu.Lock()
		began = slices.Clone(tries)
		mu.Unlock()
		for i := len(began) - 5; i < len(began)-1; i++ {
			if wait := began[i+1].Sub(began[i]) - 2*time.Minute; wait > 501*time.Millisecond {
				t.Errorf("after two healthy minutes the wait is %s", wait)
			}
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestHealthIsShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sv, _ := supervisor(stored)
		reports := make(chan error)
		mustAdd(t, sv, "s", running(func(ctx context.Context, env connectors.Env, _ leads.Inbox) error {
			for {
				select {
				case err := <-reports:
					env.Report.Health(err)
				case <-ctx.Done():
					env.Report.Health(ctx.Err()) // of no interest any more
					return nil
				}
			}
		}))
		state := func() leads.SourceState {
			synctest.Wait()
			return sv.States()[0]
		}
		stop := start(sv)
		if s := state(); s.State != leads.SourceStarting {
			t.Errorf("at first %+v", s)
		}
		reports <- nil
		running := state()
		time.Sleep(time.Second)
		reports <- nil
		if s := state(); s.State != leads.SourceRunning || !s.Since.Equal(running.Since) {
			t.Errorf("running: %+v, then %+v", running, s)
		}
		reports <- errors.New("no route to the exchange")
		if s := state(); s.State != leads.SourceFailed || s.Error != "no route to the exchange" || !s.Since.After(running.Since) {
			t.Errorf("failed: %+v", s)
		}
		reports <- nil
		if s := state(); s.State != leads.SourceRunning || s.Error != "" {
			t.Errorf("again: %+v", s)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
		if s := state(); s.State != leads.SourceRunning {
			t.Errorf("the stop is taken for trouble: %+v", s)
		}
	})
}

func TestTestsOfVendorsAreShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sv, _ := supervisor(stored)
		mustAdd(t, sv, "s", running(func(ctx context.Context, env connectors.Env, _ leads.Inbox) error {
			time.Sleep(time.Second)
			env.Report.Tested()
			<-ctx.Done()
			return nil
		}))
		before := time.Now()
		stop := start(sv)
		synctest.Wait()
		if s := sv.States()[0]; !s.LastTest.IsZero() {
			t.Errorf("at first %+v", s)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if s := sv.States()[0]; !s.LastTest.Equal(before.Add(time.Second)) || s.Count != 0 {
			t.Errorf("after a test %+v", s)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestStopWaitsForTheTouchInHand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		committed := false
		sv, _ := supervisor(func(ctx context.Context) error {
			select {
			case <-time.After(3 * time.Second):
				committed = true
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
		mustAdd(t, sv, "slow", running(func(ctx context.Context, _ connectors.Env, in leads.Inbox) error {
			return in.Put(ctx, "", leads.Touch{})
		}))
		stop := start(sv)
		synctest.Wait()
		if err := stop(); err != nil || !committed {
			t.Errorf("error %v, committed %v", err, committed)
		}
	})
}

func TestStopNamesWhoDoesNotStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sv, _ := supervisor(stored)
		release := make(chan struct{})
		for _, name := range []string{"deaf-1", "obedient", "deaf-2"} {
			mustAdd(t, sv, name, running(func(ctx context.Context, _ connectors.Env, _ leads.Inbox) error {
				<-ctx.Done()
				if name != "obedient" {
					<-release
				}
				return nil
			}))
		}
		stop := start(sv)
		synctest.Wait()
		began := time.Now()
		err := stop()
		if err == nil || !strings.HasSuffix(err.Error(), "deaf-1, deaf-2") || time.Since(began) != engine.StopGrace {
			t.Errorf("after %s: %v", time.Since(began), err)
		}
		close(release)
	})
}

func TestPutKeepsItsDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sv, _ := supervisor(func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		})
		began := time.Now()
		var took time.Duration
		mustAdd(t, sv, "s", running(func(ctx context.Context, _ connectors.Env, in leads.Inbox) error {
			short, cancel := context.WithTimeout(ctx, 2*time.Second)
			defer cancel()
			if in.Put(short, "", leads.Touch{}) != nil {
				took = time.Since(began)
			}
			<-ctx.Done()
			return nil
		}))
		stop := start(sv)
		time.Sleep(time.Minute)
		synctest.Wait()
		if took != 2*time.Second {
			t.Errorf("Put ended after %s, want 2 s", took)
		}
		if s := sv.States()[0]; !s.LastTouch.IsZero() {
			t.Error("a failed Put counts as a touch")
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// The hub knows the DIDs of all its sources.
func TestDIDs(t *testing.T) {
	sv, _ := supervisor(stored)
	for name, number := range map[string]string{"north": "+74951234567", "south": "+74957654321"} {
		mustAdd(t, sv, name, kind(func(connectors.Env) (connectors.Source, error) {
			return connectors.Source{Receive: func(leads.Inbox) http.Handler { return http.NotFoundHandler() }, DIDs: []leads.DID{{Number: number, Advert: name}}}, nil
		}))
	}
	if all := sv.DIDs(); len(all) != 2 || !slices.Contains(all, leads.DID{Number: "+74957654321", Advert: "south"}) {
		t.Errorf("DIDs %+v", all)
	}
}

func TestReceivers(t *testing.T) {
	sv, log := supervisor(stored)
	mustAdd(t, sv, "form", kind(func(connectors.Env) (connectors.Source, error) {
		return connectors.Source{
			Embed: http.NotFoundHandler(),
			Receive: func(leads.Inbox) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					switch r.URL.Path {
					case "/in/form/panic":
						w.Header().Set("Content-Length", "7")
						panic(fmt.Sprintf("canary %p", r))
					case "/in/form/torn":
						fmt.Fprint(w, "half")
						panic("canary")
					}
					fmt.Fprint(w, "fine")
				})
			},
		}, nil
	}))
	mustAdd(t, sv, "pull", running(func(ctx context.Context, _ connectors.Env, _ leads.Inbox) error { <-ctx.Done(); return nil }))

	if sv.Receiver("pull") != nil || sv.Receiver("nobody") != nil || sv.Embed("pull") != nil || sv.Embed("nobody") != nil {
		t.Error("a handler for a source that has none")
	}
	s := sv.States()[0]
	if s.State != leads.SourcePassive || s.Embed != "<div data-ctihub=\"form\"></div>\n<script src=\"https://hub.test/embed/form.js\" async></script>" {
		t.Errorf("state %+v", s)
	}
	hub := httptest.NewServer(sv.Receiver("form"))
	defer hub.Close()
	for _, c := range []struct {
		path   string
		status int // 0: the connection is cut
	}{{"/in/form", 200}, {"/in/form/panic", 500}, {"/in/form/torn", 0}, {"/in/form", 200}} {
		res, err := http.Get(hub.URL + c.path)
		if c.status == 0 && err != nil {
			continue // cut before anything was sent
		}
		if err != nil {
			t.Fatal(err)
		}
		var body struct {
			Status int
			Code   string
		}
		err = json.NewDecoder(res.Body).Decode(&body)
		res.Body.Close()
		switch {
		case c.status == 500 && (err != nil || body.Status != 500 || body.Code != "internal" || res.Header.Get("Content-Type") != "application/problem+json"):
			t.Errorf("%s: %v %+v %v", c.path, res.Header, body, err)
		case c.status != 0 && res.StatusCode != c.status:
			t.Errorf("%s: status %d", c.path, res.StatusCode)
		}
	}
	hub.Close() // and with it the handlers
	if strings.Contains(log.String(), "canary") {
		t.Errorf("the log has what the panic said: %s", log)
	}
}

func TestAddRefuses(t *testing.T) {
	sv, _ := supervisor(stored)
	good := running(nil)
	mustAdd(t, sv, "twice", good)
	for _, c := range []struct {
		name, want string
		kind       connectors.Kind
	}{
		{"twice", "configured twice", good},
		{"Not OK", "a name consists of", good},
		{"sink", "does not receive", connectors.Kind{Name: "out"}},
	} {
		if err := sv.Add(c.kind, connectors.Env{Name: c.name}, "", false); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	if n := len(sv.States()); n != 1 {
		t.Errorf("%d sources", n)
	}
}

func TestTeamReachesTheIntake(t *testing.T) {
	var mu sync.Mutex
	teams := map[string]string{}
	sv := engine.New(func(source, team string, _ int64) leads.Inbox {
		mu.Lock()
		defer mu.Unlock()
		teams[source] = team
		return inboxFunc(stored)
	}, slog.New(slog.DiscardHandler))
	if err := sv.Add(running(nil), connectors.Env{Name: "a"}, "sales", true); err != nil {
		t.Fatal(err)
	}
	if teams["a"] != "sales" || !sv.States()[0].Demo {
		t.Errorf("teams %v, states %+v", teams, sv.States())
	}
}

// Large bodies of all sources are bounded together.
func TestSourcesShareThePlacesForBodies(t *testing.T) {
	sv, _ := supervisor(stored)
	given := map[*connectors.Bodies]int{}
	for _, name := range []string{"a", "b"} {
		mustAdd(t, sv, name, kind(func(env connectors.Env) (connectors.Source, error) {
			given[env.Net.Bodies]++
			return connectors.Source{}, nil
		}))
	}
	if len(given) != 1 || given[nil] > 0 {
		t.Errorf("the sources were given %v, want the same places", given)
	}
}
