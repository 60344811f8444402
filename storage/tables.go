package storage

import (
	"ctihub/storage/batch"
	"ctihub/storage/db"
)

// tables are the tables that are written by package batch. A row has all columns: one that is
// not set gets the zero value of its field, not its default.
var tables = struct {
	calls             *batch.Table[db.Call]
	changes           *batch.Table[db.Change]
	consents          *batch.Table[db.Consent]
	contacts          *batch.Table[db.Contact]
	cursors           *batch.KeyedTable[db.Source]
	events            *batch.NumberedTable[db.Event]
	fieldValues       *batch.Table[db.FieldValue]
	identities        *batch.Table[db.Identity]
	interactions      *batch.Table[db.Interaction]
	leads             *batch.Table[db.Lead]
	leadStages        *batch.Table[db.LeadStage]
	legs              *batch.KeyedTable[db.Leg]
	mergeSuggestions  *batch.Table[db.MergeSuggestion]
	duplicateAll      *batch.Table[db.DuplicateQueue]
	duplicateKeys     *batch.Table[db.DuplicateKey]
	duplicateProfiles *batch.KeyedTable[db.DuplicateProfile]
	duplicateQueue    *batch.KeyedTable[db.DuplicateQueue]
	messages          *batch.Table[db.Message]
	offeredIdentities *batch.Table[db.OfferedIdentity]
	searchDocs        *batch.KeyedTable[db.SearchDoc]
	searchWords       *batch.Table[db.SearchWord]
	quarantine        *batch.Table[db.Quarantine]
	recordings        *batch.Table[db.Recording]
	sights            *batch.Table[db.Sight]
	taskCalls         *batch.KeyedTable[db.TaskCall]
	tasks             *batch.Table[db.Task]
	wishes            *batch.Table[db.Wish]
}{
	calls: batch.NewTable[db.Call]("calls",
		"id", "linkedid", "direction", "state", "disposition", "from_number", "to_number", "did", "queue", "operator_extension",
		"operator_id", "hangup_by", "started", "answered", "ended", "version", "journal", "part_of", "told", "waited", "rung",
		"talked", "held"),
	changes:     batch.NewTable[db.Change]("changes", "id", "object", "object_id", "name", "field", "old_value", "new_value", "note", "user_id", "way", "at"),
	consents:    batch.NewTable[db.Consent]("consents", "interaction_id", "version", "body", "page", "at"),
	contacts:    batch.NewTable[db.Contact]("contacts", "id", "name", "company", "owner_id", "main_key", "search", "version", "created", "company_id"),
	cursors:     batch.NewKeyedTable[db.Source]("sources", []string{"name"}, "cursor", "updated"),
	events:      batch.NewNumberedTable[db.Event]("events", "id", "seq", "type", "at", "lead_id", "audience", "data"),
	fieldValues: batch.NewTable[db.FieldValue]("field_values", "object", "record_id", "field_id", "position", "value", "folded", "n", "search", "created"),
	identities:  batch.NewTable[db.Identity]("identities", "kind", "value", "contact_id", "position", "added"),
	interactions: batch.NewTable[db.Interaction]("interactions",
		"id", "source", "external_id", "channel", "direction", "at", "contact_id", "lead_id", "name", "addressee", "subject",
		"body", "html", "attachments", "utm", "raw", "stored", "whole", "edited", "automatic", "message_id", "refs", "digest", "came_from"),
	leads: batch.NewTable[db.Lead]("leads",
		"id", "contact_id", "status", "source", "channel", "subject", "team", "manager_id", "reason", "repeated", "refusal", "utm",
		"opened", "assigned", "closed", "responded", "pipeline_id", "stage_id", "staged", "amount", "currency", "probability", "expected",
		"product", "refusal_id"),
	leadStages: batch.NewTable[db.LeadStage]("lead_stages", "id", "lead_id", "stage_id", "entered", "left_at", "user_id"),
	legs: batch.NewKeyedTable[db.Leg]("legs", []string{"call_id", "position"},
		"channel", "extension", "user_id", "state", "rang", "answered", "ended"),
	mergeSuggestions: batch.NewTable[db.MergeSuggestion]("merge_suggestions",
		"contact_id", "other_id", "score", "reasons", "touch", "interaction_id", "at", "state", "decided", "decided_by"),
	duplicateAll:      batch.NewTable[db.DuplicateQueue]("duplicate_queue", "contact_id", "since"),
	duplicateKeys:     batch.NewTable[db.DuplicateKey]("duplicate_keys", "key", "contact_id"),
	duplicateProfiles: batch.NewKeyedTable[db.DuplicateProfile]("duplicate_profiles", []string{"contact_id"}, "hash", "keys"),
	duplicateQueue:    batch.NewKeyedTable[db.DuplicateQueue]("duplicate_queue", []string{"contact_id"}, "since"),
	messages:          batch.NewTable[db.Message]("messages", "channel", "message_id", "interaction_id"),
	searchDocs:        batch.NewKeyedTable[db.SearchDoc]("search_docs", []string{"doc"}, "id", "hash"),
	searchWords:       batch.NewTable[db.SearchWord]("search_words", "n", "word"),
	offeredIdentities: batch.NewTable[db.OfferedIdentity]("offered_identities",
		"id", "contact_id", "kind", "value", "interaction_id", "state", "at", "decided", "decided_by", "unread"),
	quarantine: batch.NewTable[db.Quarantine]("quarantine", "id", "source", "external_id", "reason", "cause", "facts", "raw", "touch", "at"),
	recordings: batch.NewTable[db.Recording]("recordings",
		"id", "call_id", "file", "channel", "state", "attempts", "next_at", "error", "key", "type", "size", "ms", "channels",
		"peaks", "called"),
	sights:    batch.NewTable[db.Sight]("sights", "viewer", "kind", "at", "id"),
	taskCalls: batch.NewKeyedTable[db.TaskCall]("task_calls", []string{"call_id"}, "task_id"),
	tasks: batch.NewTable[db.Task]("tasks",
		"id", "kind", "state", "contact_id", "lead_id", "call_id", "team", "owner_id", "calls", "attempts", "missed", "due",
		"escalated", "created", "done", "done_by", "outcome", "comment", "version", "wished", "number", "note"),
	wishes: batch.NewTable[db.Wish]("wishes", "interaction_id", "number", "claimed", "dialled"),
}
