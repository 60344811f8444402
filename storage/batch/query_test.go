package batch_test

import (
	"fmt"
	"slices"
	"testing"

	"ctihub/storage/batch"
)

type label string

type place struct {
	Note label
	ID   string
}

var (
	idsByPlace = batch.NewQuery[place, string]("reading ids", "SELECT t.id FROM things t WHERE t.good = FALSE AND", "t.note", "t.id")
	sameText   = batch.NewQuery[string, string]("reading ids", "SELECT nothing FROM things WHERE", "id")
)

// A query finds the rows of all its keys, however many there are, and no others.
func TestQueries(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		const most = 2*batch.RowsMost + 3
		var ids, found []string
		var places []place
		d.must(t, func(tx *batch.Tx) {
			for n := range most {
				id := fmt.Sprintf("%02d", n)
				ids, places = append(ids, id), append(places, place{"here", id})
				things.Insert(tx, thing{ID: id, Order: int64(n), Note: note("here"), Good: n == 3})
			}
		})
		for n := range most + 1 {
			rows, err := thingsByID.Rows(t.Context(), d, append(ids[:n:n], "absent")...)
			if err != nil {
				t.Fatal(err)
			}
			byID := batch.ByID(rows, func(r thing) string { return r.ID })
			if len(rows) != n || len(byID) != n || n > 0 && byID[ids[n-1]].Order != int64(n-1) {
				t.Errorf("%d keys: %d rows", n, len(rows))
			}
			if found, err = idsByPlace.Rows(t.Context(), d, append(places[:n:n], place{"there", "00"})...); err != nil {
				t.Fatal(err)
			}
			slices.Sort(found)
			if want := slices.DeleteFunc(slices.Clone(ids[:n]), func(id string) bool { return id == "03" }); !slices.Equal(found, want) {
				t.Errorf("%d pairs: found %v, want %v", n, found, want)
			}
		}
		if rows, err := thingsByID.Rows(t.Context(), d); err != nil || rows != nil {
			t.Errorf("no key: %v, %v", rows, err)
		}
		if _, err := sameText.Rows(t.Context(), d, "a"); err == nil {
			t.Error("a column that is not there: no error")
		}
	})
}

// Within a transaction a query sees what was queued before it.
func TestQueryWithinTransaction(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		seen := func(tx *batch.Tx) int {
			rows, err := thingsByID.Rows(t.Context(), tx, "a", "b")
			if err != nil {
				t.Fatal(err)
			}
			return len(rows)
		}
		err := d.write(t.Context(), func(tx *batch.Tx) error {
			if n := seen(tx); n != 0 {
				t.Errorf("%d rows before one is queued", n)
			}
			things.Insert(tx, thing{ID: "a"})
			if n := seen(tx); n != 1 {
				t.Errorf("%d rows after one is queued, want 1", n)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
}
