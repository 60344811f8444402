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
	// AssignAll is Assign for several leads, all of them or none. Each assignment of a
	// manager has the Turn of the one before as Seen.
	AssignAll(ctx context.Context, all []leads.Assignment) error
	// NoteUnassigned stores why no manager can take a lead. A repeated reason makes no
	// event.
	NoteUnassigned(ctx context.Context, leadID, reason string) error
}

// Timings of the router.
const (
	sweepEvery  = 15 * time.Second      // finds leads whose kick was lost, by a crash or on another hub
	sweepAgain  = 2 * time.Second       // after a round that failed for some leads
	sweepPage   = 200                   // leads that a sweep reads at once
	waitingMost = 500                   // kicks kept; for more there is a sweep
	groupMost   = 64                    // leads that share one transaction
	gatherFor   = 10 * time.Millisecond // how long a kicked lead waits for others, so that routing slows intake down less
	groupTries  = 3                     // lost races of a group before its leads are routed one by one
	assignTries = 20                    // lost races of one lead before the next sweep takes it
	readLimit   = 5 * time.Second       // of a read, so that a dead connection does not stop routing
)

// Router gives every open lead a manager, after the lead is committed, so that an error
// here cannot lose a touch.
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

// Sweep asks for all unassigned leads to be routed now, as when a manager becomes
// available. It never blocks.
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

// Run routes until ctx ends. It begins with the leads that an earlier run left. After an
// error of the store, the next kick, which shows that the store works again, or sweepAgain
// starts a sweep.
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
			case <-time.After(gatherFor):
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

// round routes the kicked leads, and on a sweep all others. It logs one error per round,
// and reports whether none was left.
func (r *Router) round(ctx context.Context, ids []string, sweep bool) bool {
	left, err := r.routeAll(ctx, ids)
	if sweep && !errors.Is(err, errStoreDown) {
		left, err = r.sweepAll(ctx) // also finds the kicked ones again
	}
	if err != nil && ctx.Err() == nil {
		r.Log.Error("routing leads; it is tried again", "left", left, "error", err)
	}
	return err == nil
}

// sweepAll routes every lead without a manager, page by page, so that leads which no
// manager can take do not block the others. It returns how many leads failed, and one of
// the errors.
func (r *Router) sweepAll(ctx context.Context) (left int, trouble error) {
	for last := (leads.Lead{}); ; {
		page, err := readInTime(ctx, func(ctx context.Context) ([]leads.Lead, error) {
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
		if len(page) < sweepPage || ctx.Err() != nil || errors.Is(err, errStoreDown) {
			return left, trouble
		}
		last = page[len(page)-1]
	}
}

// errStoreDown says that the store cannot be read, so that all other leads would fail too.
var errStoreDown = errors.New("the store cannot be read")

// readInTime reads from the store with a time limit.
func readInTime[T any](ctx context.Context, read func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, readLimit)
	defer cancel()
	v, err := read(ctx)
	if err != nil && !errors.Is(err, leads.ErrNotFound) {
		err = fmt.Errorf("%w: %w", errStoreDown, err)
	}
	return v, err
}

// routeAll routes leads, in groups, and returns how many failed, and one of the errors.
func (r *Router) routeAll(ctx context.Context, ids []string) (left int, trouble error) {
	slices.Sort(ids) // by age: ids are UUIDv7
	ids = slices.Compact(ids)
	for done := 0; done < len(ids); {
		some := ids[done:min(done+groupMost, len(ids))]
		single, err := r.routeTogether(ctx, some)
		if errors.Is(err, errStoreDown) {
			return left + len(ids) - done, err
		}
		for n, id := range single {
			err := r.Route(ctx, id)
			if err == nil {
				continue
			}
			if trouble = err; errors.Is(err, errStoreDown) {
				return left + len(single) - n + len(ids) - done - len(some), err
			}
			left++
		}
		done += len(some)
	}
	return left, trouble
}

// routeTogether assigns leads in one transaction. It returns those that have to be routed
// one by one: leads that no manager can take now, or, after an error or too many lost
// races, all.
func (r *Router) routeTogether(ctx context.Context, ids []string) (single []string, err error) {
	for range groupTries {
		waiting, err := readInTime(ctx, func(ctx context.Context) ([]leads.Waiting, error) { return r.Store.Waiting(ctx, ids) })
		if err != nil || len(waiting) == 0 {
			return nil, err
		}
		all, err := readInTime(ctx, r.Store.Candidates)
		if err != nil {
			return nil, err
		}
		assign, nobody := pickAll(waiting, all, r.Now())
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

// pickAll picks managers for leads, each pick counting those before it, and returns the
// leads that no manager can take. It updates the turns and counts of the candidates.
func pickAll(waiting []leads.Waiting, all []leads.Candidate, now time.Time) (assign []leads.Assignment, nobody []string) {
	for _, w := range waiting {
		m, reason := Pick(w.Lead, w.OwnerID, all, now)
		if m == nil {
			nobody = append(nobody, w.Lead.ID)
			continue
		}
		assign = append(assign, leads.Give(w.Lead.ID, m, reason, all, now))
	}
	return assign, nobody
}

// Route gives one lead a manager. A lead that has one, or is closed, stays as it is; for a
// lead that no manager can take, the reason is stored until the next sweep.
// leads.ErrConflict when other hubs won too many races for the same managers.
func (r *Router) Route(ctx context.Context, leadID string) error {
	for range assignTries {
		w, err := readInTime(ctx, func(ctx context.Context) (w leads.Waiting, err error) {
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
		all, err := readInTime(ctx, r.Store.Candidates)
		if err != nil {
			return err
		}
		m, reason := Pick(w.Lead, w.OwnerID, all, r.Now())
		if m == nil {
			return r.Store.NoteUnassigned(ctx, leadID, reason)
		}
		_, err = r.Store.Assign(ctx, leads.Give(leadID, m, reason, all, r.Now()))
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
