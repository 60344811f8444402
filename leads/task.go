package leads

import "time"

// TaskKind says what is to be done.
type TaskKind string

// Kinds of task.
const (
	TaskCallback TaskKind = "callback" // call a customer back whose calls were missed, or who asked for it
)

// TaskState is where a task stands.
type TaskState string

// States of a task.
const (
	TaskOpen TaskState = "open"
	TaskDone TaskState = "done"
)

// TaskOutcome is a code of what ended a task.
type TaskOutcome string

// Outcomes of a call-back. The hub sets the first three, a user sets the others.
const (
	CalledBack        TaskOutcome = "called_back"        // we called, and they answered
	ContactedAgain    TaskOutcome = "contacted_again"    // they called again and were answered, or wrote
	AnsweredElsewhere TaskOutcome = "answered_elsewhere" // by the exchange's journal the call was not missed
	ReachedByHand     TaskOutcome = "reached"            // in a way that the hub does not see
	NotReached        TaskOutcome = "unreachable"        // given up after trying
	NotNeeded         TaskOutcome = "not_needed"         // a wrong number, an advertiser
)

// ByHand reports whether a user may end a task with the outcome.
func (o TaskOutcome) ByHand() bool {
	return o == ReachedByHand || o == NotReached || o == NotNeeded
}

// Recovered reports whether the customer was reached after all.
func (o TaskOutcome) Recovered() bool {
	return o == CalledBack || o == ContactedAgain || o == ReachedByHand
}

// Task is work for one contact that is due at a time. A contact has at most one open
// call-back, however many of its calls were missed.
type Task struct {
	ID          string      `json:"id"`
	Kind        TaskKind    `json:"kind"`
	State       TaskState   `json:"state"`
	ContactID   string      `json:"contact_id,omitempty"` // empty: the viewer may not see the contact
	ContactName string      `json:"contact_name,omitempty"`
	LeadID      string      `json:"lead_id,omitempty"`
	CallID      string      `json:"call_id,omitempty"` // the latest missed call (its interaction); empty: the customer only asked to be called
	Number      string      `json:"number"`            // to call back, as the latest missed call came
	DID         string      `json:"did,omitempty"`
	Queue       string      `json:"queue,omitempty"`
	Team        string      `json:"team,omitempty"`     // of the lead; empty: every team
	Owner       *Person     `json:"owner,omitempty"`    // who took it or got it, else the lead's manager, else the contact's owner; nil: the team
	Calls       int         `json:"calls"`              // missed calls that it counts
	Attempts    int         `json:"attempts"`           // call-backs that were not answered
	Missed      time.Time   `json:"missed"`             // when the latest missed call began, or the customer asked
	Due         time.Time   `json:"due"`                // some time after the first missed call ended
	Escalated   time.Time   `json:"escalated,omitzero"` // when it was escalated to supervisors; zero: it was not
	Created     time.Time   `json:"created"`
	Done        time.Time   `json:"done,omitzero"`
	DoneBy      *Person     `json:"done_by,omitempty"` // nil: the hub
	Outcome     TaskOutcome `json:"outcome,omitempty"` // of a task that is done
	Comment     string      `json:"comment,omitempty"` // of the user who ended it
	Wished      time.Time   `json:"wished,omitzero"`   // for when the customer asked to be called; zero: they did not ask
	Note        string      `json:"note,omitempty"`    // what they wrote with it

	Version int64 `json:"-"` // grows with every change
}

// Callback is the call-back of a missed call, inside the record of the call.
type Callback struct {
	TaskID  string      `json:"task_id,omitempty"` // empty: the viewer may not see the task
	State   TaskState   `json:"state"`
	Due     time.Time   `json:"due"`
	Done    time.Time   `json:"done,omitzero"`
	Outcome TaskOutcome `json:"outcome,omitempty"`
}

// TaskFilter restricts a list of tasks. Open tasks are listed by their due
// time, the longest overdue first, done ones by when they were done, newest first.
type TaskFilter struct {
	State   TaskState // empty: open
	OwnerID string    // empty: any
	LateAt  time.Time // only those due before; zero: all
	Period  Period    // in which open ones are due, done ones were done
}

// TaskCounts are the numbers of open tasks, for lists and metrics.
type TaskCounts struct{ Open, Late int64 }

// NotAnswered reports whether the call is inbound and over, and no user talked with the
// customer, whatever its disposition. That includes calls that the caller abandoned, in a
// queue too, and calls to voicemail. It excludes parts of other calls and calls from
// numbers on the blacklist.
//
// This is "not answered" in the workplace, the API and notices; the view
// calls_not_answered is the same rule in SQL.
func (c Call) NotAnswered() bool {
	return c.Direction == In && c.State == CallEnded && !c.HadTalk() && c.PartOf == "" && c.Disposition != Barred
}

// HadTalk reports whether an operator talked with the other party.
func (c Call) HadTalk() bool { return !c.Answered.IsZero() || c.Disposition == Answered }

// TalkBegan returns when the talk began, or the end of the call if that is unknown.
func (c Call) TalkBegan() time.Time {
	if c.Answered.IsZero() {
		return c.Ended
	}
	return c.Answered
}

// WishedNumber returns the number at which the customer asks to be called, empty without
// such a wish.
func (t Touch) WishedNumber() string {
	if t.CallBack == nil {
		return ""
	}
	for _, id := range t.From {
		if id.Kind == KindPhone {
			return id.Value
		}
	}
	return ""
}
