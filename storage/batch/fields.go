package batch

import (
	"database/sql"
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

// typesOf returns the SQL types of fields.
func typesOf[R any](fields []int) []string {
	types := make([]string, len(fields))
	for i, f := range fields {
		switch field := reflect.TypeFor[R]().Field(f); {
		case field.Type == reflect.TypeFor[sql.NullString](), field.Type.Kind() == reflect.String:
			types[i] = "TEXT"
		case field.Type.Kind() == reflect.Int64:
			types[i] = "BIGINT"
		case field.Type.Kind() == reflect.Bool:
			types[i] = "BOOLEAN"
		default:
			panic(fmt.Sprintf("batch: %s has a field %s of a kind that no column has", reflect.TypeFor[R](), field.Name))
		}
	}
	return types
}

// arguments returns the values of fields, cleaned by CleanArgs.
func arguments[R any](row *R, fields []int) []any {
	v := reflect.ValueOf(row).Elem()
	args := make([]any, len(fields))
	for i, f := range fields {
		args[i] = argument(v.Field(f))
	}
	return CleanArgs(args)
}

// argument converts texts of any named type to string.
func argument(v reflect.Value) any {
	if v.Kind() == reflect.String {
		return v.String()
	}
	return v.Interface()
}
