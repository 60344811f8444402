package web

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// throttle is a rate limiter by key. Its memory is bounded: keys are in two generations, and
// the old one is dropped when the young one is full.
type throttle struct {
	now   func() time.Time
	every time.Duration // one try comes back after this time
	burst int           // tries at once
	keys  int           // of one generation

	mu         sync.Mutex
	young, old map[string]*rate.Limiter
}

func newThrottle(now func() time.Time, every time.Duration, burst, keys int) *throttle {
	return &throttle{now: now, every: every, burst: burst, keys: keys, young: map[string]*rate.Limiter{}}
}

// allow takes one try of key. If there is none left, it returns how long to
// wait; a refused try costs nothing.
func (t *throttle) allow(key string) (wait time.Duration, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.young[key]
	if l == nil {
		if l = t.old[key]; l == nil {
			l = rate.NewLimiter(rate.Every(t.every), t.burst)
		}
		if len(t.young) >= t.keys {
			t.young, t.old = map[string]*rate.Limiter{}, t.young
		}
		t.young[key] = l
	}
	now := t.now()
	if l.AllowN(now, 1) {
		return 0, true
	}
	return time.Duration((1 - l.TokensAt(now)) * float64(t.every)), false
}

// forget gives key all its tries back.
func (t *throttle) forget(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.young, key)
	delete(t.old, key)
}
