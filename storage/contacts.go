package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"ctihub/leads"
	"ctihub/storage/db"
	"ctihub/storage/read"
)

// Contact returns one contact that the viewer may see, with its details. By the id of one that
// was merged into another it returns that one.
func (s *Store) Contact(ctx context.Context, v leads.Viewer, id string) (leads.Contact, error) {
	c, err := seeContact(ctx, s.read, v, id)
	if !errors.Is(err, leads.ErrNotFound) {
		return c, err
	}
	stays, missing := s.joinedWith(ctx, err, "contact", id)
	if missing != nil {
		return c, missing
	}
	return s.Contact(ctx, v, stays)
}

// joinedWith returns the id of the record with which a missing contact or lead was joined by a
// merge; without one, the error that says that it is missing.
func (s *Store) joinedWith(ctx context.Context, missing error, kind, id string) (string, error) {
	stays, err := s.read.JoinedWith(ctx, db.JoinedWithParams{ID: id, Kind: kind})
	if errors.Is(err, sql.ErrNoRows) {
		return "", missing
	}
	return stays, err
}

// SeeContact returns a contact that the viewer may see, with its details.
func (t *Tx) SeeContact(ctx context.Context, v leads.Viewer, id string) (leads.Contact, error) {
	return seeContact(ctx, t.q, v, id)
}

func seeContact(ctx context.Context, q *db.Queries, v leads.Viewer, id string) (leads.Contact, error) {
	row, err := q.SeeContact(ctx, db.SeeContactParams{ID: id, SeesAll: v.Role.SeesAll(), Viewer: v.UserID})
	if err != nil {
		return leads.Contact{}, fmt.Errorf("contact %q: %w", id, orNotFound(err))
	}
	c := contactOf(row)
	c.Notes = row.Notes
	c.Offered, err = offeredTo(ctx, q, id)
	return c, err
}

// Limits of what people type, in bytes.
const maxTyped = 400

// SaveContact stores the name, the company, the role, the warning, the notes and the main key of a
// contact; it conflicts if the contact changed since it was read.
func (t *Tx) SaveContact(ctx context.Context, c leads.Contact) error {
	unread, err := t.q.UnreadOf(ctx, db.UnreadOfParams{ContactID: c.ID, Most: offersMost})
	if err != nil {
		return err
	}
	return requireRow(t.q.UpdateContact(ctx, db.UpdateContactParams{
		ID: c.ID, Name: c.Name, Company: c.Company, CompanyID: orNull(c.CompanyID), Role: c.Role, Warning: c.Warning, Notes: c.Notes,
		MainKey: mainKey(c.Identities, unread), Search: searchOf(c, unread), Version: c.Version,
	}))
}

// RecordContact records an event of a contact, for its owner, the managers of its leads and
// the users named.
func (t *Tx) RecordContact(ctx context.Context, kind leads.EventType, c leads.Contact, userIDs ...string) error {
	watchers, err := t.q.ManagersOfContact(ctx, c.ID)
	if err != nil {
		return err
	}
	if c.Owner != nil {
		watchers = append(watchers, c.Owner.ID)
	}
	c.ContactDetails = leads.ContactDetails{}
	return t.record(ctx, leads.EventBody{Type: kind, Contact: &c}, append(watchers, userIDs...)...)
}

// oneLine cleans a text and folds its white space.
func oneLine(s string) string { return leads.OneSpace(cleanText(s)) }

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

// fold is leads.Fold of cleaned texts.
func fold(parts ...string) string { return leads.Fold(cleanText(strings.Join(parts, " "))) }

// searchOf returns the text in which contacts are searched.
func searchOf(c leads.Contact, unread []string) string {
	parts := append([]string{c.Name, c.Company}, valuesOf(c.Identities)...)
	for _, u := range unread {
		parts = append(parts, u, read.DigitsOf(u)) // a query that looks like a number is its digits
	}
	return fold(parts...)
}
