package read

import (
	"context"
	"encoding/base64"
	"fmt"
	"math"
	"strconv"
	"strings"

	"ctihub/leads"
	"ctihub/storage/batch"
)

// MaxPage is the greatest number of records of one page.
const MaxPage = 200

// list describes a list of rows R of a view, ordered by a column and then by id.
type list[R any] struct {
	rows  string // the view
	key   string // the column
	first any    // before the first key; its type, int64 or string, is that of the keys
	down  bool   // the greatest key comes first
	keyOf func(R) (key any, id string)
}

// newestFirst is a list by a time in microseconds, newest first.
func newestFirst[R any](rows, key string, place func(R) (at int64, id string)) list[R] {
	return list[R]{rows, key, int64(math.MaxInt64), true, func(r R) (any, string) { at, id := place(r); return at, id }}
}

// read reads a page of the list, restricted by the query.
func (l list[R]) read(ctx context.Context, on Querier, q *query, p leads.Page) (Page[R], error) {
	key, id, err := l.decodeCursor(p.Cursor)
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
	return Page[R]{Rows: all[:most], Next: l.encodeCursor(all[most-1])}, nil
}

// statement selects at most so many rows after a key and id (keyset pagination).
func (l list[R]) statement(q *query, key any, id string, most int) (text string, args []any) {
	than, order := ">", ""
	if l.down {
		than, order = "<", " DESC"
	}
	at, by := q.orderAlias+"."+l.key, q.orderAlias+".id"
	q.and("("+at+", "+by+") "+than+" (?, ?)", key, id)
	limit := q.bind("?", []any{most})
	return "SELECT " + batch.Columns[R]("r") + " FROM " + strings.Join(append(q.from, l.rows+" r"), " CROSS JOIN ") +
		" WHERE " + strings.Join(q.where, " AND ") + " ORDER BY " + at + order + ", " + by + order + " LIMIT " + limit, q.args
}

// A cursor holds the key and the id of the last record of a page, with this between them.
const cursorSeparator = "\x1f"

func (l list[R]) encodeCursor(last R) string {
	key, id := l.keyOf(last)
	return base64.RawURLEncoding.EncodeToString([]byte(fmt.Sprint(key) + cursorSeparator + id))
}

// decodeCursor returns the key and id after which a page begins.
func (l list[R]) decodeCursor(cursor string) (key any, id string, err error) {
	if cursor == "" {
		return l.first, "", nil
	}
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	text, id, ok := strings.Cut(string(b), cursorSeparator)
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
