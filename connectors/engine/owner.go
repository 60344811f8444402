package engine

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"ctihub/leads"
)

// Leases is where several hubs agree on which of them owns a source. No clock
// is compared with another hub's.
type Leases interface {
	// Lease returns the source's lease as it stands.
	Lease(ctx context.Context, source string) (leads.Lease, error)
	// TakeLease makes the hub the owner under a new epoch; leads.ErrConflict
	// when the lease has moved since it was seen.
	TakeLease(ctx context.Context, source, hub string, seen leads.Lease) (leads.Lease, error)
	// RenewLease renews the lease; leads.ErrStaleOwner when another hub has it.
	RenewLease(ctx context.Context, source string, epoch int64) error
	// ReleaseLease ends the lease.
	ReleaseLease(ctx context.Context, source string, epoch int64) error
}

// Times of owning. Another hub takes over when the lease was not renewed for
// leaseTime, by its own monotonic clock. An owner that cannot renew it, because the
// database is away, keeps running for ownerStops, so that a short outage loses
// nothing: connectors retry what they could not put. If another hub has taken over,
// the epoch refuses it.
const (
	leaseTime    = 6 * time.Second
	ownerStops   = 2 * time.Minute
	renewEvery   = 2 * time.Second
	renewLimit   = 2 * time.Second        // of one renewal, so that the next follows soon after an outage
	takeLimit    = 5 * time.Second        // of taking over, which waits for a write of the former owner
	standbyPoll  = time.Second            // of a hub that stands by
	renewAgain   = 500 * time.Millisecond // after a failure
	releaseLimit = 2 * time.Second        // for giving up at a clean stop
)

var errLeaseUncertain = errors.New("the database did not confirm in time that this hub owns the source; it stops until it does")

// runOwned runs the connector whenever this hub owns the source.
func (s *source) runOwned(ctx context.Context) {
	var own int64 // epoch that this hub held last
	for {
		lease, began, ok := s.awaitLease(ctx, own)
		if !ok {
			return
		}
		own = lease.Epoch
		s.log.Info("this hub owns the source", "epoch", own)
		err := s.runWithLease(ctx, lease, began)
		if ctx.Err() != nil {
			return
		}
		s.log.Warn("this hub does not own the source any more", "epoch", own, "error", err)
		s.mu.Lock()
		s.ended = ctx.Done()
		s.mu.Unlock()
		if errors.Is(err, errLeaseUncertain) {
			s.setFailed(err)
		}
	}
}

// awaitLease returns when this hub has taken the lease, with the time before it did;
// false: ctx has ended. own is the epoch of this process's last lease, which it has
// released, 0 if it had none.
func (s *source) awaitLease(ctx context.Context, own int64) (taken leads.Lease, began time.Time, ok bool) {
	var seen leads.Lease
	var since time.Time // when seen was first read; zero: never
	for {
		l, err := s.readLease(ctx)
		switch {
		case err != nil:
			// The owner may be cut off as well: begin the wait for leaseTime anew.
			since = time.Time{}
		case since.IsZero() || l != seen:
			seen, since = l, time.Now()
		}
		// A restarted hub takes its former lease back at once: its name is unique,
		// and the epoch refuses what an old process writes.
		back := own == 0 && l.Hub == s.hub
		if err == nil && (l.Hub == "" || l.Epoch == own || back || time.Since(since) >= leaseTime) {
			began = time.Now()
			if taken, err = s.takeLease(ctx, l); err == nil {
				return taken, began, true
			}
		}
		switch {
		case ctx.Err() != nil:
			return leads.Lease{}, began, false
		case err == nil:
			s.setStandby(l.Hub)
		case !errors.Is(err, leads.ErrConflict): // after a conflict the next read shows the owner
			if s.setFailed(fmt.Errorf("cannot find out which hub owns the source: %w", err)) {
				s.log.Warn("cannot find out which hub owns the source", "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return leads.Lease{}, began, false
		case <-time.After(standbyPoll):
		}
	}
}

// readLease and takeLease time out, so that a dead connection is replaced by another
// one.
func (s *source) readLease(ctx context.Context) (leads.Lease, error) {
	ctx, cancel := context.WithTimeout(ctx, renewLimit)
	defer cancel()
	return s.leases.Lease(ctx, s.state.Name)
}

func (s *source) takeLease(ctx context.Context, seen leads.Lease) (leads.Lease, error) {
	ctx, cancel := context.WithTimeout(ctx, takeLimit)
	defer cancel()
	return s.leases.TakeLease(ctx, s.state.Name, s.hub, seen)
}

// runWithLease runs the connector until the ownership or ctx ends, and returns why
// the ownership ended. The lease is kept until the last Put has ended.
func (s *source) runWithLease(ctx context.Context, lease leads.Lease, began time.Time) error {
	held, lose := context.WithCancelCause(ctx)
	renewing, stop := context.WithCancel(context.WithoutCancel(ctx))
	var renewer sync.WaitGroup
	renewer.Go(func() { s.renewLease(renewing, lease.Epoch, began, lose) })

	s.mu.Lock()
	s.state.Hub = s.hub
	s.setState(leads.SourceStarting, "")
	s.mu.Unlock()
	s.owned.Store(true)
	s.run(held, &trackedInbox{to: s.intake(lease.Epoch), source: s, loseOwnership: lose})

	s.owned.Store(false)
	stop()
	renewer.Wait()
	err := context.Cause(held)
	lose(nil)
	if errors.Is(err, leads.ErrStaleOwner) {
		return err
	}
	quick, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseLimit)
	defer cancel()
	if e := s.leases.ReleaseLease(quick, s.state.Name, lease.Epoch); e != nil {
		s.log.Warn("the source could not be given up; another hub waits until its lease is over", "error", e)
	}
	return err
}

// renewLease renews the lease until ctx ends, and calls lose when the ownership is
// over or uncertain.
func (s *source) renewLease(ctx context.Context, epoch int64, began time.Time, lose context.CancelCauseFunc) {
	unsure := time.AfterFunc(time.Until(began.Add(ownerStops)), func() { lose(errLeaseUncertain) })
	defer unsure.Stop()
	wait := renewEvery
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		sent := time.Now()
		try, cancel := context.WithTimeout(ctx, renewLimit)
		err := s.leases.RenewLease(try, s.state.Name, epoch)
		cancel()
		switch {
		case err == nil:
			wait = renewEvery
			unsure.Reset(time.Until(sent.Add(ownerStops)))
		case errors.Is(err, leads.ErrStaleOwner):
			lose(err)
			return
		default:
			wait = renewAgain
			if ctx.Err() == nil {
				s.log.Warn("the heartbeat could not be written", "error", err)
			}
		}
	}
}

// setStandby sets the state to standby and which hub owns the source.
func (s *source) setStandby(hub string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.healthy = time.Time{}
	s.state.Hub = hub
	if s.setState(leads.SourceStandby, "") {
		s.log.Info("another hub owns the source; standing by", "owner", hub)
	}
}
