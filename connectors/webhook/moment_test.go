package webhook

import (
	"testing"
	"time"
)

// A time that is read lies in the years of the hub, and written out as RFC 3339
// reads as itself.
func FuzzMoment(f *testing.F) {
	for _, text := range []string{"2026-11-28T10:05:00", "28.11.2026 10:05", "1795849500", "1795849500000.5", "Sat Nov 28 2026 10:05:00 GMT+0300 (x)", "1,5e9", "9999999999999999999", "0x7fffffffff", "Infinity"} {
		f.Add(text)
	}
	zone := time.FixedZone("office", 3*3600)
	f.Fuzz(func(t *testing.T, text string) {
		at, ok := moment(text, zone)
		if !ok {
			return
		}
		if y := at.UTC().Year(); y < 1969 || y > 10000 {
			t.Errorf("%q is in the year %d", text, y)
		}
		if again, ok := moment(at.UTC().Format(time.RFC3339), zone); at.UTC().Year() >= 1970 && at.UTC().Year() < 10000 && (!ok || !again.Equal(at.Truncate(time.Second))) {
			t.Errorf("%q is %s, then %s", text, at, again)
		}
	})
}
