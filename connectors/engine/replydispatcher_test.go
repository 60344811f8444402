package engine

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ctihub/connectors"
	"ctihub/leads"
	"ctihub/leads/replies"
)

// desk gives out replies and remembers what became of them.
type desk struct {
	mu       sync.Mutex
	waiting  []leads.Reply
	finished chan replies.Verdict
	claims   chan struct{} // a token per look
}

func (d *desk) Claim(_ context.Context, c replies.Claim) ([]leads.Reply, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	select {
	case d.claims <- struct{}{}:
	default:
	}
	var got, left []leads.Reply
	for _, r := range d.waiting {
		if r.Source == c.Source && len(got) < c.Most {
			got = append(got, r)
		} else {
			left = append(left, r)
		}
	}
	d.waiting = left
	return got, nil
}

func (d *desk) write(source, id string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.waiting = append(d.waiting, leads.Reply{ID: id, Source: source, Attempt: 1})
}

func (d *desk) left() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.waiting)
}

func (d *desk) Hold(context.Context, string, leads.Reply, time.Duration) error { return nil }
func (d *desk) Finish(_ context.Context, _ string, _ leads.Reply, v replies.Verdict) error {
	d.finished <- v
	return nil
}
func (d *desk) Recover(context.Context, string, func(string) bool) error { return nil }

// slowSender answers when it is let, or when its context ends if it heeds that.
type slowSender struct {
	began chan leads.Reply
	let   chan struct{}
	heeds bool
}

func (s *slowSender) source() connectors.Source {
	return connectors.Source{Send: s.send, Sends: connectors.Sending{Channel: "post"}}
}

func (s *slowSender) send(ctx context.Context, r leads.Reply) (string, error) {
	s.began <- r
	ended := ctx.Done()
	if !s.heeds {
		ended = nil
	}
	select {
	case <-s.let:
		return "u" + r.ID, nil
	case <-ended:
		return "", ctx.Err()
	}
}

func startDispatcher(t *testing.T, limit time.Duration, waiting int) (*desk, *slowSender, *Supervisor, *ReplyDispatcher) {
	t.Helper()
	d := &desk{finished: make(chan replies.Verdict, 100), claims: make(chan struct{}, 1)}
	for n := range waiting {
		d.waiting = append(d.waiting, leads.Reply{ID: string(rune('a' + n)), Source: "slow", Attempt: 1})
	}
	s := &slowSender{began: make(chan leads.Reply, 100), let: make(chan struct{})}
	sv := New(func(string, string, int64) leads.Inbox { return nil }, slog.New(slog.DiscardHandler))
	if err := sv.Add(connectors.Kind{Name: "slow", In: func(connectors.Env) (connectors.Source, error) { return s.source(), nil }}, connectors.Env{Name: "slow"}, "", false); err != nil {
		t.Fatal(err)
	}
	return d, s, sv, &ReplyDispatcher{Sources: sv, Store: d, Owner: "me", Log: slog.New(slog.DiscardHandler), limit: limit}
}

// run runs the dispatcher; stop tells it to stop, and ended is closed when it has.
func run(t *testing.T, p *ReplyDispatcher) (stop func(), ended chan struct{}) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended = make(chan struct{})
	go func() {
		defer close(ended)
		if err := p.Run(ctx); err != nil {
			t.Error(err)
		}
	}()
	return cancel, ended
}

func next[T any](t *testing.T, what string, ch <-chan T) T {
	t.Helper()
	select {
	case v := <-ch:
		return v
	case <-time.After(30 * time.Second):
		t.Fatal("waited in vain: " + what)
		panic("unreachable")
	}
}

// A channel that does not answer in time has perhaps taken the reply; what it
// says later still counts.
func TestDispatcherWaitsNoLongerThanTheLimit(t *testing.T) {
	d, s, _, p := startDispatcher(t, 10*time.Millisecond, 1)
	stop, ended := run(t, p)
	next(t, "the sending", s.began)
	if v := next(t, "the verdict", d.finished); v.State != leads.ReplyPerhaps || v.Error == "" {
		t.Errorf("without an answer: %+v", v)
	}
	close(s.let)
	if v := next(t, "the late word", d.finished); v.State != leads.ReplySent || v.UpstreamID != "ua" {
		t.Errorf("late: %+v", v)
	}
	stop()
	next(t, "the end", ended)
}

// A stop lets the send in hand come to its end, and takes no other.
func TestDispatcherFinishesWhatItSends(t *testing.T) {
	d, s, _, p := startDispatcher(t, 0, repliesAtOnce+1)
	s.heeds = true
	stop, ended := run(t, p)
	for range repliesAtOnce {
		next(t, "the sending", s.began)
	}
	stop()
	select {
	case <-ended:
		t.Error("it ended while it was sending")
	case v := <-d.finished:
		t.Fatalf("the stop cut off what it was sending: %+v", v)
	case <-time.After(50 * time.Millisecond): // a stop that waits shows nothing
	}
	close(s.let)
	next(t, "the end", ended)
	if sent := len(d.finished); sent != repliesAtOnce || len(d.waiting) != 1 {
		t.Errorf("%d sent, %d wait", sent, len(d.waiting))
	}
	for range repliesAtOnce {
		if v := <-d.finished; v.State != leads.ReplySent {
			t.Errorf("%+v", v)
		}
	}
}

// By a source with one owner, only the owner sends.
func TestDispatcherSendsByItsOwnSourcesOnly(t *testing.T) {
	d, s, sv, p := startDispatcher(t, 0, 1)
	of := sv.find("slow")
	of.leases = leaseTable{}
	close(s.let)
	stop, ended := run(t, p)
	for range 3 {
		p.Kick("slow")
		for len(of.replyKick) > 0 { // it has looked once when it has taken the kick
			time.Sleep(time.Millisecond)
		}
	}
	if len(s.began) != 0 || len(d.claims) != 0 {
		t.Error("it sends by a source of another hub")
	}
	of.owned.Store(true)
	p.Kick("slow")
	next(t, "the sending once it is the owner", s.began)
	stop()
	next(t, "the end", ended)
}

// leaseTable is one that nobody asks.
type leaseTable struct{ Leases }

// Sources come and go while the dispatcher runs: replies to one that is not there
// wait for it, and Remove returns when none is claimed any more.
func TestDispatcherServesSourcesThatComeAndGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, s, sv, p := startDispatcher(t, 0, 0)
		close(s.let)
		kind := connectors.Kind{Name: "slow", In: func(connectors.Env) (connectors.Source, error) { return s.source(), nil }}
		apply := func() {
			t.Helper()
			if err := sv.Apply(t.Context(), kind, connectors.Env{Name: "late"}, "", false); err != nil {
				t.Fatal(err)
			}
		}
		stop, ended := run(t, p)
		waits := func(id string) {
			t.Helper()
			d.write("late", id)
			p.Kick("late")
			time.Sleep(time.Minute)
			if n := d.left(); n != 1 || len(s.began) != 0 {
				t.Errorf("reply %s: %d wait, %d are being sent", id, n, len(s.began))
			}
		}
		sent := func(id string) {
			t.Helper()
			if r := next(t, "the sending", s.began); r.ID != id {
				t.Errorf("reply %s is sent, want %s", r.ID, id)
			}
			if v := next(t, "the verdict", d.finished); v.State != leads.ReplySent || v.UpstreamID != "u"+id {
				t.Errorf("reply %s: %+v", id, v)
			}
		}
		waits("1")
		apply()
		sent("1")
		d.write("late", "2")
		p.Kick("late")
		sent("2")
		if err := sv.Remove(t.Context(), "late"); err != nil {
			t.Fatal(err)
		}
		waits("3")
		apply()
		sent("3")
		stop()
		next(t, "the end", ended)
	})
}

// slowDesk answers a claim when it is let.
type slowDesk struct {
	*desk
	asked chan struct{}
	let   chan struct{}
}

func (d *slowDesk) Claim(ctx context.Context, c replies.Claim) ([]leads.Reply, error) {
	d.asked <- struct{}{}
	<-d.let
	return d.desk.Claim(ctx, c)
}

// A claim that has begun when the source is removed is finished: its reply is
// sent, not left as being sent by nobody. Remove waits for it.
func TestRemoveWaitsForTheClaimInHand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, s, sv, p := startDispatcher(t, 0, 1)
		slow := &slowDesk{desk: d, asked: make(chan struct{}, 10), let: make(chan struct{})}
		p.Store = slow
		close(s.let)
		stop, ended := run(t, p)
		next(t, "the claim", slow.asked)
		removed := make(chan error, 1)
		go func() { removed <- sv.Remove(t.Context(), "slow") }()
		synctest.Wait()
		if len(removed) != 0 {
			t.Error("Remove returned while a reply was being claimed")
		}
		close(slow.let)
		if err := <-removed; err != nil {
			t.Error(err)
		}
		if v := next(t, "the verdict", d.finished); v.State != leads.ReplySent {
			t.Errorf("%+v", v)
		}
		time.Sleep(time.Minute)
		if len(slow.asked) != 0 {
			t.Error("it claims replies for a source that was removed")
		}
		stop()
		next(t, "the end", ended)
	})
}
