package read

import (
	"context"

	"ctihub/leads"
	"ctihub/leads/search"
)

var contactList = newestFirst("contact_rows", func(r ContactRow) (int64, string) { return r.Created, r.ID }).sortedBy(map[leads.Order]sorting{
	leads.ByName: {from: "contacts t", id: "t.id", key: "t.name", first: "", narrow: "owner_id"},
})

// Contacts lists the contacts that the viewer may see, newest first unless the page has an
// order.
func (l Lists) Contacts(ctx context.Context, v leads.Viewer, f leads.ContactFilter, p leads.Page) (Page[ContactRow], error) {
	from, err := l.viewpoint(ctx, v)
	if err != nil {
		return Page[ContactRow]{}, err
	}
	q := &query{}
	f = addContacts(q, from, f)
	if f.OwnerID != "" {
		q.filter("t.owner_id = ?", f.OwnerID)
	}
	if f.CompanyID != "" {
		q.filter("t.company_id = ? AND NOT t.line", f.CompanyID)
	}
	if f.Tag != "" {
		q.filter("EXISTS (SELECT 1 FROM contact_tags g WHERE g.contact_id = t.id AND g.folded = ? LIMIT 1 OFFSET 0)", leads.Fold(f.Tag))
	}
	if like := pattern(f.Query); like != "" {
		q.boundless = true
		if err := l.searched(ctx, q, "t.search", like, map[leads.CustomObject]string{leads.CustomOfContact: "t.id"}); err != nil {
			return Page[ContactRow]{}, err
		}
	}
	q.fields("t.id", f.Fields)
	return contactList.read(ctx, l, q, p)
}

// ContactsWith lists those of the contacts that the viewer may see whose texts have one of the
// parts of each of the terms. It looks at a bounded number of contacts, see Lists.Look.
func (l Lists) ContactsWith(ctx context.Context, v leads.Viewer, terms []search.Term, p leads.Page) (Page[ContactRow], error) {
	from, err := l.viewpoint(ctx, v)
	if err != nil {
		return Page[ContactRow]{}, err
	}
	q := &query{}
	addContacts(q, from, leads.ContactFilter{})
	if err := l.withTerms(ctx, q, leads.CustomOfContact, terms); err != nil {
		return Page[ContactRow]{}, err
	}
	return contactList.read(ctx, l, q, p)
}

func contactStream(conditions ...clause) stream {
	return stream{from: "contacts t", key: "t.created", id: "t.id", where: conditions}
}

// addContacts adds the streams of the contacts that the viewer sees, and returns what of the
// filter they leave to do.
func addContacts(q *query, v viewpoint, f leads.ContactFilter) leads.ContactFilter {
	switch {
	case f.Phone != "" || f.Email != "":
		var is []clause
		for _, key := range [][2]string{{"phone", f.Phone}, {"email", f.Email}} {
			if key[1] != "" {
				is = append(is, where("t.id = (SELECT d.contact_id FROM identities d WHERE d.kind = '"+key[0]+"' AND d.value = ?)", key[1]))
			}
		}
		q.add(contactStream(append(is, visibleContact(v, "t.id"))...))
	case f.CompanyID != "":
		s := contactStream(where("t.company_id = ? AND NOT t.line", f.CompanyID))
		if !v.all {
			s = s.with(visibleContact(v, "t.id"))
		}
		q.add(s)
		f.CompanyID = ""
	case v.all && len(f.Fields) > 0:
		q.add(fieldStream(f.Fields, "LEFT JOIN contacts t ON t.id = g.record_id"))
	case v.all && f.Tag != "":
		q.add(stream{
			from: "contact_tags g", key: "g.created", id: "g.contact_id", where: []clause{where("g.folded = ?", leads.Fold(f.Tag))},
			join: "LEFT JOIN contacts t ON t.id = g.contact_id",
		})
		f.Tag = ""
	case v.all && f.OwnerID != "":
		q.add(contactStream(where("t.owner_id = ?", f.OwnerID)))
		f.OwnerID = ""
	case v.all:
		q.add(contactStream())
	default:
		if f.OwnerID == "" || f.OwnerID == v.user {
			q.add(contactStream(where("t.owner_id = ?", v.user)))
		}
		for _, s := range v.sights("contact") {
			s.join = "LEFT JOIN contacts t ON t.id = s.id"
			q.add(s)
		}
		if len(v.contacts) > 0 {
			q.add(contactStream(anyOf("t.id", v.contacts)))
		}
	}
	return f
}
