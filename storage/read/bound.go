package read

import (
	"context"
	"strconv"
)

// LookMost is how many records of a stream one page looks at for those that fit the
// filters. If a page is not full by then, it ends there, and the next one goes on.
const LookMost = 300

// bound returns the place at which a page ends even if it is not full: at which the first
// of the streams has been looked through that far. nil: nowhere.
func (l list[R]) bound(ctx context.Context, on Lists, q *query, after place) (*place, error) {
	if len(q.filters) == 0 || q.boundless {
		return nil, nil
	}
	text, args := l.boundStatement(q, after, on.look())
	rows, err := on.On.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var end *place
	for rows.Next() {
		number, id := int64(0), ""
		if err := rows.Scan(&number, &id); err != nil {
			return nil, err
		}
		end = &place{number, id}
	}
	return end, rows.Err()
}

// boundStatement selects the first of the streams' records of that number after a place.
func (l list[R]) boundStatement(q *query, after place, look int) (string, []any) {
	t := &builder{}
	t.WriteString("SELECT f.k, f.id FROM (")
	l.union(t, q, after, " LIMIT 1 OFFSET "+strconv.Itoa(look))
	t.WriteString(") AS f ORDER BY " + l.order("f.k", "f.id") + " LIMIT 1")
	return t.String(), t.args
}

// union selects of each stream, whatever the filters are, those records after a place that
// a limit allows.
func (l list[R]) union(t *builder, q *query, after place, limit string) {
	for i, s := range q.streams {
		if i > 0 {
			t.WriteString(" UNION ")
		}
		t.WriteString("SELECT * FROM (")
		l.stream(t, s, nil, after)
		t.WriteString(limit + ") AS s" + strconv.Itoa(i))
	}
}
