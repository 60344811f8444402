package leads

import "time"

// MergeMost is how many contacts one merge may join, the one that stays included.
const MergeMost = 10

// MergeField is what differs between contacts that are merged.
type MergeField string

// Fields of a merge. Tags, identities, leads, tasks and messages are kept of all.
const (
	MergeName    MergeField = "name"
	MergeCompany MergeField = "company"
	MergeOwner   MergeField = "owner"
	MergeWarning MergeField = "warning"
	MergeNotes   MergeField = "notes"
	MergeLead    MergeField = "lead" // the open lead that goes on
)

// MergeCustom begins the name of a custom field of contacts, as in field:birthday.
const MergeCustom MergeField = "field:"

// MergeFields are all of them but custom fields.
var MergeFields = []MergeField{MergeName, MergeCompany, MergeOwner, MergeWarning, MergeNotes, MergeLead}

// MergeChoice names the contact from which a field is taken. Without a choice it is the first
// value, that of the contact that stays first; warnings and notes of all are joined.
type MergeChoice map[MergeField]string

// MergeValue is what one contact has in a field.
type MergeValue struct {
	ContactID string `json:"contact_id"`
	Value     string `json:"value"` // of an owner the name, of a lead its subject
}

// MergedField is a field as contacts have it that are to be merged.
type MergedField struct {
	Field  MergeField   `json:"field"`
	Values []MergeValue `json:"values"` // those that have one
	Chosen string       `json:"chosen"` // a contact's id; empty: joined, or nobody has one
}

// MergeCounts counts what a merge brings together.
type MergeCounts struct {
	Leads        int64 `json:"leads"`
	Interactions int64 `json:"interactions"`
	Tasks        int64 `json:"tasks"`
	Files        int64 `json:"files"`
}

// MergePreview says what a merge would do. Nothing is changed.
type MergePreview struct {
	Contacts []Contact     `json:"contacts"` // the one that stays first
	Fields   []MergedField `json:"fields"`
	Counts   MergeCounts   `json:"counts"` // of all contacts together
}

// Merge is a merge of contacts into one.
type Merge struct {
	ID        string    `json:"id"`
	ContactID string    `json:"contact_id"` // that stayed
	Removed   []string  `json:"removed"`    // ids of those that were merged into it
	By        *Person   `json:"by,omitempty"`
	At        time.Time `json:"at"`
	Undone    time.Time `json:"undone,omitzero"`
	UndoneBy  *Person   `json:"undone_by,omitempty"`
}

// MergedRecords are records that a merge joined with others: they are found no more.
type MergedRecords struct {
	Contacts []string `json:"contacts"`
	Leads    []string `json:"leads,omitempty"`
}
