package bench

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"ctihub/config"
	"ctihub/leads"
	"ctihub/storage"
	"ctihub/storage/storagetest"
	"ctihub/web"
)

// BenchmarkMemory measures the built binary on SQLite: the time until it is ready,
// its memory at rest, and the memory per event stream with a thousand of them open,
// and per form with a thousand of them waiting for a locked table.
func BenchmarkMemory(b *testing.B) {
	const clients = 1000
	binary := buildHub(b)
	info, err := os.Stat(binary)
	if err != nil {
		b.Fatal(err)
	}
	for range b.N {
		table("memory and start | of its target | measured |")
		table("--- | --- | --- | ---")
		table("binary | | %.1f MB |", float64(info.Size())/1e6)
		where := config.Default()
		where.Data = b.TempDir()
		for _, what := range []string{"first start, empty database", "start, database up to date"} {
			k := startChild(b, binary, where)
			idle := residentMB(k.cmd.Process.Pid)
			table("%s: ready, memory at rest | %.2f of 60 MB | %v | %.0f MB", what, idle/60, k.ready.Round(time.Millisecond), idle)
			k.end()
		}
		token := createToken(b, where)
		k := startChild(b, binary, where)
		streams(b, k, token, clients/10)() // warm up, so that memory allocated once is not counted
		before := proportionalKB(b, k)
		held := streams(b, k, token, clients)
		each := (proportionalKB(b, k) - before) / clients
		table("an open event stream, of %d over HTTP | %.2f of 40 kB | %.1f kB |", clients, each/40, each)
		held()
		k.end()

		where.Database, where.Redis = storagetest.Postgres(b), storagetest.Redis(b)
		k = startChild(b, binary, where)
		inFlight(b, k, where.Database, 100)
		each = inFlight(b, k, where.Database, clients)
		table("a form in flight, of %d that wait for a locked table | | %.1f kB |", clients, each)
		k.end()
	}
}

// createToken adds a supervisor and an API token to a database that no hub has open.
func createToken(b *testing.B, where config.Config) string {
	b.Helper()
	s, err := storage.Open(b.Context(), storage.Config{DataDir: where.Data})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	u, err := s.CreateUser(b.Context(), leads.User{Login: "chief", Name: "Chief", Role: leads.RoleSupervisor, Presence: leads.Available})
	if err != nil {
		b.Fatal(err)
	}
	token, hash := web.NewToken()
	if _, err := s.CreateToken(b.Context(), u.ID, "bench", hash, time.Now()); err != nil {
		b.Fatal(err)
	}
	return token
}

// streams opens event streams, waits a few seconds, and returns a function that closes
// them.
func streams(b *testing.B, k *child, token string, n int) (end func()) {
	b.Helper()
	address := strings.TrimPrefix(k.url, "http://")
	conns := make([]net.Conn, n)
	for i := range conns {
		c, err := net.Dial("tcp", address)
		if err != nil {
			b.Fatal(err)
		}
		conns[i] = c
		fmt.Fprintf(c, "GET /api/v1/events HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nAccept: text/event-stream\r\n\r\n", address, token)
		if _, err := io.ReadFull(c, make([]byte, len("HTTP/1.1 200 OK"))); err != nil {
			b.Fatal(err)
		}
	}
	time.Sleep(5 * time.Second) // memory is measured at rest; the streams check their rights meanwhile
	return func() {
		for _, c := range conns {
			_ = c.Close()
		}
	}
}

// inFlight posts forms of new persons while a table is locked, and returns the memory
// per waiting form in kB. Then it unlocks the table.
func inFlight(b *testing.B, k *child, database string, n int) float64 {
	b.Helper()
	conn, err := sql.Open("pgx", database)
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	lock, err := conn.BeginTx(context.Background(), nil)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := lock.Exec("LOCK TABLE interactions IN ACCESS EXCLUSIVE MODE"); err != nil {
		b.Fatal(err)
	}
	before := proportionalKB(b, k)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: n}}
	defer client.CloseIdleConnections()
	var posts sync.WaitGroup
	for range n {
		posts.Go(func() {
			if _, err := postAs(client, k.url, person(nextPhone.Add(1)), "price?"); err != nil {
				b.Error(err)
			}
		})
	}
	time.Sleep(2 * time.Second) // less than the time-outs for a locked table
	after := proportionalKB(b, k)
	if err := lock.Rollback(); err != nil {
		b.Fatal(err)
	}
	posts.Wait()
	return (after - before) / float64(n)
}

// proportionalKB reads the PSS (proportional set size) of a hub in kB.
func proportionalKB(b *testing.B, k *child) float64 {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", k.cmd.Process.Pid))
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "\nPss:")
	kb, err := strconv.ParseFloat(strings.Fields(rest + " x")[0], 64)
	if err != nil {
		b.Fatal(err)
	}
	return kb * 1.024
}
