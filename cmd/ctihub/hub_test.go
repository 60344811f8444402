package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
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
	return startHubWith(t, now, nil, change...)
}

// startHubWith is startHubAt with something to add before the hub runs.
func startHubWith(t testing.TB, now func() time.Time, add func(*app) error, change ...func(*config.Config)) *hub {
	t.Helper()
	return runHub(t, appOptions{Now: now}, add, change...)
}

// startDemo runs the demo office, whose line rings by itself only if it is
// switched on.
func startDemo(t testing.TB, change ...func(*config.Config)) (*hub, *demo) {
	t.Helper()
	d := &demo{}
	h := runHub(t, appOptions{Now: time.Now, Demo: d}, nil, append(change, func(c *config.Config) {
		made, err := newDemo(c, "")
		if err != nil {
			t.Fatal(err)
		}
		*d = *made
		d.SetLine(false)
	})...)
	return h, d
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
	opts.Log = log
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
	u, err := h.store.CreateUser(ctx, leads.User{Login: login, Name: name, Role: role, Extensions: extensions, Presence: leads.Available, PasswordHash: hash})
	if err != nil {
		h.t.Fatal(err)
	}
	token, tokenHash := web.NewToken()
	if _, err := h.store.CreateToken(ctx, u.ID, "test of "+login, tokenHash, time.Now()); err != nil {
		h.t.Fatal(err)
	}
	return u.ID, token
}

// list reads all pages of a list of the API.
func list[T any](h *hub, token, path string, filter url.Values) []T {
	h.t.Helper()
	var all []T
	q := url.Values{"limit": {"200"}}
	for k, v := range filter {
		q[k] = v
	}
	for {
		var page struct {
			Items []T
			Next  string
		}
		h.get(token, path+"?"+q.Encode(), &page)
		all = append(all, page.Items...)
		if page.Next == "" {
			return all
		}
		q.Set("cursor", page.Next)
	}
}

// get reads an answer, and asks again if the hub says that it cannot answer now.
func (h *hub) get(token, path string, into any) {
	h.t.Helper()
	status, body := h.request(http.MethodGet, token, path, nil)
	for began := time.Now(); status == http.StatusServiceUnavailable && time.Since(began) < patience; {
		time.Sleep(200 * time.Millisecond)
		status, body = h.request(http.MethodGet, token, path, nil)
	}
	if status != http.StatusOK {
		h.t.Fatalf("GET %s: %d %s", path, status, body)
	}
	if err := json.Unmarshal(body, into); err != nil {
		h.t.Fatalf("GET %s: %v in %s", path, err, body)
	}
}

func (h *hub) request(method, token, path string, body any) (int, []byte) {
	h.t.Helper()
	var b io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			h.t.Fatal(err)
		}
		b = bytes.NewReader(text)
	}
	r, err := http.NewRequest(method, h.url+path, b)
	if err != nil {
		h.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		h.t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return resp.StatusCode, answer
}

// received is a live event and the moment at which its last byte was read.
type received struct {
	leads.EventBody
	At time.Time
}

// events opens a live stream and returns once it is open.
func (h *hub) events(token string, types ...leads.EventType) <-chan received {
	h.t.Helper()
	return h.eventsOver(http.DefaultClient, token, types...)
}

// eventsOver is events with a client of the test's own.
func (h *hub) eventsOver(client *http.Client, token string, types ...leads.EventType) <-chan received {
	h.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	h.t.Cleanup(cancel)
	var names []string
	for _, t := range types {
		names = append(names, string(t))
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, h.url+"/api/v1/events?types="+url.QueryEscape(strings.Join(names, ",")), nil)
	if err != nil {
		h.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	resp, err := client.Do(r)
	if err != nil {
		h.t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		h.t.Fatalf("the stream answers %s", resp.Status)
	}
	ch := make(chan received, 10000)
	go func() {
		defer close(ch)
		defer resp.Body.Close()
		lines := bufio.NewScanner(resp.Body)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			data, ok := bytes.CutPrefix(lines.Bytes(), []byte("data:"))
			if !ok {
				continue
			}
			e := received{At: time.Now()}
			if err := json.Unmarshal(data, &e.EventBody); err == nil && e.Type != "" {
				ch <- e
			}
		}
	}()
	return ch
}

// dataDir is a folder with the tables of an embedded database.
var dataDir = storagetest.DataDirs(func(dir string) error {
	_, err := storage.Migrate(context.Background(), storage.Config{DataDir: dir})
	return err
})

// patience is how long a test awaits what has to happen: a bound for what hangs,
// wide enough for a machine that has other work.
const patience = 3 * time.Minute

// await returns the first event that fits.
func await(t testing.TB, ch <-chan received, what string, fits func(received) bool) received {
	t.Helper()
	limit := time.After(patience)
	for {
		select {
		case e, ok := <-ch:
			if !ok {
				t.Fatalf("the stream ended before %s", what)
			}
			if fits(e) {
				return e
			}
		case <-limit:
			t.Fatalf("no event within %v: %s", patience, what)
		}
	}
}

// percentile returns the p-th of the durations, which it sorts.
func percentile(all []time.Duration, p float64) time.Duration {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[min(len(all)-1, int(p/100*float64(len(all))))]
}
