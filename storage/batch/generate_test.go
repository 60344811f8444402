package batch

import (
	"database/sql"
	"testing"
)

func TestTexts(t *testing.T) {
	type row struct {
		ID    string
		Owner sql.NullString
		At    int64
		Good  bool
	}
	table := NewTable[row]("things", "id", "at")
	keyed := NewKeyedTable[row](`odd "name`, []string{"id"}, "owner", "good")
	numbered := NewNumberedTable[row]("log", "id", "seq", "at")
	update := NewUpdate[row]("x", EachOne, "UPDATE things SET at = v.at FROM v WHERE things.id = v.id", "id", "owner", "at", "good")
	one, pair := NewQuery[string, row]("x", "SELECT a FROM t WHERE", "t.id"), NewQuery[struct{ A, B string }, row]("x", "SELECT a FROM t WHERE x AND", "t.a", "t.b")
	for _, c := range []struct{ got, want string }{
		{table.insert.text.sqlite[0], `INSERT INTO "things" ("id", "at") VALUES ($1, $2) ON CONFLICT DO NOTHING`},
		{table.insert.text.one, `INSERT INTO "things" ("id", "at") VALUES ($1, $2)`},
		{table.insert.text.many, `INSERT INTO "things" ("id", "at") SELECT * FROM unnest(CAST($1 AS TEXT[]), CAST($2 AS BIGINT[]))`},
		{table.ignore.text.sqlite[1], `INSERT INTO "things" ("id", "at") VALUES ($1, $2), ($3, $4) ON CONFLICT DO NOTHING`},
		{table.ignore.text.one, `INSERT INTO "things" ("id", "at") VALUES ($1, $2) ON CONFLICT DO NOTHING`},
		{keyed.upsert.text.sqlite[1], `INSERT INTO "odd ""name" ("id", "owner", "good") VALUES ($1, $2, $3), ($4, $5, $6) ` +
			`ON CONFLICT ("id") DO UPDATE SET "owner" = EXCLUDED."owner", "good" = EXCLUDED."good"`},
		{numbered.insert.text.sqlite[0], `INSERT INTO "log" ("id", "at") VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING "id", "seq"`},
		{numbered.insert.text.one, `INSERT INTO "log" ("id", "at") VALUES ($1, $2) RETURNING "id", "seq"`},
		{update.text.sqlite[0], `WITH v ("id", "owner", "at", "good") AS (VALUES (CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS BIGINT), CAST($4 AS BOOLEAN)))` +
			"\nUPDATE things SET at = v.at FROM v WHERE things.id = v.id"},
		{update.text.many, `WITH v ("id", "owner", "at", "good") AS (SELECT * FROM unnest(CAST($1 AS TEXT[]), CAST($2 AS TEXT[]), CAST($3 AS BIGINT[]), CAST($4 AS BOOLEAN[]))), written AS (` +
			"\nUPDATE things SET at = v.at FROM v WHERE things.id = v.id\nRETURNING 1)\n" +
			"SELECT CAST(CASE WHEN (SELECT COUNT(*) FROM written) = (SELECT COUNT(*) FROM v) THEN '1' ELSE 'another writer was first' END AS INTEGER)"},
		{one.text.sqlite[2], "SELECT a FROM t WHERE t.id IN ($1, $2, $3, $4)"},
		{one.text.many, "SELECT a FROM t WHERE t.id = ANY (CAST($1 AS TEXT[]))"},
		{pair.text.sqlite[1], "SELECT a FROM t WHERE x AND ((t.a = $1 AND t.b = $2) OR (t.a = $3 AND t.b = $4))"},
		{pair.text.many, "SELECT a FROM t WHERE x AND (t.a, t.b) IN (SELECT * FROM unnest(CAST($1 AS TEXT[]), CAST($2 AS TEXT[])))"},
		{quote("a\x00\"; DROP TABLE b; --"), `"a""; DROP TABLE b; --"`},
	} {
		if c.got != c.want {
			t.Errorf("got  %s\nwant %s", c.got, c.want)
		}
	}
}

// SQLite writes any number of rows with statements of 1, 2, 4, 8 and 16 rows, and
// as few as that allows; a query has one that holds all of its keys.
func TestSizes(t *testing.T) {
	for n := 1; n <= 5*RowsMost; n++ {
		last := RowsMost
		for left := n; left > 0; {
			size, rows := largestFilledBy(left)
			if rows != 1<<size || rows > left || rows > last || rows == last && rows < RowsMost {
				t.Errorf("%d rows: a statement of %d after one of %d", n, rows, last)
			}
			left, last = left-rows, rows
		}
		if n > RowsMost {
			continue
		}
		if size, rows := smallestHolding(n); rows < n || rows >= 2*n || rows != 1<<size {
			t.Errorf("%d keys: a query of %d", n, rows)
		}
	}
}

// A description that does not fit its struct ends the program when it starts.
func TestMistakesInDescriptions(t *testing.T) {
	type row struct {
		ID   string
		When float64
	}
	for name, describe := range map[string]func(){
		"a column without a field": func() { NewTable[row]("things", "id", "owner") },
		"a field of another kind":  func() { NewUpdate[row]("x", AnyRows, "", "id", "when") },
		"a key of another width":   func() { NewQuery[row, row]("x", "", "id") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: taken", name)
				}
			}()
			describe()
		}()
	}
}

func TestColumns(t *testing.T) {
	if got, want := Columns[struct {
		ID, ContactID, UTM string
		HasHTML            bool
	}]("r"), "r.id, r.contact_id, r.utm, r.has_html"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
