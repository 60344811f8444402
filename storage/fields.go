package storage

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"ctihub/leads"
	"ctihub/leads/search"
	"ctihub/storage/batch"
	"ctihub/storage/db"
)

// CustomFields returns all custom fields by object in their order, retired ones too.
func (s *Store) CustomFields(ctx context.Context) ([]leads.CustomField, error) {
	return customFields(ctx, s.read)
}

// CustomFields is [Store.CustomFields] within the transaction.
func (t *Tx) CustomFields(ctx context.Context) ([]leads.CustomField, error) {
	return customFields(ctx, t.q)
}

func customFields(ctx context.Context, q *db.Queries) ([]leads.CustomField, error) {
	rows, err := q.ListFields(ctx)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	choices, err := q.ListChoices(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing the choices of custom fields: %w", err)
	}
	return fieldsOf(mapRows(rows, func(r db.ListFieldsRow) listedField { return listedField(r) }), choices), nil
}

// fieldsOf puts fields and their choices together.
func fieldsOf(rows []listedField, choices []db.CustomChoice) []leads.CustomField {
	of := map[string][]leads.CustomChoice{}
	for _, c := range choices {
		of[c.FieldID] = append(of[c.FieldID], leads.CustomChoice{ID: c.ID, Name: c.Name, Retired: c.Retired})
	}
	return mapRows(rows, func(r listedField) leads.CustomField {
		return leads.CustomField{
			ID: r.ID, Object: leads.CustomObject(r.Object), Name: r.Name, Kind: leads.CustomKind(r.Kind), Position: r.Position, Pipelines: idList(r.Pipelines),
			RequiredFrom: idList(r.RequiredFrom), RemindDays: r.RemindDays, Listed: r.Listed, Choices: append([]leads.CustomChoice{}, of[r.ID]...),
			Retired: r.Retired, Used: r.Used, Version: r.Version,
		}
	})
}

// listedField is a field as it is read with others.
type listedField db.ListFieldsRow

// idList reads ids with commas between; never nil.
func idList(stored string) []string {
	if stored == "" {
		return []string{}
	}
	return strings.Split(stored, ",")
}

// AddField stores a new field with its choices. leads.ErrExists when another one has its code, or
// one of its object its name.
func (t *Tx) AddField(ctx context.Context, f leads.CustomField) error {
	n, err := t.q.InsertField(ctx, db.InsertFieldParams{
		ID: f.ID, Object: string(f.Object), Name: f.Name, Folded: fold(f.Name), Kind: string(f.Kind), Position: f.Position,
		Pipelines: strings.Join(f.Pipelines, ","), RequiredFrom: strings.Join(f.RequiredFrom, ","), RemindDays: f.RemindDays, Listed: f.Listed,
	})
	if err == nil && n == 0 {
		err = leads.ErrExists
	}
	if err != nil {
		return err
	}
	return t.putChoices(ctx, f)
}

func (t *Tx) putChoices(ctx context.Context, f leads.CustomField) error {
	for i, c := range f.Choices {
		if err := t.q.PutChoice(ctx, db.PutChoiceParams{ID: c.ID, FieldID: f.ID, Name: c.Name, Folded: fold(c.Name), Position: int64(i), Retired: c.Retired}); err != nil {
			return err
		}
	}
	return nil
}

// SaveField changes a field and its choices; choices that are left out are deleted. It conflicts
// if the field changed since it was read. Records are found by new names once the search index
// has read them again.
func (t *Tx) SaveField(ctx context.Context, was, f leads.CustomField) error {
	if err := requireRow(t.q.UpdateField(ctx, db.UpdateFieldParams{
		ID: f.ID, Name: f.Name, Folded: fold(f.Name), Position: f.Position, Pipelines: strings.Join(f.Pipelines, ","),
		RequiredFrom: strings.Join(f.RequiredFrom, ","), RemindDays: f.RemindDays, Listed: f.Listed, Retired: f.Retired, Version: f.Version,
	})); err != nil || slices.Equal(was.Choices, f.Choices) {
		return err
	}
	renamed := false
	for _, c := range was.Choices {
		n := slices.IndexFunc(f.Choices, func(o leads.CustomChoice) bool { return o.ID == c.ID })
		switch {
		case n >= 0:
			renamed = renamed || f.Choices[n].Name != c.Name
		default:
			if err := t.q.DropChoice(ctx, c.ID); err != nil {
				return err
			}
		}
	}
	if renamed {
		if err := t.q.ReadAgain(ctx); err != nil {
			return err
		}
		if err := t.q.ClearChoiceNames(ctx, f.ID); err != nil { // names may be exchanged
			return err
		}
	}
	return t.putChoices(ctx, f)
}

// DropField deletes a field. It conflicts if it changed or was used since it was read.
func (t *Tx) DropField(ctx context.Context, f leads.CustomField) error {
	if err := t.q.DropReminders(ctx, f.ID); err != nil {
		return err
	}
	if err := t.q.DropChoices(ctx, f.ID); err != nil {
		return err
	}
	return requireRow(t.q.DeleteField(ctx, db.DeleteFieldParams{ID: f.ID, Version: f.Version}))
}

// ChoiceUsed reports whether a record has a choice.
func (t *Tx) ChoiceUsed(ctx context.Context, fieldID, choiceID string) (bool, error) {
	return t.q.ChoiceUsed(ctx, db.ChoiceUsedParams{FieldID: fieldID, ChoiceID: choiceID})
}

// RecordField records a field that was added, changed, retired or deleted, for everybody.
func (t *Tx) RecordField(ctx context.Context, f leads.CustomField) error {
	users, err := t.q.ActiveUsers(ctx)
	if err != nil {
		return err
	}
	return t.record(ctx, leads.EventBody{Type: leads.EventField, Field: &f}, users...)
}

// SaveCustom stores changes of the custom fields of a record. created is that of the record, by
// which its list is in order. It conflicts if another writer changed one of them since they were
// read.
func (t *Tx) SaveCustom(ctx context.Context, o leads.CustomObject, recordID string, created time.Time, changes []leads.CustomChange) error {
	for _, c := range changes {
		for _, v := range valueRows(o, recordID, created, c.Field, c.Before) {
			if err := t.dropValue(ctx, v); err != nil {
				return err
			}
		}
		for _, v := range valueRows(o, recordID, created, c.Field, c.After) {
			if err := t.q.InsertValue(ctx, db.InsertValueParams(v)); err != nil {
				return fmt.Errorf("storing a custom field: %w", err)
			}
		}
	}
	return nil
}

// dropValue removes one text of a value. Of several choices the place may be another one since the choices
// were put into another order.
func (t *Tx) dropValue(ctx context.Context, v db.FieldValue) error {
	n, err := t.q.DropValue(ctx, db.DropValueParams{RecordID: v.RecordID, FieldID: v.FieldID, Value: v.Value})
	if err == nil && n == 0 {
		err = batch.ErrConflict
	}
	return err
}

// valueRows are the rows of a value.
func valueRows(o leads.CustomObject, recordID string, created time.Time, f leads.CustomField, texts []string) (rows []db.FieldValue) {
	for i, text := range texts {
		v := db.FieldValue{
			Object: string(o), RecordID: recordID, FieldID: f.ID, Position: int64(i), Value: text, Folded: leads.FoldCustom(f.Kind, text),
			N: leads.NumberOfCustom(f.Kind, text), Created: micros(created),
		}
		if chooses := f.Kind == leads.CustomChoose || f.Kind == leads.CustomSeveral; f.Kind.Searched() && !chooses {
			v.Search = fold(text)
		}
		rows = append(rows, v)
	}
	return rows
}

// RecordHas reports whether a record has a value in a custom field.
func (t *Tx) RecordHas(ctx context.Context, recordID, fieldID string) (bool, error) {
	return t.q.RecordHas(ctx, db.RecordHasParams{RecordID: recordID, FieldID: fieldID})
}

// InteractionHas reports whether one of the interactions of a lead has a value in a custom field.
func (t *Tx) InteractionHas(ctx context.Context, leadID, fieldID string) (bool, error) {
	return t.q.InteractionHas(ctx, db.InteractionHasParams{LeadID: orNull(leadID), FieldID: fieldID})
}

// customValue is a row of the list of a record's values, as the views of the schema build it. Of
// a choice its name is there too.
type customValue struct{ id, kind, name, choice, value string }

// customValues splits such a list.
func customValues(list string) (all []customValue) {
	if list != "" {
		splitList(list, 5, func(f []string) { all = append(all, customValue{f[0], f[1], f[2], f[3], f[4]}) })
	}
	return all
}

// customOf returns the values of such a list; nil for none.
func customOf(list string) leads.CustomValues {
	var of leads.CustomValues
	all := customValues(list)
	for i := 0; i < len(all); {
		next := i + 1
		for next < len(all) && all[next].id == all[i].id {
			next++
		}
		if of == nil {
			of = leads.CustomValues{}
		}
		of[all[i].id] = leads.EncodeCustom(leads.CustomKind(all[i].kind), mapRows(all[i:next], func(v customValue) string { return v.value }))
		i = next
	}
	return of
}

// text is in which the value is searched; empty: it is not.
func (v customValue) text() string {
	switch kind := leads.CustomKind(v.kind); {
	case kind == leads.CustomChoose || kind == leads.CustomSeveral:
		return v.choice
	case kind.Searched():
		return v.value
	}
	return ""
}

// customTexts are the texts in which the values of such a list are searched, folded.
func customTexts(list string) (texts []string) {
	for _, v := range customValues(list) {
		if text := v.text(); text != "" {
			texts = append(texts, fold(text))
		}
	}
	return texts
}

// customWhy are the values of such a list that have one of the terms, with the names of their
// fields.
func customWhy(list string, terms []search.Term) (why []string) {
	for _, v := range customValues(list) {
		number := v.kind == string(leads.CustomPhone) || v.kind == string(leads.CustomNumber)
		if text := v.text(); text != "" && search.Any(text, terms, number) {
			why = append(why, v.name+": "+text)
		}
	}
	return why
}
