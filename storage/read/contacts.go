package read

import (
	"context"

	"ctihub/leads"
)

var contactList = newest("contact_rows", "created", func(r ContactRow) (int64, string) { return r.Created, r.ID })

// Contacts lists the contacts that the viewer may see, newest first.
func (l Lists) Contacts(ctx context.Context, v leads.Viewer, f leads.ContactFilter, p leads.Page) (Page[ContactRow], error) {
	q := newQuery()
	if f.Phone != "" {
		q.begin("identities p", "r.id = p.contact_id AND p.kind = 'phone' AND p.value = ?", f.Phone)
	}
	if f.Email != "" {
		q.begin("identities e", "r.id = e.contact_id AND e.kind = 'email' AND e.value = ?", f.Email)
	}
	if f.Phone == "" && f.Email == "" {
		began, err := l.beginAtViewer(ctx, q, v, contactsOfViewer)
		if err != nil {
			return Page[ContactRow]{}, err
		}
		if !began && f.OwnerID != "" {
			q.beginAt("contacts", "c", "c.owner_id = ?", f.OwnerID)
		}
	}
	if like := pattern(f.Query); like != "" {
		q.and(`r.search LIKE ? ESCAPE '\'`, like)
	}
	q.is("r.owner_id", f.OwnerID)
	q.visible(seenContact(v, "r.id"))
	return contactList.read(ctx, l.On, q, p)
}
