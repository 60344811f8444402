// Package bench measures whole hubs; docs/performance.md has the figures.
package bench

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/config"
	"ctihub/connectors/asterisk/asterisktest"
	"ctihub/deploy/pbx/sip"
	"ctihub/leads"
	"ctihub/storage"
	"ctihub/storage/storagetest"
)

// table prints one line of the figures of docs/performance.md.
func table(format string, args ...any) { fmt.Printf("| "+format+" |\n", args...) }

// measureRings places 300 calls, the first from the given number, and returns the time
// from each call to its event.
func measureRings(b *testing.B, pbx *asterisktest.PBX, phone *sip.Phone, stream <-chan hubtest.Received, from int64, rate int) (took []time.Duration) {
	const calls = 300
	rang := map[string]time.Time{}
	loaded := make(chan error, 1)
	go func() { loaded <- pbx.Load("7001", from, calls, rate, 500*time.Millisecond) }()
	for range calls {
		r := asterisktest.Next(b, phone.Rings())
		rang["+"+r.Caller] = r.At
	}
	for len(rang) > 0 {
		e := hubtest.Await(b, stream, "a ring", func(hubtest.Received) bool { return true })
		if at, first := rang[e.Call.From]; first {
			took = append(took, e.At.Sub(at))
			delete(rang, e.Call.From)
		}
	}
	if err := <-loaded; err != nil {
		b.Fatal(err)
	}
	return took
}

// postFormsAtRate posts forms of new persons at a rate, without waiting for answers,
// until ctx ends.
func postFormsAtRate(ctx context.Context, b *testing.B, h *hubtest.Hub, rate int) {
	var posts sync.WaitGroup
	var all, refused atomic.Int64
	defer func() {
		posts.Wait()
		b.Logf("%d of %d forms were refused", refused.Load(), all.Load())
	}()
	tick := time.NewTicker(time.Second / time.Duration(rate))
	defer tick.Stop()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	defer client.CloseIdleConnections()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			posts.Go(func() {
				all.Add(1)
				if _, err := postForm(client, h, nextPhone.Add(1), nextPhone.Load()); err != nil {
					refused.Add(1)
				}
			})
		}
	}
}

// postForm posts one form and returns how long the answer took.
func postForm(client *http.Client, h *hubtest.Hub, phone, n int64) (time.Duration, error) {
	return postAs(client, h.URL, fmt.Sprintf("+7916%07d", 1_000_000+phone%8_000_000), fmt.Sprintf("price %d?", n))
}

// postAs posts the form of a person with this number.
func postAs(client *http.Client, hub, phone, message string) (time.Duration, error) {
	body := fmt.Sprintf(`{"name":"Ivan","phone":"%s","message":"%s","utm_source":"bench"}`, phone, message)
	sent := time.Now()
	resp, err := client.Post(hub+"/in/site", "application/json", strings.NewReader(body))
	if err != nil {
		return 0, err
	}
	answer, _ := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("%s %s", resp.Status, answer)
	}
	return time.Since(sent), nil
}

// BenchmarkForms posts forms of new and of known persons to /in/site over HTTP,
// with the client on the same machine, beside the raw limits of the same
// servers in the same run: the rows of a new person's form written by pgbench
// statement by statement in one transaction (a1) and as one statement (a2), and
// on SQLite one touch per commit (a3).
func BenchmarkForms(b *testing.B) {
	const during = 5 * time.Second
	form := hubtest.Source(b, "site", "webform", "", map[string]any{"per_minute": 0})
	for range b.N {
		table("touches per second, p50 / p99 | 1 connection | 8 connections | 32 connections")
		table("--- | --- | --- | ---")
		a3, a3p50 := rawSQLite(b, during)
		table("a3: SQLite, one touch per commit | %.0f/s, %v | |", a3, round(a3p50))
		h := hubtest.Start(b, form)
		h.Person("oleg", "Oleg", leads.RoleManager)
		load(b, h, "SQLite", []limit{{"a3", [3]float64{a3, a3, a3}, a3p50}}, during)

		dsn, redis := storagetest.Postgres(b), storagetest.Redis(b)
		h = hubtest.Start(b, form, func(c *config.Config) { c.Database, c.Redis = dsn, redis })
		h.Person("oleg", "Oleg", leads.RoleManager)
		raw := storagetest.Postgres(b) // a separate database on the same server
		if s, err := storage.Open(b.Context(), storage.Config{Database: raw}); err != nil {
			b.Fatal(err)
		} else if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		limits := []limit{{name: "a1"}, {name: "a2"}}
		for i, what := range []string{"a1: pgbench, statement by statement", "a2: pgbench, one statement"} {
			cells := make([]any, 3)
			for n, connections := range degrees {
				rate, p50 := pgbench(b, raw, i == 1, connections, during)
				limits[i].rate[n] = rate
				if n == 0 {
					limits[i].single = p50
				}
				cells[n] = fmt.Sprintf("%.0f/s, %v", rate, round(p50))
			}
			table(what+" | %s | %s | %s", cells...)
		}
		load(b, h, "PostgreSQL + Redis", limits, during)
	}
}

var degrees = [3]int{1, 8, 32}

// limit is the raw write rate of a database.
type limit struct {
	name   string
	rate   [3]float64    // per second, by degrees
	single time.Duration // p50 of one connection
}

// load posts forms of new and of known persons at each number of connections,
// and prints them with their share of the limits.
func load(b *testing.B, h *hubtest.Hub, name string, limits []limit, during time.Duration) {
	for _, known := range []bool{false, true} {
		who := "new persons"
		if known {
			who = "known persons"
		}
		cells := make([]any, 3)
		var rates [3]float64
		var lone time.Duration
		for n, connections := range degrees {
			rate, all := postForms(b, h, connections, known, during)
			if rates[n] = rate; n == 0 {
				lone = hubtest.Percentile(all, 50)
			}
			cells[n] = fmt.Sprintf("%.0f/s, %v / %v", rate, round(hubtest.Percentile(all, 50)), round(hubtest.Percentile(all, 99)))
		}
		table("POST /in/site, "+name+", "+who+" | %s | %s | %s", cells...)
		if known {
			continue
		}
		for _, l := range limits {
			table("share of %s; p50 of a lone touch %.1f × its | %.0f %% | %.0f %% | %.0f %%", l.name, float64(lone)/float64(l.single),
				100*rates[0]/l.rate[0], 100*rates[1]/l.rate[1], 100*rates[2]/l.rate[2])
		}
	}
}

func round(d time.Duration) time.Duration { return d.Round(10 * time.Microsecond) }

var nextPhone atomic.Int64

// postForms posts for a while over a number of connections and returns the
// answers per second and how long each took.
func postForms(b *testing.B, h *hubtest.Hub, connections int, known bool, during time.Duration) (perSecond float64, all []time.Duration) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}}
	defer client.CloseIdleConnections()
	var mu sync.Mutex
	var workers sync.WaitGroup
	began := time.Now()
	for range connections {
		workers.Go(func() {
			var mine []time.Duration
			for time.Since(began) < during {
				n := nextPhone.Add(1)
				phone := n
				if known {
					phone = n % 1000 // of the first ones
				}
				took, err := postForm(client, h, phone, n)
				if err != nil {
					b.Error(err)
					return
				}
				mine = append(mine, took)
			}
			mu.Lock()
			all = append(all, mine...)
			mu.Unlock()
		})
	}
	workers.Wait()
	return float64(len(all)) / time.Since(began).Seconds(), all
}
