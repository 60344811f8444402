package connectortest

import (
	"context"
	"slices"
	"strings"
	"sync"
)

// Visits are the requests to a fake vendor, which may keep them waiting. The
// zero value is ready.
type Visits struct {
	mu    sync.Mutex
	asked []string
	came  chan struct{} // closed and removed at every request
	hang  chan struct{} // requests wait until it is closed
}

// Come notes a request. While the vendor hangs it waits, and returns false if
// ctx ends first.
func (v *Visits) Come(ctx context.Context, request string) bool {
	v.mu.Lock()
	v.asked = append(v.asked, request)
	if v.came != nil {
		close(v.came)
		v.came = nil
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
func (v *Visits) Hang(on bool) {
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

// Asked returns the requests in order.
func (v *Visits) Asked() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.asked)
}

// Await waits until a request has come that has a part.
func (v *Visits) Await(ctx context.Context, part string) {
	for {
		v.mu.Lock()
		if v.came == nil {
			v.came = make(chan struct{})
		}
		came, asked := v.came, v.asked
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
