package storage_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"ctihub/leads"
	"ctihub/leads/intake"
	"ctihub/storage"
)

func testLease(t *testing.T, o office) {
	ctx := t.Context()
	if l := must(o.Lease(ctx, "pbx"))(t); l != (leads.Lease{}) {
		t.Fatalf("a lease that nobody took: %+v", l)
	}
	a := must(o.TakeLease(ctx, "pbx", "a", leads.Lease{}))(t)
	if _, err := o.TakeLease(ctx, "pbx", "b", leads.Lease{}); !errors.Is(err, leads.ErrConflict) {
		t.Errorf("b takes what it has not seen: %v", err)
	}
	seen := must(o.Lease(ctx, "pbx"))(t)
	if seen != a {
		t.Errorf("seen %+v, taken %+v", seen, a)
	}
	if err := o.RenewLease(ctx, "pbx", a.Epoch); err != nil {
		t.Error(err)
	}
	if _, err := o.TakeLease(ctx, "pbx", "b", seen); !errors.Is(err, leads.ErrConflict) {
		t.Errorf("b takes over although a is alive: %v", err)
	}
	b := must(o.TakeLease(ctx, "pbx", "b", must(o.Lease(ctx, "pbx"))(t)))(t)
	if b.Epoch != a.Epoch+1 || must(o.Lease(ctx, "pbx"))(t) != b {
		t.Errorf("after the take-over %+v", b)
	}
	if err := o.RenewLease(ctx, "pbx", a.Epoch); !errors.Is(err, leads.ErrStaleOwner) {
		t.Errorf("the former owner renews: %v", err)
	}
	if err := o.ReleaseLease(ctx, "pbx", a.Epoch); err != nil || must(o.Lease(ctx, "pbx"))(t).Hub != "b" {
		t.Errorf("the former owner gives away what is b's: %v", err)
	}
	if err := o.ReleaseLease(ctx, "pbx", b.Epoch); err != nil || must(o.Lease(ctx, "pbx"))(t).Hub != "" {
		t.Errorf("b does not give up: %v", err)
	}
	if err := o.RenewLease(ctx, "pbx", b.Epoch); !errors.Is(err, leads.ErrStaleOwner) {
		t.Errorf("b renews what it gave up: %v", err)
	}
}

func ownedBatch(epoch int64, key, cursor string) intake.Batch {
	touch := form(key, ivan)
	touch.Source = "mail"
	return intake.Batch{Source: "mail", Epoch: epoch, Cursor: cursor, Touches: []leads.Touch{touch}}
}

// Nothing of a stale owner's batch is stored: no touch, no cursor, no quarantine.
func TestStaleOwnerStoresNothing(t *testing.T) {
	t.Parallel()
	o := office{t, open(t, storage.Config{Database: migrated(t)})}
	a := must(o.TakeLease(t.Context(), "mail", "a", leads.Lease{}))(t)
	must(o.Ingest(t.Context(), ownedBatch(a.Epoch, "1", "one")))(t)
	b := must(o.TakeLease(t.Context(), "mail", "b", a))(t)
	stale := ownedBatch(a.Epoch, "2", "two")
	stale.Quarantine = []leads.QuarantinedTouch{{ID: "q", Source: "mail", ExternalID: "3", Reason: "broken", At: noon}}
	if _, err := o.Ingest(t.Context(), stale); !errors.Is(err, leads.ErrStaleOwner) {
		t.Errorf("the stale owner's batch: %v", err)
	}
	cursor := must(o.Cursor(t.Context(), "mail"))(t)
	if n := len(o.interactions(admin, leads.InteractionFilter{})); n != 1 || cursor != "one" || len(o.quarantine()) != 0 {
		t.Errorf("%d interactions, cursor %q", n, cursor)
	}
	must(o.Ingest(t.Context(), ownedBatch(b.Epoch, "2", "two")))(t)
	if err := o.ReleaseLease(t.Context(), "mail", b.Epoch); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Ingest(t.Context(), ownedBatch(b.Epoch, "4", "")); !errors.Is(err, leads.ErrStaleOwner) {
		t.Errorf("a batch after giving up: %v", err)
	}
}

// Hubs that steal a source from each other at random moments, each writing as
// if it owned it, and reading on where the cursor stands: events of one epoch
// never come after those of a later one, and no message is stored twice,
// skipped, or read again by a later owner.
func TestEpochsNeverMix(t *testing.T) {
	t.Parallel()
	const hubs, takeOvers = 3, 40
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	dsn := migrated(t)
	first := open(t, storage.Config{Database: dsn})
	var epochs, refused atomic.Int64
	var wg sync.WaitGroup
	for h := range hubs {
		s := open(t, storage.Config{Database: dsn})
		dice := rand.New(rand.NewPCG(seed, uint64(h)))
		wg.Go(func() {
			ctx := context.WithoutCancel(t.Context())
			for epochs.Load() < takeOvers {
				time.Sleep(time.Duration(dice.IntN(20)) * time.Millisecond) // the moment of stealing
				seen, err := s.Lease(ctx, "mail")
				if err != nil {
					t.Error(err)
					return
				}
				lease, err := s.TakeLease(ctx, "mail", fmt.Sprint("hub", h), seen)
				if errors.Is(err, leads.ErrConflict) {
					continue
				} else if err != nil {
					t.Error(err)
					return
				}
				epochs.Add(1)
				refused.Add(readOn(ctx, t, s, lease.Epoch, 3+dice.IntN(20)))
			}
		})
	}
	wg.Wait()

	o := office{t, first}
	last, stored := int64(0), 0
	for _, e := range o.events() {
		if e.Type != leads.EventInteraction {
			continue
		}
		var epoch int64
		var key string
		i := body(t, e).Interaction
		if _, err := fmt.Sscanf(i.Text, "epoch %d", &epoch); err != nil {
			t.Fatal(err)
		}
		if epoch < last {
			t.Errorf("a write of epoch %d comes after one of epoch %d", epoch, last)
		}
		if key = fmt.Sprint(stored + 1); i.ExternalID != key {
			t.Errorf("message %s was stored after message %d", i.ExternalID, stored)
		}
		last, stored = epoch, stored+1
	}
	t.Logf("%d take-overs, %d messages, %d stale writes refused", epochs.Load(), stored, refused.Load())
	if stored == 0 || refused.Load() == 0 {
		t.Error("the race did not happen")
	}
}

// readOn stores up to n messages after the cursor, as an owner that does not
// know how long it is one, and returns 1 if it was refused.
func readOn(ctx context.Context, t *testing.T, s *storage.Store, epoch int64, n int) int64 {
	cursor, err := s.Cursor(ctx, "mail")
	if err != nil {
		t.Error(err)
		return 0
	}
	at := 0
	if cursor != "" {
		if _, err := fmt.Sscan(cursor, &at); err != nil {
			t.Error(err)
			return 0
		}
	}
	for range n {
		at++
		b := ownedBatch(epoch, fmt.Sprint(at), fmt.Sprint(at))
		b.Touches[0].Text = fmt.Sprintf("epoch %d", epoch)
		switch _, err := s.Ingest(ctx, b); {
		case errors.Is(err, leads.ErrStaleOwner):
			return 1
		case err != nil:
			t.Error(err)
			return 0
		}
	}
	return 0
}

// While an owner's write is under way, its sign of life does not wait, and a
// take-over does: whoever takes over finds the write stored.
func TestTakeOverWaitsForTheWriteInHand(t *testing.T) {
	t.Parallel()
	dsn := migrated(t)
	o := office{t, open(t, storage.Config{Database: dsn})}
	ctx := context.WithoutCancel(t.Context())
	a := must(o.TakeLease(ctx, "mail", "a", leads.Lease{}))(t)
	conn := must(pgx.Connect(ctx, dsn))(t)
	defer conn.Close(ctx)
	watch := must(pgx.Connect(ctx, dsn))(t) // a transaction would see one moment only
	defer watch.Close(ctx)
	tx := must(conn.Begin(ctx))(t)
	if _, err := tx.Exec(ctx, "LOCK TABLE interactions IN SHARE MODE"); err != nil { // stops the write half-way
		t.Fatal(err)
	}
	taken := make(chan error, 1)
	waiters := func(n int) { // until the server says that so many wait for a lock
		for waits := 0; waits != n; {
			if err := watch.QueryRow(ctx, "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").Scan(&waits); err != nil {
				t.Fatal(err)
			}
			select {
			case err := <-taken:
				t.Fatalf("taken over (%v) while a write is under way", err)
			default:
			}
		}
	}
	written := make(chan error, 1)
	go func() {
		_, err := o.Ingest(ctx, ownedBatch(a.Epoch, "1", "one"))
		written <- err
	}()
	waiters(1)
	if err := o.RenewLease(ctx, "mail", a.Epoch); err != nil {
		t.Fatal(err)
	}
	seen := must(o.Lease(ctx, "mail"))(t)
	go func() {
		_, err := o.TakeLease(ctx, "mail", "b", seen)
		taken <- err
	}()
	waiters(2)
	if err := tx.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	if err := <-taken; err != nil {
		t.Error(err)
	}
	if cursor := must(o.Cursor(ctx, "mail"))(t); cursor != "one" {
		t.Errorf("the new owner reads on at %q", cursor)
	}
	if err := <-written; err != nil {
		t.Error(err)
	}
}
