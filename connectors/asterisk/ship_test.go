package asterisk

import (
	"compress/gzip"
	"context"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ctihub/connectors"
)

const celToken = "a token of the journal"

// receiver is a hub to which the journal is sent.
func receiver(t *testing.T, m *memory, data string) (h http.Handler, stop func()) {
	t.Helper()
	e := env(map[string]any{"url": "http://127.0.0.1:1", "username": "hub", "password": "secret", "trunks": []string{"trunk"}, "cel_token": celToken}, func(error) {})
	e.DataDir = data
	c, err := newConnector(e)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var work sync.WaitGroup
	work.Go(func() {
		if err := c.Run(ctx, m); err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	stop = sync.OnceFunc(func() { cancel(); work.Wait(); e.Net.HTTP.CloseIdleConnections() })
	t.Cleanup(stop)
	m.untilPositioned(t)
	for c.tail.Load() == nil {
		time.Sleep(time.Millisecond) // it tells nobody that it runs
	}
	return c.takeJournal(m), stop
}

// shipper sends a file to a server, once.
func shipper(t *testing.T, to *httptest.Server, file, state string) *Shipper {
	return &Shipper{File: file, To: to.URL + "/in/pbx", Token: celToken, State: state, Once: true, HTTP: to.Client(), Log: slog.New(slog.DiscardHandler)}
}

// Whoever dies at whatever moment, and while the file is rotated: the hub has
// the journal byte by byte, and every call once; what was there before the
// first start is history.
func TestShipLosesAndDoublesNothing(t *testing.T) {
	const name, calls = "direct, caller hangs up", 40
	seed := rand.Uint64()
	chance := rand.New(rand.NewPCG(seed, 1))
	base := traceStart(t, name)
	data, dir := t.TempDir(), t.TempDir()
	path, state := filepath.Join(dir, "ctihub.csv"), filepath.Join(dir, "state")
	write(t, path, shiftTrace(t, name, 0))
	m := newMemory()
	hub, stop := receiver(t, m, data)
	var mu sync.Mutex
	fates := rand.New(rand.NewPCG(seed, 2))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		switch fates.IntN(4) {
		case 0: // the hub dies before
			panic(http.ErrAbortHandler)
		case 1: // and after it stored the piece
			hub.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		}
		hub.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	first := shipper(t, server, path, state)
	for first.Run(t.Context()) != nil { //nolint:revive // until it gets through
	}
	var want []int
	files := 1
	for n := 1; n <= calls; n++ {
		text := shiftTrace(t, name, n)
		want = append(want, n)
		half := chance.IntN(len(text))
		appendTo(t, path, text[:half])
		before, _ := os.ReadFile(state)
		_ = shipper(t, server, path, state).Run(t.Context())
		if chance.IntN(4) == 0 { // the shipper died before it wrote down what it sent
			write(t, state, string(before))
		}
		appendTo(t, path, text[half:])
		if chance.IntN(6) == 0 {
			rotations[[]string{"renamed", "created", "compressed"}[files%3]](t, path, files)
			files++
		}
		if chance.IntN(8) == 0 { // the hub starts anew
			mu.Lock()
			stop()
			hub, stop = receiver(t, m, data)
			mu.Unlock()
		}
	}
	for shipper(t, server, path, state).Run(t.Context()) != nil { //nolint:revive // until it gets through
	}
	m.untilStarts(t, base, want...)
	copied, _ := filepath.Glob(filepath.Join(data, "journal", "cel.*"))
	all, err := celFiles(path, time.UTC)
	if err != nil || len(copied) != len(all) {
		t.Fatalf("seed %d: %d copies of %d files, %v", seed, len(copied), len(all), err)
	}
	for _, f := range all {
		if got, err := os.ReadFile(filepath.Join(data, "journal", "cel."+f.id)); err != nil || string(got) != plain(t, f.path) {
			t.Errorf("seed %d: the copy of %s differs: %v", seed, f.path, err)
		}
	}
}

func plain(t *testing.T, path string) string {
	t.Helper()
	in, err := openPlain(path)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	text, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A hub that has never seen the journal (another one took over) is sent what it
// lacks of the file that is being written.
func TestShipToAnotherHub(t *testing.T) {
	const name = "busy"
	dir := t.TempDir()
	path, state := filepath.Join(dir, "ctihub.csv"), filepath.Join(dir, "state")
	write(t, path, shiftTrace(t, name, 0))
	m := newMemory()
	hub, stop := receiver(t, m, t.TempDir())
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { hub.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	ship := func() {
		t.Helper()
		if err := shipper(t, server, path, state).Run(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	ship()
	appendTo(t, path, shiftTrace(t, name, 1))
	ship()
	m.untilStarts(t, traceStart(t, name), 1)
	stop()
	hub, _ = receiver(t, m, t.TempDir())
	appendTo(t, path, shiftTrace(t, name, 2))
	ship()
	m.untilStarts(t, traceStart(t, name), 1, 2)
}

func TestShipIsRefused(t *testing.T) {
	m := newMemory()
	data := t.TempDir()
	hub, _ := receiver(t, m, data)
	for what, c := range map[string]struct {
		token, query, body string
		want               int
	}{
		"no token":         {"", "file=0123456789abcdef&offset=0&since=2026-01-01T00:00:00Z", "x\n", http.StatusUnauthorized},
		"wrong token":      {celToken + "x", "file=0123456789abcdef&offset=0&since=2026-01-01T00:00:00Z", "x\n", http.StatusUnauthorized},
		"another file":     {celToken, "file=0123456789abcdef&offset=0&since=2026-01-01T00:00:00Z", "x\n", http.StatusBadRequest},
		"a way out":        {celToken, "file=../../../etc/x&offset=0&since=2026-01-01T00:00:00Z", "x\n", http.StatusBadRequest},
		"negative offset":  {celToken, "file=0123456789abcdef&offset=-1&since=2026-01-01T00:00:00Z", "x\n", http.StatusBadRequest},
		"beyond the end":   {celToken, "file=0123456789abcdef&offset=9&since=2026-01-01T00:00:00Z", "x\n", http.StatusConflict},
		"too much at once": {celToken, "file=0123456789abcdef&offset=0&since=2026-01-01T00:00:00Z", strings.Repeat("x", shipMost+1), http.StatusBadRequest},
	} {
		var body strings.Builder
		z := gzip.NewWriter(&body)
		_, _ = z.Write([]byte(c.body))
		_ = z.Close()
		r := httptest.NewRequest(http.MethodPost, "/in/pbx/cel?"+c.query, strings.NewReader(body.String()))
		if c.token != "" {
			r.Header.Set("Authorization", "Bearer "+c.token)
		}
		w := httptest.NewRecorder()
		hub.ServeHTTP(w, r)
		if w.Code != c.want {
			t.Errorf("%s: %d %s, want %d", what, w.Code, w.Body, c.want)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(data, "journal", "cel.*")); slices.ContainsFunc(left, func(string) bool { return true }) {
		t.Errorf("kept %v", left)
	}
}

// The shipper goes on by itself when the hub is back.
func TestShipTriesAgain(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "ctihub.csv")
	m := newMemory()
	hub, _ := receiver(t, m, t.TempDir())
	away := make(chan struct{}, 1)
	back := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-back:
			hub.ServeHTTP(w, r)
		default:
			select {
			case away <- struct{}{}:
			default:
			}
			http.Error(w, "away", http.StatusBadGateway)
		}
	}))
	t.Cleanup(server.Close)
	s := shipper(t, server, path, filepath.Join(dir, "state"))
	s.Once = false
	ctx, cancel := context.WithCancel(context.Background())
	var work sync.WaitGroup
	work.Go(func() {
		if err := s.Run(ctx); err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	t.Cleanup(func() { cancel(); work.Wait() })
	select { // it has seen that there is no journal yet
	case <-away:
		t.Error("something was sent")
	case <-time.After(2 * shipPoll):
	}
	write(t, path, shiftTrace(t, "busy", 3))
	<-away
	close(back)
	m.untilStarts(t, traceStart(t, "busy"), 3)
}

// A piece of the journal that finds no place in memory is not read, and comes
// again.
func TestShipWaitsForItsPlace(t *testing.T) {
	k := &shippedJournal{dir: t.TempDir(), log: slog.New(slog.DiscardHandler), bodies: connectors.NewBodies(shipMost, shipMost, 0)}
	post := func(body string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodPost, "/in/pbx/cel?file=0123456789abcdef&offset=0&since=2026-01-01T00:00:00Z", strings.NewReader(body))
		w := httptest.NewRecorder()
		k.take(w, r)
		return w
	}
	release, err := k.bodies.Take(&http.Request{ContentLength: shipMost}, shipMost)
	if err != nil {
		t.Fatal(err)
	}
	body := strings.Repeat("no gzip", 10_000)
	if w := post(body); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("while every place is taken: %d %v, want 503 and Retry-After", w.Code, w.Header())
	}
	release()
	if w := post(body); w.Code != http.StatusBadRequest {
		t.Errorf("afterwards: %d, want 400", w.Code)
	}
}
