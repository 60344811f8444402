package storage_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/intake"
	"ctihub/storage"
	"ctihub/storage/dedupe"
	"ctihub/storage/storagetest"
)

// quiet is a router that routes nothing.
type quiet struct{}

func (quiet) Kick(...string) {}

// fiftyTouches puts 50 touches of one person, over four channels and several
// hubs, at the same moment: one contact, one open lead, 50 interactions. halfway is called
// when half are stored.
func fiftyTouches(t *testing.T, hubs []*storage.Store, halfway ...func()) {
	const touches = 50
	var wg sync.WaitGroup
	start := make(chan struct{})
	stored := make(chan struct{}, touches)
	for h, s := range hubs {
		in := &intake.Service{Store: s, Router: quiet{}, Region: "RU", Now: time.Now}
		for n := h; n < touches; n += len(hubs) {
			wg.Go(func() {
				<-start
				source := fmt.Sprintf("channel%d", n%4)
				touch := form(fmt.Sprint(n), leads.Identity{Kind: leads.KindPhone, Value: "8 (916) 123-45-67"}, mail)
				if n%4 == 1 {
					touch = call(fmt.Sprint(n), leads.Identity{Kind: leads.KindPhone, Value: "79161234567"}, "100")
				}
				if err := in.Inbox(source, "").Put(context.WithoutCancel(t.Context()), "", touch); err != nil {
					t.Error(err)
				}
				stored <- struct{}{}
			})
		}
	}
	close(start)
	for n := range touches {
		if n == touches/2 {
			for _, f := range halfway {
				f()
			}
		}
		<-stored
	}
	wg.Wait()
	o := office{t, hubs[0]}
	contacts, open, interactions := o.contacts(admin, leads.ContactFilter{}), o.leads(admin, leads.LeadFilter{}), o.interactions(admin, leads.InteractionFilter{})
	if len(contacts) != 1 || len(open) != 1 || len(interactions) != touches {
		t.Fatalf("%d contacts, %d leads, %d interactions; want 1, 1, %d", len(contacts), len(open), len(interactions), touches)
	}
	for _, i := range interactions {
		if i.ContactID != contacts[0].ID || i.LeadID != open[0].ID {
			t.Errorf("interaction %s belongs to %s, %s", i.ExternalID, i.ContactID, i.LeadID)
		}
	}
	if len(contacts[0].Identities) != 2 {
		t.Errorf("identities %v", contacts[0].Identities)
	}
	if n := len(o.events()); n != touches+1 {
		t.Errorf("%d events, want %d", n, touches+1)
	}
}

// testManyNumbers: touches that each bring a further number of one person, at
// the same moment, lose none.
func testManyNumbers(t *testing.T, o office) {
	first := o.put(form("0", ivan))[0]
	var wg sync.WaitGroup
	start := make(chan struct{})
	for n := range 15 {
		wg.Go(func() {
			<-start
			if _, err := o.Ingest(t.Context(), intake.Batch{Source: "site", Touches: []leads.Touch{form(fmt.Sprint(n+1), ivan, phone(n))}}); err != nil {
				t.Error(err)
			}
		})
	}
	close(start)
	wg.Wait()
	if c := must(o.Contact(t.Context(), admin, first.ContactID))(t); len(c.Identities) != 16 || c.Identities[0] != ivan {
		t.Errorf("identities %v", c.Identities)
	}
	for n := range 15 {
		if found := o.contacts(admin, leads.ContactFilter{Query: phone(n).Value}); len(found) != 1 {
			t.Errorf("%s finds %d contacts, want 1", phone(n).Value, len(found))
		}
	}
}

// twoHubs are two stores on one PostgreSQL. claims makes the deduplication of each.
func twoHubs(t *testing.T, claims func() intake.Dedupe) []*storage.Store {
	dsn := migrated(t)
	return []*storage.Store{open(t, storage.Config{Database: dsn, Dedupe: claims()}), open(t, storage.Config{Database: dsn, Dedupe: claims()})}
}

func noClaims() intake.Dedupe { return nil }

func redisClaims(t *testing.T, url string) func() intake.Dedupe {
	return func() intake.Dedupe {
		client, err := dedupe.Dial(url)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = client.Close() })
		return dedupe.NewRedis(client, slog.New(slog.DiscardHandler))
	}
}

func TestTwoHubsFiftyTouches(t *testing.T) {
	t.Parallel()
	fiftyTouches(t, twoHubs(t, redisClaims(t, storagetest.Redis(t))))
}

// Without any claims the unique keys alone must hold.
func TestTwoHubsFiftyTouchesUnclaimed(t *testing.T) {
	t.Parallel()
	fiftyTouches(t, twoHubs(t, noClaims))
}

func TestTwoHubsFiftyTouchesRedisKilled(t *testing.T) {
	t.Parallel()
	server := storagetest.StartRedis(t)
	fiftyTouches(t, twoHubs(t, redisClaims(t, server.URL())), server.Kill)
}

// TestPostgresRestart: while the server is away nothing is taken for stored,
// and the store works again by itself.
func TestPostgresRestart(t *testing.T) {
	t.Parallel()
	server := storagetest.StartPostgres(t)
	o := office{t, open(t, storage.Config{Database: server.DSN()})}
	first := o.put(form("1", ivan))[0]
	server.Stop()
	if _, err := o.Ingest(t.Context(), intake.Batch{Source: "site", Touches: []leads.Touch{form("2", ivan)}}); err == nil {
		t.Error("stored without a database")
	}
	if err := o.Ping(t.Context()); err == nil {
		t.Error("the database answers")
	}
	server.Start()
	// A connection that died with the server may take one call to be noticed.
	var err error
	for range 20 {
		if _, err = o.Ingest(t.Context(), intake.Batch{Source: "site", Touches: []leads.Touch{form("2", ivan)}}); err == nil {
			break
		}
	}
	if got := o.interactions(admin, leads.InteractionFilter{ContactID: first.ContactID}); err != nil || len(got) != 2 {
		t.Errorf("after the restart: %d interactions, %v", len(got), err)
	}
}
