package read

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// clause is a condition: each ? in the text stands for one of the values.
type clause struct {
	text   string
	values []any
}

// query is the statement of one list as it is put together. The list's rows are
// called r.
type query struct {
	from  []string
	where []string
	args  []any
	walk  string // whose time and id are those of r: the list is read in their order
}

func newQuery() *query { return &query{walk: "r"} }

// and adds a condition.
func (q *query) and(text string, values ...any) {
	q.where = append(q.where, q.numbered(text, values))
}

// filter adds a condition that often holds and has no index. CASE hides from
// PostgreSQL what it cannot estimate: it takes two of these for rarer than a page
// is long, and would read and sort the whole table instead of its newest records.
func (q *query) filter(condition string, values ...any) {
	q.and("CASE WHEN "+condition+" THEN TRUE ELSE FALSE END", values...)
}

// is filters by the value of a column, unless that is empty.
func (q *query) is(column, value string) {
	if value != "" {
		q.filter(column+" = ?", value)
	}
}

// begin lets the list begin at the rows of from that are tied to r, found by an
// index of theirs. Both databases read from first: SQLite because of CROSS JOIN,
// PostgreSQL because fewer rows are left there.
func (q *query) begin(from, tie string, values ...any) {
	q.from = append(q.from, from)
	q.and(tie, values...)
}

// beginAmong is begin at rows whose one column is the id of r: mine.id. Each ? in
// rows is the viewer.
func (q *query) beginAmong(rows, viewer string) {
	values := slices.Repeat([]any{viewer}, strings.Count(rows, "?"))
	q.from = append(q.from, q.numbered(rows, values))
	q.and("r.id = mine.id")
}

// beginAt is begin at a table whose rows have the time and the id of r, so that
// its index also gives the order.
func (q *query) beginAt(from, alias, condition string, values ...any) {
	q.begin(from+" "+alias, "r.id = "+alias+".id AND "+condition, values...)
	q.walk = alias
}

// during restricts a list to a range of time, each end of which may be open.
func (q *query) during(column string, since, until time.Time) {
	if !since.IsZero() {
		q.and(q.walk+"."+column+" >= ?", since.UnixMicro())
	}
	if !until.IsZero() {
		q.and(q.walk+"."+column+" < ?", until.UnixMicro())
	}
}

// numbered is the text with the numbers of its values.
func (q *query) numbered(text string, values []any) string {
	parts := strings.Split(text, "?")
	if len(parts) != len(values)+1 {
		panic("read: " + strconv.Itoa(len(values)) + " values for " + text)
	}
	var b strings.Builder
	for i, part := range parts {
		b.WriteString(part)
		if i < len(values) {
			q.args = append(q.args, values[i])
			b.WriteString("$" + strconv.Itoa(len(q.args)))
		}
	}
	return b.String()
}
