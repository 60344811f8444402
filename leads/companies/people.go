package companies

import (
	"context"
	"errors"

	"ctihub/leads"
)

// tellContacts gives a company's new name to its people and its line, and the line its new owner. The
// owners of its people stay.
func (s *Service) tellContacts(ctx context.Context, tx Tx, v leads.Viewer, was, is leads.Company) error {
	if was.Name != is.Name {
		people, err := tx.PeopleOf(ctx, is.ID)
		if err != nil {
			return err
		}
		for _, id := range people {
			if err := s.rename(ctx, tx, v, id, is.Name, false); err != nil {
				return err
			}
		}
		if is.LineID != "" {
			if err := s.rename(ctx, tx, v, is.LineID, is.Name, true); err != nil {
				return err
			}
		}
	}
	if is.LineID == "" || leads.IDOf(was.Owner) == leads.IDOf(is.Owner) {
		return nil
	}
	line, err := tx.WholeContact(ctx, is.LineID)
	if err != nil || leads.IDOf(line.Owner) == leads.IDOf(is.Owner) {
		return err
	}
	before := leads.IDOf(line.Owner)
	if err := tx.SetOwner(ctx, line, is.Owner); err != nil {
		return err
	}
	line.Owner = is.Owner
	return tx.RecordContact(ctx, leads.EventContactUpdated, line, v.UserID, before)
}

// rename gives a contact the new name of its company.
func (s *Service) rename(ctx context.Context, tx Tx, v leads.Viewer, contactID, name string, line bool) error {
	c, err := tx.WholeContact(ctx, contactID)
	if err != nil {
		return err
	}
	c.Company = name
	if line {
		c.Name = name
	}
	if err := tx.SaveContact(ctx, c); err != nil {
		return err
	}
	return tx.RecordContact(ctx, leads.EventContactUpdated, c, v.UserID)
}

// takeNamed links the contacts that have the company's name as text, as far as the viewer sees
// them.
func (s *Service) takeNamed(ctx context.Context, tx Tx, v leads.Viewer, company leads.Company) error {
	ids, err := tx.WithCompanyText(ctx, company.Name)
	if err != nil {
		return err
	}
	for _, id := range ids {
		c, err := tx.SeeContact(ctx, v, id)
		if errors.Is(err, leads.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		c.CompanyID = company.ID
		if err := tx.SaveContact(ctx, c); err != nil {
			return err
		}
		e := leads.Record{Object: leads.ObjectContact, ID: c.ID, Name: c.Name}.One(v, leads.HistoryEntry{Field: leads.FieldCompany, After: company.Name, At: s.Now()})
		if err := tx.AddHistory(ctx, e); err != nil {
			return err
		}
		if err := tx.RecordContact(ctx, leads.EventContactUpdated, c, v.UserID); err != nil {
			return err
		}
	}
	return nil
}
