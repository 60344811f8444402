// Package companies keeps companies: their names, owners and details for the invoice, the numbers
// that their people share and their mail domains.
//
// The shared numbers of a company are identities of one contact, its line. What comes by them
// belongs to the line until somebody says who it was, see [Service.Caller].
package companies

import (
	"context"
	"errors"
	"time"

	"ctihub/leads"
	"ctihub/leads/access"
)

// Store is what the service needs from storage.
type Store interface {
	// Tx runs f in one transaction, and retries it from the start on a conflict. The
	// events that f records are published after the commit.
	Tx(ctx context.Context, f func(ctx context.Context, tx Tx) error) error
	// Company returns a company with its details.
	Company(ctx context.Context, v leads.Viewer, id string) (leads.Company, error)
}

// Tx is a transaction of the service.
type Tx interface {
	// Company returns a company with its notes; leads.ErrNotFound for none.
	Company(ctx context.Context, id string) (leads.Company, error)
	// LockCompany makes other changes of the company wait until the transaction ends.
	LockCompany(ctx context.Context, id string) error
	User(ctx context.Context, id string) (leads.User, error)
	// CompanyMadeAs returns the company that a user made by a key, and the digest of what
	// was asked for; leads.ErrNotFound for none.
	CompanyMadeAs(ctx context.Context, userID, key string) (companyID, digest string, err error)
	// AddCompany stores a new company, and the key of the request unless that is empty.
	AddCompany(ctx context.Context, c leads.Company, userID, key, digest string) (leads.Company, error)
	// SaveCompany stores the fields of a company and what it is found by, unless another
	// writer changed it since it was read.
	SaveCompany(ctx context.Context, c leads.Company) error
	// DropCompany deletes a company; its line becomes an ordinary contact.
	DropCompany(ctx context.Context, c leads.Company) error
	// RecordCompany records an event of a company, for everybody.
	RecordCompany(ctx context.Context, kind leads.EventType, c leads.Company) error
	// CompanyWithTaxID returns the id of the company with the country, tax id and KPP of
	// c; empty for none.
	CompanyWithTaxID(ctx context.Context, c leads.Company) (id string, err error)

	// CompanyOfDomain returns the id of the company that has a mail domain, empty for none.
	CompanyOfDomain(ctx context.Context, domain string) (id string, err error)
	AddDomain(ctx context.Context, companyID, domain string) error
	DropDomain(ctx context.Context, companyID, domain string) error

	// PeopleOf returns the ids of the contacts in a company, without its line.
	PeopleOf(ctx context.Context, companyID string) ([]string, error)
	// WithCompanyText returns the ids of at most leads.MostNamed contacts that have a text as
	// company and are in none.
	WithCompanyText(ctx context.Context, text string) ([]string, error)
	SeeContact(ctx context.Context, v leads.Viewer, id string) (leads.Contact, error)
	// WholeContact returns a contact with its notes, whoever sees it.
	WholeContact(ctx context.Context, id string) (leads.Contact, error)
	AddContact(ctx context.Context, c leads.Contact, userID, key, digest string) (leads.Contact, error)
	SaveContact(ctx context.Context, c leads.Contact) error
	SetOwner(ctx context.Context, c leads.Contact, owner *leads.Person) error
	RecordContact(ctx context.Context, kind leads.EventType, c leads.Contact, userIDs ...string) error
	HolderOf(ctx context.Context, id leads.Identity) (contactID string, err error)
	AddIdentity(ctx context.Context, c leads.Contact, id leads.Identity) error
	RemoveIdentity(ctx context.Context, c leads.Contact, id leads.Identity) error

	// CustomFields returns all custom fields, retired ones too.
	CustomFields(ctx context.Context) ([]leads.CustomField, error)
	// SaveCustom stores changes of the custom fields of a record that was made at a time.
	SaveCustom(ctx context.Context, o leads.CustomObject, recordID string, created time.Time, changes []leads.CustomChange) error

	leads.NoteHistory

	CallerTx
}

// Service changes companies. Every user sees every company: otherwise two of them would make the
// same one twice.
type Service struct {
	Store  Store
	Region string // ISO 3166-1 alpha-2, for national phone numbers
	Now    func() time.Time
}

// Codes of problems whose value is the id of the company that has the value.
const (
	ReasonTaxIDTaken  = "tax_id_taken"
	ReasonDomainTaken = "domain_taken"
)

// ReasonInUse is the code of the problem that a company has people or shared numbers.
const ReasonInUse = "company_in_use"

// ErrKeyUsed says that a key was used before for another company.
var ErrKeyUsed = &leads.Problem{Kind: leads.ErrConflict, Title: "The key was used for another company",
	Detail: "A key goes with one company: use a new one for each that you mean.", Field: "key"}

// Wanted is a company that a user makes. A field that is nil is empty.
type Wanted struct {
	Key    string // by which a repetition is recognised; empty: none is
	Fields leads.CompanyChange
	// TakeNamed links the contacts that have its name as text.
	TakeNamed bool
}

// Create makes a company. Its owner is the user, if they take leads, unless another is named. A repeated key of the
// same user returns the company that has it.
func (s *Service) Create(ctx context.Context, u leads.User, w Wanted) (c leads.Company, err error) {
	v, digest := u.Viewer(), leads.RequestDigest(w)
	change := w.Fields
	if err := clean(&change); err != nil {
		return c, err
	}
	err = s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		if w.Key != "" {
			id, before, err := tx.CompanyMadeAs(ctx, u.ID, w.Key)
			switch {
			case err == nil && before != digest:
				return ErrKeyUsed
			case err == nil:
				c.ID = id
				return nil
			case !errors.Is(err, leads.ErrNotFound):
				return err
			}
		}
		c = leads.Company{Phones: []string{}, Domains: []string{}}
		apply(&c, change)
		owner := ""
		if change.OwnerID != nil {
			owner = *change.OwnerID
		}
		if owner == "" && u.TakesLeads() {
			owner = u.ID
		}
		if c.Owner, err = s.newOwner(ctx, tx, v, c, owner); err != nil {
			return err
		}
		if err := settleDetails(ctx, tx, &c); err != nil {
			return err
		}
		custom, err := s.custom(ctx, tx, &c, change.Fields)
		if err != nil {
			return err
		}
		if c, err = tx.AddCompany(ctx, c, u.ID, w.Key, digest); err != nil {
			return err
		}
		if err := tx.SaveCustom(ctx, leads.CustomOfCompany, c.ID, c.Created, custom); err != nil {
			return err
		}
		if err := tx.AddHistory(ctx, s.entry(v, c, leads.HistoryEntry{Field: leads.FieldCreated, After: c.Name})); err != nil {
			return err
		}
		if w.TakeNamed {
			if err := s.takeNamed(ctx, tx, v, c); err != nil {
				return err
			}
		}
		return tx.RecordCompany(ctx, leads.EventCompanyCreated, c)
	})
	if err != nil {
		return c, err
	}
	return s.Store.Company(ctx, v, c.ID)
}

// Change changes fields of a company; what the change leaves out stays. A new name is also that
// of the people's company. takeNamed links the contacts that have the name as text. The checks run on the
// stored company in the same transaction; their error is returned and nothing is changed.
func (s *Service) Change(ctx context.Context, v leads.Viewer, id string, change leads.CompanyChange, takeNamed bool, checks ...func(leads.Company) error) (leads.Company, error) {
	if change.Empty() && !takeNamed {
		return leads.Company{}, leads.Invalid("name", "Give what is to change: a name, details, owner_id, warning, notes or fields.")
	}
	if err := clean(&change); err != nil {
		return leads.Company{}, err
	}
	return s.changed(ctx, v, id, checks, func(ctx context.Context, tx Tx, was leads.Company) (err error) {
		c := was
		apply(&c, change)
		if change.OwnerID != nil && *change.OwnerID != leads.IDOf(was.Owner) {
			if c.Owner, err = s.newOwner(ctx, tx, v, was, *change.OwnerID); err != nil {
				return err
			}
		}
		if err := settleDetails(ctx, tx, &c); err != nil {
			return err
		}
		custom, err := s.custom(ctx, tx, &c, change.Fields)
		if err != nil {
			return err
		}
		if err := tx.SaveCustom(ctx, leads.CustomOfCompany, c.ID, c.Created, custom); err != nil {
			return err
		}
		changes := differences(was, c)
		for _, one := range custom {
			changes = append(changes, one.Entry())
		}
		if len(changes) > 0 {
			if err := s.save(ctx, tx, v, &c, changes...); err != nil {
				return err
			}
			if err := s.tellContacts(ctx, tx, v, was, c); err != nil {
				return err
			}
		}
		if takeNamed {
			return s.takeNamed(ctx, tx, v, c)
		}
		return nil
	})
}

// Delete deletes a company that has neither people nor shared numbers.
func (s *Service) Delete(ctx context.Context, v leads.Viewer, id string, checks ...func(leads.Company) error) error {
	return s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		c, err := s.toChange(ctx, tx, v, id, checks)
		if err != nil {
			return err
		}
		people, err := tx.PeopleOf(ctx, id)
		if err != nil {
			return err
		}
		if len(people)+len(c.Phones) > 0 {
			return &leads.Problem{Kind: leads.ErrConflict, Title: "The company has people or shared numbers", Reason: ReasonInUse,
				Detail: "Take them out of the company first."}
		}
		if err := tx.DropCompany(ctx, c); err != nil {
			return err
		}
		if err := tx.AddHistory(ctx, s.entry(v, c, leads.HistoryEntry{Field: leads.FieldDeleted, Before: c.Name})); err != nil {
			return err
		}
		return tx.RecordCompany(ctx, leads.EventCompanyDeleted, c)
	})
}

// changed runs a change of a company and returns the company after it.
func (s *Service) changed(ctx context.Context, v leads.Viewer, id string, checks []func(leads.Company) error, change func(context.Context, Tx, leads.Company) error) (leads.Company, error) {
	err := s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		c, err := s.toChange(ctx, tx, v, id, checks)
		if err != nil {
			return err
		}
		return change(ctx, tx, c)
	})
	if err != nil {
		return leads.Company{}, err
	}
	return s.Store.Company(ctx, v, id)
}

// toChange returns a company that the viewer may change.
func (s *Service) toChange(ctx context.Context, tx Tx, v leads.Viewer, id string, checks []func(leads.Company) error) (c leads.Company, err error) {
	if err := tx.LockCompany(ctx, id); err != nil {
		return c, err
	}
	if c, err = tx.Company(ctx, id); err != nil {
		return c, err
	}
	if err := access.MayChangeCompany(v, c); err != nil {
		return c, err
	}
	return c, leads.CheckAll(c, checks)
}

// custom changes custom fields of a company.
func (s *Service) custom(ctx context.Context, tx Tx, c *leads.Company, to leads.CustomValues) (changes []leads.CustomChange, err error) {
	if len(to) == 0 {
		return nil, nil
	}
	all, err := tx.CustomFields(ctx)
	if err != nil {
		return nil, err
	}
	c.Fields, changes, err = c.Fields.Change(all, leads.CustomOfCompany, to, leads.CustomRules{Region: s.Region})
	return changes, err
}

// newOwner returns the user of an id as the owner of a company, nil for an empty id.
func (s *Service) newOwner(ctx context.Context, tx Tx, v leads.Viewer, c leads.Company, id string) (*leads.Person, error) {
	if id == "" {
		return nil, nil
	}
	if err := access.MayOwnCompany(v, c, id); err != nil {
		return nil, err
	}
	return leads.OwnerOf(ctx, tx, id)
}

// settleDetails checks the details of a company, and that no other one has its tax id.
func settleDetails(ctx context.Context, tx Tx, c *leads.Company) error {
	if err := checkDetails(c); err != nil || c.TaxID == "" {
		return err
	}
	other, err := tx.CompanyWithTaxID(ctx, *c)
	if err != nil || other == "" || other == c.ID {
		return err
	}
	return &leads.Problem{Kind: leads.ErrExists, Title: "Another company has this number", Field: "tax_id", Reason: ReasonTaxIDTaken, Value: other,
		Detail: "Open that company, or check the digits."}
}

// save stores a changed company with its history and event.
func (s *Service) save(ctx context.Context, tx Tx, v leads.Viewer, c *leads.Company, changes ...leads.HistoryEntry) error {
	if err := tx.SaveCompany(ctx, *c); err != nil {
		return err
	}
	c.Version++
	for _, e := range changes {
		if err := s.note(ctx, tx, v, *c, e); err != nil {
			return err
		}
	}
	return tx.RecordCompany(ctx, leads.EventCompanyUpdated, *c)
}
