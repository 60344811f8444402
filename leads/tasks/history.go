package tasks

import (
	"cmp"
	"context"

	"ctihub/leads"
)

// recordOf returns a task as a record of the history.
func recordOf(t leads.Task) leads.Record {
	return leads.Record{Object: leads.ObjectTask, ID: t.ID, Name: cmp.Or(t.Title, t.ContactName, string(t.Kind))}
}

// taskChanges is the history of a task that a viewer changes, without its owner.
func taskChanges(v leads.Viewer, was, is leads.Task) []leads.HistoryEntry {
	h := leads.History{Of: recordOf(is), By: v}
	h.Field(leads.FieldTitle, was.Title, is.Title)
	h.Field(leads.FieldDue, leads.HistoryTime(was.Due), leads.HistoryTime(is.Due))
	h.Field(leads.FieldRemind, leads.HistoryTime(was.Remind), leads.HistoryTime(is.Remind))
	h.Field(leads.FieldSnooze, leads.HistoryTime(was.Snoozed), leads.HistoryTime(is.Snoozed))
	h.Field(leads.FieldPriority, string(was.Priority), string(is.Priority))
	h.Field(leads.FieldRepeat, string(was.Repeat), string(is.Repeat))
	h.Field(leads.FieldTeam, was.Team, is.Team)
	return h.Entries
}

// addOwnerChange writes down that a task got another owner; an empty ownerID: its team.
func addOwnerChange(ctx context.Context, tx Tx, v leads.Viewer, t leads.Task, ownerID string) error {
	e := leads.HistoryEntry{Field: leads.FieldOwner}
	if t.Owner != nil {
		e.Before = t.Owner.Name
	}
	if ownerID != "" {
		to, err := tx.User(ctx, ownerID)
		if err != nil {
			return err
		}
		e.After = to.Name
	}
	return tx.AddHistory(ctx, recordOf(t).One(v, e))
}
