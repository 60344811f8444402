// Package batch writes and reads many rows with few statements, and lets
// callers that arrive together share one transaction.
//
// # Rows
//
// A table is described once, by the struct that holds one of its rows and the
// names of its columns. The SQL for one and for several rows is generated from
// that description. A row is queued on a [Tx] by what shall happen when the
// database refuses it:
//
//   - Insert: the row must be written. A refused one is [ErrConflict], and the
//     transaction has to be run again from its start.
//   - InsertIgnore: a row that is there already stays as it is.
//   - Upsert: a row that is there already gets the new values.
//
// An [Update] changes rows that are there, and says whether each must change
// one. [Query] reads the rows of several keys at once.
//
// # Flush
//
// Nothing is written before [Tx.Flush]. It writes table by table, in the order
// in which each table, or update, was first named since the last flush, and the
// rows of one table in the order in which they were queued. PostgreSQL gets all
// of it in one round trip; SQLite runs prepared statements.
//
// n rows queued and flushed are the same as n rows written one by one, save
// that two rows of one flush must not upsert the same key: PostgreSQL refuses
// that.
//
// # Groups
//
// [Groups] puts the work of several callers into one transaction. See there for
// what it promises about order, bounds and callers who give up.
package batch
