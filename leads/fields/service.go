// Package fields keeps the custom fields of records: what they are called, what values they
// have and where they are required. Their values are changed with the record, by the room of
// the record; how they are read and shown is in leads (customvalue.go).
package fields

import (
	"context"
	"errors"
	"slices"

	"ctihub/leads"
	"ctihub/leads/access"
)

// Problems of custom fields, for the user.
var (
	ErrNameTaken = &leads.Problem{Kind: leads.ErrExists, Field: "name", Title: "Another field has this name or code", Detail: "Choose another name or code, or use the field that has it."}
	ErrUsed      = &leads.Problem{Kind: leads.ErrConflict, Title: "The field is used", Detail: "Records have a value. Retire it: then it cannot be set any more, and they keep it."}
)

// Store is what the service needs from storage.
type Store interface {
	// Tx runs f in one transaction, and retries it from the start on a conflict. The
	// events that f records are published after the commit.
	Tx(ctx context.Context, f func(ctx context.Context, tx Tx) error) error
	// CustomFields returns all custom fields by object in their order, retired ones too.
	CustomFields(ctx context.Context) ([]leads.CustomField, error)
}

// Tx is a transaction of the service.
type Tx interface {
	CustomFields(ctx context.Context) ([]leads.CustomField, error)
	Pipelines(ctx context.Context) ([]leads.Pipeline, error)
	// NewID returns an id for a new choice.
	NewID() string
	// AddField stores a new field with its choices. leads.ErrExists when another one has its
	// code, or one of its object its name.
	AddField(ctx context.Context, f leads.CustomField) error
	// SaveField changes a field and its choices; choices that are left out are deleted. It
	// conflicts if the field changed since it was read.
	SaveField(ctx context.Context, was, f leads.CustomField) error
	// DropField deletes a field. It conflicts if it changed or was used since it was read.
	DropField(ctx context.Context, f leads.CustomField) error
	// ChoiceUsed reports whether a record has a choice.
	ChoiceUsed(ctx context.Context, fieldID, choiceID string) (bool, error)
	// RecordField records what a field is now.
	RecordField(ctx context.Context, f leads.CustomField) error
	// AddHistory adds entries to the history.
	AddHistory(ctx context.Context, entries ...leads.HistoryEntry) error
}

// Service changes custom fields for users who may, and reads filters by them.
type Service struct {
	Store Store
	Rules leads.CustomRules
}

// All returns all custom fields by object in their order, retired ones too.
func (s *Service) All(ctx context.Context) ([]leads.CustomField, error) {
	return s.Store.CustomFields(ctx)
}

// Filters reads conditions on the custom fields of an object, see [leads.ParseFilter].
func (s *Service) Filters(ctx context.Context, object leads.CustomObject, texts []string) (filters []leads.CustomFilter, err error) {
	if len(texts) == 0 {
		return nil, nil
	}
	all, err := s.Store.CustomFields(ctx)
	if err != nil {
		return nil, err
	}
	for _, text := range texts {
		f, err := leads.ParseFilter(all, object, text, s.Rules)
		if err != nil {
			return nil, err
		}
		filters = append(filters, f)
	}
	return filters, nil
}

// Add adds a field of an object and a kind, after the others unless the edit names its position.
// Without an id its code is made of its name.
func (s *Service) Add(ctx context.Context, v leads.Viewer, id string, object leads.CustomObject, kind leads.CustomKind, e Edit) (f leads.CustomField, err error) {
	if e.Name == nil {
		e.Name = new(string)
	}
	err = s.edit(ctx, v, func(ctx context.Context, tx Tx, all []leads.CustomField) error {
		f = leads.CustomField{ID: id, Object: object, Kind: kind, Position: 1, RemindDays: -1, Pipelines: []string{}, RequiredFrom: []string{}, Choices: []leads.CustomChoice{}}
		of := 0
		for _, other := range all {
			if other.Object == object {
				f.Position = max(f.Position, other.Position+1)
				of++
			}
		}
		switch {
		case !slices.Contains(leads.CustomObjects, object):
			return leads.Invalid("object", "One of contact company lead interaction.")
		case !slices.Contains(leads.CustomKinds, kind):
			return leads.Invalid("kind", "One of text number money date choice choices yes_no phone link.")
		case of >= fieldsMost:
			return leads.Invalid("object", "These records have 100 custom fields already: delete or change one.")
		}
		if f, err = e.apply(ctx, tx, f); err != nil {
			return err
		}
		if f.ID, err = codeOf(f, all); err != nil {
			return err
		}
		if taken(all, f) {
			return ErrNameTaken
		}
		if err := tx.AddField(ctx, f); err != nil {
			return err
		}
		f.Version = 1
		if err := tx.AddHistory(ctx, recordOf(f).One(v, leads.HistoryEntry{Field: leads.FieldCreated, After: f.Name})); err != nil {
			return err
		}
		return tx.RecordField(ctx, f)
	})
	return f, err
}

// Change changes a field; what the edit leaves out stays. The checks run on the stored field in
// the same transaction.
func (s *Service) Change(ctx context.Context, v leads.Viewer, id string, e Edit, checks ...func(leads.CustomField) error) (f leads.CustomField, err error) {
	if e.empty() {
		return f, leads.Invalid("name", "Give a name, a position, pipelines, required_from, remind_days, listed, retired or choices.")
	}
	err = s.edit(ctx, v, func(ctx context.Context, tx Tx, all []leads.CustomField) error {
		n := slices.IndexFunc(all, func(f leads.CustomField) bool { return f.ID == id })
		if n < 0 {
			return leads.ErrNotFound
		}
		was := all[n]
		if err := leads.CheckAll(was, checks); err != nil {
			return err
		}
		if f, err = e.apply(ctx, tx, was); err != nil {
			return err
		}
		changes := differences(v, was, f)
		if len(changes) == 0 {
			return nil
		}
		if taken(all, f) {
			return ErrNameTaken
		}
		if err := tx.SaveField(ctx, was, f); err != nil {
			return err
		}
		f.Version++
		if err := tx.AddHistory(ctx, changes...); err != nil {
			return err
		}
		return tx.RecordField(ctx, f)
	})
	return f, err
}

// Drop deletes a field of which no record has a value. ErrUsed: it can be retired.
func (s *Service) Drop(ctx context.Context, v leads.Viewer, id string) error {
	return s.edit(ctx, v, func(ctx context.Context, tx Tx, all []leads.CustomField) error {
		n := slices.IndexFunc(all, func(f leads.CustomField) bool { return f.ID == id })
		switch {
		case n < 0:
			return leads.ErrNotFound
		case all[n].Used:
			return ErrUsed
		}
		f := all[n]
		if err := tx.DropField(ctx, f); err != nil {
			return err
		}
		if err := tx.AddHistory(ctx, recordOf(f).One(v, leads.HistoryEntry{Field: leads.FieldDeleted, Before: f.Name})); err != nil {
			return err
		}
		f.Retired = true
		return tx.RecordField(ctx, f)
	})
}

// edit runs f on all custom fields, for those who may edit them.
func (s *Service) edit(ctx context.Context, v leads.Viewer, f func(context.Context, Tx, []leads.CustomField) error) error {
	if err := access.Can(v, access.EditFields); err != nil {
		return err
	}
	err := s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		all, err := tx.CustomFields(ctx)
		if err != nil {
			return err
		}
		return f(ctx, tx, all)
	})
	if errors.Is(err, leads.ErrExists) {
		return ErrNameTaken
	}
	return err
}

// taken reports whether another field has the code of a field, or its name in its object.
func taken(all []leads.CustomField, f leads.CustomField) bool {
	return slices.ContainsFunc(all, func(o leads.CustomField) bool {
		return o.ID == f.ID && f.Version == 0 || o.ID != f.ID && o.Object == f.Object && leads.Fold(o.Name) == leads.Fold(f.Name)
	})
}

// recordOf returns a field as a record of the history.
func recordOf(f leads.CustomField) leads.Record {
	return leads.Record{Object: leads.ObjectField, ID: f.ID, Name: f.Name}
}
