package pubsub

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

// TestOthersHear: a notification reaches every other hub of the installation, and
// neither its sender nor the hubs of another installation.
func TestOthersHear(t *testing.T) {
	server := storagetest.StartRedis(t)
	elsewhere := strings.TrimSuffix(server.URL(), "/0") + "/1"
	a, b, c := start(t, server.URL(), "a"), start(t, server.URL(), "b"), start(t, server.URL(), "c")
	stranger, other := start(t, elsewhere, "a2"), start(t, elsewhere, "b2")
	notifyUntil(t, a, b)
	notifyUntil(t, a, c)
	notifyUntil(t, stranger, other)
	notifyUntil(t, a, b)
	for _, unnotified := range []*Notifier{a, stranger} {
		select {
		case <-unnotified.Notified():
			t.Errorf("%s got its own notification, or one of another installation", unnotified.name)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// TestManyRings: a burst arrives, and Notify never blocks, even when no hub
// subscribes.
func TestManyRings(t *testing.T) {
	server := storagetest.StartRedis(t)
	a, b := start(t, server.URL(), "a"), start(t, server.URL(), "b")
	notifyUntil(t, a, b)
	for range 100_000 {
		a.Notify()
	}
	select {
	case <-b.Notified():
	case <-time.After(soon):
		t.Error("no notification of a burst arrives")
	}
}

// TestRedisRestarts: a notifier starts while Redis is down, survives a Redis that
// restarts or hangs, and works again without a restart of the hub.
func TestRedisRestarts(t *testing.T) {
	server := storagetest.StartRedis(t)
	server.Kill()
	a, b := start(t, server.URL(), "a"), start(t, server.URL(), "b")
	a.Notify()
	server.Start()
	notifyUntil(t, a, b)
	notifyUntil(t, b, a)
	server.Kill()
	a.Notify()
	server.Start()
	notifyUntil(t, a, b)
	notifyUntil(t, b, a)
	server.Freeze()
	a.Notify()
	if err := dial(t, server.URL()).Ping(t.Context()).Err(); err == nil {
		t.Error("a frozen Redis answers")
	}
	server.Thaw()
	notifyUntil(t, a, b)
	notifyUntil(t, b, a)
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
		b.Notify()
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

// start returns a running notifier.
func start(t *testing.T, url, name string) *Notifier {
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

// notifyUntil calls Notify until the other hub is notified: it may not have subscribed
// yet.
func notifyUntil(t *testing.T, sender, other *Notifier) {
	t.Helper()
	select {
	case <-other.Notified(): // an earlier notification
	default:
	}
	for limit := time.After(soon); ; {
		sender.Notify()
		select {
		case <-other.Notified():
			return
		case <-time.After(20 * time.Millisecond):
		case <-limit:
			t.Fatal("the other hub is not notified")
		}
	}
}
