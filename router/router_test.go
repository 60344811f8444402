package router

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ctihub/leads"
)

// office is a store in memory with the leads and managers of a test. What the
// real one does is tested in storage and end to end.
type office struct {
	mu       sync.Mutex
	leads    []leads.Lead
	managers []leads.Candidate
	races    int // how many assignments are refused because another hub was first
	noted    map[string]string
	feed     *Feed
}

func (o *office) Unassigned(_ context.Context, after leads.Lead, limit int) (page []leads.Lead, _ error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, l := range o.leads {
		if l.ManagerID == "" && l.ID > after.ID && len(page) < limit {
			page = append(page, l)
		}
	}
	return page, nil
}

func (o *office) find(id string) int {
	return slices.IndexFunc(o.leads, func(l leads.Lead) bool { return l.ID == id })
}

func (o *office) Assignable(_ context.Context, id string) (leads.Lead, string, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if i := o.find(id); i >= 0 {
		return o.leads[i], "", nil
	}
	return leads.Lead{}, "", leads.ErrNotFound
}

func (o *office) Candidates(context.Context) ([]leads.Candidate, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.managers), nil
}

func (o *office) Waiting(_ context.Context, ids []string) (waiting []leads.Waiting, _ error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, id := range ids {
		if i := o.find(id); i >= 0 && o.leads[i].ManagerID == "" {
			waiting = append(waiting, leads.Waiting{Lead: o.leads[i]})
		}
	}
	return waiting, nil
}

func (o *office) Assign(ctx context.Context, a leads.Assignment) (leads.Lead, error) {
	return leads.Lead{}, o.AssignAll(ctx, []leads.Assignment{a})
}

func (o *office) AssignAll(_ context.Context, all []leads.Assignment) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.races > 0 {
		o.races--
		return leads.ErrConflict
	}
	for _, a := range all {
		i := o.find(a.LeadID)
		o.leads[i].ManagerID, o.leads[i].Reason = a.ManagerID, a.Reason
		for j, m := range o.managers {
			if m.ID == a.ManagerID {
				o.managers[j].LastAssigned = a.Turn()
			}
		}
		o.feed.Publish(leads.Event{Type: leads.EventLeadAssigned, LeadID: a.LeadID})
	}
	return nil
}

func (o *office) NoteUnassigned(_ context.Context, id, reason string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.noted[id] == reason {
		return nil
	}
	o.noted[id] = reason
	o.feed.Publish(leads.Event{Type: leads.EventLeadUpdated, LeadID: id})
	return nil
}

func (o *office) shares() map[string]int {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := map[string]int{}
	for _, l := range o.leads {
		n[l.ManagerID]++
	}
	return n
}

func newOffice(n int, team func(i int) string, managers ...leads.Candidate) *office {
	o := &office{managers: managers, noted: map[string]string{}, feed: NewFeed()}
	for i := range n {
		o.leads = append(o.leads, leads.Lead{ID: fmt.Sprintf("%05d", i), Status: leads.LeadNew, Team: team(i)})
	}
	return o
}

// run starts a router over the office until the test ends, inside a bubble.
func run(t *testing.T, o *office) (*Router, <-chan *leads.Event, func()) {
	r := &Router{Store: o, Log: slog.New(slog.DiscardHandler), Now: time.Now}
	ctx, cancel := context.WithCancel(t.Context())
	events := o.feed.Subscribe(ctx, leads.Viewer{Role: leads.RoleAdmin})
	go func() { _ = r.Run(ctx) }()
	settle()
	return r, events, cancel
}

// settle returns when what was asked of the router is done.
func settle() {
	time.Sleep(2 * gatherFor)
	synctest.Wait()
}

func sales(int) string { return "sales" }

func TestSweepIsNotBlockedByLeadsThatNobodyCanTake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// More than a page of leads without a manager for their team comes first.
		const orphans, rest = sweepPage + 50, sweepPage + 100
		o := newOffice(orphans+rest, func(i int) string {
			if i < orphans {
				return "service"
			}
			return "sales"
		}, candidate("anna", leads.RoleManager, "sales", leads.Available, 1), candidate("boris", leads.RoleManager, "sales", leads.Available, 2))
		_, _, stop := run(t, o)
		defer stop()
		if got := o.shares(); got["anna"] != rest/2 || got["boris"] != rest/2 || got[""] != orphans {
			t.Errorf("shares %v after the first sweep", got)
		}
	})
}

func TestALeadWaitsForTheFirstWhoIsAvailable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(1, sales, candidate("anna", leads.RoleManager, "sales", leads.Paused, 0))
		r, events, stop := run(t, o)
		defer stop()
		if e := <-events; e.Type != leads.EventLeadUpdated || o.noted["00000"] != "none_available:sales" {
			t.Errorf("%s, noted %v", e.Type, o.noted)
		}
		o.mu.Lock()
		o.managers[0].Presence = leads.Available
		o.mu.Unlock()
		r.Sweep()
		if e := <-events; e.Type != leads.EventLeadAssigned {
			t.Errorf("%s", e.Type)
		}
	})
}

func TestARaceIsDecidedAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(0, sales, candidate("anna", leads.RoleManager, "sales", leads.Available, 0))
		r, events, stop := run(t, o)
		defer stop()
		o.mu.Lock()
		o.races = 3
		o.leads = append(o.leads, leads.Lead{ID: "late", Status: leads.LeadNew})
		o.mu.Unlock()
		r.Kick("late", "late", "unknown")
		if e := <-events; e.Type != leads.EventLeadAssigned || e.LeadID != "late" {
			t.Errorf("%s of %s", e.Type, e.LeadID)
		}
		settle()
		if len(events) != 0 {
			t.Errorf("assigned again: %d events", len(events))
		}
	})
}

func TestMoreKicksThanAreKeptAreSweptUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(0, sales, candidate("anna", leads.RoleManager, "sales", leads.Available, 0))
		r, _, stop := run(t, o)
		defer stop()
		const n = 2 * waitingMost
		full := newOffice(n, sales)
		o.mu.Lock()
		o.leads = slices.Clone(full.leads) // the router changes them while they are kicked
		o.mu.Unlock()
		for _, l := range full.leads {
			r.Kick(l.ID)
		}
		settle()
		if got := o.shares(); got["anna"] != n {
			t.Errorf("shares %v", got)
		}
	})
}

func TestATroubleOfTheStoreIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(1, sales, candidate("anna", leads.RoleManager, "sales", leads.Available, 0))
		broken := &failing{office: o, left: 2}
		r := &Router{Store: broken, Log: slog.New(slog.DiscardHandler), Now: time.Now}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go func() { _ = r.Run(ctx) }()
		time.Sleep(3 * sweepEvery) // the fake clock's
		if got := o.shares(); got["anna"] != 1 {
			t.Errorf("shares %v", got)
		}
	})
}

// failing is a store that is down at first.
type failing struct {
	*office
	left int
}

func (f *failing) Unassigned(ctx context.Context, after leads.Lead, limit int) ([]leads.Lead, error) {
	if f.left--; f.left >= 0 {
		return nil, errors.New("down")
	}
	return f.office.Unassigned(ctx, after, limit)
}
