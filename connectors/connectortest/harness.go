package connectortest

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"ctihub/connectors"
	"ctihub/connectors/vendors/media/mediatest"
	"ctihub/leads"
)

// Harness is the hub of a connector under test, in memory: its inbox, its files,
// and what it reports.
type Harness struct {
	Inbox *Inbox
	Files *mediatest.Files

	t            *testing.T
	name         string
	mu           sync.Mutex
	receipts     []leads.Receipt
	failReceipts int
	health       error
}

// NewHarness returns an empty harness for a connector with a name.
func NewHarness(t *testing.T, name string) *Harness {
	return &Harness{Inbox: NewInbox(name), Files: &mediatest.Files{}, t: t, name: name}
}

// Env is [Env] with the harness's files, receipts and health.
func (d *Harness) Env(settings string) connectors.Env {
	env := Env(d.t, d.name, settings)
	env.Files, env.Report.Receipt, env.Report.Health = d.Files, d.putReceipt, d.setHealth
	return env
}

func (d *Harness) putReceipt(_ context.Context, r leads.Receipt) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.failReceipts > 0 {
		d.failReceipts--
		return errors.New("the database is away")
	}
	d.receipts = append(d.receipts, r)
	return nil
}

func (d *Harness) setHealth(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.health = err
}

// FailReceipts makes n more receipts fail to be stored.
func (d *Harness) FailReceipts(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.failReceipts += n
}

// Receipts returns what was stored, in order.
func (d *Harness) Receipts() []leads.Receipt {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.receipts)
}

// Receipted returns the upstream's ids of the replies that have reached a
// state, each once, sorted.
func (d *Harness) Receipted(state leads.ReplyState) []string {
	ids := map[string]bool{}
	for _, r := range d.Receipts() {
		if r.State == state {
			ids[r.UpstreamID] = true
		}
	}
	return slices.Sorted(maps.Keys(ids))
}

// Health returns the latest trouble, nil for none.
func (d *Harness) Health() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.health
}

// Wait returns a context for awaiting what must come; its end decides nothing.
func (d *Harness) Wait() context.Context {
	ctx, cancel := context.WithTimeout(d.t.Context(), 3*time.Minute)
	d.t.Cleanup(cancel)
	return ctx
}

// RunSource runs a connector and restarts it, as the supervisor does, until stop is
// called or the test ends.
func (d *Harness) RunSource(run func(context.Context, leads.Inbox) error) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			if err := run(ctx, d.Inbox); err != nil {
				d.setHealth(err)
			}
			select {
			case <-ctx.Done():
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	stop = func() {
		cancel()
		<-done
	}
	d.t.Cleanup(stop)
	return stop
}

// WantKeys checks which keys were committed, in any order, and that the cursor
// passed none.
func (d *Harness) WantKeys(want ...string) {
	d.t.Helper()
	got := d.Inbox.Keys()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		d.t.Errorf("keys %q, want %q", got, want)
	}
	if err := d.Inbox.Err(); err != nil {
		d.t.Error(err)
	}
}
