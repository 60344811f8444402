package storage

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
)

// Table is a table of a version of the schema, the same in both databases.
type Table struct {
	Name    string
	Columns []Column
	counter string // auto-increment column, empty: none
	keys    []string
	parents []string // tables that it refers to
}

// Column of a table. Kind is TEXT, BIGINT, BOOLEAN or BYTEA.
type Column struct{ Name, Kind string }

// catalog is the schema of a version.
type catalog struct {
	tables []Table // parents before their children
	views  []string
}

// derivedTables hold the search index and the keys of duplicates, which are made from the other tables. They are no part of
// a catalog: no backup contains them, and a restored database begins them anew.
var derivedTables = []string{"search_docs", "search_index", "search_state", "search_words", "duplicate_keys", "duplicate_profiles", "duplicate_queue", "duplicate_turns"}

// sessionsTable holds the sessions, which no backup contains.
const sessionsTable = "sessions"

// catalogOf runs the migrations up to a version in memory and reads the schema.
func catalogOf(ctx context.Context, version int64) (c catalog, err error) {
	conn, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return c, err
	}
	defer conn.Close()
	conn.SetMaxOpenConns(1) // each connection has a database of its own
	p, err := sqliteDialect.provider(conn)
	if err != nil {
		return c, err
	}
	if _, err := p.UpTo(ctx, version); err != nil {
		return c, fmt.Errorf("making tables of version %d: %w", version, err)
	}
	if c.views, err = queryStrings(ctx, conn, "SELECT name FROM sqlite_master WHERE type = 'view' ORDER BY name"); err != nil {
		return c, err
	}
	names, err := queryStrings(ctx, conn, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'search\\_%' ESCAPE '\\' AND name NOT LIKE 'duplicate\\_%' ESCAPE '\\' AND name <> 'goose_db_version' ORDER BY name")
	if err != nil {
		return c, err
	}
	waiting := make([]Table, 0, len(names))
	for _, name := range names {
		t, err := describe(ctx, conn, name)
		if err != nil {
			return c, err
		}
		waiting = append(waiting, t)
	}
	for done := map[string]bool{}; len(waiting) > 0; {
		before := len(waiting)
		waiting = slices.DeleteFunc(waiting, func(t Table) bool {
			for _, p := range t.parents {
				if p != t.Name && !done[p] {
					return false
				}
			}
			c.tables, done[t.Name] = append(c.tables, t), true
			return true
		})
		if len(waiting) == before {
			return c, fmt.Errorf("table %s and its parents refer to each other", waiting[0].Name)
		}
	}
	return c, nil
}

func describe(ctx context.Context, conn *sql.DB, name string) (t Table, err error) {
	t.Name = name
	rows, err := conn.QueryContext(ctx, "SELECT name, type, pk FROM pragma_table_info($1) ORDER BY cid", name)
	if err != nil {
		return t, err
	}
	defer rows.Close()
	for rows.Next() {
		var c Column
		var key int
		if err := rows.Scan(&c.Name, &c.Kind, &key); err != nil {
			return t, err
		}
		if c.Kind == "INTEGER" { // PRIMARY KEY AUTOINCREMENT
			c.Kind, t.counter = "BIGINT", c.Name
		}
		t.Columns = append(t.Columns, c)
		if key > 0 {
			t.keys = append(t.keys, c.Name)
		}
	}
	if err := rows.Err(); err != nil {
		return t, err
	}
	t.parents, err = queryStrings(ctx, conn, `SELECT DISTINCT "table" FROM pragma_foreign_key_list($1)`, name)
	return t, err
}

// queryStrings reads one column of texts.
func queryStrings(ctx context.Context, conn *sql.DB, query string, args ...any) (found []string, err error) {
	rows, err := conn.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		found = append(found, s)
	}
	return found, rows.Err()
}

// table finds one by its name.
func (c catalog) table(name string) (Table, bool) {
	i := slices.IndexFunc(c.tables, func(t Table) bool { return t.Name == name })
	if i < 0 {
		return Table{}, false
	}
	return c.tables[i], true
}

// columns joins the names of the columns for a statement.
func (t Table) columns() string {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = `"` + c.Name + `"`
	}
	return strings.Join(names, ", ")
}
