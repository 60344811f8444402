package e2e

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

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/connectors/asterisk/asterisktest"
	"ctihub/leads"
	"ctihub/storage"
	"ctihub/storage/storagetest"
)

// maxWatched is the longest time that a hub follows the exchange before it is killed.
const maxWatched = 3 * time.Second

// Hubs are killed while real calls go on, some answered, some not. Each call is stored
// once, with its linkedid and its caller, and each ends: what no hub saw is filled in
// from the exchange's journal.
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
		fmt.Sprintf("sources: [{name: pbx, kind: asterisk, url: %q, username: %q, password: %q, trunks: [trunk], cel: %q}]\n", address, user, secret, pbx.Journal()))
	truth := newOracle(t, filepath.Join(t.TempDir(), "history"))
	pbx.Phone("100", 200*time.Millisecond, 0)
	pbx.Phone("101", -1, 0)

	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	steps := []storage.Step{"", storage.StepWritten, storage.StepReceived, "", storage.StepCursor, storage.StepStored}
	alive, step := make([]*hubProcess, hubs), make([]storage.Step, hubs)
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
	f.awaitFollowing(alive...) // calls from before a hub first read the journal are not stored
	var callers sync.WaitGroup
	for lane := range 3 {
		callers.Go(func() { f.call(ctx, pbx, truth, lane) })
	}
	for range deaths {
		n := f.awaitFollowing(alive...)
		select {
		case <-alive[n].exited:
		case <-time.After(maxWatched + time.Duration(500+random.IntN(2000))*time.Millisecond):
			step[n] = ""
		}
		alive[n].kill()
		if err := f.countDeath(alive[n], step[n]); err != nil {
			t.Fatal(err)
		}
		bear(n)
	}
	for _, v := range alive { // for the repair no hub may die at its step
		v.kill()
	}
	views := f.startAll()
	healed := f.awaitFollowing()
	cancel()
	callers.Wait()
	sent, err := truth.history()
	if err != nil {
		t.Fatal(err)
	}
	f.awaitJournalComplete(views[healed], len(sent.ok))
	awaitRouted(t, views[0], f.token)

	log := readCEL(t, pbx, len(sent.invoked))
	calls := history{invoked: map[string]int{}, ok: map[string]bool{}}
	for linkedid, c := range log {
		person, known := sent.invoked["c"+c.caller]
		if !known || !sent.ok["c"+c.caller] {
			t.Errorf("the exchange has a call of %s that was not placed or not seen through", c.caller)
			continue
		}
		calls.invoked[linkedid], calls.ok[linkedid] = person, true
	}
	calls.report(t, strconv.FormatUint(seed, 10), f.token, views)
	interrupted := 0
	for _, c := range hubtest.List[leads.CallRecord](views[0], f.token, "/api/v1/calls", nil) {
		if c.Disposition == leads.Interrupted {
			interrupted++
		}
	}
	t.Logf("killed %s", f.deaths())
	t.Logf("calls: %d placed and seen through by sipp, %d interrupted in the log", len(sent.ok), interrupted)
}

// placed counts the calls; each is of another person.
var placed atomic.Int64

// call places real calls until ctx ends, and waits for their end.
func (f *fleet) call(ctx context.Context, pbx *asterisktest.PBX, truth *oracle, lane int) {
	const batchSize = 5
	for ctx.Err() == nil {
		first := placed.Add(batchSize) - batchSize
		for n := first; n < first+batchSize; n++ {
			if err := truth.recordSent(fmt.Sprint("c", numberOf(n)), int(n)); err != nil {
				f.t.Error(err)
			}
		}
		to, hold := "7100", 3*time.Second+rand.N(3*time.Second)
		if lane%2 == 1 {
			to = "7101" // is not answered
		}
		if err := pbx.Load(to, numberOf(first), batchSize, 4, hold); err != nil {
			f.t.Error(err)
			return
		}
		for n := first; n < first+batchSize; n++ {
			if err := truth.recordAccepted(fmt.Sprint("c", numberOf(n))); err != nil {
				f.t.Error(err)
			}
		}
	}
}

// numberOf is a person's number as the trunk sends it.
func numberOf(person int64) int64 {
	n, _ := strconv.ParseInt(strings.TrimPrefix(phoneOf(int(person)), "+"), 10, 64)
	return n
}

// awaitFollowing waits until one of the hubs follows the exchange, or one of the alive
// processes has died at its step, and returns its index.
func (f *fleet) awaitFollowing(alive ...*hubProcess) int {
	f.t.Helper()
	for began := time.Now(); time.Since(began) < hubtest.Patience; time.Sleep(20 * time.Millisecond) { // the API has no event of sources
		for n, v := range alive {
			select {
			case <-v.exited:
				return n
			default:
			}
		}
		for n, h := range f.hubs {
			if follows(h.url, f.token) {
				return n
			}
		}
	}
	f.t.Fatalf("no hub follows the exchange after 30 s; killed %s", f.deaths())
	panic("unreachable")
}

// follows reports whether a hub follows the exchange and its journal; the hub may die
// during the request.
func follows(hub, token string) bool {
	r, err := http.NewRequest(http.MethodGet, hub+"/api/v1/sources", nil)
	if err != nil {
		return false
	}
	r.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	var page struct{ Items []leads.SourceState }
	_ = json.NewDecoder(resp.Body).Decode(&page)
	if len(page.Items) != 1 {
		return false
	}
	s := page.Items[0]
	return s.State == leads.SourceRunning && s.Journal != nil && (s.Journal.State == leads.JournalFollowed || s.Journal.State == leads.JournalAwaited)
}

// awaitJournalComplete waits until the journal has confirmed the end of that many calls.
func (f *fleet) awaitJournalComplete(h *hubtest.Hub, calls int) {
	f.t.Helper()
	told := h.Events(f.token, leads.EventCallEnded, leads.EventCallUpdated)
	limit := time.After(hubtest.Patience)
	for {
		open := calls
		for _, c := range hubtest.List[leads.CallRecord](h, f.token, "/api/v1/calls", nil) {
			if c.State == leads.CallEnded && c.Journal {
				open--
			}
		}
		if open <= 0 {
			return
		}
		select {
		case <-told:
		case <-limit:
			f.t.Errorf("%d calls are not told to their end a minute after the last one", open)
			return
		}
	}
}
