// Package people is what colleagues tell of themselves and how they are reached:
// their presence ([Service]), the addresses outside of the workplace that they
// linked ([Links]), and who is sent a notice there ([Notifier]).
package people
