// Package storage keeps everything that the hub knows, in SQLite (one hub, no
// services) or PostgreSQL (several hubs). The SQL is written once for both, in
// queries/, and generated into db/; what a viewer may see is decided in the SQL.
//
// # Changes
//
// A service of leads/… sees the store as a [Room] and changes records in [Room.Tx]:
// one transaction with its events inside, run anew from the start while another
// writer is first. The events and the rows for sinks are written in the same
// transaction. The store publishes the events to the live feed after the commit,
// in their order; nothing else does.
//
// # Shared commits
//
// A commit costs a sync of the disk, however much it holds. Batches of touches that
// arrive together share one. No batch waits for others: a free writer takes what
// waits, up to 32 touches or one batch that has more; while it commits, the next
// ones gather. A lone touch finds the writer free and is stored at once.
//
//   - Writers. SQLite has one. It takes waiting calls first, in a transaction
//     without anything else. PostgreSQL has one for calls and 2 for the rest. A
//     batch with a cursor or with several touches goes by its source, so that it
//     stays in order; a single touch goes by its person, so that two writers
//     seldom meet.
//   - Waves. Within a transaction, touches that have a key, an identity, a thread
//     or a contact in common are decided one after the other, and each sees what
//     the one before wrote. All others are read, decided by the domain and written
//     together, table by table, up to 16 in a wave.
//   - Rows. Rows of one table are written 1, 2, 4, 8 or 16 with one statement.
//     PostgreSQL gets the statements of a wave without a wait in between.
//   - Time. A transaction may take 15 seconds with all its tries, so that a far
//     database (500 ms for each round trip, statements still to be prepared) gets
//     it done. A form is refused after 4 seconds and sent again; the repetition is
//     recognised by its key. What is stored after its sender left reaches browsers by the feed,
//     which reads the table.
//   - Failures. If a transaction fails for a reason of one batch (a conflict, a
//     broken rule), each batch gets a transaction of its own, so that only the
//     guilty one fails, with its cursor and quarantine. A conflict is decided anew,
//     up to 15 times. If the database is away, full or too slow, all fail at once
//     and their senders repeat.
//   - Bounds. Before each writer at most 1000 touches of calls wait and 1000
//     others; more are refused with [leads.ErrBusy], a form with 503 and
//     Retry-After. A caller whose context ends before its batch is taken is not
//     stored. After that the transaction goes on without it, for the others.
//
// # Unique keys
//
// The unique keys of the database decide every race: interactions (source,
// external_id), identities (kind, value), and partial unique indexes for one open
// lead for each contact, one open call-back for each contact and one pending dial
// for each telephone. Whoever loses a race rolls back, reads again and decides
// anew.
//
// # Events
//
// Events are rows with a growing number, Seq. Each has its audience: the users who
// may see it beside supervisors and administrators, decided in the transaction
// that wrote it. Someone who loses a record by a change is told of that change,
// and of no later one. What is read again after a break is checked against the
// rights of that moment too ([Store.EventsAfter]) and shown without a contact or
// lead that GET would refuse; [Store.Shown] does the same for the live feed. Events
// that nobody needs any more are deleted after a while. The table horizons names
// the number up to which some are gone; a reader who comes back from before it is
// told to load anew.
//
// On PostgreSQL a transaction may take its number early and commit late; package
// router waits for it.
//
// # One owner for each source
//
// A batch of a source that one hub owns carries the epoch of its lease. Ingest
// reads the row of the lease FOR KEY SHARE first and answers [leads.ErrStaleOwner]
// unless the epoch is still the owner's. A take-over changes the key of the row, so
// it waits for a write that is being committed; a sign of life does not change it.
// The server ends an open transaction of a frozen owner after 5 seconds. The price
// is one statement by primary key for each batch; on SQLite, where the lock of the
// file guarantees one hub, the epoch is 0 and nothing is asked.
//
// # Tables of other versions
//
// The tables of a version are read from its migrations, which are run in memory, so
// that one code reads and fills both databases. A snapshot reads all rows in one
// transaction. A restore makes empty tables of the archive's version beside those
// that exist (another file, another schema), fills them, brings them up to date and
// puts them in place in one step. Databases of released versions lie in
// testdata/released.
//
// # Only on PostgreSQL
//
// Three statements are PostgreSQL's own: the lock of a lease, ANALYZE while a new
// database grows, and the database's clock by which several hubs agree who sends a
// delivery.
package storage
