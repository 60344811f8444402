package batch

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// ErrConflict says that a row was not inserted or not updated because another writer was
// first: the transaction's decisions are stale. It has to be rolled back, and may be run
// again from its start.
var ErrConflict = errors.New("another writer was first")

// Writer queues rows: a Tx, or a struct that embeds one.
type Writer interface {
	add(s *statement, args []any)
}

// statement writes rows.
type statement struct {
	what    string // for errors
	texts   texts
	each    bool // each row must be written
	single  bool // one row each
	numbers bool // returns id and number of each row
}

// Tx queues the writes of one transaction until Flush. It is for one goroutine at a time,
// and ends with its transaction.
type Tx struct {
	db      *DB
	tx      *sql.Tx
	conn    *sql.Conn
	queued  []*queue
	numbers map[string]int64
}

// queue holds the rows of one statement.
type queue struct {
	*statement
	rows [][]any
}

// add queues a row.
func (t *Tx) add(s *statement, args []any) {
	for _, q := range t.queued {
		if q.statement == s {
			q.rows = append(q.rows, args)
			return
		}
	}
	t.queued = append(t.queued, &queue{s, [][]any{args}})
}

// Number returns the number that the database gave to a row of a NumberedTable,
// by its id; 0 before the row is flushed.
func (t *Tx) Number(id string) int64 { return t.numbers[id] }

// execution is a statement with the arguments of all rows of its text.
type execution struct {
	*statement
	size, rows int
	args       []any
}

// executions splits the rows into as few statements as possible.
func (q *queue) executions() (all []execution) {
	for rows := q.rows; len(rows) > 0; {
		size, n := largestFilledBy(len(rows))
		if q.single {
			size, n = 0, 1
		}
		r := execution{statement: q.statement, size: size, rows: n}
		for _, row := range rows[:n] {
			r.args = append(r.args, row...)
		}
		all, rows = append(all, r), rows[n:]
	}
	return all
}

// check turns rows that were not written into ErrConflict.
func (r execution) check(written int64) error {
	if r.each && written != int64(r.rows) {
		return ErrConflict
	}
	return nil
}

// Flush writes the rows queued since the last flush. After an error the
// transaction must be rolled back.
func (t *Tx) Flush(ctx context.Context) error {
	var all []execution
	for _, q := range t.queued {
		all = append(all, q.executions()...)
	}
	t.queued = nil
	switch {
	case len(all) == 0:
		return nil
	case t.db.pipelines:
		return t.conn.Raw(func(c any) error { return t.pipeline(ctx, c.(*stdlib.Conn).Conn(), all) })
	}
	for _, r := range all {
		if err := t.runSQLite(ctx, r); err != nil {
			return fmt.Errorf("%s: %w", r.what, err)
		}
	}
	return nil
}

// pipeline sends the statements to PostgreSQL in one round trip.
func (t *Tx) pipeline(ctx context.Context, c *pgx.Conn, all []execution) (err error) {
	batch := &pgx.Batch{}
	for _, r := range all {
		batch.Queue(r.texts[r.size], r.args...)
	}
	results := c.SendBatch(ctx, batch)
	defer func() {
		if e := results.Close(); err == nil {
			err = e
		}
	}()
	for _, r := range all {
		if err := t.readResult(r, results); err != nil {
			return fmt.Errorf("%s: %w", r.what, err)
		}
	}
	return nil
}

func (t *Tx) readResult(r execution, results pgx.BatchResults) error {
	if !r.numbers {
		tag, err := results.Exec()
		if err != nil {
			return err
		}
		return r.check(tag.RowsAffected())
	}
	rows, err := results.Query()
	if err != nil {
		return err
	}
	var id string
	var number int64
	tag, err := pgx.ForEachRow(rows, []any{&id, &number}, func() error { t.numbers[id] = number; return nil })
	if err != nil {
		return err
	}
	return r.check(tag.RowsAffected())
}

// runSQLite runs a statement on SQLite.
func (t *Tx) runSQLite(ctx context.Context, r execution) error {
	prepared, err := t.db.prepare(ctx, r.texts[r.size], math.MaxInt)
	if err != nil {
		return err
	}
	on := t.tx.StmtContext(ctx, prepared) //nolint:sqlclosecheck // ends with the transaction
	if r.numbers {
		return t.runNumbered(ctx, on, r)
	}
	result, err := on.ExecContext(ctx, r.args...)
	if err != nil {
		return err
	}
	n, err := result.RowsAffected()
	if err != nil {
		return err
	}
	return r.check(n)
}

func (t *Tx) runNumbered(ctx context.Context, on *sql.Stmt, r execution) error {
	rows, err := on.QueryContext(ctx, r.args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	written := int64(0)
	for ; rows.Next(); written++ {
		var id string
		var number int64
		if err := rows.Scan(&id, &number); err != nil {
			return err
		}
		t.numbers[id] = number
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return r.check(written)
}
