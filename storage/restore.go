package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
)

// Errors of a restore.
var (
	ErrNotEmpty = errors.New("the database holds data")
	ErrTooNew   = errors.New("it was made by a newer ctihub; restore it with that one")
	ErrHubRuns  = errors.New("a hub works on this database; stop it first")
)

// Restore fills new tables beside the existing ones, and swaps them in atomically.
type Restore struct {
	conn    *sql.DB // the new tables
	tx      *sql.Tx
	dialect dialect
	catalog catalog
	swap    func(context.Context) error // replaces the old tables
	undo    func()                      // removes the new tables unless they were swapped in
	unlock  func() error
}

// OpenRestore makes empty tables of a version. SQLite's are in a file of
// folder beside, which must be on the disk of the data folder. Tables that hold
// data are ErrNotEmpty unless they may be replaced.
func OpenRestore(ctx context.Context, c Config, version int64, beside string, replace bool) (_ *Restore, err error) {
	r := &Restore{undo: func() {}, unlock: func() error { return nil }}
	defer func() {
		if err != nil {
			r.Close()
		}
	}()
	if c.Database == "" {
		err = r.openSQLite(ctx, c.DataDir, beside, replace)
	} else {
		err = r.openPostgres(ctx, c.Database, replace)
	}
	if err != nil {
		return nil, err
	}
	p, err := r.dialect.provider(r.conn)
	if err != nil {
		return nil, err
	}
	if _, newest, err := p.GetVersions(ctx); err != nil {
		return nil, fmt.Errorf("making the tables: %w", err)
	} else if version > newest {
		return nil, fmt.Errorf("its tables are of version %d, this ctihub knows %d: %w", version, newest, ErrTooNew)
	}
	if _, err := p.UpTo(ctx, version); err != nil {
		return nil, fmt.Errorf("making the tables: %w", err)
	}
	if r.catalog, err = catalogOf(ctx, version); err != nil {
		return nil, err
	}
	if r.tx, err = r.conn.BeginTx(ctx, nil); err != nil {
		return nil, err
	}
	for i := range r.catalog.tables { // rows that the migrations inserted
		if _, err := r.tx.ExecContext(ctx, "DELETE FROM "+r.catalog.tables[len(r.catalog.tables)-1-i].Name); err != nil { //nolint:gosec // a name of the migrations
			return nil, err
		}
	}
	return r, nil
}

func (r *Restore) openSQLite(ctx context.Context, dir, beside string, replace bool) error {
	path := filepath.Join(dir, sqliteFile)
	var err error
	if r.unlock, err = lockFile(path + ".lock"); err != nil {
		r.unlock = func() error { return nil }
		if errors.Is(err, errHeld) {
			return ErrHubRuns
		}
		return err
	}
	if !replace {
		if err := requireEmptySQLite(ctx, path); err != nil {
			return err
		}
	}
	fresh := filepath.Join(beside, sqliteFile)
	r.dialect = sqliteDialect
	r.swap = func(context.Context) error {
		for _, name := range []string{path + "-wal", path + "-shm"} { // of the old one
			if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
				return err
			}
		}
		if err := errors.Join(protect(beside, fresh), os.Rename(fresh, path)); err != nil {
			return err
		}
		return syncFolder(dir)
	}
	r.undo = func() { _ = os.Remove(fresh) }
	r.conn, err = openPlain(fresh, "synchronous(FULL)", "foreign_keys(1)", "temp_store(MEMORY)")
	if err == nil {
		r.conn.SetMaxOpenConns(1)
	}
	return err
}

func requireEmptySQLite(ctx context.Context, path string) error {
	if st, err := os.Stat(path); errors.Is(err, os.ErrNotExist) || err == nil && st.Size() == 0 {
		return nil
	}
	conn, err := openPlain(path, "query_only(1)")
	if err != nil {
		return err
	}
	return errors.Join(requireEmpty(ctx, conn), conn.Close())
}

// requireEmpty returns ErrNotEmpty if the tables have users or customers.
func requireEmpty(ctx context.Context, conn *sql.DB) error {
	if _, err := versionOf(ctx, conn); errors.Is(err, ErrNoDatabase) {
		return nil
	} else if err != nil {
		return err
	}
	var full bool
	err := conn.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM users) OR EXISTS (SELECT 1 FROM contacts)
		OR EXISTS (SELECT 1 FROM interactions) OR EXISTS (SELECT 1 FROM quarantine)`).Scan(&full)
	if err == nil && full {
		err = ErrNotEmpty
	}
	return err
}

func (r *Restore) openPostgres(ctx context.Context, address string, replace bool) error {
	old, err := connectPlain(address, "ctihub-restore", "")
	if err != nil {
		return err
	}
	r.unlock = old.Close
	old.SetMaxOpenConns(1)
	if err := requireNoHub(ctx, old); err != nil {
		return err
	}
	if !replace {
		if err := requireEmpty(ctx, old); err != nil {
			return err
		}
	}
	if err := dropStaleSchemas(ctx, old); err != nil {
		return err
	}
	schema := restoreSchema + strings.ReplaceAll(newID(), "-", "")
	if _, err := old.ExecContext(ctx, "CREATE SCHEMA "+schema); err != nil {
		return fmt.Errorf("making a schema for the new tables: %w; the user needs the right CREATE on the database", err)
	}
	r.undo = func() { // also when ctx has ended
		_, _ = old.ExecContext(context.WithoutCancel(ctx), "DROP SCHEMA IF EXISTS "+schema+" CASCADE")
	}
	r.dialect = postgresDialect
	r.swap = func(ctx context.Context) error { return swapPostgres(ctx, old, schema) }
	r.conn, err = connectPlain(address, "ctihub-restore", schema)
	return err
}

// PostgreSQL ends a session shortly after its hub has closed it. These are how long to
// wait for that, and how often to look.
const (
	sessionEnds = 2 * time.Second
	sessionLook = 50 * time.Millisecond
)

// requireNoHub returns ErrHubRuns while a hub, or another restore, has a session on
// the database.
func requireNoHub(ctx context.Context, on *sql.DB) error {
	for began := time.Now(); ; {
		var hubs int
		if err := on.QueryRowContext(ctx, `SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database()
			AND application_name IN ('ctihub', 'ctihub-restore') AND pid <> pg_backend_pid()`).Scan(&hubs); err != nil {
			return fmt.Errorf("opening the database: %w", err)
		}
		switch {
		case hubs == 0:
			return nil
		case time.Since(began) > sessionEnds:
			return ErrHubRuns
		}
		select {
		case <-time.After(sessionLook):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// restoreSchema is the prefix of the schemas in which tables are filled.
const restoreSchema = "ctihub_restore_"

// dropStaleSchemas removes the schemas of restores that were killed.
func dropStaleSchemas(ctx context.Context, on *sql.DB) error {
	left, err := queryStrings(ctx, on, "SELECT quote_ident(nspname) FROM pg_namespace WHERE nspname LIKE 'ctihub\\_restore\\_%'")
	if err != nil {
		return err
	}
	for _, schema := range left {
		if _, err := on.ExecContext(ctx, "DROP SCHEMA "+schema+" CASCADE"); err != nil {
			return fmt.Errorf("removing what an earlier restore left: %w", err)
		}
	}
	return nil
}

// swapPostgres drops the old tables and moves the new ones into their schema,
// in one transaction.
func swapPostgres(ctx context.Context, on *sql.DB, from string) error {
	var dropped catalog
	if version, err := versionOf(ctx, on); err == nil {
		if dropped, err = catalogOf(ctx, version); err != nil {
			return err
		}
	} else if !errors.Is(err, ErrNoDatabase) {
		return err
	}
	tx, err := on.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	do := func(statement string) {
		if err == nil {
			_, err = tx.ExecContext(ctx, statement)
		}
	}
	for _, v := range dropped.views {
		do("DROP VIEW IF EXISTS " + v + " CASCADE")
	}
	for i := range dropped.tables {
		do("DROP TABLE IF EXISTS " + dropped.tables[len(dropped.tables)-1-i].Name)
	}
	for _, t := range append([]string{"goose_db_version"}, derivedTables...) {
		do("DROP TABLE IF EXISTS " + t)
	}
	if err != nil {
		return fmt.Errorf("removing the old tables: %w", err)
	}
	var to string
	if err := tx.QueryRowContext(ctx, "SELECT current_schema()").Scan(&to); err != nil {
		return err
	}
	rows, err := tx.QueryContext(ctx, `SELECT CASE table_type WHEN 'VIEW' THEN 'VIEW ' ELSE 'TABLE ' END || quote_ident(table_schema) || '.' || quote_ident(table_name)
		FROM information_schema.tables WHERE table_schema = $1`, from)
	if err != nil {
		return err
	}
	var moved []string
	for rows.Next() {
		var what string
		if err = rows.Scan(&what); err != nil {
			break
		}
		moved = append(moved, what)
	}
	if err := errors.Join(err, rows.Err(), rows.Close()); err != nil { //nolint:sqlclosecheck // closed before the tables are moved
		return err
	}
	for _, what := range moved {
		do("ALTER " + what + ` SET SCHEMA "` + to + `"`)
	}
	do("DROP SCHEMA " + from)
	if err != nil {
		return fmt.Errorf("moving the new tables: %w", err)
	}
	return tx.Commit()
}

// Finish sets the counters, and brings the tables from the version in which
// they were filled to the newest.
func (r *Restore) Finish(ctx context.Context, counters map[string]int64) error {
	for _, t := range r.catalog.tables {
		n := counters[t.Name]
		if t.counter == "" || n == 0 {
			continue
		}
		statement := "UPDATE sqlite_sequence SET seq = $1 WHERE name = '" + t.Name + "'" //nolint:gosec // a name of the migrations
		if r.dialect.goose == goose.DialectPostgres {
			statement = fmt.Sprintf("SELECT setval(pg_get_serial_sequence('%s', '%s'), $1)", t.Name, t.counter)
		} else if _, err := r.tx.ExecContext(ctx, "INSERT INTO sqlite_sequence (name, seq) SELECT $1, 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = $1)", t.Name); err != nil {
			return err
		}
		if _, err := r.tx.ExecContext(ctx, statement, n); err != nil {
			return fmt.Errorf("setting the counter of %s: %w", t.Name, err)
		}
	}
	if err := r.tx.Commit(); err != nil {
		return fmt.Errorf("filling the tables: %w", err)
	}
	r.tx = nil
	p, err := r.dialect.provider(r.conn)
	if err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("bringing the tables up to date: %w", err)
	}
	err = r.conn.Close()
	r.conn = nil
	return err
}

// Swap replaces the old tables by the new ones; after an error the old ones stay.
func (r *Restore) Swap(ctx context.Context) error {
	if err := r.swap(ctx); err != nil {
		return err
	}
	r.undo = func() {}
	return nil
}

// Close removes new tables that were not swapped in.
func (r *Restore) Close() {
	if r.tx != nil {
		_ = r.tx.Rollback()
	}
	if r.conn != nil {
		_ = r.conn.Close()
	}
	r.undo()
	_ = r.unlock()
}
