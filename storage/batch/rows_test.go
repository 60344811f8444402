package batch_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"ctihub/storage/batch"
)

// What happens to a row whose key is taken is what its verb says.
func TestRefusedRows(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		d.must(t, func(tx *batch.Tx) { things.Insert(tx, thing{ID: "a", Order: 1}) })

		err := d.write(t.Context(), func(tx *batch.Tx) error {
			things.Insert(tx, thing{ID: "b"})
			things.Insert(tx, thing{ID: "a", Order: 2})
			return nil
		})
		if !errors.Is(err, batch.ErrConflict) {
			t.Errorf("Insert: %v, want a conflict", err)
		}
		d.holds(t, `a 1 "" false`)

		d.must(t, func(tx *batch.Tx) {
			things.InsertIgnore(tx, thing{ID: "a", Order: 2})
			things.InsertIgnore(tx, thing{ID: "b", Order: 2})
		})
		d.holds(t, `a 1 "" false`, `b 2 "" false`)

		d.must(t, func(tx *batch.Tx) {
			things.Upsert(tx, thing{ID: "a", Order: 3, Note: note("three"), Good: true})
			things.Upsert(tx, thing{ID: "c", Order: 3})
		})
		d.holds(t, `a 3 "three" true`, `b 2 "" false`, `c 3 "" false`)
	})
}

// An update says whether each of its sets of parameters must change one row.
func TestUpdates(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		d.must(t, func(tx *batch.Tx) {
			for _, id := range []string{"a", "b", "c"} {
				things.Insert(tx, thing{ID: id})
			}
		})
		stale := func(u *batch.Update[move]) error {
			return d.write(t.Context(), func(tx *batch.Tx) error {
				u.Queue(tx, move{"a", 0, 5})
				u.Queue(tx, move{"b", 7, 8}) // as it is not any more
				return nil
			})
		}
		if err := stale(reorder); !errors.Is(err, batch.ErrConflict) {
			t.Errorf("EachOne: %v, want a conflict", err)
		}
		d.holds(t, `a 0 "" false`, `b 0 "" false`, `c 0 "" false`)
		if err := stale(reorderAny); err != nil {
			t.Errorf("AnyRows: %v", err)
		}
		d.holds(t, `a 5 "" false`, `b 0 "" false`, `c 0 "" false`)
	})
}

// Tables are written in the order in which they were named, so that a row finds
// what it refers to; and numbered rows get their numbers in the order in which
// they were queued, however many there are.
func TestOrderOfRows(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		var numbers []int64
		err := d.write(t.Context(), func(tx *batch.Tx) error {
			for n := range 3*batch.RowsMost - 1 {
				id := fmt.Sprint(n)
				parents.Insert(tx, thing{ID: id})
				things.Insert(tx, thing{ID: id, Parent: note(id)})
				journal.Insert(tx, thing{ID: id})
			}
			if n := tx.Number("0"); n != 0 {
				t.Errorf("number %d before the flush", n)
			}
			if err := tx.Flush(t.Context()); err != nil {
				return err
			}
			for n := range 3*batch.RowsMost - 1 {
				numbers = append(numbers, tx.Number(fmt.Sprint(n)))
			}
			journal.Insert(tx, thing{ID: "another"})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if numbers[0] == 0 || !slices.IsSorted(numbers) || len(slices.Compact(numbers)) != 3*batch.RowsMost-1 {
			t.Errorf("numbers %v", numbers)
		}
		err = d.write(t.Context(), func(tx *batch.Tx) error { journal.Insert(tx, thing{ID: "0"}); return nil })
		if !errors.Is(err, batch.ErrConflict) {
			t.Errorf("an id that is taken: %v, want a conflict", err)
		}
	})
}

// verb is a way to write a thing, and the one statement that does the same.
type verb struct {
	queue  func(batch.Writer, thing)
	single string
	args   func(thing) []any
	each   bool // a row that is not written is a conflict
	once   bool // the rows of a flush have different ids
}

func whole(r thing) []any { return []any{r.ID, r.Order, r.Note, r.Good} }

var verbs = map[string]verb{
	"insert": {queue: things.Insert, args: whole, each: true,
		single: `INSERT INTO things (id, "order", note, good) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`},
	"ignore": {queue: things.InsertIgnore, args: whole,
		single: `INSERT INTO things (id, "order", note, good) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`},
	"upsert": {queue: things.Upsert, args: whole, each: true, once: true,
		single: `INSERT INTO things (id, "order", note, good) VALUES ($1, $2, $3, $4)
			ON CONFLICT (id) DO UPDATE SET "order" = EXCLUDED."order", note = EXCLUDED.note, good = EXCLUDED.good`},
	"update": {queue: func(tx batch.Writer, r thing) { reorder.Queue(tx, move{r.ID, r.Order, 77}) }, each: true, once: true,
		args:   func(r thing) []any { return []any{r.ID, r.Order, 77} },
		single: `UPDATE things SET "order" = $3 WHERE id = $1 AND "order" = $2`},
	"update any": {queue: func(tx batch.Writer, r thing) { reorderAny.Queue(tx, move{r.ID, r.Order, 77}) }, once: true,
		args:   func(r thing) []any { return []any{r.ID, r.Order, 77} },
		single: `UPDATE things SET "order" = $3 WHERE id = $1 AND "order" = $2`},
}

// oneByOne writes the rows with a statement for each.
func (v verb) oneByOne(d database, t *testing.T, rows []thing) error {
	tx, err := d.conn.BeginTx(t.Context(), nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	for _, r := range rows {
		result, err := tx.ExecContext(t.Context(), v.single, v.args(r)...)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || v.each && n != 1 {
			return errors.Join(err, batch.ErrConflict)
		}
	}
	return tx.Commit()
}

// n rows of one flush are the same as n rows one by one, whatever was there
// before: the same content, and refused or not.
func TestRowsEqualSingleRows(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		row := rapid.Custom(func(r *rapid.T) thing {
			return thing{
				ID: fmt.Sprintf("%03d", rapid.IntRange(0, 150).Draw(r, "id")), Order: rapid.Int64Range(0, 1).Draw(r, "order"),
				Note: note(rapid.SampledFrom([]string{"", "да", `"'\`}).Draw(r, "note")), Good: rapid.Bool().Draw(r, "good"),
			}
		})
		id := func(r thing) string { return r.ID }
		rapid.Check(t, func(r *rapid.T) {
			name := rapid.SampledFrom(slices.Sorted(maps.Keys(verbs))).Draw(r, "verb")
			v := verbs[name]
			before := rapid.SliceOfNDistinct(row, 0, 40, id).Draw(r, "before")
			rows := rapid.SliceOfN(row, 0, 40).Draw(r, "rows")
			if v.once {
				rows = rapid.SliceOfNDistinct(row, 0, 40, id).Draw(r, "distinct rows")
			}
			if name == "update" && rapid.Bool().Draw(r, "all there") {
				rows = before[:len(before)/2]
			}
			var after []string
			for _, write := range []func() error{
				func() error { return v.oneByOne(d, t, rows) },
				func() error {
					return d.write(t.Context(), func(tx *batch.Tx) error {
						for _, r := range rows {
							v.queue(tx, r)
						}
						return nil
					})
				},
			} {
				if _, err := d.conn.ExecContext(t.Context(), "DELETE FROM things"); err != nil {
					r.Fatal(err)
				}
				if err := verbs["insert"].oneByOne(d, t, before); err != nil {
					r.Fatal(err)
				}
				err := write()
				if err != nil && !errors.Is(err, batch.ErrConflict) {
					r.Fatal(err)
				}
				content, wrong := d.content(t.Context())
				if wrong != nil {
					r.Fatal(wrong)
				}
				after = append(after, fmt.Sprintf("refused %v\n%s", err != nil, content))
			}
			if after[0] != after[1] {
				r.Fatalf("%s: one by one\n%s\ntogether\n%s", name, after[0], after[1])
			}
		})
	})
}

// Texts that PostgreSQL refuses are mended the same way on both databases, also
// in keys that are read.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		d.must(t, func(tx *batch.Tx) {
			things.Insert(tx, thing{ID: "a\x00b", Note: note("\xff'; DROP TABLE things; --")})
		})
		d.holds(t, "a\uFFFDb 0 \"\uFFFD'; DROP TABLE things; --\" false")
		got, err := thingsByID.Rows(t.Context(), d, "a\x00b")
		if err != nil || len(got) != 1 {
			t.Errorf("read by the same key: %v, %v", got, err)
		}
	})
}
