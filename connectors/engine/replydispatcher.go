package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"ctihub/connectors"
	"ctihub/leads"
	"ctihub/leads/replies"
)

// ReplyQueue is what the dispatcher needs from storage. Only compare-and-set moves a
// reply, so that of several hubs one sends it.
type ReplyQueue interface {
	// Claim takes replies that may be sent now; their state sending is committed
	// when it returns.
	Claim(ctx context.Context, c replies.Claim) ([]leads.Reply, error)
	// Hold renews the owner's lease on a reply that is being sent.
	Hold(ctx context.Context, owner string, r leads.Reply, lease time.Duration) error
	// Finish stores the result of an attempt; leads.ErrConflict when another attempt
	// has begun.
	Finish(ctx context.Context, owner string, r leads.Reply, v replies.Verdict) error
	// Recover ends the attempts whose lease has expired.
	Recover(ctx context.Context, owner string, repeated func(source string) bool) error
}

// Timings of the dispatcher.
const (
	repliesAtOnce = 4               // senders of one source
	replyLimit    = 2 * time.Minute // of one attempt, a large file over a slow line
	replyLease    = 20 * time.Second
	replyHold     = 5 * time.Second // between renewals of the lease on a reply
	replyPoll     = time.Second     // for lost kicks
	replyRecover  = 5 * time.Second
	replyRetry    = 3 * time.Second        // before a database that failed is asked again
	replyRecord   = 250 * time.Millisecond // between tries to record an attempt
	replyGrace    = 8 * time.Second        // for running sends at the stop
	replyLast     = 2 * time.Second        // for recording sends that the stop cut off
)

var errNoAnswer = fmt.Errorf("the channel did not answer within %s", replyLimit)

// ReplyDispatcher sends replies through the sources. Each source has senders of its
// own, so that a slow one never delays another.
type ReplyDispatcher struct {
	Sources *Supervisor
	Store   ReplyQueue
	Owner   string // unique among all processes
	Log     *slog.Logger

	limit time.Duration // 0: replyLimit
}

// Senders returns the abilities of the sources that can send, by name.
func (sv *Supervisor) Senders() map[string]connectors.Sending {
	all := map[string]connectors.Sending{}
	for _, s := range sv.current() {
		if s.connector.Send != nil {
			all[s.state.Name] = s.connector.Sends
		}
	}
	return all
}

// maySend reports whether this hub may send by a source: where the kind has one
// owner, only the owner may.
func (s *source) maySend() bool {
	return s.leases == nil || s.owned.Load()
}

// Kick wakes the senders of a source: a reply was written or is to be sent again.
// Empty: of all sources. It never blocks.
func (p *ReplyDispatcher) Kick(name string) {
	for _, s := range p.Sources.current() {
		if name != "" && name != s.state.Name {
			continue
		}
		select {
		case s.replyKick <- struct{}{}:
		default:
		}
	}
}

// Run sends until ctx ends, by the present sources of the supervisor. Running sends
// then have some seconds to end.
func (p *ReplyDispatcher) Run(ctx context.Context) error {
	sending, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	var all sync.WaitGroup
	all.Go(func() { p.recoverLoop(ctx) })
	served := map[*source]bool{}
	for ctx.Err() == nil {
		sources, changed := p.Sources.watch()
		maps.DeleteFunc(served, func(s *source, _ bool) bool { return !slices.Contains(sources, s) })
		for _, s := range sources {
			if s.connector.Send != nil && !served[s] {
				served[s] = true
				all.Go(func() { p.serve(ctx, sending, s) })
			}
		}
		select {
		case <-ctx.Done():
		case <-changed:
		}
	}
	grace := time.AfterFunc(replyGrace, cut)
	defer grace.Stop()
	all.Wait()
	return nil
}

// recoverLoop recovers replies whose sender is gone, at the start and every
// replyRecover.
func (p *ReplyDispatcher) recoverLoop(ctx context.Context) {
	repeated := func(name string) bool { return p.Sources.Senders()[name].Repeated }
	for {
		if err := p.Store.Recover(ctx, p.Owner, repeated); err != nil && ctx.Err() == nil {
			p.Log.Error("looking for replies whose sender is gone; it is tried again", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(replyRecover):
		}
	}
}

// serve claims replies of one source whenever a sender is free, until ctx ends or
// the source is removed, and then waits for the senders.
func (p *ReplyDispatcher) serve(ctx, sending context.Context, s *source) {
	var senders sync.WaitGroup
	defer senders.Wait()
	free := make(chan struct{}, repliesAtOnce) // a token per busy sender
	tick := time.NewTicker(replyPoll)
	defer tick.Stop()
	for {
		if most := repliesAtOnce - len(free); most > 0 && s.maySend() {
			for _, r := range p.claim(ctx, s, most) {
				free <- struct{}{}
				senders.Go(func() {
					defer func() { <-free; p.Kick(s.state.Name) }()
					p.attempt(sending, s, r)
				})
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-s.removed:
			return
		case <-tick.C:
		case <-s.replyKick:
		}
	}
}

// claim claims replies of a source, none once it is removed. A running claim is
// finished and its replies are sent: another hub would only send them after their
// lease.
func (p *ReplyDispatcher) claim(ctx context.Context, s *source, most int) []leads.Reply {
	select {
	case s.claiming <- struct{}{}:
	case <-s.removed:
		return nil
	}
	claimed, err := p.Store.Claim(ctx, replies.Claim{Source: s.state.Name, Owner: p.Owner, Most: most, Lease: replyLease})
	<-s.claiming
	if err != nil && ctx.Err() == nil {
		p.Log.Error("looking for replies; it is tried again", "source", s.state.Name, "error", err)
		select {
		case <-ctx.Done():
		case <-s.removed:
		case <-time.After(replyRetry):
		}
	}
	return claimed
}

// sendResult is the result of Send.
type sendResult struct {
	upstreamID string
	err        error
}

// attempt sends one reply and records the result.
func (p *ReplyDispatcher) attempt(ctx context.Context, s *source, r leads.Reply) {
	holding, stop := context.WithCancel(context.WithoutCancel(ctx))
	var holder sync.WaitGroup
	defer holder.Wait()
	defer stop()
	holder.Go(func() { p.renewHold(holding, r) })

	limited, cancel := context.WithTimeout(ctx, cmp.Or(p.limit, replyLimit))
	defer cancel()
	answer := make(chan sendResult, 1)
	go func() {
		id, err := p.send(limited, s, r)
		answer <- sendResult{id, err}
	}()
	select {
	case a := <-answer:
		p.record(ctx, s, r, a)
		return
	case <-limited.Done():
	}
	// A connector ends soon after its context; its result then still counts.
	select {
	case a := <-answer:
		p.record(ctx, s, r, a)
	case <-time.After(replyLast):
		p.record(ctx, s, r, sendResult{err: errNoAnswer})
		select {
		case a := <-answer:
			p.record(ctx, s, r, a)
		case <-ctx.Done():
		}
	}
}

// renewHold renews the lease on a reply while it is being sent.
func (p *ReplyDispatcher) renewHold(ctx context.Context, r leads.Reply) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(replyHold):
		}
		if err := p.Store.Hold(ctx, p.Owner, r, replyLease); err != nil && ctx.Err() == nil {
			p.Log.Warn("the lease on a reply that is being sent could not be renewed", "source", r.Source, "reply", r.ID, "error", err)
		}
	}
}

// send calls the connector; after a panic in it, the reply was perhaps sent.
func (p *ReplyDispatcher) send(ctx context.Context, s *source, r leads.Reply) (id string, err error) {
	defer func() {
		if v := recover(); v != nil {
			id, err = "", panicError(v)
			p.Log.Error("source panicked while it sent", "source", s.state.Name, "error", err, "stack", string(debug.Stack()))
		}
	}()
	return s.connector.Send(ctx, r)
}

// record stores the result of an attempt and retries while the database is away.
func (p *ReplyDispatcher) record(ctx context.Context, s *source, r leads.Reply, a sendResult) {
	v := replies.Judge(r.Attempt, s.connector.Sends.Repeated, a.upstreamID, a.err)
	log := p.Log.With("source", r.Source, "reply", r.ID, "attempt", r.Attempt)
	if v.State != leads.ReplySent {
		log.Warn("a reply was not sent", "state", v.State)
	}
	last := context.WithoutCancel(ctx)
	for tries := 0; ; tries++ {
		try, cancel := context.WithTimeout(last, replyLast)
		err := p.Store.Finish(try, p.Owner, r, v)
		cancel()
		if err == nil || errors.Is(err, leads.ErrConflict) || errors.Is(err, leads.ErrNotFound) {
			return
		}
		if tries == 0 || ctx.Err() != nil {
			log.Error("the result of sending a reply is not recorded", "state", v.State, "error", err)
		}
		if ctx.Err() != nil {
			return
		}
		select {
		case <-ctx.Done():
		case <-time.After(replyRecord):
		}
	}
}
