package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"ctihub/connectors"
	"ctihub/leads"
	"ctihub/leads/replies"
)

// office is a hub with sources that come and go: what they put is kept.
type office struct {
	*Supervisor
	t      *testing.T
	mu     sync.Mutex
	stored map[string]bool
}

func newOffice(t *testing.T) *office {
	o := &office{t: t, stored: map[string]bool{}}
	o.Supervisor = New(func(source, _ string, _ int64) leads.Inbox { return shelf{o, source} }, slog.New(slog.DiscardHandler))
	return o
}

// shelf is the inbox of one source.
type shelf struct {
	*office
	source string
}

func (s shelf) Cursor(context.Context) (string, error) { return "", nil }

func (s shelf) Put(_ context.Context, _ string, touches ...leads.Touch) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range touches {
		s.stored[s.source+"/"+t.ExternalID] = true
	}
	return nil
}

func (o *office) has(source, id string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.stored[source+"/"+id]
}

// post posts a touch to a source and reports whether it was acknowledged.
func (o *office) post(source, id string) (ok bool) {
	h := o.Receiver(source)
	if h == nil {
		o.t.Errorf("/in/%s has no handler", source)
		return false
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/in/"+source+"?id="+id, http.NoBody))
	return w.Code == http.StatusOK
}

// run runs the supervisor until the test ends or stop is called.
func (o *office) run() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- o.Run(ctx) }()
	return sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			o.t.Error(err)
		}
	})
}

func (o *office) apply(name string, k connectors.Kind) {
	o.t.Helper()
	if err := o.Apply(context.Background(), k, connectors.Env{Name: name}, "", false); err != nil {
		o.t.Fatal(err)
	}
}

// kindOf makes sources that do this, and acknowledge what is posted once it is
// stored.
func kindOf(does connectors.Source) connectors.Kind {
	return connectors.Kind{Name: "fake", In: func(connectors.Env) (connectors.Source, error) {
		does.Receive = func(in leads.Inbox) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if in.Put(r.Context(), "", leads.Touch{ExternalID: r.FormValue("id")}) != nil {
					w.WriteHeader(http.StatusServiceUnavailable)
				}
			})
		}
		return does, nil
	}}
}

// runs counts how a source is run.
type runs struct {
	now, most atomic.Int32
	began     chan struct{}
}

// run returns a Run that puts touches until it is told to stop, and then not
// before it is let.
func (r *runs) run(id string, let <-chan struct{}, put func(id string)) func(context.Context, leads.Inbox) error {
	return func(ctx context.Context, in leads.Inbox) error {
		r.most.Store(max(r.most.Load(), r.now.Add(1)))
		defer r.now.Add(-1)
		r.began <- struct{}{}
		for n := 0; ctx.Err() == nil; n++ {
			touch := fmt.Sprintf("run-%s-%d", id, n)
			if in.Put(ctx, "", leads.Touch{ExternalID: touch}) == nil {
				put(touch)
			}
			select {
			case <-ctx.Done():
			case <-time.After(time.Millisecond):
			}
		}
		<-let
		return nil
	}
}

// sending is a sender that tells of what it sends.
func sending(told chan<- string) connectors.Source {
	return connectors.Source{Sends: connectors.Sending{Channel: "post"}, Send: func(_ context.Context, r leads.Reply) (string, error) {
		told <- r.ID
		return "u" + r.ID, nil
	}}
}

// One source is replaced a hundred times under load, each time with an old one
// that takes its time to stop. Meanwhile it always has a handler, what it
// acknowledged is stored, its replies are sent, and another source works on.
func TestApplyUnderLoad(t *testing.T) {
	o := newOffice(t)
	d := &desk{finished: make(chan replies.Verdict, 10), claims: make(chan struct{}, 1)}
	p := &ReplyDispatcher{Sources: o.Supervisor, Store: d, Owner: "me", Log: slog.New(slog.DiscardHandler)}
	steady, moving := make(chan string, 10), make(chan string, 10)
	o.apply("steady", kindOf(sending(steady)))
	r := &runs{began: make(chan struct{}, 200)}
	var mu sync.Mutex
	var acknowledged []string
	put := func(id string) {
		mu.Lock()
		defer mu.Unlock()
		acknowledged = append(acknowledged, id)
	}
	made := func(n int) (k connectors.Kind, let func()) {
		release := make(chan struct{})
		does := sending(moving)
		does.Run = r.run(fmt.Sprint(n), release, put)
		return kindOf(does), func() { close(release) }
	}
	k, let := made(0)
	o.apply("moving", k)
	stop := o.run()
	stopReplies, repliesEnded := run(t, p)
	next(t, "Run", r.began)

	over := make(chan struct{})
	var load sync.WaitGroup
	for i := range 4 {
		load.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-over:
					return
				default:
				}
				if id := fmt.Sprintf("post-%d-%d", i, n); o.post("moving", id) {
					put(id)
				}
			}
		})
	}
	reply := func(source, id string, told <-chan string) {
		t.Helper()
		d.write(source, id)
		p.Kick(source)
		if got := next(t, "a reply by "+source, told); got != id {
			t.Errorf("%s sends %s, want %s", source, got, id)
		}
		if v := next(t, "its verdict", d.finished); v.State != leads.ReplySent {
			t.Errorf("%s: %+v", source, v)
		}
	}
	for n := range 100 {
		k, letNew := made(n + 1)
		applied := make(chan error, 1)
		go func() { applied <- o.Apply(context.Background(), k, connectors.Env{Name: "moving"}, "", false) }()
		id := fmt.Sprint(n)
		reply("steady", id, steady)
		reply("moving", id, moving)
		if !o.post("steady", id) || !o.has("steady", id) {
			t.Errorf("touch %d of the steady source is not stored", n)
		}
		let()
		if err := next(t, "Apply", applied); err != nil {
			t.Fatal(err)
		}
		next(t, "Run", r.began)
		let = letNew
	}
	close(over)
	load.Wait()
	let()
	stop()
	stopReplies()
	next(t, "the end of the dispatcher", repliesEnded)
	if n := r.most.Load(); n != 1 {
		t.Errorf("%d runs of one source at a time", n)
	}
	if len(acknowledged) < 500 {
		t.Errorf("only %d touches", len(acknowledged))
	}
	for _, id := range acknowledged {
		if !o.has("moving", id) {
			t.Errorf("%s was acknowledged and is not stored", id)
		}
	}
}

// With wrong settings the old source goes on, and the error is told.
func TestApplyWithWrongSettings(t *testing.T) {
	wrong := map[string]connectors.Kind{
		"an error": {Name: "wrong", In: func(connectors.Env) (connectors.Source, error) {
			return connectors.Source{}, errors.New("the password is missing")
		}},
		"a panic": {Name: "wrong", In: func(connectors.Env) (connectors.Source, error) { panic("broken") }},
		"a panic of its handler": {Name: "wrong", In: func(connectors.Env) (connectors.Source, error) {
			return connectors.Source{Receive: func(leads.Inbox) http.Handler { panic("broken") }}, nil
		}},
		"no source": {Name: "wrong"},
	}
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		r := &runs{began: make(chan struct{}, 10)}
		let := make(chan struct{})
		close(let)
		o.apply("line", kindOf(connectors.Source{Run: r.run("1", let, func(string) {})}))
		stop := o.run()
		next(t, "Run", r.began)
		before := o.States()[0]
		for what, k := range wrong {
			if err := o.Apply(t.Context(), k, connectors.Env{Name: "line"}, "", false); err == nil {
				t.Errorf("%s: no error", what)
			}
			if err := o.Apply(t.Context(), k, connectors.Env{Name: "new"}, "", false); err == nil {
				t.Errorf("%s, of a new source: no error", what)
			}
		}
		err := o.Apply(t.Context(), wrong["an error"], connectors.Env{Name: "line"}, "", false)
		if err == nil || err.Error() != `source "line": the password is missing` {
			t.Errorf("Apply: %v", err)
		}
		time.Sleep(time.Minute)
		states := o.States()
		if len(states) != 1 || states[0].State != before.State || states[0].Kind != "fake" || r.now.Load() != 1 || len(r.began) != 0 {
			t.Errorf("%d run, %d began anew, states %+v", r.now.Load(), len(r.began), states)
		}
		if !o.post("line", "x") || !o.has("line", "x") {
			t.Error("the old source does not receive any more")
		}
		stop()
	})
}

func TestRemove(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		a, b := &runs{began: make(chan struct{}, 10)}, &runs{began: make(chan struct{}, 10)}
		let := make(chan struct{})
		close(let)
		doesA := connectors.Source{Run: a.run("a", let, func(string) {}), Embed: http.NotFoundHandler(), Route: http.NotFoundHandler()}
		o.apply("a", kindOf(doesA))
		o.apply("b", kindOf(connectors.Source{Run: b.run("b", let, func(string) {})}))
		o.apply("early", kindOf(connectors.Source{}))
		if err := o.Remove(t.Context(), "early"); err != nil {
			t.Errorf("Remove before Run: %v", err)
		}
		stop := o.run()
		next(t, "Run of a", a.began)
		next(t, "Run of b", b.began)
		if err := o.Remove(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		if a.now.Load() != 0 || b.now.Load() != 1 {
			t.Errorf("%d runs of a, %d of b", a.now.Load(), b.now.Load())
		}
		if o.Receiver("a") != nil || o.Embed("a") != nil || o.Route("a") != nil {
			t.Error("a removed source has a handler")
		}
		if s := o.States(); len(s) != 1 || s[0].Name != "b" {
			t.Errorf("states %+v", s)
		}
		for _, name := range []string{"a", "early", "nobody"} {
			if err := o.Remove(t.Context(), name); !errors.Is(err, leads.ErrNotFound) {
				t.Errorf("Remove of %s: %v", name, err)
			}
		}
		o.apply("a", kindOf(doesA))
		next(t, "Run of a", a.began)
		if s := o.States(); len(s) != 2 || s[1].Name != "a" || o.Receiver("a") == nil {
			t.Errorf("applied again: %+v", s)
		}
		stop()
	})
}

// A request in hand is finished by the source that it came to.
func TestApplyLeavesRequestsInHand(t *testing.T) {
	o := newOffice(t)
	began, let := make(chan struct{}), make(chan struct{})
	answers := func(status int, wait <-chan struct{}) connectors.Kind {
		return connectors.Kind{Name: "fake", In: func(connectors.Env) (connectors.Source, error) {
			return connectors.Source{Receive: func(in leads.Inbox) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if wait != nil {
						close(began)
						<-wait
					}
					if err := in.Put(r.Context(), "", leads.Touch{ExternalID: fmt.Sprint(status)}); err != nil {
						t.Error(err)
					}
					w.WriteHeader(status)
				})
			}}, nil
		}}
	}
	o.apply("form", answers(http.StatusOK, let))
	stop := o.run()
	old := httptest.NewRecorder()
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		o.Receiver("form").ServeHTTP(old, httptest.NewRequest(http.MethodPost, "/in/form", http.NoBody))
	}()
	next(t, "the request", began)
	o.apply("form", answers(http.StatusAccepted, nil))
	fresh := httptest.NewRecorder()
	o.Receiver("form").ServeHTTP(fresh, httptest.NewRequest(http.MethodPost, "/in/form", http.NoBody))
	close(let)
	next(t, "the end of the request", finished)
	if old.Code != http.StatusOK || fresh.Code != http.StatusAccepted || !o.has("form", "200") || !o.has("form", "202") {
		t.Errorf("the old request was answered %d, the new one %d; stored %v", old.Code, fresh.Code, o.stored)
	}
	stop()
}

// A source that does not stop holds up changes of its own name only; what was put
// in its place begins when it has stopped, and of several the last one.
func TestApplyWhileTheOldSourceDoesNotStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		r := &runs{began: make(chan struct{}, 10)}
		let := make(chan struct{})
		var mu sync.Mutex
		var ran []string
		deaf := func(id string) connectors.Kind {
			run := r.run(id, let, func(string) {})
			return kindOf(connectors.Source{Run: func(ctx context.Context, in leads.Inbox) error {
				mu.Lock()
				ran = append(ran, id)
				mu.Unlock()
				return run(ctx, in)
			}})
		}
		o.apply("deaf", deaf("1"))
		stop := o.run()
		next(t, "Run", r.began)
		first := make(chan error, 1)
		go func() {
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			defer cancel()
			first <- o.Apply(ctx, deaf("2"), connectors.Env{Name: "deaf"}, "", false)
		}()
		synctest.Wait()

		began := time.Now()
		o.apply("other", kindOf(connectors.Source{}))
		if err := o.Remove(t.Context(), "other"); err != nil || time.Since(began) != 0 {
			t.Errorf("another source, after %s: %v", time.Since(began), err)
		}
		short, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if err := o.Remove(short, "deaf"); !errors.Is(err, context.DeadlineExceeded) || len(o.States()) != 1 {
			t.Errorf("Remove in the middle of Apply: %v, states %+v", err, o.States())
		}
		if err := <-first; !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != time.Minute {
			t.Errorf("Apply after %s: %v", time.Since(began), err)
		}
		second := make(chan error, 1)
		go func() { second <- o.Apply(context.Background(), deaf("3"), connectors.Env{Name: "deaf"}, "", false) }()
		synctest.Wait()
		close(let)
		if err := <-second; err != nil {
			t.Error(err)
		}
		next(t, "Run", r.began)
		mu.Lock()
		if !slices.Equal(ran, []string{"1", "3"}) || r.most.Load() != 1 {
			t.Errorf("ran %v, %d at a time", ran, r.most.Load())
		}
		mu.Unlock()
		stop()
	})
}
