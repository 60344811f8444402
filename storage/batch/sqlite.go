package batch

import (
	"context"
	"database/sql"
	"fmt"
)

// writeSQLite writes the queued rows, with as few statements as possible.
func (t *Tx) writeSQLite(ctx context.Context, queued []*queue) error {
	for _, q := range queued {
		for from := 0; from < q.n; {
			size, n := largestFilledBy(q.n - from)
			if err := t.writeRows(ctx, q, size, from, n); err != nil {
				return fmt.Errorf("%s: %w", q.what, err)
			}
			from += n
		}
	}
	return nil
}

// writeRows writes n rows with the statement of a size.
func (t *Tx) writeRows(ctx context.Context, q *queue, size, from, n int) error {
	on, err := t.db.statement(ctx, t.tx, q.text.sqlite[size]) //nolint:sqlclosecheck // ends with the transaction
	if err != nil {
		return err
	}
	args := make([]any, 0, n*len(q.columns))
	for i := range n {
		args = q.row(args, from+i)
	}
	written := int64(0)
	if q.numbers {
		written, err = t.writeNumbered(ctx, on, args)
	} else {
		var result sql.Result
		if result, err = on.ExecContext(ctx, args...); err == nil {
			written, err = result.RowsAffected()
		}
	}
	if err == nil && q.each && written != int64(n) {
		return ErrConflict
	}
	return err
}

func (t *Tx) writeNumbered(ctx context.Context, on *sql.Stmt, args []any) (written int64, err error) {
	rows, err := on.QueryContext(ctx, args...) //nolint:rowserrcheck // eachRow checks it
	if err != nil {
		return 0, err
	}
	defer func() { _ = rows.Close() }()
	return eachRow(rows, t.takeNumber)
}
