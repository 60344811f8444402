package webhook

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"syscall"
	"time"
)

// addressPolicy says which addresses may be connected to.
type addressPolicy struct {
	allow     []netip.Prefix
	allowOnly bool // nothing but allow
}

// errNotPublic says that an address is refused. It does not contain the address, so
// that nobody learns what a name resolves to in the internal network.
var errNotPublic = errors.New("the address is not a public one; if it is meant, name its network in \"allow\"")

// globalUnicast is IPv6's global unicast space. Other addresses (loopback,
// link-local, unique local, NAT64's 64:ff9b::, IPv4 in ::/96 …) are refused.
var globalUnicast = netip.MustParsePrefix("2000::/3")

// specialPurpose are the blocks that are not public (IANA's special-purpose
// registries), and those whose IPv6 addresses map to IPv4 ones.
var specialPurpose = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
	"192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
	"224.0.0.0/4", "240.0.0.0/4",
	"168.63.129.16/32", // the host of a virtual machine in Azure, a public address with private powers
	"2001::/23",        // protocol assignments, Teredo among them
	"2001:db8::/32", "2002::/16", "3fff::/20",
)

func prefixes(texts ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(texts))
	for i, t := range texts {
		out[i] = netip.MustParsePrefix(t)
	}
	return out
}

// check refuses an address that may not be connected to.
func (g addressPolicy) check(a netip.Addr) error {
	if a.Zone() != "" {
		return errNotPublic
	}
	a = a.Unmap() // ::ffff:127.0.0.1 is 127.0.0.1
	within := func(p netip.Prefix) bool { return p.Contains(a) }
	switch {
	case slices.ContainsFunc(g.allow, within):
		return nil
	case g.allowOnly, !a.IsValid(), a.Is6() && !globalUnicast.Contains(a), slices.ContainsFunc(specialPurpose, within):
		return errNotPublic
	}
	return nil
}

// control is called with the resolved address of each connection just before it is
// opened, which rules out DNS rebinding.
func (g addressPolicy) control(network, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil || network != "tcp4" && network != "tcp6" {
		return fmt.Errorf("%w (%s)", errNotPublic, network)
	}
	return g.check(to.Addr())
}

// newClient returns a client that uses no proxy of the environment and follows no
// redirects: both would bypass the address policy. roots are the authorities that
// it trusts; nil: the system's.
func newClient(policy addressPolicy, timeout time.Duration, roots *x509.CertPool) *http.Client {
	dialer := &net.Dialer{Timeout: timeout, KeepAlive: 30 * time.Second, Control: policy.control}
	return &http.Client{
		Timeout: timeout,
		Transport: &http.Transport{
			TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
			DialContext:     dialer.DialContext, ForceAttemptHTTP2: true, DisableCompression: true,
			TLSHandshakeTimeout: timeout, ResponseHeaderTimeout: timeout, MaxResponseHeaderBytes: headerMost,
			MaxIdleConnsPerHost: 4, IdleConnTimeout: 30 * time.Second,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
