package storage

import (
	"context"
	"fmt"
	"strings"

	"ctihub/leads"
	"ctihub/storage/db"
	"ctihub/storage/read"
)

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

// SeeContact returns a contact that the viewer may see, with its offers.
func (t *Tx) SeeContact(ctx context.Context, v leads.Viewer, id string) (leads.Contact, error) {
	row, err := t.q.SeeContact(ctx, db.SeeContactParams{ID: id, SeesAll: v.Role.SeesAll(), Viewer: v.UserID})
	if err != nil {
		return leads.Contact{}, fmt.Errorf("contact %q: %w", id, found(err))
	}
	c := contactOf(row)
	c.Offered, err = offeredTo(ctx, t.q, id)
	return c, err
}

// SaveContact stores the name, the company and the key by which a contact is
// shown, as it was read.
func (t *Tx) SaveContact(ctx context.Context, c leads.Contact) error {
	return saveContact(ctx, t.q, c, c.Version)
}

// RecordContact records that a contact was changed, for its owner, the managers
// of its leads and the user named.
func (t *Tx) RecordContact(ctx context.Context, c leads.Contact, userID string) error {
	watchers, err := t.q.ManagersOfContact(ctx, c.ID)
	if err != nil {
		return err
	}
	if c.Owner != nil {
		watchers = append(watchers, c.Owner.ID)
	}
	c.Offered = nil
	return t.record(ctx, leads.EventBody{Type: leads.EventContactUpdated, Contact: &c}, append(watchers, userID)...)
}

// typed folds the white space of a line that a person typed.
func typed(s string) string { return leads.OneSpace(text(s)) }

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

// fold is read.Fold of texts, which both databases take then.
func fold(parts ...string) string { return read.Fold(text(strings.Join(parts, " "))) }

// searchOf is what a contact is found by.
func searchOf(c leads.Contact, unread []string) string {
	parts := append([]string{c.Name, c.Company}, valuesOf(c.Identities)...)
	for _, u := range unread {
		parts = append(parts, u, read.DigitsOf(u)) // a query that looks like a number is its digits
	}
	return fold(parts...)
}
