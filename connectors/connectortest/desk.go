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

// Desk is what a connector under test works at, in memory: its inbox, its
// files, and what it reports.
type Desk struct {
	Inbox *Inbox
	Files *mediatest.Files

	t        *testing.T
	name     string
	mu       sync.Mutex
	receipts []leads.Receipt
	refuse   int
	health   error
}

// NewDesk returns an empty desk for a connector with a name.
func NewDesk(t *testing.T, name string) *Desk {
	return &Desk{Inbox: NewInbox(name), Files: &mediatest.Files{}, t: t, name: name}
}

// Env is [Env] with the desk's files, receipts and health.
func (d *Desk) Env(settings string) connectors.Env {
	env := Env(d.t, d.name, settings)
	env.Files, env.Report.Receipt, env.Report.Health = d.Files, d.receipt, d.report
	return env
}

func (d *Desk) receipt(_ context.Context, r leads.Receipt) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.refuse > 0 {
		d.refuse--
		return errors.New("the database is away")
	}
	d.receipts = append(d.receipts, r)
	return nil
}

func (d *Desk) report(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.health = err
}

// RefuseReceipts makes n more receipts fail to be stored.
func (d *Desk) RefuseReceipts(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.refuse += n
}

// Receipts returns what was stored, in order.
func (d *Desk) Receipts() []leads.Receipt {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.receipts)
}

// Receipted returns the upstream's ids of the replies that have reached a
// state, each once, sorted.
func (d *Desk) Receipted(state leads.ReplyState) []string {
	ids := map[string]bool{}
	for _, r := range d.Receipts() {
		if r.State == state {
			ids[r.UpstreamID] = true
		}
	}
	return slices.Sorted(maps.Keys(ids))
}

// Health returns the latest trouble, nil for none.
func (d *Desk) Health() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.health
}

// Wait returns a context for awaiting what must come; its end decides nothing.
func (d *Desk) Wait() context.Context {
	ctx, cancel := context.WithTimeout(d.t.Context(), 3*time.Minute)
	d.t.Cleanup(cancel)
	return ctx
}

// Work runs a connector again and again, as the supervisor does, until stop is
// called or the test ends.
func (d *Desk) Work(run func(context.Context, leads.Inbox) error) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			if err := run(ctx, d.Inbox); err != nil {
				d.report(err)
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
func (d *Desk) WantKeys(want ...string) {
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
