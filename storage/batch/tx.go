package batch

import (
	"context"
	"database/sql"
	"errors"
	"reflect"
	"time"
)

// ErrConflict says that a row was not inserted or not updated because another writer was
// first: the transaction's decisions are stale. It has to be rolled back, and may be run
// again from its start.
var ErrConflict = errors.New("another writer was first")

// rollbackWithin bounds a rollback. A connection whose transaction cannot be ended is closed.
const rollbackWithin = 3 * time.Second

// Writer queues rows: a Tx, or a struct that embeds one.
type Writer interface {
	add(s *statement, row reflect.Value)
}

// statement writes rows.
type statement struct {
	what    string // for errors
	fields  []int  // of the struct that is queued
	text    text
	each    bool // each row must be written
	numbers bool // returns id and number of each row
}

// Tx is one transaction: it queues writes until a flush, a read or the commit, whichever
// comes first. It is for one goroutine at a time.
//
// On PostgreSQL what is queued, what is asked, the BEGIN of the first and the COMMIT of the last are
// sent together: a transaction that reads once, and then writes, waits twice.
type Tx struct {
	db      *DB
	conn    *sql.Conn
	tx      *sql.Tx // SQLite
	begun   bool    // PostgreSQL: the server has the transaction
	queued  []*queue
	numbers map[string]int64
}

// Begin begins a transaction, which must be ended by Commit or Rollback.
func (d *DB) Begin(ctx context.Context) (*Tx, error) {
	conn, err := d.conn.Conn(ctx)
	if err != nil {
		return nil, err
	}
	t := &Tx{db: d, conn: conn, numbers: map[string]int64{}}
	if d.pipelines {
		return t, nil
	}
	if t.tx, err = conn.BeginTx(ctx, nil); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return t, nil
}

// queue holds the rows of one statement.
type queue struct {
	*statement
	rows
}

// add queues a row.
func (t *Tx) add(s *statement, row reflect.Value) {
	for _, q := range t.queued {
		if q.statement == s {
			q.add(row, s.fields)
			return
		}
	}
	q := &queue{statement: s}
	q.add(row, s.fields)
	t.queued = append(t.queued, q)
}

// Number returns the number that the database gave to a row of a NumberedTable,
// by its id; 0 before the row is flushed.
func (t *Tx) Number(id string) int64 { return t.numbers[id] }

// takeNumber takes over a row of an id and its number.
func (t *Tx) takeNumber(scan func(...any) error) error {
	var id string
	var number int64
	if err := scan(&id, &number); err != nil {
		return err
	}
	t.numbers[id] = number
	return nil
}

// Flush writes the rows queued since the last flush. After an error the
// transaction must be rolled back.
func (t *Tx) Flush(ctx context.Context) error {
	if len(t.queued) == 0 {
		return nil
	}
	return t.Read(ctx)
}

// Read implements Reader: it writes what is queued, and fills in the answers.
func (t *Tx) Read(ctx context.Context, asked ...Asked) error {
	queued := t.queued
	t.queued = nil
	if t.db.pipelines {
		return t.pipeline(ctx, queued, asked, false)
	}
	if err := t.writeSQLite(ctx, queued); err != nil {
		return err
	}
	return t.db.each(ctx, t, asked)
}

// Commit writes what is queued and commits. After an error the transaction must be rolled
// back; it may be committed all the same if the connection broke.
func (t *Tx) Commit(ctx context.Context) error {
	queued := t.queued
	t.queued = nil
	switch {
	case !t.db.pipelines:
		if err := t.writeSQLite(ctx, queued); err != nil {
			return err
		}
		if err := t.tx.Commit(); err != nil {
			return err
		}
	case t.begun || len(queued) > 0:
		if err := t.pipeline(ctx, queued, nil, true); err != nil {
			return err
		}
	}
	_ = t.conn.Close() // what is committed stays so
	return nil
}

// Rollback ends the transaction. After Commit it does nothing.
func (t *Tx) Rollback(ctx context.Context) {
	if t.tx != nil {
		_ = t.tx.Rollback()
	} else if t.begun {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackWithin)
		defer cancel()
		_, _ = t.conn.ExecContext(ctx, "ROLLBACK") // the pool closes a connection that is still in a transaction
	}
	_ = t.conn.Close()
}

// on returns what runs single statements in the transaction.
func (t *Tx) on(ctx context.Context) (interface {
	ExecContext(context.Context, string, ...any) (sql.Result, error)
	PrepareContext(context.Context, string) (*sql.Stmt, error)
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
	QueryRowContext(context.Context, string, ...any) *sql.Row
}, error) {
	if t.tx != nil {
		return t.tx, nil
	}
	if t.begun {
		return t.conn, nil
	}
	_, err := t.conn.ExecContext(ctx, "BEGIN")
	t.begun = err == nil
	return t.conn, err
}

// SQL returns the transaction of database/sql; nil on PostgreSQL.
func (t *Tx) SQL() *sql.Tx { return t.tx }

// ExecContext runs a statement at once. Rows that are queued are not written before it.
func (t *Tx) ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error) {
	on, err := t.on(ctx)
	if err != nil {
		return nil, err
	}
	return on.ExecContext(ctx, text, CleanArgs(args)...)
}

// PrepareContext prepares a statement.
func (t *Tx) PrepareContext(ctx context.Context, text string) (*sql.Stmt, error) {
	on, err := t.on(ctx)
	if err != nil {
		return nil, err
	}
	return on.PrepareContext(ctx, text)
}

// QueryContext runs a query at once. SQLite keeps its text prepared.
func (t *Tx) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if t.tx != nil {
		prepared, err := t.db.statement(ctx, t.tx, text) //nolint:sqlclosecheck // ends with the transaction
		if err != nil {
			return nil, err
		}
		return prepared.QueryContext(ctx, CleanArgs(args)...)
	}
	on, err := t.on(ctx)
	if err != nil {
		return nil, err
	}
	return on.QueryContext(ctx, text, CleanArgs(args)...)
}

// QueryRowContext runs a query of at most one row at once.
func (t *Tx) QueryRowContext(ctx context.Context, text string, args ...any) *sql.Row {
	on, err := t.on(ctx)
	if err != nil {
		ended, cancel := context.WithCancelCause(ctx)
		cancel(err)
		ctx = ended // Scan returns an error
	}
	return on.QueryRowContext(ctx, text, CleanArgs(args)...)
}
