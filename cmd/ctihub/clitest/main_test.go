// Package clitest runs the built program as its users do.
package clitest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// program is the binary under test, built once.
var program string

func TestMain(m *testing.M) { os.Exit(buildAndRun(m)) }

func buildAndRun(m *testing.M) int {
	dir, err := os.MkdirTemp("", "ctihub-cli-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "ctihub")
	build := exec.Command("go", "build", "-buildvcs=false", "-ldflags", "-X main.commit=test", "-o", program, "ctihub/cmd/ctihub")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// workDir is a folder in which commands run.
type workDir struct {
	t   *testing.T
	dir string
}

func newWorkDir(t *testing.T) workDir { return workDir{t, t.TempDir()} }

// write writes a file that only its owner can read.
func (p workDir) write(name, text string) string {
	p.t.Helper()
	path := filepath.Join(p.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		p.t.Fatal(err)
	}
	return path
}

// result of a command that ended.
type result struct {
	code     int
	out, err string
}

func (p workDir) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = p.dir
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "CTIHUB_") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	return cmd
}

// run runs a command to its end.
func (p workDir) run(args ...string) result { p.t.Helper(); return p.runWith("", args...) }

// runWith gives the command a standard input.
func (p workDir) runWith(stdin string, args ...string) result {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	cmd := p.command(ctx, args...)
	var out, errs bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		p.t.Fatal(err)
	}
	return result{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

// mustRun runs a command that must succeed and returns its standard output.
func (p workDir) mustRun(args ...string) string {
	p.t.Helper()
	r := p.run(args...)
	if r.code != 0 {
		p.t.Fatalf("ctihub %s: exit %d\n%s", strings.Join(args, " "), r.code, r.err)
	}
	return r.out
}

// mustRefuse runs a command that must fail with the code and one line of error.
func (p workDir) mustRefuse(code int, want string, args ...string) {
	p.t.Helper()
	r := p.run(args...)
	if r.code != code || !strings.Contains(r.err, want) || r.out != "" || strings.Count(r.err, "\n") != 1 {
		p.t.Errorf("ctihub %s: exit %d, want %d with %q\nout: %s\nerr: %s", strings.Join(args, " "), r.code, code, want, r.out, r.err)
	}
}

// hub is a running "ctihub serve".
type hub struct {
	workDir
	cmd *exec.Cmd
	url string

	address chan string // from the log

	mu  sync.Mutex
	new *sync.Cond   // more was printed or logged
	out bytes.Buffer // standard output
	log bytes.Buffer // standard error
}

var addressInLog = regexp.MustCompile(`msg="the hub runs" address=(\S+)`)

// serve starts a hub and waits until it runs.
func (p workDir) serve(args ...string) *hub {
	p.t.Helper()
	h := p.startServe(args...)
	h.awaitRunning()
	return h
}

// startServe starts a hub and does not wait until it runs.
func (p workDir) startServe(args ...string) *hub {
	p.t.Helper()
	h := &hub{workDir: p, cmd: p.command(context.WithoutCancel(p.t.Context()), append([]string{"serve"}, args...)...)}
	h.new = sync.NewCond(&h.mu)
	stderr, err := h.cmd.StderrPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	h.cmd.Stdout = locked{h, &h.out}
	if err := h.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() {
		if h.cmd.ProcessState == nil {
			_ = h.cmd.Process.Kill()
			_ = h.cmd.Wait()
		}
		if p.t.Failed() {
			p.t.Logf("log of the hub:\n%s", h.logged())
		}
	})
	h.address = make(chan string, 1)
	go func() {
		defer close(h.address)
		lines := bufio.NewScanner(stderr)
		for lines.Scan() {
			_, _ = fmt.Fprintln(locked{h, &h.log}, lines.Text())
			if m := addressInLog.FindStringSubmatch(lines.Text()); m != nil {
				h.address <- m[1]
			}
		}
	}()
	return h
}

// awaitRunning waits until the hub runs.
func (h *hub) awaitRunning() {
	h.t.Helper()
	select {
	case a, ok := <-h.address:
		if !ok {
			_ = h.cmd.Wait()
			h.t.Fatalf("the hub did not start:\n%s", h.logged())
		}
		h.url = "http://" + a
	case <-time.After(patience):
		h.t.Fatalf("the hub did not start within %v:\n%s", patience, h.logged())
	}
}

// stop sends SIGTERM and returns the exit code.
func (h *hub) stop() int {
	h.t.Helper()
	if err := h.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		h.t.Fatal(err)
	}
	_ = h.cmd.Wait()
	return h.cmd.ProcessState.ExitCode()
}

func (h *hub) logged() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.log.String()
}

// awaitOutput waits until the hub has printed the text and returns its whole output.
func (h *hub) awaitOutput(text string) string {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), patience)
	defer cancel()
	defer context.AfterFunc(ctx, h.new.Broadcast)()
	h.mu.Lock()
	defer h.mu.Unlock()
	for !strings.Contains(h.out.String(), text) {
		if ctx.Err() != nil {
			h.t.Fatalf("the hub does not print %q but %q", text, h.out.String())
		}
		h.new.Wait()
	}
	return h.out.String()
}

// locked writes into one of the hub's buffers.
type locked struct {
	h *hub
	w io.Writer
}

func (l locked) Write(b []byte) (int, error) {
	l.h.mu.Lock()
	defer l.h.mu.Unlock()
	defer l.h.new.Broadcast()
	return l.w.Write(b)
}
