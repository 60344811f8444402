package e2e

import (
	"testing"

	"ctihub/cmd/ctihub/hubtest"
)

// Twenty calls a second ring at five people's telephones while both CRMs take
// connections and never answer: no call waits for them, each is told to the
// end. How soon the cards are on the screens depends on what else the machine
// does; BenchmarkCards tells.
func TestRealStalledCRMsHoldUpNoCall(t *testing.T) {
	stream, screen := hubtest.NewHurry(t).Calls(100)
	t.Logf("p50 / p95 / p99: ring → stream %s, ring → screen %s", hubtest.Tail(stream), hubtest.Tail(screen))
}
