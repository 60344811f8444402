package storagetest

import (
	"context"
	"database/sql"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

// Database says where a database of a test is: one of the two is set.
type Database struct{ DataDir, DSN string }

// Released returns the databases of a released version, with rows in every
// table, one of each kind: the dumps in storage/testdata/released, given by its
// path, are loaded into new ones.
func Released(t testing.TB, dir string) map[string]Database {
	t.Helper()
	lite, post := Database{DataDir: t.TempDir()}, Database{DSN: Postgres(t)}
	conn, err := sql.Open("sqlite", filepath.Join(lite.DataDir, "hub.db"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.ExecContext(t.Context(), read(t, filepath.Join(dir, "sqlite.sql"))); err != nil {
		t.Fatalf("loading %s: %v", dir, err)
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	c, err := pgx.Connect(t.Context(), post.DSN)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(context.WithoutCancel(t.Context())) }()
	if _, err := c.PgConn().Exec(t.Context(), read(t, filepath.Join(dir, "postgres.sql"))).ReadAll(); err != nil {
		t.Fatalf("loading %s: %v", dir, err)
	}
	return map[string]Database{"sqlite": lite, "postgres": post}
}

func read(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// DumpSQLite returns the statements that make a database again.
func DumpSQLite(t testing.TB, dataDir string) string {
	t.Helper()
	conn, err := sql.Open("sqlite", filepath.Join(dataDir, "hub.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	column := func(query string, args ...any) (found []string) {
		rows, err := conn.QueryContext(t.Context(), query, args...)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var s string
			if err := rows.Scan(&s); err != nil {
				t.Fatal(err)
			}
			found = append(found, s)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		return found
	}
	var b strings.Builder
	b.WriteString("BEGIN;\n")
	// The search index is left empty; the tables in which FTS5 keeps it come with it.
	const tables = "FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'search\\_index\\_%' ESCAPE '\\' ORDER BY rowid"
	for _, s := range column("SELECT sql " + tables) {
		b.WriteString(s + ";\n")
	}
	for _, name := range append(column("SELECT name "+tables), "sqlite_sequence") {
		if strings.HasPrefix(name, "search_") {
			continue
		}
		columns := column("SELECT name FROM pragma_table_info($1) ORDER BY cid", name)
		if name == "sqlite_sequence" {
			b.WriteString("DELETE FROM sqlite_sequence;\n")
		}
		order := " ORDER BY rowid"
		if slices.ContainsFunc(column("SELECT sql FROM sqlite_master WHERE name = $1", name), func(s string) bool { return strings.Contains(s, "WITHOUT ROWID") }) {
			order = "" // the table is read in the order of its key
		}
		for _, s := range column("SELECT quote(" + strings.Join(columns, ") || ',' || quote(") + ") FROM " + name + order) {
			b.WriteString("INSERT INTO " + name + " VALUES (" + s + ");\n")
		}
	}
	for _, s := range column("SELECT sql FROM sqlite_master WHERE type <> 'table' AND sql IS NOT NULL ORDER BY rowid") {
		b.WriteString(s + ";\n")
	}
	b.WriteString("COMMIT;\n")
	return b.String()
}

// DumpPostgres is DumpSQLite for PostgreSQL, by pg_dump.
func DumpPostgres(t testing.TB, dsn string) string {
	t.Helper()
	bin, err := postgresPrograms()
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), filepath.Join(bin, "pg_dump"), "--no-owner", "--no-privileges", "--inserts", "--schema=public", dsn).Output()
	if err != nil {
		t.Fatalf("pg_dump: %v", err)
	}
	text := string(out)
	text = text[strings.Index(text, "CREATE TABLE "):] // before it stand settings that not every version knows
	var b strings.Builder
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, `\unrestrict `) || strings.HasPrefix(line, "--") || line == "\n" {
			continue
		}
		b.WriteString(line)
	}
	return b.String()
}
