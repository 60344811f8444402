package storage_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"ctihub/leads"
	"ctihub/leads/intake"
	"ctihub/storage"
	"ctihub/storage/dedupe"
	"ctihub/storage/storagetest"
)

// The claim of a person is in Redis when everything is written and nothing
// committed yet, and gone afterwards.
func TestClaimIsHeldUntilTheCommit(t *testing.T) {
	t.Parallel()
	url := storagetest.Redis(t)
	look := must(dedupe.Dial(url))(t)
	defer look.Close()
	ctx := context.WithoutCancel(t.Context())
	held := func() int { return len(look.Keys(ctx, "ctihub:claim:*").Val()) }
	before := -1
	s := open(t, storage.Config{DataDir: dataDir(t), AtStep: func(p storage.Step) {
		if p == storage.StepWritten {
			before = held()
		}
	}})
	if err := inboxOf(s, redisClaims(t, url)()).Put(ctx, "", form("1", ivan, mail)); err != nil {
		t.Fatal(err)
	}
	if before != 2 || held() != 0 {
		t.Errorf("%d identities are claimed before the commit, %d after it; want 2, 0", before, held())
	}
}

// turnstile is a claim on everybody that one holds at a time, however long.
type turnstile struct {
	sync.Mutex
	waits chan struct{} // closed when somebody must wait
}

func (s *turnstile) Claim(context.Context, []leads.Identity) (release func()) {
	if !s.TryLock() {
		close(s.waits)
		s.Lock()
	}
	return s.Unlock
}

func (*turnstile) Remember(context.Context, []leads.Identity, string) {}

// While claims hold, two hubs never decide about one new person at the same
// time: the second waits for its turn, and not in the database for a row that
// will refuse it, after which it must begin again.
func TestClaimsSpareTheSecondDecision(t *testing.T) {
	t.Parallel()
	door := &turnstile{waits: make(chan struct{})}
	m := meeting{claims: func() intake.Dedupe { return door }, turned: door.waits}
	o := m.hold(t, form("1", ivan), form("2", ivan))
	if m.collided {
		t.Error("doubled work: a hub decides about a person whom another one is just storing")
	}
	if n := len(o.interactions(admin, leads.InteractionFilter{})); n != 2 {
		t.Errorf("%d interactions, want 2", n)
	}
}

// Redis forgets everything while a hub is about to commit, and another hub gets
// the same touch, or another one of the same person, in this moment. The unique
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
				t.Error("the hubs did not meet in the database: the test proves nothing")
			}
		})
	}
}

func inboxOf(s *storage.Store, d intake.Dedupe) leads.Inbox {
	in := &intake.Service{Store: s, Dedupe: d, Router: quiet{}, Region: "RU", Now: time.Now}
	return in.Inbox("site", "")
}

// meeting is two hubs on one PostgreSQL of which one gets a touch when the
// other has written one and not committed it.
type meeting struct {
	claims  func() intake.Dedupe // of each hub
	before  func(office)         // called before the first touch, may be nil
	between func()               // called before the second touch, may be nil
	turned  <-chan struct{}      // closed when the second hub is kept from the database

	collided bool // the second waited in the database
}

// hold returns when both touches are stored.
func (m *meeting) hold(t *testing.T, first, second leads.Touch) office {
	ctx := context.WithoutCancel(t.Context())
	dsn := storagetest.Postgres(t)
	watch := must(pgx.Connect(ctx, dsn))(t)
	defer watch.Close(ctx)
	beside := open(t, storage.Config{Database: dsn})
	other := inboxOf(beside, m.claims())
	put := func(to leads.Inbox, touch leads.Touch) {
		if err := to.Put(ctx, "", touch); err != nil {
			t.Errorf("touch %s: %v", touch.ExternalID, err)
		}
	}
	if m.before != nil {
		m.before(office{t, beside})
	}
	done := make(chan struct{})
	var once sync.Once
	s := open(t, storage.Config{Database: dsn, AtStep: func(p storage.Step) {
		if p != storage.StepWritten {
			return
		}
		once.Do(func() {
			if m.between != nil {
				m.between()
			}
			go func() { defer close(done); put(other, second) }()
			m.collided = waitsInside(ctx, t, watch, done, m.turned)
		})
	}})
	put(inboxOf(s, m.claims()), first)
	<-done
	return office{t, s}
}

// waitsInside reports whether somebody waits for a lock of the database; not if
// one of the channels is closed before.
func waitsInside(ctx context.Context, t *testing.T, watch *pgx.Conn, done, turned <-chan struct{}) bool {
	for waiting := 0; waiting == 0; {
		select {
		case <-done:
			return false
		case <-turned:
			return false
		default:
		}
		if err := watch.QueryRow(ctx, "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").Scan(&waiting); err != nil {
			t.Error(err)
			return false
		}
	}
	return true
}
