package storage

import (
	"context"
	"fmt"
	"strings"

	"ctihub/leads"
	"ctihub/storage/db"
)

func entryOf(r db.ListEntriesRow) leads.Entry {
	return leads.Entry{
		ID: r.ID, Dictionary: leads.Dictionary(r.Dictionary), Code: r.Code, Names: leads.Names{EN: r.NameEn, RU: r.NameRu},
		Channel: leads.Channel(r.Channel), Direction: leads.Direction(r.Direction), Position: r.Position, Retired: r.Retired, Used: r.Used,
	}
}

// Entries returns the entries of a dictionary in their order.
func (s *Store) Entries(ctx context.Context, d leads.Dictionary) ([]leads.Entry, error) {
	rows, err := s.read.ListEntries(ctx, string(d))
	if err != nil {
		return nil, fmt.Errorf("listing a dictionary: %w", err)
	}
	return mapRows(rows, entryOf), nil
}

// Entries is [Store.Entries] within the transaction.
func (t *Tx) Entries(ctx context.Context, d leads.Dictionary) ([]leads.Entry, error) {
	rows, err := t.q.ListEntries(ctx, string(d))
	return mapRows(rows, entryOf), err
}

// AddEntry stores a new entry. leads.ErrExists when another one has its name.
func (t *Tx) AddEntry(ctx context.Context, e leads.Entry) (leads.Entry, error) {
	e.ID = newID()
	n, err := t.q.InsertEntry(ctx, db.InsertEntryParams{
		ID: e.ID, Dictionary: string(e.Dictionary), NameEn: cleanText(e.Names.EN), NameRu: cleanText(e.Names.RU), Folded: strings.ToLower(cleanText(e.Names.EN)),
		Channel: cleanText(string(e.Channel)), Direction: string(e.Direction), Position: e.Position,
	})
	if err == nil && n == 0 {
		err = leads.ErrExists
	}
	return e, err
}

// SaveEntry changes an entry; it conflicts if the entry changed since it was read, or
// another one got its name.
func (t *Tx) SaveEntry(ctx context.Context, was, e leads.Entry) error {
	return requireRow(t.q.UpdateEntry(ctx, db.UpdateEntryParams{
		ID: e.ID, NameEn: cleanText(e.Names.EN), NameRu: cleanText(e.Names.RU), Folded: strings.ToLower(cleanText(e.Names.EN)),
		Channel: cleanText(string(e.Channel)), Direction: string(e.Direction), Position: e.Position, Retired: e.Retired,
		OldNameEn: was.Names.EN, OldNameRu: was.Names.RU, OldPosition: was.Position, OldRetired: was.Retired,
	}))
}

// DropEntry deletes an entry that nothing refers to.
func (t *Tx) DropEntry(ctx context.Context, e leads.Entry) error {
	return requireRow(t.q.DeleteEntry(ctx, e.ID))
}

// RecordEntry records an entry that was added, changed, retired or deleted.
func (t *Tx) RecordEntry(ctx context.Context, e leads.Entry) error {
	return t.record(ctx, leads.EventBody{Type: leads.EventDictionary, Entry: &e})
}
