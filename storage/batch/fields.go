package batch

import (
	"fmt"
	"reflect"
	"strings"
)

// fieldsOf returns the indexes of the fields of the struct R that hold the columns. A
// field has the name of its column, apart from case and underscores. It panics for a
// column without a field.
func fieldsOf[R any](columns []string) []int {
	row := reflect.TypeFor[R]()
	fields := make([]int, len(columns))
	for i, column := range columns {
		field, ok := row.FieldByNameFunc(func(name string) bool { return strings.EqualFold(name, strings.ReplaceAll(column, "_", "")) })
		if !ok {
			panic(fmt.Sprintf("batch: %s has no field for the column %s", row, column))
		}
		fields[i] = field.Index[0]
	}
	return fields
}

// keyFields returns the fields of a key K in their order; nil for a K that is a string.
func keyFields[K any](what string, columns []string) []int {
	key := reflect.TypeFor[K]()
	if key.Kind() != reflect.Struct {
		if len(columns) != 1 {
			panic(fmt.Sprintf("batch: %s: %d columns of a key that has 1", what, len(columns)))
		}
		return nil
	}
	if key.NumField() != len(columns) {
		panic(fmt.Sprintf("batch: %s: %d columns of a key that has %d", what, len(columns), key.NumField()))
	}
	fields := make([]int, len(columns))
	for i := range fields {
		fields[i] = i
	}
	return fields
}

// typesOf returns the SQL types of fields of R; of R itself without fields.
func typesOf[R any](fields []int) []string {
	row := reflect.TypeFor[R]()
	if fields == nil {
		return []string{sqlType(row, row.Name(), row)}
	}
	types := make([]string, len(fields))
	for i, f := range fields {
		types[i] = sqlType(row, row.Field(f).Name, row.Field(f).Type)
	}
	return types
}

func sqlType(row reflect.Type, name string, field reflect.Type) string {
	switch {
	case field == nullText, field.Kind() == reflect.String:
		return "TEXT"
	case field.Kind() == reflect.Int64:
		return "BIGINT"
	case field.Kind() == reflect.Bool:
		return "BOOLEAN"
	}
	panic(fmt.Sprintf("batch: %s has a field %s of a kind that no column has", row, name))
}
