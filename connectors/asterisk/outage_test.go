package asterisk

import (
	"context"
	"strings"
	"testing"
	"time"

	"ctihub/connectors/asterisk/asterisktest"
	"ctihub/leads"
)

// The socket breaks while calls are in every state. Nothing crashes, and right
// after the reconnection the hub knows what is true now.
func TestSocketBreaksDuringCalls(t *testing.T) {
	p := asterisktest.Start(t)
	address, _, _ := p.ARI()
	w, proxied := asterisktest.NewWire(t, address)
	h := startHub(t, proxied, newMemory())
	h.connected(t)

	for _, ext := range []string{"100", "101"} {
		p.Phone(ext, 0, 0)
	}
	rings, late := p.Phone("102", -1, 0), p.Phone("103", 0, 0)
	talksOn, endsUnseen := p.Call("79160000100", "7100"), p.Call("79160000101", "7101")
	p.Call("79160000102", "7102")
	h.untilCall(t, "to=7100 did=7100 operator=100 100:talking")
	h.untilCall(t, "to=7101 did=7101 operator=101 101:talking")
	h.untilCall(t, "to=7102 did=7102 102:ringing")
	ring := asterisktest.Next(t, rings.Rings())

	w.Cut()
	if err := failure(t, h); !strings.Contains(err.Error(), "lost") && !strings.Contains(err.Error(), "nothing listens") {
		t.Errorf("reported %q", err)
	}
	endsUnseen.Hangup()
	asterisktest.Wait(t, "the end of a call out of sight", endsUnseen.Done())
	ring.Call.Answer()
	asterisktest.Wait(t, "an answer out of sight", ring.Call.Answered())
	begun := p.Call("79160000103", "7103")
	asterisktest.Wait(t, "an answer out of sight", begun.Answered())
	asterisktest.Next(t, late.Rings())

	w.Mend()
	h.connected(t)
	h.untilCall(t, "in ended interrupted from=+79160000101 to=7101 did=7101 operator=101 101:ended")
	h.untilCall(t, "in talking from=+79160000100 to=7100 did=7100 operator=100 100:talking")
	h.untilCall(t, "in talking from=+79160000102 to=7102 did=7102 operator=102 102:talking")
	h.untilCall(t, "in talking from=+79160000103 to=7103 did=7103 operator=103 103:talking")
	talksOn.Hangup()
	h.untilCall(t, "in ended answered from=+79160000100 to=7100 did=7100 operator=100 hangup=caller 100:ended")
}

// failure waits for a report of an error and returns it.
func failure(t *testing.T, h *hub) error {
	t.Helper()
	for {
		if err := asterisktest.Next(t, h.health); err != nil {
			return err
		}
	}
}

func TestExchangeComesUpLater(t *testing.T) {
	p := asterisktest.New(t)
	address, _, _ := p.ARI()
	h := startHub(t, address, newMemory())
	if err := failure(t, h); !strings.Contains(err.Error(), "is Asterisk running") {
		t.Errorf("reported %q", err)
	}
	p.Restart()
	h.connected(t)
	p.Phone("100", 0, 0)
	p.Call("79160000110", "7001")
	h.untilCall(t, "talking")
}

// A crash of the exchange ends its calls as interrupted, when it is back.
func TestExchangeCrashes(t *testing.T) {
	p := asterisktest.Start(t)
	address, _, _ := p.ARI()
	h := startHub(t, address, newMemory())
	h.connected(t)
	p.Phone("100", 0, 0)
	p.Phone("101", -1, 0)
	p.Call("79160000120", "7100")
	waits := p.Call("79160000121", "7101")
	h.untilCall(t, "100:talking")
	h.untilCall(t, "101:ringing")
	asterisktest.Wait(t, "ringing", waits.Ringing()) // or the caller would try again
	p.Kill()
	if err := failure(t, h); err == nil {
		t.Error("reported no error")
	}
	crashed := time.Now()
	p.Restart()
	h.connected(t)
	h.untilAllEnded(t, 2)
	h.untilCall(t, "in ended interrupted from=+79160000120 to=7100 did=7100 operator=100 100:ended")
	h.untilCall(t, "in ended interrupted from=+79160000121 to=7101 did=7101 101:noanswer")
	h.stop()
	for _, c := range h.calls {
		if c.Ended.After(crashed) || c.Ended.Before(c.Started) {
			t.Errorf("a call of %v ended at %v, the exchange was gone by %v", c.Started, c.Ended, crashed)
		}
	}
}

// A hub that starts again ends the calls that it told of before and that are
// gone, and goes on with those that are not.
func TestHubStartsAgain(t *testing.T) {
	p := asterisktest.Start(t)
	address, _, _ := p.ARI()
	stored := newMemory()
	first := startHub(t, address, stored)
	first.connected(t)
	p.Phone("100", 0, 0)
	p.Phone("101", -1, 0)
	stays, goes := p.Call("79160000130", "7100"), p.Call("79160000131", "7101")
	first.untilCall(t, "100:talking")
	first.untilCall(t, "101:ringing")
	first.stop()
	goes.Hangup()
	asterisktest.Wait(t, "the end of a call that no hub sees", goes.Done())

	second := startHub(t, address, stored)
	second.untilCall(t, "in ended interrupted from=+79160000131 to=7101 did=7101")
	second.untilCall(t, "in talking from=+79160000130 to=7100 did=7100 operator=100 100:talking")
	stays.Hangup()
	second.untilAllEnded(t, 2)
	for _, touch := range stored.touches {
		if touch.Call.Disposition == leads.Interrupted && (len(touch.From) != 1 || touch.From[0].Value != "+79160000131") {
			t.Errorf("interrupted: %+v", touch)
		}
	}
}

func TestReplacedByAnotherProgram(t *testing.T) {
	p := asterisktest.Start(t)
	address, user, password := p.ARI()
	h := startHub(t, address, newMemory())
	h.connected(t)
	base, err := ariAddress(address)
	if err != nil {
		t.Fatal(err)
	}
	thief, err := newREST(base, user, password, "ctihub-test", nil).dial(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if err := failure(t, h); !strings.Contains(err.Error(), `its own "app"`) {
		t.Errorf("reported %q", err)
	}
	h.connected(t) // it does not give up
	_ = thief.CloseNow()
	p.Phone("100", 0, 0)
	p.Call("79160000140", "7001")
	h.untilCall(t, "talking")
}
