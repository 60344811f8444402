package storage

import (
	"context"

	"ctihub/leads"
	"ctihub/storage/batch"
	"ctihub/storage/db"
)

// ownerChange is a contact that gets another owner; empty ids: none.
type ownerChange struct{ ContactID, Former, Owner string }

var (
	// lockContact is lockContacts for contacts by their ids.
	lockContact = batch.NewUpdate[oneID]("locking contacts", batch.AnyRows, `
SELECT c.id FROM v JOIN contacts c ON c.id = v.id ORDER BY c.id FOR UPDATE OF c`, "id")

	// dropOwnerSights removes the rows of the former owner of a contact, and the row by which
	// the new one saw it as the manager of a lead.
	dropOwnerSights = batch.NewUpdate[ownerChange]("removing who saw a contact", batch.AnyRows, `
DELETE FROM sights WHERE (viewer, kind, at, id) IN (
    SELECT v.former, 'touch', i.at, i.id FROM v CROSS JOIN interactions i WHERE i.contact_id = v.contact_id AND v.former <> ''
    UNION ALL SELECT v.owner, 'contact', c.created, c.id FROM v CROSS JOIN contacts c WHERE c.id = v.contact_id AND v.owner <> '')`,
		"contact_id", "former", "owner")

	// addOwnerSights adds what its owner and the managers of its leads see of a contact.
	addOwnerSights = batch.NewUpdate[oneID]("adding who sees a contact", batch.AnyRows,
		`, k AS (SELECT n.id, n.created, n.owner_id FROM v CROSS JOIN contacts n WHERE n.id = v.id),
i AS (SELECT n.id, n.at, n.channel, n.contact_id, n.lead_id FROM k CROSS JOIN interactions n WHERE n.contact_id = k.id)`+
			insertSights+sightsOfTouches+and+sightsOfContacts+onConflict, "id")
)

// SetOwner gives a contact another owner, or none, with the rows of who sees it and its tasks.
// It conflicts if the contact got another owner since it was read.
func (t *Tx) SetOwner(ctx context.Context, c leads.Contact, owner *leads.Person) error {
	former, next := leads.IDOf(c.Owner), leads.IDOf(owner)
	if err := t.LockContacts(ctx, c.ID); err != nil {
		return err
	}
	if err := requireRow(t.q.SetContactOwner(ctx, db.SetContactOwnerParams{ID: c.ID, OwnerID: orNull(next), OldOwnerID: former})); err != nil {
		return err
	}
	dropOwnerSights.Queue(t, ownerChange{c.ID, former, next})
	addOwnerSights.Queue(t, oneID{c.ID})
	holdTasksOfContact.Queue(t, oneID{c.ID})
	return t.Flush(ctx)
}
