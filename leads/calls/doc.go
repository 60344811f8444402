// Package calls is what users do with calls: click to dial, hang up, and call back
// customers who asked for it on a website.
//
// A dial is stored once per idempotency key of its user ([Service.Dial]), if the
// [Policy] allows the number, before the exchange gets it. The exchange's connector
// takes it at most once ([Service.Take]) and reports its progress ([Service.Move]).
//
// # Dials
//
// A dial is a row in the table dials under its user's key. A partial unique index
// allows one pending dial for each telephone. The hub that owns the exchange takes
// the dial, committed, before it asks the exchange: nothing is dialled twice, and a
// crash in between makes the dial lost.
//
// [Policy] decides what may be dialled, for whom and how often a day. [Service.Add] is
// the one way by which a dial is stored. The counts of a day are rows too
// (dial_counts), written in the same transaction, so that a restart or another hub
// forgets none. An exchange's own number plan may refuse more, never less.
//
// # Routing of an inbound call
//
// The dialplan asks before it rings a device ([Service.Choose]). [Reach] decides which
// extension of the contact's owner is rung, if any; it is pure. Storage reads
// identity, contact, owner, extensions and device states in one query, by index. Every
// hub can answer: device states are rows, written on change by the hub that owns the
// exchange.
package calls
