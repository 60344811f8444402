package leads

import "encoding/json"

// CustomField is a field that the company added to its records.
type CustomField struct {
	ID           string         `json:"id"` // its code, unique over all objects; it never changes
	Object       CustomObject   `json:"object"`
	Name         string         `json:"name"`
	Kind         CustomKind     `json:"kind"`
	Position     int64          `json:"position"`
	Pipelines    []string       `json:"pipelines"`     // of a lead: whose leads have it, never nil; empty: all
	RequiredFrom []string       `json:"required_from"` // ids of stages, at most one of a pipeline, never nil
	RemindDays   int64          `json:"remind_days"`   // of a date: a task reminds so many days ahead; -1: none does
	Listed       bool           `json:"listed"`        // lists show it as a column
	Choices      []CustomChoice `json:"choices"`       // in their order, never nil
	Retired      bool           `json:"retired"`       // it cannot be set any more
	Used         bool           `json:"used"`          // records have a value
	Version      int64          `json:"-"`             // grows with each change
}

// CustomChoice is one of the values of a choice.
type CustomChoice struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Retired bool   `json:"retired"` // it cannot be chosen any more
}

// CustomInput is a value for a custom field that came with a touch.
type CustomInput struct {
	Code  string // of the field
	Label string // of the input
	Text  string // as sent
	Phone string // Text in E.164, if it is a number; filled in by intake
}

// CustomName names a custom field in the history.
type CustomName struct {
	ID   string `json:"id"`
	Name string `json:"name"` // at the time
}

// CustomObject is what has a custom field.
type CustomObject string

// Objects of custom fields.
const (
	CustomOfContact     CustomObject = "contact"
	CustomOfCompany     CustomObject = "company"
	CustomOfLead        CustomObject = "lead"
	CustomOfInteraction CustomObject = "interaction"
)

// CustomObjects are all of them.
var CustomObjects = []CustomObject{CustomOfContact, CustomOfCompany, CustomOfLead, CustomOfInteraction}

// CustomKind is what values a custom field has.
type CustomKind string

// Kinds of custom fields.
const (
	CustomText    CustomKind = "text"
	CustomNumber  CustomKind = "number"
	CustomMoney   CustomKind = "money"
	CustomDate    CustomKind = "date"
	CustomChoose  CustomKind = "choice"
	CustomSeveral CustomKind = "choices"
	CustomYesNo   CustomKind = "yes_no"
	CustomPhone   CustomKind = "phone"
	CustomLink    CustomKind = "link"
)

// CustomKinds are all of them.
var CustomKinds = []CustomKind{CustomText, CustomNumber, CustomMoney, CustomDate, CustomChoose, CustomSeveral, CustomYesNo, CustomPhone, CustomLink}

// CustomValues are values of custom fields by their codes, as the API has them: a string, a
// number, {amount, currency}, a day, an id, a list of ids, or true and false. In a change a
// field that is not there stays; null clears it.
type CustomValues map[string]json.RawMessage
