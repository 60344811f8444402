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

// list describes a list of rows R of a view, ordered by a key and then by id.
type list[R any] struct {
	rows  string // the view
	first any    // before the first key; its type, int64 or string, is that of the keys
	down  bool   // the greatest key comes first
	keyOf func(R) (key any, id string)
	// sorted are the orders that no index has, see sorted.go.
	sorted map[leads.Order]sorting
}

// newestFirst is a list by a time in microseconds, newest first.
func newestFirst[R any](rows string, place func(R) (at int64, id string)) list[R] {
	return list[R]{rows: rows, first: int64(math.MaxInt64), down: true, keyOf: func(r R) (any, string) { at, id := place(r); return at, id }}
}

// sortedBy returns the list with orders that no index has.
func (l list[R]) sortedBy(by map[leads.Order]sorting) list[R] {
	l.sorted = by
	return l
}

// place is the place of a record in a list.
type place struct {
	key any
	id  string
}

// read reads a page of the list.
func (l list[R]) read(ctx context.Context, on Lists, q *query, p leads.Page) (Page[R], error) {
	if by, ok := l.sorted[p.Order]; ok {
		return l.readSorted(ctx, on, q, p, by)
	}
	l = l.inOrder(p.Order)
	after, err := decodeCursor(p.Cursor, "", l.first)
	if err != nil || len(q.streams) == 0 {
		return Page[R]{}, err
	}
	after = l.enter(q, after)
	end, err := l.bound(ctx, on, q, after)
	if err != nil {
		return Page[R]{}, err
	}
	most := min(max(p.Limit, 1), MaxPage)
	text, args := l.statement(q, after, end, most+1)
	rows, err := on.On.QueryContext(ctx, text, args...)
	if err != nil {
		return Page[R]{}, err
	}
	all, err := scan[R](rows)
	switch {
	case err != nil:
		return Page[R]{}, err
	case len(all) > most:
		key, id := l.keyOf(all[most-1])
		return Page[R]{Rows: all[:most], Next: encodeCursor(place{key, id})}, nil
	case end != nil:
		return Page[R]{Rows: all, Next: encodeCursor(*end)}, nil
	}
	return Page[R]{Rows: all}, nil
}

// inOrder returns the list in an order, by the same indexes.
func (l list[R]) inOrder(o leads.Order) list[R] {
	_, byTime := l.first.(int64)
	switch {
	case !byTime || o == "" || l.down == (o == leads.NewestFirst):
	case l.down:
		l.down, l.first = false, int64(math.MinInt64)
	default:
		l.down, l.first = true, int64(math.MaxInt64)
	}
	return l
}

// enter restricts the streams to the query's period, and returns the place after which a page
// begins. That is the only condition on the side of the index at which it is entered:
// PostgreSQL may enter it at the farther of two.
func (l list[R]) enter(q *query, after place) place {
	at, byTime := after.key.(int64)
	switch {
	case !byTime:
	case l.down:
		if q.restrict(" >= ?", q.since); q.until != 0 && at >= q.until {
			return place{q.until, ""}
		}
	default:
		if q.restrict(" < ?", q.until); q.since != 0 && at < q.since {
			return place{q.since, ""}
		}
	}
	return after
}

// statement selects at least so many rows after a place, and not after end unless it is nil
// (keyset pagination). The ids are found first: the rows of the page alone are put together.
func (l list[R]) statement(q *query, after place, end *place, most int) (string, []any) {
	t := &builder{}
	t.WriteString("SELECT " + batch.Columns[R]("r") + " FROM (")
	limit := " LIMIT " + strconv.Itoa(pageSize(most))
	several := len(q.streams) > 1
	if several {
		t.WriteString("SELECT f.k, f.id FROM (")
	}
	for i, s := range q.streams {
		if i > 0 {
			t.WriteString(" UNION ")
		}
		if several {
			t.WriteString("SELECT * FROM (")
		}
		if end != nil {
			// The key alone again: SQLite ends its way through the index by that only.
			s = s.with(where(s.key+" "+l.upTo()+" ?", end.key), where("("+s.key+", "+s.id+") "+l.upTo()+" (?, ?)", end.key, end.id))
		}
		l.stream(t, s, q, after)
		t.WriteString(limit)
		if several {
			t.WriteString(") AS s" + strconv.Itoa(i))
		}
	}
	if several {
		t.WriteString(") AS f ORDER BY " + l.order("f.k", "f.id") + limit)
	}
	t.WriteString(") AS p CROSS JOIN " + l.rows + " r WHERE r.id = p.id ORDER BY " + l.order("p.k", "p.id"))
	return t.String(), t.args
}

// stream selects the key k and the id of a stream's records after a place, in the order of
// the list.
func (l list[R]) stream(t *builder, s stream, q *query, after place) {
	t.WriteString("SELECT " + s.key + " AS k, " + s.id + " AS id FROM " + s.from)
	conditions := s.where
	if q != nil {
		if s.join != "" {
			t.WriteString(" " + s.join)
		}
		for _, join := range q.joins {
			t.WriteString(" " + strings.ReplaceAll(join, "@id", s.id))
		}
		conditions = append(append(append([]clause{}, s.where...), q.usual...), q.filters...)
	}
	t.WriteString(" WHERE ")
	for _, c := range conditions {
		t.clause(c)
		t.WriteString(" AND ")
	}
	t.clause(where("("+s.key+", "+s.id+") "+l.than()+" (?, ?)", after.key, after.id))
	t.WriteString(" ORDER BY " + l.order(s.key, s.id))
}

// than compares a record with one that is before it.
func (l list[R]) than() string {
	if l.down {
		return "<"
	}
	return ">"
}

// upTo compares a record with one that it is, or is before.
func (l list[R]) upTo() string {
	if l.down {
		return ">="
	}
	return "<="
}

func (l list[R]) order(key, id string) string {
	if l.down {
		return key + " DESC, " + id + " DESC"
	}
	return key + ", " + id
}

// pageSize rounds the number of rows of a page up. It is a literal of the statement, by
// which PostgreSQL estimates how much is read, so there are three.
func pageSize(most int) int {
	for _, n := range []int{21, 51} {
		if most <= n {
			return n
		}
	}
	return MaxPage + 1
}

// A cursor holds the key and the id of the last record of a page, with this between them.
const cursorSeparator = "\x1f"

var errCursor = fmt.Errorf("%w: cursor is not one that a list returned", leads.ErrInvalid)

func encodeCursor(last place) string {
	return base64.RawURLEncoding.EncodeToString([]byte(fmt.Sprint(last.key) + cursorSeparator + last.id))
}

// decodeCursor returns the place after which a page begins. The cursor begins with a text; first
// is before the first key.
func decodeCursor(cursor, begin string, first any) (after place, err error) {
	if cursor == "" {
		return place{first, ""}, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	text, ok := strings.CutPrefix(string(b), begin)
	end := strings.LastIndex(text, cursorSeparator)
	if err != nil || !ok || end < 0 {
		return place{}, errCursor
	}
	after = place{text[:end], text[end+len(cursorSeparator):]}
	if _, number := first.(int64); number {
		if after.key, err = strconv.ParseInt(text[:end], 10, 64); err != nil {
			return place{}, errCursor
		}
	}
	return after, nil
}
