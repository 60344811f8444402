package batch

import (
	"context"
	"database/sql"
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

// On returns a Tx for a transaction that was begun on a connection.
func (d *DB) On(conn *sql.Conn, tx *sql.Tx) *Tx {
	return &Tx{db: d, conn: conn, tx: tx, numbers: map[string]int64{}}
}

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

// Reader runs queries: a DB outside of transactions, a Tx within its own. Rows queued on a
// Tx are not visible before the flush.
type Reader interface {
	// QueryContext runs a query. SQLite keeps its text prepared.
	QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error)
}

// QueryContext implements Reader.
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

// QueryContext implements Reader.
func (t *Tx) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if t.db.pipelines {
		return t.tx.QueryContext(ctx, text, CleanArgs(args)...)
	}
	prepared, err := t.db.prepare(ctx, text, math.MaxInt)
	if err != nil {
		return nil, err
	}
	return t.tx.StmtContext(ctx, prepared).QueryContext(ctx, CleanArgs(args)...) //nolint:sqlclosecheck // ends with the transaction
}
