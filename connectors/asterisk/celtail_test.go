package asterisk

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"ctihub/connectors/asterisk/asterisktest"
	"ctihub/leads"
)

// startTail follows a file until the test, or stop, ends.
func startTail(t *testing.T, path string, m *memory) (tail *celTail, stop func()) {
	t.Helper()
	tail, start := makeTail(t, path, m)
	return tail, start(tail)
}

// makeTail makes what follows a file once it is started.
func makeTail(t *testing.T, path string, m *memory) (tail *celTail, start func(*celTail) (stop func())) {
	t.Helper()
	cursor, err := m.Cursor(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	open, err := newCheckpoint(cursor)
	if err != nil {
		t.Fatal(err)
	}
	return newCelTail(path, testPlan(t), m, slog.New(slog.DiscardHandler), open), func(tail *celTail) func() {
		ctx, cancel := context.WithCancel(context.Background())
		var work sync.WaitGroup
		work.Go(func() { tail.run(ctx) })
		stop := sync.OnceFunc(func() { cancel(); work.Wait() })
		t.Cleanup(stop)
		return stop
	}
}

func (m *memory) untilCalls(t *testing.T, want []string) {
	t.Helper()
	m.until(t, strings.Join(want, "\n"), func(calls []leads.Call) bool { return slices.Equal(callSummaries(calls), want) })
}

func (m *memory) untilPositioned(t *testing.T) {
	t.Helper()
	m.until(t, "a position", func([]leads.Call) bool {
		cursor, _ := m.Cursor(t.Context())
		return strings.Contains(cursor, `"cel"`)
	})
}

func appendTo(t *testing.T, path, text string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func trace(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(traceFile(name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// The file grows by pieces that are no lines, holds rubbish, is moved away and
// is cut; storage fails now and then: each call is put, once it is whole.
func TestTailFollowsTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ctihub.csv")
	appendTo(t, path, trace(t, "internal")) // before the hub: history
	m := newMemory()
	refused := 0
	m.refuse = func(t leads.Touch) error {
		if t.Suspect != "" {
			return nil
		}
		if refused++; refused%2 == 1 {
			return errors.New("full")
		}
		return nil
	}
	startTail(t, path, m)
	m.untilPositioned(t)
	journal := map[string][]string{}
	for _, s := range table() {
		journal[s.name] = s.journal
	}
	text := trace(t, "direct, caller hangs up")
	for len(text) > 0 {
		n := min(len(text), 700)
		appendTo(t, path, text[:n])
		text = text[n:]
	}
	want := journal["direct, caller hangs up"]
	m.untilCalls(t, want)
	appendTo(t, path, "\"CHAN_START\",rubbish\n\x00\n"+trace(t, "busy"))
	want = append(slices.Clone(want), journal["busy"]...)
	slices.Sort(want)
	m.untilCalls(t, want)
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	appendTo(t, path, trace(t, "declined"))
	want = append(want, journal["declined"]...)
	slices.Sort(want)
	m.untilCalls(t, want)
	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
	appendTo(t, path, trace(t, "unknown device"))
	want = append(want, journal["unknown device"]...)
	slices.Sort(want)
	m.untilCalls(t, want)
}

// A hub that ends in the middle of a call reads it from its beginning at the
// next start.
func TestTailResumes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ctihub.csv")
	appendTo(t, path, trace(t, "internal"))
	m := newMemory()
	_, stop := startTail(t, path, m)
	m.untilPositioned(t)
	busy, text := trace(t, "busy"), trace(t, "attended transfer")
	cut := strings.Index(text, "\"ANSWER")
	appendTo(t, path, text[:cut]+busy+text[cut:len(text)*3/4]) // and half a line
	all := table()
	of := func(name string) []string {
		return all[slices.IndexFunc(all, func(s scenario) bool { return s.name == name })].journal
	}
	m.until(t, "the busy call", func(calls []leads.Call) bool { return len(calls) == 1 })
	stop()
	appendTo(t, path, text[len(text)*3/4:])
	startTail(t, path, m)
	want := append(slices.Clone(of("attended transfer")), of("busy")...)
	slices.Sort(want)
	m.untilCalls(t, want)
}

// Calls that begin and end while the hub is away, or only end, are told whole.
func TestJournalHealsGaps(t *testing.T) {
	p := asterisktest.Start(t)
	address, user, password := p.ARI()
	settings := map[string]any{
		"url": address, "username": user, "password": password, "trunks": []string{"trunk"}, "cel": p.Journal(),
	}
	phone := p.Phone("100", 50*ms, 0)
	m := newMemory()
	h := startHubWith(t, m, settings)
	h.connected(t)
	first := p.Call("79160000201", "7001") // the journal begins with it
	asterisktest.Next(t, phone.Rings())
	asterisktest.Wait(t, "an answer", first.Answered())
	m.untilPositioned(t)
	first.Hangup()
	asterisktest.Wait(t, "the end", first.Done())
	m.untilCall(t, "in ended answered from=+79160000201")

	half := p.Call("79160000202", "7001")
	asterisktest.Wait(t, "an answer", half.Answered())
	m.untilCall(t, "in talking from=+79160000202")
	h.stop()
	half.Hangup()
	asterisktest.Wait(t, "the end", half.Done())
	unseen := p.Call("79160000203", "7001")
	asterisktest.Wait(t, "an answer", unseen.Answered())
	unseen.Hangup()
	asterisktest.Wait(t, "the end", unseen.Done())
	startHubWith(t, m, settings)
	m.until(t, "both calls, whole", func(calls []leads.Call) bool {
		whole := 0
		for _, c := range calls {
			if c.Journal && c.Disposition == leads.Answered && c.Operator == "100" && c.HangupBy == "caller" && c.From != "+79160000201" {
				whole++
			}
		}
		return len(calls) == 3 && whole == 2
	})
}
