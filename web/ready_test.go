package web

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// probed counts the writes that /readyz tries, and refuses them if told to.
type probed struct {
	Database
	mu      sync.Mutex
	writes  int
	pings   int
	refused error
}

func (p *probed) ProbeWrite(ctx context.Context, hub string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.writes++
	if p.refused != nil {
		return p.refused
	}
	return p.Database.ProbeWrite(ctx, hub)
}

func (p *probed) Ping(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pings++
	return p.Database.Ping(ctx)
}

// A hub is ready when it can write and there is room; it says what is not so,
// and writes once every few seconds however often it is asked.
func TestReadiness(t *testing.T) {
	var store probed
	now, free := time.Now(), uint64(1<<30)
	h := sqliteHub(t, func(o *Options) {
		store.Database, o.Store.Database = o.Store.Database, &store
		o.Now = func() time.Time { return now }
		o.Hub, o.MinFree, o.FreeDisk = "hub-1", 200<<20, func() (uint64, error) { return free, nil }
	})
	c := h.as("")
	want := func(what string, status int, text string) {
		t.Helper()
		if res, body := c.text("/readyz"); res.StatusCode != status || !strings.Contains(body, text) {
			t.Errorf("%s: %s %s", what, res.Status, body)
		}
	}
	var asked sync.WaitGroup
	for range 50 {
		asked.Go(func() { want("many at once", http.StatusOK, `"ready":true`) })
	}
	asked.Wait()
	if store.writes != 1 {
		t.Errorf("%d writes for 50 questions", store.writes)
	}
	store.refused = errors.New("the disk is full")
	want("soon after a write", http.StatusOK, `"write":"ok"`)
	now = now.Add(probeEvery)
	want("no write", http.StatusServiceUnavailable, `{"ready":false,"database":"ok","write":"refused","disk":"ok","failed":["write"],`)
	free = 100 << 20
	want("no write and no room", http.StatusServiceUnavailable, `"disk":"low","failed":["write","disk"]`)
	store.refused = nil
	now = now.Add(probeEvery)
	want("no room", http.StatusServiceUnavailable, `"failed":["disk"]`)
	free = 201 << 20
	want("all is well", http.StatusOK, `"ready":true`)
	writes, pings := store.writes, store.pings
	for range 20 {
		if res, body := c.text("/healthz"); res.StatusCode != http.StatusOK || body != "ok\n" {
			t.Fatalf("%s %s", res.Status, body)
		}
	}
	if store.writes != writes || store.pings != pings {
		t.Error("/healthz asks the database")
	}
}
