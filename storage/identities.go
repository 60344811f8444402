package storage

import (
	"context"
	"errors"

	"ctihub/leads"
	"ctihub/storage/db"
)

// HolderOf returns the contact that holds an identity, empty for none.
func (t *Tx) HolderOf(ctx context.Context, id leads.Identity) (contactID string, err error) {
	contactID, err = t.q.IdentityHolder(ctx, db.IdentityHolderParams{Kind: string(id.Kind), Value: id.Value})
	if err = orNotFound(err); errors.Is(err, leads.ErrNotFound) {
		return "", nil
	}
	return contactID, err
}

// AddIdentity gives a contact one more identity.
func (t *Tx) AddIdentity(ctx context.Context, c leads.Contact, id leads.Identity) error {
	tables.identities.Insert(t, db.Identity{
		Kind: string(id.Kind), Value: id.Value, ContactID: c.ID, Position: int64(len(c.Identities)), Added: micros(t.s.now()),
	})
	return t.Flush(ctx)
}

// ReplaceIdentity puts another identity in the place of one of a contact; it conflicts if the
// contact does not have that one any more.
func (t *Tx) ReplaceIdentity(ctx context.Context, c leads.Contact, was, is leads.Identity) error {
	return requireRow(t.q.MoveIdentity(ctx, db.MoveIdentityParams{
		ContactID: c.ID, OldKind: string(was.Kind), OldValue: was.Value, Kind: string(is.Kind), Value: is.Value,
	}))
}

// RemoveIdentity takes an identity from a contact, and counts the later ones anew.
func (t *Tx) RemoveIdentity(ctx context.Context, c leads.Contact, id leads.Identity) error {
	position, err := t.q.DropIdentity(ctx, db.DropIdentityParams{Kind: string(id.Kind), Value: id.Value, ContactID: c.ID})
	if err != nil {
		return orNotFound(err)
	}
	return t.q.CloseGap(ctx, db.CloseGapParams{ContactID: c.ID, Position: position})
}
