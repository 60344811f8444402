package leads

import "time"

// Codes of reasons why two contacts are perhaps one person. Those of leads/duplicates have two
// values, of the contact whose id is less and of the other; those of a touch have the channel,
// and the kinds of the identities.
const (
	DuplicateSpelling = "number_spelling" // one number in two spellings
	DuplicateTypo     = "number_typo"     // two numbers that differ by a typing error, and similar names
	DuplicateMailbox  = "mailbox"         // two addresses of one mailbox
	DuplicateChannels = "channels"        // one number, address or user name in two channels
	DuplicateCompany  = "company"         // similar names in one company
	DuplicateTogether = "together"        // one touch came with identities of both
	DuplicateInText   = "in_text"         // the text of one's touch names identities of the other
)

// DuplicateReasons are all of them.
var DuplicateReasons = []string{DuplicateSpelling, DuplicateTypo, DuplicateMailbox, DuplicateChannels, DuplicateCompany, DuplicateTogether, DuplicateInText}

// DuplicateReason is why two contacts are perhaps one person.
type DuplicateReason struct {
	Code    string   `json:"code"`
	Values  []string `json:"values,omitempty"`
	Channel Channel  `json:"channel,omitempty"`
}

// DuplicateState is what people decided about a suggestion.
type DuplicateState string

// States of a suggestion.
const (
	DuplicateOpen      DuplicateState = "open"
	DuplicateDismissed DuplicateState = "dismissed" // they are not the same
)

// Suggestion is what is known about two contacts that are perhaps one person.
type Suggestion struct {
	Score     int               `json:"score"`   // 1 to 99, how sure it is
	Reasons   []DuplicateReason `json:"reasons"` // never nil
	Found     time.Time         `json:"found"`
	State     DuplicateState    `json:"state"`
	Decided   time.Time         `json:"decided,omitzero"`
	DecidedBy *Person           `json:"decided_by,omitempty"`
}

// Duplicate is a contact that is perhaps the same person as another.
type Duplicate struct {
	Contact Contact `json:"contact"`
	Suggestion
}

// DuplicatePair is two contacts that are perhaps one person, the one with the lesser id first.
type DuplicatePair struct {
	Contacts []Contact `json:"contacts"` // two
	Suggestion
}

// DuplicateFilter selects pairs; empty fields select everything.
type DuplicateFilter struct {
	Reason string // code
	State  DuplicateState
}
