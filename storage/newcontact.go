package storage

import (
	"context"

	"ctihub/leads"
	"ctihub/storage/db"
)

// ContactMadeAs returns the contact that a user made by a key, and the digest of what was
// asked for.
func (t *Tx) ContactMadeAs(ctx context.Context, userID, key string) (contactID, digest string, err error) {
	row, err := t.q.ContactMadeAs(ctx, db.ContactMadeAsParams{UserID: userID, AskedAs: key})
	return row.ContactID, row.Digest, orNotFound(err)
}

// AddContact stores a new contact with its identities and tags, and the key of the request
// unless that is empty.
func (t *Tx) AddContact(ctx context.Context, c leads.Contact, userID, key, digest string) (leads.Contact, error) {
	ids := c.Identities
	c.ID, c.Created, c.Version, c.Identities = newID(), t.s.now(), 1, []leads.Identity{}
	all := c
	all.Identities = ids
	if err := t.q.InsertContact(ctx, db.InsertContactParams{
		ID: c.ID, Name: c.Name, Company: c.Company, CompanyID: orNull(c.CompanyID), Role: c.Role, Line: c.Line, OwnerID: orNull(leads.IDOf(c.Owner)), MainKey: mainKey(ids, nil), Search: searchOf(all, nil),
		Created: micros(c.Created), Warning: c.Warning, Notes: c.Notes,
	}); err != nil {
		return c, err
	}
	for _, id := range ids {
		if err := t.AddIdentity(ctx, c, id); err != nil {
			return c, err
		}
		c.Identities = append(c.Identities, id)
	}
	if key != "" {
		if err := t.q.NoteMadeContact(ctx, db.NoteMadeContactParams{UserID: userID, AskedAs: key, ContactID: c.ID, Digest: digest}); err != nil {
			return c, err
		}
	}
	return c, t.SetTags(ctx, c)
}

// SetTags replaces the tags of a contact.
func (t *Tx) SetTags(ctx context.Context, c leads.Contact) error {
	if err := t.q.DropTags(ctx, c.ID); err != nil {
		return err
	}
	for n, tag := range c.Tags {
		if err := t.q.InsertTag(ctx, db.InsertTagParams{
			ContactID: c.ID, Folded: fold(tag), Tag: tag, Position: int64(n), Created: micros(c.Created),
		}); err != nil {
			return err
		}
	}
	return nil
}
