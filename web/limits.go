package web

import (
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limits bound the resources of one client or one user. 0 is no limit.
type Limits struct {
	RequestsPerAddress int   // being answered at once; event streams do not count
	StreamsPerUser     int   // open event streams
	UploadsWaiting     int64 // bytes of files that one user uploaded within a day and did not send
}

// concurrency counts and limits concurrent work, by key.
type concurrency struct {
	most int // of one key, 0: no limit

	mu sync.Mutex
	by map[string]int
}

func newConcurrency(most int) *concurrency { return &concurrency{most: most, by: map[string]int{}} }

// acquire counts one more, unless the key has reached the limit. release undoes it; it may be
// called repeatedly.
func (h *concurrency) acquire(key string) (release func(), ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.most > 0 && h.by[key] >= h.most {
		return nil, false
	}
	h.by[key]++
	return sync.OnceFunc(func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.by[key]--; h.by[key] == 0 {
			delete(h.by, key)
		}
	}), true
}

var (
	errManyRequests = &problem{status: http.StatusTooManyRequests, code: codeThrottled, title: "Too many requests at once from this address",
		detail: "Wait for the answers before you send more.", retry: 1}
	errManyStreams = &problem{status: http.StatusTooManyRequests, code: codeThrottled, title: "Too many open event streams of this user",
		detail: "Close some windows of the workplace, or programs that follow its events.", retry: 30}
)

// admitAddress counts a request of its client's address, and reports whether the limit allows
// it. Requests of this machine and of trusted proxies are not counted.
func (s *Server) admitAddress(v *requestInfo) bool {
	v.leave = func() {}
	if v.ip.IsLoopback() || s.trusted(v.ip) {
		return true
	}
	leave, ok := s.requests.acquire(v.address)
	if !ok {
		s.metrics.refused.WithLabelValues("requests").Inc()
		s.limitLog.Do(func() {
			s.Log.Warn("an address has too many requests at once; if it is a proxy, list it in trusted_proxies, or raise limits.requests_per_address",
				"address", v.ip.String())
		})
		return false
	}
	v.leave = leave
	return true
}

// limitLogEvery is how often an exceeded limit is logged.
const limitLogEvery = time.Minute

func newLimitLog() *rate.Sometimes { return &rate.Sometimes{Interval: limitLogEvery} }

// count returns the present number of a key.
func (h *concurrency) count(key string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.by[key]
}
