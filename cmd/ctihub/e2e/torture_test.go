package e2e

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/leads"
	"ctihub/storage"
	"ctihub/storage/storagetest"
)

// kills is how often the hubs on each database are killed: CTIHUB_KILLS in "make
// torture", else a few times.
func kills(t *testing.T) int {
	if s := os.Getenv("CTIHUB_KILLS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	return 18
}

// Hubs are killed with -9 at every step of storing a touch and at random times.
// Meanwhile people send forms, and repeat at the next hub those that were not accepted,
// write mails to a real mailbox and messages to a bot; an upstream with a cursor hands
// out messages, and a webhook receiver gets events. Every accepted touch is stored
// once; every other touch at most once.
func TestTortureKillsLoseAndDoubleNothing(t *testing.T) {
	t.Parallel()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		torture(t, "", "", 1)
	})
	t.Run("Postgres", func(t *testing.T) {
		t.Parallel()
		torture(t, storagetest.Postgres(t), storagetest.Redis(t), 2)
	})
}

func torture(t *testing.T, dsn, redis string, hubs int) {
	seed := rand.Uint64()
	dir := t.TempDir()
	truth := newOracle(t, filepath.Join(dir, "history"))
	told := &receiver{bodies: map[string]string{}}
	// On PostgreSQL the commit of a killed hub may complete after its successor has
	// read the cursor: then the idempotency key prevents the duplicate.
	feed := &upstream{t: t, truth: truth, strict: dsn == "", people: map[int]int{}}
	post := newWriters(t, truth)
	f := newFleet(t, dir, dsn, redis, hubs, fmt.Sprintf(`sources: [{name: site, kind: webform, per_minute: 0}, %s]
sinks: [{name: program, kind: webhook, events: [lead.created, lead.assigned], url: %q, secret: whsec_bmV3IG5ldyBuZXcgbmV3IG5ldyBuZXcgbmV3IG5ldyE=, allow: [127.0.0.1/32]}]
`, post.sources(), serve(t, told)))
	f.hubs[0].feed = serve(t, feed)

	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var senders sync.WaitGroup
	for s := range 8 {
		senders.Go(func() { send(ctx, t, truth, f.urls(), s) })
	}
	senders.Go(func() { post.write(ctx) })
	var lives errgroup.Group
	for n, h := range f.hubs {
		lives.Go(func() error { return f.crashLoop(h, 4*n, kills(t)/hubs, rand.New(rand.NewPCG(seed, uint64(n)))) })
	}
	if err := lives.Wait(); err != nil {
		t.Fatal(err)
	}
	cancel()
	feed.end()
	senders.Wait()

	views := f.startAll()
	post.arrive(views[0], f.token)
	awaitRouted(t, views[0], f.token)
	again := told.judge(t, views[0], f.token)
	if again == 0 && f.killed[string(storage.StepSent)] > 0 {
		t.Error("a hub died between sending and recording, and nothing was sent again: the run proves nothing")
	}
	truth.judge(t, views[0], f.token, strconv.FormatUint(seed, 10), views[1:]...)
	t.Logf("killed %s", f.deaths())
	feed.judge()
}

// serve runs a server until the test ends, and returns its address.
func serve(t *testing.T, h http.Handler) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	return s.URL
}

// awaitRouted waits until every open lead has a manager. It polls, because a live
// stream is cut when many leads are assigned at once.
func awaitRouted(t *testing.T, h *hubtest.Hub, token string) {
	t.Helper()
	for began := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		waiting := len(hubtest.List[leads.Lead](h, token, "/api/v1/leads", url.Values{"manager_id": {"none"}, "open": {"true"}}))
		if waiting == 0 {
			t.Logf("every lead has a manager after %v", time.Since(began).Round(10*time.Millisecond))
			return
		}
		if time.Since(began) > hubtest.Patience {
			t.Fatalf("%d leads have no manager after %v", waiting, hubtest.Patience)
		}
	}
}
