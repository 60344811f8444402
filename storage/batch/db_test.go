package batch_test

import (
	"fmt"
	"testing"

	"ctihub/storage/batch"
)

// However many texts lists have, few statements stay prepared, and every query
// and write works.
func TestPreparedStatementsAreBounded(t *testing.T) {
	eachDatabase(t, func(t *testing.T, d database) {
		for range 2 {
			for n := range 600 {
				rows, err := d.QueryContext(t.Context(), fmt.Sprintf("SELECT CAST($1 AS BIGINT) + %d", n), int64(1))
				if err != nil {
					t.Fatal(err)
				}
				var got int
				for rows.Next() {
					err = rows.Scan(&got)
				}
				if err != nil || rows.Err() != nil || rows.Close() != nil || got != n+1 {
					t.Fatalf("query %d answers %d: %v %v", n, got, err, rows.Err())
				}
			}
		}
		if n := d.Prepared(); n > 500 {
			t.Errorf("%d statements stay prepared", n)
		}
		d.must(t, func(tx *batch.Tx) { things.Insert(tx, thing{ID: "a", Order: 1}) })
		d.holds(t, `a 1 "" false`)
		if rows, err := d.QueryContext(t.Context(), "SELEC"); err == nil {
			t.Error("a statement that is none is run", rows.Err())
		}
	})
}
