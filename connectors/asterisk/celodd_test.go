package asterisk

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/charmap"

	"ctihub/leads"
)

const oddRow = `"HANGUP","1795280271.948589","79160000001","7001","7001","from-trunk","PJSIP/trunk-00000000","","","a.0","a.0","",""`

// What other versions, mappings and converters write is a row all the same.
func TestOddRows(t *testing.T) {
	extra := func(json string) string {
		return strings.TrimSuffix(oddRow, `""`) + `"` + strings.ReplaceAll(json, `"`, `""`) + `"`
	}
	for text, cause := range map[string]int{
		extra(`{"hangupcause":16}`): 16, extra(`{"hangupcause":"16"}`): 16, extra(`{"hangupcause":16.0}`): 16, extra(`{"hangupcause":" 17 "}`): 17,
		extra(`{"hangupcause":null}`): 0, extra(`{"hangupcause":"Normal Clearing"}`): 0, extra(`{"hangupcause":[16]}`): 0, extra(`{"hangupcause":-1}`): 0,
		extra(`{"hangupcause":1e99}`): 0, extra(`{}`): 0, extra(`null`): 0, extra(``): 0, extra(` `): 0, extra(`{"hangupcause":true,"dialstatus":5,"more":{"a":[1]}}`): 0,
	} {
		if r, err := parseRow(text, &celClock{}); err != nil || r.extra.Cause != cause {
			t.Errorf("%s: cause %d, %v; want %d", text, r.extra.Cause, err, cause)
		}
	}
	r, err := parseRow(extra(`{"bridge_id":4711,"hangupsource":"PJSIP/1-1","dialstatus":null}`), &celClock{})
	if err != nil || r.extra.Bridge != "4711" || r.extra.Source != "PJSIP/1-1" {
		t.Errorf("extra %+v, %v", r.extra, err)
	}
	want, err := parseRow(oddRow, &celClock{})
	if err != nil {
		t.Fatal(err)
	}
	sample := `"HANGUP","1795280271.948589","Ivan","79160000001","79160000001","","7001","7001","from-trunk","PJSIP/trunk-00000000","","","3","acc","a.0","a.0","","","",""`
	for name, text := range map[string]string{
		"a BOM": "\uFEFF" + oddRow, "further fields": oddRow + `,"x","","z"`, "blanks behind commas": strings.ReplaceAll(oddRow, `","`, `", "`),
		"small letters": strings.Replace(oddRow, "HANGUP", "hangup", 1), "Asterisk's sample of cel_custom.conf": sample, "that with further fields": sample + `,"a"`,
		"no quotation marks": strings.ReplaceAll(oddRow, `"`, ""),
	} {
		if r, err := parseRow(text, &celClock{}); err != nil || r != want {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
	cyrillic, _ := charmap.Windows1251.NewEncoder().String(strings.Replace(oddRow, `"","","a.0"`, `"Queue","Продажи,t","a.0"`, 1))
	if r, err := parseRow(cyrillic, &celClock{}); err != nil || r.appData != "Продажи,t" {
		t.Errorf("windows-1251: %+v, %v", r, err)
	}
	cut := strings.Replace(oddRow, `"","","a.0"`, "\"Queue\",\"Прода\xd0\",\"a.0\"", 1)
	if r, err := parseRow(cut, &celClock{}); err != nil || r.appData != "Прода\uFFFD" {
		t.Errorf("a letter that is cut in half: %+v, %v", r, err)
	}
	f := strings.Split(oddRow, ",")
	slices.Reverse(f)
	for name, text := range map[string]string{
		"12 fields": strings.Join(strings.Split(oddRow, ",")[:12], ","), "in reverse": strings.Join(f, ","),
		"the channel elsewhere": strings.Replace(oddRow, `"from-trunk","PJSIP/trunk-00000000"`, `"PJSIP/trunk-00000000","from-trunk-2"`, 1),
	} {
		if r, err := parseRow(text, &celClock{}); !errors.Is(err, errCelColumns) {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
}

// readAllCel splits a text into rows.
func readAllCel(text string, last bool) (rows []string) {
	in := bufio.NewReaderSize(strings.NewReader(text), celLongest)
	for {
		l, _, err := readCel(in, last)
		if err != nil {
			return rows
		}
		rows = append(rows, l.text)
	}
}

// A line break within quotation marks belongs to the field; a mark too many
// costs no row but its own.
func TestRowsOverLines(t *testing.T) {
	with := func(data string) string {
		return strings.Replace(oddRow, `"","","a.0"`, `"Dial","`+data+`","a.0"`, 1)
	}
	stray := with(`say "hello`)
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"one":                       {with("a\nb") + "\n" + oddRow + "\n", []string{with("a\nb"), oddRow}},
		"CR LF":                     {with("a\r\nb") + "\r\n" + oddRow + "\r\n", []string{with("a\r\nb"), oddRow}},
		"several, empty ones too":   {with("a\n\n\nb\n,c") + "\n" + oddRow + "\n", []string{with("a\n\n\nb\n,c"), oddRow}},
		"doubled marks":             {with("\"\"a\"\"\n\"\"") + "\n" + oddRow + "\n", []string{with("\"\"a\"\"\n\"\""), oddRow}},
		"a mark too many":           {stray + "\n" + oddRow + "\n" + oddRow + "\n", []string{stray, oddRow, oddRow}},
		"and rubbish behind it":     {stray + "\nrubbish\n" + oddRow + "\n", []string{stray + "\nrubbish", oddRow}},
		"two rows with one":         {stray + "\n" + stray + "\n" + oddRow + "\n", []string{stray, stray, oddRow}},
		"one and a row over lines":  {stray + "\n" + with("a\nb") + "\n" + oddRow + "\n", []string{stray, with("a\nb"), oddRow}},
		"the end is missing":        {oddRow + "\n" + with("a\nb")[:80], []string{oddRow}},
		"the end of a row over two": {oddRow + "\n" + with("a\nb") + "\n" + with("a\nb"), []string{oddRow, with("a\nb")}},
	} {
		if got := readAllCel(c.text, false); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
	if got := readAllCel(oddRow+"\n"+with("a\nb"), true); len(got) != 2 || got[1] != with("a\nb") {
		t.Errorf("of a finished file: %q", got)
	}
	flood := stray + "\n" + strings.Repeat("no row\n", 10*celMostLines) + oddRow + "\n"
	if got := readAllCel(flood, false); got[len(got)-1] != oddRow || len(got[0]) > len(stray)+celMostLines*7 {
		t.Errorf("a mark swallows %d bytes; the last of %d rows is %q", len(got[0]), len(got), got[len(got)-1])
	}
	wide := stray + "\n" + strings.Repeat(strings.Repeat("x", celLongest/2)+"\n", 5) + strings.Repeat("y", 2*celLongest) + "\n" + oddRow + "\n"
	if got := readAllCel(wide, false); got[len(got)-1] != oddRow || slices.ContainsFunc(got, func(l string) bool { return len(l) > celLongest }) {
		t.Errorf("%d rows, the last %q", len(got), got[len(got)-1])
	}
}

// FuzzCelRows splits anything into rows: no byte is left out or doubled, however
// it arrives, and what is a row by itself is found behind anything.
func FuzzCelRows(f *testing.F) {
	f.Add([]byte(oddRow+"\r\n"+oddRow), 10)
	f.Add([]byte(strings.Replace(oddRow, `"7001"`, "\"70\n01\"", 1)+"\n\"\n"), 200)
	f.Add([]byte("\"\"\"\n\n\"a"), 1)
	f.Fuzz(func(t *testing.T, text []byte, cut int) {
		whole := append(slices.Clone(text), []byte("\n"+oddRow+"\n")...)
		in := bufio.NewReaderSize(bytes.NewReader(whole), celLongest)
		var sum int64
		found := false
		for {
			l, n, err := readCel(in, true)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil || n <= 0 {
				t.Fatalf("%d bytes, %v", n, err)
			}
			sum += n
			r, err := parseRow(l.text, &celClock{})
			found = found || err == nil && r.uniqueid == "a.0"
		}
		if sum != int64(len(whole)) {
			t.Fatalf("%d of %d bytes", sum, len(whole))
		}
		if !found {
			t.Fatal("the row at the end is not found")
		}
		if cut < 0 || cut > len(whole) { // a file that is being written: what is there to its end stays as it is
			return
		}
		early, late := readAllCel(string(whole[:cut]), false), readAllCel(string(whole), false)
		if len(early) > len(late) || !slices.Equal(early, late[:len(early)]) {
			t.Fatalf("%q became %q", early, late)
		}
	})
}

// Rows over lines, marks too many, and lines that are no rows, in a file that
// grows by a few bytes and is rotated: every call is told, every bad line kept.
func TestTailReadsOddRows(t *testing.T) {
	const name = "direct, caller hangs up"
	base := traceStart(t, name)
	path := filepath.Join(t.TempDir(), "ctihub.csv")
	write(t, path, shiftTrace(t, name, 0))
	m := newMemory()
	_, stop := startTail(t, path, m)
	m.untilPositioned(t)
	broken := strings.ReplaceAll(shiftTrace(t, name, 1), `"Dial","`, "\"Dial\",\"строка 1\r\n\r\nстрока 2,")
	for text := broken; len(text) > 0; text = text[min(len(text), 211):] {
		appendTo(t, path, text[:min(len(text), 211)])
	}
	m.untilStarts(t, base, 1)
	appendTo(t, path, "\"CHAN_START\",\"1795280271.948589\",\"a stray \" mark\nand more\n"+shiftTrace(t, name, 2)+`"ANSWER","1795280271.9`)
	m.untilStarts(t, base, 1, 2)
	rename(t, path, path+".1")
	appendTo(t, path, "\uFEFF"+shiftTrace(t, name, 3))
	m.untilStarts(t, base, 1, 2, 3)
	stop()
	for _, c := range m.calls {
		if c.Disposition != leads.Answered || c.Operator == "" {
			t.Errorf("a call is not whole: %s", line(c))
		}
	}
	if len(m.suspect) != 3 {
		t.Errorf("quarantine %q", m.suspect)
	}
}

// Of a flood of lines that are no rows, none is lost: they are joined.
func TestTailKeepsAFlood(t *testing.T) {
	const name, flood = "busy", 3000
	path := filepath.Join(t.TempDir(), "ctihub.csv")
	write(t, path, shiftTrace(t, name, 0))
	m := newMemory()
	_, stop := startTail(t, path, m)
	m.untilPositioned(t)
	var text strings.Builder
	for n := range flood {
		fmt.Fprintf(&text, "no row %d of a flood that goes on for long\n", n)
	}
	appendTo(t, path, text.String()[:text.Len()/2])
	m.until(t, "a part of it", func([]leads.Call) bool { return len(m.joined()) > 30_000 })
	stop()
	startTail(t, path, m)
	appendTo(t, path, text.String()[text.Len()/2:]+shiftTrace(t, name, 1))
	m.untilStarts(t, traceStart(t, name), 1)
	kept := m.joined()
	for n := range flood {
		if line := fmt.Sprintf("no row %d of", n); strings.Count(kept, line) != 1 {
			t.Fatalf("%q is kept %d times", line, strings.Count(kept, line))
		}
	}
	if n := len(m.suspect); n > 100 {
		t.Errorf("%d entries in quarantine", n)
	}
}

// joined is all that is in quarantine.
func (m *memory) joined() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := ""
	for _, raw := range m.suspect {
		all += raw + "\n"
	}
	return all
}

// without returns a recorded journal without the rows of a kind.
func without(t *testing.T, text, kind string) (rest string) {
	t.Helper()
	for l := range strings.Lines(text) {
		if !strings.HasPrefix(l, `"`+kind+`"`) {
			rest += l
		}
	}
	if rest == text {
		t.Fatalf("there is no %s", kind)
	}
	return rest
}

// The table of cases without LINKEDID_END: every call is told as with it, once
// the journal goes on or stands still, and not before its channels have ended;
// LINKEDID_END that comes late changes nothing.
func TestJournalWithoutItsLastRow(t *testing.T) {
	for _, s := range table() {
		t.Run(s.name, func(t *testing.T) {
			rows := readRows(t, traceFile(s.name))
			want := assembleRows(t, newCELAssembler(testPlan(t)), rows)
			for _, still := range []bool{false, true} {
				f, got := newCELAssembler(testPlan(t)), map[string]leads.Call{}
				keep := func(news []snapshot) {
					for _, s := range news {
						got[s.Linkedid] = s.Call
					}
				}
				var ends []celRow
				for _, r := range rows {
					if r.kind == "LINKEDID_END" {
						ends = append(ends, r)
						continue
					}
					f.addRow(r)
					keep(f.completedCalls())
				}
				if _, _, open := f.resume(); !open {
					t.Error("nothing is open, so that a restart misses the call")
				}
				if still {
					for range celIdleReads {
						f.noteIdleRead()
						keep(f.completedCalls())
					}
				} else {
					f.now = f.now.Add(celGrace)
					keep(f.completedCalls())
				}
				if fmt.Sprint(sortedSummaries(got)) != fmt.Sprint(sortedSummaries(want)) {
					t.Fatalf("still %v: got\n%s\nwant\n%s", still, strings.Join(sortedSummaries(got), "\n"), strings.Join(sortedSummaries(want), "\n"))
				}
				for _, r := range ends {
					r.at = r.at.Add(time.Minute)
					f.addRow(r)
				}
				if late := f.completedCalls(); len(late) > 0 {
					t.Errorf("LINKEDID_END changes %s", callSummary(late[0].Call))
				}
			}
		})
	}
}

// A call is never ended while a channel of it goes on, however still the journal
// is: cut anywhere, it tells nothing that the whole one does not.
func TestACallThatGoesOnIsNotEnded(t *testing.T) {
	for _, s := range table() {
		rows := readRows(t, traceFile(s.name))
		want := sortedSummaries(assembleRows(t, newCELAssembler(testPlan(t)), rows))
		for n := range rows {
			open := map[string]bool{}
			f := newCELAssembler(testPlan(t))
			for _, r := range rows[:n] {
				f.addRow(r)
				open[r.uniqueid] = r.kind != "CHAN_END" && (r.kind != "LINKEDID_END" || open[r.uniqueid])
			}
			for range 10 * celIdleReads {
				f.noteIdleRead()
			}
			f.now = f.now.Add(time.Hour)
			for _, c := range f.completedCalls() {
				if !slices.Contains(want, callSummary(c.Call)) {
					t.Errorf("%s, cut after %d rows: %s", s.name, n, callSummary(c.Call))
				}
			}
		}
	}
}

// A file without LINKEDID_END, and then nothing more: the calls are told, also
// after a restart before that.
func TestTailEndsCallsWithoutTheLastRow(t *testing.T) {
	const name = "direct, caller hangs up"
	path := filepath.Join(t.TempDir(), "ctihub.csv")
	write(t, path, shiftTrace(t, name, 0))
	m := newMemory()
	_, stop := startTail(t, path, m)
	m.untilPositioned(t)
	stop()
	appendTo(t, path, without(t, shiftTrace(t, name, 1), "LINKEDID_END"))
	_, stop = startTail(t, path, m)
	m.untilStarts(t, traceStart(t, name), 1)
	stop()
	appendTo(t, path, without(t, shiftTrace(t, name, 2), "LINKEDID_END")+shiftTrace(t, name, 3))
	startTail(t, path, m)
	m.untilStarts(t, traceStart(t, name), 1, 2, 3)
}
