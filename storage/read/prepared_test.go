package read

import (
	"database/sql"
	"fmt"
	"testing"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// Few statements are kept, and those that are not kept are run all the same.
func TestPreparedIsBounded(t *testing.T) {
	conn, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	p := &Prepared{On: conn}
	defer p.Close()
	for range 2 {
		for n := range preparedMost + 5 {
			rows, err := p.QueryContext(t.Context(), fmt.Sprintf("SELECT $1 + %d", n), 1)
			if err != nil {
				t.Fatal(err)
			}
			got, err := scan[struct{ N int }](rows)
			if err != nil || len(got) != 1 || got[0].N != n+1 {
				t.Fatalf("statement %d: %v %v", n, got, err)
			}
		}
	}
	if len(p.kept) != preparedMost {
		t.Errorf("%d statements are kept", len(p.kept))
	}
	if rows, err := p.QueryContext(t.Context(), "SELEC"); err == nil {
		t.Error("a statement that is none is run", rows.Err())
	}
}
