package storage_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/intake"
	"ctihub/storage"
)

// crowd is a store whose one writer is held, so that what is put meanwhile
// gathers, and is then stored together.
type crowd struct {
	office
	free   func()
	wg     sync.WaitGroup
	mu     sync.Mutex
	stored map[string]intake.Stored // by external id
	errs   map[string]error
}

func gather(t *testing.T, o office) *crowd {
	free := storage.HoldWriters(o.Store, false)
	return &crowd{office: o, free: free, stored: map[string]intake.Stored{}, errs: map[string]error{}}
}

// put puts a batch as a caller of its own, and returns when it waits, or was
// refused at once.
func (c *crowd) put(ctx context.Context, b intake.Batch) {
	waits := storage.Waiting(c.Store) + 1
	var over atomic.Bool
	c.wg.Go(func() {
		defer over.Store(true)
		stored, err := c.Ingest(ctx, b)
		c.mu.Lock()
		defer c.mu.Unlock()
		for i, t := range b.Touches {
			if c.errs[t.ExternalID] = err; err == nil {
				c.stored[t.ExternalID] = stored[i]
			}
		}
	})
	for storage.Waiting(c.Store) < waits && !over.Load() {
		storage.Yield()
	}
}

func one(t leads.Touch) intake.Batch {
	return intake.Batch{Source: t.Source, Touches: []leads.Touch{t}}
}

func (c *crowd) done() {
	c.free()
	c.wg.Wait()
}

// testTogether: touches that wait together share transactions, and each caller
// gets what became of its own, also when they are about the same person.
func testTogether(t *testing.T, o office) {
	c := gather(t, o)
	before := storage.Transactions(o.Store)
	for n := range 12 {
		c.put(t.Context(), one(form(fmt.Sprint(n), phone(n/2)))) // two of each person
	}
	c.put(t.Context(), one(form("0", phone(0)))) // said twice
	c.done()
	if n := storage.Transactions(o.Store) - before; n > 3 {
		t.Errorf("13 touches took %d transactions, want one for each writer", n)
	}
	for n := range 12 {
		s := c.stored[fmt.Sprint(n)]
		i := must(o.Interaction(t.Context(), admin, s.InteractionID))(t)
		if i.ExternalID != fmt.Sprint(n) || s.ContactID != c.stored[fmt.Sprint(n/2*2)].ContactID || s.LeadID != c.stored[fmt.Sprint(n/2*2)].LeadID {
			t.Errorf("touch %d: stored %+v", n, s)
		}
		want := []leads.EventType{leads.EventInteraction}
		if n%2 == 0 {
			want = append(want, leads.EventLeadCreated)
		}
		if n > 0 && !slices.Equal(types(s.Events), want) {
			t.Errorf("touch %d: events %v, want %v", n, types(s.Events), want)
		}
		for _, e := range s.Events {
			if b := body(t, e); e.Seq == 0 || b.Contact.ID != s.ContactID {
				t.Errorf("touch %d: event %d of contact %s", n, e.Seq, b.Contact.ID)
			}
		}
	}
	stored := o.events()
	if len(stored) != 18 || len(o.interactions(admin, leads.InteractionFilter{})) != 12 || len(o.contacts(admin, leads.ContactFilter{})) != 6 {
		t.Errorf("%d events, want 18; %d contacts", len(stored), len(o.contacts(admin, leads.ContactFilter{})))
	}
	for _, e := range stored { // the numbers that callers got are those of the table
		for _, s := range c.stored {
			for _, told := range s.Events {
				if told.ID == e.ID && told.Seq != e.Seq {
					t.Errorf("event %s has number %d, the caller got %d", e.ID, e.Seq, told.Seq)
				}
			}
		}
	}
}

// testFailsAlone: a batch that cannot be stored does not fail its neighbours,
// and leaves nothing: no touch, no cursor, no quarantine.
func testFailsAlone(t *testing.T, o office) {
	c := gather(t, o)
	bad := form("bad", phone(1))
	bad.Direction = "sideways"
	c.put(t.Context(), intake.Batch{Source: "mail", Cursor: "7", Touches: []leads.Touch{form("good", phone(2))}})
	c.put(t.Context(), intake.Batch{Source: "mail2", Cursor: "8", Touches: []leads.Touch{form("neighbour", phone(3)), bad},
		Quarantine: []leads.QuarantinedTouch{{ID: "q", Source: "mail2", Reason: "r", At: noon}}})
	c.put(t.Context(), one(form("after", phone(1))))
	c.done()
	if c.errs["good"] != nil || c.errs["after"] != nil || c.errs["bad"] == nil || c.errs["neighbour"] == nil {
		t.Errorf("errors %v", c.errs)
	}
	a, b := must(o.Cursor(t.Context(), "mail"))(t), must(o.Cursor(t.Context(), "mail2"))(t)
	if n, q := len(o.interactions(admin, leads.InteractionFilter{})), must(o.Quarantine(t.Context(), leads.QuarantineFilter{}, whole))(t).Items; a != "7" || b != "" || n != 2 || len(q) != 0 {
		t.Errorf("cursors %q and %q, %d interactions, quarantine %v; want 7, none, 2, none", a, b, n, q)
	}
}

// testCallerLeaves: who gives up before a writer is free is not stored, and
// takes nobody along.
func testCallerLeaves(t *testing.T, o office) {
	c := gather(t, o)
	c.put(t.Context(), one(form("1", phone(1))))
	ctx, leave := context.WithCancel(t.Context())
	c.put(ctx, one(form("2", phone(1))))
	c.put(t.Context(), one(form("3", phone(1))))
	leave()
	for c.left("2") == nil {
		storage.Yield()
	}
	c.done()
	if !errors.Is(c.errs["2"], context.Canceled) || c.errs["1"] != nil || c.errs["3"] != nil {
		t.Errorf("errors %v", c.errs)
	}
	if n := len(o.interactions(admin, leads.InteractionFilter{})); n != 2 {
		t.Errorf("%d interactions, want 2", n)
	}
}

func (c *crowd) left(key string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.errs[key]
}

// testCallsFirst: a call that comes last is stored before the forms that wait,
// and what comes over the bound is refused, calls excepted.
func testCallsFirst(t *testing.T, o office) {
	own := storage.Lanes(o.Store) > 1
	c := &crowd{office: o, free: storage.HoldWriters(o.Store, own), stored: map[string]intake.Stored{}, errs: map[string]error{}}
	b := intake.Batch{Source: "mail"}
	for n := range storage.QueueMost / 10 {
		b.Touches = append(b.Touches, form(fmt.Sprint(n), phone(1)))
	}
	for range 10 {
		c.put(t.Context(), b)
	}
	if _, err := o.Ingest(t.Context(), intake.Batch{Source: "mail", Cursor: "1", Touches: b.Touches[:1]}); !errors.Is(err, leads.ErrBusy) {
		t.Errorf("one more: %v, want %v", err, leads.ErrBusy)
	}
	if own { // the calls' own writer is not held
		o.put(call("L1", ivan, "100"))
	} else {
		c.put(t.Context(), one(call("L1", ivan, "100")))
	}
	c.done()
	first := o.events()[0]
	if body(t, first).Call == nil {
		t.Errorf("the first event is %s", first.Type)
	}
}

// Which of two contacts of one batch is the older one does not depend on how
// fine the clock is.
func TestTheClockDecidesNothingWithinABatch(t *testing.T) {
	t.Parallel()
	ticks := noon
	clocks := map[string]func() time.Time{
		"stands": func() time.Time { return noon },
		"ticks":  func() time.Time { ticks = ticks.Add(time.Microsecond); return ticks },
	}
	for name, clock := range clocks {
		o := office{t, open(t, storage.Config{DataDir: dataDir(t), Now: clock})}
		out := form("1", phone(1)) // of nobody, and the next one waits for it
		out.Direction = leads.Out
		stored := must(o.Ingest(t.Context(), intake.Batch{Source: "site", Touches: []leads.Touch{out, form("2", phone(1)), form("3", phone(2))}}))(t)
		both := must(o.Ingest(t.Context(), intake.Batch{Source: "site", Touches: []leads.Touch{form("4", phone(1), phone(2))}}))(t)
		if both[0].ContactID != stored[2].ContactID {
			t.Errorf("the clock %s: the contact is not the one that was stored first", name)
		}
	}
}
