// Package people is what colleagues tell of themselves and how they are reached:
// their presence ([Service]), the addresses outside of the workplace that they
// linked ([Links]), and who is sent a notice there ([Notifier]).
//
// A presence has a time at which it ends. Whoever reads it goes by the clock, so that
// a pause that ran out never waits for a clean-up. Every hub begins the wrap-up after
// a call ([Service.BeginWrapUp]); one conditional update for each user settles which
// of them does it.
package people
