package read

import (
	"context"

	"ctihub/leads"
)

var interactionList = newestFirst("interaction_rows", func(r InteractionRow) (int64, string) { return r.At, r.ID })

// Interactions lists the interactions that the viewer may see, newest first,
// without calls that are a part of another.
func (l Lists) Interactions(ctx context.Context, v leads.Viewer, f leads.InteractionFilter, p leads.Page) (Page[InteractionRow], error) {
	from, err := l.viewpoint(ctx, v)
	if err != nil {
		return Page[InteractionRow]{}, err
	}
	q := &query{}
	q.withCalls()
	seen, err := from.visible(ctx, l.On, References{Contacts: given(f.ContactID), Leads: given(f.LeadID)})
	if err != nil {
		return Page[InteractionRow]{}, err
	}
	f = addInteractions(q, from, f, from.all || seen[f.ContactID] || seen[f.LeadID])
	q.inPeriod(leads.Period{Since: f.Since, Until: f.Until})
	q.equals("i.contact_id", f.ContactID)
	q.ofCompany("i.contact_id", f.CompanyID)
	q.equals("i.lead_id", f.LeadID)
	q.equals("i.source", f.Source)
	if f.Channel == leads.ChannelCall { // those that users registered too
		q.filter("i.channel IN ('call', 'call_by_hand')")
	} else {
		q.equals("i.channel", string(f.Channel))
	}
	q.equals("i.external_id", f.ExternalID)
	q.fields("i.id", f.Fields)
	return interactionList.read(ctx, l, q, p)
}

// WithFiles lists the interactions of a contact that came with files, newest first. The viewer
// sees the contact.
func (l Lists) WithFiles(ctx context.Context, contactID string, p leads.Page) (Page[InteractionRow], error) {
	q := &query{}
	q.add(interactionStream(where("i.contact_id = ? AND i.attachments <> ''", contactID)))
	return interactionList.read(ctx, l, q, p)
}

// withCalls joins to each interaction its call c, and leaves out calls that are a part of
// another.
func (q *query) withCalls() {
	q.join("LEFT JOIN calls c ON c.id = @id")
	q.usual = append(q.usual, guarded("COALESCE(c.part_of, '') = ''"))
}

// interactionStream is a stream of interactions i.
func interactionStream(conditions ...clause) stream {
	return stream{from: "interactions i", key: "i.at", id: "i.id", where: conditions}
}

// given is a list of an id, unless that is empty.
func given(id string) []string {
	if id == "" {
		return nil
	}
	return []string{id}
}

// addInteractions adds the streams of the interactions that the viewer sees, and returns
// what of the filter they leave to do. visible: the viewer sees the contact or the lead of
// the filter.
func addInteractions(q *query, v viewpoint, f leads.InteractionFilter, visible bool) leads.InteractionFilter {
	see := func(s stream) {
		if !visible {
			seen := either(visibleContact(v, "i.contact_id"), visibleCall(v, "i.id"))
			q.filter(seen.text, seen.values...)
		}
		q.add(s)
	}
	switch {
	case f.LackingFacts:
		holder := v.user
		if v.all {
			holder = ""
		}
		see(ofInteraction(stream{from: "facts_due s", key: "s.at", id: "s.id", where: []clause{where("s.holder = ?", holder)}}))
	case f.Source != "" && f.ExternalID != "":
		see(interactionStream(where("i.source = ? AND i.external_id = ?", f.Source, f.ExternalID)))
		f.Source, f.ExternalID = "", ""
	case f.LeadID != "":
		see(interactionStream(where("i.lead_id = ?", f.LeadID)))
		f.LeadID = ""
	case f.ContactID != "":
		see(interactionStream(where("i.contact_id = ?", f.ContactID)))
		f.ContactID = ""
	case f.CompanyID != "":
		see(ofPeople(f.CompanyID))
		f.CompanyID = ""
	case !v.all:
		for _, s := range append(v.sights("touch"), v.ownSights("call")) {
			q.add(ofInteraction(s))
		}
		for _, contact := range v.contacts {
			q.add(interactionStream(where("i.contact_id = ?", contact)))
		}
		if len(v.calls) > 0 {
			q.add(interactionStream(anyOf("i.id", v.calls)))
		}
	case len(f.Fields) > 0:
		q.add(fieldStream(f.Fields, "LEFT JOIN interactions i ON i.id = g.record_id"))
	case f.Source != "":
		q.add(interactionStream(where("i.source = ?", f.Source)))
		f.Source = ""
	case f.Channel == leads.ChannelCall:
		q.add(interactionStream(where("i.channel = 'call'"))) // a literal, not a parameter: it selects a partial index
		q.add(interactionStream(where("i.channel = 'call_by_hand'")))
		f.Channel = ""
	default:
		q.add(interactionStream())
	}
	return f
}

// ofPeople is a stream of the interactions i of the people in a company, and of its line.
func ofPeople(companyID string) stream {
	return stream{from: "contacts k CROSS JOIN interactions i", key: "i.at", id: "i.id", where: []clause{where("k.company_id = ? AND i.contact_id = k.id", companyID)}}
}

// ofCompany filters by the company of a contact, unless that is empty.
func (q *query) ofCompany(contact, companyID string) {
	if companyID != "" {
		q.filter("EXISTS (SELECT 1 FROM contacts z WHERE z.id = "+contact+" AND z.company_id = ? LIMIT 1 OFFSET 0)", companyID)
	}
}

// ofInteraction joins to a stream of sights their interactions i.
func ofInteraction(s stream) stream {
	s.join = "LEFT JOIN interactions i ON i.id = s.id"
	return s
}
