package dedupe

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"ctihub/leads"
	"ctihub/leads/intake"
	"ctihub/storage/storagetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m, storagetest.IgnoreServers()) }

var (
	anna  = leads.Identity{Kind: leads.KindPhone, Value: "+79161234567"}
	boris = leads.Identity{Kind: leads.KindPhone, Value: "+79167654321"}
	clara = leads.Identity{Kind: leads.KindEmail, Value: "clara@example.com"}
)

// office is two hubs that share what they deduplicate with, and a look inside.
type office struct {
	a, b   intake.Dedupe
	holder func(leads.Identity) string // of the claim, empty if it is free
}

const (
	forever = time.Minute          // longer than any test waits
	briefly = 5 * time.Millisecond // when the test knows that waiting is in vain
)

// behave is what both implementations promise. open makes an office whose hubs
// wait that long for another's claim.
func behave(t *testing.T, open func(t *testing.T, patience time.Duration) office) {
	only := func(id leads.Identity) []leads.Identity { return []leads.Identity{id} }

	t.Run("a claim lasts until it is released", func(t *testing.T) {
		o := open(t, briefly)
		release := o.a.Claim(t.Context(), []leads.Identity{anna, boris, anna})
		if o.holder(anna) == "" || o.holder(anna) != o.holder(boris) {
			t.Fatalf("held by %q and %q, want one holder", o.holder(anna), o.holder(boris))
		}
		if o.holder(clara) != "" {
			t.Error("an identity that nobody asked for is claimed")
		}
		release()
		if o.holder(anna) != "" || o.holder(boris) != "" {
			t.Error("still claimed after release")
		}
		release()
	})

	t.Run("who waits in vain goes on without a claim", func(t *testing.T) {
		o := open(t, claimPatience)
		defer o.a.Claim(t.Context(), only(anna))()
		first := o.holder(anna)
		began := time.Now()
		release := o.b.Claim(t.Context(), only(anna))
		if took := time.Since(began); took < claimPatience/2 {
			t.Errorf("it waited for %s only", took)
		}
		release()
		if o.holder(anna) != first {
			t.Error("the other hub's claim is gone")
		}
	})

	t.Run("who waits gets the claim once it is released", func(t *testing.T) {
		o := open(t, forever)
		release := o.a.Claim(t.Context(), only(anna))
		first, done := o.holder(anna), make(chan func())
		go func() { done <- o.b.Claim(t.Context(), only(anna)) }()
		select {
		case <-done:
			t.Fatal("two hubs hold one identity")
		case <-time.After(20 * time.Millisecond):
		}
		release()
		second := <-done
		if now := o.holder(anna); now == "" || now == first {
			t.Errorf("held by %q after %q, want the other hub", now, first)
		}
		release() // late, and not its own any more
		if o.holder(anna) == "" {
			t.Error("a hub released what another holds")
		}
		second()
		if o.holder(anna) != "" {
			t.Error("still claimed after release")
		}
	})

	t.Run("all or none", func(t *testing.T) {
		o := open(t, briefly)
		defer o.a.Claim(t.Context(), only(boris))()
		o.b.Claim(t.Context(), []leads.Identity{anna, boris, clara})()
		release := o.b.Claim(t.Context(), []leads.Identity{anna, boris, clara})
		defer release()
		if o.holder(anna) != "" || o.holder(clara) != "" {
			t.Error("part of the identities is claimed; two hubs would wait for each other")
		}
	})

	t.Run("who is known needs no claim", func(t *testing.T) {
		o := open(t, forever)
		defer o.a.Claim(t.Context(), only(anna))()
		o.a.Remember(t.Context(), only(anna), "contact-1")
		o.b.Claim(t.Context(), only(anna))() // although it is held: not waiting is the test
		release := o.b.Claim(t.Context(), []leads.Identity{anna, boris})
		if o.holder(boris) == "" || o.holder(boris) == o.holder(anna) {
			t.Errorf("the unknown one is held by %q, want the second hub", o.holder(boris))
		}
		release()
		if o.holder(anna) == "" {
			t.Error("a hub released what it never claimed")
		}
	})

	t.Run("the caller goes away", func(t *testing.T) {
		o := open(t, forever)
		ctx, cancel := context.WithCancel(t.Context())
		release := o.a.Claim(ctx, only(anna))
		done := make(chan func())
		go func() { done <- o.b.Claim(ctx, only(anna)) }()
		cancel()
		(<-done)() // at once, although the claim is held
		if o.holder(anna) == "" {
			t.Error("who gave up released the other's claim")
		}
		release()
		if o.holder(anna) != "" {
			t.Error("still claimed: release must work after its caller went away")
		}
		o.a.Remember(ctx, only(anna), "contact-1")
		defer o.a.Claim(t.Context(), only(anna))()
		if o.holder(anna) != "" {
			t.Error("not remembered: it was committed, whoever went away")
		}
	})

	t.Run("nobody", func(t *testing.T) {
		o := open(t, forever)
		o.a.Claim(t.Context(), nil)()
		o.a.Remember(t.Context(), nil, "contact-1")
	})

	t.Run("never two at once", func(t *testing.T) {
		o := open(t, forever)
		var inside, most, entered atomic.Int32
		var crowd sync.WaitGroup
		for n := range 50 {
			hub, ids := o.a, []leads.Identity{anna, {Kind: leads.KindEmail, Value: fmt.Sprint(n)}}
			if n%2 == 1 {
				hub, ids = o.b, []leads.Identity{ids[1], anna}
			}
			crowd.Go(func() {
				release := hub.Claim(t.Context(), ids)
				defer release()
				if now := inside.Add(1); now > 1 {
					most.Store(now)
				}
				entered.Add(1)
				time.Sleep(100 * time.Microsecond)
				inside.Add(-1)
			})
		}
		crowd.Wait()
		if most.Load() != 0 || entered.Load() != 50 {
			t.Errorf("%d entered, %d at once; want 50, one after the other", entered.Load(), most.Load())
		}
	})
}
