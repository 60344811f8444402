package asterisk

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"ctihub/leads"
)

// shiftTrace returns the trace of a recorded call shifted by n minutes: with
// other ids and times.
func shiftTrace(t *testing.T, name string, n int) string {
	t.Helper()
	var out strings.Builder
	for _, l := range strings.SplitAfter(trace(t, name), "\n") {
		for _, f := range strings.FieldsFunc(l, func(r rune) bool { return r != '.' && (r < '0' || r > '9') }) {
			whole, fraction, ok := strings.Cut(f, ".")
			if seconds, err := strconv.ParseInt(whole, 10, 64); ok && err == nil && len(whole) == 10 {
				l = strings.ReplaceAll(l, f, fmt.Sprintf("%d.%s", seconds+int64(n)*60, fraction))
			}
		}
		out.WriteString(l)
	}
	return out.String()
}

// file writes a file of the journal.
func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func compress(t *testing.T, path string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(text)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	write(t, path+".gz", b.String())
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

func rename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

// starts returns the minutes of the calls that are stored.
func (m *memory) starts(base time.Time) (minutes []int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range m.calls {
		if c.PartOf == "" {
			minutes = append(minutes, int(c.Started.Sub(base).Minutes()))
		}
	}
	slices.Sort(minutes)
	return minutes
}

func (m *memory) untilStarts(t *testing.T, base time.Time, want ...int) {
	t.Helper()
	defer func() {
		if t.Failed() {
			t.Logf("stored %v, want %v", m.starts(base), want)
		}
	}()
	m.until(t, fmt.Sprint("calls of minutes ", want), func([]leads.Call) bool { return slices.Equal(m.starts(base), want) })
}

// traceStart returns when the recorded call began.
func traceStart(t *testing.T, name string) time.Time {
	t.Helper()
	r, err := parseRow(strings.SplitN(trace(t, name), "\n", 2)[0], &celClock{})
	if err != nil {
		t.Fatal(err)
	}
	return r.at
}

// rotations are ways of log rotation.
var rotations = map[string]func(t *testing.T, path string, n int){
	"renamed": func(t *testing.T, path string, n int) { rename(t, path, fmt.Sprint(path, ".", n)) },
	"compressed": func(t *testing.T, path string, n int) {
		to := fmt.Sprint(path, "-2026112", n)
		rename(t, path, to)
		compress(t, to)
	},
	"created": func(t *testing.T, path string, n int) { rename(t, path, fmt.Sprint(path, ".", n)); write(t, path, "") },
	"copied and cut": func(t *testing.T, path string, n int) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		write(t, fmt.Sprint(path, ".", n), string(text))
		if err := os.Truncate(path, 0); err != nil {
			t.Fatal(err)
		}
	},
}

// The file is rotated twice, whichever way, in the middle of calls: while the
// hub follows it, and while the hub is away. Every call is told, once.
func TestTailOverRotations(t *testing.T) {
	const name = "direct, caller hangs up"
	base := traceStart(t, name)
	for way, rotate := range rotations {
		for _, away := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, away %v", way, away), func(t *testing.T) {
				t.Parallel()
				path := filepath.Join(t.TempDir(), "ctihub.csv")
				write(t, path, shiftTrace(t, name, 0)) // history
				m := newMemory()
				_, stop := startTail(t, path, m)
				m.untilPositioned(t)
				split := func(n int) (string, string) {
					text := shiftTrace(t, name, n)
					half := strings.Index(text, "\n") + 60
					return text[:half], text[half:]
				}
				begin, end := split(2)
				lineEnd := strings.Index(end, "\n") + 1
				appendTo(t, path, shiftTrace(t, name, 1)+begin+end[:lineEnd])
				m.untilStarts(t, base, 1)
				if away {
					stop()
				}
				rotate(t, path, 1)
				appendTo(t, path, end[lineEnd:]+shiftTrace(t, name, 3))
				if !away {
					m.untilStarts(t, base, 1, 2, 3)
				}
				rotate(t, path, 2)
				appendTo(t, path, shiftTrace(t, name, 4))
				if away {
					_, stop = startTail(t, path, m)
				}
				m.untilStarts(t, base, 1, 2, 3, 4)
				stop()
				startTail(t, path, m)
				appendTo(t, path, shiftTrace(t, name, 5))
				m.untilStarts(t, base, 1, 2, 3, 4, 5)
				for _, c := range m.calls {
					if c.Disposition != leads.Answered || len(c.Legs) != 1 {
						t.Errorf("a call is not whole: %s", line(c))
					}
				}
			})
		}
	}
}

// A journal that does not exist yet is read from its first row.
func TestTailAwaitsTheFirstRow(t *testing.T) {
	const name = "busy"
	path := filepath.Join(t.TempDir(), "ctihub.csv")
	m := newMemory()
	startTail(t, path, m)
	m.untilPositioned(t)
	write(t, path, shiftTrace(t, name, 7))
	m.untilStarts(t, traceStart(t, name), 7)
}

// A file that vanished before it was read is a gap of the journal, and the next
// one is read all the same.
func TestTailSaysWhatItCannotRead(t *testing.T) {
	const name = "busy"
	dir := t.TempDir()
	path := filepath.Join(dir, "ctihub.csv")
	write(t, path, shiftTrace(t, name, 0))
	m := newMemory()
	_, stop := startTail(t, path, m)
	m.untilPositioned(t)
	stop()
	write(t, path, shiftTrace(t, name, 5)) // as if the old one had been removed with all that it held
	tail, start := makeTail(t, path, m)
	gaps := make(chan leads.Gap, 10)
	tail.onGap = func(g leads.Gap) { gaps <- g }
	start(tail)
	m.untilStarts(t, traceStart(t, name), 5)
	if g := <-gaps; g.Cause != leads.GapJournal || g.From.IsZero() {
		t.Errorf("the gap is %+v", g)
	}
}

// What is no row is kept for people to look at and blocks nothing: rubbish, a
// line without end, a row in local time.
func TestTailKeepsPoison(t *testing.T) {
	const name = "busy"
	path := filepath.Join(t.TempDir(), "ctihub.csv")
	write(t, path, shiftTrace(t, name, 0))
	m := newMemory()
	_, stop := startTail(t, path, m)
	m.untilPositioned(t)
	long := strings.Repeat("x", 3*celLongest)
	appendTo(t, path, "rubbish\n"+shiftTrace(t, name, 1)+long+"\n\x00\xff\n\"CHAN_START\",\"2026-11-21 10:00:00\",a,b,c,d,e,f,g,h,i,j,\n"+shiftTrace(t, name, 2))
	m.untilStarts(t, traceStart(t, name), 1, 2)
	stop()
	startTail(t, path, m)
	appendTo(t, path, shiftTrace(t, name, 3))
	m.untilStarts(t, traceStart(t, name), 1, 2, 3)
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.suspect) != 4 {
		t.Errorf("%d lines in quarantine, want 4", len(m.suspect))
	}
	for _, raw := range m.suspect {
		if len(raw) > 1000 {
			t.Errorf("%d bytes of a line are kept", len(raw))
		}
	}
}

// Days of downtime are read in small transactions, so that cards need not wait,
// and what is remembered does not grow with them.
func TestTailReadsABacklog(t *testing.T) {
	const name, days = "busy", 3000
	path := filepath.Join(t.TempDir(), "ctihub.csv")
	write(t, path, shiftTrace(t, name, 0))
	m := newMemory()
	_, stop := startTail(t, path, m)
	m.untilPositioned(t)
	stop()
	var text strings.Builder
	for n := range days {
		text.WriteString(shiftTrace(t, name, n+1))
	}
	appendTo(t, path, text.String())
	most := 0
	m.refuse = func(leads.Touch) error { return nil }
	m.batch = func(n int) { most = max(most, n) }
	tail, stop := startTail(t, path, m)
	m.until(t, "the backlog", func(calls []leads.Call) bool { return len(calls) == days })
	stop()
	if most > celPuts {
		t.Errorf("%d calls in one transaction", most)
	}
	if n := len(tail.assembler.sets); n > 100 {
		t.Errorf("%d calls are remembered", n)
	}
}
