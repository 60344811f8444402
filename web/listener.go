package web

import (
	"log/slog"
	"net"
	"net/netip"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/time/rate"
)

// crowdAnswer is what a connection too many is told.
const crowdAnswer = "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 5\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: 41\r\n\r\nToo many connections from this address.\r\n"

// limitedListener refuses connections of an address that has as many open as
// it may.
type limitedListener struct {
	net.Listener
	open    *inHand
	exempt  func(netip.Addr) bool
	refused prometheus.Counter
	log     *slog.Logger
	crowded *rate.Sometimes
}

// LimitConnections bounds how many connections of one address, or of one /64
// network of IPv6, a listener has open at once. This machine and the trusted
// proxies, which connect for everybody, are not counted.
func (s *Server) LimitConnections(l net.Listener, perAddress int) net.Listener {
	return &limitedListener{
		Listener: l, open: newInHand(perAddress),
		exempt:  func(a netip.Addr) bool { return a.IsLoopback() || s.trusted(a) },
		refused: s.metrics.refused.WithLabelValues("connections"), log: s.Log, crowded: newCrowded(),
	}
}

// Accept implements net.Listener.
func (l *limitedListener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		from, err := netip.ParseAddrPort(c.RemoteAddr().String())
		ip := from.Addr().Unmap()
		if err != nil || l.exempt(ip) {
			return c, nil //nolint:nilerr // a socket without an address
		}
		if release, ok := l.open.take(addressKey(ip)); ok {
			return &countedConn{c, release}, nil
		}
		l.refused.Inc()
		l.crowded.Do(func() {
			l.log.Warn("an address has too many connections; if it is a proxy, list it in trusted_proxies, or raise limits.connections_per_address",
				"address", ip.String())
		})
		_ = c.SetWriteDeadline(time.Now().Add(time.Second)) // the kernel takes it at once
		_, _ = c.Write([]byte(crowdAnswer))
		_ = c.Close()
	}
}

// countedConn gives its place back when it is closed.
type countedConn struct {
	net.Conn
	release func()
}

// Close implements net.Conn.
func (c *countedConn) Close() error {
	defer c.release()
	return c.Conn.Close()
}
