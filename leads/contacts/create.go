package contacts

import (
	"context"
	"errors"
	"slices"

	"ctihub/leads"
)

// ErrKeyUsed says that a key was used before for another contact.
var ErrKeyUsed = &leads.Problem{Kind: leads.ErrConflict, Title: "The key was used for another contact",
	Detail: "A key goes with one contact: use a new one for each that you mean.", Field: "key"}

// Wanted is a contact that a user makes.
type Wanted struct {
	Key                           string // by which a repetition is recognised; empty: none is
	Name, Company, Warning, Notes string
	CompanyID                     string `json:",omitempty"` // in the place of Company
	Role                          string `json:",omitempty"`
	Tags                          []string
	Identities                    []leads.Identity   // as typed
	OwnerID                       string             // empty: the user, if they take leads
	Fields                        leads.CustomValues `json:",omitempty"`
}

// Create makes a contact. A repeated key of the same user returns the contact that has it.
// A problem of kind ErrExists names the contact that holds one of the identities, if the
// user may see it.
func (s *Service) Create(ctx context.Context, u leads.User, w Wanted) (c leads.Contact, err error) {
	ids, change, err := s.check(w)
	if err != nil {
		return c, err
	}
	v := u.Viewer()
	err = s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		if w.Key != "" {
			id, digest, err := tx.ContactMadeAs(ctx, u.ID, w.Key)
			switch {
			case err == nil && digest != leads.RequestDigest(w):
				return ErrKeyUsed
			case err == nil:
				c, err = tx.SeeContact(ctx, v, id)
				return err
			case !errors.Is(err, leads.ErrNotFound):
				return err
			}
		}
		c = leads.Contact{Identities: ids}
		apply(&c, change)
		custom, err := s.custom(ctx, tx, &c, w.Fields)
		if err != nil {
			return err
		}
		company, err := enter(ctx, tx, &c, change)
		if err != nil {
			return err
		}
		owner := w.OwnerID
		if owner == "" && u.TakesLeads() {
			owner = u.ID
		}
		if owner == "" {
			c.Owner = company.Owner
		} else if c.Owner, err = s.newOwner(ctx, tx, v, c, owner); err != nil {
			return err
		}
		for _, id := range ids {
			if err := free(ctx, tx, v, id, "identities"); err != nil {
				return err
			}
		}
		if c, err = tx.AddContact(ctx, c, u.ID, w.Key, leads.RequestDigest(w)); err != nil {
			return err
		}
		if err := tx.SaveCustom(ctx, leads.CustomOfContact, c.ID, c.Created, custom); err != nil {
			return err
		}
		if err := s.note(ctx, tx, v, c, leads.HistoryEntry{Field: leads.FieldCreated, After: c.Name}); err != nil {
			return err
		}
		return tx.RecordContact(ctx, leads.EventContactCreated, c, u.ID)
	})
	return c, err
}

// check cleans what a user wants of a new contact.
func (s *Service) check(w Wanted) (ids []leads.Identity, change leads.ContactChange, err error) {
	for _, i := range w.Identities {
		id, err := leads.TypedIdentity("identities", i.Kind, i.Value, s.Region)
		if err != nil {
			return nil, change, err
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if len(ids) > leads.MaxIdentities {
		return nil, change, leads.Invalid("identities", "There are too many: "+leads.OutOf(len(ids), leads.MaxIdentities)+".")
	}
	change = leads.ContactChange{Name: &w.Name, Company: &w.Company, Role: &w.Role, Warning: &w.Warning, Notes: &w.Notes, Tags: &w.Tags}
	if w.CompanyID != "" {
		change.CompanyID = &w.CompanyID
	}
	if err := clean(&change); err != nil {
		return nil, change, err
	}
	if *change.Name == "" && *change.Company == "" && w.CompanyID == "" && len(ids) == 0 {
		return nil, change, leads.Invalid("name", "Give a name, a company, a phone number or an e-mail address.")
	}
	return ids, change, nil
}
