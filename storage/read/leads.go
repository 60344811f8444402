package read

import (
	"context"
	"encoding/json"
	"strings"

	"ctihub/leads"
)

var leadList = newest("lead_rows", "opened", func(r LeadRow) (int64, string) { return r.Opened, r.ID })

// Leads lists the leads that the viewer may see, newest first.
func (l Lists) Leads(ctx context.Context, v leads.Viewer, f leads.LeadFilter, p leads.Page) (Page[LeadRow], error) {
	q := newQuery()
	if err := l.beginLeads(ctx, q, v, f); err != nil {
		return Page[LeadRow]{}, err
	}
	if like := pattern(f.Query); like != "" {
		q.and(`r.search LIKE ? ESCAPE '\'`, like)
	}
	q.is("r.status", string(f.Status))
	if f.Open != nil && *f.Open {
		q.filter("r.closed = 0")
	} else if f.Open != nil {
		q.filter("r.closed <> 0")
	}
	q.is("r.manager_id", f.ManagerID)
	if f.Unassigned {
		q.filter("r.manager_id = ''")
	}
	q.is("r.source", f.Source)
	if utm := utmPart("utm_source", f.UTMSource); utm != "" {
		q.filter("REPLACE(r.utm, ?, '') <> r.utm", utm)
	}
	q.visible(seenLead(v, "r.id"))
	return leadList.read(ctx, l.On, q, p)
}

// beginLeads lets the list begin where few leads are left.
func (l Lists) beginLeads(ctx context.Context, q *query, v leads.Viewer, f leads.LeadFilter) error {
	if f.ContactID != "" {
		q.beginAt("leads", "l", "l.contact_id = ?", f.ContactID)
		return nil
	}
	began, err := l.beginAtViewer(ctx, q, v, leadsOfViewer)
	switch {
	case err != nil || began:
	case f.Unassigned:
		q.beginAt("leads", "l", "l.manager_id IS NULL")
	case f.ManagerID != "":
		q.beginAt("leads", "l", "l.manager_id = ?", f.ManagerID)
	}
	return err
}

// utmPart is how a parameter with its value is stored; "" without a value.
func utmPart(name, value string) string {
	if value == "" {
		return ""
	}
	b, _ := json.Marshal(map[string]string{name: value}) // of texts only: cannot fail
	return strings.Trim(string(b), "{}")
}
