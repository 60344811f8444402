package router

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/storage"
)

// Whatever a receiver does for a while, it gets every event in the end, in
// order, under the id of the event.
func TestReceiverFailsAndHeals(t *testing.T) {
	for name, trouble := range map[string]func(w http.ResponseWriter, r *http.Request, id string) bool{
		"fails": func(w http.ResponseWriter, _ *http.Request, _ string) bool { w.WriteHeader(500); return true },
		"hangs": func(_ http.ResponseWriter, r *http.Request, _ string) bool { <-r.Context().Done(); return true },
		"rate-limits": func(w http.ResponseWriter, _ *http.Request, _ string) bool {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(429)
			return true
		},
		"redirects": func(w http.ResponseWriter, r *http.Request, _ string) bool {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
			return true
		},
		"breaks off": func(http.ResponseWriter, *http.Request, string) bool { panic(http.ErrAbortHandler) },
	} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, o *outbox) {
				r := newReceiver(t)
				var tries atomic.Int64
				failed := make(chan struct{}, 1000)
				r.answers(func(w http.ResponseWriter, q *http.Request, id string) bool {
					if tries.Add(1) > 2 {
						return false
					}
					failed <- struct{}{}
					return trouble(w, q, id)
				})
				want := ids(o.form("1", 1))
				o.dispatch(o.store, map[string]leads.Sink{"a": r.sink(t)})
				if got := r.await(t, len(want)); !slices.Equal(got, want) {
					t.Errorf("taken %v, want %v", got, want)
				}
				<-failed
				all := o.settled("a")
				if d := all[len(all)-1]; d.State != leads.DeliveryDone || d.Attempts != 3 || d.Error != "" {
					t.Errorf("the first event: %+v", d)
				}
			})
		})
	}
}

// A receiver whose server is gone altogether, and comes back.
func TestReceiverDisappears(t *testing.T) {
	onBoth(t, func(t *testing.T, o *outbox) {
		gone, back := newReceiver(t), newReceiver(t)
		gone.Close()
		want := ids(o.form("1", 1))
		_, stop := o.dispatch(o.store, map[string]leads.Sink{"a": gone.sink(t)})
		o.awaitError(want[0], "the receiver cannot be reached")
		stop()
		o.dispatch(o.store, map[string]leads.Sink{"a": back.sink(t)})
		if got := back.await(t, len(want)); !slices.Equal(got, want) {
			t.Errorf("taken %v, want %v", got, want)
		}
	})
}

// awaitError waits until the delivery of the event to a tells of this error.
func (o *outbox) awaitError(event, text string) leads.Delivery {
	o.t.Helper()
	for limit := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		list, err := o.store.Deliveries(o.t.Context(), leads.DeliveryFilter{Sink: "a"}, leads.Page{Limit: 200})
		if err != nil {
			o.t.Fatal(err)
		}
		i := slices.IndexFunc(list.Items, func(d leads.Delivery) bool { return d.EventID == event })
		if i >= 0 && list.Items[i].Error == text {
			return list.Items[i]
		}
		if time.Now().After(limit) {
			o.t.Fatalf("no error %q of %s in %+v", text, event, list.Items)
		}
	}
}

// Of one lead a sink hears in order, one at a time, however its receiver fails;
// leads do not wait for each other.
func TestOrderPerLeadAndSink(t *testing.T) {
	onBoth(t, func(t *testing.T, o *outbox) {
		r := newReceiver(t)
		lead := map[string]string{} // of an event
		want := map[string][]string{}
		total := 0
		for touch := range 4 {
			for person := range 6 {
				for _, e := range o.form(fmt.Sprint(person, "-", touch), person) {
					lead[e.ID] = e.LeadID
					want[e.LeadID] = append(want[e.LeadID], e.ID)
					total++
				}
			}
		}
		var mu sync.Mutex
		busy, seen := map[string]int{}, 0
		r.answers(func(w http.ResponseWriter, _ *http.Request, id string) bool {
			mu.Lock()
			defer mu.Unlock()
			if busy[lead[id]]++; busy[lead[id]] > 1 {
				t.Error("two events of one lead are on their way")
			}
			defer func() { busy[lead[id]]-- }()
			if seen++; seen%3 == 0 {
				w.WriteHeader(503)
				return true
			}
			return false
		})
		o.dispatch(o.store, map[string]leads.Sink{"a": r.sink(t)})
		got := map[string][]string{}
		for _, id := range r.await(t, total) {
			got[lead[id]] = append(got[lead[id]], id)
		}
		for l := range want {
			if !slices.Equal(got[l], want[l]) {
				t.Errorf("of lead %s came %v, want %v", l, got[l], want[l])
			}
		}
	})
}

// A sink that hangs, and one that panics, hold up nobody else.
func TestOneSinkNeverSlowsAnother(t *testing.T) {
	onBoth(t, func(t *testing.T, o *outbox) {
		good := newReceiver(t)
		hung := make(chan struct{}, 1000)
		var want []string
		for person := range 10 { // more than there are senders
			want = append(want, ids(o.form(fmt.Sprint(person), person))...)
		}
		_, stop := o.dispatch(o.store, map[string]leads.Sink{"b": good.sink(t), "a": sinkFunc(func(ctx context.Context, e leads.Event) error {
			if e.Seq%2 == 0 {
				panic("not today")
			}
			hung <- struct{}{}
			<-ctx.Done()
			return ctx.Err()
		})})
		<-hung
		got := good.await(t, len(want))
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("the good sink took %d of %d", len(got), len(want))
		}
		began := time.Now()
		stop() // and a sender that hangs is cut off
		if took := time.Since(began); took > sendGrace+10*time.Second {
			t.Errorf("stopping took %s", took)
		}
		stats, err := o.store.SinkStats(t.Context())
		if err != nil || stats["a"].Waiting != int64(len(want)) || stats["a"].Dead != 0 {
			t.Errorf("of the bad sink: %+v, %v", stats["a"], err)
		}
	})
}

type sinkFunc func(context.Context, leads.Event) error

func (f sinkFunc) Deliver(ctx context.Context, e leads.Event) error { return f(ctx, e) }

// forgetful is a hub that dies between sending and recording.
type forgetful struct {
	Deliveries
	sent chan string
	dead *atomic.Bool
}

func (f forgetful) ClaimDeliveries(ctx context.Context, c leads.Claim) ([]leads.Claimed, error) {
	if f.dead.Load() {
		return nil, nil
	}
	claimed, err := f.Deliveries.ClaimDeliveries(ctx, c)
	f.dead.Store(len(claimed) > 0)
	return claimed, err
}

func (f forgetful) FinishDelivery(ctx context.Context, c leads.Claimed, _ leads.Verdict) error {
	f.sent <- c.Event.ID
	<-ctx.Done()
	return ctx.Err()
}

// What a hub had sent and not recorded when it died is sent again by the next
// one, under the same id, when the claim has run out – and not before.
func TestSentAndNotRecordedIsSentAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, o *outbox) {
		r := newReceiver(t)
		want := ids(o.form("1", 1))
		dead := forgetful{o.store, make(chan string, 1000), &atomic.Bool{}}
		lease := func(d *Dispatcher) { d.lease = 2 * time.Second }
		_, kill := o.dispatch(dead, map[string]leads.Sink{"a": r.sink(t)}, lease)
		if id := <-dead.sent; id != want[0] {
			t.Fatalf("sent %s first", id)
		}
		began := time.Now()
		o.dispatch(o.store, map[string]leads.Sink{"a": r.sink(t)}, lease)
		got := r.await(t, len(want)+1)
		if !slices.Equal(got, append([]string{want[0]}, want...)) {
			t.Errorf("taken %v, want %v with the first one twice", got, want)
		}
		if took := time.Since(began); took < time.Second {
			t.Errorf("sent again after %s, while the claim held", took)
		}
		kill()
		for _, d := range o.settled("a") {
			if d.State != leads.DeliveryDone {
				t.Errorf("at last: %+v", d)
			}
		}
	})
}

// Two hubs over one database share the work: no event is on its way twice at
// once, and, as nothing fails, none is sent twice at all.
func TestTwoDispatchersPostgres(t *testing.T) {
	o := newOutbox(t, storage.Config{Database: migrated(t)})
	var mu sync.Mutex
	sent, by := map[string]int{}, map[int]int{}
	senders := func(hub int) map[string]leads.Sink {
		return map[string]leads.Sink{"a": sinkFunc(func(_ context.Context, e leads.Event) error {
			mu.Lock()
			defer mu.Unlock()
			sent[e.ID]++
			by[hub]++
			return nil
		})}
	}
	var hubs []*Dispatcher
	for i := range 2 {
		d, _ := o.dispatch(o.open(), senders(i))
		hubs = append(hubs, d)
	}
	var want []string
	for i := range 60 {
		want = append(want, ids(o.form(fmt.Sprint(i), i%20))...)
		for _, d := range hubs {
			d.Kick()
		}
	}
	o.settled("a")
	mu.Lock()
	defer mu.Unlock()
	for _, id := range want {
		if sent[id] != 1 {
			t.Errorf("event %s was sent %d times", id, sent[id])
		}
	}
	t.Logf("%d events, by hub %v", len(want), by)
}

// An event that is refused is dead at once, holds up nothing, and arrives under
// the same id when it is replayed.
func TestDeadLetterAndReplay(t *testing.T) {
	onBoth(t, func(t *testing.T, o *outbox) {
		r := newReceiver(t)
		want := ids(o.form("1", 1))
		r.answers(func(w http.ResponseWriter, _ *http.Request, id string) bool {
			if id == want[0] {
				w.WriteHeader(http.StatusGone)
			}
			return id == want[0]
		})
		d, _ := o.dispatch(o.store, map[string]leads.Sink{"a": r.sink(t)})
		if got := r.await(t, len(want)-1); !slices.Equal(got, want[1:]) {
			t.Errorf("taken %v, want %v", got, want[1:])
		}
		dead := o.awaitError(want[0], "the receiver answered 410 Gone")
		if dead.State != leads.DeliveryDead || dead.Attempts != 1 {
			t.Errorf("dead letter: %+v", dead)
		}
		r.answers(nil)
		if _, err := o.store.ReplayDelivery(t.Context(), dead.ID); err != nil {
			t.Fatal(err)
		}
		d.Kick()
		if got := r.await(t, len(want)); got[len(got)-1] != want[0] {
			t.Errorf("after the replay: %v", got)
		}
		for _, d := range o.settled("a") {
			if d.State != leads.DeliveryDone {
				t.Errorf("at last: %+v", d)
			}
		}
	})
}

// A database that is away when an attempt is to be recorded is asked again.
func TestRecordedWhenTheDatabaseIsBack(t *testing.T) {
	onBoth(t, func(t *testing.T, o *outbox) {
		r := newReceiver(t)
		want := ids(o.form("1", 1))
		o.dispatch(&away{Deliveries: o.store}, map[string]leads.Sink{"a": r.sink(t)})
		o.settled("a")
		if got := r.await(t, len(want)); !slices.Equal(got, want) {
			t.Errorf("taken %v, want %v", got, want)
		}
	})
}

type away struct {
	Deliveries
	n atomic.Int64
}

func (a *away) FinishDelivery(ctx context.Context, c leads.Claimed, v leads.Verdict) error {
	if a.n.Add(1) <= 2 {
		return errors.New("no connection")
	}
	return a.Deliveries.FinishDelivery(ctx, c, v)
}
