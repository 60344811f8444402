// Package router assigns leads to managers, publishes events to the live feed, delivers
// them to the sinks, and runs the periodic jobs: escalation, wrap-ups, digests, lost calls
// and retention.
//
// # Assignment
//
// [Pick] decides who serves a lead; it is pure. Storage calls it in the transaction of a touch
// that opens a lead. The [Router] assigns the leads that were stored without a manager: because nobody
// was there, or the rule failed. Leads
// that wait together are assigned in one transaction: a lead waits 10 ms for
// others, and up to 64 share a transaction. A sweep at the start and every 15
// seconds finds the leads that were left; after a database error the next sweep comes
// after 2 seconds or with the next new lead. The assignment, the new owner of a contact
// without one, and the event are one transaction.
//
// # Presence
//
// [Presence] begins a wrap-up when it sees the end of a call in the feed, and ends expired
// pauses. Every hub does; see package leads/people.
//
// # Deliveries
//
// An event that a configured sink wants gets a row in the table deliveries, in the event's
// own transaction. The [Dispatcher] is woken after the commit, and also polls every
// second. It claims rows that are due: the attempt, the time of the next one and a lease
// with its owner are committed before anything is sent, by the database's clock. A row
// waits for older ones of its subject (the lead, else the call, contact or user); it is
// put off to the older one's next attempt, and freed when that is done. Each sink has 4
// senders of its own. A hub that dies between sending and recording leaves a lease that
// expires after 25 seconds; then the event is sent again under its id. [Judge] gives the
// verdict of an attempt, and [WaitAfter] the time until the next one. Rows are written for
// the sinks that the writing hub has configured: hubs on one database must have the same
// sinks.
//
// # Live events
//
// The [Feed] pushes each committed event once to every reader of this hub. Hubs notify
// each other of new events by Redis Pub/Sub as a hint, and also poll every second;
// [Feed.Follow] reads the events of other hubs from the table. A browser or script reads
// GET /api/v1/events; after a reconnect it sends Last-Event-ID and gets the events that it
// missed. Delivery is at least once: a repetition has the same id.
//
// For readers who do not see everything, the feed asks storage for the rights to each
// event ([Rights]). There is no query if the event itself says that the call is at the
// reader's telephone or that the lead is the reader's.
//
// On PostgreSQL a transaction may take its number early and commit late. The feed
// therefore waits 10 seconds for a missing number before it treats it as rolled
// back.
package router
