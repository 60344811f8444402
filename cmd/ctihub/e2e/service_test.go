package e2e

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	seccomp "github.com/elastic/go-seccomp-bpf"
	"github.com/elastic/go-seccomp-bpf/arch"

	"ctihub/cmd/ctihub/hubtest"
)

// childLimits makes a child process run under limits as systemd sets them:
// "soft hard", and after that the system calls that it may make; none: all.
const childLimits = "CTIHUB_TEST_LIMITS"

// limitChild applies the limits to this process and executes it again, because Go
// raises the descriptor limit at the start of a program.
func limitChild(limits string) error {
	fields := strings.Fields(limits)
	soft, err := strconv.ParseUint(fields[0], 10, 64)
	if err != nil {
		return err
	}
	hard, err := strconv.ParseUint(fields[1], 10, 64)
	if err != nil {
		return err
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: soft, Max: hard}); err != nil {
		return fmt.Errorf("setting RLIMIT_NOFILE to %d, %d: %w", soft, hard, err)
	}
	if calls := fields[2:]; len(calls) > 0 {
		err := seccomp.LoadFilter(seccomp.Filter{NoNewPrivs: true, Flag: seccomp.FilterFlagTSync, Policy: seccomp.Policy{
			DefaultAction: seccomp.ActionErrno, Syscalls: []seccomp.SyscallGroup{{Names: calls, Action: seccomp.ActionAllow}},
		}})
		if err != nil {
			return fmt.Errorf("setting the filter: %w", err)
		}
	}
	if err := os.Unsetenv(childLimits); err != nil {
		return err
	}
	return fmt.Errorf("beginning anew: %w", syscall.Exec("/proc/self/exe", os.Args, os.Environ()))
}

// The hub runs under the descriptors and the system calls that its unit allows,
// and holds more connections than the 1,024 that systemd gives by default.
func TestRealUnitAllowsManyConnections(t *testing.T) {
	t.Parallel()
	unit := readUnit(t, "../../../deploy/ctihub.service")
	soft, hard := uint64(1024), uint64(524288) // what systemd gives a service whose unit says nothing
	if n := unit["LimitNOFILE"]; len(n) == 1 {
		limit, err := strconv.ParseUint(n[0], 10, 64)
		if err != nil {
			t.Fatalf("LimitNOFILE=%s: %v", n[0], err)
		}
		soft, hard = limit, limit
	}
	var mine syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &mine); err != nil {
		t.Fatal(err)
	}
	if mine.Max < 4096 {
		t.Fatalf("this test opens 1,300 connections, and may open %d files: raise ulimit -Hn", mine.Max)
	}
	calls := allowedCalls(t, unit["SystemCallFilter"])
	h := startLimited(t, min(soft, mine.Max), min(hard, mine.Max), calls, hubtest.DataDir(t))
	keepOpen(t, h.address, 1300)
	open, limit := h.descriptors(t)
	if open < 1300 || limit < 1300 {
		t.Errorf("%v descriptors of %v are open", open, limit)
	}
	if limit != float64(min(hard, mine.Max)) {
		t.Errorf("the hub may open %v files, want %v", limit, min(hard, mine.Max))
	}
}

// The log has one line when descriptors run short, and one when there are enough again.
func TestDescriptorsRunShort(t *testing.T) {
	t.Parallel()
	h := startLimited(t, 256, 256, nil, hubtest.DataDir(t))
	open, _ := h.descriptors(t)
	release := keepOpen(t, h.address, 220-int(open)) // 86 %: above the warning, with enough left to read the metrics
	line := h.awaitLine(t, "descriptors run short")
	if !regexp.MustCompile(`level=WARN .*LimitNOFILE.* open=2[0-4]\d limit=256`).MatchString(line) {
		t.Errorf("the log says %s", line)
	}
	open, limit := h.descriptors(t)
	if open/limit < 0.8 || limit != 256 {
		t.Errorf("the metrics tell %v of %v", open, limit)
	}
	release()
	if line := h.awaitLine(t, "descriptors"); !strings.Contains(line, "enough descriptors again") {
		t.Errorf("after that it says %s", line)
	}
}

// readUnit returns the values of each key of a unit, in order.
func readUnit(t *testing.T, path string) map[string][]string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	unit := map[string][]string{}
	for line := range strings.Lines(string(b)) {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok && !strings.HasPrefix(key, "#") {
			unit[key] = append(unit[key], value)
		}
	}
	return unit
}

// allowedCalls lists what the lines of a SystemCallFilter allow, as systemd
// reads them. Versions of systemd differ in whether prlimit64 belongs to
// @resources; here it does.
func allowedCalls(t *testing.T, filter []string) []string {
	t.Helper()
	known, err := arch.GetInfo("")
	if err != nil {
		t.Fatal(err)
	}
	allowed := map[string]bool{}
	for i, line := range append([]string{"@default"}, filter...) {
		names, deny := strings.CutPrefix(line, "~")
		for _, name := range strings.Fields(names) {
			for _, call := range groupOf(t, name) {
				if _, ok := known.SyscallNames[call]; ok {
					allowed[call] = !deny
				}
			}
		}
		if i == 1 && deny {
			t.Fatal("the first line forbids: this test reads lists of what is allowed")
		}
	}
	var calls []string
	for call, ok := range allowed {
		if ok {
			calls = append(calls, call)
		}
	}
	slices.Sort(calls)
	return calls
}

// groupOf asks systemd for the members of a group of system calls.
func groupOf(t *testing.T, name string) []string {
	t.Helper()
	if !strings.HasPrefix(name, "@") {
		return []string{name}
	}
	out, err := exec.Command("systemd-analyze", "syscall-filter", name).Output()
	if err != nil {
		t.Fatalf("systemd-analyze (.ci/deps installs systemd): %v", err)
	}
	var calls []string
	for line := range strings.Lines(string(out)) {
		switch line = strings.TrimSpace(line); {
		case line == "" || line == name || strings.HasPrefix(line, "#"):
		default:
			calls = append(calls, groupOf(t, line)...)
		}
	}
	if name == "@resources" {
		calls = append(calls, "prlimit64")
	}
	return calls
}

// limited is a hub in a process of its own, under limits.
type limited struct {
	address string
	lines   chan string // of its log
}

func startLimited(t *testing.T, soft, hard uint64, calls []string, data string) *limited {
	t.Helper()
	h := &limited{address: hubtest.FreeAddress(t), lines: make(chan string, 1000)}
	file := filepath.Join(t.TempDir(), "ctihub.yaml")
	if err := os.WriteFile(file, fmt.Appendf(nil, "listen: %s\ndata: %s\n", h.address, data), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childConfig+"="+file, childLog+"=1", fmt.Sprintf("%s=%d %d %s", childLimits, soft, hard, strings.Join(calls, " ")))
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	started := make(chan error)
	go func() {
		runtime.LockOSThread() // Pdeathsig looks at the thread
		defer close(h.lines)
		err := cmd.Start()
		started <- err
		if err != nil {
			return
		}
		for lines := bufio.NewScanner(out); lines.Scan(); {
			t.Logf("hub: %s", lines.Text())
			h.lines <- lines.Text()
		}
		_ = cmd.Wait()
	}()
	if err := <-started; err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		for range h.lines { // until it is gone
		}
	})
	h.awaitLine(t, "the hub runs")
	return h
}

func (h *limited) awaitLine(t *testing.T, text string) string {
	t.Helper()
	for {
		if line := take(t, h.lines); strings.Contains(line, text) {
			return line
		} else if line == "" {
			t.Fatalf("the hub ended before it said %q", text)
		}
	}
}

// descriptors reads the metrics of a hub.
func (h *limited) descriptors(t *testing.T) (open, limit float64) {
	t.Helper()
	resp, err := http.Get("http://" + h.address + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	value := func(name string) float64 {
		m := regexp.MustCompile(`(?m)^` + name + ` (\S+)$`).FindSubmatch(text)
		if m == nil {
			t.Fatalf("/metrics has no %s", name)
		}
		v, err := strconv.ParseFloat(string(m[1]), 64)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	return value("process_open_fds"), value("process_max_fds")
}

// keepOpen opens connections from many addresses, each after the hub has answered on
// the one before, and keeps them until release.
func keepOpen(t *testing.T, address string, n int) (release func()) {
	t.Helper()
	conns := make([]net.Conn, 0, n)
	release = func() {
		for _, c := range conns {
			_ = c.Close()
		}
	}
	t.Cleanup(release)
	for i := range n {
		from := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 200, byte(i%100), 1)}}
		c, err := from.DialContext(t.Context(), "tcp", address)
		if err != nil {
			t.Fatalf("connection %d: %v", i+1, err)
		}
		conns = append(conns, c)
		_ = c.SetDeadline(time.Now().Add(hubtest.Patience))
		fmt.Fprintf(c, "GET /healthz HTTP/1.1\r\nHost: %s\r\n\r\n", address)
		resp, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("the hub does not answer connection %d: %v", i+1, err)
		}
		_ = resp.Body.Close()
	}
	return release
}
