package bench

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/config"
)

// buildHub builds the binary as it is shipped.
func buildHub(b *testing.B) string {
	b.Helper()
	return buildCommand(b, "ctihub/cmd/ctihub")
}

// buildCommand builds the command of a package in the same way.
func buildCommand(b *testing.B, of string) string {
	b.Helper()
	binary := filepath.Join(b.TempDir(), path.Base(of))
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, of)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	return binary
}

// child is a running process of a built binary.
type child struct {
	b     *testing.B
	cmd   *exec.Cmd
	url   string
	ready time.Duration // from exec to the first 200 of /readyz
	log   *bytes.Buffer
}

// startChild starts the hub's binary on the data of a configuration, with a form as
// its source and further lines of YAML, and returns a second after it is ready:
// memory is measured at rest.
func startChild(b *testing.B, binary string, where config.Config, further ...string) *child {
	b.Helper()
	address := hubtest.FreeAddress(b)
	text := fmt.Sprintf("listen: %s\ndata: %s\nlimits: {streams_per_user: 0}\nsources:\n- {name: site, kind: webform, per_minute: 0}\n%s", address, where.Data, strings.Join(further, "\n"))
	if where.Database != "" {
		text = fmt.Sprintf("database: %s\nredis: %s\n", where.Database, where.Redis) + text
	}
	file := filepath.Join(b.TempDir(), "ctihub.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	return start(b, exec.Command(binary, "serve", "--config", file), address)
}

// start runs a command and returns a second after its /readyz answers 200.
func start(b *testing.B, cmd *exec.Cmd, address string) *child {
	b.Helper()
	k := &child{b: b, cmd: cmd, url: "http://" + address, log: &bytes.Buffer{}}
	k.cmd.Stderr = k.log
	k.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	runtime.LockOSThread() // Pdeathsig looks at the thread
	began := time.Now()
	if err := k.cmd.Start(); err != nil {
		b.Fatal(err)
	}
	answered := hubtest.AwaitReady(k.url+"/readyz", 30*time.Second)
	k.ready = time.Since(began)
	if !answered {
		k.end()
		b.Fatalf("not ready: %s", k.log)
	}
	time.Sleep(time.Second)
	return k
}

// end stops the process in order.
func (k *child) end() {
	defer runtime.UnlockOSThread()
	_ = k.cmd.Process.Signal(os.Interrupt)
	if err := k.cmd.Wait(); err != nil {
		k.b.Errorf("%s ended with %v: %s", filepath.Base(k.cmd.Path), err, k.log)
	}
}

// residentMB reads VmRSS of a process.
func residentMB(pid int) float64 {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	kb, _ := strconv.ParseFloat(strings.Fields(rest + " 0")[0], 64)
	return kb / 1000
}
