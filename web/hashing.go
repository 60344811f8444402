package web

import (
	"context"
	"sync"
)

// hashing bounds concurrent password hashes: in all, and to one per address. Only one request
// of an address waits for a slot, and slots are given in the order of waiting, so that addresses
// take turns, however many requests one of them sends.
type hashing struct {
	slots chan struct{}

	mu sync.Mutex
	by map[string]*turn
}

// turn is the queue of one address.
type turn struct {
	free    chan struct{}
	waiting int
}

func newHashing(atOnce int) *hashing {
	return &hashing{slots: make(chan struct{}, atOnce), by: map[string]*turn{}}
}

// enter waits for a slot. It fails when ctx ends first.
func (h *hashing) enter(ctx context.Context, address string) (leave func(), err error) {
	h.mu.Lock()
	t := h.by[address]
	if t == nil {
		t = &turn{free: make(chan struct{}, 1)}
		h.by[address] = t
	}
	t.waiting++
	h.mu.Unlock()
	done := func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		if t.waiting--; t.waiting == 0 {
			delete(h.by, address)
		}
	}
	select {
	case t.free <- struct{}{}:
	case <-ctx.Done():
		done()
		return nil, ctx.Err()
	}
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		<-t.free
		done()
		return nil, ctx.Err()
	}
	return func() {
		<-h.slots
		<-t.free
		done()
	}, nil
}
