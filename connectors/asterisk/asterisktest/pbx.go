// Package asterisktest gives tests a real Asterisk with phones and callers.
//
//	p := asterisktest.Start(t)
//	phone := p.Phone("100", 300*time.Millisecond, 0) // rings 0.3 s, answers
//	call := p.Call("79161234567", "7001")            // over the trunk
//	ring := asterisktest.Next(t, phone.Rings())      // ring.At: when the INVITE came
//
// What can be dialled is described in deploy/pbx/etc/extensions.conf.
package asterisktest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"ctihub/deploy/pbx"
	"ctihub/deploy/pbx/sip"
)

// Patience is how long the package waits for an expected event.
const Patience = 2 * time.Minute

// PBX is a running Asterisk.
type PBX struct {
	tb       testing.TB
	mu       sync.Mutex
	config   pbx.Config
	instance *pbx.Instance
	phones   []*sip.Phone
}

// Start installs Asterisk if it is missing, starts one on free ports in a folder of its own and
// stops it at the end of the test. At most 27 can run at once on a machine.
func Start(tb testing.TB) *PBX {
	tb.Helper()
	p := New(tb)
	p.Restart()
	return p
}

// New reserves an Asterisk's ports without starting it; Restart does.
func New(tb testing.TB) *PBX {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	root, err := pbx.Install(ctx)
	if err != nil {
		tb.Fatalf("this test needs Asterisk: %v", err)
	}
	dir, err := os.MkdirTemp("", "pbx") //nolint:usetesting // the test's own folder is too long for Asterisk's socket
	if err != nil {
		tb.Fatal(err)
	}
	config, err := pbx.Reserve(root, dir)
	if err != nil {
		tb.Fatal(err)
	}
	p := &PBX{tb: tb, config: config}
	tb.Cleanup(func() {
		p.Stop()
		config.Release()
		if tb.Failed() {
			tb.Logf("Asterisk's folder is kept: %s", dir)
			return
		}
		_ = os.RemoveAll(dir)
	})
	return p
}

// For returns the same exchange for a subtest: phones that it adds are removed when the subtest
// ends.
func (p *PBX) For(tb testing.TB) *PBX {
	return &PBX{tb: tb, config: p.config, instance: p.instance}
}

// Restart starts Asterisk, after an orderly stop if it runs.
func (p *PBX) Restart() {
	p.tb.Helper()
	p.Stop()
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	instance, err := pbx.Start(ctx, p.config)
	if err != nil {
		p.tb.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.instance = instance
}

// Kill ends Asterisk abruptly, as a crash does.
func (p *PBX) Kill() {
	if i := p.take(); i != nil {
		i.Kill()
	}
}

// Stop stops Asterisk in order.
func (p *PBX) Stop() {
	if i := p.take(); i != nil {
		i.Stop()
	}
}

func (p *PBX) take() *pbx.Instance {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := p.instance
	p.instance = nil
	return i
}

// ARI returns the address of Asterisk's web server, and a user of ARI.
func (p *PBX) ARI() (url, user, password string) {
	return p.config.URL(), p.config.User, p.config.Password
}

// Dir is the instance's folder: log/messages, log/cel-custom/ctihub.csv, spool/monitor.
func (p *PBX) Dir() string { return p.config.Dir }

// CLI runs a command of Asterisk's console.
func (p *PBX) CLI(command string) string {
	p.tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	out, err := p.instance.CLI(ctx, command)
	if err != nil {
		p.tb.Fatal(err)
	}
	return out
}

// Phone connects a phone to an extension (100 to 109), or to the far end of the trunk ("trunk").
// It rings, answers after the time given (never, if negative) and hangs up after talking that
// long (0: the other side hangs up).
func (p *PBX) Phone(extension string, ring, talk time.Duration) *sip.Phone {
	p.tb.Helper()
	return p.phone(extension, sip.Behaviour{Ring: ring, Talk: talk})
}

// RejectingPhone rings and then refuses with a SIP status: 486 busy, 603
// declined, 480 unavailable.
func (p *PBX) RejectingPhone(extension string, after time.Duration, status int) *sip.Phone {
	p.tb.Helper()
	return p.phone(extension, sip.Behaviour{Ring: after, Code: status})
}

func (p *PBX) phone(extension string, does sip.Behaviour) *sip.Phone {
	p.tb.Helper()
	port := p.config.Port(extension)
	if port == 0 {
		p.tb.Fatalf("the office has no extension %s", extension)
	}
	return p.listen(extension, port, does)
}

func (p *PBX) listen(number string, port int, does sip.Behaviour) *sip.Phone {
	p.tb.Helper()
	phone, err := sip.Listen(number, port, p.config.SIP, does)
	if err != nil {
		p.tb.Fatal(err)
	}
	p.tb.Cleanup(phone.Close)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.phones = append(p.phones, phone)
	return phone
}

// Phones returns every phone and caller of the exchange, oldest first.
func (p *PBX) Phones() []*sip.Phone {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]*sip.Phone(nil), p.phones...)
}

// ForwardingPhone answers each call with 302 and another number.
func (p *PBX) ForwardingPhone(extension, to string) *sip.Phone {
	p.tb.Helper()
	return p.phone(extension, sip.Behaviour{Forward: to})
}

// Journal returns the file of Asterisk's call journal (CEL).
func (p *PBX) Journal() string { return filepath.Join(p.Dir(), "log", "cel-custom", "ctihub.csv") }

// Call dials a number: from an extension as that phone, from any other number
// as a caller at the trunk. The caller stays until Hangup.
func (p *PBX) Call(from, to string) *sip.Call {
	p.tb.Helper()
	return p.listen(from, 0, sip.Behaviour{Code: 486}).Call(to)
}

// Load places n calls from the trunk with sipp, rate a second, and returns when they have ended.
// The callers are first, first+1 …; each talks, or rings unanswered, for hold.
func (p *PBX) Load(to string, first int64, n, rate int, hold time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), Patience+hold+time.Duration(n/max(rate, 1)+1)*time.Second)
	defer cancel()
	l := pbx.Load{To: to, Rate: rate, Hold: hold}
	for i := range int64(n) {
		l.Callers = append(l.Callers, fmt.Sprint(first+i))
	}
	return p.instance.Run(ctx, l)
}

// Next returns the next value of a channel, or fails the test.
func Next[T any](tb testing.TB, c <-chan T) T {
	tb.Helper()
	select {
	case v, ok := <-c:
		if !ok {
			tb.Fatal("the channel was closed")
		}
		return v
	case <-time.After(Patience):
		tb.Fatal("nothing came")
	}
	panic("unreachable")
}

// Wait returns when a channel is closed, or fails the test.
func Wait(tb testing.TB, what string, c <-chan struct{}) {
	tb.Helper()
	select {
	case <-c:
	case <-time.After(Patience):
		tb.Fatalf("waited in vain: %s", what)
	}
}
