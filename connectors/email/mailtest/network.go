package mailtest

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"testing"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
)

// Network is a proxy to a server that can inject network faults (toxiproxy).
type Network struct {
	Host string
	Port int

	tb    testing.TB
	proxy *toxiproxy.Proxy
}

// NewNetwork returns a proxy to an address; it ends with the test.
func NewNetwork(tb testing.TB, address string) *Network {
	tb.Helper()
	zerolog.SetGlobalLevel(zerolog.Disabled) // toxics write to the global log
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	n := &Network{tb: tb, proxy: toxiproxy.NewProxy(server, "way", "127.0.0.1:0", address)}
	if err := n.proxy.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(n.proxy.Stop)
	host, port, err := net.SplitHostPort(n.proxy.Listen)
	if err != nil {
		tb.Fatal(err)
	}
	n.Host = host
	n.Port, _ = strconv.Atoi(port)
	return n
}

// Suffer adds a fault (toxic) to the data from the server.
func (n *Network) Suffer(toxic, attributes string) {
	n.tb.Helper()
	text := fmt.Sprintf(`{"type": %q, "stream": "downstream", "attributes": {%s}}`, toxic, attributes)
	if _, err := n.proxy.Toxics.AddToxicJson(strings.NewReader(text)); err != nil {
		n.tb.Fatal(err)
	}
}

// Heal removes all faults.
func (n *Network) Heal() { n.proxy.Toxics.ResetToxics(n.tb.Context()) }

// Cut breaks every connection; new ones are accepted.
func (n *Network) Cut() {
	n.tb.Helper()
	n.proxy.Stop()
	if err := n.proxy.Start(); err != nil {
		n.tb.Fatal(err)
	}
}

// SufferUp adds a fault (toxic) to the data to the server.
func (n *Network) SufferUp(toxic, attributes string) {
	n.tb.Helper()
	text := fmt.Sprintf(`{"type": %q, "stream": "upstream", "attributes": {%s}}`, toxic, attributes)
	if _, err := n.proxy.Toxics.AddToxicJson(strings.NewReader(text)); err != nil {
		n.tb.Fatal(err)
	}
}
