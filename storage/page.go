package storage

import (
	"encoding/base64"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"

	"ctihub/leads"
)

// maxPage is the most records of one page.
const maxPage = 200

// place is where a page begins: behind the record with this key and id.
type place struct{ key, id string }

// pageFrom reads a page's limit and cursor; first is where the list begins.
func pageFrom(p leads.Page, first place) (place, int, error) {
	most := min(max(p.Limit, 1), maxPage)
	if p.Cursor == "" {
		return first, most, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(p.Cursor)
	key, id, ok := strings.Cut(string(b), "\x1f")
	if err != nil || !ok {
		return place{}, 0, fmt.Errorf("%w: cursor is not one that a list returned", leads.ErrInvalid)
	}
	return place{key, id}, most, nil
}

// newestFirst reads the page of a list that is ordered by a time, newest first.
func newestFirst(p leads.Page) (beforeAt int64, beforeID string, most int, err error) {
	at, most, err := pageFrom(p, place{strconv.FormatInt(math.MaxInt64, 10), ""})
	if err != nil {
		return 0, "", 0, err
	}
	beforeAt, err = strconv.ParseInt(at.key, 10, 64)
	if err != nil {
		return 0, "", 0, fmt.Errorf("%w: cursor is not one that a list returned", leads.ErrInvalid)
	}
	return beforeAt, at.id, most, nil
}

// listOf makes a page of at most most records from rows, which hold one more
// if there is a next page.
func listOf[R, T any](rows []R, most int, record func(R) T, at func(R) place) leads.List[T] {
	list := leads.List[T]{Items: make([]T, 0, min(len(rows), most))}
	for i, r := range rows {
		if i == most {
			last := at(rows[i-1])
			list.Next = base64.RawURLEncoding.EncodeToString([]byte(last.key + "\x1f" + last.id))
			break
		}
		list.Items = append(list.Items, record(r))
	}
	return list
}

func placeAt(us int64, id string) place { return place{strconv.FormatInt(us, 10), id} }

// span is a range of times as the queries take it: from since, before until.
func span(since, until time.Time) (from, to int64) {
	from, to = math.MinInt64, math.MaxInt64
	if !since.IsZero() {
		from = since.UnixMicro()
	}
	if !until.IsZero() {
		to = until.UnixMicro()
	}
	return from, to
}

// fold is the form in which texts are searched and sorted, the same on both
// databases: lower case, with ё as е.
func fold(parts ...string) string {
	return strings.ReplaceAll(strings.ToLower(text(strings.Join(parts, " "))), "ё", "е")
}

// pattern is the LIKE pattern of a search, empty for none. A number may be
// written with blanks, brackets and dashes.
func pattern(query string) string {
	query = strings.Join(strings.Fields(fold(query)), " ")
	if query == "" {
		return ""
	}
	if digits, ok := dialled(query); ok {
		query = digits
	}
	return "%" + literal(query) + "%"
}

// literal is a text as a part of a LIKE pattern that means just itself.
func literal(s string) string { return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s) }

// dialled returns the digits of a query that looks like a phone number. The
// trunk prefix of a national number ("8 916 …") is left out, because numbers
// are stored in E.164.
func dialled(query string) (string, bool) {
	digits := digitsOf(query)
	if len(digits) < 4 || strings.Trim(query, "+0123456789 ()-.") != "" {
		return "", false
	}
	if len(digits) == 11 && digits[0] == '8' {
		digits = digits[1:]
	}
	return digits, true
}

// digitsOf returns the digits of a text.
func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}
