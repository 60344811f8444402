package batch

import (
	"database/sql"
	"strings"
	"unicode/utf8"
)

// CleanText makes s fit for both databases: PostgreSQL refuses NUL and bytes
// that are not UTF-8. Each becomes U+FFFD.
func CleanText(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// CleanArgs applies CleanText to the texts among a statement's arguments, in
// place.
func CleanArgs(args []any) []any {
	for i, a := range args {
		switch a := a.(type) {
		case string:
			args[i] = CleanText(a)
		case sql.NullString:
			args[i] = sql.NullString{String: CleanText(a.String), Valid: a.Valid}
		}
	}
	return args
}
