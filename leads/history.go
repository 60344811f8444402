package leads

import "time"

// Way is how a change came about.
type Way string

// Ways. Of changes that older versions stored it is not known: empty.
const (
	WayPage   Way = "page"   // in the workplace
	WayAPI    Way = "api"    // by a program with a token
	WayBot    Way = "bot"    // by a command in a messenger
	WayRule   Way = "rule"   // by a rule of the router
	WayImport Way = "import" // by an import
	WayCRM    Way = "crm"    // by a connected CRM
	WayHub    Way = "hub"    // by the hub itself, or its command line
)

// Ways are all of them.
var Ways = []Way{WayPage, WayAPI, WayBot, WayRule, WayImport, WayCRM, WayHub}

// HistoryObject is the kind of a record that has a history.
type HistoryObject string

// Objects of the history. The id of a requirement is its scope and name, as "source site".
const (
	ObjectContact     HistoryObject = "contact"
	ObjectCompany     HistoryObject = "company"
	ObjectLead        HistoryObject = "lead"
	ObjectTask        HistoryObject = "task"
	ObjectInteraction HistoryObject = "interaction"
	ObjectUser        HistoryObject = "user"
	ObjectTemplate    HistoryObject = "template"
	ObjectView        HistoryObject = "view"
	ObjectDictionary  HistoryObject = "dictionary" // an entry of a dictionary
	ObjectRequired    HistoryObject = "required_facts"
	ObjectField       HistoryObject = "field" // a custom field
)

// HistoryObjects are all of them.
var HistoryObjects = []HistoryObject{
	ObjectContact, ObjectCompany, ObjectLead, ObjectTask, ObjectInteraction, ObjectUser, ObjectTemplate, ObjectView, ObjectDictionary, ObjectRequired, ObjectField,
}

// HistoryEntry is one change of a record.
type HistoryEntry struct {
	ID       string        `json:"id"`
	Object   HistoryObject `json:"object"`
	ObjectID string        `json:"object_id"`
	// Name is the record's name; of a contact, a lead and an interaction that of the contact
	// now, or else at the time.
	Name   string       `json:"name,omitempty"`
	Field  HistoryField `json:"field"`
	Before string       `json:"before,omitempty"` // empty: nothing, or not known
	After  string       `json:"after,omitempty"`  // empty: nothing
	Note   string       `json:"note,omitempty"`   // why a lead was refused, or got its manager
	Custom *CustomName  `json:"custom,omitempty"` // of FieldCustom
	By     *Person      `json:"by,omitempty"`     // nil: the hub, or not known
	Way    Way          `json:"way,omitempty"`
	At     time.Time    `json:"at"`
	// ContactID is the contact of a lead or an interaction, for those who see all.
	ContactID string `json:"contact_id,omitempty"`
}

// HistoryFilter restricts the history. Empty fields do not restrict.
type HistoryFilter struct {
	Object   HistoryObject
	ObjectID string // with Object
	UserID   string
	Way      Way
	Field    HistoryField
	Made     Period
}

// HistoryField names what was changed.
type HistoryField string

// Fields of the history. People are written by their names at the time, an identity as its kind
// and value, a nature and an outcome as the id of the entry. Texts of passwords are not kept.
const (
	FieldCreated     HistoryField = "created" // the record was made by hand
	FieldDeleted     HistoryField = "deleted"
	FieldName        HistoryField = "name"
	FieldCompany     HistoryField = "company"
	FieldOwner       HistoryField = "owner"
	FieldTags        HistoryField = "tags"
	FieldWarning     HistoryField = "warning"
	FieldNotes       HistoryField = "notes"
	FieldIdentity    HistoryField = "identity"
	FieldStatus      HistoryField = "status"
	FieldManager     HistoryField = "manager"
	FieldTitle       HistoryField = "title"
	FieldDue         HistoryField = "due"
	FieldRemind      HistoryField = "remind"
	FieldSnooze      HistoryField = "snooze"
	FieldPriority    HistoryField = "priority"
	FieldRepeat      HistoryField = "repeat"
	FieldTeam        HistoryField = "team"
	FieldRole        HistoryField = "role"
	FieldExtensions  HistoryField = "extensions"
	FieldShifts      HistoryField = "shifts"
	FieldDisabled    HistoryField = "disabled"
	FieldPassword    HistoryField = "password"
	FieldSubject     HistoryField = "subject"
	FieldText        HistoryField = "text"
	FieldNature      HistoryField = "nature"
	FieldSummary     HistoryField = "summary"
	FieldOutcome     HistoryField = "outcome"
	FieldDecision    HistoryField = "decision"
	FieldChannel     HistoryField = "channel"
	FieldDirection   HistoryField = "direction"
	FieldPosition    HistoryField = "position"
	FieldRetired     HistoryField = "retired"
	FieldQuery       HistoryField = "query"
	FieldAudience    HistoryField = "audience"
	FieldFacts       HistoryField = "facts"
	FieldStage       HistoryField = "stage" // of a lead, by its name at the time; a move to another status is FieldStatus
	FieldAmount      HistoryField = "amount"
	FieldProbability HistoryField = "probability"
	FieldExpected    HistoryField = "expected"
	FieldProduct     HistoryField = "product"
	FieldMerged      HistoryField = "merged"   // another contact, by name, was merged into it
	FieldUnmerged    HistoryField = "unmerged" // a merge of it was undone
	FieldSplit       HistoryField = "split"    // an identity became another contact's, or it came out of another contact
	FieldSubstitute  HistoryField = "substitute"
	FieldLegalName   HistoryField = "legal_name"
	FieldCountry     HistoryField = "country"
	FieldTaxID       HistoryField = "tax_id"
	FieldKPP         HistoryField = "kpp"
	FieldAddress     HistoryField = "address"
	FieldWebsite     HistoryField = "website"
	FieldDomain      HistoryField = "domain"
	FieldCaller      HistoryField = "caller" // of an interaction that came by a shared number: whose it is, by the name at the time
	// FieldCustom is the value of a custom field, as it is stored; a choice by its name at the time.
	FieldCustom       HistoryField = "field"
	FieldPipelines    HistoryField = "pipelines"
	FieldRequiredFrom HistoryField = "required_from"
	FieldRemindDays   HistoryField = "remind_days"
	FieldListed       HistoryField = "listed"
	FieldChoices      HistoryField = "choices"
)

// HistoryFields are all of them.
var HistoryFields = []HistoryField{
	FieldCreated, FieldDeleted, FieldName, FieldCompany, FieldOwner, FieldTags, FieldWarning, FieldNotes, FieldIdentity, FieldStatus, FieldManager,
	FieldTitle, FieldDue, FieldRemind, FieldSnooze, FieldPriority, FieldRepeat, FieldTeam, FieldRole, FieldExtensions, FieldShifts, FieldDisabled,
	FieldPassword, FieldSubject, FieldText, FieldNature, FieldSummary, FieldOutcome, FieldDecision, FieldChannel, FieldDirection, FieldPosition,
	FieldRetired, FieldQuery, FieldAudience, FieldFacts, FieldStage, FieldAmount, FieldProbability, FieldExpected, FieldProduct, FieldMerged, FieldUnmerged, FieldSplit, FieldSubstitute,
	FieldCustom, FieldPipelines, FieldRequiredFrom, FieldRemindDays, FieldListed, FieldChoices,
	FieldLegalName, FieldCountry, FieldTaxID, FieldKPP, FieldAddress, FieldWebsite, FieldDomain, FieldCaller,
}

// Record is a record whose changes are written down.
type Record struct {
	Object HistoryObject
	ID     string
	Name   string
}

// History collects the changes that a viewer makes to a record.
type History struct {
	Of      Record
	By      Viewer
	Entries []HistoryEntry
}

// Field adds a change of a field, unless it is none.
func (h *History) Field(field HistoryField, before, after string) {
	if before != after {
		h.Add(HistoryEntry{Field: field, Before: before, After: after})
	}
}

// Add adds an entry.
func (h *History) Add(e HistoryEntry) {
	e.Object, e.ObjectID, e.Name, e.Way = h.Of.Object, h.Of.ID, h.Of.Name, h.By.Way
	if h.By.UserID != "" {
		e.By = &Person{ID: h.By.UserID}
	}
	h.Entries = append(h.Entries, e)
}

// One returns the only entry of a viewer's change of a record.
func (r Record) One(v Viewer, e HistoryEntry) HistoryEntry {
	h := History{Of: r, By: v}
	h.Add(e)
	return h.Entries[0]
}

// YesNo writes a switch in the history.
func YesNo(on bool) string {
	if on {
		return "yes"
	}
	return ""
}

// HistoryTime writes a time in the history, empty for none.
func HistoryTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
