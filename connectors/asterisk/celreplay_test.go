package asterisk

import (
	"bytes"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"ctihub/leads"
)

// readRows reads a recorded journal.
func readRows(t testing.TB, name string) (rows []celRow) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for l := range strings.Lines(string(text)) {
		r, err := parseRow(strings.TrimSuffix(l, "\n"), &celClock{})
		if err != nil {
			t.Fatal(err)
		}
		r.place = int64(len(rows))
		rows = append(rows, r)
	}
	return rows
}

// assembleRows returns the calls as they are told last, by linkedid.
func assembleRows(t testing.TB, f *celAssembler, rows []celRow) map[string]leads.Call {
	t.Helper()
	last := map[string]leads.Call{}
	for _, r := range rows {
		f.addRow(r)
		for _, s := range f.completedCalls() {
			last[s.Linkedid] = s.Call
		}
	}
	return last
}

func sortedSummaries(calls map[string]leads.Call) (out []string) {
	for _, c := range calls {
		out = append(out, callSummary(c))
	}
	slices.Sort(out)
	return out
}

// The table of cases again, from the journals that were recorded of it: in
// order, with every row twice, in any order, and all at once.
func TestJournalReplay(t *testing.T) {
	var all []celRow
	var want []string
	for _, s := range table() {
		rows := readRows(t, traceFile(s.name))
		all, want = append(all, rows...), append(want, s.journal...)
		t.Run(s.name, func(t *testing.T) {
			f := newCELAssembler(testPlan(t))
			inOrder := assembleRows(t, f, rows)
			if got := sortedSummaries(inOrder); !slices.Equal(got, s.journal) {
				t.Fatalf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(s.journal, "\n"))
			}
			if _, _, open := f.resume(); open {
				t.Error("a call is still open")
			}
			if again := assembleRows(t, f, rows); len(again) > 0 {
				t.Errorf("the same rows again tell %v", sortedSummaries(again))
			}
			for range 20 {
				mixed := append(slices.Clone(rows), rows...)
				rand.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
				if got := assembleRows(t, newCELAssembler(testPlan(t)), mixed); !reflect.DeepEqual(got, inOrder) {
					t.Fatalf("out of order it is\n%s", strings.Join(sortedSummaries(got), "\n"))
				}
			}
		})
	}
	slices.SortStableFunc(all, celBefore)
	slices.Sort(want)
	if got := sortedSummaries(assembleRows(t, newCELAssembler(testPlan(t)), all)); !slices.Equal(got, want) {
		t.Errorf("all at once: got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// A reader that goes back to where the assembler says, at any row, misses no call
// and tells none twice differently.
func TestJournalResumes(t *testing.T) {
	rows := readRows(t, traceFile("attended transfer"))
	want := assembleRows(t, newCELAssembler(testPlan(t)), rows)
	for n := range rows {
		f := newCELAssembler(testPlan(t))
		got := assembleRows(t, f, rows[:n])
		from := int64(n)
		if place, _, open := f.resume(); open {
			from = place
		}
		for id, c := range assembleRows(t, newCELAssembler(testPlan(t)), rows[from:]) {
			got[id] = c
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("stopped at row %d, resumed at %d: %v", n, from, sortedSummaries(got))
		}
	}
}

// A journal that begins in the middle of a call tells nothing of it.
func TestJournalBeginsInTheMiddle(t *testing.T) {
	rows := readRows(t, traceFile("direct, caller hangs up"))
	if got := assembleRows(t, newCELAssembler(testPlan(t)), rows[3:]); len(got) > 0 {
		t.Errorf("told %v", sortedSummaries(got))
	}
}

// Calls that are parked in one lot have nothing to do with each other.
func TestJournalKeepsParkedCallsApart(t *testing.T) {
	var all []celRow
	var want []string
	for _, name := range []string{"outbound", "internal"} {
		rows := readRows(t, traceFile(name))
		want = append(want, sortedSummaries(assembleRows(t, newCELAssembler(testPlan(t)), rows))...)
		parked := rows[slices.IndexFunc(rows, func(r celRow) bool { return r.kind == "ANSWER" })]
		parked.kind, parked.at = "BRIDGE_ENTER", parked.at.Add(1)
		parked.extra = celExtra{Bridge: "lot", BridgeTech: holding}
		all = append(append(all, rows...), parked)
	}
	slices.Sort(want)
	got := sortedSummaries(assembleRows(t, newCELAssembler(testPlan(t)), all))
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// An exchange that was lost ends its calls where the journal ends.
func TestJournalInterrupted(t *testing.T) {
	rows := readRows(t, traceFile("direct, caller hangs up"))
	n := slices.IndexFunc(rows, func(r celRow) bool { return r.kind == "BRIDGE_EXIT" })
	f := newCELAssembler(testPlan(t))
	if got := assembleRows(t, f, rows[:n]); len(got) > 0 {
		t.Fatalf("told %v before its end", sortedSummaries(got))
	}
	last := rows[n-1].at
	got := f.interruptBefore(last.Add(ms))
	want := "in ended interrupted from=+79160000001 to=7001 did=7001 operator=100 100:ended"
	if len(got) != 1 || callSummary(got[0].Call) != want || !got[0].Ended.Equal(last) {
		t.Errorf("got %+v", got)
	}
	if again := f.interruptBefore(last.Add(ms)); len(again) > 0 {
		t.Errorf("told again: %+v", again)
	}
}

func FuzzJournal(f *testing.F) {
	for _, s := range table() {
		text, err := os.ReadFile(traceFile(s.name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(`"CHAN_START","1795280271.053912","""","","7001","x","PJSIP/trunk-1","","","1","1","","{""bridge_id"":7}"`))
	f.Add([]byte("\"\x00\",\"1\"\n,,,,,,,,,,,,\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		assembler := newCELAssembler(testPlan(t))
		for l := range bytes.Lines(text) {
			r, err := parseRow(string(bytes.TrimSuffix(l, []byte("\n"))), &celClock{})
			if err != nil {
				continue
			}
			assembler.addRow(r)
			checkCompleted(t, assembler.completedCalls())
		}
		checkCompleted(t, assembler.interruptBefore(assembler.now.Add(1)))
	})
}

func checkCompleted(t *testing.T, news []snapshot) {
	for _, s := range news {
		if s.Linkedid == "" || s.State != leads.CallEnded || s.Disposition == "" || !s.Journal || s.Ended.Before(s.Started) ||
			s.Waited < 0 || s.Rung < 0 || s.Talked < 0 || s.Held < 0 {
			t.Fatalf("told %+v", s.Call)
		}
		for _, l := range s.Legs {
			if l.State == leads.LegRinging || l.State == leads.LegTalking || l.Ended.IsZero() {
				t.Fatalf("a leg of an ended call: %+v", l)
			}
		}
	}
}

// Lines that are none are errors.
func TestJournalRows(t *testing.T) {
	good := `"HANGUP","1795280271.948589","7916","7001","7001","from-trunk","PJSIP/trunk-00000000","","","a.0","a.0","","{""hangupcause"":16,""hangupsource"":""PJSIP/trunk-00000000"",""dialstatus"":""ANSWER""}"`
	r, err := parseRow(good, &celClock{})
	if err != nil || r.kind != "HANGUP" || r.extra.Cause != 16 || r.extra.Source != "PJSIP/trunk-00000000" ||
		r.at.UnixMicro() != 1795280271948589 || r.uniqueid != "a.0" || r.number != "7916" || r.dnid != "7001" || r.context != "from-trunk" {
		t.Errorf("row %+v, %v", r, err)
	}
	for _, bad := range []string{
		"", `"HANGUP"`, good[:60], good + "\n" + good, strings.Replace(good, "1795280271.948589", "yesterday", 1),
		strings.Replace(good, `"a.0","a.0"`, `"",""`, 1), strings.Replace(good, "{", "[", 1), good[1:], strings.Replace(good, "1795280271", "-5", 1),
	} {
		if r, err := parseRow(bad, &celClock{}); err == nil {
			t.Errorf("%q is taken as %+v", bad, r)
		}
	}
}

// An assembler forgets calls that ended long ago, and every trace of them.
func TestFoldForgets(t *testing.T) {
	f := newCELAssembler(testPlan(t))
	var rows []celRow
	for _, s := range table() {
		rows = append(rows, readRows(t, traceFile(s.name))...)
	}
	slices.SortStableFunc(rows, celBefore)
	assembleRows(t, f, rows)
	f.now = f.now.Add(2 * forget)
	f.completedCalls()
	if len(f.sets)+len(f.chans)+len(f.dirty) > 0 {
		t.Errorf("%d sets, %d channels and %d changes are left", len(f.sets), len(f.chans), len(f.dirty))
	}
}
