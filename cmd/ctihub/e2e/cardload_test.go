package e2e

import (
	"slices"
	"testing"

	"ctihub/cmd/ctihub/hubtest"
)

// Twenty calls a second ring at five people's telephones while both CRMs accept
// connections and never answer: no call waits for them, and the end of each is
// reported. How soon the cards are on the screens depends on the machine's other
// work; BenchmarkCards measures that.
func TestRealStalledCRMsHoldUpNoCall(t *testing.T) {
	o := hubtest.NewBusyOffice(t)
	for i := range hubtest.Screens {
		o.Open(i)
	}
	stream, screens := o.Calls(100)
	t.Logf("p50 / p95 / p99: ring → stream %s, ring → screen %s", hubtest.Percentiles(stream), hubtest.Percentiles(slices.Concat(screens[:]...)))
}
