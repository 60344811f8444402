package leads

import "time"

// The records below carry the JSON of the hub's outside shape
// (web/openapi.yaml): the API answers with them and events contain them.

// Role is what a user may see and do.
type Role string

// Roles, from the narrowest to the widest. Operators and managers see the
// contacts, calls and leads that they serve; supervisors and admins see all.
const (
	RoleOperator   Role = "operator"
	RoleManager    Role = "manager"
	RoleSupervisor Role = "supervisor"
	RoleAdmin      Role = "admin"
)

// Valid reports whether r is one of the four roles.
func (r Role) Valid() bool {
	return r == RoleOperator || r == RoleManager || r == RoleSupervisor || r == RoleAdmin
}

// SeesAll reports whether the role may see every record of the company.
func (r Role) SeesAll() bool { return r == RoleSupervisor || r == RoleAdmin }

// Presence is whether new work may be given to a user, as the user sets it.
type Presence string

// Presences.
const (
	Available Presence = "available"
	Paused    Presence = "paused"
	Offline   Presence = "offline"
)

// Valid reports whether p is one of the three presences.
func (p Presence) Valid() bool { return p == Available || p == Paused || p == Offline }

// User is a person who signs in.
type User struct {
	ID            string        `json:"id"`
	Login         string        `json:"login,omitempty"` // unique, lower case; empty where it is not shown, see [User.SeenBy]
	Name          string        `json:"name"`
	Role          Role          `json:"role"`
	Team          string        `json:"team,omitempty"`   // empty: serves every team
	Presence      Presence      `json:"presence"`         // as it stands now; see PresenceState
	Extensions    []string      `json:"extensions"`       // never nil
	Shifts        []Shift       `json:"shifts,omitempty"` // working hours; none: always
	PresenceState PresenceState `json:"-"`
	Device        DeviceState   `json:"-"` // the best of the user's telephones
	Disabled      bool          `json:"disabled,omitempty"`
	PasswordHash  string        `json:"-"` // argon2id in PHC string format
	LastAssigned  time.Time     `json:"-"` // when the router last gave this user a lead; zero: never
	Created       time.Time     `json:"-"`
	Way           Way           `json:"-"` // by which the user makes a request, see [User.Viewer]
}

// Viewer returns the user as the viewer of records.
func (u User) Viewer() Viewer { return Viewer{UserID: u.ID, Role: u.Role, Way: u.Way} }

// TakesLeads reports whether leads can be given to the user at all.
func (u User) TakesLeads() bool {
	return !u.Disabled && (u.Role == RoleManager || u.Role == RoleOperator)
}

// Works reports whether the user is available and on shift. The zone of now
// decides about shifts.
func (u User) Works(now time.Time) bool { return u.Presence == Available && OnShift(u.Shifts, now) }

// Token is an API token; the token itself is not stored.
type Token struct {
	ID      string    `json:"-"`
	Name    string    `json:"name"` // unique, what it is for
	UserID  string    `json:"-"`
	Login   string    `json:"-"`
	Created time.Time `json:"created"`
}

// Person is a user as named inside other records.
type Person struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
}

// IDOf returns the id of a person, empty for nil.
func IDOf(p *Person) string {
	if p == nil {
		return ""
	}
	return p.ID
}

// NameOf returns the name of a person, empty for nil.
func NameOf(p *Person) string {
	if p == nil {
		return ""
	}
	return p.Name
}

// Contact is a person or firm outside the company.
type Contact struct {
	ID         string       `json:"id"`
	Name       string       `json:"name,omitempty"`       // empty when unknown
	Company    string       `json:"company,omitempty"`    // the company's name, or only a text
	CompanyID  string       `json:"company_id,omitempty"` // empty: Company is only a text
	Role       string       `json:"role,omitempty"`       // what the person is in the company
	Line       bool         `json:"line,omitempty"`       // no person: the line of a company, which has its shared numbers
	Identities []Identity   `json:"identities"`           // oldest first, never nil
	Owner      *Person      `json:"owner,omitempty"`      // the leading manager; nil: none yet
	Tags       []string     `json:"tags,omitempty"`
	Warning    string       `json:"warning,omitempty"` // shown in red wherever the contact is
	Fields     CustomValues `json:"fields,omitempty"`
	Created    time.Time    `json:"created"`
	ContactDetails
	Version int64 `json:"-"` // grows with each change
}

// ShownName is how a contact is named in a history.
func (c Contact) ShownName() string {
	switch {
	case c.Name != "":
		return c.Name
	case len(c.Identities) > 0:
		return c.Identities[0].Value
	}
	return c.Company
}

// ContactDetails are of a single contact, not in lists and events.
type ContactDetails struct {
	Notes   string  `json:"notes,omitempty"`
	Offered []Offer `json:"offered,omitempty"` // newest first
}

// LeadStatus is what kind of stage a lead stands in.
type LeadStatus string

// What the stages of leads come to, see [Pipeline.StatusIn]. New and working leads are open; a
// contact has at most one open lead in a pipeline.
const (
	LeadNew     LeadStatus = "new"
	LeadWorking LeadStatus = "working"
	LeadWon     LeadStatus = "won"
	LeadRefused LeadStatus = "refused"
)

// Open reports whether a lead in this stage still needs work.
func (s LeadStatus) Open() bool { return s == LeadNew || s == LeadWorking }

// CanBecome reports whether a lead may move from s to next: forward only. A closed lead
// is reopened by a request of its own, or the customer's next touch opens a new one.
func (s LeadStatus) CanBecome(next LeadStatus) bool {
	switch s {
	case LeadNew:
		return next == LeadWorking || next == LeadWon || next == LeadRefused
	case LeadWorking:
		return next == LeadWon || next == LeadRefused
	}
	return false
}

// Deal is where a lead stands and what it is worth.
type Deal struct {
	PipelineID  string    `json:"pipeline_id"`
	StageID     string    `json:"stage_id"`
	Staged      time.Time `json:"staged,omitzero"`        // since when it stands in the stage
	Amount      int64     `json:"amount,omitempty"`       // in hundredths of the currency; 0: not known
	Currency    string    `json:"currency,omitempty"`     // ISO 4217; empty without an amount
	Probability *int64    `json:"probability,omitempty"`  // of winning it, in percent; nil: that of the stage
	Expected    string    `json:"expected,omitempty"`     // day on which it is expected to be won, as 2006-01-02
	Product     string    `json:"product,omitempty"`      // what the customer wants
	RefusalID   string    `json:"refusal_id,omitempty"`   // entry of the dictionary refusal; empty: Refusal has the reason in other words
	Stays       []Stay    `json:"stages_stood,omitempty"` // newest first; of a single lead, not in lists and events
}

// Lead is one need of one contact, served by one manager.
type Lead struct {
	ID          string     `json:"id"`
	ContactID   string     `json:"contact_id"`
	ContactName string     `json:"contact_name,omitempty"`
	Shared      bool       `json:"shared,omitempty"`      // its contact is the line of a company
	ContactKey  string     `json:"contact_key,omitempty"` // the contact's first phone, else first identity, else first text that cannot be parsed; may be empty
	Status      LeadStatus `json:"status"`
	Source      string     `json:"source"` // of the touch that opened it, or SourceByHand
	Channel     Channel    `json:"channel"`
	Subject     string     `json:"subject,omitempty"`
	Team        string     `json:"team,omitempty"`
	ManagerID   string     `json:"manager_id,omitempty"` // empty: not assigned yet
	ManagerName string     `json:"manager_name,omitempty"`
	Reason      string     `json:"reason,omitempty"`      // code of why this manager, see [ReasonText]
	ReasonText  string     `json:"reason_text,omitempty"` // the same as an English sentence
	Repeat      bool       `json:"repeat"`                // the contact had a lead before
	Refusal     string     `json:"refusal,omitempty"`     // in words
	Deal
	Fields    CustomValues      `json:"fields,omitempty"`
	UTM       map[string]string `json:"utm,omitempty"`
	Opened    time.Time         `json:"opened"`
	Assigned  time.Time         `json:"assigned,omitzero"`
	Responded time.Time         `json:"responded,omitzero"` // when the customer was first answered: a reply went out, or a call was answered
	Closed    time.Time         `json:"closed,omitzero"`
	// NextTask is the open task that is due first; nil: none, also in events and in the
	// answers to changes.
	NextTask *NextTask `json:"next_task,omitempty"`
}

// Interaction is the stored fact of one touch.
type Interaction struct {
	ID          string        `json:"id"`
	Source      string        `json:"source"`
	ExternalID  string        `json:"external_id"`
	Channel     Channel       `json:"channel"`
	Direction   Direction     `json:"direction"`
	At          time.Time     `json:"at"`
	ContactID   string        `json:"contact_id,omitempty"` // empty: internal or anonymous
	ContactName string        `json:"contact_name,omitempty"`
	Shared      bool          `json:"shared,omitempty"`    // its contact is the line of a company
	SharedBy    string        `json:"shared_by,omitempty"` // the line by whose number it came; in a single record, not in lists and events
	LeadID      string        `json:"lead_id,omitempty"`
	Name        string        `json:"name,omitempty"` // as given in this touch
	To          string        `json:"to,omitempty"`
	Subject     string        `json:"subject,omitempty"`
	Text        string        `json:"text,omitempty"`
	Attachments []Attachment  `json:"attachments,omitempty"`
	Whole       string        `json:"whole,omitempty"`     // the text with the parts that Text omits; in a single record, not in lists and events
	Earlier     []EarlierText `json:"earlier,omitempty"`   // earlier versions, newest first; as Whole
	Automatic   Automatic     `json:"automatic,omitempty"` // why no person wrote it
	Edited      time.Time     `json:"edited,omitzero"`     // when the sender last changed it
	HasWhole    bool          `json:"has_whole,omitempty"` // Text leaves out what it quotes, or the signature
	HasHTML     bool          `json:"has_html,omitempty"`  // it can be shown as it was formatted
	// RemotePictures counts the pictures on other servers that the formatted message
	// shows on request; as Whole.
	RemotePictures int               `json:"remote_pictures,omitempty"`
	UTM            map[string]string `json:"utm,omitempty"`
	Call           *CallRecord       `json:"call,omitempty"`  // calls of an exchange only
	Facts          *Facts            `json:"facts,omitempty"` // nil in events of touches
	Fields         CustomValues      `json:"fields,omitempty"`
}

// EarlierText is what a message said before its sender changed it.
type EarlierText struct {
	At      time.Time `json:"at"` // when it got this text
	Subject string    `json:"subject,omitempty"`
	Text    string    `json:"text,omitempty"`
	Whole   string    `json:"whole,omitempty"`
}

// ContactFile is a file that came with a message of a contact, or went with an answer.
type ContactFile struct {
	Attachment
	InteractionID string    `json:"interaction_id"`
	Channel       Channel   `json:"channel"` // of the interaction
	Direction     Direction `json:"direction"`
	At            time.Time `json:"at"`
}

// Offer is an identity that is perhaps a contact's. It matches no contact until a
// user adds it to this one.
type Offer struct {
	ID            string    `json:"id"`
	Identity      Identity  `json:"identity"`
	InteractionID string    `json:"interaction_id"` // of its first occurrence
	Channel       Channel   `json:"channel"`        // of the interaction
	At            time.Time `json:"at"`
	// Unread: the value is the text as written, which cannot be parsed as its kind. A
	// user corrects it to add it.
	Unread bool `json:"unread,omitempty"`
}

// OfferDecision is the decision on an [Offer]; empty: none yet.
type OfferDecision string

// Decisions of offers.
const (
	OfferAdded     OfferDecision = "added"
	OfferDismissed OfferDecision = "dismissed"
)

// CallRecord is a call as stored and shown.
type CallRecord struct {
	ID           string  `json:"id"` // the interaction's id
	Source       string  `json:"source"`
	ContactID    string  `json:"contact_id,omitempty"`
	ContactName  string  `json:"contact_name,omitempty"`
	Shared       bool    `json:"shared,omitempty"` // its contact is the line of a company
	LeadID       string  `json:"lead_id,omitempty"`
	Line         string  `json:"line,omitempty"`          // name of the DID; the interaction's subject
	Advert       string  `json:"advertisement,omitempty"` // that shows the DID; the interaction's utm_source
	OperatorUser *Person `json:"operator,omitempty"`      // user behind Call.Operator, nil if no user has that extension
	WaitMS       int64   `json:"wait_ms,omitempty"`       // from start to answer, or to the end of an unanswered call
	RingMS       int64   `json:"ring_ms,omitempty"`       // while waiting, with some device ringing; from the journal
	TalkMS       int64   `json:"talk_ms,omitempty"`       // with an operator; seen live only: from answer to end
	HoldMS       int64   `json:"hold_ms,omitempty"`       // parked or on hold
	// Callback is the call-back of a missed call; nil for other calls, for callers
	// without a number, and in events.
	Callback *Callback `json:"callback,omitempty"`
	Call

	Recordings []Recording `json:"recordings,omitempty"`
}

// Durations fills in the times in milliseconds: from the journal, or else from the
// call's start, answer and end.
func (c *CallRecord) Durations() {
	c.RingMS, c.HoldMS = c.Rung.Milliseconds(), c.Held.Milliseconds()
	if c.Journal {
		c.WaitMS, c.TalkMS = c.Waited.Milliseconds(), c.Talked.Milliseconds()
		return
	}
	switch {
	case !c.Answered.IsZero():
		c.WaitMS = c.Answered.Sub(c.Started).Milliseconds()
	case !c.Ended.IsZero():
		c.WaitMS = c.Ended.Sub(c.Started).Milliseconds()
	}
	if !c.Answered.IsZero() && !c.Ended.IsZero() {
		c.TalkMS = c.Ended.Sub(c.Answered).Milliseconds()
	}
}

// SourceStates of a connector, see [SourceState].
const (
	SourceStarting = "starting"
	SourceRunning  = "running"
	SourceFailed   = "failed"
	SourcePassive  = "passive" // it only answers requests
	SourceStandby  = "standby" // another hub owns it; this one takes over if the owner dies
)

// CountMost is the number up to which the interactions of a source are counted.
const CountMost = 10_000

// SourceState is what is known of one configured source.
type SourceState struct {
	Name      string        `json:"name"`
	Kind      string        `json:"kind"`
	State     string        `json:"state"`
	Error     string        `json:"error,omitempty"`   // last error in words, empty when running
	Fault     SourceFault   `json:"fault,omitempty"`   // code of Error
	Warning   SourceWarning `json:"warning,omitempty"` // about how it is set up, while it works
	Since     time.Time     `json:"since,omitzero"`    // of State
	Hub       string        `json:"hub,omitempty"`     // that owns it, of a source with one owner among several hubs
	LastTouch time.Time     `json:"last_touch,omitzero"`
	LastTest  time.Time     `json:"last_test,omitzero"` // when a vendor last tested the address, since the hub started; nothing of it is stored
	Count     int64         `json:"count"`              // interactions stored, counted up to [CountMost]
	Demo      bool          `json:"demo,omitempty"`
	Embed     string        `json:"embed,omitempty"` // HTML to paste into a website

	Journal *JournalState `json:"journal,omitempty"` // of an exchange: the state of reading its own journal
}

// SourceWarning is a code of a problem in the setup of a source that works.
type SourceWarning string

// WarnPolling says that it polls a vendor that recommends this for trials only, because
// messages may be lost.
const WarnPolling SourceWarning = "polling"

// WarnJournalSilent says that an exchange handles calls and writes no row to its own
// journal.
const WarnJournalSilent SourceWarning = "journal_silent"
