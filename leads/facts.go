package leads

import (
	"encoding/json"
	"time"
)

// Fact is one of the things that people write of an interaction.
type Fact string

// Facts. When an interaction was, with whom and by which source is known without them.
const (
	FactNature   Fact = "nature"   // an entry of the dictionary of natures
	FactSubject  Fact = "subject"  // what the customer is interested in; not the subject line of a message
	FactSummary  Fact = "summary"  // of what was said
	FactOutcome  Fact = "outcome"  // an entry of the dictionary of outcomes
	FactDecision Fact = "decision" // a supervisor's
)

// FactNames are all of them.
var FactNames = []Fact{FactNature, FactSubject, FactSummary, FactOutcome, FactDecision}

// RequirableFacts are those that a source or a team may require.
var RequirableFacts = []Fact{FactNature, FactSubject, FactSummary, FactOutcome}

// Facts are what people wrote of an interaction.
type Facts struct {
	Nature      string            `json:"nature,omitempty"` // id of an entry
	NatureName  *Names            `json:"nature_name,omitempty"`
	Subject     string            `json:"subject,omitempty"`
	Summary     string            `json:"summary,omitempty"`
	Outcome     string            `json:"outcome,omitempty"` // id of an entry
	OutcomeName *Names            `json:"outcome_name,omitempty"`
	Decision    string            `json:"decision,omitempty"`
	Author      *Person           `json:"author,omitempty"` // who registered the interaction by hand, or wrote the reply
	By          map[Fact]FactMark `json:"by,omitempty"`     // the last change of each
	Missing     []Fact            `json:"missing"`          // required and not there; never nil
	Editable    bool              `json:"editable,omitempty"`
	Version     int64             `json:"-"` // 0: nobody wrote any
}

// Value returns the stored form of a fact: a text, or the id of an entry.
func (f Facts) Value(name Fact) string {
	switch name {
	case FactNature:
		return f.Nature
	case FactSubject:
		return f.Subject
	case FactSummary:
		return f.Summary
	case FactOutcome:
		return f.Outcome
	case FactDecision:
		return f.Decision
	}
	return ""
}

// FactMark is who changed a fact last, and when.
type FactMark struct {
	User Person    `json:"user"`
	At   time.Time `json:"at"`
}

// FactChange is one value that a fact had.
type FactChange struct {
	Fact  Fact      `json:"fact"`
	Value string    `json:"value"` // empty: it was cleared
	Name  *Names    `json:"name,omitempty"`
	By    Person    `json:"by"`
	Way   Way       `json:"way,omitempty"`
	At    time.Time `json:"at"`
}

// OptionalText is a text of a change: left out, or given. Null is an empty text.
type OptionalText struct {
	Given bool
	Text  string
}

// UnmarshalJSON reads a text or null.
func (o *OptionalText) UnmarshalJSON(b []byte) error {
	o.Given, o.Text = true, ""
	return json.Unmarshal(b, &o.Text)
}

// FactsChange is what a person changes of the facts of an interaction.
type FactsChange struct {
	Nature, Subject, Summary, Outcome, Decision OptionalText
	Fields                                      CustomValues // custom fields of the interaction
}

// Empty reports whether nothing is to change.
func (c FactsChange) Empty() bool {
	return !c.Nature.Given && !c.Subject.Given && !c.Summary.Given && !c.Outcome.Given && !c.Decision.Given && len(c.Fields) == 0
}

// Dictionary names a list of entries that people choose from.
type Dictionary string

// Dictionaries.
const (
	DictionaryNature  Dictionary = "nature"
	DictionaryOutcome Dictionary = "outcome"
	DictionaryRefusal Dictionary = "refusal" // reasons why leads are refused
)

// Dictionaries are all of them.
var Dictionaries = []Dictionary{DictionaryNature, DictionaryOutcome, DictionaryRefusal}

// Names are an entry's name in each language.
type Names struct {
	EN string `json:"en"`
	RU string `json:"ru"`
}

// Entry is an entry of a dictionary.
type Entry struct {
	ID         string     `json:"id"`
	Dictionary Dictionary `json:"dictionary"`
	Code       string     `json:"code,omitempty"` // of a built-in entry: its id
	Names      Names      `json:"names"`
	Channel    Channel    `json:"channel,omitempty"`   // the only one of an outcome; empty: every channel
	Direction  Direction  `json:"direction,omitempty"` // likewise
	Position   int64      `json:"position"`
	Retired    bool       `json:"retired"` // not offered any more
	Used       bool       `json:"used"`    // it can be retired, not deleted
}

// Fits reports whether an outcome may be chosen for an interaction.
func (e Entry) Fits(c Channel, d Direction) bool {
	return (e.Channel == "" || e.Channel == c) && (e.Direction == "" || e.Direction == d)
}

// EntryChange is what a person changes of an entry. Nil: it stays as it is.
type EntryChange struct {
	Name      *string
	Channel   *Channel
	Direction *Direction
	Position  *int64
	Retired   *bool
}

// Required are the facts that a source or a team requires of each contact.
type Required struct {
	Name  string `json:"name"`
	Facts []Fact `json:"facts"`
}

// RequiredFacts are all that is required.
type RequiredFacts struct {
	Sources []Required `json:"sources"` // by name, never nil
	Teams   []Required `json:"teams"`   // of the lead; by name, never nil
}

// Channels of interactions that users register by hand, beside [ChannelCall].
const (
	ChannelMeeting Channel = "meeting"
	ChannelVisit   Channel = "visit"
	ChannelNote    Channel = "note"
)

// SourceByHand is the source of interactions that users register and of leads that they open.
// No configured source has such a name.
const SourceByHand = "by hand"

// ByHand is an interaction as a user registers it. A talk that is no call of an exchange
// is of [ChannelCall] too, without a [CallRecord].
type ByHand struct {
	Key         string // idempotency key
	ContactID   string
	LeadID      string // empty: the contact's open lead
	Channel     Channel
	Direction   Direction
	At          time.Time
	Text        string
	Attachments []Attachment // by id, uploaded by the author
}

// Talk reports whether the customer was spoken to.
func (b ByHand) Talk() bool { return b.Channel != ChannelNote }
