package batch

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"sync"
)

// DB runs statements on one database. It is safe for concurrent use.
type DB struct {
	conn      *sql.DB
	pipelines bool // PostgreSQL: statements are pipelined, and pgx prepares them on each connection

	mu       sync.Mutex
	prepared map[string]*sql.Stmt // SQLite, by text
}

// preparedMost bounds the prepared statements of queries outside of transactions. Lists
// have a text for each set of filters, and few sets are in use.
const preparedMost = 500

// Postgres is for a database of the driver pgx.
func Postgres(conn *sql.DB) *DB { return &DB{conn: conn, pipelines: true} }

// SQLite is for a database of the driver sqlite. Statements of transactions, and
// the first queries outside of them, stay prepared until Close.
func SQLite(conn *sql.DB) *DB { return &DB{conn: conn, prepared: map[string]*sql.Stmt{}} }

// Close closes the prepared statements. The database stays open.
func (d *DB) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, s := range d.prepared {
		_ = s.Close()
	}
	clear(d.prepared)
	return nil
}

// prepare returns a statement that stays prepared, nil if most are prepared already.
func (d *DB) prepare(ctx context.Context, text string, most int) (*sql.Stmt, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if s := d.prepared[text]; s != nil || len(d.prepared) >= most {
		return s, nil
	}
	s, err := d.conn.PrepareContext(ctx, text) //nolint:sqlclosecheck // kept until Close
	if err == nil {
		d.prepared[text] = s
	}
	return s, err
}

// Reader runs queries: a DB outside of transactions, a Tx within its own.
type Reader interface {
	// Read fills in the answers. A Tx first writes what is queued.
	Read(ctx context.Context, asked ...Asked) error
}

// Read implements Reader.
func (d *DB) Read(ctx context.Context, asked ...Asked) error {
	return d.each(ctx, d, asked)
}

// querier runs one query.
type querier interface {
	QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error)
}

// each runs the statements of the answers one after the other.
func (d *DB) each(ctx context.Context, on querier, asked []Asked) error {
	for _, a := range asked {
		for _, s := range a.selects(d.pipelines) {
			if err := readInto(ctx, on, s); err != nil {
				return fmt.Errorf("%s: %w", a.named(), err)
			}
		}
	}
	return nil
}

func readInto(ctx context.Context, on querier, s selection) error {
	rows, err := on.QueryContext(ctx, s.text, s.args...) //nolint:rowserrcheck // eachRow checks it
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	_, err = eachRow(rows, s.row)
	return err
}

// cursor is the rows of database/sql or of pgx.
type cursor interface {
	Next() bool
	Scan(to ...any) error
	Err() error
}

// eachRow hands each row over, and counts them.
func eachRow(rows cursor, take func(scan func(...any) error) error) (n int64, err error) {
	for ; rows.Next(); n++ {
		if err := take(rows.Scan); err != nil {
			return n, err
		}
	}
	return n, rows.Err()
}

// QueryContext runs a query. SQLite keeps its text prepared.
func (d *DB) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if d.pipelines {
		return d.conn.QueryContext(ctx, text, CleanArgs(args)...)
	}
	prepared, err := d.prepare(ctx, text, preparedMost) //nolint:sqlclosecheck // kept until Close
	if err != nil {
		return nil, err
	}
	if prepared == nil {
		return d.conn.QueryContext(ctx, text, CleanArgs(args)...)
	}
	return prepared.QueryContext(ctx, CleanArgs(args)...)
}

// statement returns a prepared statement for a transaction of SQLite.
func (d *DB) statement(ctx context.Context, tx *sql.Tx, text string) (*sql.Stmt, error) {
	prepared, err := d.prepare(ctx, text, math.MaxInt)
	if err != nil {
		return nil, err
	}
	return tx.StmtContext(ctx, prepared), nil //nolint:sqlclosecheck // ends with the transaction
}
