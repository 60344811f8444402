package engine

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"ctihub/leads"
)

// Back-off between two runs of one source: a random time up to a bound that
// doubles with each failure, so that many sources do not restart in step. A
// source that was healthy for steadyTime starts from the lowest bound again.
const (
	backoffMin = 500 * time.Millisecond
	backoffMax = time.Minute
	steadyTime = time.Minute
)

// backoff returns the wait after the given number of failures in a row, from 1.
func backoff(failures int) time.Duration {
	bound := backoffMax
	if failures < 8 { // 0.5 s · 2⁷ is beyond the bound
		bound = min(backoffMin<<(failures-1), backoffMax)
	}
	return rand.N(bound) + 1
}

// run calls the source's Run until ctx ends.
func (s *source) run(ctx context.Context, in leads.Inbox) {
	s.mu.Lock()
	s.ended = ctx.Done()
	s.mu.Unlock()
	if s.reconciler != nil {
		r := *s.reconciler
		r.in = in
		var comparing sync.WaitGroup
		comparing.Go(func() { s.reconcileLoop(ctx, &r) })
		defer comparing.Wait()
	}
	for failures := 1; ; failures++ {
		s.begin()
		err := s.runOnce(ctx, in)
		if ctx.Err() != nil {
			if err != nil && !errors.Is(err, context.Canceled) {
				s.log.Warn("source stopped with an error", "error", err)
			}
			return
		}
		if err == nil {
			err = errStopped
		}
		s.setFailed(err)
		if s.wasSteady() {
			failures = 1
		}
		wait := backoff(failures)
		s.log.Warn("source failed", "error", err, "failures", failures, "again_in", wait)
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

// runOnce runs the source once; a panic is an error.
func (s *source) runOnce(ctx context.Context, in leads.Inbox) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = panicError(v)
			s.log.Error("source panicked", "error", err, "stack", string(debug.Stack()))
		}
	}()
	if s.connector.Run == nil {
		<-ctx.Done()
		return nil
	}
	return s.connector.Run(ctx, in)
}

// panicError puts a panic into words. Only the runtime's own texts are kept:
// any other value may hold what a customer wrote.
func panicError(v any) error {
	if err, ok := v.(runtime.Error); ok {
		return fmt.Errorf("panic: %w", err)
	}
	return fmt.Errorf("panic with a value of type %T", v)
}

// begin sets the state at the start of a run. That of a connector that reports its
// health stays as it was until the next report.
func (s *source) begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.connector.Receive != nil && !s.reportsHealth {
		s.healthy = time.Now()
		s.setState(leads.SourcePassive, "")
	}
}

// setHealth is Report.Health.
func (s *source) setHealth(err error) {
	if err != nil {
		if s.setFailed(err) {
			s.log.Warn("source reports trouble", "error", err)
		}
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reportsHealth = true
	if s.stopping() {
		return
	}
	if s.healthy.IsZero() || s.state.State != leads.SourceRunning {
		s.healthy = time.Now()
	}
	if s.setState(leads.SourceRunning, "") {
		s.log.Info("source is receiving")
	}
}

// setJournal is Report.Journal.
func (s *source) setJournal(j leads.JournalState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.Journal = &j
	if s.state.Warning = s.setupWarning; j.Silent {
		s.state.Warning = leads.WarnJournalSilent
	}
}

// tested is Report.Tested.
func (s *source) tested() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.LastTest = time.Now().UTC()
}

// setFailed sets the state to failed and reports whether it was another one before.
func (s *source) setFailed(err error) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping() {
		return false
	}
	s.noteSteady()
	s.healthy = time.Time{}
	text := err.Error()
	if len(text) > 500 {
		text = strings.ToValidUTF8(text[:500], "") + "…"
	}
	changed := s.setState(leads.SourceFailed, text)
	s.state.Fault = faultOf(err)
	return changed
}

// setState changes the state and reports whether it was another one before.
func (s *source) setState(state, text string) bool {
	changed := s.state.State != state
	if changed {
		s.state.Since = time.Now().UTC()
	}
	s.state.State, s.state.Error, s.state.Fault = state, text, ""
	return changed
}

// noteSteady sets steady if the source has been healthy for steadyTime.
func (s *source) noteSteady() {
	if !s.healthy.IsZero() && time.Since(s.healthy) >= steadyTime {
		s.steady = true
	}
}

// wasSteady reports whether the source was healthy for steadyTime at some
// time since the last call.
func (s *source) wasSteady() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	was := s.steady
	s.steady = false
	return was
}

// stopping reports whether the hub is stopping the source: its reports are ignored
// from then on.
func (s *source) stopping() bool {
	select {
	case <-s.ended: // nil before the first run
		return true
	default:
		return false
	}
}

func (s *source) snapshot() leads.SourceState {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state
}
