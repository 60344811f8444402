package storage_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/calls"
	"ctihub/storage"
)

// What may be dialled, and how often a day, is decided where a dial is stored:
// each count has its own end, a refusal stores and counts nothing, the same click
// again costs nothing, a restart or another hub forgets nothing, and the next day
// begins anew.
func TestDialsOfADay(t *testing.T) {
	t.Parallel()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		testDialsOfADay(t, storage.Config{DataDir: dataDir(t)})
	})
	t.Run("Postgres", func(t *testing.T) {
		t.Parallel()
		testDialsOfADay(t, storage.Config{Database: migrated(t)})
	})
}

func testDialsOfADay(t *testing.T, c storage.Config) {
	var hours atomic.Int64
	c.Now = func() time.Time { return noon.Add(time.Duration(hours.Load()) * time.Hour) }
	policy := calls.UsualPolicy("RU")
	policy.Click = calls.Limits{PerUser: 3, PerNumber: 2}
	policy.Forms = calls.Limits{PerAddress: 2, PerNumber: 2, PerHub: 3}
	first, err := storage.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	o := office{t, first}
	anna := o.hire("anna", leads.RoleManager, "", "100")
	o.hire("boris", leads.RoleManager, "", "102")
	dialling := func() *calls.Service {
		s := o.dialling()
		s.Policy, s.Now = policy, c.Now
		return s
	}
	keys := 0
	try := func(d leads.Dial, want error) {
		t.Helper()
		before := len(must(o.DialsOf(t.Context(), anna.ID))(t))
		keys++
		d.User, d.Source, d.Extension = leads.Person{ID: anna.ID}, "pbx", "100"
		if d.Key == "" {
			d.Key = fmt.Sprint("k", keys)
		}
		stored, err := dialling().Add(t.Context(), d)
		if !errors.Is(err, want) || want == nil && err != nil {
			t.Errorf("%s from %q: %v, want %v", d.Number, d.Address, err, want)
		}
		if err == nil {
			_, err = dialling().Cancel(t.Context(), admin, stored.ID)
			must(0, err)(t)
		} else if after := len(must(o.DialsOf(t.Context(), anna.ID))(t)); after != before {
			t.Errorf("a refused dial is stored: %d, then %d", before, after)
		}
	}
	click := func(number string) leads.Dial { return leads.Dial{Number: number} }
	form := func(number, address string) leads.Dial {
		return leads.Dial{Number: number, Address: address, Form: true}
	}
	try(click("+78091234567"), leads.RefuseCostly)
	try(click("112"), leads.RefuseEmergency)
	try(form("102", "203.0.113.1"), leads.RefuseUnreadable)
	try(form("+77011234567", "203.0.113.1"), leads.RefuseForeign)
	once := click("+79161234501")
	once.Key = "the same click"
	try(once, nil)
	try(once, nil)
	try(click("+79161234501"), nil)
	try(click("+79161234501"), leads.RefuseNumber)
	try(click("102"), nil) // Boris, though it is the police's number too
	try(click("+79161234502"), leads.RefuseUser)

	try(form("+79161234503", "203.0.113.1"), nil)
	// On PostgreSQL another hub goes on, on SQLite the same one after a restart.
	if c.Database == "" {
		must(0, first.Close())(t)
	} else {
		t.Cleanup(func() { _ = first.Close() })
	}
	o = office{t, open(t, c)}
	try(form("+79161234503", "203.0.113.1"), nil)
	try(form("+79161234503", "203.0.113.2"), leads.RefuseNumber)
	try(form("+79161234504", "203.0.113.1"), leads.RefuseAddress)
	try(form("+79161234504", "203.0.113.2"), nil)
	try(form("+79161234505", "203.0.113.3"), leads.RefuseHub)
	try(click("+79161234505"), leads.RefuseUser)
	hours.Store(24)
	try(form("+79161234505", "203.0.113.3"), nil)
	try(click("+79161234501"), nil)
}

// Many requests at once pass the end of a count as little as one after the other.
func testDialCountRace(t *testing.T, o office) {
	const many, may = 12, 3 // per number at forms by default
	var stored atomic.Int32
	var asking sync.WaitGroup
	for i := range many {
		extension := fmt.Sprint(200 + i)
		u := o.hire(fmt.Sprint("user", i), leads.RoleManager, "", extension)
		asking.Go(func() {
			_, err := o.dialling().Add(t.Context(), leads.Dial{
				User: leads.Person{ID: u.ID}, Key: "k", Source: "pbx", Extension: extension, Number: "+79161234567", Form: true, Address: fmt.Sprint("203.0.113.", i),
			})
			switch {
			case err == nil:
				stored.Add(1)
			case !errors.Is(err, leads.RefuseNumber):
				t.Error(err)
			}
		})
	}
	asking.Wait()
	if n := stored.Load(); n != may {
		t.Errorf("%d of %d are stored, want %d", n, many, may)
	}
}
