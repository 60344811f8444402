// Package batch writes and reads many rows with few statements, and lets
// callers that arrive together share one transaction.
//
// # Rows
//
// A table is described once, by the struct that holds one of its rows and the
// names of its columns. The SQL for one and for several rows is generated from
// that description. A row is queued on a [Tx] in one of three ways, which differ when a
// row with its key exists:
//
//   - Insert returns [ErrConflict], and the transaction has to be run again from its
//     start.
//   - InsertIgnore leaves the existing row as it is.
//   - Upsert overwrites the existing row.
//
// An [Update] changes existing rows; with [EachOne] each set of parameters must change
// exactly one. [Query] reads the rows of several keys at once.
//
// # Flush
//
// Nothing is written before [Tx.Flush]. It writes table by table, in the order
// in which each table, or update, was first named since the last flush, and the
// rows of one table in the order in which they were queued. PostgreSQL gets all
// of it in one round trip; SQLite runs prepared statements.
//
// Queuing and flushing n rows has the same result as writing n rows one by one. But two
// rows of one flush must not upsert the same key: PostgreSQL refuses that.
//
// # Groups
//
// [Groups] puts the work of several callers into one transaction. Its comment states
// the guarantees on order, bounds and callers who give up.
package batch
