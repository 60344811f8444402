package dedupe

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"ctihub/leads"
	"ctihub/storage/storagetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m, storagetest.IgnoreServers()) }

var (
	anna  = leads.Identity{Kind: leads.KindPhone, Value: "+79161234567"}
	boris = leads.Identity{Kind: leads.KindPhone, Value: "+79167654321"}
	clara = leads.Identity{Kind: leads.KindEmail, Value: "clara@example.com"}
)

const forever = time.Minute // longer than any test waits

// waits reports whether a hub has to wait with the identities; it does not wait.
func waits(t *testing.T, r *Redis, ids ...leads.Identity) (waited bool) {
	t.Helper()
	r.pause = func(_ context.Context, d time.Duration) {
		if waited = true; d <= 0 || d > r.inHand {
			t.Errorf("a wait of %s, want up to %s", d, r.inHand)
		}
	}
	defer func() { r.pause = pause }()
	r.Claim(t.Context(), ids)
	return waited
}

// A person who is new to Redis is in the hands of the hub that named them first: another one
// waits, the same one does not, and nobody does for those who have been known for a while.
func TestPersonsInHand(t *testing.T) {
	url := storagetest.Redis(t)
	a, b := patientHub(t, url), patientHub(t, url)
	if waits(t, a, anna, clara, anna) {
		t.Error("a hub waits for nobody")
	}
	if waits(t, a, anna) || waits(t, a, clara) {
		t.Error("a hub waits for itself")
	}
	if !waits(t, b, boris, clara) {
		t.Error("another hub does not wait for a person who is being stored")
	}
	if waits(t, b, boris) {
		t.Error("whom the other hub named while it waited is not its own")
	}
	a.inHand, b.inHand = 0, 0 // all that was a moment ago is long ago
	if waits(t, b, anna, clara) || waits(t, a, boris) {
		t.Error("a hub waits for a person who has been known for a while")
	}
	a.Claim(t.Context(), nil)
}

// The wait is as long as the person stays in the other's hands, and no longer.
func TestWaitEndsByItself(t *testing.T) {
	url := storagetest.Redis(t)
	a, b := patientHub(t, url), patientHub(t, url)
	a.inHand, b.inHand = 40*time.Millisecond, 40*time.Millisecond
	a.Claim(t.Context(), []leads.Identity{anna})
	b.Claim(t.Context(), []leads.Identity{anna})
	hub, since := b.holder(t, anna)
	if hub != a.hub {
		t.Errorf("in the hands of %q, want the first hub", hub)
	}
	if now, err := b.client.Time(t.Context()).Result(); err != nil || now.Sub(since) < 39*time.Millisecond {
		t.Errorf("the wait ended after %s, want 40 ms (%v)", now.Sub(since), err)
	}
}

// patientHub is a hub for which Redis is never too slow, so that a busy machine
// does not decide a test, and a person stays in a hub's hands for a minute.
func patientHub(t *testing.T, url string) *Redis {
	t.Helper()
	client, err := Dial(url)
	if err != nil {
		t.Fatal(err)
	}
	o := *client.Options()
	_ = client.Close()
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout, o.Dialer = forever, forever, forever, forever, nil
	patient := redis.NewClient(&o)
	t.Cleanup(func() { _ = patient.Close() })
	r := NewRedis(patient, slog.New(slog.DiscardHandler))
	r.timeout, r.inHand = forever, forever
	return r
}
