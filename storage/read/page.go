package read

import (
	"context"
	"encoding/base64"
	"fmt"
	"math"
	"strconv"
	"strings"

	"ctihub/leads"
)

// MaxPage is the most records of one page.
const MaxPage = 200

// list is how the records of a kind are listed: the rows R of a view, in the
// order of a column and then of the id.
type list[R any] struct {
	rows  string // the view
	key   string // the column
	first any    // before the first key; its type, int64 or string, is that of the keys
	down  bool   // the greatest key comes first
	place func(R) (key any, id string)
}

// newest is a list by a time in microseconds, newest first.
func newest[R any](rows, key string, place func(R) (at int64, id string)) list[R] {
	return list[R]{rows, key, int64(math.MaxInt64), true, func(r R) (any, string) { at, id := place(r); return at, id }}
}

// read reads the page of a list that the query restricts.
func (l list[R]) read(ctx context.Context, on Querier, q *query, p leads.Page) (Page[R], error) {
	key, id, err := l.after(p.Cursor)
	if err != nil {
		return Page[R]{}, err
	}
	most := min(max(p.Limit, 1), MaxPage)
	text, args := l.statement(q, key, id, most+1)
	rows, err := on.QueryContext(ctx, text, args...)
	if err != nil {
		return Page[R]{}, err
	}
	all, err := scan[R](rows)
	if err != nil || len(all) <= most {
		return Page[R]{Rows: all}, err
	}
	return Page[R]{Rows: all[:most], Next: l.cursor(all[most-1])}, nil
}

// statement returns at most so many rows behind a place.
func (l list[R]) statement(q *query, key any, id string, most int) (text string, args []any) {
	than, order := ">", ""
	if l.down {
		than, order = "<", " DESC"
	}
	at, by := q.walk+"."+l.key, q.walk+".id"
	q.and("("+at+", "+by+") "+than+" (?, ?)", key, id)
	limit := q.numbered("?", []any{most})
	return "SELECT " + columns[R]() + " FROM " + strings.Join(append(q.from, l.rows+" r"), " CROSS JOIN ") +
		" WHERE " + strings.Join(q.where, " AND ") + " ORDER BY " + at + order + ", " + by + order + " LIMIT " + limit, q.args
}

// A cursor names the last record of a page by its key and its id.
const between = "\x1f"

func (l list[R]) cursor(last R) string {
	key, id := l.place(last)
	return base64.RawURLEncoding.EncodeToString([]byte(fmt.Sprint(key) + between + id))
}

// after is the place behind which a page begins.
func (l list[R]) after(cursor string) (key any, id string, err error) {
	if cursor == "" {
		return l.first, "", nil
	}
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	text, id, ok := strings.Cut(string(b), between)
	if _, number := l.first.(int64); err == nil && ok && number {
		key, err = strconv.ParseInt(text, 10, 64)
	} else {
		key = text
	}
	if err != nil || !ok {
		return nil, "", fmt.Errorf("%w: cursor is not one that a list returned", leads.ErrInvalid)
	}
	return key, id, nil
}
