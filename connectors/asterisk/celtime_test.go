package asterisk

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"ctihub/leads"
)

func zoneOf(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// Every form that strftime(3) makes and that means one moment is read.
func TestTimesOfTheJournal(t *testing.T) {
	moscow, berlin := zoneOf(t, "Europe/Moscow"), zoneOf(t, "Europe/Berlin")
	at := time.Date(2026, 11, 28, 7, 15, 2, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"1795850102": at, "1795850102.5": at.Add(500 * ms), "1795850102.000001": at.Add(time.Microsecond), "1795850102.123456789": at.Add(123456 * time.Microsecond),
		"1795850102,25": at.Add(250 * ms), "1795850102.": at, "1795850102250": at.Add(250 * ms), "1795850102000001": at.Add(time.Microsecond),
		"2026-11-28 10:15:02": at, " 2026-11-28 10:15:02 ": at, "2026-11-28 10:15:02.5": at.Add(500 * ms), "2026-11-28 10:15:02,123456": at.Add(123456 * time.Microsecond),
		"2026-11-28T10:15:02": at, "2026-11-28T10:15:02+0300": at, "2026-11-28T07:15:02Z": at, "2026-11-28T08:15:02.250+01:00": at.Add(250 * ms), "2026-11-28 02:15:02-05": at,
		"2026-11-28 10:15:02 MSK": at, "2026-11-28 10:15:02 +0300": at, "2026-11-28 07:15:02 UTC": at, "2026-11-28 07:15:02 GMT": at,
		"2026/11/28 10:15:02": at, "28.11.2026 10:15:02": at, "28.11.2026 10:15:02.999": at.Add(999 * ms), "28/11/2026 10:15:02": at, "11/28/2026 10:15:02": at,
		"28-11-2026 10:15:02": at, "11/11/2026 10:15:02": time.Date(2026, 11, 11, 7, 15, 2, 0, time.UTC), "02.01.2026 10:15:02": time.Date(2026, 1, 2, 7, 15, 2, 0, time.UTC),
		"20261128101502": at, "20261128T101502": at, "20261128-101502": at, "20261128 10:15:02": at,
		"Sat Nov 28 10:15:02 2026": at, "Sun Nov  8 10:15:02 2026": time.Date(2026, 11, 8, 7, 15, 2, 0, time.UTC), "Sat, 28 Nov 2026 10:15:02 +0300": at,
		"28-Nov-2026 10:15:02": at, "28 Nov 2026 10:15:02": at, "Nov 28, 2026 10:15:02": at, "28/Nov/2026:10:15:02 +0300": at, "2026-11-28 10:15:02 AM": at,
		"11/28/2026 10:15:02 AM": at, "28/11/2026 10:15:02 PM": at.Add(12 * time.Hour),
	} {
		c := celClock{zone: moscow}
		got, coarse, err := c.read(text)
		if err != nil || !got.Equal(want) {
			t.Errorf("%q is %v, %v; want %v", text, got, err, want)
		}
		if want.Nanosecond() != 0 && coarse {
			t.Errorf("%q is known to the second only", text)
		}
	}
	for _, text := range []string{
		"", "yesterday", "-5", "12:30:00", "2026-11-28", "2026-11-28 10:15", "05/11/2026 10:15:02", "11/05/2026 10:15:02", "05-11-2026 10:15:02",
		"28.11.26 10:15:02", "Nov 28 10:15:02", "2026-11-28 10:15:02 CST", "2026-13-28 10:15:02", "1795", "79161234567", "2026-11-28 25:00:00",
	} {
		c := celClock{zone: moscow}
		if got, _, err := c.read(text); !errors.Is(err, errCelTime) || !errors.Is(err, errRow) {
			t.Errorf("%q is read as %v, %v", text, got, err)
		}
	}
	if got, _, err := (&celClock{}).read("2026-11-28 07:15:02"); err != nil || !got.Equal(at) {
		t.Errorf("without a zone: %v, %v", got, err)
	}
	// The hour that comes twice: 2026-10-25, 02:00–03:00 in Berlin. The rows before
	// tell which one it is, and a zone tells it by itself.
	c := celClock{zone: berlin}
	for _, row := range [][2]string{
		{"2026-10-25 01:59:00", "23:59"}, {"2026-10-25 02:10:00", "00:10"}, {"2026-10-25 02:08:00", "00:08"}, {"2026-10-25 02:58:00", "00:58"},
		{"2026-10-25 02:00:30", "01:00"}, {"2026-10-25 02:45:00", "01:45"}, {"2026-10-25 02:50:00 CEST", "00:50"}, {"2026-10-25 02:50:00 CET", "01:50"},
		{"2026-10-25 03:00:00", "02:00"}, {"2026-10-25 02:30:00 +0100", "01:30"},
	} {
		got, _, err := c.read(row[0])
		if err != nil || got.UTC().Format("15:04") != row[1] {
			t.Errorf("%s is %v, %v; want %s UTC", row[0], got, err, row[1])
		}
	}
}

// retimed returns a recorded journal as an exchange in a zone writes it that has
// a dateformat.
func retimed(t *testing.T, name, layout string, zone *time.Location) (text string) {
	t.Helper()
	for l := range strings.Lines(trace(t, name)) {
		r, err := parseRow(strings.TrimSuffix(l, "\n"), &celClock{})
		if err != nil {
			t.Fatal(err)
		}
		first, rest, _ := strings.Cut(l, `","`)
		_, rest, _ = strings.Cut(rest, `","`)
		text += first + `","` + r.at.In(zone).Format(layout) + `","` + rest
	}
	return text
}

// The table of cases again, from exchanges with a dateformat. Where it tells no
// fraction of a second the rows stay in the order of the file; why a device stopped
// ringing may then be told otherwise.
func TestJournalWithADateformat(t *testing.T) {
	zone := zoneOf(t, "Europe/Moscow")
	for _, layout := range []string{"2006-01-02 15:04:05.000000", "2006-01-02T15:04:05.000-0700", time.DateTime, "02.01.2006 15:04:05"} {
		for _, s := range table() {
			t.Run(layout+" "+s.name, func(t *testing.T) {
				p := testPlan(t)
				p.zone = zone
				clock, f := celClock{zone: zone}, newCELAssembler(p)
				last := map[string]leads.Call{}
				place := int64(0)
				for l := range strings.Lines(retimed(t, s.name, layout, zone)) {
					r, err := parseRow(strings.TrimSuffix(l, "\n"), &clock)
					if err != nil {
						t.Fatal(err)
					}
					place++
					r.place = place
					f.addRow(r)
				}
				for _, s := range f.completedAtEnd() {
					last[s.Linkedid] = s.Call
				}
				got, want := strings.Join(sortedSummaries(last), "\n"), strings.Join(s.journal, "\n")
				if !strings.Contains(layout, ".000") {
					got, want = unanswered.ReplaceAllString(got, "$1"), unanswered.ReplaceAllString(want, "$1")
				}
				if got != want {
					t.Errorf("got\n%s\nwant\n%s", got, want)
				}
			})
		}
	}
}

var unanswered = regexp.MustCompile(`( \d+):(elsewhere|noanswer|cancelled)`)

// FuzzCelTime reads anything: what is taken is a sensible time, and the same
// again when it is written as ISO 8601.
func FuzzCelTime(f *testing.F) {
	for _, text := range []string{"1795850102.5", "2026-11-28 10:15:02", "28.11.2026 10:15:02,5", "Sat Nov 28 10:15:02 2026", "20261128T101502Z", "2026-10-25 02:30:00 CET", "11/28/2026 10:15:02 -0530"} {
		f.Add(text, int64(0))
	}
	zone := zoneOf(f, "Europe/Berlin")
	f.Fuzz(func(t *testing.T, text string, last int64) {
		c := celClock{zone: zone, last: time.Unix(last%5e9, 0)}
		at, _, err := c.read(text)
		if err != nil {
			if !errors.Is(err, errRow) {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		again, _, err := (&celClock{}).read(at.Format("2006-01-02T15:04:05.000000Z07:00"))
		if err != nil || !again.Equal(at) {
			t.Fatalf("%q is %v, and written again %v, %v", text, at, again, err)
		}
		if epoch, _, err := (&celClock{}).read(fmt.Sprintf("%d.%06d", at.Unix(), at.Nanosecond()/1000)); err != nil || !epoch.Equal(at) {
			t.Fatalf("%q is %v, and by its seconds %v, %v", text, at, epoch, err)
		}
	})
}
