package storage

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"ctihub/leads"
	"ctihub/storage/batch"
	"ctihub/storage/db"
)

// Bounds of retrying a transaction.
const (
	retryMost  = 15
	retryFirst = 2 * time.Millisecond
	retryPause = 100 * time.Millisecond // longest
	writeLimit = 15 * time.Second       // of a write with all its retries: enough for a remote database; callers give up earlier
)

// isConflict reports whether a retry of the transaction may succeed.
func isConflict(err error) bool {
	if errors.Is(err, batch.ErrConflict) {
		return true
	}
	if pe := (*pgconn.PgError)(nil); errors.As(err, &pe) {
		switch pe.Code {
		// unique_violation; foreign_key_violation, by a row that another transaction deleted or refers
		// to; serialization_failure, deadlock_detected
		case "23505", "23503", "40001", "40P01":
			return true
		}
	}
	if le := (*sqlite.Error)(nil); errors.As(err, &le) {
		switch le.Code() {
		case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
			return true
		}
		return le.Code()&0xff == sqlite3.SQLITE_BUSY || le.Code()&0xff == sqlite3.SQLITE_LOCKED
	}
	return false
}

// isDatabaseDown reports whether the database itself fails, so that the next transaction
// would fail too: it is unreachable, full, locked or too slow.
func isDatabaseDown(err error) bool {
	if err == nil || isConflict(err) {
		return false
	}
	if pe := (*pgconn.PgError)(nil); errors.As(err, &pe) {
		switch pe.Code[:2] {
		case "08", "25", "53", "55", "57", "58", "XX":
			return true
		}
		return false
	}
	if le := (*sqlite.Error)(nil); errors.As(err, &le) {
		switch le.Code() & 0xff {
		case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
			return true
		}
		return false
	}
	var ce *pgconn.ConnectError
	var ne net.Error
	return errors.As(err, &ce) || errors.As(err, &ne) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) ||
		errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || pgconn.SafeToRetry(err)
}

// requireRow returns batch.ErrConflict if a write changed no row.
func requireRow(rows int64, err error) error {
	if err == nil && rows == 0 {
		return batch.ErrConflict
	}
	return err
}

// retryTx runs f in a transaction, and retries it from the start on a conflict. f must reset
// its results each time.
func (s *Store) retryTx(ctx context.Context, f func(context.Context, *Tx) error) error {
	return s.retryTxOn(ctx, s.batch, f)
}

// retryTxOn is retryTx on some of the connections.
func (s *Store) retryTxOn(ctx context.Context, on *batch.DB, f func(context.Context, *Tx) error) error {
	ctx, cancel := context.WithTimeout(ctx, writeLimit)
	defer cancel()
	pause := retryFirst
	for try := 1; ; try++ {
		err := s.inTxOn(ctx, on, f)
		if err == nil || !isConflict(err) {
			return err
		}
		if try == retryMost {
			return fmt.Errorf("%w %d times: %w", leads.ErrConflict, try, err)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", ctx.Err(), err)
		case <-time.After(pause/2 + rand.N(pause)):
		}
		pause = min(2*pause, retryPause)
	}
}

// retryQueries is retryTx for a transaction without queued rows and events.
func (s *Store) retryQueries(ctx context.Context, f func(*db.Queries) error) error {
	return s.retryTx(ctx, func(_ context.Context, tx *Tx) error { return f(tx.q) })
}

// cleanText is batch.CleanText.
func cleanText(s string) string { return batch.CleanText(s) }

// cleanArgs cleans the texts of arguments, which PostgreSQL would refuse otherwise.
type cleanArgs struct{ db.DBTX }

// ExecContext implements db.DBTX.
func (c cleanArgs) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return c.DBTX.ExecContext(ctx, query, batch.CleanArgs(args)...)
}

// QueryContext implements db.DBTX.
func (c cleanArgs) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return c.DBTX.QueryContext(ctx, query, batch.CleanArgs(args)...)
}

// QueryRowContext implements db.DBTX.
func (c cleanArgs) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return c.DBTX.QueryRowContext(ctx, query, batch.CleanArgs(args)...)
}
