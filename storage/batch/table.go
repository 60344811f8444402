package batch

import "slices"

// Table is a table whose rows are Rs.
type Table[R any] struct {
	name           string
	columns        []string
	fields         []int
	insert, ignore *statement
}

// NewTable describes a table. R is a struct with a field for each of the
// columns that are given; others get their defaults.
func NewTable[R any](name string, columns ...string) *Table[R] {
	const refuse = "ON CONFLICT DO NOTHING"
	text := textsFor(func(rows int) string { return insertText(name, columns, rows, refuse) })
	return &Table[R]{
		name: name, columns: columns, fields: fieldsOf[R](columns),
		insert: &statement{what: "inserting into " + name, texts: text, each: true},
		ignore: &statement{what: "inserting into " + name, texts: text},
	}
}

// Name returns the table's name.
func (t *Table[R]) Name() string { return t.name }

// Columns returns the columns that a row is written with.
func (t *Table[R]) Columns() []string { return slices.Clone(t.columns) }

// Insert queues a row that must be written. If a key of it is taken, Flush
// returns ErrConflict.
func (t *Table[R]) Insert(tx Writer, row R) { tx.add(t.insert, arguments(&row, t.fields)) }

// InsertIgnore queues a row that is left out if a key of it is taken.
func (t *Table[R]) InsertIgnore(tx Writer, row R) { tx.add(t.ignore, arguments(&row, t.fields)) }

// KeyedTable is a table with a key by which rows are overwritten.
type KeyedTable[R any] struct {
	*Table[R]
	upsert *statement
}

// NewKeyedTable describes a table with a key, which must be unique in the
// schema. The other columns are those that Upsert overwrites.
func NewKeyedTable[R any](name string, key []string, others ...string) *KeyedTable[R] {
	t := NewTable[R](name, slices.Concat(key, others)...)
	text := textsFor(func(rows int) string { return insertText(name, t.columns, rows, upsertText(key, others)) })
	return &KeyedTable[R]{t, &statement{what: "writing to " + name, texts: text, each: true}}
}

// Upsert queues a row that overwrites the one with the same key. Two rows of
// one flush must not have the same key.
func (t *KeyedTable[R]) Upsert(tx Writer, row R) { tx.add(t.upsert, arguments(&row, t.fields)) }

// NumberedTable is a table whose rows are numbered by the database.
type NumberedTable[R any] struct {
	name    string
	columns []string
	fields  []int
	insert  *statement
}

// NewNumberedTable describes a table with an id that the caller makes, and a number that
// the database assigns. The number column is not among the others.
func NewNumberedTable[R any](name, id, number string, others ...string) *NumberedTable[R] {
	columns := slices.Concat([]string{id}, others)
	refuse := "ON CONFLICT DO NOTHING RETURNING " + quoteAll([]string{id, number})
	return &NumberedTable[R]{name, columns, fieldsOf[R](columns), &statement{
		what: "inserting into " + name, each: true, numbers: true,
		texts: textsFor(func(rows int) string { return insertText(name, columns, rows, refuse) }),
	}}
}

// Name returns the table's name.
func (t *NumberedTable[R]) Name() string { return t.name }

// Columns returns the columns that a row is written with.
func (t *NumberedTable[R]) Columns() []string { return slices.Clone(t.columns) }

// Insert queues a row that must be written. After Flush, Tx.Number returns its number. If
// a key of it is taken, Flush returns ErrConflict.
func (t *NumberedTable[R]) Insert(tx Writer, row R) { tx.add(t.insert, arguments(&row, t.fields)) }
