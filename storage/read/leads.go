package read

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"ctihub/leads"
)

var leadList = newestFirst("lead_rows", func(r LeadRow) (int64, string) { return r.Opened, r.ID }).sortedBy(map[leads.Order]sorting{
	leads.ByName: {from: "leads l", id: "l.id", join: contactOfLead, key: "COALESCE(t.name, '')", first: "", narrow: "since"},
})

const contactOfLead = "LEFT JOIN contacts t ON t.id = l.contact_id"

// Leads lists the leads that the viewer may see, newest first unless the page has
// an order.
func (l Lists) Leads(ctx context.Context, v leads.Viewer, f leads.LeadFilter, p leads.Page) (Page[LeadRow], error) {
	q, none, err := l.leadQuery(ctx, v, f)
	if err != nil || none {
		return Page[LeadRow]{}, err
	}
	return leadList.read(ctx, l, q, p)
}

// leadQuery asks for the leads that the viewer may see and that fit a filter; none: the filter
// contradicts itself.
func (l Lists) leadQuery(ctx context.Context, v leads.Viewer, f leads.LeadFilter) (q *query, none bool, err error) {
	from, err := l.viewpoint(ctx, v)
	if err != nil {
		return nil, false, err
	}
	q = &query{}
	if f.Unassigned && f.ManagerID != "" {
		return q, true, nil
	}
	f = addLeads(q, from, f)
	if f.ManagerID != "" || f.Unassigned {
		q.usual = append(q.usual, guarded("COALESCE(l.manager_id, '') = ?", f.ManagerID))
	}
	q.ofCompany("l.contact_id", f.CompanyID)
	q.inPeriod(f.Opened)
	q.equals("l.pipeline_id", f.PipelineID)
	q.equals("l.stage_id", f.StageID)
	isOneOf(q, "l.source", f.Sources)
	isOneOf(q, "l.channel", f.Channels)
	isOneOf(q, "l.team", f.Teams)
	if f.Repeat != nil {
		q.filter("l.repeated = ?", *f.Repeat)
	}
	if f.Waiting {
		q.filter("l.responded = 0 AND l.closed = 0")
	}
	q.advertised("l.utm", f.UTMSource)
	if like := pattern(f.Query); like != "" {
		q.boundless = true
		q.join(contactOfLead)
		if err := l.searched(ctx, q, "t.search", like, map[leads.CustomObject]string{leads.CustomOfContact: "t.id", leads.CustomOfLead: "l.id"}); err != nil {
			return nil, false, err
		}
	}
	q.fields("l.id", f.Fields)
	return q, len(q.streams) == 0, nil
}

// leadStream is a stream of leads.
func leadStream(conditions ...clause) stream {
	return stream{from: "leads l", key: "l.opened", id: "l.id", where: conditions}
}

// addLeads adds the streams of the leads that the viewer sees, and returns what of the filter
// they leave to do. The indexes of leads begin with the status, because a filter by it may
// leave few of many.
func addLeads(q *query, v viewpoint, f leads.LeadFilter) leads.LeadFilter {
	statuses := leadStatuses(f)
	byStatus := func(conditions ...clause) {
		for _, s := range statuses {
			q.add(leadStream(append(slices.Clone(conditions), where("l.status = ?", string(s)))...))
		}
	}
	filtered := false
	ofAny := func(conditions ...clause) { // an index without the status
		if len(statuses) > 0 {
			q.add(leadStream(conditions...))
		}
		if len(statuses) < 4 && !filtered {
			filtered = true
			q.filters = append(q.filters, leadsWith(statuses))
		}
	}
	of := func(manager string) clause { return where("l.manager_id = ?", manager) }
	unassigned := where("l.manager_id IS NULL")
	switch {
	case f.ContactID != "":
		q.filterLeads(v)
		ofAny(where("l.contact_id = ?", f.ContactID))
	case f.CompanyID != "":
		q.filterLeads(v)
		q.add(stream{from: "contacts k CROSS JOIN leads l", key: "l.opened", id: "l.id", where: []clause{where("k.company_id = ? AND l.contact_id = k.id", f.CompanyID)}})
		q.filters = append(q.filters, leadsWith(statuses))
		f.CompanyID = ""
	case v.all && len(f.Fields) > 0:
		if ofAny(); len(q.streams) > 0 {
			q.streams = []stream{fieldStream(f.Fields, "LEFT JOIN leads l ON l.id = g.record_id")}
		}
	case v.all && f.StageID != "":
		ofAny(where("l.stage_id = ?", f.StageID))
		f.StageID = ""
	case v.all && f.Unassigned:
		byStatus(unassigned)
	case v.all && f.ManagerID != "":
		byStatus(of(f.ManagerID))
	case v.all && f.Waiting && f.Status == "" && f.Open == nil:
		q.add(leadStream(where("l.responded = 0 AND l.closed = 0"))) // the condition of a partial index
		f.Waiting = false
	case v.all && len(f.Sources) > 0:
		for _, source := range f.Sources {
			ofAny(where("l.source = ?", source))
		}
		f.Sources = nil
	case v.all:
		byStatus(where("l.status <> ''")) // the condition of a partial index
	default:
		if !f.Unassigned && (f.ManagerID == "" || f.ManagerID == v.user) {
			byStatus(of(v.user))
		}
		if v.manager && f.ManagerID == "" {
			if v.team == "" {
				byStatus(unassigned)
			} else {
				ofAny(unassigned, where("l.team = ''"))
				ofAny(unassigned, where("l.team = ?", v.team))
			}
		}
		if len(v.leads) > 0 {
			ofAny(anyOf("l.id", v.leads))
		}
	}
	return f
}

// filterLeads lets pass the leads that the viewer sees.
func (q *query) filterLeads(v viewpoint) {
	if !v.all {
		q.usual = append(q.usual, visibleLead(v, "l.id"))
	}
}

// leadStatuses are the statuses that a filter lets pass.
func leadStatuses(f leads.LeadFilter) []leads.LeadStatus {
	all := []leads.LeadStatus{leads.LeadNew, leads.LeadWorking, leads.LeadWon, leads.LeadRefused}
	return slices.DeleteFunc(all, func(s leads.LeadStatus) bool {
		return f.Status != "" && s != f.Status || f.Open != nil && s.Open() != *f.Open || f.Waiting && !s.Open()
	})
}

// leadsWith is the condition that a lead has one of the statuses.
func leadsWith(statuses []leads.LeadStatus) clause {
	values := []string{""}
	for _, s := range statuses {
		values = append(values, string(s))
	}
	c := anyOf("l.status", values)
	return guarded(c.text, c.values...)
}

// advertised filters by the utm_source of a column, unless that is empty.
func (q *query) advertised(column, source string) {
	if utm := utmPart("utm_source", source); utm != "" {
		q.filter("REPLACE("+column+", ?, '') <> "+column, utm)
	}
}

// utmPart returns the stored form of a UTM parameter; "" without a value.
func utmPart(name, value string) string {
	if value == "" {
		return ""
	}
	b, _ := json.Marshal(map[string]string{name: value}) // of texts only: cannot fail
	return strings.Trim(string(b), "{}")
}
