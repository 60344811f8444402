package read

import (
	"context"
	"fmt"
	"strconv"

	"ctihub/leads"
)

// BoardPage is how many leads of a column a board shows at first.
const BoardPage = 50

// BoardColumn is the leads of one stage that fit a filter.
type BoardColumn struct {
	Count int64
	Sums  []leads.Sum
	Rows  []LeadRow
	Next  string // cursor of a list of the stage's leads that goes on after them
}

// Board reads the leads of a pipeline that the viewer may see, by the ids of their stages: the counts and
// the sums of all, the rows of the first, newest first unless told. It looks at all leads that
// the viewer sees and that have a status of the filter.
func (l Lists) Board(ctx context.Context, v leads.Viewer, f leads.LeadFilter, order leads.Order) (map[string]*BoardColumn, error) {
	q, none, err := l.leadQuery(ctx, v, f)
	columns := map[string]*BoardColumn{}
	if err != nil || none {
		return columns, err
	}
	q.restrict(" >= ?", q.since)
	q.restrict(" < ?", q.until)
	if err := l.boardSums(ctx, q, columns); err != nil {
		return nil, err
	}
	return columns, l.boardRows(ctx, q, order, columns)
}

// boardLeads selects the leads of all streams that fit the filters, each once.
func boardLeads(t *builder, q *query) {
	for i, s := range q.streams {
		if i > 0 {
			t.WriteString(" UNION ")
		}
		t.WriteString("SELECT l.id, l.stage_id, l.opened, l.currency, l.amount, l.probability FROM " + s.from)
		if s.join != "" {
			t.WriteString(" " + s.join)
		}
		for _, join := range q.joins {
			t.WriteString(" " + join)
		}
		t.WriteString(" WHERE TRUE")
		for _, conditions := range [][]clause{s.where, q.usual, q.filters} {
			for _, c := range conditions {
				t.WriteString(" AND ")
				t.clause(c)
			}
		}
	}
}

// boardSums counts and adds up the leads of each stage.
func (l Lists) boardSums(ctx context.Context, q *query, columns map[string]*BoardColumn) error {
	t := &builder{}
	t.WriteString(`SELECT b.stage_id, b.currency, COUNT(*), CAST(COALESCE(SUM(b.amount), 0) AS BIGINT),
    CAST(COALESCE(SUM(b.amount * CASE WHEN b.probability >= 0 THEN b.probability ELSE s.probability END / 100), 0) AS BIGINT)
FROM (`)
	boardLeads(t, q)
	t.WriteString(") AS b JOIN stages s ON s.id = b.stage_id GROUP BY b.stage_id, b.currency ORDER BY b.stage_id, b.currency")
	rows, err := l.On.QueryContext(ctx, t.String(), t.args...)
	if err != nil {
		return fmt.Errorf("adding up a board: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var stage string
		var count int64
		var sum leads.Sum
		if err := rows.Scan(&stage, &sum.Currency, &count, &sum.Amount, &sum.Weighted); err != nil {
			return err
		}
		c := columns[stage]
		if c == nil {
			c = &BoardColumn{}
			columns[stage] = c
		}
		c.Count += count
		if sum.Currency != "" {
			c.Sums = append(c.Sums, sum)
		}
	}
	return rows.Err()
}

// boardRows reads the first leads of each stage.
func (l Lists) boardRows(ctx context.Context, q *query, order leads.Order, columns map[string]*BoardColumn) error {
	by := leadList.inOrder(order)
	t := &builder{}
	t.WriteString("SELECT f.stage_id, f.opened, f.id FROM (SELECT b.stage_id, b.opened, b.id, ROW_NUMBER() OVER (PARTITION BY b.stage_id ORDER BY " + by.order("b.opened", "b.id") + ") AS n FROM (")
	boardLeads(t, q)
	t.WriteString(") AS b) AS f WHERE f.n <= " + strconv.Itoa(BoardPage) + " ORDER BY " + by.order("f.opened", "f.id"))
	rows, err := l.On.QueryContext(ctx, t.String(), t.args...)
	if err != nil {
		return fmt.Errorf("reading a board: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []place
	last := map[string]place{}
	for rows.Next() {
		var stage, id string
		var opened int64
		if err := rows.Scan(&stage, &opened, &id); err != nil {
			return err
		}
		last[stage] = place{opened, id}
		all = append(all, last[stage])
	}
	if err := rows.Err(); err != nil {
		return err
	}
	found, err := by.rowsAt(ctx, l, all)
	if err != nil {
		return err
	}
	for _, r := range found {
		c := columns[r.StageID]
		if c == nil { // moved meanwhile
			continue
		}
		c.Rows = append(c.Rows, r)
	}
	for stage, c := range columns {
		if c.Count > BoardPage {
			c.Next = encodeCursor(last[stage])
		}
	}
	return nil
}
