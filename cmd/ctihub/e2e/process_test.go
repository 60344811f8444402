// Package e2e tests whole hubs, with real exchanges, browsers, mail servers and
// databases. Its test binary is also the hub that some of the tests kill.
package e2e

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"ctihub/cmd/ctihub/app"
	"ctihub/cmd/ctihub/hubtest"
	"ctihub/config"
	"ctihub/connectors"
	"ctihub/leads"
	"ctihub/storage"
)

// Environment variables that make a child process of the tests a hub.
const (
	childConfig = "CTIHUB_TEST_CHILD"  // configuration file; unset: run the tests
	childCrash  = "CTIHUB_TEST_CRASH"  // "step:n": kill -9 at the n-th time of this step
	childFeed   = "CTIHUB_TEST_FEED"   // address of an [upstream] to read; empty: none
	childLog    = "CTIHUB_TEST_LOG"    // set: its log goes to standard error
	childVendor = "CTIHUB_TEST_VENDOR" // address of a [fakemessenger.Server], with "#keyed" if it knows keys; empty: none
)

func TestMain(m *testing.M) {
	if file := os.Getenv(childConfig); file != "" {
		if limits := os.Getenv(childLimits); limits != "" {
			fmt.Fprintln(os.Stderr, limitChild(limits)) // it returns only if it failed
			os.Exit(1)
		}
		if err := serveChild(file, os.Getenv(childCrash), os.Getenv(childFeed)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// serveChild is "serve" with a crash at a step.
func serveChild(file, crash, feed string) error {
	cfg, err := config.Load(file)
	if err != nil {
		return err
	}
	step, n, _ := strings.Cut(crash, ":")
	left := new(atomic.Int64)
	if n != "" {
		times, err := strconv.ParseInt(n, 10, 64)
		if err != nil {
			return err
		}
		left.Store(times)
	}
	log := slog.New(slog.DiscardHandler)
	if os.Getenv(childLog) != "" {
		log = slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	a, err := app.New(context.Background(), cfg, app.Options{Log: log, Leave: everyOther, AtStep: func(s storage.Step) {
		if string(s) == step && left.Add(-1) == 0 {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}})
	if err != nil {
		return err
	}
	if feed != "" {
		if err := a.Sources().Add(feedKind(feed), connectors.Env{Name: "feed", Hub: connectors.Hub{Name: cfg.Hub}}, "", false); err != nil {
			return err
		}
	}
	if vendor := os.Getenv(childVendor); vendor != "" {
		address, keyed := strings.CutSuffix(vendor, "#keyed")
		if err := addFakeMessenger(address, keyed)(a); err != nil {
			return err
		}
	}
	return a.Run(context.Background())
}

// hubProcess is a hub in a process of its own, which tests kill.
type hubProcess struct {
	cmd    *exec.Cmd
	exited chan struct{}
}

// startProcess starts a hub with a configuration file; crash and feed are as in
// childCrash and childFeed.
func startProcess(file, crash, feed string) (*hubProcess, error) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childConfig+"="+file, childCrash+"="+crash, childFeed+"="+feed)
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	p := &hubProcess{cmd: cmd, exited: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread() // Pdeathsig looks at the thread
		defer close(p.exited)
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait()
		}
	}()
	return p, <-started
}

func (p *hubProcess) kill() {
	_ = p.cmd.Process.Kill()
	<-p.exited
}

// wasKilled reports whether a process that has exited was killed, and did not end by
// itself.
func (p *hubProcess) wasKilled() bool {
	s, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus)
	return ok && s.Signal() == syscall.SIGKILL
}

// ready waits until the hub is ready or has reached its step.
func (p *hubProcess) ready(url string) bool {
	for began := time.Now(); time.Since(began) < hubtest.Patience; {
		select {
		case <-p.exited:
			return true
		default:
		}
		if hubtest.AwaitReady(url, 10*time.Millisecond) {
			return true
		}
	}
	return false
}

// everyOther leaves every other lead to the router, so that hubs also die while it routes.
func everyOther(l leads.Lead) bool { return l.ID[len(l.ID)-1]%2 == 0 }
