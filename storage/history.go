package storage

import (
	"context"
	"fmt"
	"strings"

	"ctihub/leads"
	"ctihub/storage/db"
	"ctihub/storage/read"
)

// historyMost is how many of the newest changes of a record are shown with it.
const historyMost = 200

// AddHistory adds entries to the history. One without a time is of now.
func (t *Tx) AddHistory(ctx context.Context, entries ...leads.HistoryEntry) error {
	for _, e := range entries {
		tables.changes.Insert(t, t.changeOf(e))
	}
	return t.Flush(ctx)
}

// changeOf is the row of an entry of the history.
func (t *Tx) changeOf(e leads.HistoryEntry) db.Change {
	if e.At.IsZero() {
		e.At = t.s.now()
	}
	return db.Change{
		ID: newID(), Object: string(e.Object), ObjectID: e.ObjectID, Name: cleanText(e.Name), Field: string(e.Field),
		OldValue: cleanText(e.Before), NewValue: cleanText(e.After), Note: cleanText(noteOf(e)), UserID: leads.IDOf(e.By), Way: string(e.Way), At: micros(e.At),
	}
}

// LastHistory returns the newest entry of a record's history.
func (t *Tx) LastHistory(ctx context.Context, o leads.HistoryObject, id string) (leads.HistoryEntry, error) {
	row, err := t.q.LastChange(ctx, db.LastChangeParams{Object: string(o), ObjectID: id})
	return historyEntryOf(row), orNotFound(err)
}

// ExtendHistory changes what an entry says that the field was changed to, and when.
func (t *Tx) ExtendHistory(ctx context.Context, e leads.HistoryEntry) error {
	return requireRow(t.q.ExtendChange(ctx, db.ExtendChangeParams{ID: e.ID, NewValue: cleanText(e.After), At: micros(e.At)}))
}

// noteOf is the stored note of an entry. Of a custom field it is its code, a blank and its name.
func noteOf(e leads.HistoryEntry) string {
	if e.Custom != nil {
		return e.Custom.ID + " " + e.Custom.Name
	}
	return e.Note
}

func historyEntryOf(r db.ChangeRow) leads.HistoryEntry {
	e := leads.HistoryEntry{
		ID: r.ID, Object: leads.HistoryObject(r.Object), ObjectID: r.ObjectID, Name: r.Name, Field: leads.HistoryField(r.Field),
		Before: r.OldValue, After: r.NewValue, Note: r.Note, By: person(r.UserID, r.UserName), Way: leads.Way(r.Way), At: fromMicros(r.At), ContactID: r.ContactID,
	}
	if e.Field == leads.FieldCustom {
		id, name, _ := strings.Cut(e.Note, " ")
		e.Custom, e.Note = &leads.CustomName{ID: id, Name: name}, ""
	}
	return e
}

// History lists the changes of records that the viewer may see, newest first.
func (s *Store) History(ctx context.Context, v leads.Viewer, f leads.HistoryFilter, p leads.Page) (leads.List[leads.HistoryEntry], error) {
	if err := s.seeRecord(ctx, v, f); err != nil {
		return leads.List[leads.HistoryEntry]{}, err
	}
	page, err := s.lists.History(ctx, v, f, p)
	list, err := listOf(page, err, "the history", historyEntryOf)
	if !v.Role.SeesAll() {
		for i := range list.Items {
			list.Items[i].ContactID = ""
		}
	}
	return list, err
}

// seeRecord returns leads.ErrNotFound if a filter names a record that the viewer may not see.
func (s *Store) seeRecord(ctx context.Context, v leads.Viewer, f leads.HistoryFilter) (err error) {
	switch {
	case f.ObjectID == "":
	case f.Object == leads.ObjectContact:
		_, err = s.Contact(ctx, v, f.ObjectID)
	case f.Object == leads.ObjectLead:
		_, err = s.Lead(ctx, v, f.ObjectID)
	case f.Object == leads.ObjectTask:
		_, err = s.Task(ctx, v, f.ObjectID)
	case f.Object == leads.ObjectInteraction:
		_, err = s.Interaction(ctx, v, f.ObjectID)
	case f.Object == leads.ObjectCompany:
		_, err = wholeCompany(ctx, s.read, f.ObjectID)
	case !v.Role.SeesAll():
		return fmt.Errorf("history of %s %q: %w", f.Object, f.ObjectID, leads.ErrNotFound)
	}
	return err
}

// RecordHistory returns the newest changes of a record that the viewer may see, the latest first.
func (s *Store) RecordHistory(ctx context.Context, v leads.Viewer, o leads.HistoryObject, id string) ([]leads.HistoryEntry, error) {
	list, err := s.History(ctx, v, leads.HistoryFilter{Object: o, ObjectID: id}, leads.Page{Limit: read.MaxPage})
	return list.Items, err
}
