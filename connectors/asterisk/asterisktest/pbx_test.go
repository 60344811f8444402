package asterisktest_test

import (
	"testing"
	"time"

	"go.uber.org/goleak"

	"ctihub/connectors/asterisk/asterisktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestACallRingsAndTalks(t *testing.T) {
	p := asterisktest.Start(t)
	phone := p.Phone("100", 50*time.Millisecond, 0)
	before := time.Now()
	call := p.Call("79161234567", "7001")
	ring := asterisktest.Next(t, phone.Rings())
	if ring.Caller != "79161234567" || ring.At.Before(before) {
		t.Errorf("rang for %q at %v", ring.Caller, ring.At)
	}
	asterisktest.Wait(t, "answer", call.Answered())
	call.Hangup()
	asterisktest.Wait(t, "end at the caller", call.Done())
	asterisktest.Wait(t, "end at the phone", ring.Call.Done())
}

func TestACallerGivesUp(t *testing.T) {
	p := asterisktest.Start(t)
	phone := p.Phone("100", -1, 0)
	call := p.Call("79161234567", "7001")
	ring := asterisktest.Next(t, phone.Rings())
	asterisktest.Wait(t, "ringing", call.Ringing())
	call.Hangup()
	asterisktest.Wait(t, "end at the caller", call.Done())
	asterisktest.Wait(t, "end at the phone", ring.Call.Done())
	if call.Status() != 487 || ring.Call.Status() != 487 {
		t.Errorf("ended with %d and %d", call.Status(), ring.Call.Status())
	}
}

func TestAPhoneRefuses(t *testing.T) {
	p := asterisktest.Start(t)
	p.RejectingPhone("100", 0, 486)
	call := p.Call("79161234567", "7001")
	asterisktest.Wait(t, "end", call.Done())
	if call.Status() != 486 {
		t.Errorf("ended with %d", call.Status())
	}
}

// sipp, an independent implementation of SIP, completes calls with our phone.
func TestSippTalksWithOurPhone(t *testing.T) {
	p := asterisktest.Start(t)
	phone := p.Phone("100", 10*time.Millisecond, 0)
	if err := p.Load("7001", 79160000001, 5, 10, 200*time.Millisecond); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		asterisktest.Wait(t, "end", asterisktest.Next(t, phone.Rings()).Call.Done())
	}
	phone.Close()
	p.Phone("100", -1, 0)
	if err := p.Load("7001", 79160000001, 3, 10, 200*time.Millisecond); err != nil {
		t.Fatal(err)
	}
}

func TestAsteriskComesBack(t *testing.T) {
	p := asterisktest.Start(t)
	p.Kill()
	p.Restart()
	p.Phone("100", 0, 0)
	asterisktest.Wait(t, "answer", p.Call("79161234567", "7001").Answered())
}
