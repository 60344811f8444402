// Package storagetest starts real database servers for tests: a PostgreSQL
// cluster and a Redis that belong to the test process, on free ports of the
// loopback interface, and that end with it, however it ends.
//
// [Postgres] and [Redis] share one server between all tests of the process and
// give each test its own database. [StartPostgres] and [StartRedis] start a
// server that one test may stop, kill and start again.
package storagetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"go.uber.org/goleak"
)

// Ports are chosen below those that the kernel gives to outgoing connections,
// so that a stopped server finds its port free again, and above those of
// deploy/pbx.
const (
	firstPort = 31_750
	lastPort  = 32_750
)

// patience is how long a server may take to start, on a busy machine and after
// a crash.
const patience = 3 * time.Minute

// IgnoreServers tells goleak not to count the servers that tests share.
func IgnoreServers() goleak.Option {
	return goleak.IgnoreAnyFunction("ctihub/storage/storagetest.(*server).live")
}

// server is one program that listens on one port.
type server struct {
	name    string // of the program, for messages
	dir     string
	command func(port int) *exec.Cmd
	ready   func(port, pid int) bool // whether this very process answers
	orphan  syscall.Signal           // what ends it when the tests are gone

	port    int
	process *os.Process
	exited  chan struct{}
}

// start runs the program and returns when it answers. The first start chooses
// a port; later ones keep it.
func (s *server) start() error {
	for port := s.port; ; {
		if s.port == 0 {
			port = firstPort + rand.IntN(lastPort-firstPort)
		}
		err := s.try(port)
		if err == nil {
			s.port = port
			return nil
		}
		if s.port != 0 || !errors.Is(err, syscall.EADDRINUSE) {
			return fmt.Errorf("starting %s: %w", s.name, err)
		}
	}
}

func (s *server) try(port int) error {
	log, err := os.Create(filepath.Join(s.dir, "log"))
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	cmd := s.command(port)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr.Pdeathsig, cmd.SysProcAttr.Setpgid = s.orphan, true
	started := make(chan error)
	s.exited = make(chan struct{})
	go s.live(cmd, started)
	if err := <-started; err != nil {
		return err
	}
	s.process = cmd.Process
	for limit := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		if s.ready(port, s.process.Pid) {
			return nil
		}
		select {
		case <-s.exited:
			said, _ := os.ReadFile(log.Name())
			if strings.Contains(string(said), "Address already in use") {
				return fmt.Errorf("port %d: %w", port, syscall.EADDRINUSE)
			}
			return fmt.Errorf("it ended at once, saying: %s", said)
		default:
		}
		if time.Now().After(limit) {
			s.end(syscall.SIGKILL)
			said, _ := os.ReadFile(log.Name())
			return fmt.Errorf("it was not ready after %s, saying: %s", patience, said)
		}
	}
}

// live keeps the thread that starts the program for as long as the program
// runs: the kernel sends the orphan signal when that thread ends.
func (s *server) live(cmd *exec.Cmd, started chan<- error) {
	runtime.LockOSThread()
	defer close(s.exited)
	err := cmd.Start()
	started <- err
	if err == nil {
		_ = cmd.Wait()
	}
}

// end sends a signal that ends the program, and returns when it is gone.
func (s *server) end(signal os.Signal) {
	_ = s.process.Signal(signal)
	<-s.exited
}

// workspace is the folder of all servers of this process. It is removed after
// the process has ended, however it ended: a shell reads from a pipe whose
// other end the kernel closes then, and gives the servers a moment to end.
var workspace = sync.OnceValues(func() (w struct {
	dir   string
	alive *os.File // referred to here, so that it is not collected and closed
}, err error) {
	if w.dir, err = os.MkdirTemp("", "ctihub-storagetest-"); err != nil {
		return w, err
	}
	if err = os.Chmod(w.dir, 0o711); err != nil { // PostgreSQL runs as another user
		return w, err
	}
	var read *os.File
	if read, w.alive, err = os.Pipe(); err != nil {
		return w, err
	}
	defer func() { _ = read.Close() }()
	sweep := exec.CommandContext(context.Background(), "sh", "-c", `cat; for n in $(seq 100); do rm -rf "$0" && exit; sleep 0.1; done`, w.dir)
	sweep.Stdin = read
	sweep.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return w, sweep.Start()
})

// folder makes a folder for one server.
func folder() (string, error) {
	w, err := workspace()
	if err != nil {
		return "", err
	}
	return os.MkdirTemp(w.dir, "server")
}

// address is where the server listens.
func (s *server) address() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }
