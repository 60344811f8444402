package webform

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"ctihub/connectors"
)

// Bounds on what is remembered of visitors and posts.
const (
	maxVisitors = 10_000
	maxPosts    = 10_000
	maxProofs   = 100_000
)

// recent remembers the last max keys that were asked for, and up to as many
// older ones.
type recent[V any] struct {
	mu         sync.Mutex
	max        int
	young, old map[string]V
}

func newRecent[V any](limit int) *recent[V] {
	return &recent[V]{max: limit, young: map[string]V{}}
}

// update replaces the value of the key (the zero value when it is unknown) by
// what change makes of it, and returns that.
func (r *recent[V]) update(key string, change func(V) V) V {
	r.mu.Lock()
	defer r.mu.Unlock()
	v, ok := r.young[key]
	if !ok {
		v = r.old[key]
		if len(r.young) >= r.max {
			r.young, r.old = map[string]V{}, r.young
		}
	}
	v = change(v)
	r.young[key] = v
	return v
}

// visitor is one address that posts.
type visitor struct{ limit *rate.Limiter }

// visitor is the one at an address. There is none without a limit.
func (f *form) visitor(remoteAddr string) *visitor {
	return f.visitors.update(connectors.Address(remoteAddr), func(v *visitor) *visitor {
		if v == nil {
			v = &visitor{rate.NewLimiter(rate.Limit(float64(f.PerMinute)/60), f.PerMinute)}
		}
		return v
	})
}

// wait returns how long the visitor at this address has to wait before the
// next post; zero means that it may post now, and that this post is counted.
func (f *form) wait(remoteAddr string, now time.Time) time.Duration {
	if f.PerMinute == 0 {
		return 0
	}
	r := f.visitor(remoteAddr).limit.ReserveN(now, 1)
	d := r.DelayFrom(now)
	if d > 0 {
		r.CancelAt(now)
	}
	return d
}

// count counts further requests of one post towards the sender's limit.
func (f *form) count(remoteAddr string, now time.Time, further int) {
	if f.PerMinute == 0 || further == 0 {
		return
	}
	v := f.visitor(remoteAddr)
	for range further {
		v.limit.ReserveN(now, 1)
	}
}
