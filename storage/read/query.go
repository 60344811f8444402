package read

import (
	"slices"
	"strconv"
	"strings"

	"ctihub/leads"
)

// clause is a condition: each ? in the text stands for one of the values.
type clause struct {
	text   string
	values []any
}

func where(text string, values ...any) clause { return clause{text, values} }

// stream is a range of an index that has the order of the list: to find the first records
// of the list, the first of each stream are enough.
type stream struct {
	from    string // tables in the order in which they are read; the index is of the first
	key, id string // columns of the list's order
	where   []clause
	join    string // more tables, which only filters need
}

// with returns the stream restricted by more conditions.
func (s stream) with(more ...clause) stream {
	s.where = slices.Concat(s.where, more)
	return s
}

// query is what one list asks for: the records of all its streams that fit the filters.
type query struct {
	streams []stream
	// filters are conditions that no index decides. Reading looks at a bounded number of
	// records of each stream, see bound.go.
	filters []clause
	// usual is a condition that nearly every record fits.
	usual []clause
	// joins are tables that filters and usual need, joined to every stream.
	joins []string
	// since and until restrict a list by a time to keys from since to before until, in
	// microseconds. 0: open.
	since, until int64
	// boundless: a search by a part of a text reads as far as it must.
	boundless bool
}

func (q *query) add(s ...stream) { q.streams = append(q.streams, s...) }

// join adds a table to every stream, once.
func (q *query) join(table string) {
	if !slices.Contains(q.joins, table) {
		q.joins = append(q.joins, table)
	}
}

// filter adds a condition that has no index.
func (q *query) filter(condition string, values ...any) {
	q.filters = append(q.filters, guarded(condition, values...))
}

// equals filters by the value of a column, unless that is empty.
func (q *query) equals(column, value string) {
	if value != "" {
		q.filter(column+" = ?", value)
	}
}

// isOneOf filters by the values that a column may have, unless there are none.
func isOneOf[T ~string](q *query, column string, values []T) {
	if len(values) > 0 {
		is := anyOf(column, values)
		q.filter(is.text, is.values...)
	}
}

// guarded hides a condition from the databases. PostgreSQL takes two conditions for very
// selective, and would read and sort the whole table instead of its newest records; SQLite
// would read all records of a user by an index instead of looking a few up by their ids.
func guarded(condition string, values ...any) clause {
	return where("CASE WHEN "+condition+" THEN TRUE ELSE FALSE END", values...)
}

// inPeriod restricts a list by a time to a period, also if it is restricted already.
func (q *query) inPeriod(p leads.Period) {
	if !p.Since.IsZero() {
		q.since = max(q.since, p.Since.UnixMicro())
	}
	if at := p.Until.UnixMicro(); !p.Until.IsZero() && (q.until == 0 || at < q.until) {
		q.until = at
	}
}

// restrict restricts all streams to keys that compare so with a time, unless that is 0.
func (q *query) restrict(to string, at int64) {
	if at == 0 {
		return
	}
	for i, s := range q.streams {
		q.streams[i] = s.with(where(s.key+to, at))
	}
}

// anyOf is the condition that a column has one of the values. Their number is rounded up,
// so that few texts have to be prepared.
func anyOf[T ~string](column string, values []T) clause {
	n := 1
	for n < len(values) {
		n *= 2
	}
	var c clause
	for i := range n {
		c.values = append(c.values, string(values[min(i, len(values)-1)]))
	}
	c.text = column + " IN (" + strings.TrimSuffix(strings.Repeat("?, ", n), ", ") + ")"
	return c
}

// builder is an SQL text that grows, with the values of its parameters.
type builder struct {
	strings.Builder
	args []any
}

// clause appends a condition and numbers its parameters.
func (t *builder) clause(c clause) {
	parts := strings.Split(c.text, "?")
	if len(parts) != len(c.values)+1 {
		panic("read: " + strconv.Itoa(len(c.values)) + " values for " + c.text)
	}
	for i, part := range parts {
		t.WriteString(part)
		if i < len(c.values) {
			t.args = append(t.args, c.values[i])
			t.WriteString("$" + strconv.Itoa(len(t.args)))
		}
	}
}
