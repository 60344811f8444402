// Package tasks keeps call-backs, of missed calls and of customers who ask to be called, and
// the tasks that users plan.
//
// Intake opens a call-back, and ends it when the customer was reached ([DecideCallback]).
// Users plan tasks of all other kinds ([Service.Plan]); they list, change, snooze, take, hand
// over and end tasks. Each late task is escalated to supervisors once ([Service.Escalate]),
// also while it is snoozed.
//
// # Planned tasks
//
// Whoever sees a lead, a contact or an interaction may plan a task about it, for themselves,
// for a colleague who serves customers, or for a team. Its owner, its author and
// supervisors change and end it; while it has no owner, the managers of its team do.
//
// When a repeated task is done, the next one is created in the same transaction: a unique
// index allows one that follows it. It is due at the first time of the series after now.
//
// A snoozed task is open, and counts as open and as late; only the worklist leaves it out
// until its time. When that, or a reminder, has come, the event task.reminded is
// recorded once ([Service.Wake]).
//
// # Calls that were not answered
//
// A call is not answered when it is inbound, is over, and no user talked with the
// customer: [leads.Call.NotAnswered], and the view calls_not_answered in SQL. Lists,
// counts, tasks and notices use one of the two. The disposition "missed" is narrower: a
// device rang and was not answered.
//
// [CallbackFactsOf] derives from a touch what matters for call-backs; [DecideCallback] decides on
// the contact's open call-back. Both are pure. The task is written in the transaction of
// the touch:
//
//   - The first such call opens it, or a form that asks for a call. Further calls
//     are counted: a partial unique index allows one open call-back for each contact.
//   - An answered call in either direction ends it, from the moment of the answer. An
//     inbound message ends it too, if it came after the latest such call began, but
//     does not end what the customer asked for.
//   - A call that is reported after its customer was reached makes a task that is done.
//     A call that is corrected to answered is removed from its task.
//   - Calls of anonymous callers have no task: there is no number to call back.
//
// The time until which to call back runs day and night; shifts do not stop it.
//
// # Owner
//
// The owner of a task is the user who took it or was given it; of a call-back else the lead's
// manager, else the contact's owner; else the managers of the team. The owner follows the
// lead without being written (views task_rows, task_viewers).
//
// # Escalation
//
// Package router looks every 5 seconds for tasks past their time, and for reminders. The first hub marks
// each once, by its version. Two hubs that store a missed call and an answered one at the
// same moment may not see each other's: [Service.Escalate] checks again before it records
// the event, and ends such a task.
package tasks
