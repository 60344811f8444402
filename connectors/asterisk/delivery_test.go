package asterisk

import (
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"ctihub/connectors/asterisk/asterisktest"
	"ctihub/leads"
)

func openDelivery(t *testing.T, m *memory) *delivery {
	t.Helper()
	j, err := newCheckpoint(m.cursor)
	if err != nil {
		t.Fatal(err)
	}
	d := newDelivery(m, slog.New(slog.DiscardHandler), j)
	t.Cleanup(d.close)
	return d
}

func state(id string, s leads.CallState, legs int) leads.Touch {
	c := leads.Call{Linkedid: id, Direction: leads.In, State: s, From: "+79160000001", Started: time.Unix(1, 0)}
	for i := range legs {
		c.Legs = append(c.Legs, leads.Leg{Channel: fmt.Sprint(i), Extension: fmt.Sprint(100 + i), State: leads.LegRinging})
	}
	return leads.Touch{ExternalID: id, Channel: leads.ChannelCall, Direction: leads.In, Call: &c}
}

// While one state of a call is being stored, further ones replace each other;
// another call does not wait.
func TestStatesReplaceEachOther(t *testing.T) {
	m := newMemory()
	held, release := make(chan struct{}), make(chan struct{})
	m.refuse = func(t leads.Touch) error {
		if t.ExternalID == "slow" && len(t.Call.Legs) == 1 {
			close(held)
			<-release
		}
		return nil
	}
	d := openDelivery(t, m)
	d.offer(state("other", leads.CallRinging, 1)) // named in the cursor before the slow one begins
	m.until(t, "the other call", func(calls []leads.Call) bool { return len(calls) == 1 })
	d.offer(state("slow", leads.CallRinging, 1))
	<-held
	for legs := 2; legs < 50; legs++ {
		d.offer(state("slow", leads.CallRinging, legs))
	}
	d.offer(state("other", leads.CallEnded, 1))
	m.untilCall(t, "ended")
	close(release)
	m.until(t, "the newest state", func(calls []leads.Call) bool {
		for _, c := range calls {
			if c.Linkedid == "slow" && len(c.Legs) == 49 {
				return true
			}
		}
		return false
	})
	if n := len(m.touches); n != 4 {
		t.Errorf("%d touches were stored, want two for each call", n)
	}
}

func TestNothingIsLostWhileStorageIsDown(t *testing.T) {
	m := newMemory()
	tries := make(chan leads.Touch, 100)
	m.refuse = func(t leads.Touch) error {
		tries <- t
		return errors.New("down")
	}
	d := openDelivery(t, m)
	d.offer(state("a", leads.CallRinging, 1))
	asterisktest.Next(t, tries)
	d.offer(state("a", leads.CallEnded, 1))
	d.offer(state("b", leads.CallRinging, 1))
	for got := asterisktest.Next(t, tries); got.ExternalID != "a" || got.Call.State != leads.CallEnded; {
		got = asterisktest.Next(t, tries)
	}
	m.mu.Lock()
	m.refuse = nil
	m.mu.Unlock()
	m.until(t, "both calls", func(calls []leads.Call) bool { return len(calls) == 2 })
	if len(m.touches) != 2 || m.calls["a"].State != leads.CallEnded {
		t.Errorf("stored %+v", m.touches)
	}
}

// What is in hand is stored when the hub stops.
func TestStopStoresWhatIsInHand(t *testing.T) {
	m := newMemory()
	held, release := make(chan struct{}), make(chan struct{})
	m.refuse = func(t leads.Touch) error {
		if len(t.Call.Legs) == 1 {
			close(held)
			<-release
		}
		return nil
	}
	d := openDelivery(t, m)
	d.offer(state("a", leads.CallRinging, 1))
	<-held
	d.offer(state("a", leads.CallEnded, 2))
	closed := make(chan struct{})
	go func() { d.close(); close(closed) }()
	close(release)
	asterisktest.Wait(t, "closing", closed)
	if m.calls["a"].State != leads.CallEnded {
		t.Errorf("stored %+v", m.calls)
	}
	d.offer(state("b", leads.CallRinging, 1))
	if len(m.calls) != 1 {
		t.Error("took a call after closing")
	}
}

// Whenever a call is stored, the stored cursor names it: even when many are
// stored at once and some Puts fail.
func TestACallIsNamedInTheCursorNoLaterThanStored(t *testing.T) {
	m := newMemory()
	n := 0
	m.refuse = func(leads.Touch) error {
		time.Sleep(time.Millisecond) // a database takes its time: further calls come meanwhile
		m.mu.Lock()
		defer m.mu.Unlock()
		if n++; n%3 == 0 {
			return errors.New("now and then")
		}
		return nil
	}
	d := openDelivery(t, m)
	named := func() map[string]bool {
		j, err := newCheckpoint(m.cursor)
		if err != nil {
			t.Fatal(err)
		}
		return j.saved
	}
	const calls = 60
	for i := range calls {
		d.offer(state(fmt.Sprint("call", i), leads.CallRinging, 1))
		if i%7 == 6 { // in waves, so that cursors of several ages are on their way
			m.until(t, "most calls", func(stored []leads.Call) bool { return len(stored) >= i-5 })
		}
	}
	m.until(t, "all calls", func(stored []leads.Call) bool {
		m.mu.Lock()
		defer m.mu.Unlock()
		open := named()
		for id := range m.calls {
			if !open[id] {
				t.Errorf("%s is stored and not named", id)
			}
		}
		return len(stored) == calls
	})
}

func TestACursorOfAnotherFormat(t *testing.T) {
	if _, err := newCheckpoint("{"); err == nil {
		t.Error("took a broken cursor")
	}
	j, err := newCheckpoint(`{"open":{"x":{"d":"in","s":"2026-11-21T12:00:00Z","f":"+79160000001"}}}`)
	if err != nil {
		t.Fatal(err)
	}
	boot := time.Date(2026, 11, 21, 13, 0, 0, 0, time.UTC)
	left := j.callsGoneAtExchange(func(string) bool { return false }, boot, boot.Add(time.Hour))
	if len(left) != 1 || !left[0].Ended.Equal(boot) || line(left[0].Call) != "in ended interrupted from=+79160000001" {
		t.Errorf("left %+v", left)
	}
}
