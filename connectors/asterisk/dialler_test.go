package asterisk

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ctihub/connectors/asterisk/asterisktest"
	"ctihub/leads"
)

// fakeDials is what is stored about dials, as storage keeps it.
type fakeDials struct {
	mu      sync.Mutex
	dials   map[string]leads.Dial
	path    map[string][]string
	takes   map[string]int
	changed chan struct{}
	refuse  error // of Take
}

func newFakeDials() *fakeDials {
	return &fakeDials{dials: map[string]leads.Dial{}, path: map[string][]string{}, takes: map[string]int{}, changed: make(chan struct{})}
}

func (b *fakeDials) Open(context.Context) (list []leads.Dial, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, d := range b.dials {
		if !d.State.Over() {
			list = append(list, d)
		}
	}
	return list, nil
}

func (b *fakeDials) Take(_ context.Context, id string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.refuse != nil {
		return b.refuse
	}
	if b.dials[id].State != leads.DialAsked {
		return leads.ErrConflict
	}
	b.takes[id]++
	b.put(id, leads.DialOperator, "")
	return nil
}

func (b *fakeDials) Move(_ context.Context, id string, to leads.DialState, reason leads.DialReason) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if d := b.dials[id]; to.Rank() > d.State.Rank() && !d.State.Over() {
		if d.Cancelled && to == leads.DialFailed {
			reason = leads.DialCancelled
		}
		b.put(id, to, reason)
	}
	return nil
}

func (b *fakeDials) put(id string, to leads.DialState, reason leads.DialReason) {
	d := b.dials[id]
	d.State, d.Reason = to, reason
	b.dials[id] = d
	b.path[id] = append(b.path[id], strings.TrimSpace(string(to)+" "+string(reason)))
	close(b.changed)
	b.changed = make(chan struct{})
}

func (b *fakeDials) set(d leads.Dial) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.dials[d.ID] = d
}

// until waits until a dial is so, and returns the way that it came.
func (b *fakeDials) until(t *testing.T, id, what string) []string {
	t.Helper()
	timeout := time.After(asterisktest.Patience)
	for {
		b.mu.Lock()
		changed, path := b.changed, slices.Clone(b.path[id])
		b.mu.Unlock()
		if len(path) > 0 && strings.HasPrefix(path[len(path)-1], what) {
			return path
		}
		select {
		case <-changed:
		case <-timeout:
			t.Fatalf("dial %s waited in vain for %q; it went %v", id, what, path)
		}
	}
}

func (b *fakeDials) cancel(id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	d := b.dials[id]
	d.Cancelled = true
	b.dials[id] = d
}

// dialler is a hub that places calls.
type dialler struct {
	*hub
	*fakeDials
	c *connector
}

func dialSettingsOf(address string) map[string]any {
	return map[string]any{
		"url": address, "username": "hub", "password": "secret", "trunks": []string{"trunk"}, "dids": map[string]string{"+74950001122": "Main"},
		"blacklist": []string{"+79009*"}, "dial_out": map[string]string{"+": ""},
		"dial": map[string]any{"context": "internal", "caller_id": "Company <+74950001122>", "ring": "60s", "allow": []string{"+7*"}},
	}
}

func startDialler(t *testing.T, address string, m *memory, b *fakeDials, change ...func(dial map[string]any)) dialler {
	t.Helper()
	h := &hub{memory: m, health: make(chan error, 1000)}
	s := dialSettingsOf(address)
	for _, c := range change {
		c(s["dial"].(map[string]any))
	}
	e := env(s, func(err error) { h.health <- err })
	e.Calls.Dials = b
	made, err := newConnector(e)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() { _ = made.Run(ctx, m) })
	h.stop = sync.OnceFunc(func() {
		cancel()
		done.Wait()
		e.Net.HTTP.CloseIdleConnections()
	})
	t.Cleanup(h.stop)
	return dialler{h, b, made}
}

// asks asks for a call and returns its id.
func (d dialler) asks(extension, number string) string {
	id := fmt.Sprintf("dial-%s-%d", extension, time.Now().UnixNano())
	d.set(leads.Dial{ID: id, Source: "pbx", Extension: extension, Number: number, State: leads.DialAsked, Asked: time.Now()})
	d.c.KickDials()
	return id
}

func (d dialler) cancels(id string) {
	d.cancel(id)
	d.c.KickDials()
}
