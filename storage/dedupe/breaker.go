package dedupe

import (
	"log/slog"
	"sync"
	"time"
)

// retryAfter is how long a Redis that failed is left alone.
const retryAfter = time.Second

// breaker lets a dead or stalled Redis cost one time-out per second, instead of
// one per touch.
type breaker struct {
	log *slog.Logger
	now func() time.Time

	mu    sync.Mutex
	down  bool
	retry time.Time // when one caller may try again
}

// closed says whether the caller may use Redis. While Redis is down, it says so
// to one caller per second.
func (b *breaker) closed() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.down {
		return true
	}
	now := b.now()
	if now.Before(b.retry) {
		return false
	}
	b.retry = now.Add(retryAfter)
	return true
}

// report tells the breaker how using Redis went.
func (b *breaker) report(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err == nil {
		if b.down {
			b.log.Info("Redis answers again")
		}
		b.down = false
		return
	}
	if !b.down {
		b.log.Warn("Redis does not answer; the database alone keeps hubs from colliding", "err", err)
	}
	b.down, b.retry = true, b.now().Add(retryAfter)
}
