package connectors

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"sync"
)

// Slots bounds how many posts are in hand at once, or how many bytes of them,
// over all addresses and of one address, so that a single sender cannot take
// every place.
type Slots struct {
	all, each int

	mu      sync.Mutex
	taken   int
	by      map[string]int // taken, by address
	waiting []*waiter      // oldest first
}

// waiter is who waits for n places.
type waiter struct {
	address string
	n       int
	ready   chan struct{} // closed when the places are taken for it
}

// NewSlots returns places for all posts, of which one address may have each.
func NewSlots(all, each int) *Slots {
	return &Slots{all: all, each: each, by: map[string]int{}}
}

// Take takes a place for a request's RemoteAddr. What it returns gives the
// place back, once. It is not ok when no place is free for this address.
func (s *Slots) Take(remoteAddr string) (release func(), ok bool) {
	w := s.join(remoteAddr, 1)
	if s.leave(w) {
		return nil, false
	}
	return sync.OnceFunc(func() { s.release(w) }), true
}

// Wait is Take of n places at once, of as many as one address may have at the
// most. It waits for them until ctx ends.
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

// join has an address wait for n places; w is ready at once if they are free.
func (s *Slots) join(remoteAddr string, n int) *waiter {
	w := &waiter{Address(remoteAddr), min(n, s.each), make(chan struct{})}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting = append(s.waiting, w)
	s.admit()
	return w
}

// admit gives free places to those who wait: first to the address that has the
// fewest, within it to who came first. The caller holds mu.
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

// leave ends the waiting of w. It is false when w has got its places meanwhile.
func (s *Slots) leave(w *waiter) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.Index(s.waiting, w)
	if i < 0 {
		return false
	}
	s.waiting = slices.Delete(s.waiting, i, i+1)
	s.admit() // the next one may want less
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

// Taken is how many places are taken.
func (s *Slots) Taken() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.taken
}

// Address returns what one sender is told apart by: an IPv4 address, or the
// network of an IPv6 one, because a single subscriber has 2⁶⁴ of those.
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
