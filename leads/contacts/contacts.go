// Package contacts makes and changes contacts: their names, owners, tags and notes, and the
// phones and addresses by which customers are recognised. Every change that a user makes is
// written into the contact's history.
package contacts

import (
	"context"
	"slices"
	"strings"
	"time"

	"ctihub/leads"
	"ctihub/leads/access"
)

// Store is what the service needs from storage.
type Store interface {
	// Tx runs f in one transaction, and retries it from the start on a conflict. The
	// events that f records are published after the commit.
	Tx(ctx context.Context, f func(ctx context.Context, tx Tx) error) error
	// Contact returns a contact that the viewer may see, with its details.
	Contact(ctx context.Context, v leads.Viewer, id string) (leads.Contact, error)
}

// Tx is a transaction of the service.
type Tx interface {
	// SeeContact returns a contact that the viewer may see, with its details.
	SeeContact(ctx context.Context, v leads.Viewer, id string) (leads.Contact, error)
	User(ctx context.Context, id string) (leads.User, error)
	// SaveContact stores the name, the company, the role, the warning, the notes and the key by which
	// a contact is shown, unless another writer changed it since it was read.
	SaveContact(ctx context.Context, c leads.Contact) error
	// SetOwner gives a contact another owner, or none, unless it got another one since it
	// was read.
	SetOwner(ctx context.Context, c leads.Contact, owner *leads.Person) error
	// SetTags replaces the tags of a contact.
	SetTags(ctx context.Context, c leads.Contact) error
	// CustomFields returns all custom fields, retired ones too.
	CustomFields(ctx context.Context) ([]leads.CustomField, error)
	// SaveCustom stores changes of the custom fields of a record that was created then, unless
	// another writer changed one of them since it was read.
	SaveCustom(ctx context.Context, o leads.CustomObject, recordID string, created time.Time, changes []leads.CustomChange) error
	// RecordContact records an event of a contact, for its owner, the managers of its
	// leads and the users named.
	RecordContact(ctx context.Context, kind leads.EventType, c leads.Contact, userIDs ...string) error

	// ContactMadeAs returns the contact that a user made by a key, and the digest of what
	// was asked for.
	ContactMadeAs(ctx context.Context, userID, key string) (contactID, digest string, err error)
	// AddContact stores a new contact with its identities and tags, and the key of the
	// request unless that is empty.
	AddContact(ctx context.Context, c leads.Contact, userID, key, digest string) (leads.Contact, error)

	leads.NoteHistory

	// Offer returns what was offered to a contact, and how it was decided: empty,
	// or one of the decisions.
	Offer(ctx context.Context, contactID, id string) (leads.Offer, leads.OfferDecision, error)
	// DecideOffer stores the decision of a user, unless it was decided before.
	DecideOffer(ctx context.Context, id string, d leads.OfferDecision, userID string) (decided bool, err error)

	// DecideDuplicate stores what a user decided about two contacts; leads.ErrNotFound if they were
	// never suggested.
	DecideDuplicate(ctx context.Context, a, b string, state leads.DuplicateState, userID string) (changed bool, err error)

	// Company returns a company; leads.ErrNotFound for none.
	Company(ctx context.Context, id string) (leads.Company, error)
	// CompanyNamed returns the company of a name, in any case; leads.ErrNotFound when none has it, or
	// several have.
	CompanyNamed(ctx context.Context, name string) (leads.Company, error)
	// CompanyOfDomain returns the id of the company that has a mail domain, empty for none.
	CompanyOfDomain(ctx context.Context, domain string) (id string, err error)
	// WholeContact returns a contact with its notes, whoever sees it.
	WholeContact(ctx context.Context, id string) (leads.Contact, error)

	// HolderOf returns the contact that holds an identity, empty for none.
	HolderOf(ctx context.Context, id leads.Identity) (contactID string, err error)
	// AddIdentity gives a contact one more identity.
	AddIdentity(ctx context.Context, c leads.Contact, id leads.Identity) error
	// ReplaceIdentity puts another identity in the place of one of a contact.
	ReplaceIdentity(ctx context.Context, c leads.Contact, was, is leads.Identity) error
	// RemoveIdentity takes an identity from a contact.
	RemoveIdentity(ctx context.Context, c leads.Contact, id leads.Identity) error

	MergeTx
}

// Service changes contacts for users who may see them.
type Service struct {
	Store  Store
	Region string // ISO 3166-1 alpha-2, for national phone numbers
	Now    func() time.Time
}

// Change changes fields of a contact; what the change leaves out stays. The checks run on
// the stored contact in the same transaction; their error is returned and nothing is
// changed. Equal values change and record nothing.
func (s *Service) Change(ctx context.Context, v leads.Viewer, id string, change leads.ContactChange, checks ...func(leads.Contact) error) (c leads.Contact, err error) {
	if change.Empty() {
		return c, leads.Invalid("name", "Give what is to change: a name, company, role, owner_id, tags, warning, notes or fields.")
	}
	if err := clean(&change); err != nil {
		return c, err
	}
	err = s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		if c, err = tx.SeeContact(ctx, v, id); err != nil {
			return err
		}
		if err := leads.CheckAll(c, checks); err != nil {
			return err
		}
		was := c
		if err := ofLine(c, change); err != nil {
			return err
		}
		apply(&c, change)
		if err := link(ctx, tx, was, &c, change); err != nil {
			return err
		}
		custom, err := s.custom(ctx, tx, &c, change.Fields)
		if err != nil {
			return err
		}
		if change.OwnerID != nil && *change.OwnerID != leads.IDOf(was.Owner) {
			if c.Owner, err = s.newOwner(ctx, tx, v, was, *change.OwnerID); err != nil {
				return err
			}
			if err := tx.SetOwner(ctx, was, c.Owner); err != nil {
				return err
			}
		}
		return s.save(ctx, tx, v, was, &c, custom...)
	})
	return c, err
}

// custom changes custom fields of a contact.
func (s *Service) custom(ctx context.Context, tx Tx, c *leads.Contact, to leads.CustomValues) (changes []leads.CustomChange, err error) {
	if len(to) == 0 {
		return nil, nil
	}
	all, err := tx.CustomFields(ctx)
	if err != nil {
		return nil, err
	}
	c.Fields, changes, err = c.Fields.Change(all, leads.CustomOfContact, to, leads.CustomRules{Region: s.Region})
	return changes, err
}

// save stores what was changed of a contact, with its history and event.
func (s *Service) save(ctx context.Context, tx Tx, v leads.Viewer, was leads.Contact, c *leads.Contact, custom ...leads.CustomChange) error {
	changes := differences(was, *c)
	for _, change := range custom {
		changes = append(changes, change.Entry())
	}
	if len(changes) == 0 {
		return nil
	}
	if err := tx.SaveContact(ctx, *c); err != nil {
		return err
	}
	c.Version++
	if !slices.Equal(was.Tags, c.Tags) {
		if err := tx.SetTags(ctx, *c); err != nil {
			return err
		}
	}
	if err := tx.SaveCustom(ctx, leads.CustomOfContact, c.ID, c.Created, custom); err != nil {
		return err
	}
	for _, e := range changes {
		if err := s.note(ctx, tx, v, *c, e); err != nil {
			return err
		}
	}
	return tx.RecordContact(ctx, leads.EventContactUpdated, *c, v.UserID, leads.IDOf(was.Owner))
}

// newOwner returns the user of an id as the owner of a contact, nil for an empty id.
func (s *Service) newOwner(ctx context.Context, tx Tx, v leads.Viewer, c leads.Contact, id string) (*leads.Person, error) {
	if err := access.MayChangeOwner(v, c, id); err != nil || id == "" {
		return nil, err
	}
	return leads.OwnerOf(ctx, tx, id)
}

// apply changes the fields of a contact, save its owner.
func apply(c *leads.Contact, change leads.ContactChange) {
	for _, f := range []struct {
		field *string
		to    *string
	}{{&c.Name, change.Name}, {&c.Company, change.Company}, {&c.Role, change.Role}, {&c.Warning, change.Warning}, {&c.Notes, change.Notes}} {
		if f.to != nil {
			*f.field = *f.to
		}
	}
	if change.Tags != nil {
		c.Tags = *change.Tags
	}
}

// tagSeparator is between the tags of a contact in its history.
const tagSeparator = ", "

// differences returns what was changed of a contact, in the order of the fields.
func differences(was, is leads.Contact) (changes []leads.HistoryEntry) {
	add := func(field leads.HistoryField, before, after string) {
		changes = append(changes, leads.HistoryEntry{Field: field, Before: before, After: after})
	}
	if was.Name != is.Name {
		add(leads.FieldName, was.Name, is.Name)
	}
	switch {
	case was.Company != is.Company:
		add(leads.FieldCompany, was.Company, is.Company)
	case was.CompanyID != is.CompanyID:
		add(leads.FieldCompany, "", is.Company)
	}
	if was.Role != is.Role {
		add(leads.FieldRole, was.Role, is.Role)
	}
	if leads.IDOf(was.Owner) != leads.IDOf(is.Owner) {
		add(leads.FieldOwner, leads.NameOf(was.Owner), leads.NameOf(is.Owner))
	}
	if !slices.Equal(was.Tags, is.Tags) {
		add(leads.FieldTags, strings.Join(was.Tags, tagSeparator), strings.Join(is.Tags, tagSeparator))
	}
	if was.Warning != is.Warning {
		add(leads.FieldWarning, was.Warning, is.Warning)
	}
	if was.Notes != is.Notes {
		add(leads.FieldNotes, was.Notes, is.Notes)
	}
	return changes
}
