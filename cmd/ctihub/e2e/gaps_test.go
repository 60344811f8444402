package e2e

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/connectors/asterisk/asterisktest"
	"ctihub/deploy/pbx/sip"
)

// gapCalls is the number of calls of the gap test: CTIHUB_GAP_CALLS in "make torture",
// else a few.
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
// crashes, the hub is killed, the journal is rotated or cannot be read, at random.
// Afterwards the hub has exactly the calls of the telephones, each ended; calls that a
// crash of the exchange cut off are interrupted; every gap is listed as filled.
func TestTortureGapsRealExchange(t *testing.T) {
	g := newGapTest(t)
	g.start()
	waitFor(t, "the hub sees the journal: what came before is history", func() bool { return follows("http://"+g.addr, g.token) })
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
			g.injectFault()
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
	hub   *hubProcess
	dir   string
	file  string // configuration
	addr  string
	token string
	link  string // symbolic link to the journal's folder, which the hub reads
	seed  uint64
	turns int

	mu      sync.Mutex
	chance  *rand.Rand
	calls   map[string]*sip.Call // by the caller's number
	phones  map[string]string    // number dialled, by the caller's number
	crashes [][2]time.Time       // of the exchange: when it was killed, and back
	cuts    [][2]time.Time
	counts  map[string]int
}

func newGapTest(t *testing.T) *gapTest {
	g := &gapTest{
		t: t, pbx: asterisktest.Start(t), dir: t.TempDir(), addr: hubtest.FreeAddress(t), seed: rand.Uint64(),
		calls: map[string]*sip.Call{}, phones: map[string]string{}, counts: map[string]int{},
	}
	g.chance = rand.New(rand.NewPCG(g.seed, 1))
	address, user, secret := g.pbx.ARI()
	var through string
	g.wire, through = asterisktest.NewWire(t, address)
	g.token = furnish(t, "", g.dir)
	g.link = filepath.Join(g.dir, "journal")
	g.showJournal(true)
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

// showJournal makes the journal visible to the hub, or hides it.
func (g *gapTest) showJournal(yes bool) {
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
	if g.hub, err = startProcess(g.file, "", ""); err != nil {
		g.t.Fatal(err)
	}
	if !g.hub.ready("http://" + g.addr + "/readyz") {
		g.t.Fatal("the hub does not come back")
	}
}

// call places one call: the caller talks for a while, gives up, or is refused.
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
	case <-time.After(8 * time.Second): // the exchange is down
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
	case <-time.After(5 * time.Second): // the exchange is down now
	}
}

// injectFault injects the kinds of fault in turn, so that a short run has all of them.
func (g *gapTest) injectFault() {
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
			t.Log(err) // there is no journal file: no call since the last rotation
		}
	case "blind":
		g.showJournal(false)
		g.hub.kill()
		g.start()
		pause()
		g.showJournal(true)
	}
}
