// Package intake takes in all touches: [Service] normalises the touches of the
// connectors, deduplicates them over several hubs, stores them and wakes the router.
// [Decide] alone decides what a touch leads to.
//
// # The contact of a message
//
// [Decide] attaches a message to the contact that holds its sender's address.
// Without one it attaches the message to the contact of the thread that it answers:
// [leads.Touch].References has the channel's ids of earlier messages, received or
// sent.
//
// The address of such an answer, and addresses and phones in a text, are offered:
// they are shown with the contact, and match nothing until a user adds them. An
// automatic message ([leads.Touch].Automatic) only joins an existing contact and lead.
// An edit replaces the text and keeps the earlier one. Text is the new part of a
// message; Whole is the message with its quotations, and lists leave it out.
package intake
