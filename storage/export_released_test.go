package storage

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// RowCounts counts the rows of the tables as they are, without migrating them.
func RowCounts(t *testing.T, c Config) map[string]int {
	t.Helper()
	s, err := OpenSnapshot(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	counts := map[string]int{}
	for _, table := range s.catalog.tables {
		counts[table.Name] = 0
		if err := s.Rows(t.Context(), table, func([]byte) error { counts[table.Name]++; return nil }); err != nil {
			t.Fatal(err)
		}
	}
	return counts
}

// FillEmpty gives each empty table of a SQLite database one row that is made
// up: foreign keys name the first row, others are what values says, by
// "table.column", or of their kind.
func FillEmpty(t *testing.T, dir string, values map[string]any) {
	t.Helper()
	c := Config{DataDir: dir}
	counts := RowCounts(t, c)
	conn, err := openPlain(filepath.Join(dir, sqliteFile), "foreign_keys(1)")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	version, err := versionOf(t.Context(), conn)
	if err != nil {
		t.Fatal(err)
	}
	all, err := catalogOf(t.Context(), version)
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range all.tables {
		if counts[table.Name] > 0 {
			continue
		}
		row := make([]any, len(table.Columns))
		for i, column := range table.Columns {
			row[i] = madeUp(t, conn, table.Name, column, values)
		}
		statement := "INSERT INTO " + table.Name + " VALUES (?" + strings.Repeat(", ?", len(row)-1) + ")"
		if _, err := conn.ExecContext(t.Context(), statement, row...); err != nil {
			t.Fatalf("making up a row of %s: %v; name the value of a column, or let fillReleased fill it", table.Name, err)
		}
	}
}

func madeUp(t *testing.T, conn *sql.DB, table string, c Column, values map[string]any) (v any) {
	t.Helper()
	if v, ok := values[table+"."+c.Name]; ok {
		return v
	}
	var parent, key string
	err := conn.QueryRowContext(t.Context(), `SELECT "table", "to" FROM pragma_foreign_key_list($1) WHERE "from" = $2`, table, c.Name).Scan(&parent, &key)
	if err == nil {
		if err := conn.QueryRowContext(t.Context(), fmt.Sprintf("SELECT %s FROM %s ORDER BY rowid LIMIT 1", key, parent)).Scan(&v); err != nil {
			t.Fatal(err)
		}
		return v
	}
	switch c.Kind {
	case "BIGINT":
		return 1
	case "BOOLEAN":
		return true
	case "BYTEA":
		return []byte{0, 1, 255}
	}
	return "a " + c.Name
}

// CopyTo fills an empty database with the rows of another, also with who is signed in.
func CopyTo(t *testing.T, from, to Config) {
	t.Helper()
	s, err := OpenSnapshot(t.Context(), from)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	r, err := OpenRestore(t.Context(), to, s.Version, to.DataDir, false)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for _, table := range s.catalog.tables {
		var names []string
		for _, c := range table.Columns {
			names = append(names, c.Name)
		}
		var rows [][]byte
		err := s.Rows(t.Context(), table, func(row []byte) error { rows = append(rows, row); return nil })
		if err == nil && len(rows) > 0 {
			err = r.Insert(t.Context(), table.Name, names, rows)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	counters, err := s.Counters(t.Context())
	if err == nil {
		err = r.Finish(t.Context(), counters)
	}
	if err == nil {
		err = r.Swap(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
}
