package bench

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/config"
	"ctihub/leads"
	"ctihub/storage"
)

// peer is a process that takes in forms: a hub or gofloor.
type peer struct {
	*child
	process
	database         *sql.DB
	postgres, hub    bool
	touches, persons atomic.Int64 // that were sent
	rest, loaded     float64      // VmRSS in MB: before any load, and the greatest right after one
}

// startPeerHub starts a hub whose office has a manager.
func startPeerHub(b *testing.B, binary string, where config.Config) *peer {
	b.Helper()
	s, err := storage.Open(b.Context(), storage.Config{Database: where.Database, DataDir: where.Data})
	if err != nil {
		b.Fatal(err)
	}
	_, err = s.CreateUser(b.Context(), leads.User{Login: "oleg", Name: "Oleg", Role: leads.RoleManager, Presence: leads.Available})
	if err != nil {
		b.Fatal(err)
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	p := newPeer(b, startChild(b, binary, where), "hub", where)
	p.hub = true
	return p
}

// startGofloor starts gofloor on an empty database with the hub's tables.
func startGofloor(b *testing.B, binary string, where config.Config) *peer {
	b.Helper()
	if _, err := storage.Migrate(b.Context(), storage.Config{Database: where.Database}); err != nil {
		b.Fatal(err)
	}
	address := hubtest.FreeAddress(b)
	cmd := exec.Command(binary, "-listen", address, "-database", where.Database, "-redis", where.Redis)
	return newPeer(b, start(b, cmd, address), "gofloor", where)
}

func newPeer(b *testing.B, k *child, name string, where config.Config) *peer {
	b.Helper()
	driver, address := "pgx", where.Database
	if address == "" {
		driver, address = "sqlite", "file:"+filepath.Join(where.Data, "hub.db")+"?mode=ro"
	}
	conn, err := sql.Open(driver, address)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = conn.Close() })
	p := &peer{child: k, process: process{name, func() time.Duration { return processorTime(b, k.cmd.Process.Pid) }}, database: conn, postgres: where.Database != ""}
	p.rest = residentMB(k.cmd.Process.Pid)
	return p
}

// person is the phone number of the n-th person of a peer.
func person(n int64) string { return fmt.Sprintf("+7916%07d", 1_000_000+n%8_000_000) }

// send posts forms for a while over a number of connections: of new persons, or every
// second one of a person who has sent one before.
func (p *peer) send(half bool, connections int, during time.Duration) (l load) {
	p.b.Helper()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}}
	defer client.CloseIdleConnections()
	var mu sync.Mutex
	var workers sync.WaitGroup
	began := time.Now()
	for range connections {
		workers.Go(func() {
			var mine []time.Duration
			for time.Since(began) < during {
				n := p.touches.Add(1)
				who := 1 + n*7919%max(1, p.persons.Load())
				if !half || n%2 == 1 {
					who = p.persons.Add(1)
				}
				took, err := postAs(client, p.url, person(who), fmt.Sprintf("price %d?", n))
				if err != nil {
					p.b.Errorf("%s: %v", p.name, err)
					return
				}
				mine = append(mine, took)
			}
			mu.Lock()
			l.took = append(l.took, mine...)
			mu.Unlock()
		})
	}
	workers.Wait()
	l.touches = len(l.took)
	l.perSecond = float64(l.touches) / time.Since(began).Seconds()
	p.loaded = max(p.loaded, residentMB(p.cmd.Process.Pid))
	return l
}

// analyse lets PostgreSQL make its plans anew for tables that have rows. A plan made for
// empty tables reads whole indexes later; in a database that has been in use there are
// none. SQLite needs none.
func (p *peer) analyse() {
	p.b.Helper()
	if !p.postgres {
		return
	}
	if _, err := p.database.ExecContext(context.Background(), "ANALYZE"); err != nil {
		p.b.Fatal(err)
	}
}

// count runs a query of one number.
func (p *peer) count(t testing.TB, query string) (n int64) {
	t.Helper()
	if err := p.database.QueryRowContext(context.Background(), query).Scan(&n); err != nil {
		t.Fatalf("%s: %v", p.name, err)
	}
	return n
}

const unassigned = "SELECT count(*) FROM leads WHERE manager_id IS NULL AND closed = 0"

// settle waits until a hub has given each lead to a manager, which is a part of the work
// of a touch, and reports whether it has within a minute.
func (p *peer) settle(t testing.TB) bool {
	t.Helper()
	for began := time.Now(); p.hub && p.count(t, unassigned) > 0; time.Sleep(5 * time.Millisecond) {
		if time.Since(began) > time.Minute {
			return false
		}
	}
	return true
}

// faults returns what is not as it must be after the loads: each touch is stored once, each
// person is one contact with one lead, and each lead of a hub has a manager.
func (p *peer) faults(t testing.TB) (all []string) {
	t.Helper()
	touches, persons := p.touches.Load(), p.persons.Load()
	wants := []struct {
		query string
		count int64
	}{
		{"SELECT count(*) FROM interactions WHERE source = 'site'", touches},
		{"SELECT count(DISTINCT external_id) FROM interactions", touches},
		{"SELECT count(*) FROM contacts", persons},
		{"SELECT count(*) FROM leads", persons},
	}
	if p.hub {
		wants = append(wants, struct {
			query string
			count int64
		}{unassigned, 0})
	}
	for _, want := range wants {
		if got := p.count(t, want.query); got != want.count {
			all = append(all, fmt.Sprintf("%s: %s is %d, not %d", p.name, want.query, got, want.count))
		}
	}
	return all
}
