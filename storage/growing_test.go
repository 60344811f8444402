package storage_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"

	"ctihub/leads"
	"ctihub/leads/intake"
	"ctihub/storage"
)

// Storing a touch of any kind reads as many rows of PostgreSQL with ten times the customers: no
// statement on its way reads a table or an index whole.
func TestTouchesReadNoMoreWithMoreCustomers(t *testing.T) {
	t.Parallel()
	ctx := context.WithoutCancel(t.Context())
	dsn := migrated(t)
	watch := must(pgx.Connect(ctx, dsn))(t)
	defer watch.Close(ctx)
	hub := func(do func(office)) { // the server counts a connection's reads when it ends, at the latest
		s := must(storage.Open(ctx, storage.Config{Database: dsn, Pick: longestIdle}))(t)
		do(office{t, s})
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	customers := 0
	grow := func(to int) {
		hub(func(o office) {
			for customers < to {
				b := intake.Batch{Source: "site"}
				for ; len(b.Touches) < 50; customers++ {
					b.Touches = append(b.Touches, form(fmt.Sprint("of ", customers), phone(customers)))
				}
				must(o.Ingest(ctx, b))(t)
			}
		})
		must(watch.Exec(ctx, "ANALYZE"))(t)
	}
	next, who := 0, 7
	reads := func(do func(o office, key string)) (rows int64) {
		count := func() (n int64) {
			for busy := 1; busy > 0; { // the connections of a hub end a moment after it
				if err := watch.QueryRow(ctx, "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'").Scan(&busy); err != nil {
					t.Fatal(err)
				}
			}
			must(watch.Exec(ctx, "SELECT pg_stat_clear_snapshot()"))(t)
			if err := watch.QueryRow(ctx, `SELECT (SELECT COALESCE(SUM(seq_tup_read), 0) FROM pg_stat_user_tables)::BIGINT
				+ (SELECT COALESCE(SUM(idx_tup_read), 0) FROM pg_stat_user_indexes)::BIGINT`).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		before := count()
		hub(func(o office) {
			for range 2 {
				next++
				do(o, fmt.Sprint("read ", next))
			}
		})
		return count() - before
	}
	hub(func(o office) { o.hire("anna", leads.RoleManager, "", "100") })
	missed := func(o office, key string) {
		ring := call(key, phone(who), "100", "101")
		o.put(ring)
		o.put(hangUp(ring))
	}
	kinds := map[string]func(o office, key string){
		"nothing but opening": func(office, string) {},
		"a form":              func(o office, key string) { o.put(form(key, phone(who))) },
		"a stranger's form":   func(o office, key string) { o.put(form(key, phone(100_000+next))) },
		"a missed call":       missed,
		"an answered call": func(o office, key string) {
			ring := call(key, phone(who), "100")
			o.put(ring)
			o.put(answer(ring, 0))
			o.put(hangUp(answer(ring, 0)))
		},
		"a call that the journal corrects": func(o office, key string) {
			missed(o, key)
			right := hangUp(answer(call(key, phone(who), "100"), 0))
			right.Call.Journal = true
			o.put(right)
		},
		"an answer to a mail": func(o office, key string) {
			first := form(key, phone(who))
			first.Channel, first.MessageID = leads.ChannelMail, key
			second := form(key + " again")
			second.Channel, second.MessageID, second.References = leads.ChannelMail, key+" again", []string{key}
			o.put(first)
			o.put(second)
		},
	}
	// A statement that reads all customers once reads 2,700 rows more. Fewer are no growth: an
	// index gives a row once for each of its versions, and how many there are is the server's.
	const little, much = 300, 3000
	few := map[string]int64{}
	grow(little)
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		few[name] = reads(kinds[name])
	}
	grow(much)
	who = 8 // with as little history as the other had
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		if many := reads(kinds[name]); many > few[name]+(much-little)/2 {
			t.Errorf("%s: reads %d rows with %d customers and %d with %d", name, few[name], little, many, much)
		}
	}
}
