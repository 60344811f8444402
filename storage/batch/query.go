package batch

import (
	"context"
	"fmt"
	"reflect"
	"slices"
)

// Query reads rows R by keys K, several keys with one statement. Both are a
// string or a struct. The fields of K, which are texts, are the columns of the
// key in their order; those of R are what the query selects.
type Query[K, R any] struct {
	what  string
	texts texts
}

// NewQuery describes a query. what names it in errors ("reading contacts"). The text ends
// with WHERE or AND; the condition on the key is appended:
//
//	NewQuery[string, contact]("reading contacts", "SELECT id, name FROM contacts WHERE", "id")
//
// Columns are written as the text refers to them; they are not quoted.
func NewQuery[K, R any](what, text string, columns ...string) *Query[K, R] {
	if want := fieldCount[K](); want != len(columns) {
		panic(fmt.Sprintf("batch: %s: %d columns of a key that has %d", what, len(columns), want))
	}
	return &Query[K, R]{what, textsFor(func(rows int) string { return text + " " + keysText(columns, rows) })}
}

// Rows returns the rows of the keys, in no order. A key without rows is no error; the
// rows of a repeated key may be repeated.
func (q *Query[K, R]) Rows(ctx context.Context, on Reader, keys ...K) ([]R, error) {
	var found []R
	for some := range slices.Chunk(keys, RowsMost) {
		size, n := smallestHolding(len(some))
		var args []any
		for i := range n { // the last key fills the statement up
			args = append(args, keyValues(&some[min(i, len(some)-1)])...)
		}
		var err error
		if found, err = scan(ctx, on, found, q.texts[size], args); err != nil {
			return nil, fmt.Errorf("%s: %w", q.what, err)
		}
	}
	return found, nil
}

func scan[R any](ctx context.Context, on Reader, found []R, text string, args []any) ([]R, error) {
	rows, err := on.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var r R
		if err := rows.Scan(scanTargets(&r)...); err != nil {
			return nil, err
		}
		found = append(found, r)
	}
	return found, rows.Err()
}

// ByID returns rows by their ids.
func ByID[R any](rows []R, id func(R) string) map[string]R {
	byID := make(map[string]R, len(rows))
	for _, r := range rows {
		byID[id(r)] = r
	}
	return byID
}

func fieldCount[K any]() int {
	if t := reflect.TypeFor[K](); t.Kind() == reflect.Struct {
		return t.NumField()
	}
	return 1
}

// keyValues returns the values of a key's fields.
func keyValues[K any](key *K) []any {
	v := reflect.ValueOf(key).Elem()
	if v.Kind() != reflect.Struct {
		return []any{argument(v)}
	}
	args := make([]any, v.NumField())
	for i := range args {
		args[i] = argument(v.Field(i))
	}
	return args
}

// scanTargets returns the pointers for Scan to the fields of a row.
func scanTargets[R any](row *R) []any {
	v := reflect.ValueOf(row).Elem()
	if v.Kind() != reflect.Struct {
		return []any{row}
	}
	to := make([]any, v.NumField())
	for i := range to {
		to[i] = v.Field(i).Addr().Interface()
	}
	return to
}
