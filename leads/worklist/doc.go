// Package worklist says what a user has to do next: everything that waits for that user, or
// for nobody yet and that the user may take, by the time that is left to its limit.
//
// It has no records of its own. Each item is one of
//
//   - a call that rings at the user's telephone;
//   - an open call-back;
//   - a lead that waits ([LeadItem]): for its first answer, for a manager, or for an answer to
//     what the customer wrote last;
//   - a planned task that is due today or is late;
//   - a contact that is over and lacks a required fact.
//
// They are read with the filters of the lists of calls, leads, tasks and interactions, so that lists and
// worklist agree. A snoozed task is left out until its time, and stays in the list of
// tasks. Colleagues' work is left out, also for supervisors, who see it in the lists.
package worklist
