// Package connectortest is the conformance suite that every connector passes: it
// tests what the hub promises of its sources against a fake of the vendor.
package connectortest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"ctihub/connectors"
)

const (
	// patience bounds every wait of the suite. No test depends on its length: every
	// awaited event must come.
	patience = 2 * time.Minute
	// stopWithin is how soon Run must return when its context ends.
	stopWithin = 5 * time.Second
)

// Subject is a kind of connector, and the fake upstream that it talks to.
type Subject struct {
	Kind connectors.Kind
	// Start starts an upstream for one source, which ends with t. It is a fake
	// server that speaks the real protocol; a connector that is only fed over
	// HTTP needs none.
	Start func(t *testing.T) Upstream
	// Canaries are the names, numbers and texts in the messages of Deliver:
	// they must never be logged.
	Canaries []string
}

// Upstream is the far side of one source.
type Upstream struct {
	// Settings are the keys of a source that talks to this upstream, in YAML.
	Settings string
	// Deliver gives message n (0, 1, …) to the source once, as the upstream
	// does: the same message for the same n, another person's for another n.
	// Nil means that the upstream has its acknowledgement (an answer of 2xx,
	// an offset or UID that moved past the message); any error, that it would
	// deliver the message again. It may wait until ctx ends.
	//
	// A message may make several touches, which must have one key.
	Deliver func(ctx context.Context, s *Source, n int) error
	// Live marks an upstream that takes no acknowledgement, such as a stream of
	// events: Deliver returns nil as soon as the message is on its way.
	Live bool
	// Garbage, if set, gives the source bytes in place of a message. Sources
	// that are fed over HTTP need none: the suite posts garbage by itself.
	Garbage func(ctx context.Context, s *Source, input []byte)
}

// Run puts the subject to the test. It must not run beside other tests,
// because it looks for goroutines that are left behind.
func Run(t *testing.T, subject Subject) {
	for _, c := range []struct {
		name string
		test func(*testing.T, Subject)
	}{
		{"the sample can be read", sampleIsKnown},
		{"an unknown setting is named", unknownSetting},
		{"acknowledged means stored", storedFirst},
		{"a lost confirmation makes no second", confirmationLost},
		{"delivered again is the same", repeated},
		{"delivered again after a restart is the same", restarted},
		{"it stops when told", stops},
		{"it stops while storing hangs", stopsWhileBlocked},
		{"two sources share nothing", twoSources},
		{"garbage does no harm", garbage},
		{"a large body is not read before it has its place", largeBody},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := goleak.IgnoreCurrent()
			// Registered first, so that it looks after the upstream has ended.
			t.Cleanup(func() { goleak.VerifyNone(t, before) })
			c.test(t, subject)
		})
	}
}

func (s Subject) open(t *testing.T) (*Source, Upstream) {
	t.Helper()
	up := s.Start(t)
	return s.run(t, "source", up, NewInbox("source")), up
}

func (s Subject) run(t *testing.T, name string, up Upstream, inbox *Inbox) *Source {
	t.Helper()
	src := start(t, s.Kind, name, up.Settings, inbox)
	t.Cleanup(func() {
		src.cancel()
		for _, c := range s.Canaries {
			if strings.Contains(src.log.String(), c) {
				t.Errorf("the log has personal data: %q", c)
			}
		}
	})
	return src
}

// deliver gives message n again and again until it is acknowledged.
func deliver(t *testing.T, up Upstream, s *Source, n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for {
		err := up.Deliver(ctx, s, n)
		if err == nil {
			return
		}
		if ctx.Err() != nil {
			t.Fatalf("message %d was not taken: %v", n, err)
		}
		time.Sleep(time.Millisecond) // an upstream does not hammer
	}
}

func await(t *testing.T, s *Source, keys int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := s.Inbox.Await(ctx, keys); err != nil {
		t.Fatal(err)
	}
}

func wantKeys(t *testing.T, s *Source, n int) {
	t.Helper()
	if keys := s.Inbox.Keys(); len(keys) != n {
		t.Errorf("have %d keys %q, want %d", len(keys), keys, n)
	}
}

func sampleIsKnown(t *testing.T, subject Subject) {
	settings, err := ownSettings(subject.Kind)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := subject.Kind.In(Env(t, "source", settings)); err != nil && strings.Contains(err.Error(), "not found in type") {
		t.Errorf("the sample has a setting that the connector does not know: %v", err)
	}
}

func unknownSetting(t *testing.T, subject Subject) {
	up := subject.Start(t)
	_, err := subject.Kind.In(Env(t, "source", up.Settings+"\nno_such_setting: 1\n"))
	if err == nil || !strings.Contains(err.Error(), "no_such_setting") {
		t.Errorf("error = %v, want one that names no_such_setting", err)
	}
	if _, err := subject.Kind.In(Env(t, "source", up.Settings)); err != nil {
		t.Errorf("without it: %v", err)
	}
}

func storedFirst(t *testing.T, subject Subject) {
	src, up := subject.open(t)
	src.Inbox.Fail(3)
	deliver(t, up, src, 0)
	if !up.Live && len(src.Inbox.Keys()) == 0 {
		t.Error("the message was acknowledged although storing had failed")
	}
	await(t, src, 1)
	src.stop()
	wantKeys(t, src, 1)
}

func confirmationLost(t *testing.T, subject Subject) {
	src, up := subject.open(t)
	src.Inbox.Lose(1)
	deliver(t, up, src, 0)
	await(t, src, 1)
	deliver(t, up, src, 1)
	await(t, src, 2)
	src.stop()
	wantKeys(t, src, 2)
}

func repeated(t *testing.T, subject Subject) {
	src, up := subject.open(t)
	for _, n := range []int{0, 0, 1, 0} {
		deliver(t, up, src, n)
	}
	await(t, src, 2)
	src.stop()
	wantKeys(t, src, 2)
}

func restarted(t *testing.T, subject Subject) {
	up := subject.Start(t)
	inbox := NewInbox("source")
	for range 2 {
		src := subject.run(t, "source", up, inbox)
		deliver(t, up, src, 0)
		await(t, src, 1)
		src.stop()
	}
	src := subject.run(t, "source", up, inbox)
	deliver(t, up, src, 1)
	await(t, src, 2)
	src.stop()
	wantKeys(t, src, 2)
}

func stops(t *testing.T, subject Subject) {
	src, up := subject.open(t)
	deliver(t, up, src, 0)
	await(t, src, 1)
	src.stop()

	idle, _ := subject.open(t) // and when nothing has come yet
	idle.stop()
}

func stopsWhileBlocked(t *testing.T, subject Subject) {
	src, up := subject.open(t)
	src.Inbox.Block()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	delivered := make(chan error, 1)
	go func() { delivered <- up.Deliver(ctx, src, 0) }()
	if err := src.Inbox.AwaitBlocked(ctx); err != nil {
		t.Fatal(err)
	}
	src.stop()
	cancel()
	if err := <-delivered; err == nil && !up.Live {
		t.Error("the message was acknowledged although it was not stored")
	}
}

func twoSources(t *testing.T, subject Subject) {
	upA, upB := subject.Start(t), subject.Start(t)
	a := subject.run(t, "a", upA, NewInbox("a"))
	b := subject.run(t, "b", upB, NewInbox("b"))
	deliver(t, upA, a, 0)
	deliver(t, upB, b, 1)
	await(t, a, 1)
	await(t, b, 1)
	if slices.Equal(a.Inbox.Keys(), b.Inbox.Keys()) {
		t.Error("one source has the message of the other")
	}
	deliver(t, upB, b, 0) // that a has had it must mean nothing to b
	await(t, b, 2)
	a.stop()
	deliver(t, upB, b, 2) // nor that a has stopped
	await(t, b, 3)
	b.stop()
	wantKeys(t, a, 1)
	wantKeys(t, b, 3)
}

func garbage(t *testing.T, subject Subject) {
	src, up := subject.open(t)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if src.Handler == nil && up.Garbage == nil {
		t.Fatal("Upstream.Garbage is missing")
	}
	for _, input := range inputs() {
		if up.Garbage != nil {
			up.Garbage(ctx, src, input)
		}
		if src.Handler != nil {
			postGarbage(t, src, input)
		}
	}
	had := len(src.Inbox.Keys())
	deliver(t, up, src, 0)
	if err := src.Inbox.Await(ctx, had+1); errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the good message after the garbage did not arrive: %v", err)
	}
	src.stop()
}
