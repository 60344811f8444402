// Package engine runs the configured sources: it starts and restarts them,
// sends replies, and compares calls with the journals of exchanges.
//
// # Sources come and go
//
// [Supervisor.Apply] puts a source in place or replaces it, [Supervisor.Remove] takes
// it out; the others are not affected. The new source is created before the old one is
// stopped, so that wrong settings change nothing. Its handlers and Send serve all new
// requests and replies, while the old one finishes its current ones: a name that is
// replaced always has a handler. Run of the new one begins when Run of the old one has
// returned, and therefore with the cursor that it stored. Replies to a source that was
// removed wait until there is one of its name again.
//
// A source with one owner gives its lease up when it is replaced or removed. The new
// one requests it at once; a hub that checks at that moment may become the next owner.
// Settings belong to one hub: apply a change on each hub.
//
// # One owner for each source
//
// A kind with OneOwner (an exchange, a mailbox; not a form) runs on one of several
// hubs. The table leases names the owner of each source, an epoch that grows with
// every change of owner, and a beat that grows with every heartbeat.
//
//   - The owner sends a heartbeat every 2 seconds. While the database is down it
//     goes on listening, and connectors retry failed Puts. Without a
//     confirmed heartbeat for 2 minutes it stops. No hub can take over while the
//     database is down for all. If only the owner is cut off, both listen for a while
//     and only the new owner can write.
//   - The others check every second. A hub that has seen the beat unchanged for 6
//     seconds by its own monotonic clock takes the lease, if it is still unchanged.
//     No time is ever compared between hubs.
//   - Each batch of an owner carries its epoch; the database refuses a former owner's
//     (see package storage). The next owner begins with the cursor of the last
//     write.
//   - An orderly stop finishes the current touch, then gives the lease up: another hub
//     takes over within a second. A hub that returns does not reclaim it. One that
//     was killed and starts again within 6 seconds, under its name, goes on at once
//     under a new epoch: the names of hubs must differ.
//
// On SQLite the lock of the file guarantees one hub: the supervisor asks for no lease
// and the epoch is 0.
//
// # Replies
//
// The [ReplyDispatcher] passes replies to Send of their source; package leads/replies
// describes their states. Each source has 4 senders of its own, so that a slow one
// delays no other. The sender confirms every 5 seconds that it is at work. On SQLite
// the next start, on PostgreSQL any hub after 20 seconds without a confirmation, makes
// the reply "perhaps sent", or waiting if the channel recognises a repetition. The
// result of a sender that was only slow still counts, unless another attempt has
// begun.
//
// # Comparison with a journal
//
// The supervisor compares a day's calls with the journal of the exchange, every hour
// and on request ([leads.Compare]), and puts the differences through the source's inbox.
// A request to compare a day is a row in the database: any hub may accept it, and the owner
// of the source handles it.
package engine
