package storage_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/intake"
	"ctihub/storage"
)

// longestIdle picks the owner, else the manager whose turn is the oldest.
func longestIdle(_ leads.Lead, ownerID string, all []leads.Candidate, _ time.Time) (*leads.Candidate, string) {
	var next *leads.Candidate
	for i, c := range all {
		switch {
		case c.ID == ownerID:
			return &all[i], leads.ReasonOwner
		case c.Role == leads.RoleManager && (next == nil || c.LastAssigned.Before(next.LastAssigned)):
			next = &all[i]
		}
	}
	return next, leads.ReasonRoundRobin
}

// pickingOffices are an office on each database whose hub picks managers by a rule.
func pickingOffices(t *testing.T, pick storage.Pick, within time.Duration, test func(*testing.T, office)) {
	t.Parallel()
	for name, where := range map[string]func(t *testing.T) storage.Config{
		"SQLite":     func(t *testing.T) storage.Config { return storage.Config{DataDir: dataDir(t)} },
		"PostgreSQL": func(t *testing.T) storage.Config { return storage.Config{Database: migrated(t)} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := where(t)
			c.Pick, c.PickWithin = pick, within
			test(t, office{t, open(t, c)})
		})
	}
}

// A new lead is stored with its manager, and one event tells both. Leads that are stored
// together take turns, and the customer's owner goes before the turn.
func TestLeadsAreStoredWithTheirManager(t *testing.T) {
	pickingOffices(t, longestIdle, time.Minute, func(t *testing.T, o office) {
		anna, boris := o.hire("anna", leads.RoleManager, ""), o.hire("boris", leads.RoleManager, "")
		before := len(o.events())
		all := o.put(form("1", ivan), form("2", mail), form("3", phone(3)))
		var managers []string
		for _, s := range all {
			l := o.lead(s.LeadID)
			c := must(o.Contact(t.Context(), admin, s.ContactID))(t)
			if s.Unrouted || l.ManagerID == "" || l.Reason != leads.ReasonRoundRobin || l.Assigned.IsZero() || c.Owner == nil || c.Owner.ID != l.ManagerID {
				t.Errorf("%+v is stored as %+v of %+v", s, l, c.Owner)
			}
			managers = append(managers, l.ManagerID)
			if got := types(s.Events); !slices.Equal(got, []leads.EventType{leads.EventInteraction, leads.EventLeadCreated}) {
				t.Fatalf("events %v", got)
			}
			b := body(t, s.Events[1])
			if shape(t, b.Lead) != shape(t, l) || b.Contact.Owner == nil || b.Contact.Owner.ID != l.ManagerID || !slices.Contains(s.Events[1].Audience, l.ManagerID) || s.Events[1].Seq == 0 {
				t.Errorf("the event holds %+v for %v", b.Lead, s.Events[1].Audience)
			}
			if !s.Events[1].Is(leads.EventLeadAssigned) {
				t.Error("who asks for lead.assigned is not told")
			}
		}
		if n := len(o.events()) - before; n != 6 {
			t.Errorf("%d events, want two for each", n)
		}
		if managers[0] == managers[1] || managers[0] != managers[2] {
			t.Errorf("managers %v, want %s and %s in turn", managers, anna.ID, boris.ID)
		}
		if w := must(o.Unassigned(t.Context(), leads.Lead{}, 10))(t); len(w) != 0 {
			t.Errorf("%d leads wait", len(w))
		}
		must(o.SetLeadStatus(t.Context(), admin, all[0].LeadID, leads.LeadWon, ""))(t)
		again := o.put(form("4", ivan))[0] // the turn is another's
		if l := must(o.Lead(t.Context(), admin, again.LeadID))(t); l.ManagerID != managers[0] || l.Reason != leads.ReasonOwner || !l.Repeat {
			t.Errorf("the customer's own manager is passed over: %+v", l)
		}
		if got := o.put(form("5", ivan))[0]; got.LeadID != again.LeadID || len(got.Events) != 1 {
			t.Errorf("a second lead: %+v", got)
		}
	})
}

// A rule that fails in any way loses no touch: its lead waits for the router.
func TestBadRulesLoseNoTouch(t *testing.T) {
	stuck := make(chan struct{})
	t.Cleanup(func() { close(stuck) })
	for name, pick := range map[string]storage.Pick{
		"panics": func(leads.Lead, string, []leads.Candidate, time.Time) (*leads.Candidate, string) { panic("a bad rule") },
		"takes too long": func(leads.Lead, string, []leads.Candidate, time.Time) (*leads.Candidate, string) {
			<-stuck
			return nil, ""
		},
		"finds nobody": func(leads.Lead, string, []leads.Candidate, time.Time) (*leads.Candidate, string) {
			return nil, leads.ReasonNobody // the router notes it, and tells the managers
		},
	} {
		t.Run(name, func(t *testing.T) {
			pickingOffices(t, pick, 0, func(t *testing.T, o office) {
				o.hire("anna", leads.RoleManager, "")
				for _, s := range o.put(form("1", ivan), form("2", mail), call("3", phone(3), "100")) {
					l := must(o.Lead(t.Context(), admin, s.LeadID))(t)
					if !s.New || !s.Unrouted || l.ManagerID != "" || l.Reason != "" || l.Status != leads.LeadNew {
						t.Errorf("%+v is stored as %+v", s, l)
					}
				}
				if w := must(o.Unassigned(t.Context(), leads.Lead{}, 10))(t); len(w) != 3 {
					t.Errorf("%d leads wait for the router, want 3", len(w))
				}
			})
		})
	}
}

// Three hubs give a thousand leads to ten managers, some one by one and some together: the
// shares are equal.
func TestThreeHubsShareEqually(t *testing.T) {
	t.Parallel()
	dsn := migrated(t)
	var hubs []office
	for range 3 {
		hubs = append(hubs, office{t, open(t, storage.Config{Database: dsn, Pick: longestIdle, PickWithin: time.Minute})})
	}
	for n := range 10 {
		hubs[0].hire(fmt.Sprint("manager", n), leads.RoleManager, "")
	}
	next, work := 0, make(chan intake.Batch, 1000)
	for size := 1; next < 1000; size = size%7 + 1 {
		b := intake.Batch{Source: "site"}
		for ; len(b.Touches) < size && next < 1000; next++ {
			b.Touches = append(b.Touches, form(fmt.Sprint(next), phone(next)))
		}
		work <- b
	}
	close(work)
	var wg sync.WaitGroup
	for n := range 12 {
		wg.Go(func() {
			for b := range work {
				if _, err := hubs[n%3].Ingest(t.Context(), b); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	shares := map[string]int{}
	for after := (leads.Page{Limit: 200}); ; {
		page := must(hubs[0].Leads(t.Context(), admin, leads.LeadFilter{}, after))(t)
		for _, l := range page.Items {
			shares[l.ManagerID]++
		}
		if after.Cursor = page.Next; after.Cursor == "" {
			break
		}
	}
	for id, n := range shares {
		if len(shares) != 10 || n != 100 || id == "" {
			t.Errorf("%d leads for %q of %d managers, want 100 for each of 10", n, id, len(shares))
		}
	}
}
