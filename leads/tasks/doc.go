// Package tasks is what colleagues owe customers by a time: call-backs of missed
// calls and of wishes to be called.
//
// Intake opens a task and ends it when it sees that the customer was reached
// ([leads.DecideCallback]); here people list, take, hand over and end tasks, and
// supervisors are told once of each that is late ([Service.Escalate]).
package tasks
