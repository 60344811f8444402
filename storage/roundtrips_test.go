package storage_test

import (
	"fmt"
	"io"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"

	"ctihub/leads"
	"ctihub/leads/intake"
	"ctihub/storage"
)

// wire is a proxy before PostgreSQL that counts how often the hub says
// something after it was answered.
type wire struct {
	turns atomic.Int64
	asked atomic.Bool // the hub spoke last
}

func (w *wire) listen(t *testing.T, dsn string) string {
	u := must(url.Parse(dsn))(t)
	server := u.Host
	l := must(net.Listen("tcp", "127.0.0.1:0"))(t)
	var open sync.WaitGroup
	t.Cleanup(func() { _ = l.Close(); open.Wait() })
	open.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s, err := net.Dial("tcp", server)
			if err != nil {
				t.Error(err)
				return
			}
			open.Go(func() { defer s.Close(); _, _ = io.Copy(s, tap{c, w, true}) })
			open.Go(func() { defer c.Close(); _, _ = io.Copy(c, tap{s, w, false}) })
		}
	})
	u.Host = l.Addr().String()
	q := u.Query()
	q.Set("pool_max_conns", "1")
	u.RawQuery = q.Encode()
	return u.String()
}

type tap struct {
	io.Reader
	w   *wire
	hub bool
}

func (p tap) Read(b []byte) (int, error) {
	n, err := p.Reader.Read(b)
	if n > 0 && p.w.asked.Swap(p.hub) != p.hub && p.hub {
		p.w.turns.Add(1)
	}
	return n, err
}

// TestPostgresRoundTrips: how often the hub waits for PostgreSQL to store a
// touch, begin and commit included. docs/performance.md has the figures.
func TestPostgresRoundTrips(t *testing.T) {
	t.Parallel()
	w := &wire{}
	o := office{t, open(t, storage.Config{Database: w.listen(t, migrated(t))})}
	o.hire("anna", leads.RoleManager, "", "100")
	next := 0
	stranger := func() leads.Identity { next++; return phone(next) }
	key := func() string { next++; return fmt.Sprint(next) }
	var ring leads.Touch
	known := o.put(form("known", ivan))[0].ContactID
	together := func() {
		b := intake.Batch{Source: "site"}
		for range 64 {
			b.Touches = append(b.Touches, form(key(), stranger()))
		}
		if _, err := o.Ingest(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name string
		want int64
		do   func()
	}{
		{"a stranger's form", 2, func() { o.put(form(key(), stranger())) }},
		{"a form said again", 2, func() { o.put(form("1000", ivan)) }},
		{"a known person's form", 2, func() { o.put(form(key(), ivan)) }},
		{"a stranger's call", 2, func() { ring = call(key(), stranger(), "100"); o.put(ring) }},
		{"a call that is answered", 2, func() { o.put(answer(ring, 0)) }},
		{"sixty-four strangers' forms together", 2, together},
		{"a form where facts are required", 2, func() { o.put(form(key(), stranger())) }},
		{"what a person wrote in every source", 1, func() { must(o.Written(t.Context(), known))(t) }},
	} {
		for range 7 { // statements are prepared, and planned
			if c.name == "a call that is answered" {
				ring = call(key(), stranger(), "100")
				o.put(ring)
			}
			if c.name == "a form where facts are required" {
				o.requires(leads.RequiredFacts{Sources: []leads.Required{{Name: "site", Facts: leads.RequirableFacts}}})
			}
			w.turns.Store(0)
			c.do()
		}
		if got := w.turns.Load(); got != c.want {
			t.Errorf("%s: %d round trips, want %d", c.name, got, c.want)
		} else {
			t.Logf("%s: %d round trips", c.name, got)
		}
	}
}
