// Package facts writes what people say of interactions: nature, subject, summary,
// outcome and the supervisor's decision, with author and history; the dictionaries that
// they choose from; which facts a source or a team requires; and contacts that users
// register by hand.
//
// A required fact is due when the contact with a person is over: a call with a talk that
// ended, a message of a customer that was stored, a meeting, visit or call that a user
// registered. Not due are missed calls (the call-back is the contact), answers (they
// belong to what they answer), notes, internal calls and automatic messages. What is over
// before something is required owes nothing.
//
// The wrap-up after a call ends with the last required fact, and by its time limit.
package facts
