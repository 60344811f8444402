package leads

import "time"

// TaskKind says what is to be done.
type TaskKind string

// Kinds of task.
const (
	TaskCallback TaskKind = "callback" // call somebody back whose calls were missed, or who asked for it
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

// Outcomes of a call-back. The first three are what the hub sees by itself,
// the others are what a person says.
const (
	CalledBack        TaskOutcome = "called_back"        // we called, and they answered
	ContactedAgain    TaskOutcome = "contacted_again"    // they called again and were answered, or wrote
	AnsweredElsewhere TaskOutcome = "answered_elsewhere" // the exchange's journal tells that the call was not missed
	ReachedByHand     TaskOutcome = "reached"            // by a way that the hub does not see
	NotReached        TaskOutcome = "unreachable"        // given up after trying
	NotNeeded         TaskOutcome = "not_needed"         // a wrong number, an advertiser
)

// ByHand reports whether a person may end a task so.
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
	Calls       int         `json:"calls"`              // missed calls that it stands for
	Attempts    int         `json:"attempts"`           // times that we called back in vain
	Missed      time.Time   `json:"missed"`             // when the latest missed call began, or the customer asked
	Due         time.Time   `json:"due"`                // some time after the first missed call ended
	Escalated   time.Time   `json:"escalated,omitzero"` // when supervisors were told that it is late; zero: they were not
	Created     time.Time   `json:"created"`
	Done        time.Time   `json:"done,omitzero"`
	DoneBy      *Person     `json:"done_by,omitempty"` // nil: the hub saw it
	Outcome     TaskOutcome `json:"outcome,omitempty"` // of a task that is done
	Comment     string      `json:"comment,omitempty"` // of who ended it by hand
	Wished      time.Time   `json:"wished,omitzero"`   // for when the customer asked to be called; zero: they did not ask
	Note        string      `json:"note,omitempty"`    // what they wrote with it

	Version int64 `json:"-"` // grows with every change
}

// Callback is what a missed call's own record tells of its call-back.
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
	OwnerID string    // empty: whoever's
	LateAt  time.Time // only those due before; zero: all
}

// TaskCounts are what metrics tell of open tasks.
type TaskCounts struct{ Open, Late int64 }

// NotAnswered reports whether a customer called and nobody talked with them: an
// inbound call that is over, however it came out. So are calls that the caller
// gave up, in a queue too, and those that the answering machine took. A part of
// another call is none, nor is one of a number on the blacklist.
//
// What the workplace, the API and notices call "not answered" is this; the view
// calls_not_answered says the same in SQL.
func (c Call) NotAnswered() bool {
	return c.Direction == In && c.State == CallEnded && !c.HadTalk() && c.PartOf == "" && c.Disposition != Barred
}

// HadTalk reports whether an operator and the other side talked.
func (c Call) HadTalk() bool { return !c.Answered.IsZero() || c.Disposition == Answered }

// TalkBegan is when they did; of a call without that time, its end.
func (c Call) TalkBegan() time.Time {
	if c.Answered.IsZero() {
		return c.Ended
	}
	return c.Answered
}

// WishedNumber is the number that a touch asks to be called at, empty if it
// does not ask.
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
