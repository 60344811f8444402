// Package pbx runs a private Asterisk for tests and for "make run-pbx": without root
// or a container, several at once, each in one folder. The dialplan is that of an
// ordinary small office, see etc/extensions.conf.
package pbx

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"text/template"
	"time"
)

//go:embed get-asterisk.sh
var getAsterisk string

//go:embed etc
var templates embed.FS

// Phone is an extension of the office, and the port on which its device is
// expected.
type Phone struct {
	Extension, Name string
	Port            int
}

// Config is one instance. Make it with [Reserve].
type Config struct {
	Root, Dir        string // of the programs, and of this instance
	Name, EntityID   string
	SIP, HTTP, Trunk int // ports: Asterisk's SIP and HTTP, and the peer of the trunk
	RTPStart, RTPEnd int
	Phones           []Phone // extensions 100 to 109
	User, Password   string  // of ARI
	release          func()
}

// URL is the address of Asterisk's web server.
func (c Config) URL() string { return fmt.Sprintf("http://127.0.0.1:%d", c.HTTP) }

// Port returns the port on which an extension's device is expected, or that
// of the trunk's peer for "trunk"; 0 if there is no such device.
func (c Config) Port(extension string) int {
	if extension == "trunk" {
		return c.Trunk
	}
	for _, p := range c.Phones {
		if p.Extension == extension {
			return p.Port
		}
	}
	return 0
}

// Install downloads Asterisk and sipp into the user's cache, unless they are there,
// and returns their folder. The first time takes about 15 s.
func Install(ctx context.Context) (root string, err error) {
	cmd := exec.CommandContext(ctx, "bash", "-s")
	cmd.Stdin = strings.NewReader(getAsterisk)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) } // the whole process group, with its downloads
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("getting Asterisk: %w: %s", err, strings.TrimSpace(complaint.String()))
	}
	return strings.TrimSpace(string(out)), nil
}

// Instance is one running Asterisk.
type Instance struct {
	Config
	process *os.Process
	exited  chan struct{}
}

// Start writes the configuration, starts Asterisk and returns when it is fully
// booted. The process dies with this one.
func Start(ctx context.Context, c Config) (*Instance, error) {
	if err := c.write(); err != nil {
		return nil, err
	}
	log, err := os.OpenFile(filepath.Join(c.Dir, "log", "console"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("starting Asterisk: %w", err)
	}
	defer func() { _ = log.Close() }()
	i := &Instance{Config: c, exited: make(chan struct{})}
	cmd := exec.Command(filepath.Join(c.Root, "bin", "asterisk"), "-C", i.conf(), "-f", "-n") //nolint:noctx // it outlives ctx; see Stop and Kill
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
	started := make(chan error)
	go func() {
		// The kernel ends the process with the thread that started it.
		runtime.LockOSThread()
		defer close(i.exited)
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait()
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("starting Asterisk: %w", err)
	}
	i.process = cmd.Process
	if err := i.ready(ctx); err != nil {
		i.Kill()
		tail, _ := os.ReadFile(log.Name())
		return nil, fmt.Errorf("starting Asterisk: %w\n%s", err, tail[max(0, len(tail)-2000):])
	}
	return i, nil
}

func (c Config) conf() string { return filepath.Join(c.Dir, "etc", "asterisk.conf") }

// write lays out the instance's folder.
func (c Config) write() error {
	if len(c.Dir) > 80 {
		return fmt.Errorf("the path %s is too long for Asterisk's control socket", c.Dir)
	}
	for _, d := range []string{"etc", "lib", "spool/monitor", "spool/recording", "run", "log/cel-custom", "log/cdr-csv", "cache", "data/moh", "data/sounds"} {
		if err := os.MkdirAll(filepath.Join(c.Dir, d), 0o700); err != nil {
			return fmt.Errorf("preparing Asterisk: %w", err)
		}
	}
	share := filepath.Join(c.Root, "usr/share/asterisk")
	voices, _ := filepath.Glob(filepath.Join(share, "sounds", "en*"))
	links := map[string]string{"documentation": filepath.Join(share, "documentation"), "rest-api": filepath.Join(share, "rest-api")}
	if len(voices) > 0 {
		links["sounds/en"] = voices[len(voices)-1]
		links["moh/demo.gsm"] = filepath.Join(voices[len(voices)-1], "demo-moreinfo.gsm")
	}
	for name, target := range links {
		if err := os.Symlink(target, filepath.Join(c.Dir, "data", name)); err != nil && !errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("preparing Asterisk: %w", err)
		}
	}
	all, err := template.ParseFS(templates, "etc/*.conf")
	if err != nil {
		return fmt.Errorf("preparing Asterisk: %w", err)
	}
	for _, t := range all.Templates() {
		var text bytes.Buffer
		if err := t.Execute(&text, c); err != nil {
			return fmt.Errorf("preparing Asterisk: %w", err)
		}
		if err := os.WriteFile(filepath.Join(c.Dir, "etc", t.Name()), text.Bytes(), 0o600); err != nil {
			return fmt.Errorf("preparing Asterisk: %w", err)
		}
	}
	return nil
}

// Time limits of a start, long enough for a busy machine. An Asterisk that exits is
// noticed at once.
const (
	readyWithin  = 2 * time.Minute
	answerWithin = 10 * time.Second // a shorter one would abort every attempt on a busy machine
)

// ready waits until Asterisk is fully booted and answers on its own port: Asterisk
// starts even if its port is taken.
func (i *Instance) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	for {
		if i.answers(ctx) {
			if out, err := i.CLI(ctx, "core waitfullybooted"); err == nil && strings.Contains(out, "fully booted") {
				return nil
			}
		}
		select {
		case <-i.exited:
			return errors.New("it ended at once")
		case <-ctx.Done():
			return fmt.Errorf("it did not become ready in %v", readyWithin)
		case <-time.After(30 * time.Millisecond):
		}
	}
}

func (i *Instance) answers(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, i.URL()+"/ari/asterisk/info", nil)
	if err != nil {
		return false
	}
	req.SetBasicAuth(i.User, i.Password)
	req.Close = true
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	defer func() { _ = res.Body.Close() }()
	var info struct{ Config struct{ Name string } }
	return json.NewDecoder(res.Body).Decode(&info) == nil && info.Config.Name == i.Name
}

// CLI runs a command of Asterisk's console and returns what it prints.
func (i *Instance) CLI(ctx context.Context, command string) (string, error) {
	out, err := exec.CommandContext(ctx, filepath.Join(i.Root, "bin", "asterisk"), "-C", i.conf(), "-rx", command).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("asterisk -rx %q: %w: %s", command, err, out)
	}
	return string(out), nil
}

// Kill ends Asterisk at once, as a crash would.
func (i *Instance) Kill() {
	_ = syscall.Kill(-i.process.Pid, syscall.SIGKILL)
	<-i.exited
}

// Stop ends Asterisk in order. Its ports stay reserved.
func (i *Instance) Stop() {
	_ = i.process.Signal(syscall.SIGTERM)
	select {
	case <-i.exited:
	case <-time.After(5 * time.Second):
		i.Kill()
	}
}

// Release frees the ports for other instances.
func (c Config) Release() { c.release() }
