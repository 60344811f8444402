package connectortest

import (
	"context"
	"slices"
	"strings"
	"sync"
)

// RequestLog records the requests to a fake vendor, and can hold them without an
// answer. The zero value is ready.
type RequestLog struct {
	mu       sync.Mutex
	requests []string
	added    chan struct{} // closed and removed at every request
	hang     chan struct{} // requests wait until it is closed
}

// Add records a request. While the vendor hangs it waits, and returns false if ctx
// ends first.
func (v *RequestLog) Add(ctx context.Context, request string) bool {
	v.mu.Lock()
	v.requests = append(v.requests, request)
	if v.added != nil {
		close(v.added)
		v.added = nil
	}
	hang := v.hang
	v.mu.Unlock()
	if hang == nil {
		return true
	}
	select {
	case <-hang:
		return true
	case <-ctx.Done():
		return false
	}
}

// Hang makes requests wait without an answer, or lets them go.
func (v *RequestLog) Hang(on bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.hang != nil {
		close(v.hang)
		v.hang = nil
	}
	if on {
		v.hang = make(chan struct{})
	}
}

// Requests returns the requests in order.
func (v *RequestLog) Requests() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.requests)
}

// Await waits until a request that contains a part was recorded.
func (v *RequestLog) Await(ctx context.Context, part string) {
	for {
		v.mu.Lock()
		if v.added == nil {
			v.added = make(chan struct{})
		}
		came, asked := v.added, v.requests
		v.mu.Unlock()
		if slices.ContainsFunc(asked, func(a string) bool { return strings.Contains(a, part) }) {
			return
		}
		select {
		case <-came:
		case <-ctx.Done():
			return
		}
	}
}
