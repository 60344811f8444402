// Package hubtest starts whole hubs for tests and measurements, with a client of the
// API, real browsers and real exchanges.
package hubtest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ctihub/cmd/ctihub/app"
	"ctihub/cmd/ctihub/demo"
	"ctihub/config"
	"ctihub/leads"
	"ctihub/storage"
	"ctihub/storage/storagetest"
	"ctihub/web"
)

// Password is the password of all users added by [Hub.Person].
const Password = "correct horse battery"

// Hub is a whole running hub, as "serve" runs it.
type Hub struct {
	*app.Hub
	T    testing.TB
	URL  string
	Data string // folder of its SQLite file
	DSN  string // of PostgreSQL; empty: SQLite
	Stop func() // ends it before the test does
}

// Start runs a hub on a free port until the test ends, on SQLite unless
// change says otherwise.
func Start(t testing.TB, change ...func(*config.Config)) *Hub {
	t.Helper()
	return StartAt(t, time.Now, change...)
}

// StartAt is Start with a clock of the hub's own.
func StartAt(t testing.TB, now func() time.Time, change ...func(*config.Config)) *Hub {
	t.Helper()
	return StartWith(t, app.Options{Now: now}, change...)
}

// StartAdding is Start with a function that is called before the hub runs, for
// example to add a source.
func StartAdding(t testing.TB, add func(*app.Hub) error, change ...func(*config.Config)) *Hub {
	t.Helper()
	return runHub(t, app.Options{}, add, change...)
}

// StartWith is Start with options; their log is the test's.
func StartWith(t testing.TB, opts app.Options, change ...func(*config.Config)) *Hub {
	t.Helper()
	return runHub(t, opts, nil, change...)
}

// StartDemo runs the demo office, with a week of history and its simulated line switched off.
func StartDemo(t testing.TB, change ...func(*config.Config)) *Hub {
	t.Helper()
	d := &demo.Demo{}
	return runHub(t, app.Options{Demo: d}, nil, append(change, func(c *config.Config) {
		made, err := demo.New(c, "")
		if err != nil {
			t.Fatal(err)
		}
		*d = *made
		d.Days = 7
		d.SetLine(false)
	})...)
}

func runHub(t testing.TB, opts app.Options, add func(*app.Hub) error, change ...func(*config.Config)) *Hub {
	t.Helper()
	cfg := config.Default()
	cfg.Listen = FreeAddress(t)
	cfg.PublicURL = "http://" + cfg.Listen
	cfg.Hub = "hub-" + cfg.Listen[strings.LastIndexByte(cfg.Listen, ':')+1:]
	cfg.Data = DataDir(t)
	for _, c := range change {
		c(&cfg)
	}
	log := slog.New(slog.NewTextHandler(Log(t), &slog.HandlerOptions{Level: slog.LevelWarn}))
	ctx, stop := context.WithCancel(context.Background())
	opts.Log, opts.Version = log, "test"
	a, err := app.New(ctx, cfg, opts)
	if err != nil {
		stop()
		t.Fatal(err)
	}
	if add != nil {
		if err := add(a); err != nil {
			t.Fatal(err)
		}
	}
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	end := sync.OnceFunc(func() {
		stop()
		if err := <-done; err != nil {
			t.Errorf("stopping the hub: %v", err)
		}
	})
	t.Cleanup(end)
	return &Hub{Hub: a, T: t, URL: cfg.PublicURL, Data: cfg.Data, DSN: cfg.Database, Stop: end}
}

// FreeAddress is a free port on a loopback address that only this process uses: a
// killed hub frees its port, and a test of another package could get it while this
// test still sends to it.
func FreeAddress(t testing.TB) string {
	t.Helper()
	pid := os.Getpid()
	l, err := net.Listen("tcp", fmt.Sprintf("127.%d.%d.%d:0", 1+pid/253/256%200, pid/253%256, 1+pid%253))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// Log is a test's log as a writer.
func Log(t testing.TB) io.Writer { return testLog{t} }

type testLog struct{ t testing.TB }

func (l testLog) Write(b []byte) (int, error) {
	l.t.Logf("hub: %s", bytes.TrimSpace(b))
	return len(b), nil
}

// Source adds a source to the configuration.
func Source(t testing.TB, name, kind, team string, settings map[string]any) func(*config.Config) {
	t.Helper()
	src, err := config.NewSource(name, kind, team, false, settings)
	if err != nil {
		t.Fatal(err)
	}
	return func(c *config.Config) { c.Sources = append(c.Sources, src) }
}

// Person adds a user who signs in with the constant password, and returns the
// id and an API token.
func (h *Hub) Person(login, name string, role leads.Role, extensions ...string) (id, token string) {
	h.T.Helper()
	hash := web.HashPassword(Password)
	ctx := context.Background()
	u, err := h.Store().CreateUser(ctx, leads.User{Login: login, Name: name, Role: role, Extensions: extensions, Presence: leads.Available, PasswordHash: hash})
	if err != nil {
		h.T.Fatal(err)
	}
	token, tokenHash := web.NewToken()
	if _, err := h.Store().CreateToken(ctx, u.ID, "test of "+login, tokenHash, time.Now()); err != nil {
		h.T.Fatal(err)
	}
	return u.ID, token
}

// DataDir makes a folder with a migrated SQLite database.
var DataDir = storagetest.DataDirs(func(dir string) error {
	_, err := storage.Migrate(context.Background(), storage.Config{DataDir: dir})
	return err
})

// Patience is how long a test waits for something that must happen: it bounds a
// hanging test and is long enough for a busy machine.
const Patience = 3 * time.Minute

// Percentile returns the p-th of the durations, which it sorts.
func Percentile(all []time.Duration, p float64) time.Duration {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[min(len(all)-1, int(p/100*float64(len(all))))]
}

// AwaitReady asks an address until it answers 200, and reports whether it did
// within the limit.
func AwaitReady(url string, limit time.Duration) bool {
	for began := time.Now(); time.Since(began) < limit; time.Sleep(2 * time.Millisecond) {
		if resp, err := http.Get(url); err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return true
			}
		}
	}
	return false
}

// Cached is the path of a file that "make deps" put into the cache.
func Cached(t *testing.T, path string) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(cache, "ctihub", path)
	if _, err := os.Stat(file); err != nil {
		t.Fatalf("%s is missing: run make deps", file)
	}
	return file
}

// root is the folder of go.mod, above the folder in which a test runs.
func root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	for ; err == nil; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			break
		}
	}
	t.Fatalf("there is no go.mod above the test's folder: %v", err)
	return ""
}
