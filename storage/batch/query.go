package batch

import (
	"context"
	"reflect"
)

// Query reads rows R by keys K, several keys with one statement. Both are a
// string or a struct. The fields of K, which are texts or int64s, are the columns of the
// key in their order; those of R are what the query selects.
type Query[K, R any] struct {
	what   string
	fields []int // of K; nil: K itself
	text   text
	exact  bool // a key that is repeated would repeat its rows
}

// NewQuery describes a query. what names it in errors ("reading contacts"). The text ends
// with WHERE or AND; the condition on the key is appended:
//
//	NewQuery[string, contact]("reading contacts", "SELECT id, name FROM contacts WHERE", "id")
//
// Columns are written as the text refers to them; they are not quoted.
func NewQuery[K, R any](what, sql string, columns ...string) *Query[K, R] {
	fields := keyFields[K](what, columns)
	return &Query[K, R]{what: what, fields: fields, text: keysText(sql, columns, typesOf[K](fields))}
}

// NewJoin describes a query that reads its keys from v, a row for each, as NewUpdate does:
//
//	SELECT v.id, o.name FROM v JOIN contacts c ON c.id = v.id JOIN users o ON o.id = c.owner_id
func NewJoin[K, R any](what, sql string, columns ...string) *Query[K, R] {
	fields := keyFields[K](what, columns)
	return &Query[K, R]{what: what, fields: fields, exact: true, text: updateText(sql, columns, typesOf[K](fields), false)}
}

// NewSelect describes a query without keys, for [Query.AskAll].
func NewSelect[R any](what, sql string) *Query[string, R] {
	return &Query[string, R]{what: what, text: text{one: sql, sqlite: [sizes]string{sql}}}
}

// Rows returns the rows of the keys, in no order. A key without rows is no error; the
// rows of a repeated key may be repeated.
func (q *Query[K, R]) Rows(ctx context.Context, on Reader, keys ...K) ([]R, error) {
	a := q.Ask(keys...)
	err := on.Read(ctx, a)
	return a.Rows, err
}

// Ask asks for the rows of the keys, for [Tx.Read].
func (q *Query[K, R]) Ask(keys ...K) *Answer[R] {
	a := &Answer[R]{what: q.what, text: &q.text, exact: q.exact}
	for i := range keys {
		a.keys.add(reflect.ValueOf(&keys[i]).Elem(), q.fields)
	}
	return a
}

// AskAll asks for the rows of a query without keys.
func (q *Query[K, R]) AskAll() *Answer[R] { return &Answer[R]{what: q.what, text: &q.text, all: true} }

// Answer is what a query found, once it is read: rows in no order. The rows of a repeated
// key may be repeated.
type Answer[R any] struct {
	Rows []R

	what  string
	text  *text
	keys  rows
	exact bool
	all   bool // no keys
}

// Asked is an Answer of any kind.
type Asked interface {
	selects(pg bool) []selection
	named() string
}

// selection is one statement of an Answer.
type selection struct {
	text string
	args []any
	row  func(scan func(...any) error) error // takes a row over
}

func (a *Answer[R]) named() string { return a.what }

// selects implements Asked.
func (a *Answer[R]) selects(pg bool) (all []selection) {
	switch {
	case a.all:
		return []selection{{a.text.one, nil, a.take}}
	case a.keys.n == 0:
		return nil
	case pg && a.keys.n == 1:
		return []selection{{a.text.one, a.keys.row(nil, 0), a.take}}
	case pg:
		return []selection{{a.text.many, a.keys.arrays(), a.take}}
	}
	for from := 0; from < a.keys.n; {
		size, n := 0, 0
		if a.exact {
			size, n = largestFilledBy(a.keys.n - from)
		} else {
			size, n = smallestHolding(min(a.keys.n-from, RowsMost))
		}
		s := selection{text: a.text.sqlite[size], row: a.take}
		for i := range n { // the last key fills the statement up
			s.args = a.keys.row(s.args, min(from+i, a.keys.n-1))
		}
		all, from = append(all, s), from+n
	}
	return all
}

func (a *Answer[R]) take(scan func(...any) error) error {
	var r R
	if err := scan(scanTargets(&r)...); err != nil {
		return err
	}
	a.Rows = append(a.Rows, r)
	return nil
}

// ByID returns rows by their ids.
func ByID[R any](rows []R, id func(R) string) map[string]R {
	byID := make(map[string]R, len(rows))
	for _, r := range rows {
		byID[id(r)] = r
	}
	return byID
}

// scanTargets returns the pointers for Scan to the fields of a row, those of structs in it
// in their place.
func scanTargets[R any](row *R) []any {
	v := reflect.ValueOf(row).Elem()
	if v.Kind() != reflect.Struct {
		return []any{row}
	}
	return fieldTargets(make([]any, 0, v.NumField()), v)
}

func fieldTargets(to []any, v reflect.Value) []any {
	for i := range v.NumField() {
		if f := v.Field(i); f.Kind() == reflect.Struct && f.Type() != nullText {
			to = fieldTargets(to, f)
		} else {
			to = append(to, v.Field(i).Addr().Interface())
		}
	}
	return to
}
