package pbx

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

//go:embed sipp/load.xml
var loadScenario string

// Load is a series of calls from the trunk.
type Load struct {
	Callers []string      // their numbers; one call for each
	To      string        // number dialled
	Rate    int           // calls begun in a second
	Hold    time.Duration // time to talk, or to ring before giving up
}

// Run places the calls with sipp, independently of our own SIP code, and returns when
// all have ended. The error has sipp's number of failed calls.
func (i *Instance) Run(ctx context.Context, l Load) error {
	dir, err := os.MkdirTemp(i.Dir, "load")
	if err != nil {
		return fmt.Errorf("placing calls: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	var lines strings.Builder
	lines.WriteString("SEQUENTIAL\n")
	for _, from := range l.Callers {
		fmt.Fprintf(&lines, "%s;%s;%d;\n", from, l.To, l.Hold.Milliseconds())
	}
	scenario := strings.ReplaceAll(loadScenario, `timeout="[field2]"`, fmt.Sprintf(`timeout="%d"`, l.Hold.Milliseconds()))
	err = errors.Join(
		os.WriteFile(filepath.Join(dir, "load.xml"), []byte(scenario), 0o600),
		os.WriteFile(filepath.Join(dir, "callers.csv"), []byte(lines.String()), 0o600))
	if err != nil {
		return fmt.Errorf("placing calls: %w", err)
	}
	n := fmt.Sprint(len(l.Callers))
	cmd := exec.CommandContext(ctx, filepath.Join(i.Root, "bin", "sipp"), "-sf", "load.xml", "-inf", "callers.csv",
		"-i", "127.0.0.1", "-r", fmt.Sprint(max(1, l.Rate)), "-m", n, "-l", n, "-nostdin", "-deadcall_wait", "0", "-trace_err", "-error_file", "errors",
		fmt.Sprintf("127.0.0.1:%d", i.SIP))
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	runtime.LockOSThread() // the kernel ends sipp with the thread that started it
	defer runtime.UnlockOSThread()
	out, err := cmd.CombinedOutput()
	if err != nil {
		why, _ := os.ReadFile(filepath.Join(dir, "errors"))
		return fmt.Errorf("placing calls: sipp: %w\n%s\n%s", err, tail(out), tail(why))
	}
	return nil
}

func tail(b []byte) []byte { return b[max(0, len(b)-1500):] }
