package router

import (
	"context"
	"errors"
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
	Assign(ctx context.Context, a leads.Assignment) (leads.Lead, []leads.Event, error)
	// AssignAll is Assign for several leads, all of them or none. Those of one
	// manager follow each other, each having seen the turn of the one before.
	AssignAll(ctx context.Context, all []leads.Assignment) ([]leads.Event, error)
	// NoteUnassigned keeps the reason of a lead that nobody can take. No event
	// means that the reason is known already.
	NoteUnassigned(ctx context.Context, leadID, reason string) ([]leads.Event, error)
}

// Timings of the router.
const (
	sweepEvery  = 15 * time.Second      // safety net for leads whose kick was lost, by a crash or on another hub
	sweepPage   = 200                   // leads that a sweep reads at once
	waitingMost = 500                   // kicks kept; more are left to a sweep
	together    = 64                    // leads that share one transaction
	gather      = 10 * time.Millisecond // that a kicked lead waits for others, so that routing takes less from the intake
	assignTries = 20                    // races of one lead before it is left to the next sweep
)

// Router gives every open lead a manager, after the lead is committed, so that
// neither a rule nor a failure here can lose a touch.
type Router struct {
	Store Store
	Feed  leads.Publisher
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
func (r *Router) Run(ctx context.Context) error {
	r.init()
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	r.Sweep()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			r.Sweep()
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
			r.routeAll(ctx, ids)
			if sweep {
				r.sweepAll(ctx)
			}
		}
	}
}

// sweepAll routes every lead without a manager, page by page, so that leads
// which nobody can take do not hide the others.
func (r *Router) sweepAll(ctx context.Context) {
	for last := (leads.Lead{}); ; {
		page, err := r.Store.Unassigned(ctx, last, sweepPage)
		if err != nil {
			if ctx.Err() == nil {
				r.Log.Error("looking for unassigned leads", "error", err)
			}
			return
		}
		ids := make([]string, len(page))
		for i, l := range page {
			ids[i] = l.ID
		}
		r.routeAll(ctx, ids)
		if len(page) < sweepPage || ctx.Err() != nil {
			return
		}
		last = page[len(page)-1]
	}
}

func (r *Router) routeAll(ctx context.Context, ids []string) {
	var all []leads.Candidate // read once: their turns and counts are kept up below
	slices.Sort(ids)          // by age: ids are UUIDv7
	for some := range slices.Chunk(slices.Compact(ids), together) {
		if all == nil {
			all, _ = r.Store.Candidates(ctx) // Route says what is wrong
		}
		left := r.routeTogether(ctx, some, all)
		if len(left) > 0 {
			all = nil
		}
		for _, id := range left {
			if ctx.Err() != nil {
				return
			}
			if err := r.Route(ctx, id); err != nil && ctx.Err() == nil {
				r.Log.Error("routing a lead; it is tried again", "lead", id, "error", err)
			}
		}
	}
}

// routeTogether gives leads their managers in one transaction, and returns
// those that have to be routed one by one: that nobody can take now, or, after
// a lost race or a failure, all.
func (r *Router) routeTogether(ctx context.Context, ids []string, all []leads.Candidate) (left []string) {
	waiting, err := r.Store.Waiting(ctx, ids)
	if err != nil {
		return ids
	}
	var assign []leads.Assignment
	for _, w := range waiting {
		m, reason := Pick(w.Lead, w.OwnerID, all, r.Now())
		if m == nil {
			left = append(left, w.Lead.ID)
			continue
		}
		a := leads.Assignment{LeadID: w.Lead.ID, ManagerID: m.ID, Reason: reason, Seen: m.LastAssigned, At: r.Now()}
		m.LastAssigned = a.Turn()
		m.OpenLeads++
		assign = append(assign, a)
	}
	if len(assign) == 0 {
		return left
	}
	events, err := r.Store.AssignAll(ctx, assign)
	if err != nil {
		return ids
	}
	r.Feed.Publish(events...)
	return left
}

// Route gives one lead a manager. A lead that has one, or is closed, is left
// alone; a lead that nobody can take keeps the reason and waits for the next
// sweep.
func (r *Router) Route(ctx context.Context, leadID string) error {
	for range assignTries {
		lead, owner, err := r.Store.Assignable(ctx, leadID)
		if errors.Is(err, leads.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if lead.ManagerID != "" || !lead.Status.Open() {
			return nil
		}
		all, err := r.Store.Candidates(ctx)
		if err != nil {
			return err
		}
		m, reason := Pick(lead, owner, all, r.Now())
		if m == nil {
			events, err := r.Store.NoteUnassigned(ctx, leadID, reason)
			r.Feed.Publish(events...)
			return err
		}
		_, events, err := r.Store.Assign(ctx, leads.Assignment{
			LeadID: leadID, ManagerID: m.ID, Reason: reason, Seen: m.LastAssigned, At: r.Now(),
		})
		if errors.Is(err, leads.ErrConflict) {
			continue
		}
		if err != nil {
			return err
		}
		r.Feed.Publish(events...)
		return nil
	}
	return nil // other hubs are busy with the same managers; the sweep comes back to it
}
