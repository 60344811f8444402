package facts

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"ctihub/leads"
	"ctihub/leads/access"
)

// Problems of dictionaries, for the user.
var (
	ErrNameTaken = &leads.Problem{Kind: leads.ErrExists, Field: "name", Title: "The dictionary has this name", Detail: "Choose another name, or use the entry that has it."}
	ErrUsed      = &leads.Problem{Kind: leads.ErrConflict, Title: "The entry is used", Detail: "Records refer to it. Retire it: then it is not offered any more, and they keep it."}
	ErrBuiltIn   = &leads.Problem{Kind: leads.ErrConflict, Title: "The entry is built in", Detail: "Retire it: then it is not offered any more."}
)

// entriesMost bounds a dictionary.
const entriesMost = 500

// Entries returns the entries of a dictionary in their order, retired ones too.
func (s *Service) Entries(ctx context.Context, d leads.Dictionary) ([]leads.Entry, error) {
	if !slices.Contains(leads.Dictionaries, d) {
		return nil, leads.ErrNotFound
	}
	return s.Store.Entries(ctx, d)
}

// AddEntry adds an entry at the end of a dictionary, unless the change names its position.
func (s *Service) AddEntry(ctx context.Context, v leads.Viewer, d leads.Dictionary, c leads.EntryChange) (e leads.Entry, err error) {
	if c.Name == nil {
		c.Name = new(string)
	}
	err = s.edit(ctx, v, d, func(ctx context.Context, tx Tx, entries []leads.Entry) error {
		if len(entries) >= entriesMost {
			return leads.Invalid("name", "A dictionary has at most 500 entries.")
		}
		e = leads.Entry{Dictionary: d, Position: 1}
		for _, other := range entries {
			e.Position = max(e.Position, other.Position+1)
		}
		if e, err = changed(e, c, entries); err != nil {
			return err
		}
		if e, err = tx.AddEntry(ctx, e); err != nil {
			return err
		}
		if err := tx.AddHistory(ctx, recordOf(e).One(v, leads.HistoryEntry{Field: leads.FieldCreated, After: e.Names.EN})); err != nil {
			return err
		}
		return tx.RecordEntry(ctx, e)
	})
	return e, err
}

// ChangeEntry changes an entry; what the change leaves out stays. The checks run on the
// stored entry in the same transaction.
func (s *Service) ChangeEntry(ctx context.Context, v leads.Viewer, d leads.Dictionary, id string, c leads.EntryChange, checks ...func(leads.Entry) error) (e leads.Entry, err error) {
	if c == (leads.EntryChange{}) {
		return e, leads.Invalid("name", "Give a name, a channel, a direction, a position or retired.")
	}
	err = s.edit(ctx, v, d, func(ctx context.Context, tx Tx, entries []leads.Entry) error {
		n := slices.IndexFunc(entries, func(e leads.Entry) bool { return e.ID == id })
		if n < 0 {
			return leads.ErrNotFound
		}
		was := entries[n]
		if err := leads.CheckAll(was, checks); err != nil {
			return err
		}
		if e, err = changed(was, c, entries); err != nil || e == was {
			return err
		}
		if err := tx.SaveEntry(ctx, was, e); err != nil {
			return err
		}
		if err := tx.AddHistory(ctx, entryChanges(v, was, e)...); err != nil {
			return err
		}
		return tx.RecordEntry(ctx, e)
	})
	return e, err
}

// recordOf returns an entry of a dictionary as a record of the history.
func recordOf(e leads.Entry) leads.Record {
	return leads.Record{Object: leads.ObjectDictionary, ID: e.ID, Name: e.Names.EN}
}

// entryChanges is the history of an entry that a viewer changes.
func entryChanges(v leads.Viewer, was, is leads.Entry) []leads.HistoryEntry {
	h := leads.History{Of: recordOf(is), By: v}
	h.Field(leads.FieldName, was.Names.EN, is.Names.EN)
	h.Field(leads.FieldChannel, string(was.Channel), string(is.Channel))
	h.Field(leads.FieldDirection, string(was.Direction), string(is.Direction))
	h.Field(leads.FieldPosition, strconv.FormatInt(was.Position, 10), strconv.FormatInt(is.Position, 10))
	h.Field(leads.FieldRetired, leads.YesNo(was.Retired), leads.YesNo(is.Retired))
	return h.Entries
}

// DropEntry deletes an entry that nothing refers to. ErrUsed or ErrBuiltIn: it can be retired.
func (s *Service) DropEntry(ctx context.Context, v leads.Viewer, d leads.Dictionary, id string) error {
	return s.edit(ctx, v, d, func(ctx context.Context, tx Tx, entries []leads.Entry) error {
		n := slices.IndexFunc(entries, func(e leads.Entry) bool { return e.ID == id })
		switch {
		case n < 0:
			return leads.ErrNotFound
		case entries[n].Code != "":
			return ErrBuiltIn
		case entries[n].Used:
			return ErrUsed
		}
		if err := tx.DropEntry(ctx, entries[n]); err != nil {
			return err
		}
		gone := entries[n]
		if err := tx.AddHistory(ctx, recordOf(gone).One(v, leads.HistoryEntry{Field: leads.FieldDeleted, Before: gone.Names.EN})); err != nil {
			return err
		}
		gone.Retired = true
		return tx.RecordEntry(ctx, gone)
	})
}

// edit runs f on the entries of a dictionary, for those who may edit it.
func (s *Service) edit(ctx context.Context, v leads.Viewer, d leads.Dictionary, f func(context.Context, Tx, []leads.Entry) error) error {
	if err := access.Can(v, access.EditDictionaries); err != nil {
		return err
	}
	if !slices.Contains(leads.Dictionaries, d) {
		return leads.ErrNotFound
	}
	err := s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		entries, err := tx.Entries(ctx, d)
		if err != nil {
			return err
		}
		return f(ctx, tx, entries)
	})
	if errors.Is(err, leads.ErrExists) {
		return ErrNameTaken
	}
	return err
}

// changed returns an entry with a change, or what is wrong with it.
func changed(e leads.Entry, c leads.EntryChange, entries []leads.Entry) (leads.Entry, error) {
	if c.Name != nil {
		name, err := leads.Line("name", *c.Name)
		if err != nil {
			return e, err
		}
		if name = leads.OneSpace(name); name == "" {
			return e, leads.Invalid("name", "Give the entry a name.")
		}
		e.Names = leads.Names{EN: name, RU: name}
	}
	if c.Channel != nil {
		e.Channel = *c.Channel
	}
	if c.Direction != nil {
		e.Direction = *c.Direction
	}
	if c.Position != nil {
		e.Position = *c.Position
	}
	if c.Retired != nil {
		e.Retired = *c.Retired
	}
	switch {
	case e.Dictionary != leads.DictionaryOutcome && e.Channel != "":
		return e, leads.Invalid("channel", "Only outcomes can be limited to a channel.")
	case e.Dictionary != leads.DictionaryOutcome && e.Direction != "":
		return e, leads.Invalid("direction", "Only outcomes can be limited to a direction.")
	case e.Direction != "" && e.Direction != leads.In && e.Direction != leads.Out:
		return e, leads.Invalid("direction", "One of in out, or empty for both.")
	case len(e.Channel) > 40 || !leads.Printable(string(e.Channel)):
		return e, leads.Invalid("channel", "The name of a channel, or empty for all.")
	case e.Position < 0 || e.Position > 1_000_000:
		return e, leads.Invalid("position", "From 0 to 1000000.")
	}
	for _, other := range entries {
		if other.ID != e.ID && other.Channel == e.Channel && other.Direction == e.Direction && sameName(other.Names, e.Names) {
			return e, ErrNameTaken
		}
	}
	return e, nil
}
