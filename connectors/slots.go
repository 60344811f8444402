package connectors

import (
	"net"
	"net/netip"
	"sync"
)

// Slots bounds how many posts are in hand at once, over all addresses and of
// one address, so that a single sender cannot take every place.
type Slots struct {
	all, each int

	mu    sync.Mutex
	taken int
	by    map[string]int // taken, by address
}

// NewSlots returns places for all posts, of which one address may have each.
func NewSlots(all, each int) *Slots {
	return &Slots{all: all, each: each, by: map[string]int{}}
}

// Take takes a place for a request's RemoteAddr. What it returns gives the
// place back, once. It is not ok when no place is free for this address.
func (s *Slots) Take(remoteAddr string) (release func(), ok bool) {
	key := Address(remoteAddr)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.taken >= s.all || s.by[key] >= s.each {
		return nil, false
	}
	s.taken++
	s.by[key]++
	return sync.OnceFunc(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.taken--
		if s.by[key]--; s.by[key] == 0 {
			delete(s.by, key)
		}
	}), true
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
