package asterisk

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ctihub/connectors/asterisk/asterisktest"
	"ctihub/deploy/pbx/sip"
	"ctihub/leads"
)

// callSummary returns the parts of a journal's call that tests compare.
func callSummary(c leads.Call) string {
	if c.PartOf != "" {
		return fmt.Sprintf("part from=%s to=%s", c.From, c.To)
	}
	var b strings.Builder
	b.WriteString(line(c))
	if len(c.Queues) > 1 {
		b.WriteString(" queues=" + strings.Join(c.Queues, ">"))
	}
	for _, t := range c.Transfers {
		fmt.Fprintf(&b, " %s:%s>%s", t.Kind, t.From, t.To)
	}
	return b.String()
}

func callSummaries(calls []leads.Call) (out []string) {
	for _, c := range calls {
		out = append(out, callSummary(c))
	}
	slices.Sort(out)
	return out
}

// assembleFile makes calls of a journal, each in its last state.
func assembleFile(t testing.TB, text []byte) []leads.Call {
	t.Helper()
	f := newCELAssembler(testPlan(t))
	last := map[string]leads.Call{}
	for i, l := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		if l == "" {
			continue
		}
		r, err := parseRow(l, &celClock{})
		if err != nil {
			t.Fatalf("line %d: %v", i+1, err)
		}
		r.place = int64(i)
		f.addRow(r)
		for _, s := range f.completedCalls() {
			last[s.Linkedid] = s.Call
		}
	}
	out := make([]leads.Call, 0, len(last))
	for _, c := range last {
		out = append(out, c)
	}
	return out
}

func traceFile(scenario string) string {
	return strings.TrimSuffix(file(scenario), ".jsonl") + ".csv"
}

// Every kind of call, played by telephones on a real exchange: the journal must
// tell it as the telephones remember it. With -record the rows are kept for
// TestJournalReplay.
func TestRealJournal(t *testing.T) {
	const lanes = 3
	all := table()
	for lane := range lanes {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			p := asterisktest.Start(t)
			for i, s := range all {
				if i%lanes != lane || s.slow && !*record {
					continue
				}
				t.Run(s.name, func(t *testing.T) {
					// On a stalled machine people act in another order than they mean to.
					for try := 1; !playJournal(t, p, s, try == journalTries); try++ {
						t.Log("played again")
					}
				})
			}
		})
	}
}

// journalTries is how often a scenario may be played until it goes as written.
// TestJournalReplay allows nothing of the kind.
const journalTries = 5

// playJournal reports whether the scenario went as written. What the telephones
// say must fit in any case.
func playJournal(t *testing.T, p *asterisktest.PBX, s scenario, last bool) bool {
	t.Helper()
	before := size(t, p.Journal())
	address, _, _ := p.ARI()
	h := startHub(t, address, newMemory())
	h.connected(t)
	desk := p.For(t)
	s.play(stage{t, desk, h.memory})
	var text []byte
	var calls []leads.Call
	deadline := time.Now().Add(asterisktest.Patience)
	for {
		all, err := os.ReadFile(p.Journal())
		if err != nil {
			t.Fatal(err)
		}
		text = all[before:]
		text = text[:bytes.LastIndexByte(text, '\n')+1]
		if calls = assembleFile(t, text); slices.Equal(callSummaries(calls), s.journal) || time.Now().After(deadline) {
			break
		}
		time.Sleep(50 * ms) // the journal is a file: it tells nobody that it grew
		if allCallsEnded(desk) && time.Now().After(deadline.Add(-asterisktest.Patience*9/10)) {
			break
		}
	}
	if *record {
		if err := os.WriteFile(traceFile(s.name), text, 0o644); err != nil {
			t.Error(err)
		}
	}
	if got := callSummaries(calls); !slices.Equal(got, s.journal) {
		if !last {
			awaitCallsEnded(desk)
			hangUpAll(t, desk)
			h.stop()
			return false
		}
		keep := filepath.Join(os.TempDir(), "cel-"+strings.ReplaceAll(s.name, " ", "_")+".csv")
		_ = os.WriteFile(keep, text, 0o644)
		t.Errorf("the journal tells (%s)\n%s\nwant\n%s", keep, strings.Join(got, "\n"), strings.Join(s.journal, "\n"))
		return true
	}
	awaitCallsEnded(desk)
	checkTruth(t, desk, calls)
	var held time.Duration
	for _, touch := range h.seen() {
		held = max(held, touch.Call.Held) // no journal tells of hold
	}
	for _, c := range calls {
		held = max(held, c.Held)
	}
	if held < s.held-slack/4 || s.held > 0 && held > s.held+4*slack {
		t.Errorf("held for %v, the telephones say %v", held, s.held)
	}
	return true
}

// seen waits until the live view ended its calls and returns its touches.
func (h *hub) seen() []leads.Touch {
	h.stop()
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.touches
}

func size(t *testing.T, name string) int64 {
	info, err := os.Stat(name)
	if os.IsNotExist(err) {
		return 0
	}
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// allCallsEnded reports whether every telephone is on the hook.
func allCallsEnded(p *asterisktest.PBX) bool {
	for _, phone := range p.Phones() {
		for _, c := range phone.Calls() {
			if c.Story().Ended.IsZero() {
				return false
			}
		}
	}
	return true
}

// awaitCallsEnded waits until the telephones know that their calls are over. A
// telephone that transferred its call may never learn it.
func awaitCallsEnded(p *asterisktest.PBX) {
	enough := time.After(2 * time.Second)
	for _, phone := range p.Phones() {
		for _, c := range phone.Calls() {
			select {
			case <-c.Done():
			case <-enough:
				return
			}
		}
	}
}

// hangUpAll puts every telephone away, so that the scenario can be played anew,
// and waits until the exchange has no call left.
func hangUpAll(t *testing.T, p *asterisktest.PBX) {
	t.Helper()
	for _, phone := range p.Phones() {
		phone.Close()
	}
	for began := time.Now(); !strings.Contains(p.CLI("core show channels count"), "0 active channels"); time.Sleep(20 * ms) { // the console has no event to await
		if time.Since(began) > asterisktest.Patience {
			t.Fatal("the exchange still has calls")
		}
	}
}

// slack is how far the exchange's clockwork may be from what the telephones saw
// on a busy machine.
const slack = 900 * time.Millisecond

func near(a, b time.Time) bool {
	return a.IsZero() == b.IsZero() && (a.IsZero() || a.Sub(b).Abs() < slack)
}

// checkTruth compares the calls with what the telephones remember: who rang,
// who answered, when, for how long, and who hung up.
func checkTruth(t *testing.T, desk *asterisktest.PBX, calls []leads.Call) {
	t.Helper()
	type rung struct {
		extension string
		story     sip.Story
	}
	var rings []rung
	var began, ended []time.Time
	for _, phone := range desk.Phones() {
		for _, c := range phone.Calls() {
			s := c.Story()
			ended = append(ended, s.Ended)
			switch {
			case s.Out:
				began = append(began, s.Began)
			case phone.Number() != "trunk":
				rings = append(rings, rung{phone.Number(), s})
			}
		}
	}
	for _, c := range calls {
		if c.PartOf != "" {
			continue
		}
		if len(began) > 0 && !slices.ContainsFunc(began, func(b time.Time) bool { return near(b, c.Started) }) {
			t.Errorf("nobody began to call at %v", c.Started)
		}
		if !slices.ContainsFunc(ended, func(e time.Time) bool { return near(e, c.Ended) }) {
			t.Errorf("nobody's call was over at %v", c.Ended)
		}
		if c.Waited < 0 || c.Rung < 0 || c.Talked < 0 || c.Held < 0 || c.Rung > c.Waited+slack || c.Talked > c.Ended.Sub(c.Started) {
			t.Errorf("times waited %v rung %v talked %v held %v of a call of %v", c.Waited, c.Rung, c.Talked, c.Held, c.Ended.Sub(c.Started))
		}
		if !c.Journal {
			t.Error("a call of the journal does not say so")
		}
	}
	checkTalk(t, desk, calls)
	for _, r := range rings {
		found := false
		for _, c := range calls {
			for _, l := range c.Legs {
				found = found || c.PartOf == "" && l.Extension == r.extension && near(l.Rang, r.story.Began) &&
					near(l.Answered, r.story.Answered) && (r.story.Ended.IsZero() || near(l.Ended, r.story.Ended))
			}
		}
		if !found {
			t.Errorf("%s rang at %v, answered %v, until %v: no leg says so: %+v", r.extension, r.story.Began, r.story.Answered, r.story.Ended, calls)
		}
	}
}

// checkTalk compares how long the customer talked, and who hung up, with what
// the telephones remember, where there is one customer.
func checkTalk(t *testing.T, desk *asterisktest.PBX, calls []leads.Call) {
	t.Helper()
	calls = slices.DeleteFunc(slices.Clone(calls), func(c leads.Call) bool { return c.PartOf != "" })
	if len(calls) != 1 || calls[0].Direction == leads.Internal {
		return
	}
	var customer sip.Story
	var operators []sip.Story
	for _, phone := range desk.Phones() {
		for _, c := range phone.Calls() {
			s := c.Story()
			if len(phone.Number()) != 3 {
				customer = s
			} else if !s.Answered.IsZero() {
				operators = append(operators, s)
			}
		}
	}
	c := calls[0]
	var talked time.Duration
	covered := customer.Answered
	slices.SortFunc(operators, func(a, b sip.Story) int { return a.Answered.Compare(b.Answered) })
	byOperator := false
	for _, o := range operators {
		until := o.Ended
		if until.IsZero() || until.After(customer.Ended) {
			until = customer.Ended
		}
		if from := o.Answered; customer.Answered.IsZero() {
			break
		} else if from.Before(covered) {
			from = covered
			talked += max(0, until.Sub(from))
		} else {
			talked += max(0, until.Sub(from))
		}
		if until.After(covered) {
			covered = until
		}
		byOperator = byOperator || o.HungUp
	}
	met := !customer.Answered.IsZero() && len(operators) > 0 // perhaps for no time, by a stalled telephone's watch
	if (c.Talked-talked).Abs() > slack || c.Talked == 0 && talked > 0 || c.Talked > 0 && !met {
		t.Errorf("talked %v, the telephones say %v", c.Talked, talked)
	}
	if c.Disposition != leads.Answered {
		return
	}
	want := "operator"
	if customer.HungUp {
		want = "caller"
	}
	if c.HangupBy != want || want == "operator" && !byOperator {
		t.Errorf("hung up by %q, the telephones say %s", c.HangupBy, want)
	}
}
