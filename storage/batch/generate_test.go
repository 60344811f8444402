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
		{table.insert.texts[0], `INSERT INTO "things" ("id", "at") VALUES ($1, $2) ON CONFLICT DO NOTHING`},
		{table.ignore.texts[1], `INSERT INTO "things" ("id", "at") VALUES ($1, $2), ($3, $4) ON CONFLICT DO NOTHING`},
		{keyed.upsert.texts[1], `INSERT INTO "odd ""name" ("id", "owner", "good") VALUES ($1, $2, $3), ($4, $5, $6) ` +
			`ON CONFLICT ("id") DO UPDATE SET "owner" = EXCLUDED."owner", "good" = EXCLUDED."good"`},
		{numbered.insert.texts[0], `INSERT INTO "log" ("id", "at") VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING "id", "seq"`},
		{update.texts[0], `WITH v ("id", "owner", "at", "good") AS (VALUES (CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS BIGINT), CAST($4 AS BOOLEAN)))` +
			"\nUPDATE things SET at = v.at FROM v WHERE things.id = v.id"},
		{one.texts[2], "SELECT a FROM t WHERE t.id IN ($1, $2, $3, $4)"},
		{pair.texts[1], "SELECT a FROM t WHERE x AND ((t.a = $1 AND t.b = $2) OR (t.a = $3 AND t.b = $4))"},
		{quote("a\x00\"; DROP TABLE b; --"), `"a""; DROP TABLE b; --"`},
	} {
		if c.got != c.want {
			t.Errorf("got  %s\nwant %s", c.got, c.want)
		}
	}
}

// Any number of rows is written with statements of 1, 2, 4, 8 and 16 rows, and
// as few as that allows; a query has one that holds all of its keys.
func TestSizes(t *testing.T) {
	for n := 1; n <= 5*RowsMost; n++ {
		q := queue{statement: &statement{}, rows: make([][]any, n)}
		sum, last := 0, RowsMost
		for _, r := range q.executions() {
			if r.rows != 1<<r.size || r.rows > last || r.rows == last && r.rows < RowsMost {
				t.Errorf("%d rows: a statement of %d after one of %d", n, r.rows, last)
			}
			sum, last = sum+r.rows, r.rows
		}
		if sum != n {
			t.Errorf("%d rows: the statements have %d", n, sum)
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
