package storage

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"ctihub/leads"
	"ctihub/leads/pipeline"
	"ctihub/storage/db"
)

// historyMost is how many of the newest changes of a record are shown.
const historyMost = 200

// AddHistory adds an entry to the history of a contact.
func (t *Tx) AddHistory(ctx context.Context, contactID string, e leads.HistoryEntry) error {
	return t.q.AddContactChange(ctx, db.AddContactChangeParams{
		ID: newID(), ContactID: contactID, Field: string(e.Field), OldValue: e.Before, NewValue: e.After, UserID: e.By.ID, At: micros(e.At),
	})
}

// LastHistory returns the newest entry of a contact's history.
func (t *Tx) LastHistory(ctx context.Context, contactID string) (leads.HistoryEntry, error) {
	rows, err := t.q.ContactHistory(ctx, db.ContactHistoryParams{ContactID: contactID, Most: 1})
	if err == nil && len(rows) == 0 {
		err = leads.ErrNotFound
	}
	if err != nil {
		return leads.HistoryEntry{}, err
	}
	return changeOfContact(rows[0]), nil
}

// ExtendHistory changes what an entry says that the field was changed to, and when.
func (t *Tx) ExtendHistory(ctx context.Context, e leads.HistoryEntry) error {
	return requireRow(t.q.ExtendContactChange(ctx, db.ExtendContactChangeParams{ID: e.ID, NewValue: e.After, At: micros(e.At)}))
}

func changeOfContact(r db.ContactHistoryRow) leads.HistoryEntry {
	return leads.HistoryEntry{
		ID: r.ID, Field: leads.HistoryField(r.Field), Before: r.OldValue, After: r.NewValue, By: person(r.UserID, r.UserName), At: fromMicros(r.At),
	}
}

// ContactHistory returns the newest changes of a contact that the viewer may see, the latest
// first.
func (s *Store) ContactHistory(ctx context.Context, v leads.Viewer, contactID string) ([]leads.HistoryEntry, error) {
	if _, err := s.Contact(ctx, v, contactID); err != nil {
		return nil, err
	}
	rows, err := s.read.ContactHistory(ctx, db.ContactHistoryParams{ContactID: contactID, Most: historyMost})
	if err != nil {
		return nil, fmt.Errorf("history of contact %q: %w", contactID, err)
	}
	return mapRows(rows, changeOfContact), nil
}

// addLeadChange writes the history of a lead that is changed: its status, and the stage that it
// leaves.
func (t *Tx) addLeadChange(ctx context.Context, was leads.Lead, c pipeline.Change) error {
	if was.StageID != c.To.StageID {
		tables.leadStages.Insert(t, leftStage(was.ID, was.StageID, micros(was.Staged), c))
		if err := t.Flush(ctx); err != nil {
			return err
		}
	}
	if was.Status == c.To.Status {
		return nil
	}
	return t.q.AddLeadChange(ctx, db.AddLeadChangeParams{
		ID: newID(), LeadID: was.ID, OldStatus: string(was.Status), NewStatus: string(c.To.Status), Refusal: c.To.Refusal, UserID: c.UserID, At: micros(c.At),
	})
}

// leftStage is the row of a stage that a lead leaves.
func leftStage(leadID, stageID string, entered int64, c pipeline.Change) db.LeadStage {
	return db.LeadStage{ID: newID(), LeadID: leadID, StageID: stageID, Entered: entered, LeftAt: micros(c.At), UserID: c.UserID}
}

// LeadHistory returns the newest changes of the stage and the manager of a lead that the viewer
// may see, the latest first.
func (s *Store) LeadHistory(ctx context.Context, v leads.Viewer, leadID string) ([]leads.HistoryEntry, error) {
	if _, err := s.Lead(ctx, v, leadID); err != nil {
		return nil, err
	}
	moves, err := s.read.LeadChanges(ctx, db.LeadChangesParams{LeadID: leadID, Most: historyMost})
	if err != nil {
		return nil, fmt.Errorf("history of lead %q: %w", leadID, err)
	}
	given, err := s.read.LeadAssignments(ctx, db.LeadAssignmentsParams{LeadID: leadID, Most: historyMost})
	if err != nil {
		return nil, fmt.Errorf("managers of lead %q: %w", leadID, err)
	}
	all := mapRows(moves, func(r db.LeadChangesRow) leads.HistoryEntry {
		return leads.HistoryEntry{
			ID: r.ID, Field: leads.FieldStatus, Before: r.OldStatus, After: r.NewStatus, Note: r.Refusal, By: person(r.UserID, r.UserName), At: fromMicros(r.At),
		}
	})
	for i, r := range given {
		e := leads.HistoryEntry{ID: r.ID, Field: leads.FieldManager, After: r.ManagerName, Note: r.Reason, At: fromMicros(r.At)}
		if i+1 < len(given) {
			e.Before = given[i+1].ManagerName
		}
		all = append(all, e)
	}
	slices.SortFunc(all, func(a, b leads.HistoryEntry) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.ID, a.ID)) })
	return all[:min(len(all), historyMost)], nil
}
