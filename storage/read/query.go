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

// query builds the statement of one list. The alias of the list's rows is r.
type query struct {
	from       []string
	where      []string
	args       []any
	orderAlias string // alias of the table whose index gives the order; it has the time and id of r
}

func newQuery() *query { return &query{orderAlias: "r"} }

// and adds a condition.
func (q *query) and(text string, values ...any) {
	q.where = append(q.where, q.bind(text, values))
}

// filter adds a condition that often holds and has no index. CASE hides it from
// PostgreSQL's estimate, which takes two such conditions for very selective, and would read
// and sort the whole table instead of its newest records.
func (q *query) filter(condition string, values ...any) {
	q.and("CASE WHEN "+condition+" THEN TRUE ELSE FALSE END", values...)
}

// equals filters by the value of a column, unless that is empty.
func (q *query) equals(column, value string) {
	if value != "" {
		q.filter(column+" = ?", value)
	}
}

// startFrom joins a table that is read before r, by its own index. SQLite reads it first
// because of CROSS JOIN, PostgreSQL because it has fewer matching rows.
func (q *query) startFrom(from, join string, values ...any) {
	q.from = append(q.from, from)
	q.and(join, values...)
}

// startFromIDs is startFrom for a subquery of ids, mine.id. Each ? in rows is the viewer.
func (q *query) startFromIDs(rows, viewer string) {
	values := slices.Repeat([]any{viewer}, strings.Count(rows, "?"))
	q.from = append(q.from, q.bind(rows, values))
	q.and("r.id = mine.id")
}

// startFromTable is startFrom for a table with the time and the id of r, so that its index
// also gives the order.
func (q *query) startFromTable(from, alias, condition string, values ...any) {
	q.startFrom(from+" "+alias, "r.id = "+alias+".id AND "+condition, values...)
	q.orderAlias = alias
}

// inPeriod restricts a list to a range of time, each end of which may be open.
func (q *query) inPeriod(column string, since, until time.Time) {
	if !since.IsZero() {
		q.and(q.orderAlias+"."+column+" >= ?", since.UnixMicro())
	}
	if !until.IsZero() {
		q.and(q.orderAlias+"."+column+" < ?", until.UnixMicro())
	}
}

// bind numbers the parameters of the text and adds their values.
func (q *query) bind(text string, values []any) string {
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
