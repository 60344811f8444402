package main

import (
	"bytes"
	"context"
	"fmt"
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

	"ctihub/config"
	"ctihub/leads"
	"ctihub/storage"
	"ctihub/storage/storagetest"
	"ctihub/web"
)

const password = "correct horse battery"

// hub is a whole hub at work, as "serve" runs it.
type hub struct {
	*app
	t    testing.TB
	url  string
	data string // folder of its SQLite file
	dsn  string // of PostgreSQL; empty: SQLite
	stop func() // ends it before the test does
}

// startHub runs a hub on a free port until the test ends, on SQLite unless
// change says otherwise.
func startHub(t testing.TB, change ...func(*config.Config)) *hub {
	t.Helper()
	return startHubAt(t, time.Now, change...)
}

// startHubAt is startHub with a clock of the hub's own.
func startHubAt(t testing.TB, now func() time.Time, change ...func(*config.Config)) *hub {
	t.Helper()
	return startHubWith(t, appOptions{Now: now}, change...)
}

// startHubAdding is startHub with something to add before the hub runs.
func startHubAdding(t testing.TB, add func(*app) error, change ...func(*config.Config)) *hub {
	t.Helper()
	return runHub(t, appOptions{}, add, change...)
}

// startHubWith is startHub with options; their log is the test's.
func startHubWith(t testing.TB, opts appOptions, change ...func(*config.Config)) *hub {
	t.Helper()
	return runHub(t, opts, nil, change...)
}

// startDemo runs the demo office, whose line rings by itself only if it is
// switched on.
func startDemo(t testing.TB, change ...func(*config.Config)) *hub {
	t.Helper()
	d := &demo{}
	return runHub(t, appOptions{Demo: d}, nil, append(change, func(c *config.Config) {
		made, err := newDemo(c, "")
		if err != nil {
			t.Fatal(err)
		}
		*d = *made
		d.SetLine(false)
	})...)
}

func runHub(t testing.TB, opts appOptions, add func(*app) error, change ...func(*config.Config)) *hub {
	t.Helper()
	cfg := config.Default()
	cfg.Listen = freeAddress(t)
	cfg.PublicURL = "http://" + cfg.Listen
	cfg.Hub = "hub-" + cfg.Listen[strings.LastIndexByte(cfg.Listen, ':')+1:]
	cfg.Data = dataDir(t)
	for _, c := range change {
		c(&cfg)
	}
	log := slog.New(slog.NewTextHandler(testLog{t}, &slog.HandlerOptions{Level: slog.LevelWarn}))
	ctx, stop := context.WithCancel(context.Background())
	opts.Log, opts.Version = log, "test"
	a, err := newApp(ctx, cfg, opts)
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
	return &hub{app: a, t: t, url: cfg.PublicURL, data: cfg.Data, dsn: cfg.Database, stop: end}
}

// freeAddress is on a loopback address of this process alone: a hub that was
// killed gives its port back, and a test of another package could get it while
// people here still send to it.
func freeAddress(t testing.TB) string {
	t.Helper()
	pid := os.Getpid()
	l, err := net.Listen("tcp", fmt.Sprintf("127.%d.%d.%d:0", 1+pid/253/256%200, pid/253%256, 1+pid%253))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

type testLog struct{ t testing.TB }

func (l testLog) Write(b []byte) (int, error) {
	l.t.Logf("hub: %s", bytes.TrimSpace(b))
	return len(b), nil
}

// source adds a source to the configuration.
func source(t testing.TB, name, kind, team string, settings map[string]any) func(*config.Config) {
	t.Helper()
	src, err := config.NewSource(name, kind, team, false, settings)
	if err != nil {
		t.Fatal(err)
	}
	return func(c *config.Config) { c.Sources = append(c.Sources, src) }
}

// person adds a user who signs in with the constant password, and returns the
// id and an API token.
func (h *hub) person(login, name string, role leads.Role, extensions ...string) (id, token string) {
	h.t.Helper()
	hash := web.HashPassword(password)
	ctx := context.Background()
	u, err := h.Store().CreateUser(ctx, leads.User{Login: login, Name: name, Role: role, Extensions: extensions, Presence: leads.Available, PasswordHash: hash})
	if err != nil {
		h.t.Fatal(err)
	}
	token, tokenHash := web.NewToken()
	if _, err := h.Store().CreateToken(ctx, u.ID, "test of "+login, tokenHash, time.Now()); err != nil {
		h.t.Fatal(err)
	}
	return u.ID, token
}

// dataDir is a folder with the tables of an embedded database.
var dataDir = storagetest.DataDirs(func(dir string) error {
	_, err := storage.Migrate(context.Background(), storage.Config{DataDir: dir})
	return err
})

// patience is how long a test awaits what has to happen: a bound for what hangs,
// wide enough for a machine that has other work.
const patience = 3 * time.Minute

// percentile returns the p-th of the durations, which it sorts.
func percentile(all []time.Duration, p float64) time.Duration {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[min(len(all)-1, int(p/100*float64(len(all))))]
}

func awaitReady(url string, limit time.Duration) bool {
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

// cached is a file that "make deps" put into the cache.
func cached(t *testing.T, path string) string {
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
