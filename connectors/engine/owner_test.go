package engine_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ctihub/connectors"
	"ctihub/connectors/engine"
	"ctihub/leads"
)

// table keeps leases in memory and may be out of reach, so that the time of
// owning can be tested against a clock. The real one is tested in storage, and
// with processes in cmd/ctihub/clitest.
type table struct {
	mu    sync.Mutex
	lease leads.Lease
	away  error // what every request answers
	hangs bool  // requests wait for their context instead
}

func (b *table) set(change func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	change()
}

func (b *table) ask(ctx context.Context, f func() error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.hangs {
		b.mu.Unlock()
		<-ctx.Done()
		b.mu.Lock()
		return ctx.Err()
	}
	if b.away != nil {
		return b.away
	}
	return f()
}

func (b *table) Lease(ctx context.Context, _ string) (l leads.Lease, err error) {
	err = b.ask(ctx, func() error { l = b.lease; return nil })
	return l, err
}

func (b *table) TakeLease(ctx context.Context, _, hub string, seen leads.Lease) (l leads.Lease, err error) {
	err = b.ask(ctx, func() error {
		if b.lease != seen {
			return leads.ErrConflict
		}
		b.lease = leads.Lease{Hub: hub, Epoch: seen.Epoch + 1}
		l = b.lease
		return nil
	})
	return l, err
}

func (b *table) RenewLease(ctx context.Context, _ string, epoch int64) error {
	return b.ask(ctx, func() error {
		if b.lease.Epoch != epoch || b.lease.Hub == "" {
			return leads.ErrStaleOwner
		}
		b.lease.Beat++
		return nil
	})
}

func (b *table) ReleaseLease(ctx context.Context, _ string, epoch int64) error {
	return b.ask(ctx, func() error {
		if b.lease.Epoch == epoch {
			b.lease.Hub = ""
		}
		return nil
	})
}

// owned is what a Put of the epoch's owner says.
func (b *table) owned(ctx context.Context, epoch int64) error {
	return b.ask(ctx, func() error {
		if b.lease.Epoch != epoch {
			return leads.ErrStaleOwner
		}
		return nil
	})
}

// leases is a table, or one hub's way to it.
type leases interface {
	engine.Leases
	owned(ctx context.Context, epoch int64) error
}

// cut is one hub's way to the table, which may be cut.
type cut struct {
	*table
	mu  sync.Mutex
	off bool
}

func (c *cut) set(off bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.off = off
}

func (c *cut) way() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.off {
		return errors.New("no route to host")
	}
	return nil
}

func (c *cut) Lease(ctx context.Context, source string) (leads.Lease, error) {
	if err := c.way(); err != nil {
		return leads.Lease{}, err
	}
	return c.table.Lease(ctx, source)
}

func (c *cut) RenewLease(ctx context.Context, source string, epoch int64) error {
	if err := c.way(); err != nil {
		return err
	}
	return c.table.RenewLease(ctx, source, epoch)
}

// hub is a supervisor with one owned source.
type hub struct {
	*engine.Supervisor
	mu      sync.Mutex
	runs    int
	running bool
	stopped time.Time
	put     chan chan error // makes the connector put a touch and tell how it went
	kind    connectors.Kind // of its source
	env     connectors.Env
}

func startHub(t *testing.T, name string, shared leases) (h *hub, stop func() error) {
	h = &hub{put: make(chan chan error)}
	h.Supervisor = engine.New(func(_, _ string, epoch int64) leads.Inbox {
		return inboxFunc(func(ctx context.Context) error {
			return shared.owned(ctx, epoch)
		})
	}, slog.New(slog.DiscardHandler))
	h.Share(shared)
	k := running(func(ctx context.Context, env connectors.Env, in leads.Inbox) error {
		h.mu.Lock()
		h.runs, h.running = h.runs+1, true
		h.mu.Unlock()
		env.Report.Health(nil)
		defer func() {
			h.mu.Lock()
			h.running, h.stopped = false, time.Now()
			h.mu.Unlock()
		}()
		for {
			select {
			case <-ctx.Done():
				return nil
			case answer := <-h.put:
				answer <- in.Put(ctx, "", leads.Touch{})
			}
		}
	})
	k.OneOwner = true
	h.kind, h.env = k, connectors.Env{Name: "line", Hub: connectors.Hub{Name: name}}
	if err := h.Add(h.kind, h.env, "", false); err != nil {
		t.Fatal(err)
	}
	return h, start(h.Supervisor)
}

func (h *hub) is(t *testing.T, runs int, running bool, state, owner string) {
	t.Helper()
	synctest.Wait()
	h.mu.Lock()
	defer h.mu.Unlock()
	s := h.States()[0]
	if h.runs != runs || h.running != running || s.State != state || s.Hub != owner {
		t.Errorf("ran %d times, running %v, %s of %q (%s); want %d, %v, %s of %q", h.runs, h.running, s.State, s.Hub, s.Error, runs, running, state, owner)
	}
}

func (h *hub) ran() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.runs
}

func (h *hub) stoppedAt() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.stopped
}

func (h *hub) mustStop(t *testing.T, stop func() error) {
	t.Helper()
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func TestOneHubOwnsASource(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var shared table
		a, stopA := startHub(t, "a", &shared)
		time.Sleep(time.Second)
		b, stopB := startHub(t, "b", &shared)
		time.Sleep(time.Hour)
		a.is(t, 1, true, leads.SourceRunning, "a")
		b.is(t, 0, false, leads.SourceStandby, "a")

		a.mustStop(t, stopA) // in order: at once
		time.Sleep(time.Second)
		b.is(t, 1, true, leads.SourceRunning, "b")
		a, stopA = startHub(t, "a", &shared)
		time.Sleep(time.Hour) // and it does not come back
		a.is(t, 0, false, leads.SourceStandby, "b")
		a.mustStop(t, stopA)
		b.mustStop(t, stopB)
	})
}

// The owner's source is replaced: it owns it again at once. It is removed: another
// hub takes over as after an orderly stop, and when it comes back it stands by.
func TestLeaseOfASourceThatIsReplacedOrRemoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var shared table
		a, stopA := startHub(t, "a", &shared)
		time.Sleep(time.Second / 2)
		b, stopB := startHub(t, "b", &shared)
		time.Sleep(time.Hour)
		apply := func() {
			t.Helper()
			if err := a.Apply(t.Context(), a.kind, a.env, "", false); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(time.Second / 4) // b looks at another moment
		apply()
		a.is(t, 2, true, leads.SourceRunning, "a")
		time.Sleep(time.Hour)
		a.is(t, 2, true, leads.SourceRunning, "a")
		b.is(t, 0, false, leads.SourceStandby, "a")

		if err := a.Remove(t.Context(), "line"); err != nil {
			t.Fatal(err)
		}
		if n := len(a.States()); n != 0 {
			t.Errorf("%d sources after Remove", n)
		}
		time.Sleep(time.Second)
		b.is(t, 1, true, leads.SourceRunning, "b")
		apply()
		time.Sleep(time.Hour)
		a.is(t, 2, false, leads.SourceStandby, "b")
		if err := a.Remove(t.Context(), "line"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		b.is(t, 1, true, leads.SourceRunning, "b")
		a.mustStop(t, stopA)
		b.mustStop(t, stopB)
	})
}

// The database is away, or hangs, for half a minute: the owner goes on
// listening, and nobody takes over when it is back. After two minutes the owner
// stops, and one of the hubs goes on when the database is back.
func TestOwnerOutlivesAnOutage(t *testing.T) {
	for name, fault := range map[string]func(b *table, on bool){
		"away": func(b *table, on bool) {
			b.away = nil
			if on {
				b.away = errors.New("connection refused")
			}
		},
		"hangs": func(b *table, on bool) { b.hangs = on },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var shared table
				a, stopA := startHub(t, "a", &shared)
				time.Sleep(time.Second)
				b, stopB := startHub(t, "b", &shared)
				time.Sleep(time.Minute)
				shared.set(func() { fault(&shared, true) })
				time.Sleep(30 * time.Second)
				a.is(t, 1, true, leads.SourceRunning, "a")
				shared.set(func() { fault(&shared, false) })
				time.Sleep(time.Minute)
				a.is(t, 1, true, leads.SourceRunning, "a")
				b.is(t, 0, false, leads.SourceStandby, "a")

				since := time.Now()
				shared.set(func() { fault(&shared, true) })
				time.Sleep(3 * time.Minute)
				a.is(t, 1, false, leads.SourceFailed, "a")
				if took := a.stoppedAt().Sub(since); took > 2*time.Minute {
					t.Errorf("the owner went on for %v", took)
				}
				shared.set(func() { fault(&shared, false) })
				time.Sleep(10 * time.Second)
				if n, m := a.ran(), b.ran(); n+m != 2 {
					t.Errorf("a ran %d times, b %d times, want twice in all", n, m)
				}
				a.mustStop(t, stopA)
				b.mustStop(t, stopB)
			})
		})
	}
}

// The owner alone is cut off: another hub takes over in time; what the owner
// could not put is refused when it is back, and it stands by.
func TestOwnerThatWasCutOffIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var shared table
		mine := &cut{table: &shared}
		a, stopA := startHub(t, "a", mine)
		time.Sleep(time.Second)
		b, stopB := startHub(t, "b", &shared)
		time.Sleep(time.Minute)
		mine.set(true)
		time.Sleep(10 * time.Second)
		b.is(t, 1, true, leads.SourceRunning, "b")
		a.is(t, 1, true, leads.SourceRunning, "a") // it cannot know
		mine.set(false)
		time.Sleep(5 * time.Second)
		a.is(t, 1, false, leads.SourceStandby, "b")
		b.is(t, 1, true, leads.SourceRunning, "b")
		a.mustStop(t, stopA)
		b.mustStop(t, stopB)
	})
}

// A hub that was killed starts again and goes on at once, as the only one and
// beside another; the process that it replaces, should it still live, is
// refused and does not take the source back.
func TestHubTakesItsOwnLeaseBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var shared table
		old, stopOld := startHub(t, "a", &shared)
		time.Sleep(time.Second)
		b, stopB := startHub(t, "b", &shared)
		time.Sleep(time.Minute)
		again, stopAgain := startHub(t, "a", &shared)
		again.is(t, 1, true, leads.SourceRunning, "a")
		time.Sleep(time.Hour)
		old.is(t, 1, false, leads.SourceStandby, "a")
		b.is(t, 0, false, leads.SourceStandby, "a")
		again.is(t, 1, true, leads.SourceRunning, "a")
		for h, stop := range map[*hub]func() error{old: stopOld, again: stopAgain, b: stopB} {
			h.mustStop(t, stop)
		}
	})
}

// An owner whose write is refused stops at once, and stands by.
func TestRefusedWriteEndsTheOwnership(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var shared table
		a, stop := startHub(t, "a", &shared)
		time.Sleep(time.Second)
		shared.set(func() { shared.lease = leads.Lease{Hub: "b", Epoch: 2} })
		answer := make(chan error)
		a.put <- answer
		if err := <-answer; !errors.Is(err, leads.ErrStaleOwner) {
			t.Errorf("Put: %v", err)
		}
		a.is(t, 1, false, leads.SourceStandby, "b")
		a.mustStop(t, stop)
	})
}

// Without leases nothing is asked, and a kind that any hub may run never waits.
func TestNoLeaseWhereNoneIsNeeded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shared := table{away: errors.New("not to be asked")}
		for _, share := range []bool{false, true} {
			sv, _ := supervisor(stored)
			if share {
				sv.Share(&shared)
			}
			k := running(func(ctx context.Context, env connectors.Env, _ leads.Inbox) error {
				env.Report.Health(nil)
				<-ctx.Done()
				return nil
			})
			k.OneOwner = !share
			mustAdd(t, sv, "line", k)
			stop := start(sv)
			synctest.Wait()
			if s := sv.States()[0]; s.State != leads.SourceRunning || s.Hub != "" {
				t.Errorf("share %v: %+v", share, s)
			}
			if err := stop(); err != nil {
				t.Error(err)
			}
		}
	})
}
