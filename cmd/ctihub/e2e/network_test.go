package e2e

import (
	"fmt"

	"net/http"
	"net/url"
	"strings"
	"testing"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/config"
	"ctihub/storage/storagetest"
)

// network is a proxy between hubs and one server that simulates network faults.
type network struct {
	t *testing.T
	*toxiproxy.Proxy
}

// newNetwork starts a proxy to the server of an address, and returns it with the
// address that has the proxy's host and port.
func newNetwork(t *testing.T, address string) (*network, string) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	zerolog.SetGlobalLevel(zerolog.Disabled) // toxics write to the global log
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	n := &network{t, toxiproxy.NewProxy(server, u.Host, "127.0.0.1:0", u.Host)}
	if err := n.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(n.Stop)
	u.Host = n.Listen
	return n, u.String()
}

// addToxic adds a toxic in both directions.
func (n *network) addToxic(toxic, attributes string) {
	n.t.Helper()
	for _, stream := range []string{"upstream", "downstream"} {
		text := fmt.Sprintf(`{"type": %q, "stream": %q, "attributes": {%s}}`, toxic, stream, attributes)
		if _, err := n.Toxics.AddToxicJson(strings.NewReader(text)); err != nil {
			n.t.Fatal(err)
		}
	}
}

// removeToxics removes all toxics.
func (n *network) removeToxics() { n.Toxics.ResetToxics(n.t.Context()) }

// fault is one kind of network fault.
type fault struct {
	name       string
	start, end func(*network)
	slow       bool // everything gets through, late
}

func toxic(name, toxic, attributes string, slow bool) fault {
	return fault{name, func(n *network) { n.addToxic(toxic, attributes) }, (*network).removeToxics, slow}
}

var faults = []fault{
	toxic("the network is slow (500 ms per round trip)", "latency", `"latency": 250`, true),
	toxic("the network is narrow (32 kB/s)", "bandwidth", `"rate": 32`, true),
	toxic("connections are reset", "reset_peer", `"timeout": 10`, false),
	toxic("packets vanish", "timeout", `"timeout": 0`, false),
	{"connections are refused", func(n *network) { n.Stop() }, func(n *network) {
		if err := n.Start(); err != nil {
			n.t.Error(err)
		}
	}, false},
}

// The network between two hubs and PostgreSQL fails in every way that networks
// have, while forms come in.
func TestTortureNetworkToPostgres(t *testing.T) {
	t.Parallel()
	dsn, redis := storagetest.Postgres(t), storagetest.Redis(t)
	net, dsn := newNetwork(t, dsn)
	shared := func(c *config.Config) { c.Database, c.Redis = dsn, redis }
	w := startTraffic(t, hubtest.Start(t, shared, site(t)), hubtest.Start(t, shared, site(t)))
	for _, f := range faults {
		f.start(net)
		if f.slow {
			w.awaitProgress(f.name, true)
		} else {
			w.awaitRefusing(f.name)
			w.awaitReadyz(http.StatusServiceUnavailable, f.name)
		}
		f.end(net)
		w.awaitAccepting("the end of: " + f.name)
	}
	w.end()
}

// The network between two hubs and Redis fails in every way, and Redis loses its data
// all the time: no form is refused because of it.
func TestTortureNetworkToRedis(t *testing.T) {
	t.Parallel()
	dsn, redis := storagetest.Postgres(t), storagetest.StartRedis(t)
	net, address := newNetwork(t, redis.URL())
	shared := func(c *config.Config) { c.Database, c.Redis = dsn, address }
	w := startTraffic(t, hubtest.Start(t, shared, site(t)), hubtest.Start(t, shared, site(t)))
	for _, f := range faults {
		f.start(net)
		redis.Flush()
		w.awaitProgress(f.name, false)
		f.end(net)
		w.awaitAccepting("the end of: " + f.name)
	}
	w.end()
}

// site is a form without a limit.
func site(t testing.TB) func(*config.Config) {
	return hubtest.Source(t, "site", "webform", "", map[string]any{"per_minute": 0})
}
