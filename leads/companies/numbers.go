package companies

import (
	"context"
	"errors"
	"slices"
	"strings"

	"ctihub/leads"
)

// Limits of one company.
const (
	numbersMost = leads.MaxIdentities
	domainsMost = 50
)

// ReasonNumberTaken is the code of the problem that a contact has the number; its value is the
// contact's id, empty where the user may not see it.
const ReasonNumberTaken = "identity_taken"

// Share gives a company a shared number as a user typed it. One that it has changes nothing. A
// number that a contact has is refused, unless takeOver is set and the viewer sees that contact:
// then the contact loses it, and what came by it stays there. The checks are as in [Service.Change].
func (s *Service) Share(ctx context.Context, v leads.Viewer, id, typed string, takeOver bool, checks ...func(leads.Company) error) (leads.Company, error) {
	number, err := leads.TypedIdentity("value", leads.KindPhone, typed, s.Region)
	if err != nil {
		return leads.Company{}, err
	}
	from := ""
	c, err := s.changed(ctx, v, id, checks, func(ctx context.Context, tx Tx, c leads.Company) (err error) {
		from = ""
		if slices.Contains(c.Phones, number.Value) {
			return nil
		}
		if len(c.Phones) >= numbersMost {
			return leads.Invalid("value", "A company has at most "+leads.OutOf(numbersMost, numbersMost)+" shared numbers.")
		}
		if from, err = s.free(ctx, tx, v, number, takeOver); err != nil {
			return err
		}
		if err := s.addToLine(ctx, tx, v, &c, number); err != nil {
			return err
		}
		c.Phones = append(c.Phones, number.Value)
		return s.save(ctx, tx, v, &c, leads.HistoryEntry{Field: leads.FieldIdentity, After: number.Value})
	})
	c.TakenFrom = from
	return c, err
}

// free takes a number from the contact that has it, and returns the id of that contact; empty for
// none.
func (s *Service) free(ctx context.Context, tx Tx, v leads.Viewer, number leads.Identity, takeOver bool) (from string, err error) {
	holder, err := tx.HolderOf(ctx, number)
	if err != nil || holder == "" {
		return "", err
	}
	c, err := tx.WholeContact(ctx, holder)
	if err != nil {
		return "", err
	}
	if c.Line {
		return "", leads.NumberShared("value", c)
	}
	taken := &leads.Problem{Kind: leads.ErrExists, Title: "A contact has this number", Field: "value", Reason: ReasonNumberTaken,
		Detail: "Ask a supervisor to take it from that contact."}
	_, err = tx.SeeContact(ctx, v, holder)
	switch {
	case errors.Is(err, leads.ErrNotFound):
		return "", taken
	case err != nil:
		return "", err
	case !takeOver:
		taken.Value, taken.Detail = holder, "Repeat it with take_over: the contact loses the number then, and what came by it stays there."
		return "", taken
	}
	if err := tx.RemoveIdentity(ctx, c, number); err != nil {
		return "", err
	}
	c.Identities = slices.DeleteFunc(slices.Clone(c.Identities), func(i leads.Identity) bool { return i == number })
	if err := tx.SaveContact(ctx, c); err != nil {
		return "", err
	}
	e := leads.Record{Object: leads.ObjectContact, ID: c.ID, Name: c.Name}.One(v, leads.HistoryEntry{Field: leads.FieldIdentity, Before: "phone " + number.Value, At: s.Now()})
	if err := tx.AddHistory(ctx, e); err != nil {
		return "", err
	}
	return holder, tx.RecordContact(ctx, leads.EventContactUpdated, c, v.UserID)
}

// addToLine gives a number to the line of a company, which is made if there is none.
func (s *Service) addToLine(ctx context.Context, tx Tx, v leads.Viewer, c *leads.Company, number leads.Identity) error {
	if c.LineID == "" {
		line, err := tx.AddContact(ctx, leads.Contact{
			Name: c.Name, Company: c.Name, CompanyID: c.ID, Line: true, Owner: c.Owner, Identities: []leads.Identity{number},
		}, v.UserID, "", "")
		if err != nil {
			return err
		}
		c.LineID = line.ID
		return tx.RecordContact(ctx, leads.EventContactCreated, line, v.UserID)
	}
	line, err := tx.WholeContact(ctx, c.LineID)
	if err != nil {
		return err
	}
	if err := tx.AddIdentity(ctx, line, number); err != nil {
		return err
	}
	line.Identities = append(line.Identities, number)
	return s.saveLine(ctx, tx, v, line)
}

func (s *Service) saveLine(ctx context.Context, tx Tx, v leads.Viewer, line leads.Contact) error {
	if err := tx.SaveContact(ctx, line); err != nil {
		return err
	}
	return tx.RecordContact(ctx, leads.EventContactUpdated, line, v.UserID)
}

// Unshare takes a shared number from a company; leads.ErrNotFound when it has none such. What came
// by it stays with the company's line.
func (s *Service) Unshare(ctx context.Context, v leads.Viewer, id, typed string, checks ...func(leads.Company) error) (leads.Company, error) {
	number, err := leads.TypedIdentity("value", leads.KindPhone, typed, s.Region)
	if err != nil {
		return leads.Company{}, leads.ErrNotFound
	}
	return s.changed(ctx, v, id, checks, func(ctx context.Context, tx Tx, c leads.Company) error {
		if !slices.Contains(c.Phones, number.Value) {
			return leads.ErrNotFound
		}
		line, err := tx.WholeContact(ctx, c.LineID)
		if err != nil {
			return err
		}
		if err := tx.RemoveIdentity(ctx, line, number); err != nil {
			return err
		}
		line.Identities = slices.DeleteFunc(slices.Clone(line.Identities), func(i leads.Identity) bool { return i == number })
		if err := s.saveLine(ctx, tx, v, line); err != nil {
			return err
		}
		c.Phones = slices.DeleteFunc(slices.Clone(c.Phones), func(p string) bool { return p == number.Value })
		return s.save(ctx, tx, v, &c, leads.HistoryEntry{Field: leads.FieldIdentity, Before: number.Value})
	})
}

// AddDomain gives a company a mail domain, in any notation. One that it has changes nothing.
func (s *Service) AddDomain(ctx context.Context, v leads.Viewer, id, typed string, checks ...func(leads.Company) error) (leads.Company, error) {
	domain, err := mailDomain(typed)
	if err != nil {
		return leads.Company{}, err
	}
	return s.changed(ctx, v, id, checks, func(ctx context.Context, tx Tx, c leads.Company) error {
		other, err := tx.CompanyOfDomain(ctx, domain)
		switch {
		case err != nil || other == id:
			return err
		case other != "":
			return &leads.Problem{Kind: leads.ErrExists, Title: "Another company has this domain", Field: "domain", Reason: ReasonDomainTaken, Value: other,
				Detail: "Take it from that company first."}
		case len(c.Domains) >= domainsMost:
			return leads.Invalid("domain", "A company has at most "+leads.OutOf(domainsMost, domainsMost)+" domains.")
		}
		if err := tx.AddDomain(ctx, id, domain); err != nil {
			return err
		}
		c.Domains = append(c.Domains, domain)
		return s.save(ctx, tx, v, &c, leads.HistoryEntry{Field: leads.FieldDomain, After: domain})
	})
}

// RemoveDomain takes a mail domain from a company; leads.ErrNotFound when it has none such.
func (s *Service) RemoveDomain(ctx context.Context, v leads.Viewer, id, typed string, checks ...func(leads.Company) error) (leads.Company, error) {
	domain, err := mailDomain(typed)
	if err != nil {
		return leads.Company{}, leads.ErrNotFound
	}
	return s.changed(ctx, v, id, checks, func(ctx context.Context, tx Tx, c leads.Company) error {
		if !slices.Contains(c.Domains, domain) {
			return leads.ErrNotFound
		}
		if err := tx.DropDomain(ctx, id, domain); err != nil {
			return err
		}
		c.Domains = slices.DeleteFunc(slices.Clone(c.Domains), func(d string) bool { return d == domain })
		return s.save(ctx, tx, v, &c, leads.HistoryEntry{Field: leads.FieldDomain, Before: domain})
	})
}

// mailDomain returns the stored form of a domain of mail.
func mailDomain(typed string) (string, error) {
	address, err := leads.NormaliseEmail("x@" + strings.TrimSpace(typed))
	if err != nil {
		return "", leads.Invalid("domain", "Give the part of the addresses after the @, as in example.com.")
	}
	domain := address[len("x@"):]
	if leads.IsMailProvider(domain) {
		return "", leads.Invalid("domain", "Anybody can have a mailbox there: it does not tell where a person works.")
	}
	return domain, nil
}
