package storage

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"ctihub/leads"
	"ctihub/storage/batch"
	"ctihub/storage/db"
)

var (
	allFields = batch.NewSelect[listedField]("reading custom fields", "SELECT "+batch.Columns[db.CustomField]("f")+
		", FALSE FROM custom_fields f WHERE NOT f.retired ORDER BY f.object, f.position, f.id")
	allChoices = batch.NewSelect[db.CustomChoice]("reading choices of custom fields", "SELECT "+batch.Columns[db.CustomChoice]("h")+" FROM custom_choices h ORDER BY h.field_id, h.position, h.id")

	dropValues = batch.NewUpdate[fieldOfRecord]("removing values of custom fields", batch.AnyRows, `
DELETE FROM field_values WHERE EXISTS (SELECT 1 FROM v WHERE v.record_id = field_values.record_id AND v.field_id = field_values.field_id)`, "record_id", "field_id")
)

type fieldOfRecord struct{ RecordID, FieldID string }

// writeFields stores what came with a new interaction for custom fields: of its contact where
// that has no value, of its lead and of itself always. What has no place is added to the text.
func (w *touchWriter) writeFields(context.Context) error {
	if !w.out.NewInteraction {
		return nil
	}
	for i, in := range w.t.Fields {
		if leads.OneSpace(in.Text) == "" || w.chosenBefore(i) || w.fill(in) {
			continue
		}
		w.t.Text = strings.TrimLeft(w.t.Text+"\n"+in.Label+": "+in.Text, "\n")
	}
	return nil
}

// several are the texts that came for a field of several choices: one of each input.
func (w *touchWriter) several(f leads.CustomField) (texts []string) {
	for _, in := range w.t.Fields {
		if in.Code == f.ID && leads.OneSpace(in.Text) != "" {
			texts = append(texts, in.Text)
		}
	}
	return texts
}

// chosenBefore reports whether an input is one of several choices that were stored with the first of
// them.
func (w *touchWriter) chosenBefore(i int) bool {
	f, ok := w.field(w.t.Fields[i].Code)
	if !ok || f.Kind != leads.CustomSeveral || !slices.ContainsFunc(w.t.Fields[:i], func(o leads.CustomInput) bool { return o.Code == f.ID }) {
		return false
	}
	var values leads.CustomValues
	switch {
	case f.Object == leads.CustomOfContact && w.contact != nil:
		values = w.contact.Fields
	case f.Object == leads.CustomOfLead && w.lead != nil:
		values = w.lead.Fields
	case f.Object == leads.CustomOfInteraction:
		values = w.fields
	}
	after, err := w.read(f, w.t.Fields[i])
	return err == nil && slices.Equal(f.Stored(values[f.ID]), after)
}

// field returns a custom field that is in use.
func (w *touchWriter) field(code string) (leads.CustomField, bool) {
	n := slices.IndexFunc(w.book.fields, func(f leads.CustomField) bool { return f.ID == code })
	if n < 0 {
		return leads.CustomField{}, false
	}
	return w.book.fields[n], true
}

// read reads what came for a field.
func (w *touchWriter) read(f leads.CustomField, in leads.CustomInput) ([]string, error) {
	if f.Kind == leads.CustomSeveral {
		b, err := json.Marshal(w.several(f))
		if err != nil {
			return nil, err
		}
		return f.Parse(b, nil, leads.CustomRules{})
	}
	text, rules := in.Text, leads.CustomRules{}
	if f.Kind == leads.CustomPhone && in.Phone != "" {
		text = in.Phone
	}
	if len(w.book.starts) > 0 {
		rules.Currency = w.book.starts[0].Currency
	}
	return f.ParseText(text, nil, rules)
}

// fill stores one value, or reports that it has no place.
func (w *touchWriter) fill(in leads.CustomInput) bool {
	f, ok := w.field(in.Code)
	if !ok {
		return false
	}
	after, err := w.read(f, in)
	if err != nil || len(after) == 0 {
		return false
	}
	switch f.Object {
	case leads.CustomOfContact:
		c := w.contact
		if c == nil || c.Line || c.Fields.Has(f.ID) {
			return c != nil && slices.Equal(f.Stored(c.Fields[f.ID]), after)
		}
		w.put(f, leads.Record{Object: leads.ObjectContact, ID: c.ID, Name: c.Name}, db.FieldValue{Object: string(f.Object), RecordID: c.ID, Created: micros(c.Created)}, &c.Fields, after, w.out.NewContact)
	case leads.CustomOfLead:
		l := w.lead
		if l == nil || !f.Of(l.PipelineID) {
			return false
		}
		w.put(f, leads.Record{Object: leads.ObjectLead, ID: l.ID, Name: l.ContactName}, db.FieldValue{Object: string(f.Object), RecordID: l.ID, Created: micros(l.Opened)}, &l.Fields, after, w.out.NewLead)
	case leads.CustomOfInteraction:
		w.put(f, leads.Record{}, db.FieldValue{Object: string(f.Object), RecordID: w.stored.InteractionID, Created: micros(w.t.At)}, &w.fields, after, true)
	default:
		return false
	}
	return true
}

// put stores a value of a record, and writes it down unless the record is new.
func (w *touchWriter) put(f leads.CustomField, of leads.Record, row db.FieldValue, values *leads.CustomValues, after []string, made bool) {
	change := leads.CustomChange{Field: f, Before: f.Stored((*values)[f.ID]), After: after}
	if slices.Equal(change.Before, after) {
		return
	}
	if len(change.Before) > 0 {
		dropValues.Queue(w.tx, fieldOfRecord{row.RecordID, f.ID})
	}
	for _, v := range valueRows(f.Object, row.RecordID, fromMicros(row.Created), f, after) {
		tables.fieldValues.Insert(w.tx, v)
	}
	*values = values.With([]leads.CustomChange{change})
	if !made {
		tables.changes.Insert(w.tx, w.tx.changeOf(of.One(leads.Viewer{}, change.Entry())))
	}
}
