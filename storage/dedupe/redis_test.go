package dedupe

import (
	"bytes"
	"context"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"ctihub/leads"
	"ctihub/storage/storagetest"
)

// TestRedisKeys: keys end by their time, and tell nothing to who reads them.
func TestRedisKeys(t *testing.T) {
	r := patientHub(t, storagetest.Redis(t))
	r.Claim(t.Context(), []leads.Identity{anna, clara})
	keys, err := r.client.Keys(t.Context(), "*").Result()
	if err != nil || len(keys) != 2 {
		t.Fatalf("%d keys (%v), want two", len(keys), err)
	}
	for _, key := range keys {
		value, err := r.client.Get(t.Context(), key).Result()
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"916", "clara", "example"} {
			if strings.Contains(key+value, secret) {
				t.Errorf("%s=%s contains %q", key, value, secret)
			}
		}
		if life := r.client.PTTL(t.Context(), key).Val(); life <= knownLife-time.Minute || life > knownLife {
			t.Errorf("%s lives for %s, want %s", key, life, knownLife)
		}
	}
	if one := keysOf([]leads.Identity{anna}); one[0] == keysOf([]leads.Identity{{Kind: "other", Value: anna.Value}})[0] {
		t.Error("identities of two kinds share a key")
	}
}

// TestRedisAway: killed, frozen or paused, Redis costs one failed question, and
// then one per second; nothing else changes for the hub. When Redis is back,
// so are the claims, though it has forgotten the scripts.
func TestRedisAway(t *testing.T) {
	for name, fault := range map[string]func(s *storagetest.RedisServer) (heal func()){
		"killed": func(s *storagetest.RedisServer) func() { s.Kill(); return s.Start },
		"frozen": func(s *storagetest.RedisServer) func() { s.Freeze(); return s.Thaw },
		"paused": func(s *storagetest.RedisServer) func() { s.Pause(5 * time.Second); return func() {} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := storagetest.StartRedis(t)
			h := newFaultyHub(t, s.URL())
			h.claimed(t)
			before := h.asked.Load()

			heal := fault(s)
			for range 1000 {
				h.Claim(t.Context(), []leads.Identity{boris})
			}
			if asked := h.asked.Load() - before; asked != 1 {
				t.Errorf("Redis was asked %d times, want once", asked)
			}
			h.later(retryAfter)
			var crowd sync.WaitGroup
			for range 50 {
				crowd.Go(func() { h.Claim(t.Context(), []leads.Identity{boris}) })
			}
			crowd.Wait()
			if asked := h.asked.Load() - before; asked != 2 {
				t.Errorf("a second later Redis was asked %d times in all, want twice", asked)
			}

			heal()
			h.claimed(t)
			for _, want := range []string{"Redis does not answer", "Redis answers again"} {
				if !strings.Contains(h.log.String(), want) {
					t.Errorf("the log does not say %q:\n%s", want, &h.log)
				}
			}
			if strings.Contains(h.log.String(), boris.Value[1:]) || strings.Count(h.log.String(), "level=WARN") > 3 {
				t.Errorf("the log has personal data, or a line per question:\n%s", &h.log)
			}
		})
	}
}

// TestRedisForgets: after FLUSHALL a person is new again, and in the hands of the hub that
// names them next.
func TestRedisForgets(t *testing.T) {
	s := storagetest.StartRedis(t)
	a, b := patientHub(t, s.URL()), patientHub(t, s.URL())
	a.Claim(t.Context(), []leads.Identity{anna})
	if err := a.client.FlushAll(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	if err := a.client.ScriptFlush(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	b.Claim(t.Context(), []leads.Identity{anna, boris})
	for _, id := range []leads.Identity{anna, boris} {
		if hub, _ := a.holder(t, id); hub != b.hub {
			t.Errorf("%s is in the hands of %q, want the second hub", id.Kind, hub)
		}
	}
}

// holder returns the hub that named an identity first, and when.
func (r *Redis) holder(t *testing.T, id leads.Identity) (hub string, since time.Time) {
	t.Helper()
	value, err := r.client.Get(t.Context(), keysOf([]leads.Identity{id})[0]).Result()
	if err != nil {
		t.Fatal(err)
	}
	hub, at, _ := strings.Cut(value, " ")
	ms, err := strconv.ParseInt(at, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return hub, time.UnixMilli(ms)
}

// faultyHub is a hub with the time-outs of production, a clock of the test's,
// and a count of how often it asked Redis.
type faultyHub struct {
	*Redis
	asked atomic.Int64
	ahead atomic.Int64 // the test's clock, in nanoseconds
	log   bytes.Buffer
}

func newFaultyHub(t *testing.T, url string) *faultyHub {
	t.Helper()
	client, err := Dial(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	h := &faultyHub{}
	client.AddHook(counter{&h.asked})
	h.Redis = NewRedis(client, slog.New(slog.NewTextHandler(&h.log, nil)))
	epoch := time.Now()
	h.breaker.now = func() time.Time { return epoch.Add(time.Duration(h.ahead.Load())) }
	return h
}

func (h *faultyHub) later(d time.Duration) { h.ahead.Add(int64(d)) }

// claimed waits until a claim of a person reaches Redis.
func (h *faultyHub) claimed(t *testing.T) {
	t.Helper()
	for limit := time.Now().Add(forever); time.Now().Before(limit); h.later(retryAfter) {
		h.client.Del(t.Context(), keysOf([]leads.Identity{anna})...)
		h.Claim(t.Context(), []leads.Identity{anna})
		found, err := h.client.Exists(t.Context(), keysOf([]leads.Identity{anna})...).Result()
		h.breaker.mu.Lock()
		down := h.breaker.down
		h.breaker.mu.Unlock()
		if err == nil && found == 1 && !down {
			return
		}
	}
	t.Fatal("no claim reaches Redis")
}

// counter counts the questions of a hub, not those with which the client
// prepares a connection.
type counter struct{ asked *atomic.Int64 }

func (c counter) count(cmd redis.Cmder) {
	if name := cmd.Name(); strings.HasPrefix(name, "eval") || name == "set" {
		c.asked.Add(1)
	}
}

func (c counter) DialHook(next redis.DialHook) redis.DialHook { return next }

func (c counter) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		c.count(cmd)
		return next(ctx, cmd)
	}
}

func (c counter) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		c.count(cmds[0])
		return next(ctx, cmds)
	}
}
