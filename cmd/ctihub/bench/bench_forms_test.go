package bench

import (
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/config"
	"ctihub/storage"
	"ctihub/storage/storagetest"
)

// BenchmarkForms posts forms over HTTP, with the client on the same machine, to the
// hub on both databases and to gofloor, each in a process of its own, in turns with
// the raw limits of the same servers: the rows of a new person's form written by
// pgbench statement by statement in one transaction (a1) and as one statement (a2),
// and to SQLite with one touch per commit (a3) and with sixteen (a16). It takes three
// rounds, each in another order, or as many as CTIHUB_ROUNDS says.
func BenchmarkForms(b *testing.B) {
	rounds := 3
	if s := os.Getenv("CTIHUB_ROUNDS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			b.Fatalf("CTIHUB_ROUNDS is %q, not a number of rounds", s)
		}
		rounds = n
	}
	for range b.N {
		measureForms(b, rounds)
	}
}

const during = 3 * time.Second // of each load

var degrees = [3]int{1, 8, 32} // connections

// load is what a load gave.
type load struct {
	perSecond float64
	touches   int
	took      []time.Duration // of each answer or commit
}

// contender is measured in turns with the others.
type contender struct {
	name string
	*peer
	uses []process // whose CPU time is spent on it
	send func(half bool, connections int) load
	once bool // a raw limit with one writer: its sample is that of 32 connections
}

// takesPart reports whether it is measured in a turn. The raw limits know no repeat
// persons.
func (c contender) takesPart(half bool, connections int) bool {
	return (c.peer != nil || !half) && (!c.once || connections == 32)
}

// measure is one turn. The CPU time includes the choice of managers that takes place
// after the answers.
func (c contender) measure(half bool, connections int) sample {
	before := make([]time.Duration, len(c.uses))
	for i, u := range c.uses {
		before[i] = u.used()
	}
	l := c.send(half, connections)
	if c.peer != nil && !c.settle(c.b) {
		c.b.Fatalf("%s: leads have no manager a minute after the load", c.name)
	}
	s := sample{perSecond: l.perSecond, p50: hubtest.Percentile(l.took, 50), p99: hubtest.Percentile(l.took, 99)}
	for i, u := range c.uses {
		s.cpu = append(s.cpu, (u.used()-before[i])/time.Duration(max(1, l.touches)))
	}
	return s
}

// measureForms measures all contenders and prints the tables.
func measureForms(b *testing.B, rounds int) {
	contenders, peers := startContenders(b)
	for _, p := range peers {
		defer p.end()
		p.send(false, 8, time.Second)
		p.analyse()
	}
	all := results{rounds: rounds, samples: map[turn][]sample{}}
	for round := range rounds {
		order := slices.Concat(contenders[round%len(contenders):], contenders[:round%len(contenders)])
		for _, half := range []bool{false, true} {
			for _, connections := range degrees {
				for _, c := range order {
					if c.takesPart(half, connections) {
						at := turn{c.name, half, connections}
						all.samples[at] = append(all.samples[at], c.measure(half, connections))
					}
				}
			}
		}
	}
	for _, p := range peers {
		for _, fault := range p.faults(b) {
			b.Error(fault)
		}
	}
	all.printSamples(contenders)
	all.printShares()
	all.printTargets(peers[1])
}

// Names of the contenders.
const (
	onFloor    = "gofloor"
	onPostgres = "hub on PostgreSQL + Redis"
	onSQLite   = "hub on SQLite"
	limit1     = "a1: pgbench, statement by statement"
	limit2     = "a2: pgbench, one statement"
	limit3     = "a3: SQLite, one touch per commit"
	limit16    = "a16: SQLite, 16 touches per commit"
)

// startContenders starts the peers: gofloor, the hub on PostgreSQL, the hub on SQLite.
func startContenders(b *testing.B) ([]contender, []*peer) {
	b.Helper()
	place := func() config.Config { // the servers are shared, the databases are not
		c := config.Default()
		c.Data, c.Database, c.Redis = b.TempDir(), storagetest.Postgres(b), storagetest.Redis(b)
		return c
	}
	binary, where := buildHub(b), place()
	inFile := config.Default()
	inFile.Data = b.TempDir()
	floor := startGofloor(b, buildCommand(b, "ctihub/cmd/ctihub/bench/gofloor"), place())
	hub, alone := startPeerHub(b, binary, where), startPeerHub(b, binary, inFile)
	postgres, redis := postgresProcesses(b, hub.database), redisProcess(b, where.Redis)

	raw := storagetest.Postgres(b)
	if _, err := storage.Migrate(b.Context(), storage.Config{Database: raw}); err != nil {
		b.Fatal(err)
	}
	post := func(name string, p *peer, servers ...process) contender {
		return contender{name: name, peer: p, uses: append([]process{p.process}, servers...),
			send: func(half bool, connections int) load { return p.send(half, connections, during) }}
	}
	bench := func(name string, single bool) contender {
		return contender{name: name, uses: []process{postgres},
			send: func(_ bool, connections int) load { return pgbench(b, raw, single, connections, during) }}
	}
	write := func(name string, each int) contender {
		return contender{name: name, uses: []process{thisProcess(b)}, once: true,
			send: func(bool, int) load { return rawSQLite(b, each, during) }}
	}
	return []contender{
		post(onFloor, floor, postgres, redis), post(onPostgres, hub, postgres, redis), post(onSQLite, alone),
		bench(limit1, false), bench(limit2, true), write(limit3, 1), write(limit16, 16),
	}, []*peer{floor, hub, alone}
}
