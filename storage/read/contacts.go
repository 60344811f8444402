package read

import (
	"context"

	"ctihub/leads"
)

var contactList = newestFirst("contact_rows", "created", func(r ContactRow) (int64, string) { return r.Created, r.ID })

// Contacts lists the contacts that the viewer may see, newest first.
func (l Lists) Contacts(ctx context.Context, v leads.Viewer, f leads.ContactFilter, p leads.Page) (Page[ContactRow], error) {
	q := newQuery()
	if f.Phone != "" {
		q.startFrom("identities p", "r.id = p.contact_id AND p.kind = 'phone' AND p.value = ?", f.Phone)
	}
	if f.Email != "" {
		q.startFrom("identities e", "r.id = e.contact_id AND e.kind = 'email' AND e.value = ?", f.Email)
	}
	if f.Phone == "" && f.Email == "" {
		started, err := l.startFromViewer(ctx, q, v, contactsOfViewer)
		if err != nil {
			return Page[ContactRow]{}, err
		}
		if !started && f.OwnerID != "" {
			q.startFromTable("contacts", "c", "c.owner_id = ?", f.OwnerID)
		}
	}
	if like := pattern(f.Query); like != "" {
		q.and(`r.search LIKE ? ESCAPE '\'`, like)
	}
	q.equals("r.owner_id", f.OwnerID)
	q.visible(visibleContact(v, "r.id"))
	return contactList.read(ctx, l.On, q, p)
}
