package storage_test

import (
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"

	"ctihub/leads/intake"
	"ctihub/storage"
)

// TestGrowth: PostgreSQL learns of tables that grow, without waiting for its
// autovacuum, and finds a key by its index then.
func TestGrowth(t *testing.T) {
	t.Parallel()
	dsn := migrated(t)
	o := office{t, open(t, storage.Config{Database: dsn})}
	conn := must(pgx.Connect(t.Context(), dsn))(t)
	defer func() { _ = conn.Close(t.Context()) }()
	known := func() (rows int) {
		if err := conn.QueryRow(t.Context(), "SELECT CAST(reltuples AS BIGINT) FROM pg_class WHERE relname = 'interactions'").Scan(&rows); err != nil {
			t.Fatal(err)
		}
		return rows
	}
	const each = 50
	for stored := 0; stored < storage.GrowthFirst; stored += each {
		storage.AwaitAnalyses(o.Store)
		if rows := known(); rows > 0 {
			t.Fatalf("analysed after %d touches", stored)
		}
		b := intake.Batch{Source: "site"}
		for n := range each {
			b.Touches = append(b.Touches, form(fmt.Sprint(stored+n), phone(stored+n)))
		}
		must(o.Ingest(t.Context(), b))(t)
	}
	storage.AwaitAnalyses(o.Store)
	if rows := known(); rows != storage.GrowthFirst {
		t.Errorf("PostgreSQL knows of %d interactions, want %d", rows, storage.GrowthFirst)
	}
}
