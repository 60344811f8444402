package read

import (
	"database/sql"
	"reflect"
	"strings"
	"unicode"
)

// columns lists the columns of r for the fields of R, by the naming of sqlc ("HasHTML" is
// has_html).
func columns[R any]() string {
	var names []string
	for f := range reflect.TypeFor[R]().Fields() {
		names = append(names, "r."+column(f.Name))
	}
	return strings.Join(names, ", ")
}

func column(field string) string {
	var b strings.Builder
	small := false
	for _, c := range field {
		if unicode.IsUpper(c) && small {
			b.WriteByte('_')
		}
		small = unicode.IsLower(c)
		b.WriteRune(unicode.ToLower(c))
	}
	return b.String()
}

// scan reads all rows, whose columns are those of R, and closes them.
func scan[R any](rows *sql.Rows) ([]R, error) {
	defer func() { _ = rows.Close() }()
	var all []R
	into := make([]any, reflect.TypeFor[R]().NumField())
	for rows.Next() {
		var r R
		v := reflect.ValueOf(&r).Elem()
		for i := range into {
			into[i] = v.Field(i).Addr().Interface()
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, rows.Err()
}
