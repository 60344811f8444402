package asterisk

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ctihub/leads"
)

// The journal of a day is read again over rotated files: calls that began on
// that day, not those from before the hub, nor of other days; one that a crash
// cut off is interrupted, one that goes on is named.
func TestJournalOfADay(t *testing.T) {
	const name = "direct, caller hangs up"
	base := traceStart(t, name)
	path := filepath.Join(t.TempDir(), "ctihub.csv")
	write(t, path, shiftTrace(t, name, 0)) // history
	m := newMemory()
	tail, stop := startTail(t, path, m)
	m.untilPositioned(t)
	beginning := func(n int) string {
		text := shiftTrace(t, name, n)
		return text[:strings.Index(text, "\"ANSWER")]
	}
	appendTo(t, path, shiftTrace(t, name, 1)+beginning(2)+shiftTrace(t, name, 3))
	m.untilStarts(t, base, 1, 3)
	rename(t, path, path+".1")
	compress(t, path+".1")
	appendTo(t, path, shiftTrace(t, name, 4)+beginning(60)+shiftTrace(t, name, 61))
	m.untilStarts(t, base, 1, 3, 4, 61)
	tail.exchangeBooted(base.Add(30 * time.Minute))
	m.untilStarts(t, base, 1, 2, 3, 4, 61)
	c := &connector{cel: path, plan: *testPlan(t)}
	if _, _, err := c.Journal(t.Context(), base, base.Add(time.Hour)); err == nil {
		t.Error("a source that does not run has a journal")
	}
	c.tail.Store(tail)
	for !tail.caughtUp.Load() {
		time.Sleep(time.Millisecond) // it tells nobody
	}
	stop()
	for _, want := range []struct {
		from, until, calls int
		open               int
	}{{-60, 10, 4, 0}, {0, 200, 5, 1}, {59, 61, 0, 1}, {3, 4, 1, 0}, {300, 400, 0, 0}} {
		at := func(n int) time.Time { return base.Add(time.Duration(n) * time.Minute).Add(-time.Second) }
		touches, open, err := c.Journal(t.Context(), at(want.from), at(want.until))
		if err != nil || len(touches) != want.calls || len(open) != want.open {
			t.Errorf("%+v: %d calls, open %v, %v", want, len(touches), open, err)
		}
		if want.from == 0 && !slices.ContainsFunc(touches, func(t leads.Touch) bool { return t.Call.Disposition == leads.Interrupted }) {
			t.Errorf("no call is interrupted: %s", fmt.Sprint(touches))
		}
	}
}

// What keeps the journal from being read is said in words.
func TestTailSaysWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	said := make(chan leads.JournalState, 10_000)
	until := func(what string, ok func(leads.JournalState) bool) {
		t.Helper()
		for deadline := time.After(2 * time.Minute); ; {
			select {
			case s := <-said:
				if ok(s) {
					return
				}
			case <-deadline:
				t.Fatalf("never said: %s", what)
			}
		}
	}
	follow := func(path string) (stop func()) {
		m := newMemory()
		tail, start := makeTail(t, path, m)
		tail.report = func(s leads.JournalState) { said <- s }
		return start(tail)
	}
	stop := follow(filepath.Join(dir, "file"))
	until("that there is none yet", func(s leads.JournalState) bool { return s.State == leads.JournalAwaited })
	write(t, filepath.Join(dir, "file"), "2026-11-21 10:00:00,local time\n")
	until("that nothing of it is a row", func(s leads.JournalState) bool {
		return s.State == leads.JournalFailed && s.Fault == leads.JournalColumns && strings.Contains(s.Error, "cel_custom.conf")
	})
	for text, fault := range map[string]string{
		`"ANSWER","11/12/2026 10:00:00","79160000001","7001","7001","x","PJSIP/trunk-00000001","","","1.1","1.1","",""` + "\n": leads.JournalTimes,
		`"ANSWER","1795280271.053912","7"9160000001` + "\n":                                                                    leads.JournalLines,
	} {
		appendTo(t, filepath.Join(dir, "file"), text)
		until("why one line is no row", func(s leads.JournalState) bool {
			return s.State == leads.JournalFailed && s.Fault == fault && s.Refused > 0 && s.Error != "" && !strings.Contains(s.Error, "79160000001")
		})
	}
	appendTo(t, filepath.Join(dir, "file"), shiftTrace(t, "busy", 1))
	until("that it can be read", func(s leads.JournalState) bool { return s.State == leads.JournalFollowed && !s.Row.IsZero() })
	stop()
	write(t, filepath.Join(dir, "old"), `"ANSWER","yesterday","7","7001","7001","x","PJSIP/trunk-00000001","","","1.1","1.1","",""`+"\n")
	stop = follow(filepath.Join(dir, "old"))
	until("that what was there before is no row", func(s leads.JournalState) bool { return s.Fault == leads.JournalTimes })
	stop()
	stop = follow(filepath.Join(dir, "file", "ctihub.csv"))
	until("that its folder is none", func(s leads.JournalState) bool {
		return s.State == leads.JournalFailed && strings.Contains(s.Error, "cannot be read")
	})
	stop()
}
