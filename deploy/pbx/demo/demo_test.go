package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"ctihub/connectors/asterisk/asterisktest"
)

// However demo.sh or its command ends, no process that it started is left: no Asterisk,
// no hub and no child of the hub; after an orderly end no file either.
func TestRealDemoEndsWhatItStarted(t *testing.T) {
	const withChild = "sleep 1000 & wait"
	for name, c := range map[string]struct {
		script string // of the command, once it has said that it runs
		signal syscall.Signal
		status int // 0: by the signal
	}{
		"Ctrl-C":          {withChild, syscall.SIGINT, 0},
		"TERM":            {withChild, syscall.SIGTERM, 0},
		"closed terminal": {withChild, syscall.SIGHUP, 0},
		"KILL":            {"exec sleep 1000", syscall.SIGKILL, 0},
		"the hub fails":   {`until [ -e "$0" ]; do sleep 0.05; done; exit 3`, 0, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mark := "CTIHUB_STARTED_BY=" + t.TempDir()
			counted := filepath.Join(t.TempDir(), "counted") // the hub fails when the processes are counted
			cmd := exec.Command("bash", "../demo.sh", "sh", "-c", "echo running; "+c.script, counted)
			cmd.Env = append(os.Environ(), mark)
			cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			said, err := os.Create(filepath.Join(t.TempDir(), "said"))
			if err != nil {
				t.Fatal(err)
			}
			defer said.Close()
			cmd.Stderr = said
			words := func() string { b, _ := os.ReadFile(said.Name()); return string(b) }
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				for _, p := range startedBy(mark) {
					t.Errorf("left: %s", p)
				}
			})
			if _, err := io.ReadFull(out, make([]byte, len("running\n"))); err != nil {
				_ = cmd.Wait()
				t.Fatalf("the command did not run: %v\n%s", err, words())
			}
			if n := len(startedBy(mark)); n < 2 {
				t.Errorf("%d processes run, want Asterisk among them", n)
			}
			if err := os.WriteFile(counted, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			if c.signal != 0 {
				_ = cmd.Process.Signal(c.signal)
			}
			ended := make(chan struct{})
			go func() { err = cmd.Wait(); close(ended) }()
			asterisktest.Wait(t, "the end of demo.sh", ended)
			var exit *exec.ExitError
			if c.status != 0 && (!errors.As(err, &exit) || exit.ExitCode() != c.status) {
				t.Errorf("it ended with %v, want status %d\n%s", err, c.status, words())
			}
			for began := time.Now(); len(startedBy(mark)) > 0 && time.Since(began) < asterisktest.Patience; {
				time.Sleep(20 * time.Millisecond)
			}
			where := regexp.MustCompile(`Asterisk runs in (\S+)\. `).FindStringSubmatch(words())
			if where == nil {
				t.Fatalf("it does not say where Asterisk runs:\n%s", words())
			}
			if _, err := os.Stat(where[1]); err == nil && c.signal != syscall.SIGKILL {
				t.Errorf("%s is left", where[1])
			}
			_ = os.RemoveAll(where[1])
		})
	}
}

// startedBy lists the processes whose environment has the mark, which they inherit from
// the script.
func startedBy(mark string) (list []string) {
	all, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, path := range all {
		if env, err := os.ReadFile(path); err == nil && strings.Contains("\x00"+string(env), "\x00"+mark+"\x00") {
			line, _ := os.ReadFile(filepath.Join(filepath.Dir(path), "cmdline"))
			list = append(list, fmt.Sprintf("%s %q", filepath.Base(filepath.Dir(path)), bytes.ReplaceAll(line, []byte{0}, []byte{' '})))
		}
	}
	return list
}
