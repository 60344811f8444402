// Package calls is what people do with calls: have numbers dialled, hang up, and
// have customers called who asked for it.
//
// A dial is stored once per key of whoever asks ([Service.Dial]), if the [Policy]
// lets the number be dialled, before the exchange is told. The exchange's
// connector takes it, once whatever happens ([Service.Take]), and notes how far
// it has come ([Service.Move]).
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
// # Who should get a call
//
// The dialplan asks before it rings anybody ([Service.Choose]). [Reach] decides which
// extension of the contact's owner is rung, if any; it is pure. Storage reads
// identity, contact, owner, extensions and states of devices at once, by index. The
// question may be asked on every hub; the states of devices are rows, written on
// change by the hub that owns the exchange.
package calls
