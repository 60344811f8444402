package read

import (
	"context"
	"encoding/json"
	"strings"

	"ctihub/leads"
)

var leadList = newestFirst("lead_rows", "opened", func(r LeadRow) (int64, string) { return r.Opened, r.ID })

// Leads lists the leads that the viewer may see, newest first.
func (l Lists) Leads(ctx context.Context, v leads.Viewer, f leads.LeadFilter, p leads.Page) (Page[LeadRow], error) {
	q := newQuery()
	if err := l.startLeads(ctx, q, v, f); err != nil {
		return Page[LeadRow]{}, err
	}
	if like := pattern(f.Query); like != "" {
		q.and(`r.search LIKE ? ESCAPE '\'`, like)
	}
	q.equals("r.status", string(f.Status))
	if f.Open != nil && *f.Open {
		q.filter("r.closed = 0")
	} else if f.Open != nil {
		q.filter("r.closed <> 0")
	}
	q.equals("r.manager_id", f.ManagerID)
	if f.Unassigned {
		q.filter("r.manager_id = ''")
	}
	q.equals("r.source", f.Source)
	if utm := utmPart("utm_source", f.UTMSource); utm != "" {
		q.filter("REPLACE(r.utm, ?, '') <> r.utm", utm)
	}
	q.visible(visibleLead(v, "r.id"))
	return leadList.read(ctx, l.On, q, p)
}

// startLeads starts the list from the table that restricts it most.
func (l Lists) startLeads(ctx context.Context, q *query, v leads.Viewer, f leads.LeadFilter) error {
	if f.ContactID != "" {
		q.startFromTable("leads", "l", "l.contact_id = ?", f.ContactID)
		return nil
	}
	started, err := l.startFromViewer(ctx, q, v, leadsOfViewer)
	switch {
	case err != nil || started:
	case f.Unassigned:
		q.startFromTable("leads", "l", "l.manager_id IS NULL")
	case f.ManagerID != "":
		q.startFromTable("leads", "l", "l.manager_id = ?", f.ManagerID)
	}
	return err
}

// utmPart returns the stored form of a UTM parameter; "" without a value.
func utmPart(name, value string) string {
	if value == "" {
		return ""
	}
	b, _ := json.Marshal(map[string]string{name: value}) // of texts only: cannot fail
	return strings.Trim(string(b), "{}")
}
