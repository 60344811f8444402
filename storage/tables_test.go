package storage

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"ctihub/leads"
	"ctihub/storage/batch"
	"ctihub/storage/db"
)

// Every table that rows are described for is as the migrations make it: it has
// the columns, and a row gives all that need a value, and all that have a
// default other than a row's zero value.
func TestTablesAreDescribed(t *testing.T) {
	t.Parallel()
	s, err := Open(t.Context(), Config{DataDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	described := reflect.ValueOf(&tables).Elem()
	for i := range described.NumField() {
		field := described.Field(i).Addr().UnsafePointer()
		table := reflect.NewAt(described.Field(i).Type(), field).Elem().Interface().(interface {
			Name() string
			Columns() []string
		})
		gives := table.Columns()
		rows, err := s.conn.QueryContext(t.Context(), `SELECT name, "notnull" AND dflt_value IS NULL AND type <> 'INTEGER' FROM pragma_table_info($1)`, table.Name())
		if err != nil {
			t.Fatal(err)
		}
		var has []string
		for rows.Next() {
			var name string
			var needed bool
			if err := rows.Scan(&name, &needed); err != nil {
				t.Fatal(err)
			}
			if has = append(has, name); needed && !slices.Contains(gives, name) {
				t.Errorf("%s: a row gives no %s", table.Name(), name)
			}
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		for _, c := range gives {
			if !slices.Contains(has, c) {
				t.Errorf("%s has no %s", table.Name(), c)
			}
		}
	}
}

// A transaction that a row is refused in is run again from its start, with
// nothing left of the first try; what it recorded then is published once.
func TestRefusedRowIsTriedAgain(t *testing.T) {
	t.Parallel()
	var published []leads.Event
	s, err := Open(t.Context(), Config{DataDir: t.TempDir(), Publish: func(events ...leads.Event) { published = append(published, events...) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	contact := func(id string) db.Contact { return db.Contact{ID: id, Name: id, Version: 1} }
	if err := s.retryTx(t.Context(), func(_ context.Context, tx *Tx) error { tables.contacts.Insert(tx, contact("taken")); return nil }); err != nil {
		t.Fatal(err)
	}
	tries := 0
	err = s.retryTx(t.Context(), func(ctx context.Context, tx *Tx) error {
		tries++
		if err := tx.record(ctx, leads.EventBody{Type: leads.EventContactUpdated}); err != nil {
			return err
		}
		tables.contacts.Insert(tx, contact(fmt.Sprint("try ", tries)))
		if tries < 3 {
			tables.contacts.Insert(tx, contact("taken"))
		}
		return nil
	})
	if err != nil || tries != 3 {
		t.Fatalf("%d tries, %v; want 3", tries, err)
	}
	rows, err := contactsByID.Rows(t.Context(), s.batch, "taken", "try 1", "try 2", "try 3")
	if err != nil || len(rows) != 2 {
		t.Errorf("%d contacts, %v; want the taken one and that of the last try", len(rows), err)
	}
	if events, err := s.Events(t.Context(), 0, 10); err != nil || len(events) != 1 || len(published) != 1 {
		t.Errorf("%d events are stored, %d published, %v; want 1", len(events), len(published), err)
	}
	err = s.retryTx(t.Context(), func(_ context.Context, tx *Tx) error { tables.contacts.Insert(tx, contact("taken")); return nil })
	if !errors.Is(err, leads.ErrConflict) || !errors.Is(err, batch.ErrConflict) {
		t.Errorf("always refused: %v, want a conflict", err)
	}
}
