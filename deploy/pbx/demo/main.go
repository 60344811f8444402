// Command demo runs a small office: a private Asterisk, three phones that mostly
// answer, and customers who call at random.
//
//	demo [COMMAND …]
//
// runs the command with CTIHUB_DEMO_PBX set to the exchange's address, and ends
// with it. Without a command it runs until it is interrupted.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"

	"ctihub/deploy/pbx"
	"ctihub/deploy/pbx/sip"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			os.Exit(max(1, exit.ExitCode()))
		}
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run(command []string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	fmt.Fprintln(os.Stderr, "Getting Asterisk (about 25 MB, the first time only) …")
	root, err := pbx.Install(ctx)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "pbx")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	config, err := pbx.Reserve(root, dir)
	if err != nil {
		return err
	}
	defer config.Release()
	exchange, err := pbx.Start(ctx, config)
	if err != nil {
		return err
	}
	defer exchange.Stop()

	// The journal exists before the first call, so that the hub finds it.
	if err := os.WriteFile(journal(config), nil, 0o600); err != nil {
		return err
	}
	token := rand.Text()
	if err := ask(ctx, exchange, token); err != nil {
		return err
	}
	office, err := open(config)
	if err != nil {
		return err
	}
	defer office.close()
	var callers sync.WaitGroup
	defer callers.Wait()
	ctx, end := context.WithCancel(ctx)
	defer end()
	callers.Go(func() { office.customers(ctx) })

	describe(config, token)
	if len(command) == 0 {
		<-ctx.Done()
		return nil
	}
	return follow(ctx, command, config, token)
}

// hub is the address at which the dialplan asks who should get a call: the hub's default.
const hub = "http://127.0.0.1:8080/route/demo-pbx"

func journal(c pbx.Config) string { return filepath.Join(c.Dir, "log", "cel-custom", "ctihub.csv") }

// ask sets the dialplan's address and token of the hub, see 7017 in etc/extensions.conf.
func ask(ctx context.Context, exchange *pbx.Instance, token string) error {
	for name, value := range map[string]string{"HUB_ROUTE": hub, "HUB_TOKEN": token} {
		if _, err := exchange.CLI(ctx, "dialplan set global "+name+" "+value); err != nil {
			return err
		}
	}
	return nil
}

// describe prints how a hub connects to the exchange.
func describe(c pbx.Config, token string) {
	fmt.Fprintf(os.Stderr, `Asterisk runs in %s. As a source of the hub:

  - name: demo-pbx
    kind: asterisk
    url: %s
    username: %s
    password: %s
    trunks: [trunk]
    cel: %s
    recordings: %s/spool/monitor
    route_token: %s

`, c.Dir, c.URL(), c.User, c.Password, journal(c), c.Dir, token)
}

// follow runs the command with the exchange's address until it ends. When ctx ends, the
// command and its children get the signal to stop; when this process is killed, the
// kernel sends it to the command.
func follow(ctx context.Context, command []string, c pbx.Config, token string) error {
	u, err := url.Parse(c.URL())
	if err != nil {
		return err
	}
	u.User = url.UserPassword(c.User, c.Password)
	u.RawQuery = url.Values{"folder": {c.Dir}, "token": {token}}.Encode()
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Env = append(os.Environ(), "CTIHUB_DEMO_PBX="+u.String())
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	runtime.LockOSThread() // Pdeathsig is bound to the thread that started it
	defer runtime.UnlockOSThread()
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = 20 * time.Second
	err = cmd.Run()
	if cmd.Process != nil {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // children that it left
	}
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("%s: %w", strings.Join(command, " "), err)
	}
	return nil
}

// office is the phones of the office.
type office struct {
	config pbx.Config
	phones []*sip.Phone
}

func open(c pbx.Config) (*office, error) {
	o := &office{config: c}
	for _, extension := range []string{"100", "101", "102"} {
		p, err := sip.Listen(extension, c.Port(extension), c.SIP, mood())
		if err != nil {
			o.close()
			return nil, err
		}
		o.phones = append(o.phones, p)
		go func() {
			for r := range p.Rings() {
				go desk(r.Call, extension)
			}
		}()
	}
	return o, nil
}

func (o *office) close() {
	for _, p := range o.phones {
		p.Close()
	}
}

// mood is the random behaviour of a phone for the next call: three of four calls are
// answered, some refused, some not answered.
func mood() sip.Behaviour {
	b := sip.Behaviour{Ring: between(4*time.Second, 9*time.Second), Talk: between(8*time.Second, 40*time.Second)}
	switch n := mathrand.IntN(20); {
	case n < 3:
		b.Ring = -1
	case n < 5:
		b.Code = 486
	}
	return b
}

// desk handles an answered call: the person speaks, and transfers one of four calls to
// a colleague.
func desk(c *sip.Call, extension string) {
	select {
	case <-c.Answered():
	case <-c.Done():
		return
	}
	_ = c.Speak()
	if mathrand.IntN(4) > 0 {
		return
	}
	select {
	case <-c.Done():
	case <-time.After(between(5*time.Second, 12*time.Second)):
		c.Transfer(map[string]string{"100": "101", "101": "102", "102": "100"}[extension])
	}
}

func between(a, b time.Duration) time.Duration { return a + mathrand.N(b-a) }

// customers places calls until ctx ends; a few customers call repeatedly.
func (o *office) customers(ctx context.Context) {
	var regulars []string
	for range 12 {
		regulars = append(regulars, fmt.Sprintf("7900000%04d", mathrand.IntN(10_000)))
	}
	lines := []string{"7002", "7002", "7003", "7004", "7006", "7011", "7017", "7017", "7017", "7017"}
	var open sync.WaitGroup
	defer open.Wait()
	for pause := 3 * time.Second; ; pause = between(6*time.Second, 18*time.Second) {
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
		for _, p := range o.phones {
			p.Set(mood())
		}
		caller, err := sip.Listen(regulars[mathrand.IntN(len(regulars))], 0, o.config.SIP, sip.Behaviour{Code: 486})
		if err != nil {
			continue
		}
		open.Go(func() {
			defer caller.Close()
			talk(ctx, caller.Call(lines[mathrand.IntN(len(lines))]))
		})
	}
}

// talk waits for an answer for a limited time, then for the end of the call.
func talk(ctx context.Context, c *sip.Call) {
	select {
	case <-c.Answered():
		_ = c.Speak()
	case <-c.Done():
	case <-ctx.Done():
	case <-time.After(between(12*time.Second, 30*time.Second)):
	}
	select {
	case <-c.Done():
		return
	case <-ctx.Done():
	case <-time.After(between(10*time.Second, 60*time.Second)):
	}
	c.Hangup()
	select {
	case <-c.Done():
	case <-time.After(time.Second):
	}
}
