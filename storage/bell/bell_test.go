package bell

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"ctihub/storage/dedupe"
	"ctihub/storage/storagetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m, storagetest.IgnoreServers()) }

// soon is longer than anything here takes.
const soon = 3 * time.Minute

// TestOthersHear: a ring is heard by every other hub of the installation, and
// neither by the one that rang nor by another installation's hubs.
func TestOthersHear(t *testing.T) {
	server := storagetest.StartRedis(t)
	elsewhere := strings.TrimSuffix(server.URL(), "/0") + "/1"
	a, b, c := hang(t, server.URL(), "a"), hang(t, server.URL(), "b"), hang(t, server.URL(), "c")
	stranger, other := hang(t, elsewhere, "a2"), hang(t, elsewhere, "b2")
	ringUntil(t, a, b)
	ringUntil(t, a, c)
	ringUntil(t, stranger, other)
	ringUntil(t, a, b)
	for _, deaf := range []*Bell{a, stranger} {
		select {
		case <-deaf.Heard():
			t.Errorf("%s heard itself, or another installation", deaf.name)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// TestManyRings: a burst is heard, and ringing never blocks although nobody
// listens.
func TestManyRings(t *testing.T) {
	server := storagetest.StartRedis(t)
	a, b := hang(t, server.URL(), "a"), hang(t, server.URL(), "b")
	ringUntil(t, a, b)
	for range 100_000 {
		a.Ring()
	}
	select {
	case <-b.Heard():
	case <-time.After(soon):
		t.Error("a burst of rings is not heard")
	}
}

// TestRedisRestarts: the bell starts without a Redis, survives one that
// restarts or hangs, and is heard again by itself.
func TestRedisRestarts(t *testing.T) {
	server := storagetest.StartRedis(t)
	server.Kill()
	a, b := hang(t, server.URL(), "a"), hang(t, server.URL(), "b")
	a.Ring()
	server.Start()
	ringUntil(t, a, b)
	ringUntil(t, b, a)
	server.Kill()
	a.Ring()
	server.Start()
	ringUntil(t, a, b)
	ringUntil(t, b, a)
	server.Freeze()
	a.Ring()
	if err := dial(t, server.URL()).Ping(t.Context()).Err(); err == nil {
		t.Error("a frozen Redis answers")
	}
	server.Thaw()
	ringUntil(t, a, b)
	ringUntil(t, b, a)
}

// TestStops: Run returns when its context ends, with a Redis and without one.
func TestStops(t *testing.T) {
	server := storagetest.StartRedis(t)
	for _, prepare := range []func(){func() {}, server.Freeze, server.Kill} {
		prepare()
		ctx, cancel := context.WithCancel(t.Context())
		b := New(dial(t, server.URL()), "a")
		done := make(chan error)
		go func() { done <- b.Run(ctx) }()
		b.Ring()
		cancel()
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("Run: %v, want nil", err)
			}
		case <-time.After(soon):
			t.Fatal("Run does not return")
		}
	}
}

// hang returns a running bell.
func hang(t *testing.T, url, name string) *Bell {
	t.Helper()
	b := New(dial(t, url), name)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- b.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run of %s: %v", name, err)
		}
	})
	return b
}

func dial(t *testing.T, url string) *redis.Client {
	t.Helper()
	client, err := dedupe.Dial(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// ringUntil rings one bell until the other hears it: it may not have subscribed
// yet.
func ringUntil(t *testing.T, rung, other *Bell) {
	t.Helper()
	select {
	case <-other.Heard(): // of earlier
	default:
	}
	for limit := time.After(soon); ; {
		rung.Ring()
		select {
		case <-other.Heard():
			return
		case <-time.After(20 * time.Millisecond):
		case <-limit:
			t.Fatal("the other hub does not hear the bell")
		}
	}
}
