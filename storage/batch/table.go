package batch

import (
	"reflect"
	"slices"
)

// Table is a table whose rows are Rs.
type Table[R any] struct {
	name           string
	columns        []string
	insert, ignore *statement
}

// NewTable describes a table. R is a struct with a field for each of the
// columns that are given; others get their defaults.
func NewTable[R any](name string, columns ...string) *Table[R] {
	fields := fieldsOf[R](columns)
	statement := func(taken string) *statement {
		return &statement{
			what: "inserting into " + name, fields: fields, each: taken == "",
			text: insertText(name, columns, typesOf[R](fields), taken, ""),
		}
	}
	return &Table[R]{name: name, columns: columns, insert: statement(""), ignore: statement(ignoreTaken)}
}

// Name returns the table's name.
func (t *Table[R]) Name() string { return t.name }

// Columns returns the columns that a row is written with.
func (t *Table[R]) Columns() []string { return slices.Clone(t.columns) }

// Insert queues a row that must be written. If a key of it is taken, the next flush
// returns ErrConflict.
func (t *Table[R]) Insert(tx Writer, row R) { tx.add(t.insert, reflect.ValueOf(&row).Elem()) }

// InsertIgnore queues a row that is left out if a key of it is taken.
func (t *Table[R]) InsertIgnore(tx Writer, row R) { tx.add(t.ignore, reflect.ValueOf(&row).Elem()) }

// KeyedTable is a table with a key by which rows are overwritten.
type KeyedTable[R any] struct {
	*Table[R]
	upsert *statement
}

// NewKeyedTable describes a table with a key, which must be unique in the
// schema. The other columns are those that Upsert overwrites.
func NewKeyedTable[R any](name string, key []string, others ...string) *KeyedTable[R] {
	t := NewTable[R](name, slices.Concat(key, others)...)
	fields := fieldsOf[R](t.columns)
	return &KeyedTable[R]{t, &statement{
		what: "writing to " + name, fields: fields, each: true,
		text: insertText(name, t.columns, typesOf[R](fields), upsertText(key, others), ""),
	}}
}

// Upsert queues a row that overwrites the one with the same key. Two rows of
// one flush must not have the same key.
func (t *KeyedTable[R]) Upsert(tx Writer, row R) { tx.add(t.upsert, reflect.ValueOf(&row).Elem()) }

// NumberedTable is a table whose rows are numbered by the database.
type NumberedTable[R any] struct {
	name    string
	columns []string
	insert  *statement
}

// NewNumberedTable describes a table with an id that the caller makes, and a number that
// the database assigns. The number column is not among the others.
func NewNumberedTable[R any](name, id, number string, others ...string) *NumberedTable[R] {
	columns := slices.Concat([]string{id}, others)
	fields := fieldsOf[R](columns)
	return &NumberedTable[R]{name, columns, &statement{
		what: "inserting into " + name, fields: fields, each: true, numbers: true,
		text: insertText(name, columns, typesOf[R](fields), "", "RETURNING "+quoteAll([]string{id, number})),
	}}
}

// Name returns the table's name.
func (t *NumberedTable[R]) Name() string { return t.name }

// Columns returns the columns that a row is written with.
func (t *NumberedTable[R]) Columns() []string { return slices.Clone(t.columns) }

// Insert queues a row that must be written. After it is flushed, Tx.Number returns its
// number. If a key of it is taken, the flush returns ErrConflict.
func (t *NumberedTable[R]) Insert(tx Writer, row R) { tx.add(t.insert, reflect.ValueOf(&row).Elem()) }
