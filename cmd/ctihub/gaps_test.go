package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"ctihub/config"
	"ctihub/connectors/asterisk/asterisktest"
	"ctihub/deploy/pbx/sip"
	"ctihub/leads"
)

// gapCalls is how many calls the gap test places: some in every test run, as
// CTIHUB_GAP_CALLS says in "make torture".
func gapCalls(t *testing.T) int {
	if s := os.Getenv("CTIHUB_GAP_CALLS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	return 60
}

// While people call, the hub's connection to the exchange is cut, the exchange
// crashes, the hub is killed, the journal is rotated and out of reach, at
// random. Afterwards the hub has exactly the calls that the telephones had,
// each told to its end; those that a crash of the exchange cut off say so; and
// every gap is shown, and filled.
func TestTortureGapsRealExchange(t *testing.T) {
	g := newGapTest(t)
	g.start()
	var callers sync.WaitGroup
	n := gapCalls(t)
	placed := make(chan struct{})
	go func() {
		defer close(placed)
		for i := range n {
			callers.Go(func() { g.call(i) })
			time.Sleep(time.Duration(80+g.random(120)) * time.Millisecond) // five to ten calls a second
		}
	}()
	for going := true; going; {
		select {
		case <-placed:
			going = false
		case <-time.After(time.Duration(300+g.random(900)) * time.Millisecond):
			g.harm()
		}
	}
	callers.Wait()
	g.hub.kill()
	g.judge(n)
}

type gapTest struct {
	t     *testing.T
	pbx   *asterisktest.PBX
	wire  *asterisktest.Wire
	hub   *victim
	dir   string
	file  string // configuration
	addr  string
	link  string // through which the hub sees the journal's folder
	seed  uint64
	turns int

	mu      sync.Mutex
	chance  *rand.Rand
	calls   map[string]*sip.Call // by the caller's number
	phones  map[string]string    // number dialled, by the caller's number
	crashes [][2]time.Time       // of the exchange: when it was killed, and back
	cuts    [][2]time.Time
	kills   int
	counts  map[string]int
}

func newGapTest(t *testing.T) *gapTest {
	g := &gapTest{
		t: t, pbx: asterisktest.Start(t), dir: t.TempDir(), addr: freeAddress(t), seed: rand.Uint64(),
		calls: map[string]*sip.Call{}, phones: map[string]string{}, counts: map[string]int{},
	}
	g.chance = rand.New(rand.NewPCG(g.seed, 1))
	address, user, secret := g.pbx.ARI()
	var through string
	g.wire, through = asterisktest.NewWire(t, address)
	g.link = filepath.Join(g.dir, "journal")
	g.reach(true)
	g.file = filepath.Join(g.dir, "ctihub.yaml")
	text := fmt.Sprintf("listen: %s\ndata: %s\nsources: [{name: pbx, kind: asterisk, url: %q, username: %s, password: %s, trunks: [trunk], cel: %s/ctihub.csv}]\n",
		g.addr, g.dir, through, user, secret, g.link)
	if err := os.WriteFile(g.file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for n, ring := range []time.Duration{50, 150, 300, 20} {
		g.pbx.Phone(strconv.Itoa(100+n), ring*time.Millisecond, 0)
	}
	for _, n := range []string{"104", "105"} {
		g.pbx.Phone(n, -1, 0)
	}
	g.pbx.RejectingPhone("106", 100*time.Millisecond, 486)
	g.pbx.RejectingPhone("107", 200*time.Millisecond, 603)
	return g
}

func (g *gapTest) random(n int) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.chance.IntN(n)
}

// reach lets the hub see the journal, or not.
func (g *gapTest) reach(yes bool) {
	g.t.Helper()
	_ = os.Remove(g.link)
	if yes {
		if err := os.Symlink(filepath.Dir(g.pbx.Journal()), g.link); err != nil {
			g.t.Fatal(err)
		}
	}
}

func (g *gapTest) start() {
	g.t.Helper()
	var err error
	if g.hub, err = startVictim(g.file, ""); err != nil {
		g.t.Fatal(err)
	}
	if !g.hub.ready("http://" + g.addr + "/readyz") {
		g.t.Fatal("the hub does not come back")
	}
}

// call is one caller: he talks for a while, or gives up, or is refused.
func (g *gapTest) call(i int) {
	from, to := fmt.Sprint(79161000000+i), fmt.Sprint(7100+g.random(8))
	c := g.pbx.Call(from, to)
	g.mu.Lock()
	g.calls[from], g.phones[from] = c, to
	g.mu.Unlock()
	stays := time.Duration(300+g.random(1500)) * time.Millisecond
	select {
	case <-c.Ringing():
	case <-c.Done():
		return
	case <-time.After(8 * time.Second): // nobody is there
		return
	}
	select {
	case <-c.Done():
		return
	case <-time.After(stays):
	}
	c.Hangup()
	select {
	case <-c.Done():
	case <-time.After(5 * time.Second): // nobody is there any more
	}
}

// harm does something bad, in turn, so that a short run has some of everything.
func (g *gapTest) harm() {
	t := g.t
	pause := func() { time.Sleep(time.Duration(200+g.random(900)) * time.Millisecond) }
	kinds := []string{"cut", "kill", "crash", "rotate", "blind"}
	kind := kinds[g.turns%len(kinds)]
	g.turns++
	g.counts[kind]++
	switch kind {
	case "cut":
		from := time.Now()
		g.wire.Cut()
		pause()
		g.wire.Mend()
		g.cuts = append(g.cuts, [2]time.Time{from, time.Now()})
	case "kill":
		g.hub.kill()
		pause()
		g.start()
	case "crash":
		from := time.Now()
		g.pbx.Kill()
		pause()
		g.pbx.Restart()
		g.crashes = append(g.crashes, [2]time.Time{from, time.Now()})
	case "rotate":
		rotated := fmt.Sprintf("%s.%d", g.pbx.Journal(), g.turns)
		if err := os.Rename(g.pbx.Journal(), rotated); err != nil {
			t.Log(err) // nobody called since the last time
		}
	case "blind":
		g.reach(false)
		g.hub.kill()
		g.start()
		pause()
		g.reach(true)
	}
}

// judge compares what the hub has with what the telephones had.
func (g *gapTest) judge(n int) {
	t := g.t
	h := startHub(t, func(c *config.Config) {
		read, err := config.Load(g.file)
		if err != nil {
			t.Fatal(err)
		}
		c.Data, c.Sources = read.Data, read.Sources
	})
	h.connected("pbx")
	var verdict []string
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(200 * time.Millisecond) { // the hub tells nobody that it is done
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

func (g *gapTest) stored(h *hub) []leads.Call {
	calls, err := h.store.CallsBegun(context.Background(), "pbx", time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
	if err != nil {
		g.t.Fatal(err)
	}
	return calls
}

// verdict names everything that is not as the telephones say.
func (g *gapTest) verdict(h *hub) (wrong []string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	of := map[string][]leads.Call{}
	lost, doubled, invented := 0, 0, 0
	for _, c := range g.stored(h) {
		from := c.From[min(1, len(c.From)):]
		of[from] = append(of[from], c)
		if g.calls[from] == nil {
			invented++
			wrong = append(wrong, "invented: "+told(c))
		}
	}
	for from, c := range g.calls {
		rang, all := isClosed(c.Ringing()), of[from]
		switch {
		case rang && len(all) == 0:
			lost++
			wrong = append(wrong, fmt.Sprintf("lost: %s, which began at %v", from, c.Story().Began))
		case len(all) > 1 && !g.maySeemTwo(c.Story()):
			doubled++
			wrong = append(wrong, "doubled: "+told(all[0])+" and "+told(all[1]))
		}
		if rang && len(all) > 0 {
			wrong = append(wrong, g.compare(from, c.Story(), all)...)
		}
		for _, c := range all {
			if c.State != leads.CallEnded || !c.Journal {
				wrong = append(wrong, "not told to its end by the journal: "+told(c))
			}
		}
	}
	wrong = append(wrong, g.gapsMissing(h)...)
	if len(wrong) > 0 {
		wrong = append(wrong, fmt.Sprintf("lost %d, doubled %d, invented %d of %d", lost, doubled, invented, len(g.calls)))
	}
	return wrong
}

// maySeemTwo: the exchange took the call, crashed before it said so, and got
// the repeated INVITE when it was back.
func (g *gapTest) maySeemTwo(s sip.Story) bool {
	return slices.ContainsFunc(g.crashes, func(c [2]time.Time) bool { return s.Began.Before(c[1]) && s.Began.After(c[0].Add(-time.Second)) })
}

// compare checks the outcome. A call that a crash cut off is interrupted; one
// that ended at about that time may be either.
func (g *gapTest) compare(from string, s sip.Story, all []leads.Call) (wrong []string) {
	to := g.phones[from]
	want := map[string]leads.Disposition{"7104": leads.Abandoned, "7105": leads.Abandoned, "7106": leads.Busy, "7107": leads.Declined}[to]
	if want == "" {
		want = leads.Answered
		if s.Answered.IsZero() {
			want = leads.Abandoned
		}
	}
	const about = 700 * time.Millisecond
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
		wrong = append(wrong, fmt.Sprintf("%s to %s is %s, the telephones say %v", from, to, told(all[0]), may))
	}
	for _, c := range all {
		if c.Disposition == leads.Answered && (c.Operator != "1"+to[2:] || !near(c.Answered, s.Answered) || !near(c.Ended, s.Ended)) {
			wrong = append(wrong, fmt.Sprintf("%s is answered from %v to %v, the telephones say from %v to %v", told(c), c.Answered, c.Ended, s.Answered, s.Ended))
		}
	}
	return wrong
}

func near(a, b time.Time) bool { return a.Sub(b).Abs() < 900*time.Millisecond }

// gapsMissing checks that each time out of sight is shown, and filled.
func (g *gapTest) gapsMissing(h *hub) (wrong []string) {
	gaps, err := h.store.Gaps(context.Background(), "pbx", 1000)
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

func told(c leads.Call) string {
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
