package e2e

import (
	"context"
	"fmt"
	"slices"
	"time"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/config"
	"ctihub/deploy/pbx/sip"
	"ctihub/leads"
)

// judge compares the hub's calls with the telephones' calls.
func (g *gapTest) judge(n int) {
	t := g.t
	h := hubtest.Start(t, func(c *config.Config) {
		read, err := config.Load(g.file)
		if err != nil {
			t.Fatal(err)
		}
		c.Data, c.Sources = read.Data, read.Sources
	})
	h.Connected("pbx")
	var verdict []string
	for deadline := time.Now().Add(hubtest.Patience); ; time.Sleep(200 * time.Millisecond) { // there is no event for the end of the repair
		if verdict = g.verdict(h); len(verdict) == 0 || time.Now().After(deadline) {
			break
		}
	}
	stored := g.stored(h)
	t.Logf("seed %d: %d callers, %d calls stored, harm %v", g.seed, n, len(stored), g.counts)
	for _, v := range verdict {
		t.Error(v)
	}
}

func (g *gapTest) stored(h *hubtest.Hub) []leads.Call {
	calls, err := h.Store().CallsBegun(context.Background(), "pbx", time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
	if err != nil {
		g.t.Fatal(err)
	}
	return calls
}

// verdict lists every difference from the telephones' calls.
func (g *gapTest) verdict(h *hubtest.Hub) (wrong []string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	of := map[string][]leads.Call{}
	lost, doubled, invented := 0, 0, 0
	for _, c := range g.stored(h) {
		from := c.From[min(1, len(c.From)):]
		of[from] = append(of[from], c)
		if g.calls[from] == nil {
			invented++
			wrong = append(wrong, "invented: "+describe(c))
		}
	}
	for from, c := range g.calls {
		rang, all := isClosed(c.Ringing()), of[from]
		switch {
		case rang && len(all) == 0:
			lost++
			wrong = append(wrong, fmt.Sprintf("lost: %s, which began at %v", from, c.Story().Began))
		case len(all) > 1 && !g.mayBeTwoCalls(c.Story()):
			doubled++
			wrong = append(wrong, "doubled: "+describe(all[0])+" and "+describe(all[1]))
		}
		if rang && len(all) > 0 {
			wrong = append(wrong, g.compare(from, c.Story(), all)...)
		}
		for _, c := range all {
			if c.State != leads.CallEnded || !c.Journal {
				wrong = append(wrong, "not told to its end by the journal: "+describe(c))
			}
		}
	}
	wrong = append(wrong, g.missingGaps(h)...)
	if len(wrong) > 0 {
		wrong = append(wrong, fmt.Sprintf("lost %d, doubled %d, invented %d of %d", lost, doubled, invented, len(g.calls)))
	}
	return wrong
}

// mayBeTwoCalls reports whether the exchange may have taken the call, crashed before
// its first response, and got the repeated INVITE after its restart.
func (g *gapTest) mayBeTwoCalls(s sip.Story) bool {
	return slices.ContainsFunc(g.crashes, func(c [2]time.Time) bool { return s.Began.Before(c[1]) && s.Began.After(c[0].Add(-time.Second)) })
}

// compare checks the disposition. A call that a crash cut off is interrupted; a call
// that ended at about that time may be interrupted or not.
func (g *gapTest) compare(from string, s sip.Story, all []leads.Call) (wrong []string) {
	to := g.phones[from]
	want := map[string]leads.Disposition{"7104": leads.Abandoned, "7105": leads.Abandoned, "7106": leads.Busy, "7107": leads.Declined}[to]
	if want == "" {
		want = leads.Answered
		if s.Answered.IsZero() {
			want = leads.Abandoned
		}
	}
	const about = 2 * time.Second
	may := []leads.Disposition{want}
	for _, c := range g.crashes {
		switch {
		case s.Began.Before(c[0].Add(-about)) && (s.Ended.IsZero() || s.Ended.After(c[0].Add(about))):
			may = []leads.Disposition{leads.Interrupted}
		case s.Began.Before(c[1].Add(about)) && (s.Ended.IsZero() || s.Ended.After(c[0].Add(-about))):
			may = append(may, leads.Interrupted)
		}
	}
	if !slices.ContainsFunc(all, func(c leads.Call) bool { return slices.Contains(may, c.Disposition) && c.To == to }) {
		wrong = append(wrong, fmt.Sprintf("%s to %s is %s, the telephones say %v", from, to, describe(all[0]), may))
	}
	for _, c := range all {
		if c.Disposition == leads.Answered && (c.Operator != "1"+to[2:] || !aboutSameTime(c.Answered, s.Answered) || !aboutSameTime(c.Ended, s.Ended)) {
			wrong = append(wrong, fmt.Sprintf("%s is answered from %v to %v, the telephones say from %v to %v", describe(c), c.Answered, c.Ended, s.Answered, s.Ended))
		}
	}
	return wrong
}

// aboutSameTime allows for the delay of a telephone on a busy machine.
func aboutSameTime(a, b time.Time) bool { return a.Sub(b).Abs() < 3*time.Second }

// missingGaps lists outages of the test that the hub does not list as filled gaps.
func (g *gapTest) missingGaps(h *hubtest.Hub) (wrong []string) {
	gaps, err := h.Store().Gaps(context.Background(), "pbx", 1000)
	if err != nil {
		g.t.Fatal(err)
	}
	for _, harm := range slices.Concat(g.cuts, g.crashes) {
		if !slices.ContainsFunc(gaps, func(p leads.Gap) bool { return p.From.Before(harm[1]) && p.Until.After(harm[0]) }) {
			wrong = append(wrong, fmt.Sprintf("no gap says that nothing was seen from %v to %v", harm[0], harm[1]))
		}
	}
	if kills := g.counts["kill"] + g.counts["blind"]; len(gaps) < min(1, kills) {
		wrong = append(wrong, fmt.Sprintf("%d gaps of %d kills", len(gaps), kills))
	}
	for _, p := range gaps {
		if p.Filled.IsZero() || p.Cause == leads.GapJournal {
			wrong = append(wrong, fmt.Sprintf("a gap is not filled: %+v", p))
		}
	}
	return wrong
}

func describe(c leads.Call) string {
	return fmt.Sprintf("%s (%s → %s, %s %s, operator %q, journal %v)", c.Linkedid, c.From, c.To, c.State, c.Disposition, c.Operator, c.Journal)
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
