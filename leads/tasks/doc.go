// Package tasks is what colleagues owe customers by a time: call-backs of missed
// calls and of wishes to be called.
//
// Intake opens a task and ends it when it sees that the customer was reached
// ([DecideCallback]); here people list, take, hand over and end tasks, and
// supervisors are told once of each that is late ([Service.Escalate]).
//
// # Calls that were not answered
//
// A call is not answered when a customer called, it is over, and nobody talked with
// them: [leads.Call.NotAnswered], and the view calls_not_answered in SQL. Lists,
// counts, tasks and notices ask one of the two. The disposition "missed" is
// narrower: it rang and nobody picked up.
//
// [NewsOf] says what a touch tells about reaching its contact;
// [DecideCallback] says what that means for the contact's open call-back. Both
// are pure. The task is written in the transaction of the touch:
//
//   - The first such call opens it, or a form that asks for a call. Further calls
//     are counted: a partial unique index allows one open call-back for each contact.
//   - An answered call in either direction ends it, from the moment of the answer. An
//     inbound message ends it too, if it came after the latest such call began, but
//     does not end what the customer asked for.
//   - A call that is told of after its customer was reached makes a task that is done.
//     A call that is corrected to answered leaves its task.
//   - Anonymous callers have nobody to call back: their calls have no task.
//
// The time until which to call back runs day and night; shifts do not stop it.
//
// # Owner
//
// The owner of a task is who took it or was given it, else the lead's manager, else
// the contact's owner, else the managers of the team. The owner follows the lead
// without being written (views task_rows, task_viewers).
//
// # Escalation
//
// Package router looks every 5 seconds for tasks past their time. The first hub marks
// each once, by its version. Two hubs that store a missed call and an answered one at
// the same moment may not see each other: [Service.Escalate] looks again before it
// tells anybody, and ends such a task.
package tasks
