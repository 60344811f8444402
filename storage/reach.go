package storage

import (
	"context"
	"errors"
	"io"
	"net"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// ErrAway says that PostgreSQL cannot be reached now: connection refused, name unknown,
// starting up, or out of connections. A retry may succeed.
var ErrAway = errors.New("PostgreSQL does not answer")

// Reach connects to PostgreSQL once. A permanent error, such as a wrong password, is not
// ErrAway.
func Reach(ctx context.Context, address string) error {
	c, err := pgx.ParseConfig(address)
	if err != nil {
		return addressError(err)
	}
	if c.ConnectTimeout == 0 {
		c.ConnectTimeout = connectWithin
	}
	conn, err := pgx.ConnectConfig(ctx, c)
	if err == nil {
		return conn.Close(ctx)
	}
	if isTemporary(err) {
		return errors.Join(ErrAway, err)
	}
	return err
}

func isTemporary(err error) bool {
	var said *pgconn.PgError
	if errors.As(err, &said) {
		switch said.Code {
		case "57P03", "57P01", "57P02", "53300": // starts, stops, has crashed; too many connections
			return true
		}
		return false
	}
	var dial *net.OpError
	var name *net.DNSError
	return errors.As(err, &name) || errors.As(err, &dial) || errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}
