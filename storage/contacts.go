package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"ctihub/leads"
	"ctihub/storage/db"
)

// Contacts lists the contacts that the viewer may see, newest first.
func (s *Store) Contacts(ctx context.Context, v leads.Viewer, f leads.ContactFilter, p leads.Page) (leads.List[leads.Contact], error) {
	beforeAt, beforeID, most, err := newestFirst(p)
	if err != nil {
		return leads.List[leads.Contact]{}, err
	}
	if f.Phone != "" || f.Email != "" {
		return s.contactsByIdentity(ctx, v, f, p)
	}
	var rows []db.ContactRow
	q, err := s.listOfViewer(ctx, v, contactsOfViewer)
	if err == nil {
		rows, err = q.ListContacts(ctx, db.ListContactsParams{
			BeforeAt: beforeAt, BeforeID: beforeID, Query: pattern(f.Query), OwnerID: f.OwnerID,
			SeesAll: v.Role.SeesAll(), Viewer: v.UserID, Most: int32(most + 1),
		})
	}
	if err != nil {
		return leads.List[leads.Contact]{}, fmt.Errorf("listing contacts: %w", err)
	}
	return listOf(rows, most, contactOf, func(r db.ContactRow) place { return placeAt(r.Created, r.ID) }), nil
}

// contactsByIdentity lists the one contact that holds an exact phone or
// e-mail, if it fits the rest of the filter.
func (s *Store) contactsByIdentity(ctx context.Context, v leads.Viewer, f leads.ContactFilter, p leads.Page) (leads.List[leads.Contact], error) {
	none := leads.List[leads.Contact]{Items: []leads.Contact{}}
	if p.Cursor != "" {
		return none, nil // there is no second page of one
	}
	phone, email := leads.Identity{Kind: leads.KindPhone, Value: f.Phone}, leads.Identity{Kind: leads.KindEmail, Value: f.Email}
	first := phone
	if f.Phone == "" {
		first = email
	}
	row, err := s.read.SeeContactByIdentity(ctx, db.SeeContactByIdentityParams{
		Kind: string(first.Kind), Value: first.Value, SeesAll: v.Role.SeesAll(), Viewer: v.UserID,
	})
	if errors.Is(err, sql.ErrNoRows) {
		return none, nil
	} else if err != nil {
		return none, fmt.Errorf("finding a contact: %w", err)
	}
	c := contactOf(row)
	search := strings.Trim(pattern(f.Query), "%")
	if f.Email != "" && !slices.Contains(c.Identities, email) || f.OwnerID != "" && f.OwnerID != row.OwnerID ||
		!strings.Contains(row.Search, strings.NewReplacer(`\%`, "%", `\_`, "_", `\\`, `\`).Replace(search)) {
		return none, nil
	}
	return leads.List[leads.Contact]{Items: []leads.Contact{c}}, nil
}

// Contact returns one contact that the viewer may see.
func (s *Store) Contact(ctx context.Context, v leads.Viewer, id string) (leads.Contact, error) {
	row, err := s.read.SeeContact(ctx, db.SeeContactParams{ID: id, SeesAll: v.Role.SeesAll(), Viewer: v.UserID})
	if err != nil {
		return leads.Contact{}, fmt.Errorf("contact %q: %w", id, found(err))
	}
	c := contactOf(row)
	c.Offered, err = offeredTo(ctx, s.read, id)
	return c, err
}

// Limits of what people type, in bytes.
const maxTyped = 400

// ChangeContact changes the name or the company of a contact; what the change
// leaves out stays. The checks see the contact as it is, in the transaction of
// the change: an error of theirs is returned and nothing is changed. Saying what
// is there already changes nothing and makes no event.
func (s *Store) ChangeContact(ctx context.Context, v leads.Viewer, id string, change leads.ContactChange, checks ...func(leads.Contact) error) (c leads.Contact, err error) {
	name, company := typedOr(change.Name), typedOr(change.Company)
	if len(name) > maxTyped || len(company) > maxTyped {
		return c, fmt.Errorf("%w: name or company is too long", leads.ErrInvalid)
	}
	err = s.decideBulk(ctx, func(ctx context.Context, b *bulk) error {
		q := b.q
		c = leads.Contact{}
		row, err := q.SeeContact(ctx, db.SeeContactParams{ID: id, SeesAll: v.Role.SeesAll(), Viewer: v.UserID})
		if err != nil {
			return found(err)
		}
		c = contactOf(row)
		if c.Offered, err = offeredTo(ctx, q, id); err != nil {
			return err
		}
		if err := passes(c, checks); err != nil {
			return err
		}
		was := c
		if change.Name != nil {
			c.Name = name
		}
		if change.Company != nil {
			c.Company = company
		}
		if c.Name == was.Name && c.Company == was.Company {
			return nil
		}
		if err := saveContact(ctx, q, c, row.Version); err != nil {
			return err
		}
		watchers, err := q.ManagersOfContact(ctx, id)
		if err != nil {
			return err
		}
		told := c
		told.Offered = nil
		return b.record(ctx, leads.EventBody{Type: leads.EventContactUpdated, Contact: &told}, append(watchers, v.UserID, row.OwnerID)...)
	})
	if err != nil {
		return leads.Contact{}, fmt.Errorf("changing contact %q: %w", id, err)
	}
	return c, nil
}

// passes returns the first error of the checks of a record.
func passes[T any](record T, checks []func(T) error) error {
	for _, check := range checks {
		if err := check(record); err != nil {
			return err
		}
	}
	return nil
}

// typed folds the white space of a line that a person typed.
func typed(s string) string { return strings.Join(strings.Fields(text(s)), " ") }

// typedOr is typed of a line that may be left out.
func typedOr(s *string) string {
	if s == nil {
		return ""
	}
	return typed(*s)
}

// saveContact writes a contact that was read with this version.
func saveContact(ctx context.Context, q *db.Queries, c leads.Contact, version int64) error {
	unread, err := q.UnreadOf(ctx, db.UnreadOfParams{ContactID: c.ID, Most: offersMost})
	if err != nil {
		return err
	}
	return one(q.UpdateContact(ctx, db.UpdateContactParams{
		ID: c.ID, Name: c.Name, Company: c.Company, MainKey: mainKey(c.Identities, unread), Search: searchOf(c, unread), Version: version,
	}))
}

// valuesOf are the values alone.
func valuesOf(ids []leads.Identity) (values []string) {
	for _, id := range ids {
		values = append(values, id.Value)
	}
	return values
}

// mainKey is by what a contact is shown: its first phone, else its first
// identity, else what of it cannot be read.
func mainKey(ids []leads.Identity, unread []string) string {
	for _, id := range ids {
		if id.Kind == leads.KindPhone {
			return id.Value
		}
	}
	if len(ids) > 0 {
		return ids[0].Value
	}
	if len(unread) > 0 {
		return unread[0]
	}
	return ""
}

// searchOf is what a contact is found by.
func searchOf(c leads.Contact, unread []string) string {
	parts := append([]string{c.Name, c.Company}, valuesOf(c.Identities)...)
	for _, u := range unread {
		parts = append(parts, u, digitsOf(u)) // a query that looks like a number is its digits
	}
	return fold(parts...)
}
