// Package replies answers customers in the channel in which they wrote.
//
// A reply is asked for once per key of its author ([Service.Ask]), stored as an
// outgoing interaction before anybody is told, and sent by the reply dispatcher
// of connectors/engine. That it is being sent is committed before the channel is
// told ([Service.Claim]); what the channel answered is judged by [Judge] and
// recorded ([Service.Finish]). A reply of which nobody knows whether the channel
// took it ends as [leads.ReplyPerhaps] and is never repeated by itself, unless
// the channel recognises a repetition.
package replies
