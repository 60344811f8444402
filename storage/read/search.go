package read

import (
	"context"
	"strings"
	"unicode"

	"ctihub/leads"
	"ctihub/leads/search"
)

// pattern is the LIKE pattern of a search, empty for none. A number may be
// written with blanks, brackets and dashes.
func pattern(query string) string {
	query = strings.Join(strings.Fields(leads.Fold(query)), " ")
	if query == "" {
		return ""
	}
	if digits, ok := phoneDigits(query); ok {
		query = digits
	}
	return "%" + Literal(query) + "%"
}

// Literal escapes a text for a LIKE pattern.
func Literal(s string) string { return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s) }

// phoneDigits returns the digits of a query that looks like a phone number. The
// trunk prefix of a national number ("8 916 …") is left out, because numbers
// are stored in E.164.
func phoneDigits(query string) (string, bool) {
	digits := DigitsOf(query)
	if len(digits) < 4 || strings.Trim(query, "+0123456789 ()-.") != "" {
		return "", false
	}
	if len(digits) == 11 && digits[0] == '8' {
		digits = digits[1:]
	}
	return digits, true
}

// DigitsOf returns the digits of a text.
func DigitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// withTerms filters records t of an object by texts: one of the parts of each of the terms, in what
// they are found by or in their custom fields.
func (l Lists) withTerms(ctx context.Context, q *query, object leads.CustomObject, terms []search.Term) error {
	custom, err := l.customSearch(ctx)
	if err != nil {
		return err
	}
	for _, t := range terms {
		var is []string
		var likes []any
		for _, part := range t {
			one := custom.in("t.search", "%"+Literal(part)+"%", map[leads.CustomObject]string{object: "t.id"})
			is, likes = append(is, one.text), append(likes, one.values...)
		}
		q.filter("("+strings.Join(is, " OR ")+")", likes...)
	}
	return nil
}
