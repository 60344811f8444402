package web

import (
	"log/slog"
	"net"
	"net/netip"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/time/rate"
)

// tooManyConnections is the answer to a connection over the limit.
const tooManyConnections = "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 5\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: 41\r\n\r\nToo many connections from this address.\r\n"

// limitedListener refuses connections over the limit of their address.
type limitedListener struct {
	net.Listener
	open     *concurrency
	exempt   func(netip.Addr) bool
	refused  prometheus.Counter
	log      *slog.Logger
	limitLog *rate.Sometimes
}

// LimitConnections bounds how many connections of one address, or of one /64
// network of IPv6, a listener has open at once. This machine and the trusted proxies are not
// counted.
func (s *Server) LimitConnections(l net.Listener, perAddress int) net.Listener {
	return &limitedListener{
		Listener: l, open: newConcurrency(perAddress),
		exempt:  func(a netip.Addr) bool { return a.IsLoopback() || s.trusted(a) },
		refused: s.metrics.refused.WithLabelValues("connections"), log: s.Log, limitLog: newLimitLog(),
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
		if release, ok := l.open.acquire(addressKey(ip)); ok {
			return &countedConn{c, release}, nil
		}
		l.refused.Inc()
		l.limitLog.Do(func() {
			l.log.Warn("an address has too many connections; if it is a proxy, list it in trusted_proxies, or raise limits.connections_per_address",
				"address", ip.String())
		})
		_ = c.SetWriteDeadline(time.Now().Add(time.Second)) // the kernel takes it at once
		_, _ = c.Write([]byte(tooManyConnections))
		_ = c.Close()
	}
}

// countedConn releases its count when it is closed.
type countedConn struct {
	net.Conn
	release func()
}

// Close implements net.Conn.
func (c *countedConn) Close() error {
	defer c.release()
	return c.Conn.Close()
}
