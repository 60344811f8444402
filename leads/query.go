package leads

import (
	"errors"
	"strings"
	"time"
)

// Errors that storage returns and that the callers tell apart.
var (
	// ErrNotFound: no such record, or none that the viewer may see; the two
	// are never told apart, so that ids cannot be probed.
	ErrNotFound = errors.New("not found")
	// ErrForbidden: the viewer may see the record but not change it; the
	// wrapped text says whose it is.
	ErrForbidden = errors.New("forbidden")
	// ErrConflict: a concurrent change won; read again and decide again.
	ErrConflict = errors.New("changed in the meantime")
	// ErrExists: a unique value (login, extension) is taken.
	ErrExists = errors.New("already exists")
	// ErrInvalid: the input breaks a rule of the domain; the wrapped text names it.
	ErrInvalid = errors.New("invalid")
	// ErrUnavailable: something outside of the hub does not answer; it may a moment later.
	ErrUnavailable = errors.New("does not answer now")
	// ErrBusy: more waits to be stored than the hub takes on; try again later.
	ErrBusy = errors.New("too much is waiting to be stored")
	// ErrStaleOwner: another hub owns the source now; nothing was stored, and
	// nothing will be until this hub owns it again.
	ErrStaleOwner = errors.New("another hub owns this source")
	// ErrRefused: the source has refused the touch, and its sender cannot correct it.
	ErrRefused = errors.New("refused")
	// ErrKeyReused: the key of a touch was used before with other content. The
	// touch waits in quarantine.
	ErrKeyReused = errors.New("the key was used before with other content")
	// ErrSuspect: the touch is well formed but probably not from a customer.
	ErrSuspect = errors.New("suspicious")
)

// Fold returns the form in which texts are compared, searched and sorted: lower case, with
// ё as е.
func Fold(s string) string {
	return strings.ReplaceAll(strings.ToLower(strings.ToValidUTF8(s, "\uFFFD")), "ё", "е")
}

// Page asks for a piece of a list.
type Page struct {
	Limit  int    // 1–200
	Cursor string // opaque, from the previous page's Next; empty: from the top
	Order  Order  // one of the list's Orders
}

// Order is the order of a list; empty: as the list's doc says.
type Order string

// Orders. The first two are by the list's time and read an index; the others read all records
// that the list may show.
const (
	NewestFirst Order = "newest"
	OldestFirst Order = "oldest"
	LongestWait Order = "longest_wait"
	LongestTalk Order = "longest_talk"
	ByName      Order = "name" // of the contact, as Fold has it; those without one come last
)

// Orders are the orders of each list.
var Orders = map[ViewList][]Order{
	ViewCalls:    {NewestFirst, OldestFirst, LongestWait, LongestTalk},
	ViewLeads:    {NewestFirst, OldestFirst, ByName},
	ViewTasks:    {NewestFirst, OldestFirst},
	ViewContacts: {NewestFirst, OldestFirst, ByName},

	ViewCompanies: {NewestFirst, ByName},
}

// ReasonTooMany is the code of the problem that more records are in question than a list
// sorts; its value is a parameter that restricts the list.
const ReasonTooMany = "too_many"

// Period is the time from Since to before Until; a zero end is open.
type Period struct{ Since, Until time.Time }

// List is one page of records. Next is empty on the last page.
type List[T any] struct {
	Items []T
	Next  string
}

// ContactFilter restricts a list of contacts. Empty fields do not restrict.
type ContactFilter struct {
	Query   string // part of name, company, phone or e-mail, any case
	Phone   string // exact, E.164
	Email   string // exact, canonical
	OwnerID string
	Tag     string // in any case
	Fields  []CustomFilter
	// CompanyID lists the people in a company, without its line.
	CompanyID string
}

// LeadFilter restricts a list of leads.
type LeadFilter struct {
	Query      string // part of the contact's name, phone or e-mail
	Status     LeadStatus
	Open       *bool
	Waiting    bool // open, and the customer has not been answered yet
	ManagerID  string
	Unassigned bool
	ContactID  string
	CompanyID  string // of its people and its line
	Sources    []string
	Channels   []Channel
	Teams      []string
	Repeat     *bool
	UTMSource  string // advertisement, by utm_source or by the DID that was dialled
	Opened     Period
	PipelineID string
	StageID    string
	Fields     []CustomFilter
}

// InteractionFilter restricts a list of interactions.
type InteractionFilter struct {
	ContactID, LeadID, Source string
	CompanyID                 string // of its people and its line
	Channel                   Channel
	ExternalID                string
	Since, Until              time.Time
	Fields                    []CustomFilter
	LackingFacts              bool // only those of the viewer that lack a required fact; of all, for those who see all
}

// CallFilter restricts a list of calls. Of several values of a field one has to fit.
type CallFilter struct {
	Query        string // part of a number or of the contact's name
	Directions   []Direction
	Dispositions []Disposition
	State        CallState
	NotAnswered  bool // only calls that [Call.NotAnswered] means
	OperatorIDs  []string
	Queues       []string
	Sources      []string
	Lines        []string // DIDs
	Teams        []string // of the operator, or of the lead if nobody of a team talked
	UTMSource    string   // advertisement of the line that was dialled
	TalkedMin    time.Duration
	WaitedMin    time.Duration
	Recorded     *bool // a recording can be listened to
	Linkedid     string
	ContactID    string
	CompanyID    string // of its people and its line
	Started      Period
}

// QuarantineFilter restricts a list of quarantined touches.
type QuarantineFilter struct {
	State  QuarantineState
	Source string
}
