// Package people is about the users: their presence ([Service]), the messenger
// addresses that they linked ([Links]), and the notices that are sent there
// ([Notifier]).
//
// A pause may have a time at which it ends. Readers compare it with the clock, so that
// an ended pause never waits for a clean-up. Every hub tries to begin the wrap-up
// after a call ([Service.BeginWrapUp]); a conditional update for each user lets one of
// them succeed.
package people
