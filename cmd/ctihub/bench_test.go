package main

import (
	"bytes"
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
	"ctihub/leads"
	"ctihub/storage/storagetest"
)

// table prints one line of the figures of docs/performance.md.
func table(format string, args ...any) { fmt.Printf("| "+format+" |\n", args...) }

// BenchmarkRing places 300 real calls at 10 a second and measures from the
// INVITE that rings the phone to the last byte of the event at a reader.
func BenchmarkRing(b *testing.B) {
	const calls, rate = 300, 10
	pbx := asterisktest.Start(b)
	h := startHub(b, exchange(b, pbx))
	_, anna := h.person("anna", "Anna", leads.RoleOperator, "100")
	h.connected("pbx")
	stream := h.events(anna, leads.EventCallRinging)
	phone := pbx.Phone("100", -1, 0)
	b.ResetTimer()
	for range b.N {
		rang := map[string]time.Time{}
		var took []time.Duration
		loaded := make(chan error, 1)
		go func() { loaded <- pbx.Load("7001", 79160001000, calls, rate, 500*time.Millisecond) }()
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
		table("ring → SSE, %d real calls at %d/s | p50 %v | p99 %v | max %v", calls, rate,
			percentile(took, 50).Round(10*time.Microsecond), percentile(took, 99).Round(10*time.Microsecond), percentile(took, 100).Round(10*time.Microsecond))
		b.ReportMetric(float64(percentile(took, 99).Microseconds())/1000, "p99-ms")
	}
}

// BenchmarkForms posts forms of new persons to /in/site over HTTP, with the
// client on the same machine, on both databases in one run.
func BenchmarkForms(b *testing.B) {
	databases := []struct {
		name  string
		setup func() func(*config.Config)
	}{
		{"SQLite", func() func(*config.Config) { return func(*config.Config) {} }},
		{"PostgreSQL + Redis", func() func(*config.Config) {
			dsn, redis := storagetest.Postgres(b), storagetest.Redis(b)
			return func(c *config.Config) { c.Database, c.Redis = dsn, redis }
		}},
	}
	for range b.N {
		for _, d := range databases {
			h := startHub(b, d.setup(), source(b, "site", "webform", "", map[string]any{"per_minute": 0}))
			h.person("oleg", "Oleg", leads.RoleManager)
			for _, connections := range []int{1, 8, 32} {
				postForms(b, h, d.name, connections, 5*time.Second)
			}
		}
	}
}

var nextPhone atomic.Int64

// postForms posts for a while over a number of connections and prints requests
// per second and latency.
func postForms(b *testing.B, h *hub, name string, connections int, during time.Duration) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}}
	defer client.CloseIdleConnections()
	var mu sync.Mutex
	var all []time.Duration
	var workers sync.WaitGroup
	began := time.Now()
	for range connections {
		workers.Go(func() {
			var mine []time.Duration
			for time.Since(began) < during {
				n := nextPhone.Add(1)
				body := fmt.Sprintf(`{"name":"Ivan","phone":"+7916%07d","message":"price?","utm_source":"bench"}`, n%10000000)
				r, err := http.NewRequest(http.MethodPost, h.url+"/in/site", strings.NewReader(body))
				if err != nil {
					b.Error(err)
					return
				}
				r.Header.Set("Content-Type", "application/json")
				sent := time.Now()
				resp, err := client.Do(r)
				if err != nil {
					b.Error(err)
					return
				}
				answer, _ := io.ReadAll(resp.Body)
				_ = resp.Body.Close()
				if resp.StatusCode != http.StatusOK {
					b.Errorf("%s %s", resp.Status, answer)
					return
				}
				mine = append(mine, time.Since(sent))
			}
			mu.Lock()
			all = append(all, mine...)
			mu.Unlock()
		})
	}
	workers.Wait()
	took := time.Since(began)
	table("POST /in/site, new persons, %s, %d connections | %.0f/s | p50 %v | p99 %v", name, connections,
		float64(len(all))/took.Seconds(), percentile(all, 50).Round(10*time.Microsecond), percentile(all, 99).Round(10*time.Microsecond))
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
