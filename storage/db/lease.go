// Package db is the SQL of storage, generated but for what only PostgreSQL has.
package db

import "context"

// Written by hand, because only PostgreSQL has several hubs and this lock.
const holdLease = `SELECT 1 FROM leases WHERE source = $1 AND epoch = $2 AND hub <> '' FOR KEY SHARE`

// HoldLeaseParams name an ownership.
type HoldLeaseParams struct {
	Source string
	Epoch  int64
}

// HoldLease reports with sql.ErrNoRows that the ownership is over, and keeps
// it from ending before the transaction does. PostgreSQL only.
func (q *Queries) HoldLease(ctx context.Context, arg HoldLeaseParams) error {
	var one int
	return q.db.QueryRowContext(ctx, holdLease, arg.Source, arg.Epoch).Scan(&one)
}
