package batch

import (
	"reflect"
	"strings"
	"unicode"
)

// Columns lists the columns of an alias for the fields of R, by the naming of sqlc ("HasHTML"
// is has_html).
func Columns[R any](alias string) string {
	var names []string
	for f := range reflect.TypeFor[R]().Fields() {
		names = append(names, alias+"."+column(f.Name))
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
