package web

import (
	"net/http"
	"net/netip"
	"strings"
)

// clientAddress returns the address that a request came from, as a key for
// throttling, see addressKey.
func (s *Server) clientAddress(r *http.Request) string {
	if ip := s.clientIP(r); ip.IsValid() {
		return addressKey(ip)
	}
	return r.RemoteAddr
}

// clientIP returns the address that a request came from, invalid if the connection has none.
// Entries of X-Forwarded-For count only if trusted proxies wrote them.
func (s *Server) clientIP(r *http.Request) netip.Addr {
	addr, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	client := addr.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && s.trusted(client); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		client = hop.Unmap()
	}
	return client
}

// addressKey returns the key of a client for throttling: an IPv4 address, or the /64 network
// of an IPv6 one, because a single subscriber has 2⁶⁴ of those.
func addressKey(client netip.Addr) string {
	if client.Is6() {
		if p, err := client.Prefix(64); err == nil {
			return p.String()
		}
	}
	return client.String()
}

func (s *Server) trusted(a netip.Addr) bool {
	for _, p := range s.TrustedProxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}
