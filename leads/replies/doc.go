// Package replies answers customers in the channel in which they wrote.
//
// A reply is stored once per idempotency key of its author ([Service.Ask]), as an
// outgoing interaction, and sent by the reply dispatcher of connectors/engine. The
// state "sending" is committed before the channel gets the reply ([Sending.Claim]); the
// channel's answer is judged by [Judge] and recorded ([Sending.Finish]). A reply that
// the channel perhaps took ends as [leads.ReplyPerhaps] and is never repeated
// automatically, unless the channel recognises a repetition.
//
// # Claim
//
// The interaction, the row in replies of the same id and the files that the user
// uploaded before are stored in one transaction. Only compare-and-set moves a
// reply, so of several hubs one sends it. An older reply to the same contact that
// waits or is being sent goes first. A source with one owner sends on the owner's
// hub.
//
// # Verdict
//
//   - Taken: the reply is sent.
//   - Refused for good: it has failed.
//   - Certainly not taken ([leads.ErrNotSent]): it waits, longer after each
//     attempt, and is given up after 72 hours.
//   - Anything else, a panic and a time-out too: it is perhaps sent. A person may
//     send it again; nothing else does. Where the channel recognises a repetition
//     by the reply's id, the hub sends it again itself.
//
// # Receipts
//
// What a channel reports ([ReceiptMoves]) moves a reply from sent to delivered to
// read, or to failed. A report of an unknown id is refused while a reply of that
// source is being sent, so that the vendor reports it again; otherwise it is
// ignored.
//
// # Threads
//
// The channel's id of a sent reply goes to the table messages, where the
// customer's answer finds its thread. The first reply that is sent, or call that is
// answered, sets the time of the lead's first response; the manager's own reply moves
// the lead to working.
package replies
