package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ctihub/config"
	"ctihub/connectors/asterisk/asterisktest"
	"ctihub/deploy/pbx/sip"
	"ctihub/leads"
	"ctihub/storage"
	"ctihub/storage/storagetest"
)

// table prints one line of the figures of docs/performance.md.
func table(format string, args ...any) { fmt.Printf("| "+format+" |\n", args...) }

// BenchmarkRing places 300 real calls at 10 a second, first alone and then
// while ten times as many forms come in, and measures from the INVITE that rings
// the phone to the last byte of the event at a reader.
func BenchmarkRing(b *testing.B) {
	const rate = 10
	pbx := asterisktest.Start(b)
	h := startHub(b, exchange(b, pbx), source(b, "site", "webform", "", map[string]any{"per_minute": 0}))
	_, anna := h.person("anna", "Anna", leads.RoleOperator, "100")
	h.person("oleg", "Oleg", leads.RoleManager)
	h.connected("pbx")
	stream := h.events(anna, leads.EventCallRinging)
	phone := pbx.Phone("100", -1, 0)
	b.ResetTimer()
	for n := range b.N {
		var p99 [2]time.Duration
		for burst, what := range []string{"", fmt.Sprintf(", while %d forms/s come in", 10*rate)} {
			ctx, stop := context.WithCancel(b.Context())
			var forms sync.WaitGroup
			if burst > 0 {
				forms.Go(func() { trickle(ctx, b, h, 10*rate) })
			}
			took := rings(b, pbx, phone, stream, 79160001000+int64(1000*(2*n+burst)), rate)
			stop()
			forms.Wait()
			p99[burst] = percentile(took, 99)
			table("ring → SSE, %d real calls at %d/s%s | p50 %v | p99 %v | max %v", len(took), rate, what,
				short(percentile(took, 50)), short(p99[burst]), short(percentile(took, 100)))
		}
		table("p99 under the burst, by its quiet value | %.1f | |", float64(p99[1])/float64(p99[0]))
		b.ReportMetric(float64(p99[0].Microseconds())/1000, "p99-ms")
		b.ReportMetric(float64(p99[1].Microseconds())/1000, "p99-burst-ms")
	}
}

// rings places 300 calls, the first from the given number, and returns how long
// the event of each took.
func rings(b *testing.B, pbx *asterisktest.PBX, phone *sip.Phone, stream <-chan received, from int64, rate int) (took []time.Duration) {
	const calls = 300
	rang := map[string]time.Time{}
	loaded := make(chan error, 1)
	go func() { loaded <- pbx.Load("7001", from, calls, rate, 500*time.Millisecond) }()
	for range calls {
		r := asterisktest.Next(b, phone.Rings())
		rang["+"+r.Caller] = r.At
	}
	for len(rang) > 0 {
		e := await(b, stream, "a ring", func(received) bool { return true })
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

// trickle posts forms of new persons at a rate, whether or not they are
// answered, until ctx ends.
func trickle(ctx context.Context, b *testing.B, h *hub, rate int) {
	var posts sync.WaitGroup
	defer posts.Wait()
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
				if _, err := postForm(client, h, nextPhone.Add(1), nextPhone.Load()); err != nil {
					b.Error(err)
				}
			})
		}
	}
}

// postForm posts one form and returns how long the answer took.
func postForm(client *http.Client, h *hub, phone, n int64) (time.Duration, error) {
	body := fmt.Sprintf(`{"name":"Ivan","phone":"+7916%07d","message":"price %d?","utm_source":"bench"}`, 1_000_000+phone%8_000_000, n)
	sent := time.Now()
	resp, err := client.Post(h.url+"/in/site", "application/json", strings.NewReader(body))
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
	form := source(b, "site", "webform", "", map[string]any{"per_minute": 0})
	for range b.N {
		table("touches per second, p50 / p99 | 1 connection | 8 connections | 32 connections")
		table("--- | --- | --- | ---")
		a3, a3p50 := rawSQLite(b, during)
		table("a3: SQLite, one touch per commit | %.0f/s, %v | |", a3, short(a3p50))
		h := startHub(b, form)
		h.person("oleg", "Oleg", leads.RoleManager)
		load(b, h, "SQLite", []limit{{"a3", [3]float64{a3, a3, a3}, a3p50}}, during)

		dsn, redis := storagetest.Postgres(b), storagetest.Redis(b)
		h = startHub(b, form, func(c *config.Config) { c.Database, c.Redis = dsn, redis })
		h.person("oleg", "Oleg", leads.RoleManager)
		raw := storagetest.Postgres(b) // of its own, on the same server
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
					limits[i].lone = p50
				}
				cells[n] = fmt.Sprintf("%.0f/s, %v", rate, short(p50))
			}
			table(what+" | %s | %s | %s", cells...)
		}
		load(b, h, "PostgreSQL + Redis", limits, during)
	}
}

var degrees = [3]int{1, 8, 32}

// limit is what a database takes raw.
type limit struct {
	name string
	rate [3]float64    // per second, by degrees
	lone time.Duration // p50 of one connection
}

// load posts forms of new and of known persons at each number of connections,
// and prints them with their share of the limits.
func load(b *testing.B, h *hub, name string, limits []limit, during time.Duration) {
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
				lone = percentile(all, 50)
			}
			cells[n] = fmt.Sprintf("%.0f/s, %v / %v", rate, short(percentile(all, 50)), short(percentile(all, 99)))
		}
		table("POST /in/site, "+name+", "+who+" | %s | %s | %s", cells...)
		if known {
			continue
		}
		for _, l := range limits {
			table("share of %s; p50 of a lone touch %.1f × its | %.0f %% | %.0f %% | %.0f %%", l.name, float64(lone)/float64(l.lone),
				100*rates[0]/l.rate[0], 100*rates[1]/l.rate[1], 100*rates[2]/l.rate[2])
		}
	}
}

func short(d time.Duration) time.Duration { return d.Round(10 * time.Microsecond) }

var nextPhone atomic.Int64

// postForms posts for a while over a number of connections and returns the
// answers per second and how long each took.
func postForms(b *testing.B, h *hub, connections int, known bool, during time.Duration) (perSecond float64, all []time.Duration) {
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

// BenchmarkStart measures the built binary: its size, the time from start to
// an answer of /readyz with a database that is up to date, and idle memory.
func BenchmarkStart(b *testing.B) {
	dir := b.TempDir()
	binary := filepath.Join(dir, "ctihub")
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	info, err := os.Stat(binary)
	if err != nil {
		b.Fatal(err)
	}
	table("binary | %.1f MB", float64(info.Size())/1e6)
	address := freeAddress(b)
	file := filepath.Join(dir, "ctihub.yaml")
	text := fmt.Sprintf("listen: %s\ndata: %s\nsources: [{name: site, kind: webform}]\n", address, dir)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	for range b.N {
		for _, what := range []string{"first start, empty database", "start, database up to date"} {
			cmd := exec.Command(binary, "serve", "--config", file)
			var log bytes.Buffer
			cmd.Stderr = &log
			began := time.Now()
			if err := cmd.Start(); err != nil {
				b.Fatal(err)
			}
			ready := awaitReady("http://"+address+"/readyz", 10*time.Second)
			took := time.Since(began)
			time.Sleep(time.Second) // memory is measured at rest
			memory := residentMB(cmd.Process.Pid)
			_ = cmd.Process.Signal(os.Interrupt)
			if err := cmd.Wait(); err != nil || !ready {
				b.Fatalf("ready %v, ended with %v: %s", ready, err, log.String())
			}
			table("%s | %v | %.0f MB resident", what, took.Round(time.Millisecond), memory)
		}
	}
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

// residentMB reads VmRSS of a process.
func residentMB(pid int) float64 {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	kb, _ := strconv.ParseFloat(strings.Fields(rest + " 0")[0], 64)
	return kb / 1000
}
