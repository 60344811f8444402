package leads

import "time"

// ContactChange is what a person changes of a contact. Nil: it stays as it is.
type ContactChange struct {
	Name, Company, Warning, Notes *string
	Tags                          *[]string
	OwnerID                       *string // empty: no owner
}

// HistoryEntry is one change of a contact or lead that a person made.
type HistoryEntry struct {
	ID     string       `json:"id"`
	Field  HistoryField `json:"field"`
	Before string       `json:"before,omitempty"` // empty: nothing, or not known
	After  string       `json:"after,omitempty"`  // empty: nothing
	Note   string       `json:"note,omitempty"`   // why a lead was refused, or got its manager
	By     *Person      `json:"by,omitempty"`     // nil: the hub, or not known
	At     time.Time    `json:"at"`
}

// HistoryField names what was changed.
type HistoryField string

// Fields of a contact's history, and of a lead's (status and manager). People are
// written by their names at the time, an identity as its kind and value.
const (
	FieldCreated  HistoryField = "created" // the contact was made by hand
	FieldName     HistoryField = "name"
	FieldCompany  HistoryField = "company"
	FieldOwner    HistoryField = "owner"
	FieldTags     HistoryField = "tags"
	FieldWarning  HistoryField = "warning"
	FieldNotes    HistoryField = "notes"
	FieldIdentity HistoryField = "identity"
	FieldStatus   HistoryField = "status"
	FieldManager  HistoryField = "manager"
	FieldMerged   HistoryField = "merged"   // another contact, by name, was merged into it
	FieldUnmerged HistoryField = "unmerged" // a merge of it was undone
	FieldSplit    HistoryField = "split"    // an identity became another contact's, or it came out of another contact
)

// HistoryFields are all of them.
var HistoryFields = []HistoryField{
	FieldCreated, FieldName, FieldCompany, FieldOwner, FieldTags, FieldWarning, FieldNotes, FieldIdentity, FieldStatus, FieldManager,
	FieldMerged, FieldUnmerged, FieldSplit,
}
