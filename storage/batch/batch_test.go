package batch_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"go.uber.org/goleak"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"ctihub/storage/batch"
	"ctihub/storage/storagetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m, storagetest.IgnoreServers()) }

// thing is a row of the tables that the tests write to. "order" is a word of SQL.
type thing struct {
	ID     string
	Order  int64
	Note   sql.NullString
	Good   bool
	Parent sql.NullString
}

var (
	things  = batch.NewKeyedTable[thing]("things", []string{"id"}, "order", "note", "good", "parent")
	parents = batch.NewTable[thing]("parents", "id")
	journal = batch.NewNumberedTable[thing]("journal", "id", "seq", "note")
	reorder = batch.NewUpdate[move]("reordering", batch.EachOne,
		`UPDATE things SET "order" = v.later FROM v WHERE things.id = v.id AND things."order" = v.earlier`, "id", "earlier", "later")
	reorderAny = batch.NewUpdate[move]("reordering", batch.AnyRows,
		`UPDATE things SET "order" = v.later FROM v WHERE things.id = v.id AND things."order" = v.earlier`, "id", "earlier", "later")
	thingsByID = batch.NewQuery[string, thing]("reading things", `SELECT id, "order", note, good, parent FROM things WHERE`, "id")
)

type move struct {
	ID             string
	Earlier, Later int64
}

// database is one of the two, with empty tables.
type database struct {
	*batch.DB
	conn *sql.DB
}

// eachDatabase runs a test on both.
func eachDatabase(t *testing.T, test func(*testing.T, database)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		conn := open(t, "sqlite", "file:"+filepath.Join(t.TempDir(), "test.db")+"?_pragma=foreign_keys(1)", "INTEGER PRIMARY KEY AUTOINCREMENT")
		test(t, database{batch.SQLite(conn), conn})
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		conn := open(t, "pgx", storagetest.Postgres(t), "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY")
		test(t, database{batch.Postgres(conn), conn})
	})
}

func open(t *testing.T, driver, address, counter string) *sql.DB {
	t.Helper()
	conn, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	for _, s := range []string{
		`CREATE TABLE parents (id TEXT PRIMARY KEY)`,
		`CREATE TABLE things (id TEXT PRIMARY KEY, "order" BIGINT NOT NULL, note TEXT, good BOOLEAN NOT NULL, parent TEXT REFERENCES parents (id))`,
		`CREATE TABLE journal (seq ` + counter + `, id TEXT NOT NULL UNIQUE, note TEXT)`,
	} {
		if _, err := conn.ExecContext(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	return conn
}

// write runs f in a transaction and commits what it queued.
func (d database) write(ctx context.Context, f func(*batch.Tx) error) error {
	tx, err := d.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if err := f(tx); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// must is write of what cannot fail.
func (d database) must(t *testing.T, f func(*batch.Tx)) {
	t.Helper()
	if err := d.write(t.Context(), func(tx *batch.Tx) error { f(tx); return nil }); err != nil {
		t.Fatal(err)
	}
}

// content returns all things in words, by id.
func (d database) content(ctx context.Context) (string, error) {
	rows, err := d.conn.QueryContext(ctx, `SELECT id, "order", note, good FROM things`)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var r thing
		if err := rows.Scan(&r.ID, &r.Order, &r.Note, &r.Good); err != nil {
			return "", err
		}
		all = append(all, fmt.Sprintf("%s %d %q %v", r.ID, r.Order, r.Note.String, r.Good))
	}
	slices.Sort(all)
	return strings.Join(all, "\n"), rows.Err()
}

func (d database) holds(t *testing.T, want ...string) {
	t.Helper()
	got, err := d.content(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got != strings.Join(want, "\n") {
		t.Errorf("the table holds\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}

func note(s string) sql.NullString { return sql.NullString{String: s, Valid: true} }
