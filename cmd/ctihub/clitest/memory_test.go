package clitest

import (
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// An idle hub returns the memory of a burst of sign-ins to the system. The check of
// a password takes 64 MiB; the runtime alone would keep several of them.
func TestMemoryIsGivenBack(t *testing.T) {
	p := newWorkDir(t)
	p.write("ctihub.yaml", anyPort+"trusted_proxies: [127.0.0.1]\n")
	p.mustRun("migrate")
	h := p.serve()
	before := h.residentMB()
	var all sync.WaitGroup
	for i := range 6 {
		all.Go(func() {
			r, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, h.url+"/api/v1/session", strings.NewReader(`{"login":"nobody","password":"none at all"}`))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("X-Forwarded-For", fmt.Sprintf("198.51.100.%d", i))
			resp, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Error(err)
				return
			}
			_ = resp.Body.Close()
			if resp.StatusCode != http.StatusUnauthorized {
				t.Error(resp.Status)
			}
		})
	}
	all.Wait()
	t.Logf("%d MB before, %d MB after the burst", before, h.residentMB())
	for end := time.Now().Add(patience); h.residentMB() > before+32; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d MB before the burst, %d MB long after it", before, h.residentMB())
		}
	}
	t.Logf("%d MB in the end", h.residentMB())
}

var vmRSS = regexp.MustCompile(`VmRSS:\s+(\d+) kB`)

// residentMB is the memory of the hub's process.
func (h *hub) residentMB() int {
	h.t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", h.cmd.Process.Pid))
	m := vmRSS.FindSubmatch(b)
	if err != nil || m == nil {
		h.t.Fatal("no VmRSS", err)
	}
	kb, _ := strconv.Atoi(string(m[1]))
	return kb >> 10
}
