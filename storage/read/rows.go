package read

import (
	"database/sql"
	"reflect"
)

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
