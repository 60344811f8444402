package config

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"
)

// Limits bound what one client or one user may take of the hub; 0: no limit.
type Limits struct {
	ConnectionsPerAddress int   `yaml:"connections_per_address"` // open at once
	RequestsPerAddress    int   `yaml:"requests_per_address"`    // being answered at once
	StreamsPerUser        int   `yaml:"streams_per_user"`        // open event streams
	UploadsWaitingMB      int64 `yaml:"uploads_waiting_mb"`      // that one user uploaded within a day and did not send
}

// Metrics says who may read /metrics beside programs on this machine.
type Metrics struct {
	Token string         // a secret, empty: none
	From  []netip.Prefix // addresses and networks
}

type metricsSection struct {
	Token string   `yaml:"token"`
	From  []string `yaml:"from"`
}

func defaultLimits() Limits {
	return Limits{ConnectionsPerAddress: 256, RequestsPerAddress: 200, StreamsPerUser: 20, UploadsWaitingMB: 500}
}

// metricsTokenLeast is the least length of a token, in bytes.
const metricsTokenLeast = 16

// protection checks what keeps strangers out and greedy clients within bounds.
func (d *decoder) protection(c *Config, doc document) {
	c.Limits = doc.Limits
	for key, n := range map[string]int64{
		"connections_per_address": int64(c.Limits.ConnectionsPerAddress), "requests_per_address": int64(c.Limits.RequestsPerAddress),
		"streams_per_user": int64(c.Limits.StreamsPerUser), "uploads_waiting_mb": c.Limits.UploadsWaitingMB,
	} {
		if n < 0 {
			d.bad("limits."+key, "must not be negative", "0 sets no limit")
		}
	}
	if c.Metrics.Token = doc.Metrics.Token; c.Metrics.Token != "" && len(c.Metrics.Token) < metricsTokenLeast {
		d.bad("metrics.token", fmt.Sprintf("is shorter than %d bytes", metricsTokenLeast), "invent one: openssl rand -hex 24")
	}
	c.Metrics.From = d.prefixes("metrics.from", doc.Metrics.From)
	c.Hosts = nil
	for i, name := range doc.Hosts {
		if u, err := url.Parse("//" + name); name == "" || err != nil || u.Host != name || u.Port() != "" {
			d.bad(fmt.Sprintf("hosts[%d]", i), "must be a name without scheme, port and path", "for example hub.lan")
			continue
		}
		c.Hosts = append(c.Hosts, strings.ToLower(name))
	}
}

// HostNames are the names under which browsers may open the hub: that of
// public_url, this machine's, and those of the key "hosts". Addresses and
// localhost are always allowed.
func (c Config) HostNames() []string {
	names := slices.Clone(c.Hosts)
	if u, err := url.Parse(c.PublicURL); err == nil {
		names = append(names, strings.ToLower(u.Hostname()))
	}
	if host, _, err := net.SplitHostPort(c.Listen); err == nil && host != "" {
		names = append(names, strings.ToLower(host))
	}
	if host, err := os.Hostname(); err == nil {
		names = append(names, strings.ToLower(host))
	}
	return names
}
