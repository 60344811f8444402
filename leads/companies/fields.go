package companies

import (
	"context"
	"strconv"
	"unicode/utf8"

	"ctihub/leads"
)

// Limits of what people write about a company, in characters.
const (
	notesMost = 10_000
	longMost  = 400 // legal name and address
)

// clean checks the texts of a change and folds their white space.
func clean(c *leads.CompanyChange) error {
	for _, f := range []struct {
		field string
		text  **string
		most  int
	}{
		{"name", &c.Name, leads.LineMost}, {"legal_name", &c.LegalName, longMost}, {"country", &c.Country, leads.LineMost}, {"tax_id", &c.TaxID, leads.LineMost},
		{"kpp", &c.KPP, leads.LineMost}, {"address", &c.Address, longMost}, {"website", &c.Website, leads.LineMost}, {"warning", &c.Warning, leads.LineMost},
	} {
		if *f.text == nil {
			continue
		}
		l := leads.OneSpace(**f.text)
		if utf8.RuneCountInString(l) > f.most || !leads.Printable(l) {
			return leads.Invalid(f.field, "At most "+strconv.Itoa(f.most)+" characters, without control characters.")
		}
		*f.text = &l
	}
	if c.Name != nil && *c.Name == "" {
		return leads.Invalid("name", "Give the company a name.")
	}
	if c.Notes != nil {
		notes, err := leads.Prose("notes", *c.Notes, notesMost)
		if err != nil {
			return err
		}
		c.Notes = &notes
	}
	return nil
}

// apply changes the fields of a company, save its owner.
func apply(c *leads.Company, change leads.CompanyChange) {
	for _, f := range []struct{ field, to *string }{
		{&c.Name, change.Name}, {&c.LegalName, change.LegalName}, {&c.Country, change.Country}, {&c.TaxID, change.TaxID}, {&c.KPP, change.KPP},
		{&c.Address, change.Address}, {&c.Website, change.Website}, {&c.Warning, change.Warning}, {&c.Notes, change.Notes},
	} {
		if f.to != nil {
			*f.field = *f.to
		}
	}
}

// differences returns what was changed of a company, in the order of the fields.
func differences(was, is leads.Company) []leads.HistoryEntry {
	var h leads.History
	h.Field(leads.FieldName, was.Name, is.Name)
	h.Field(leads.FieldLegalName, was.LegalName, is.LegalName)
	h.Field(leads.FieldCountry, was.Country, is.Country)
	h.Field(leads.FieldTaxID, was.TaxID, is.TaxID)
	h.Field(leads.FieldKPP, was.KPP, is.KPP)
	h.Field(leads.FieldAddress, was.Address, is.Address)
	h.Field(leads.FieldWebsite, was.Website, is.Website)
	if leads.IDOf(was.Owner) != leads.IDOf(is.Owner) {
		h.Add(leads.HistoryEntry{Field: leads.FieldOwner, Before: leads.NameOf(was.Owner), After: leads.NameOf(is.Owner)})
	}
	h.Field(leads.FieldWarning, was.Warning, is.Warning)
	h.Field(leads.FieldNotes, was.Notes, is.Notes)
	return h.Entries
}

// note adds a change to the history of a company.
func (s *Service) note(ctx context.Context, tx Tx, v leads.Viewer, c leads.Company, e leads.HistoryEntry) error {
	return leads.NoteChange(ctx, tx, s.entry(v, c, e))
}

// entry is an entry of the history of a company.
func (s *Service) entry(v leads.Viewer, c leads.Company, e leads.HistoryEntry) leads.HistoryEntry {
	e = leads.Record{Object: leads.ObjectCompany, ID: c.ID, Name: c.Name}.One(v, e)
	e.At = s.Now()
	return e
}
