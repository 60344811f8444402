package contacts

import (
	"context"
	"errors"

	"ctihub/leads"
)

// ofLine returns nil if a change of a contact may be made: a company's line is no person, and has
// the name and the owner of its company.
func ofLine(c leads.Contact, change leads.ContactChange) error {
	if !c.Line {
		return nil
	}
	for _, f := range []struct {
		field string
		to    *string
	}{{"name", change.Name}, {"company", change.Company}, {"company_id", change.CompanyID}, {"role", change.Role}, {"owner_id", change.OwnerID}} {
		if f.to != nil {
			return notOfLine(f.field)
		}
	}
	return nil
}

// notOfLine says that a field of a company's line is not changed here.
func notOfLine(field string) error {
	return leads.Invalid(field, "These are the shared numbers of a company, no person: change the company.")
}

// link puts a contact into the company that a change names: by its id, else by its name. Without
// such a company the name is only a text.
func link(ctx context.Context, tx Tx, was leads.Contact, c *leads.Contact, change leads.ContactChange) error {
	switch {
	case change.CompanyID != nil && *change.CompanyID == "":
		c.CompanyID, c.Company = "", ""
	case change.CompanyID != nil:
		company, err := tx.Company(ctx, *change.CompanyID)
		if errors.Is(err, leads.ErrNotFound) {
			return leads.Invalid("company_id", "There is no such company.")
		} else if err != nil {
			return err
		}
		c.CompanyID, c.Company = company.ID, company.Name
	case change.Company == nil:
	case c.Company == "":
		c.CompanyID = ""
	case was.CompanyID != "" && leads.Fold(c.Company) == leads.Fold(was.Company):
		c.Company = was.Company
	default:
		company, err := tx.CompanyNamed(ctx, c.Company)
		if err != nil && !errors.Is(err, leads.ErrNotFound) {
			return err
		}
		if c.CompanyID = company.ID; company.ID != "" {
			c.Company = company.Name
		}
	}
	return nil
}

// enter puts a new contact into the company that is named, else into that of the domain of one of its
// addresses, and returns the company; without an id: none.
func enter(ctx context.Context, tx Tx, c *leads.Contact, change leads.ContactChange) (company leads.Company, err error) {
	if err := link(ctx, tx, leads.Contact{}, c, change); err != nil {
		return company, err
	}
	for _, id := range c.Identities {
		if domain := id.MailDomain(); domain != "" && c.CompanyID == "" && c.Company == "" {
			if c.CompanyID, err = tx.CompanyOfDomain(ctx, domain); err != nil {
				return company, err
			}
		}
	}
	if c.CompanyID == "" {
		return company, nil
	}
	company, err = tx.Company(ctx, c.CompanyID)
	c.Company = company.Name
	return company, err
}
