package storage

import (
	"context"
	"fmt"
	"strings"

	"ctihub/leads"
	"ctihub/leads/search"
	"ctihub/storage/db"
	"ctihub/storage/read"
)

// Contact returns one contact that the viewer may see.
func (s *Store) Contact(ctx context.Context, v leads.Viewer, id string) (leads.Contact, error) {
	row, err := s.read.SeeContact(ctx, db.SeeContactParams{ID: id, SeesAll: v.Role.SeesAll(), Viewer: v.UserID})
	if err != nil {
		return leads.Contact{}, fmt.Errorf("contact %q: %w", id, orNotFound(err))
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
		return leads.Contact{}, fmt.Errorf("contact %q: %w", id, orNotFound(err))
	}
	c := contactOf(row)
	c.Offered, err = offeredTo(ctx, t.q, id)
	return c, err
}

// SaveContact stores the name, the company and the main key of a contact; it conflicts if
// the contact changed since it was read.
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

// oneLine cleans a text and folds its white space.
func oneLine(s string) string { return leads.OneSpace(cleanText(s)) }

// saveContact updates a contact; it conflicts if the version changed.
func saveContact(ctx context.Context, q *db.Queries, c leads.Contact, version int64) error {
	unread, err := q.UnreadOf(ctx, db.UnreadOfParams{ContactID: c.ID, Most: offersMost})
	if err != nil {
		return err
	}
	return requireRow(q.UpdateContact(ctx, db.UpdateContactParams{
		ID: c.ID, Name: c.Name, Company: c.Company, MainKey: mainKey(c.Identities, unread), Search: searchOf(c, unread), Version: version,
	}))
}

// valuesOf returns the values of identities.
func valuesOf(ids []leads.Identity) (values []string) {
	for _, id := range ids {
		values = append(values, id.Value)
	}
	return values
}

// mainKey is shown for a contact without a name: its first phone, else its first identity,
// else its first unread text.
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

// fold is search.Fold of cleaned texts.
func fold(parts ...string) string { return search.Fold(cleanText(strings.Join(parts, " "))) }

// searchOf returns the text in which contacts are searched.
func searchOf(c leads.Contact, unread []string) string {
	parts := append([]string{c.Name, c.Company}, valuesOf(c.Identities)...)
	for _, u := range unread {
		parts = append(parts, u, read.DigitsOf(u)) // a query that looks like a number is its digits
	}
	return fold(parts...)
}
