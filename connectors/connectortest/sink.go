package connectortest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"ctihub/connectors"
	"ctihub/connectors/engine"
	"ctihub/leads"
)

// SinkSubject is a kind of sink, and the fake receiver that it talks to.
type SinkSubject struct {
	Kind connectors.Kind
	// Start starts a fake receiver that speaks the real protocol and ends with t.
	Start func(t *testing.T) Receiver
	// Canaries are the secrets and the personal data in settings and events:
	// they must be neither logged nor told in errors. CanaryName and
	// CanaryPhone are in every event of the suite.
	Canaries []string
}

// Personal data in the events of the suite.
const (
	CanaryName  = "Канарейкина Жёлтая"
	CanaryPhone = "+79169999999"
)

// Receiver is the far side of one sink.
type Receiver struct {
	Settings string // in YAML, of a sink that talks to this receiver
	// Refuse makes the receiver fail in a way that may pass, or take events again.
	Refuse func(on bool)
	// Hang makes the receiver keep what it is sent without ever answering, or
	// answer again.
	Hang func(on bool)
	// Taken waits until the receiver gets an event, whatever it answers, and returns
	// the event's idempotency key.
	Taken func(ctx context.Context) (key string, err error)
}

// RunSink puts a sink to the test. It must not run beside other tests, because
// it looks for goroutines that are left behind.
func RunSink(t *testing.T, subject SinkSubject) {
	for _, c := range []struct {
		name string
		test func(*sinkTest, *testing.T)
	}{
		{"an unknown setting is named", (*sinkTest).unknownSetting},
		{"the same event has the same key", (*sinkTest).sameKey},
		{"trouble passes", (*sinkTest).troublePasses},
		{"it stops when told", (*sinkTest).stops},
		{"it serves many at once", (*sinkTest).manyAtOnce},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := goleak.IgnoreCurrent()
			// Registered first, so that it looks after the receiver has ended.
			t.Cleanup(func() { goleak.VerifyNone(t, before) })
			s := &sinkTest{SinkSubject: subject, to: subject.Start(t)}
			var err error
			env, kept := newEnv(t, "sink", s.to.Settings)
			if s.sink, err = engine.NewSink(subject.Kind, env); err != nil {
				t.Fatal(err)
			}
			c.test(s, t)
			for _, canary := range append([]string{CanaryName, CanaryPhone}, subject.Canaries...) {
				if strings.Contains(kept.String(), canary) {
					t.Errorf("the log has %q", canary)
				}
			}
		})
	}
}

type sinkTest struct {
	SinkSubject
	to   Receiver
	sink leads.Sink
}

// sinkEvent is event n of the suite.
func sinkEvent(n int) leads.Event {
	id := fmt.Sprintf("0190a000-0000-7000-8000-%012d", n)
	lead := fmt.Sprintf("0190b000-0000-7000-8000-%012d", n)
	data := fmt.Sprintf(`{"id":%q,"type":"lead.created","at":"2026-11-21T12:00:00Z","lead":{"id":%q,"contact_id":"c","status":"new","source":"site","channel":"form","repeat":false,"opened":"2026-11-21T12:00:00Z"},"contact":{"id":"c","name":%q,"identities":[{"kind":"phone","value":%q}],"created":"2026-11-21T12:00:00Z"}}`,
		id, lead, CanaryName, CanaryPhone)
	return leads.Event{Seq: int64(n), ID: id, Type: leads.EventLeadCreated, At: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC), LeadID: lead, Data: []byte(data)}
}

// deliver sends event n and returns the key under which it came in.
func (s *sinkTest) deliver(t *testing.T, n int) (key string, err error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	err = s.sink.Deliver(ctx, sinkEvent(n))
	key, missing := s.to.Taken(ctx)
	if missing != nil {
		t.Fatalf("event %d did not come in: %v (Deliver: %v)", n, missing, err)
	}
	s.checkWords(t, err)
	return key, err
}

func (s *sinkTest) checkWords(t *testing.T, err error) {
	t.Helper()
	for _, canary := range append([]string{CanaryName, CanaryPhone}, s.Canaries...) {
		if err != nil && strings.Contains(err.Error(), canary) {
			t.Errorf("the error has %q: %v", canary, err)
		}
	}
}

func (s *sinkTest) unknownSetting(t *testing.T) {
	_, err := engine.NewSink(s.Kind, Env(t, "sink", s.to.Settings+"\nno_such_setting: 1\n"))
	if err == nil || !strings.Contains(err.Error(), "no_such_setting") {
		t.Errorf("error = %v, want one that names no_such_setting", err)
	}
}

func (s *sinkTest) sameKey(t *testing.T) {
	var keys [3]string
	for i, n := range []int{1, 1, 2} {
		key, err := s.deliver(t, n)
		if err != nil {
			t.Fatal(err)
		}
		keys[i] = key
	}
	other, err := engine.NewSink(s.Kind, Env(t, "sink", s.to.Settings)) // as after a restart
	if err != nil {
		t.Fatal(err)
	}
	s.sink = other
	again, err := s.deliver(t, 1)
	if err != nil || keys[0] == "" || keys[1] != keys[0] || again != keys[0] || keys[2] == keys[0] {
		t.Errorf("keys of events 1, 1, 2 and, after a restart, 1: %q %q %q %q, %v", keys[0], keys[1], keys[2], again, err)
	}
}

func (s *sinkTest) troublePasses(t *testing.T) {
	s.to.Refuse(true)
	if _, err := s.deliver(t, 1); err == nil || leads.IsPermanent(err) {
		t.Errorf("trouble that may pass: %v, permanent %v", err, leads.IsPermanent(err))
	}
	s.to.Refuse(false)
	if _, err := s.deliver(t, 1); err != nil {
		t.Errorf("after the trouble: %v", err)
	}
}

func (s *sinkTest) stops(t *testing.T) {
	s.to.Hang(true)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- s.sink.Deliver(ctx, sinkEvent(1)) }()
	waiting, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	if _, err := s.to.Taken(waiting); err != nil {
		t.Fatal(err)
	}
	cancel()
	select {
	case err := <-done:
		if err == nil || leads.IsPermanent(err) {
			t.Errorf("cut off before the answer: %v", err)
		}
	case <-time.After(stopWithin):
		t.Fatalf("Deliver has not returned %s after its context had ended", stopWithin)
	}
	s.to.Hang(false)
	if _, err := s.deliver(t, 1); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

func (s *sinkTest) manyAtOnce(t *testing.T) {
	const many = 12
	var all sync.WaitGroup
	for n := range many {
		all.Go(func() {
			if err := s.sink.Deliver(t.Context(), sinkEvent(n)); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	keys := map[string]bool{}
	for range many {
		key, err := s.to.Taken(ctx)
		if err != nil {
			t.Fatal(err)
		}
		keys[key] = true
	}
	if len(keys) != many {
		t.Errorf("%d of %d events came in", len(keys), many)
	}
}
