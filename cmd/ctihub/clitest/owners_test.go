package clitest

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"ctihub/connectors/asterisk/asterisktest"
	"ctihub/leads"
	"ctihub/storage/storagetest"
)

// company is a database and an exchange that several hubs share.
type company struct {
	workDir
	dsn, token string
	pbx        *asterisktest.PBX
}

func newCompany(t *testing.T) company {
	c := company{workDir: newWorkDir(t), dsn: storagetest.Postgres(t), pbx: asterisktest.Start(t)}
	address, user, secret := c.pbx.ARI()
	for _, name := range []string{"a", "b"} {
		c.write(name+".yaml", anyPort+fmt.Sprintf(`hub: %[1]s
data: data-%[1]s
database: %[2]s
sources:
  - name: pbx
    kind: asterisk
    url: %[3]s
    username: %[4]s
    password: %[5]s
    trunks: [trunk]
  - name: site
    kind: webform
`, name, c.dsn, address, user, secret))
	}
	c.mustRun("user", "add", "vera", "--name", "Vera", "--role", "supervisor", "--generate", "--config", "a.yaml")
	c.token = strings.TrimSpace(c.mustRun("token", "create", "--user", "vera", "--name", "test", "--config", "a.yaml"))
	return c
}

func (c company) start(name string) *hub { c.t.Helper(); return c.serve("--config", name+".yaml") }

// awaitState waits until the hub shows the exchange in a state, owned by the named
// hub, and returns how long that took.
func (c company) awaitState(h *hub, state, owner string) time.Duration {
	c.t.Helper()
	took, _ := c.awaitSource(h, state+" and owned by "+owner, func(s leads.SourceState) bool { return s.State == state && s.Hub == owner })
	return took
}

// awaitOwner waits until the hub runs the exchange or stands by for another
// one, and returns how long that took and who runs it.
func (c company) awaitOwner(h *hub) (time.Duration, string) {
	c.t.Helper()
	took, s := c.awaitSource(h, "owned", func(s leads.SourceState) bool {
		return s.State == leads.SourceRunning || s.State == leads.SourceStandby
	})
	return took, s.Hub
}

func (c company) awaitSource(h *hub, want string, fits func(leads.SourceState) bool) (time.Duration, leads.SourceState) {
	c.t.Helper()
	began := time.Now()
	for {
		var sources struct{ Items []leads.SourceState }
		status := h.get(c.token, "/api/v1/sources", &sources)
		took := time.Since(began)
		if status == http.StatusServiceUnavailable && took < patience {
			time.Sleep(200 * time.Millisecond) // it cannot answer now
			continue
		}
		if status != http.StatusOK {
			c.t.Fatalf("the sources: %d", status)
		}
		s := sources.Items[0]
		if fits(s) {
			return took, s
		}
		if took > patience {
			c.t.Fatalf("after %v the exchange is %s (%s) and owned by %q, want %s", took, s.State, s.Error, s.Hub, want)
		}
		time.Sleep(20 * time.Millisecond) // the API has no event of a source
	}
}

// awaitCalls waits until the hub lists n ended calls and no other one.
func (c company) awaitCalls(h *hub, n int) []leads.CallRecord {
	c.t.Helper()
	for began := time.Now(); ; {
		var calls struct{ Items []leads.CallRecord }
		h.get(c.token, "/api/v1/calls", &calls)
		ended := 0
		for _, call := range calls.Items {
			if call.State == leads.CallEnded {
				ended++
			}
		}
		if ended == n && len(calls.Items) == n {
			return calls.Items
		}
		if time.Since(began) > patience {
			c.t.Fatalf("%d calls, of which %d ended, want %d: %+v", len(calls.Items), ended, n, calls.Items)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// patience is how long a test waits for something that must happen. The time of each
// change of hubs is printed; the targets are ten seconds after kill -9, two after an
// orderly stop.
const patience = 3 * time.Minute

// The owner is killed, then stopped in order; nobody takes over from a live one.
func TestRealTwoHubsOneOwner(t *testing.T) {
	c := newCompany(t)
	a := c.start("a")
	c.awaitState(a, leads.SourceRunning, "a")
	b := c.start("b")
	c.awaitState(b, leads.SourceStandby, "a")
	c.pbx.Phone("100", 0, 0)

	ringing := c.pbx.Call("79161234501", "7001") // and goes on over the change of hubs
	asterisktest.Wait(t, "the answer", ringing.Answered())
	if err := a.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = a.cmd.Wait()
	t.Logf("taken over after kill -9 within %v", c.awaitState(b, leads.SourceRunning, "b"))
	ringing.Hangup()
	c.awaitCalls(b, 1)

	a = c.start("a")
	c.awaitState(a, leads.SourceStandby, "b")
	began := time.Now()
	if code := b.stop(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	stopping := time.Since(began)
	t.Logf("stopped in %v; taken over after that within %v", stopping, c.awaitState(a, leads.SourceRunning, "a"))

	// A form may come to any hub, owner or not.
	b = c.start("b")
	c.awaitState(b, leads.SourceStandby, "a")
	for _, h := range []*hub{a, b} {
		resp, err := http.PostForm(h.url+"/in/site", map[string][]string{"phone": {"+79161234567"}})
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Errorf("a form: %s", resp.Status)
		}
	}
}

// A killed hub that starts again under its name before its lease expires goes on at
// once, although another one stands by.
func TestRealHubTakesItsLeaseBack(t *testing.T) {
	c := newCompany(t)
	hubs := map[string]*hub{"a": c.start("a")}
	c.awaitState(hubs["a"], leads.SourceRunning, "a")
	hubs["b"] = c.start("b")
	for owner, other := "a", "b"; ; owner, other = other, owner {
		c.awaitState(hubs[other], leads.SourceStandby, owner)
		killed := time.Now()
		if err := hubs[owner].cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = hubs[owner].cmd.Wait()
		hubs[owner] = c.start(owner)
		back := time.Since(killed)
		took, holder := c.awaitOwner(hubs[owner])
		t.Logf("%s was back after %v; %s runs the exchange after another %v", owner, back, holder, took)
		if holder == owner {
			c.awaitState(hubs[other], leads.SourceStandby, owner)
			return
		}
		if back < 3*time.Second { // half a lease; on a stalled machine it may have expired
			t.Fatalf("%s took over although %s was back after %v", other, owner, back)
		}
	}
}

// The owner freezes during a write for longer than its lease; another hub takes over
// in time, and the database refuses the former owner's write when it wakes.
func TestRealTwoHubsFrozenOwner(t *testing.T) {
	c := newCompany(t)
	a := c.start("a")
	c.awaitState(a, leads.SourceRunning, "a")
	b := c.start("b")
	c.awaitState(b, leads.SourceStandby, "a")
	c.pbx.Phone("100", -1, 0)

	freeze := c.lockInteractions()
	first := c.pbx.Call("79161234501", "7001")
	freeze(func() {
		if err := a.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
			t.Fatal(err)
		}
	})
	t.Logf("taken over from the frozen owner within %v", c.awaitState(b, leads.SourceRunning, "b"))
	first.Hangup()
	second := c.pbx.Call("79161234502", "7001")
	asterisktest.Wait(t, "the second call's ring", second.Ringing())

	if err := a.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	a.awaitLog(leads.ErrStaleOwner.Error())
	c.awaitState(a, leads.SourceStandby, "b")
	second.Hangup()
	for _, h := range []*hub{a, b} {
		for _, call := range c.awaitCalls(h, 2) {
			if len(call.Legs) != 1 || call.Disposition != leads.Abandoned {
				t.Errorf("a call as %s saw it: %+v", h.url, call)
			}
		}
	}
	c.awaitState(b, leads.SourceRunning, "b")
}

// lockInteractions locks the table interactions. The returned function waits until a
// write waits for the lock, calls then, and unlocks.
func (c company) lockInteractions() func(then func()) {
	c.t.Helper()
	ctx := context.WithoutCancel(c.t.Context())
	var conns [2]*pgx.Conn // the second looks for waiting writes: a transaction sees one snapshot only
	for i := range conns {
		conn, err := pgx.Connect(ctx, c.dsn)
		if err != nil {
			c.t.Fatal(err)
		}
		conns[i] = conn
	}
	tx, err := conns[0].Begin(ctx)
	if err == nil {
		_, err = tx.Exec(ctx, "LOCK TABLE interactions IN SHARE MODE")
	}
	if err != nil {
		c.t.Fatal(err)
	}
	return func(then func()) {
		for waits := 0; waits == 0; {
			if err := conns[1].QueryRow(ctx, "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").Scan(&waits); err != nil {
				c.t.Fatal(err)
			}
		}
		then()
		for _, conn := range conns {
			_ = conn.Close(ctx) // and the lock with it
		}
	}
}
