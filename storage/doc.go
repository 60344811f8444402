// Package storage keeps all data of the hub, in SQLite (one hub, no services) or
// PostgreSQL (several hubs). The SQL is written once for both, in queries/, and generated
// into db/; the SQL decides what a viewer may see.
//
// # Changes
//
// A service of leads/… sees the store as a [Room] and changes records in [Room.Tx]:
// one transaction that includes its events and is retried from the start on a conflict.
// The events and the deliveries for sinks are written in the same transaction. Only the
// store publishes events to the live feed: after the commit, in their order.
//
// # Shared commits
//
// A commit costs a sync of the disk, however much it holds. Batches of touches that arrive
// together share one (group commit). A free writer takes the waiting batches at once, up to
// 64 touches or one larger batch; while it commits, the next ones gather. A single touch
// finds the writer free and is stored at once.
//
//   - Writers. SQLite has one. It takes waiting calls first, in a transaction
//     without anything else. PostgreSQL has one for calls and 1 for the rest: more
//     would wait for each other, see Managers.
//   - Waves. A wave is up to 64 touches of a transaction that have no key, identity,
//     thread or contact in common. Its touches are read, decided by the domain and
//     written together, table by table. A touch that shares one of these with an earlier
//     touch goes into a later wave, and sees the rows of the earlier one.
//   - Round trips. PostgreSQL gets the BEGIN and all that a wave reads at once, and then all
//     that it writes with the COMMIT, or with what the next wave reads. It refuses a row that another writer was
//     first to write, so that nothing behind it is done. A wave that changes a
//     call-back waits once more: the task's event is read back first.
//   - Rows. Rows of one table are written with one statement: arrays on PostgreSQL, 1, 2, 4, 8
//     or 16 rows on SQLite.
//   - Managers. A new lead gets its manager by [Config.Pick] before it is written. Picking begins when the
//     transaction has the turn, which it keeps until its commit.
//   - Time. A transaction may take 15 seconds with all its retries, enough for a remote
//     database (500 ms for each round trip, statements not yet prepared). A form is
//     refused after 4 seconds and sent again; its key recognises the repetition. Touches
//     that are stored after their caller left reach browsers by the feed, which reads the
//     table.
//   - Failures. If a transaction fails because of one batch (a conflict, a broken rule),
//     each batch gets its own transaction, so that only that batch fails, with its cursor
//     and quarantine. A conflict is retried up to 15 times. If the database is down, full
//     or too slow, all batches fail at once and their callers retry.
//   - Bounds. Each writer has at most 1000 waiting touches of calls and 1000 others; more
//     are refused with [leads.ErrBusy], a form with 503 and Retry-After. A batch whose
//     caller's context ends before it is taken is not stored; later it is stored all the
//     same.
//
// # Unique keys
//
// Before a group is stored, [Config.Dedupe] is asked once about its people.
//
// The unique keys of the database decide every race: interactions (source,
// external_id), identities (kind, value), and partial unique indexes for one open
// lead for each contact, one open call-back for each contact and one pending dial for each
// telephone. The transaction that loses a race rolls back, reads and decides again.
//
// # Events
//
// Events are rows with a growing number, Seq. Each has its audience: the users who may see
// it beside supervisors and administrators, decided in the transaction that wrote it. A
// user who loses sight of a record by a change gets the event of that change, and no later
// one. A replay after a reconnect also checks the present rights ([Store.EventsAfter]), and
// redacts a contact or lead that GET would refuse; [Store.RedactEvent] does the same for the live
// feed. Old events are deleted. The table horizons has the number up to which some are
// deleted; a reader who resumes from before it has to reload.
//
// On PostgreSQL a transaction may take its number early and commit late; package
// router waits for it.
//
// # One owner for each source
//
// A batch of a source that one hub owns carries the epoch of its lease. Ingest
// reads the row of the lease FOR KEY SHARE and answers [leads.ErrStaleOwner]
// unless the epoch is still the owner's. A take-over changes the key of the row, so it
// waits for a write that is being committed; a renewal does not change the key. The server
// ends an open transaction of a frozen owner after 5 seconds. The price is one statement by
// primary key for each group. On SQLite the lock of the file guarantees one hub: the epoch
// is 0 and the lease is not read.
//
// # Tables of other versions
//
// The schema of a version is read from its migrations, which are run in memory, so that
// one code reads and fills both databases. A snapshot reads all rows in one transaction. A
// restore creates empty tables of the archive's version beside the existing ones (another
// file, another schema), fills them, migrates them and swaps them in atomically. Databases
// of released versions lie in testdata/released.
//
// # Only on PostgreSQL
//
// Four statements run only on PostgreSQL: the lock of a lease, the turn of managers, ANALYZE while
// a new database grows, and the database's clock, by which several hubs agree on the leases of
// deliveries.
package storage
