package dedupe

import (
	"errors"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// retryAfter is the pause after an error of Redis.
const retryAfter = time.Second

// breaker is a circuit breaker: a dead or stalled Redis costs one time-out per second,
// instead of one per touch.
type breaker struct {
	log *slog.Logger
	now func() time.Time

	mu    sync.Mutex
	down  bool
	retry time.Time // when one caller may try again
}

// closed reports whether the caller may use Redis. While Redis is down, one caller per
// second may.
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

// report notes the result of using Redis.
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
	var refused redis.Error
	switch {
	case b.down:
	case errors.As(err, &refused) && !strings.HasPrefix(err.Error(), "LOADING"):
		b.log.Error("Redis refuses the hub, which goes on without it; correct the key \"redis\": user, password, number of the database", "err", err)
	default:
		b.log.Warn("Redis does not answer; the database alone keeps hubs from colliding, and it is used as soon as it does", "err", err)
	}
	b.down, b.retry = true, b.now().Add(retryAfter)
}
