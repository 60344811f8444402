package web

import (
	"testing"

	"ctihub/leads"
)

// Who comes back from before the events that were deleted is told to load anew;
// who stands at them or behind goes on.
func TestStreamBeforeTheHorizon(t *testing.T) {
	t.Parallel()
	h := newStreamHub(t)
	h.log.horizon = 4
	for n := 5; n <= 8; n++ {
		h.log.commit(testEvent(n, leads.EventCallRinging))
	}
	for after, reset := range map[string]bool{"3": true, "4": false, "6": false} {
		if m, err := h.open(t, bossToken, after, "").next(); err != nil || (m.event == "reset") != reset {
			t.Errorf("after %s: %+v, %v", after, m, err)
		}
	}
}
