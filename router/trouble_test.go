package router

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"ctihub/leads"
)

// troubled is a store that cannot be reached for a while, or cannot be written to,
// or on which one lead is poison.
type troubled struct {
	*office
	gone, full, silent atomic.Bool
	poison             string
}

var errDown = errors.New("down")

func (a *troubled) down(ctx context.Context) error {
	if a.silent.Load() {
		<-ctx.Done() // packets vanish
		return ctx.Err()
	}
	if a.gone.Load() {
		return errDown
	}
	return nil
}

func (a *troubled) Unassigned(ctx context.Context, after leads.Lead, limit int) ([]leads.Lead, error) {
	if err := a.down(ctx); err != nil {
		return nil, err
	}
	return a.office.Unassigned(ctx, after, limit)
}

func (a *troubled) Waiting(ctx context.Context, ids []string) ([]leads.Waiting, error) {
	if err := a.down(ctx); err != nil {
		return nil, err
	}
	return a.office.Waiting(ctx, ids)
}

func (a *troubled) AssignAll(ctx context.Context, all []leads.Assignment) error {
	if a.full.Load() {
		return errDown
	}
	for _, as := range all {
		if as.LeadID == a.poison {
			return fmt.Errorf("lead %q is poison", a.poison)
		}
	}
	return a.office.AssignAll(ctx, all)
}

func (a *troubled) Assign(ctx context.Context, as leads.Assignment) (leads.Lead, error) {
	return leads.Lead{}, a.AssignAll(ctx, []leads.Assignment{as})
}

// start runs a router over the store until the test ends, inside a bubble.
func start(t *testing.T, s Store) (r *Router, log *strings.Builder) {
	log = &strings.Builder{}
	r = &Router{Store: s, Log: slog.New(slog.NewTextHandler(log, nil)), Now: time.Now}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); _ = r.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	return r, log
}

// Leads that waited while the store was away have managers seconds after it is
// back, whatever kind of away it was, and each failed round is one line.
func TestWaitingLeadsAreRoutedOnceTheStoreIsBack(t *testing.T) {
	for name, trouble := range map[string]func(*troubled) *atomic.Bool{
		"refused": func(a *troubled) *atomic.Bool { return &a.gone },
		"full":    func(a *troubled) *atomic.Bool { return &a.full },
		"silent":  func(a *troubled) *atomic.Bool { return &a.silent },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				const n = 3 * groupMost
				a := &troubled{office: newOffice(n, sales, candidate("anna", leads.RoleManager, "sales", leads.Available, 0))}
				trouble(a).Store(true)
				r, log := start(t, a)
				for _, l := range a.leads {
					r.Kick(l.ID)
				}
				const lasts = time.Minute
				time.Sleep(lasts)
				synctest.Wait()
				if got := a.shares(); got[""] != n {
					t.Fatalf("shares %v while the store is away", got)
				}
				trouble(a).Store(false)
				time.Sleep(readLimit + sweepAgain + time.Second)
				synctest.Wait()
				if got := a.shares(); got["anna"] != n {
					t.Errorf("shares %v after the store is back", got)
				}
				if rounds, most := strings.Count(log.String(), "level=ERROR"), int(lasts/sweepAgain)+2*int(lasts/sweepEvery); rounds == 0 || rounds > most {
					t.Errorf("%d lines in %v, want up to %d", rounds, lasts, most)
				}
			})
		})
	}
}

// The first lead that comes after an outage brings those that waited with it.
func TestAKickAfterTroubleSweeps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &troubled{office: newOffice(groupMost, sales, candidate("anna", leads.RoleManager, "sales", leads.Available, 0))}
		a.gone.Store(true)
		r, _ := start(t, a)
		settle()
		a.gone.Store(false)
		r.Kick(a.leads[groupMost-1].ID)
		settle()
		if got := a.shares(); got["anna"] != groupMost {
			t.Errorf("shares %v", got)
		}
	})
}

// A lead that cannot be assigned keeps nobody else from a manager.
func TestAPoisonedLeadHoldsUpNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 2 * sweepPage
		a := &troubled{office: newOffice(n, sales, candidate("anna", leads.RoleManager, "sales", leads.Available, 0)), poison: "00007"}
		_, log := start(t, a)
		settle()
		if got := a.shares(); got["anna"] != n-1 {
			t.Errorf("shares %v", got)
		}
		if !strings.Contains(log.String(), "left=1 ") {
			t.Errorf("logged %s", log)
		}
	})
}
