// Package intake is the one way in: [Service] normalises the touches of the
// connectors, keeps hubs from colliding on one person, stores them and tells the
// router; [Decide] is the only place where it is decided what a touch leads to.
//
// # Who a message belongs to
//
// [Decide] attaches a message to the contact that holds its sender's address.
// Without one it attaches the message to the contact whose message it answers:
// [leads.Touch].References names that by the channel's own ids, of what came and of what
// the hub sent.
//
// The address of such an answer, and addresses and phones that a text names, are
// offered: they are shown with the contact, and match nothing until a person adds
// them. What no person wrote ([leads.Touch].Automatic) only joins a contact and a lead
// that exist. An edit replaces the text and keeps the earlier one. Text is what is
// new in a message; Whole is the message with what it quotes, and lists leave it
// out.
package intake
