package leads

import "time"

// TaskKind says what is to be done: one of the kinds below, or a kind of a user's own, of at
// most [TaskKindMost] characters.
type TaskKind string

// Kinds of task. The hub makes call-backs; users plan all others.
const (
	TaskCallback TaskKind = "callback" // call a customer back whose calls were missed, or who asked for it
	TaskCall     TaskKind = "call"
	TaskFollowUp TaskKind = "follow_up"
	TaskMeeting  TaskKind = "meeting"
	TaskReminder TaskKind = "reminder"
)

// TaskKindMost is the greatest length of a kind, in characters.
const TaskKindMost = 40

// Calls reports whether the task is a call to a customer.
func (k TaskKind) Calls() bool { return k == TaskCallback || k == TaskCall }

// Priority of a task.
type Priority string

// Priorities.
const (
	PriorityLow    Priority = "low"
	PriorityNormal Priority = "normal"
	PriorityHigh   Priority = "high"
)

// Repeat says how often a task is done.
type Repeat string

// Repeats. The next task is created when one is done.
const (
	RepeatNone     Repeat = "none"
	RepeatDaily    Repeat = "daily"
	RepeatWeekdays Repeat = "weekdays" // Monday to Friday
	RepeatWeekly   Repeat = "weekly"
	RepeatMonthly  Repeat = "monthly"
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

// Outcomes of a task. The hub sets the first three, of call-backs; a user sets the others.
const (
	CalledBack        TaskOutcome = "called_back"        // we called, and they answered
	ContactedAgain    TaskOutcome = "contacted_again"    // they called again and were answered, or wrote
	AnsweredElsewhere TaskOutcome = "answered_elsewhere" // by the exchange's journal the call was not missed
	ReachedByHand     TaskOutcome = "reached"            // in a way that the hub does not see
	NotReached        TaskOutcome = "unreachable"        // given up after trying
	NotNeeded         TaskOutcome = "not_needed"         // a wrong number, an advertiser
	Finished          TaskOutcome = "finished"           // a planned task was carried out
)

// ByHand reports whether a user may end a task of a kind with the outcome.
func (o TaskOutcome) ByHand(k TaskKind) bool {
	return o == ReachedByHand || o == NotReached || o == NotNeeded || o == Finished && k != TaskCallback
}

// Recovered reports whether the customer was reached after all.
func (o TaskOutcome) Recovered() bool {
	return o == CalledBack || o == ContactedAgain || o == ReachedByHand
}

// Task is work that is due at a time. A contact has at most one open call-back, however
// many of its calls were missed.
type Task struct {
	ID            string      `json:"id"`
	Kind          TaskKind    `json:"kind"`
	State         TaskState   `json:"state"`
	Title         string      `json:"title,omitempty"`      // as its author wrote it
	ContactID     string      `json:"contact_id,omitempty"` // empty: about no contact, or the viewer may not see it
	ContactName   string      `json:"contact_name,omitempty"`
	LeadID        string      `json:"lead_id,omitempty"`
	InteractionID string      `json:"interaction_id,omitempty"` // from which a user planned it
	CallID        string      `json:"call_id,omitempty"`        // the latest missed call (its interaction); empty: the customer only asked to be called, or a user planned it
	Number        string      `json:"number"`                   // to call back, as the latest missed call came, else the contact's; may be empty
	DID           string      `json:"did,omitempty"`
	Queue         string      `json:"queue,omitempty"`
	Team          string      `json:"team,omitempty"`       // who may take it while it has no owner; empty: every team
	Owner         *Person     `json:"owner,omitempty"`      // who took it or got it; of a call-back else the lead's manager, else the contact's owner; nil: the team
	CreatedBy     *Person     `json:"created_by,omitempty"` // nil: the hub
	Priority      Priority    `json:"priority"`
	Repeat        Repeat      `json:"repeat"`
	Calls         int         `json:"calls"`                 // missed calls that it counts
	Attempts      int         `json:"attempts"`              // call-backs that were not answered
	Missed        time.Time   `json:"missed,omitzero"`       // of a call-back: when the latest missed call began, or the customer asked
	Due           time.Time   `json:"due"`                   // of a call-back: some time after the first missed call ended
	Remind        time.Time   `json:"remind,omitzero"`       // when the owner is reminded; zero: never
	Snoozed       time.Time   `json:"snooze_until,omitzero"` // until when the worklist leaves it out; zero: it does not
	Escalated     time.Time   `json:"escalated,omitzero"`    // when it was escalated to supervisors; zero: it was not
	Created       time.Time   `json:"created"`
	Done          time.Time   `json:"done,omitzero"`
	DoneBy        *Person     `json:"done_by,omitempty"` // nil: the hub
	Outcome       TaskOutcome `json:"outcome,omitempty"` // of a task that is done
	Comment       string      `json:"comment,omitempty"` // the result, of the user who ended it
	Wished        time.Time   `json:"wished,omitzero"`   // for when the customer asked to be called; zero: they did not ask
	Note          string      `json:"note,omitempty"`    // what they wrote with it

	Wakes   time.Time `json:"-"` // when its owner is told of it next: a reminder, or the end of a snooze; zero: never
	Key     string    `json:"-"` // idempotency key of its author
	Follows string    `json:"-"` // id of the task that it repeats
	Version int64     `json:"-"` // grows with every change
}

// NextTask is the open task of a lead that is due first, inside the record of the lead.
type NextTask struct {
	ID    string    `json:"id,omitempty"` // empty: the viewer may not see the task
	Kind  TaskKind  `json:"kind"`
	Title string    `json:"title,omitempty"`
	Due   time.Time `json:"due"`
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
	State     TaskState // empty: open
	OwnerID   string    // empty: any
	ContactID string
	LeadID    string
	Kind      TaskKind
	LateAt    time.Time // only those due before; zero: all
	Period    Period    // in which open ones are due, done ones were done
	AwakeAt   time.Time // only those that are not snoozed then; zero: all
	// ToDo: only those that the viewer has, or may take because nobody has them; not those
	// of others, which supervisors and authors see too.
	ToDo bool
}

// TaskCounts are the numbers of open tasks, for lists and metrics.
type TaskCounts struct {
	Open, Late int64
	Callbacks  int64 // those of the open ones by which customers wait for a call; not counted of one owner
}

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
