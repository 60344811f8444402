package connectors

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"sync"
)

// Slots bounds how many posts are handled at once, or how many bytes of them, over
// all addresses and for one address, so that a single sender cannot take all slots.
type Slots struct {
	all, each int

	mu      sync.Mutex
	taken   int
	by      map[string]int // taken, by address
	waiting []*waiter      // oldest first
}

// waiter is a request that waits for n slots.
type waiter struct {
	address string
	n       int
	ready   chan struct{} // closed when it has its slots
}

// NewSlots returns all slots, of which one address may have each.
func NewSlots(all, each int) *Slots {
	return &Slots{all: all, each: each, by: map[string]int{}}
}

// Take takes a slot for a request's RemoteAddr; release frees it. It is not ok when no
// slot is free for this address.
func (s *Slots) Take(remoteAddr string) (release func(), ok bool) {
	w := s.join(remoteAddr, 1)
	if s.leave(w) {
		return nil, false
	}
	return sync.OnceFunc(func() { s.release(w) }), true
}

// Wait takes n slots at once, at most as many as one address may have. It waits for
// them until ctx ends.
func (s *Slots) Wait(ctx context.Context, remoteAddr string, n int) (release func(), ok bool) {
	w := s.join(remoteAddr, n)
	select {
	case <-w.ready:
	case <-ctx.Done():
		if s.leave(w) {
			return nil, false
		}
	}
	return sync.OnceFunc(func() { s.release(w) }), true
}

// join makes an address wait for n slots; w is ready at once if they are free.
func (s *Slots) join(remoteAddr string, n int) *waiter {
	w := &waiter{Address(remoteAddr), min(n, s.each), make(chan struct{})}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting = append(s.waiting, w)
	s.admit()
	return w
}

// admit gives free slots to waiters: first to the address that has the fewest, within
// it to the oldest. The caller holds mu.
func (s *Slots) admit() {
	for {
		next := -1
		for i, w := range s.waiting {
			if s.by[w.address]+w.n <= s.each && (next < 0 || s.by[w.address] < s.by[s.waiting[next].address]) {
				next = i
			}
		}
		if next < 0 || s.taken+s.waiting[next].n > s.all {
			return
		}
		w := s.waiting[next]
		s.waiting = slices.Delete(s.waiting, next, next+1)
		s.taken += w.n
		s.by[w.address] += w.n
		close(w.ready)
	}
}

// leave ends the waiting of w. It is false when w has its slots already.
func (s *Slots) leave(w *waiter) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.Index(s.waiting, w)
	if i < 0 {
		return false
	}
	s.waiting = slices.Delete(s.waiting, i, i+1)
	s.admit() // the next waiter may need fewer slots
	return true
}

func (s *Slots) release(w *waiter) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken -= w.n
	if s.by[w.address] -= w.n; s.by[w.address] == 0 {
		delete(s.by, w.address)
	}
	s.admit()
}

// Taken returns how many slots are taken.
func (s *Slots) Taken() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.taken
}

// Address returns the key of a sender: an IPv4 address, or the /64 network of an IPv6
// one, because a single subscriber has 2⁶⁴ of those.
func Address(remoteAddr string) string {
	host, _, err := net.SplitHostPort(remoteAddr)
	if err != nil {
		host = remoteAddr
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is6() {
		if p, err := ip.Prefix(64); err == nil {
			return p.String()
		}
	}
	return ip.String()
}
