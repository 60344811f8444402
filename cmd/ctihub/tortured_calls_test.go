package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ctihub/connectors/asterisk/asterisktest"
	"ctihub/leads"
	"ctihub/storage"
	"ctihub/storage/storagetest"
)

// callsAreJournalled says that the hub fills from the exchange's call records
// what it could not see: then every call must be there. Until then only those
// must that went on for inSight before the eyes of a hub.
const callsAreJournalled = false

const inSight = 3 * time.Second

// Hubs are killed while real calls go on, some answered, some not. Each call is
// there once, with its linkedid and its caller, and none rings for ever.
func TestTortureRealCalls(t *testing.T) {
	t.Parallel()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		tortureCalls(t, "", "", 1, max(3, kills(t)/5))
	})
	t.Run("Postgres", func(t *testing.T) { // a hub that takes over waits for the lease
		t.Parallel()
		tortureCalls(t, storagetest.Postgres(t), storagetest.Redis(t), 2, max(2, kills(t)/10))
	})
}

func tortureCalls(t *testing.T, dsn, redis string, hubs, deaths int) {
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 1))
	pbx := asterisktest.Start(t)
	address, user, secret := pbx.ARI()
	f := newFleet(t, t.TempDir(), dsn, redis, hubs,
		fmt.Sprintf("sources: [{name: pbx, kind: asterisk, url: %q, username: %q, password: %q, trunks: [trunk]}]\n", address, user, secret))
	truth := newOracle(t, filepath.Join(t.TempDir(), "history"))
	pbx.Phone("100", 200*time.Millisecond, 0)
	pbx.Phone("101", -1, 0)

	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var callers sync.WaitGroup
	for lane := range 3 {
		callers.Go(func() { f.call(ctx, pbx, truth, lane) })
	}
	steps := []storage.Step{"", storage.StepWritten, storage.StepReceived, "", storage.StepCursor, storage.StepStored}
	alive, step := make([]*victim, hubs), make([]storage.Step, hubs)
	born := 0
	bear := func(n int) {
		step[n] = steps[born%len(steps)]
		born++
		v, err := f.start(f.hubs[n], step[n], 10+random.IntN(30))
		if err != nil {
			t.Fatal(err)
		}
		alive[n] = v
	}
	for n := range hubs {
		bear(n)
	}
	var watched []span
	for range deaths {
		n := f.watching()
		w := span{from: time.Now()}
		select {
		case <-alive[n].gone:
		case <-time.After(inSight + time.Duration(500+random.IntN(2000))*time.Millisecond):
			step[n] = ""
		}
		w.till = time.Now()
		watched = append(watched, w)
		alive[n].kill()
		if err := f.note(alive[n], step[n]); err != nil {
			t.Fatal(err)
		}
		bear(n)
	}
	for _, v := range alive { // to heal, a hub must not die at its step
		v.kill()
	}
	views := f.heal()
	healed := f.watching()
	watched = append(watched, span{time.Now(), time.Now().Add(time.Hour)})
	cancel()
	callers.Wait()
	f.awaitAllEnded(views[healed])
	awaitRouted(t, views[0], f.token)

	sent, err := truth.history()
	if err != nil {
		t.Fatal(err)
	}
	log := readCEL(t, pbx, len(sent.invoked))
	calls, unseen := history{invoked: map[string]int{}, ok: map[string]bool{}}, 0
	for linkedid, c := range log {
		person, known := sent.invoked["c"+c.caller]
		if !known || !sent.ok["c"+c.caller] {
			t.Errorf("the exchange has a call of %s that was not placed or not seen through", c.caller)
			continue
		}
		calls.invoked[linkedid] = person
		if callsAreJournalled || c.seen(watched) {
			calls.ok[linkedid] = true
		} else {
			unseen++
		}
	}
	calls.report(t, strconv.FormatUint(seed, 10), f.token, views)
	interrupted := 0
	for _, c := range list[leads.CallRecord](views[0], f.token, "/api/v1/calls", nil) {
		if c.Disposition == leads.Interrupted {
			interrupted++
		}
	}
	t.Logf("killed %s", f.tally())
	t.Logf("calls: %d placed and seen through by sipp, %d interrupted in the hub's eyes, %d (if any) may be missing because no hub watched them for %v", len(sent.ok), interrupted, unseen, inSight)
}

// placed counts the calls: each is of a person who calls once.
var placed atomic.Int64

// call places real calls until ctx ends, and sees them through.
func (f *fleet) call(ctx context.Context, pbx *asterisktest.PBX, truth *oracle, lane int) {
	const atOnce = 5
	for ctx.Err() == nil {
		first := placed.Add(atOnce) - atOnce
		for n := first; n < first+atOnce; n++ {
			if err := truth.invoke(fmt.Sprint("c", numberOf(n)), int(n)); err != nil {
				f.t.Error(err)
			}
		}
		to, hold := "7100", 3*time.Second+rand.N(3*time.Second)
		if lane%2 == 1 {
			to = "7101" // rings in vain
		}
		if err := pbx.Load(to, numberOf(first), atOnce, 4, hold); err != nil {
			f.t.Error(err)
			return
		}
		for n := first; n < first+atOnce; n++ {
			if err := truth.accepted(fmt.Sprint("c", numberOf(n))); err != nil {
				f.t.Error(err)
			}
		}
	}
}

// numberOf is a person's number as the trunk tells it.
func numberOf(person int64) int64 {
	n, _ := strconv.ParseInt(strings.TrimPrefix(phoneOf(int(person)), "+"), 10, 64)
	return n
}

// watching waits until one of the hubs follows the exchange, and says which.
func (f *fleet) watching() int {
	f.t.Helper()
	for began := time.Now(); time.Since(began) < 30*time.Second; time.Sleep(20 * time.Millisecond) { // the API has no event of sources
		for n, h := range f.hubs {
			if f.follows(h) {
				return n
			}
		}
	}
	f.t.Fatalf("no hub follows the exchange after 30 s; killed %s", f.tally())
	panic("unreachable")
}

// follows asks a hub, which may die over it, whether it follows the exchange.
func (f *fleet) follows(h *fleetHub) bool {
	r, err := http.NewRequest(http.MethodGet, h.url+"/api/v1/sources", nil)
	if err != nil {
		return false
	}
	r.Header.Set("Authorization", "Bearer "+f.token)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	var page struct{ Items []leads.SourceState }
	_ = json.NewDecoder(resp.Body).Decode(&page)
	return len(page.Items) == 1 && page.Items[0].State == leads.SourceRunning
}

// awaitAllEnded waits until no call is open.
func (f *fleet) awaitAllEnded(h *hub) {
	f.t.Helper()
	ended := h.events(f.token, leads.EventCallEnded)
	limit := time.After(time.Minute)
	for {
		open := 0
		for _, c := range list[leads.CallRecord](h, f.token, "/api/v1/calls", nil) {
			if c.State != leads.CallEnded {
				open++
			}
		}
		if open == 0 {
			return
		}
		select {
		case <-ended:
		case <-limit:
			f.t.Errorf("%d calls are open a minute after the last one ended", open)
			return
		}
	}
}
