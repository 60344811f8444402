// Package engine runs what connectors made: it starts and restarts the sources,
// sends replies, and compares calls with the journals of exchanges.
//
// # Sources come and go
//
// [Supervisor.Apply] puts a source in place or replaces it, [Supervisor.Remove] takes
// it out, and the others do not notice. The new source is made before the old one is
// told to stop, so that wrong settings change nothing. Its handlers and Send serve what
// comes from then on, while the old one finishes what it has in hand: a name that is
// replaced always has a handler. Run of the new one begins when Run of the old one has
// returned, and therefore with the cursor that it left. Replies to a source that was
// removed wait until there is one of its name again.
//
// A source with one owner gives its lease up when it is replaced or removed. The new
// one asks for it at once; another hub that looks in that moment may be the next owner.
// Settings are those of one hub: each hub must be told of a change.
//
// # One owner for each source
//
// A kind with OneOwner (an exchange, a mailbox; not a form) runs on one of several
// hubs. The table leases names the owner of each source, an epoch that grows with
// every change of owner, and a beat that grows with every sign of life.
//
//   - The owner gives a sign of life every 2 seconds. While the database is away it
//     goes on listening, and connectors put again what could not be stored. Without a
//     confirmed sign of life for 2 minutes it stops. Nobody can take over while the
//     database is away for all. If the owner alone is cut off, both listen for a while
//     and only the new owner can write.
//   - The others look every second. A hub that has seen the beat unchanged for 6
//     seconds by its own monotonic clock takes the lease, if it still stands as seen.
//     No time is ever compared between hubs.
//   - Each batch of an owner carries its epoch; the database refuses a former owner's
//     (see package storage). The next owner begins with the cursor that the last write
//     left.
//   - An orderly stop finishes the touch in hand, then gives the lease up: another hub
//     takes over within a second. A hub that comes back does not claim back. One that
//     was killed and starts again within 6 seconds, under its name, goes on at once
//     under a new epoch: the names of hubs must differ.
//
// On SQLite the lock of the file guarantees one hub: the supervisor asks for no lease
// and the epoch is 0.
//
// # Replies
//
// The [ReplyDispatcher] brings replies to Send of their source; package leads/replies
// tells what becomes of them. Each source has 4 senders of its own, so that a slow one
// holds up no other. The sender confirms every 5 seconds that it is at work. On SQLite
// the next start, on PostgreSQL any hub after 20 seconds without a confirmation, makes
// the reply perhaps sent, or waiting where the channel recognises a repetition. The
// verdict of a sender that was only slow still counts, unless another attempt has
// begun.
//
// # Comparison with a journal
//
// The supervisor compares a day's calls with the journal of the exchange, every hour
// and when asked ([leads.Compare]), and puts what differs through the source's inbox.
// The question "compare this day" is a row, so that any hub may take it and the owner
// of the source answers.
package engine
