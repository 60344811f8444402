package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"ctihub/leads"
	"ctihub/storage/db"
)

func companyOf(r db.CompanyRow) leads.Company {
	lines := func(text string) []string {
		if text == "" {
			return []string{}
		}
		return strings.Split(text, "\n")
	}
	return leads.Company{
		ID: r.ID, Name: r.Name, LegalName: r.LegalName, Country: r.Country, TaxID: r.TaxID, KPP: r.Kpp, Address: r.Address, Website: r.Website, Warning: r.Warning,
		Owner: person(r.OwnerID, r.OwnerName), Phones: lines(r.Phones), Domains: lines(r.Domains), LineID: r.LineID, Fields: customOf(r.Fields), Created: fromMicros(r.Created), Version: r.Version,
	}
}

// Company returns a company with its details.
func (s *Store) Company(ctx context.Context, v leads.Viewer, id string) (leads.Company, error) {
	c, err := wholeCompany(ctx, s.read, id)
	if err != nil {
		return c, err
	}
	people, err := s.read.CountPeople(ctx, db.CountPeopleParams{CompanyID: orNull(id), SeesAll: v.Role.SeesAll(), Viewer: v.UserID})
	if err != nil {
		return c, fmt.Errorf("counting the people of company %q: %w", id, err)
	}
	named, err := s.read.CountNamed(ctx, db.CountNamedParams{Company: c.Name, SeesAll: v.Role.SeesAll(), Viewer: v.UserID, Most: leads.MostNamed})
	if err != nil {
		return c, fmt.Errorf("counting who is named as in company %q: %w", id, err)
	}
	in, text := int(people), int(named)
	c.People, c.Named = &in, &text
	return c, nil
}

// Companies lists companies, newest first unless the page has an order.
func (s *Store) Companies(ctx context.Context, f leads.CompanyFilter, p leads.Page) (leads.List[leads.Company], error) {
	page, err := s.lists.Companies(ctx, f, p)
	return listOf(page, err, "companies", companyOf)
}

// Company returns a company with its notes; leads.ErrNotFound for none.
func (t *Tx) Company(ctx context.Context, id string) (leads.Company, error) {
	return wholeCompany(ctx, t.q, id)
}

func wholeCompany(ctx context.Context, q *db.Queries, id string) (leads.Company, error) {
	row, err := q.GetCompany(ctx, id)
	if err != nil {
		return leads.Company{}, fmt.Errorf("company %q: %w", id, orNotFound(err))
	}
	c := companyOf(row)
	c.Notes = row.Notes
	return c, nil
}

// LockCompany makes other changes of the company wait until the transaction ends.
func (t *Tx) LockCompany(ctx context.Context, id string) error {
	n, err := t.q.LockCompany(ctx, id)
	if err == nil && n == 0 {
		err = fmt.Errorf("company %q: %w", id, leads.ErrNotFound)
	}
	return err
}

// CompanyMadeAs returns the company that a user made by a key, and the digest of what was asked
// for.
func (t *Tx) CompanyMadeAs(ctx context.Context, userID, key string) (companyID, digest string, err error) {
	row, err := t.q.CompanyMadeAs(ctx, db.CompanyMadeAsParams{UserID: userID, AskedAs: key})
	return row.CompanyID, row.Digest, orNotFound(err)
}

// AddCompany stores a new company, and the key of the request unless that is empty.
func (t *Tx) AddCompany(ctx context.Context, c leads.Company, userID, key, digest string) (leads.Company, error) {
	c.ID, c.Created, c.Version = newID(), t.s.now(), 1
	if err := t.q.InsertCompany(ctx, db.InsertCompanyParams{
		ID: c.ID, Name: c.Name, Folded: fold(c.Name), LegalName: c.LegalName, Country: c.Country, TaxID: c.TaxID, Kpp: c.KPP, Address: c.Address, Website: c.Website,
		Warning: c.Warning, Notes: c.Notes, OwnerID: orNull(leads.IDOf(c.Owner)), Search: searchOfCompany(c), Created: micros(c.Created),
	}); err != nil || key == "" {
		return c, err
	}
	return c, t.q.NoteMadeCompany(ctx, db.NoteMadeCompanyParams{UserID: userID, AskedAs: key, CompanyID: c.ID, Digest: digest})
}

// SaveCompany stores the fields of a company and what it is found by; it conflicts if the company
// changed since it was read.
func (t *Tx) SaveCompany(ctx context.Context, c leads.Company) error {
	return requireRow(t.q.UpdateCompany(ctx, db.UpdateCompanyParams{
		ID: c.ID, Name: c.Name, Folded: fold(c.Name), LegalName: c.LegalName, Country: c.Country, TaxID: c.TaxID, Kpp: c.KPP, Address: c.Address, Website: c.Website,
		Warning: c.Warning, Notes: c.Notes, OwnerID: orNull(leads.IDOf(c.Owner)), Search: searchOfCompany(c), Version: c.Version,
	}))
}

// searchOfCompany returns the text in which companies are searched.
func searchOfCompany(c leads.Company) string {
	parts := []string{c.Name, c.LegalName, c.TaxID}
	return fold(append(append(parts, c.Domains...), c.Phones...)...)
}

// DropCompany deletes a company; its line becomes an ordinary contact. It conflicts if somebody was
// put into the company meanwhile.
func (t *Tx) DropCompany(ctx context.Context, c leads.Company) error {
	return errors.Join(t.q.EndLine(ctx, orNull(c.ID)), t.q.DropValues(ctx, c.ID), t.q.DropDomains(ctx, c.ID), t.q.ForgetMadeCompany(ctx, c.ID),
		requireRow(t.q.DeleteCompany(ctx, db.DeleteCompanyParams{ID: c.ID, Version: c.Version})))
}

// RecordCompany records an event of a company, for everybody.
func (t *Tx) RecordCompany(ctx context.Context, kind leads.EventType, c leads.Company) error {
	users, err := t.q.ActiveUsers(ctx)
	if err != nil {
		return err
	}
	c.CompanyDetails = leads.CompanyDetails{}
	return t.record(ctx, leads.EventBody{Type: kind, Company: &c}, users...)
}

// CompanyWithTaxID returns the id of the company with the country, tax id and KPP of c; empty for
// none.
func (t *Tx) CompanyWithTaxID(ctx context.Context, c leads.Company) (string, error) {
	return idOrNone(t.q.CompanyWithTaxID(ctx, db.CompanyWithTaxIDParams{Country: c.Country, TaxID: c.TaxID, Kpp: c.KPP}))
}

// CompanyNamed returns the company of a name, in any case; leads.ErrNotFound when none has it, or
// several have.
func (t *Tx) CompanyNamed(ctx context.Context, name string) (leads.Company, error) {
	ids, err := t.q.CompaniesNamed(ctx, fold(name))
	if err != nil {
		return leads.Company{}, err
	}
	if len(ids) != 1 {
		return leads.Company{}, leads.ErrNotFound
	}
	return t.Company(ctx, ids[0])
}

// CompanyOfDomain returns the id of the company that has a mail domain, empty for none.
func (t *Tx) CompanyOfDomain(ctx context.Context, domain string) (string, error) {
	return idOrNone(t.q.CompanyOfDomain(ctx, domain))
}

// idOrNone is an id that a query found, empty for no row.
func idOrNone(id string, err error) (string, error) {
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return id, err
}

// AddDomain gives a company a mail domain.
func (t *Tx) AddDomain(ctx context.Context, companyID, domain string) error {
	return t.q.InsertDomain(ctx, db.InsertDomainParams{Domain: domain, CompanyID: companyID, Added: micros(t.s.now())})
}

// DropDomain takes a mail domain from a company.
func (t *Tx) DropDomain(ctx context.Context, companyID, domain string) error {
	return requireRow(t.q.DropDomain(ctx, db.DropDomainParams{Domain: domain, CompanyID: companyID}))
}

// PeopleOf returns the ids of the contacts in a company, without its line.
func (t *Tx) PeopleOf(ctx context.Context, companyID string) ([]string, error) {
	return t.q.PeopleOfCompany(ctx, orNull(companyID))
}

// WithCompanyText returns the ids of at most leads.MostNamed contacts that have a text as company
// and are in none.
func (t *Tx) WithCompanyText(ctx context.Context, text string) ([]string, error) {
	return t.q.ContactsWithCompanyText(ctx, db.ContactsWithCompanyTextParams{Company: text, Most: leads.MostNamed})
}
