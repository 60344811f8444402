package storage_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/intake"
	"ctihub/storage"
	"ctihub/storage/dedupe"
	"ctihub/storage/storagetest"
)

// door is a claim on everybody: who comes second waits until the first has committed.
type door struct {
	claims    atomic.Int64
	waits     chan struct{} // closed when the second waits
	committed chan struct{} // closed by the test
}

func (d *door) Claim(context.Context, []leads.Identity) {
	if d.claims.Add(1) == 2 {
		close(d.waits)
		<-d.committed
	}
}

// A hub claims before it reads: when the claim holds, the second hub finds the person whom
// the first has just stored, and decides once.
func TestClaimsSpareTheSecondDecision(t *testing.T) {
	t.Parallel()
	d := &door{waits: make(chan struct{}), committed: make(chan struct{})}
	m := meeting{claims: func() intake.Dedupe { return d }, turned: d.waits, stored: func() { close(d.committed) }}
	o := m.hold(t, form("1", ivan), form("2", ivan))
	if m.collided {
		t.Error("doubled work: a hub decides about a person whom another one is just storing")
	}
	if n := len(o.interactions(admin, leads.InteractionFilter{})); n != 2 {
		t.Errorf("%d interactions, want 2", n)
	}
}

// Redis forgets everything while a hub is about to write what it decided, and another hub
// gets the same touch, or another one of the same person, in this moment. The unique
// keys are the judge.
func TestRedisFlushedBetweenTwoHubs(t *testing.T) {
	known := func(o office) { o.put(form("0", ivan)) }
	served := func(o office) {
		must(o.SetLeadStatus(t.Context(), admin, o.put(form("0", ivan))[0].LeadID, leads.LeadWon, ""))(o.t)
	}
	for name, c := range map[string]struct {
		before        func(office)
		first, second leads.Touch
		touches       int // wanted in all
	}{
		"SameTouch":  {known, form("1", ivan), form("1", ivan), 2},
		"SamePerson": {nil, form("1", ivan, mail), form("2", ivan), 2},
		"SameNeed":   {served, form("1", ivan), form("2", ivan), 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := storagetest.Redis(t)
			client := must(dedupe.Dial(url))(t)
			defer client.Close()
			m := meeting{claims: redisClaims(t, url), before: c.before, between: func() {
				if err := client.FlushDB(context.Background()).Err(); err != nil {
					t.Error(err)
				}
			}}
			o := m.hold(t, c.first, c.second)
			if n := len(o.interactions(admin, leads.InteractionFilter{})); n != c.touches {
				t.Errorf("doubled: %d interactions, want %d", n, c.touches)
			}
			people, open := o.contacts(admin, leads.ContactFilter{}), o.leads(admin, leads.LeadFilter{Open: new(true)})
			if len(people) != 1 || len(open) != 1 {
				t.Errorf("split: one person is %d contacts with %d open leads", len(people), len(open))
			}
			if !m.collided {
				t.Error("no hub had to decide again: the test proves nothing")
			}
		})
	}
}

func inboxOf(s *storage.Store) leads.Inbox {
	in := &intake.Service{Store: s, Router: quiet{}, Region: "RU", Now: time.Now}
	return in.Inbox("site", "")
}

// meeting is two hubs on one PostgreSQL of which one gets a touch when the
// other has decided about one and not written it.
type meeting struct {
	claims  func() intake.Dedupe // of each hub
	before  func(office)         // called before the first touch, may be nil
	between func()               // called before the second touch, may be nil
	turned  <-chan struct{}      // closed when the second hub waits for the first
	stored  func()               // called when the first touch is stored, may be nil

	collided bool // a hub had to decide again
}

// hold returns when both touches are stored.
func (m *meeting) hold(t *testing.T, first, second leads.Touch) office {
	ctx := context.WithoutCancel(t.Context())
	dsn := migrated(t)
	put := func(to leads.Inbox, touch leads.Touch) {
		if err := to.Put(ctx, "", touch); err != nil {
			t.Errorf("touch %s: %v", touch.ExternalID, err)
		}
	}
	if m.before != nil {
		m.before(office{t, open(t, storage.Config{Database: dsn})})
	}
	var decisions atomic.Int64
	count := func(p storage.Step) {
		if p == storage.StepWritten {
			decisions.Add(1)
		}
	}
	other := inboxOf(open(t, storage.Config{Database: dsn, Dedupe: m.claims(), AtStep: count}))
	done := make(chan struct{})
	var once sync.Once
	s := open(t, storage.Config{Database: dsn, Dedupe: m.claims(), AtStep: func(p storage.Step) {
		count(p)
		if p != storage.StepWritten {
			return
		}
		once.Do(func() {
			if m.between != nil {
				m.between()
			}
			go func() { defer close(done); put(other, second) }()
			select {
			case <-done:
			case <-m.turned:
			}
		})
	}})
	put(inboxOf(s), first)
	if m.stored != nil {
		m.stored()
	}
	<-done
	m.collided = decisions.Load() > 2
	return office{t, s}
}
