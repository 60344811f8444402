package router

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"ctihub/leads"
)

// Store is what the router needs from storage.
type Store interface {
	// Unassigned returns open leads without a manager, oldest first, that come
	// after the given one; the zero lead asks for the first.
	Unassigned(ctx context.Context, after leads.Lead, limit int) ([]leads.Lead, error)
	// Assignable returns an open lead and its contact's owner ("": none).
	Assignable(ctx context.Context, leadID string) (lead leads.Lead, ownerID string, err error)
	// Waiting returns those of the leads that are open and have no manager.
	Waiting(ctx context.Context, leadIDs []string) ([]leads.Waiting, error)
	// Candidates returns every user that may take leads.
	Candidates(ctx context.Context) ([]leads.Candidate, error)
	// Assign writes the assignment and its event in one transaction;
	// leads.ErrConflict when the lead has a manager already or the manager got
	// another lead meanwhile.
	Assign(ctx context.Context, a leads.Assignment) (leads.Lead, error)
	// AssignAll is Assign for several leads, all of them or none. Those of one
	// manager follow each other, each having seen the turn of the one before.
	AssignAll(ctx context.Context, all []leads.Assignment) error
	// NoteUnassigned keeps the reason of a lead that nobody can take. No event
	// means that the reason is known already.
	NoteUnassigned(ctx context.Context, leadID, reason string) error
}

// Timings of the router.
const (
	sweepEvery  = 15 * time.Second      // safety net for leads whose kick was lost, by a crash or on another hub
	sweepAgain  = 2 * time.Second       // between a round that left leads behind and the sweep for them
	sweepPage   = 200                   // leads that a sweep reads at once
	waitingMost = 500                   // kicks kept; more are left to a sweep
	together    = 64                    // leads that share one transaction
	gather      = 10 * time.Millisecond // that a kicked lead waits for others, so that routing takes less from the intake
	raceTries   = 3                     // races of leads together before they are routed one by one
	assignTries = 20                    // races of one lead before it is left to the next sweep
	readLimit   = 5 * time.Second       // of a read: a connection on which nothing comes back must not stop routing
)

// Router gives every open lead a manager, after the lead is committed, so that
// neither a rule nor a failure here can lose a touch.
type Router struct {
	Store Store
	Log   *slog.Logger
	Now   func() time.Time // in the zone of the office, whose clock shifts go by

	mu      sync.Mutex
	waiting []string // leads kicked and not yet taken up
	sweep   bool
	wake    chan struct{}
	once    sync.Once
}

func (r *Router) init() { r.once.Do(func() { r.wake = make(chan struct{}, 1) }) }

// Kick asks for the leads to be routed now. It never blocks.
func (r *Router) Kick(leadIDs ...string) {
	r.mu.Lock()
	if len(r.waiting)+len(leadIDs) > waitingMost {
		r.sweep = true // the sweep finds them in the database
	} else {
		r.waiting = append(r.waiting, leadIDs...)
	}
	r.mu.Unlock()
	r.signal()
}

// Sweep asks for all unassigned leads to be looked at now, as when a manager
// becomes available. It never blocks.
func (r *Router) Sweep() {
	r.mu.Lock()
	r.sweep = true
	r.mu.Unlock()
	r.signal()
}

func (r *Router) signal() {
	r.init()
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// Run routes until ctx ends. It begins with the leads that an earlier run left.
// After trouble with the store, all waiting leads are looked at again with the
// next kick, which tells that the store is back, and after sweepAgain.
func (r *Router) Run(ctx context.Context) error {
	r.init()
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	again := time.NewTimer(sweepAgain)
	defer again.Stop()
	r.Sweep()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			r.Sweep()
		case <-again.C:
			r.signal()
		case <-r.wake:
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(gather):
			}
			r.mu.Lock()
			ids, sweep := r.waiting, r.sweep
			r.waiting, r.sweep = nil, false
			r.mu.Unlock()
			if !r.round(ctx, ids, sweep) && ctx.Err() == nil {
				r.mu.Lock()
				r.sweep = true
				r.mu.Unlock()
				again.Reset(sweepAgain)
			}
		}
	}
}

// round routes the kicked leads, and all others if it is to sweep. It reports
// whether nothing is left to try again; the trouble is told once per round.
func (r *Router) round(ctx context.Context, ids []string, sweep bool) bool {
	left, err := r.routeAll(ctx, ids)
	if sweep && !errors.Is(err, errAway) {
		left, err = r.sweepAll(ctx) // which finds those again
	}
	if err != nil && ctx.Err() == nil {
		r.Log.Error("routing leads; it is tried again", "left", left, "error", err)
	}
	return err == nil
}

// sweepAll routes every lead without a manager, page by page, so that leads
// which nobody can take do not hide the others. It returns how many of those
// read were left behind by trouble, and one such trouble.
func (r *Router) sweepAll(ctx context.Context) (left int, trouble error) {
	for last := (leads.Lead{}); ; {
		page, err := reading(ctx, func(ctx context.Context) ([]leads.Lead, error) {
			return r.Store.Unassigned(ctx, last, sweepPage)
		})
		if err != nil {
			return left, err
		}
		ids := make([]string, len(page))
		for i, l := range page {
			ids[i] = l.ID
		}
		n, err := r.routeAll(ctx, ids)
		if left += n; err != nil {
			trouble = err
		}
		if len(page) < sweepPage || ctx.Err() != nil || errors.Is(err, errAway) {
			return left, trouble
		}
		last = page[len(page)-1]
	}
}

// errAway says that the store cannot even be read: other leads would fare no
// better.
var errAway = errors.New("the store cannot be read")

// reading reads from the store, in time.
func reading[T any](ctx context.Context, read func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, readLimit)
	defer cancel()
	v, err := read(ctx)
	if err != nil && !errors.Is(err, leads.ErrNotFound) {
		err = fmt.Errorf("%w: %w", errAway, err)
	}
	return v, err
}

// routeAll routes leads, in groups, and returns how many were left behind by
// trouble, and one such trouble.
func (r *Router) routeAll(ctx context.Context, ids []string) (left int, trouble error) {
	slices.Sort(ids) // by age: ids are UUIDv7
	ids = slices.Compact(ids)
	for done := 0; done < len(ids); {
		some := ids[done:min(done+together, len(ids))]
		single, err := r.routeTogether(ctx, some)
		if errors.Is(err, errAway) {
			return left + len(ids) - done, err
		}
		for n, id := range single {
			err := r.Route(ctx, id)
			if err == nil {
				continue
			}
			if trouble = err; errors.Is(err, errAway) {
				return left + len(single) - n + len(ids) - done - len(some), err
			}
			left++
		}
		done += len(some)
	}
	return left, trouble
}

// routeTogether gives leads their managers in one transaction. It returns those
// that have to be routed one by one: that nobody can take now, or, after a
// failure or too many lost races, all.
func (r *Router) routeTogether(ctx context.Context, ids []string) (single []string, err error) {
	for range raceTries {
		waiting, err := reading(ctx, func(ctx context.Context) ([]leads.Waiting, error) { return r.Store.Waiting(ctx, ids) })
		if err != nil || len(waiting) == 0 {
			return nil, err
		}
		all, err := reading(ctx, r.Store.Candidates)
		if err != nil {
			return nil, err
		}
		assign, nobody := share(waiting, all, r.Now())
		if len(assign) == 0 {
			return nobody, nil
		}
		err = r.Store.AssignAll(ctx, assign)
		if err == nil {
			return nobody, nil
		}
		if !errors.Is(err, leads.ErrConflict) {
			break
		}
	}
	return ids, nil
}

// share deals out leads, each pick having seen those before it, and returns
// those that nobody can take. It keeps the turns and counts of the candidates.
func share(waiting []leads.Waiting, all []leads.Candidate, now time.Time) (assign []leads.Assignment, nobody []string) {
	for _, w := range waiting {
		m, reason := Pick(w.Lead, w.OwnerID, all, now)
		if m == nil {
			nobody = append(nobody, w.Lead.ID)
			continue
		}
		a := leads.Assignment{LeadID: w.Lead.ID, ManagerID: m.ID, Reason: reason, Seen: m.LastAssigned, At: now}
		m.LastAssigned = a.Turn()
		m.OpenLeads++
		assign = append(assign, a)
	}
	return assign, nobody
}

// Route gives one lead a manager. A lead that has one, or is closed, is left
// alone; a lead that nobody can take keeps the reason and waits for the next
// sweep. leads.ErrConflict when other hubs are too busy with the same managers.
func (r *Router) Route(ctx context.Context, leadID string) error {
	for range assignTries {
		w, err := reading(ctx, func(ctx context.Context) (w leads.Waiting, err error) {
			w.Lead, w.OwnerID, err = r.Store.Assignable(ctx, leadID)
			return w, err
		})
		if errors.Is(err, leads.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if w.Lead.ManagerID != "" || !w.Lead.Status.Open() {
			return nil
		}
		all, err := reading(ctx, r.Store.Candidates)
		if err != nil {
			return err
		}
		m, reason := Pick(w.Lead, w.OwnerID, all, r.Now())
		if m == nil {
			return r.Store.NoteUnassigned(ctx, leadID, reason)
		}
		_, err = r.Store.Assign(ctx, leads.Assignment{
			LeadID: leadID, ManagerID: m.ID, Reason: reason, Seen: m.LastAssigned, At: r.Now(),
		})
		if errors.Is(err, leads.ErrConflict) {
			continue
		}
		if err != nil {
			return err
		}
		return nil
	}
	return fmt.Errorf("lead %q after %d races: %w", leadID, assignTries, leads.ErrConflict)
}
