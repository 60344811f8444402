package read

import (
	"context"
	"fmt"
	"slices"

	"ctihub/leads"
)

// This file alone restricts lists to the records that a viewer sees. The rules are in
// package leads/access.

// viewpoint is what decides, beside the records' own viewers, which records a viewer sees.
type viewpoint struct {
	all  bool // sees everything; of the rest only user is set
	user string

	manager  bool // sees what has no manager yet and belongs to the team
	team     string
	disabled bool
	// the calls at the viewer's telephone; they are few
	calls, leads, contacts []string
}

// viewpointQuery reads the viewer's team, if they are a manager, and the calls at their
// telephone. OFFSET makes PostgreSQL look up the legs of each call instead of the calls of
// each leg.
const viewpointQuery = `SELECT CASE WHEN u.disabled THEN 'disabled' ELSE 'team' END, u.team, '', '' FROM users u WHERE u.id = $1 AND u.role = 'manager'
UNION ALL
SELECT 'call', c.id, COALESCE(i.contact_id, ''), COALESCE(i.lead_id, '') FROM calls c CROSS JOIN interactions i
WHERE i.id = c.id AND c.ended = 0 AND (c.operator_id = $1 OR EXISTS (
    SELECT 1 FROM legs g WHERE g.call_id = c.id AND g.user_id = $1
    AND (c.state = 'ringing' OR g.state IN ('ringing', 'talking')) LIMIT 1 OFFSET 0))`

// viewpoint reads the viewer's viewpoint.
func (l Lists) viewpoint(ctx context.Context, v leads.Viewer) (p viewpoint, err error) {
	if v.Role.SeesAll() {
		return viewpoint{all: true, user: v.UserID}, nil
	}
	p.user = v.UserID
	rows, err := l.On.QueryContext(ctx, viewpointQuery, v.UserID)
	if err != nil {
		return p, fmt.Errorf("reading what a viewer may see: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var what, first, contact, lead string
		if err := rows.Scan(&what, &first, &contact, &lead); err != nil {
			return p, err
		}
		if what != "call" {
			p.manager, p.team, p.disabled = true, first, what == "disabled"
			continue
		}
		p.calls = append(p.calls, first)
		if contact != "" {
			p.contacts = append(p.contacts, contact)
		}
		if lead != "" {
			p.leads = append(p.leads, lead)
		}
	}
	return p, rows.Err()
}

// sightsOf is a stream of the table sights, see storage/sights.go.
func sightsOf(viewer, kind string) stream {
	return stream{from: "sights s", key: "s.at", id: "s.id", where: []clause{where("s.viewer = ? AND s.kind = ?", viewer, kind)}}
}

// ownSights is the stream of the viewer's own rows of a kind.
func (v viewpoint) ownSights(kind string) stream { return sightsOf(v.user, kind) }

// sights are the streams of a kind: the viewer's own, and those of all who may be given
// what has no manager.
func (v viewpoint) sights(kind string) []stream {
	all := []stream{v.ownSights(kind)}
	switch {
	case !v.manager:
	case v.team == "":
		all = append(all, sightsOf("team ", kind), sightsOf("teams", kind))
	default:
		all = append(all, sightsOf("team ", kind), sightsOf("team "+v.team, kind))
	}
	return all
}

// serves is the condition that the viewer serves a lead, or may be given it; it is for leads that
// are looked up.
func (v viewpoint) serves() clause {
	switch {
	case !v.manager:
		return guarded("l.manager_id = ?", v.user)
	case v.team == "":
		return guarded("(l.manager_id = ? OR l.manager_id IS NULL)", v.user)
	}
	return guarded("(l.manager_id = ? OR l.manager_id IS NULL AND l.team IN ('', ?))", v.user, v.team)
}

// References are ids of records that other records name.
type References struct{ Contacts, Leads, Calls, Tasks []string }

// Visible tells which of the records the viewer sees, by id, with one statement.
func (l Lists) Visible(ctx context.Context, v leads.Viewer, refs References) (map[string]bool, error) {
	p, err := l.viewpoint(ctx, v)
	if err != nil {
		return nil, err
	}
	return p.visible(ctx, l.On, refs)
}

func (v viewpoint) visible(ctx context.Context, on Querier, refs References) (map[string]bool, error) {
	seen := map[string]bool{}
	for _, id := range slices.Concat(v.contacts, v.leads, v.calls) {
		seen[id] = true
	}
	t := &builder{}
	add := func(column string, ids []string, rule ...clause) {
		if len(ids) == 0 {
			return
		}
		if t.Len() > 0 {
			t.WriteString(" UNION ALL ")
		}
		// CASE as in guarded.
		for _, c := range append([]clause{anyOf(column, ids), where(" AND CASE WHEN ")}, rule...) {
			t.clause(c)
		}
		t.WriteString(" THEN TRUE ELSE FALSE END")
	}
	// OFFSET lets PostgreSQL look each record up instead of reading all of the viewer first.
	const one = " LIMIT 1 OFFSET 0)"
	add("SELECT t.id FROM contacts t WHERE t.id", refs.Contacts,
		where("t.owner_id = ? OR EXISTS (SELECT 1 FROM leads l WHERE l.contact_id = t.id AND ", v.user), v.serves(), where(one))
	add("SELECT l.id FROM leads l WHERE l.id", refs.Leads, v.serves())
	add("SELECT i.id FROM interactions i WHERE i.id", refs.Calls,
		where("EXISTS (SELECT 1 FROM leads l WHERE l.id = i.lead_id AND "), v.serves(),
		where(one+" OR EXISTS (SELECT 1 FROM calls c WHERE c.id = i.id AND c.operator_id = ?"+one, v.user),
		where(" OR EXISTS (SELECT 1 FROM legs g WHERE g.call_id = i.id AND g.user_id = ? AND g.answered <> 0"+one, v.user))
	add("SELECT t.id FROM tasks t WHERE t.id", refs.Tasks, v.holds())
	if t.Len() == 0 {
		return seen, nil
	}
	rows, err := on.QueryContext(ctx, t.String(), t.args...)
	if err != nil {
		return nil, fmt.Errorf("reading what a viewer sees: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		seen[id] = true
	}
	return seen, rows.Err()
}

// mayDo is the condition that the viewer has a task, or may take it because nobody has it.
func (v viewpoint) mayDo() clause {
	switch {
	case v.all, v.manager && !v.disabled && v.team == "":
		return where("t.holder_id = ? OR t.holder_id IS NULL", v.user)
	case !v.manager || v.disabled:
		return where("t.holder_id = ?", v.user)
	}
	return where("t.holder_id = ? OR t.holder_id IS NULL AND t.team IN ('', ?)", v.user, v.team)
}

// holds is the condition that the viewer may do a task, planned it or ended it.
func (v viewpoint) holds() clause {
	c := v.mayDo()
	return where(c.text+" OR t.created_by = ? OR t.done_by = ?", append(c.values, v.user, v.user)...)
}

// visibleIn is the condition that the viewer sees a record, by a view of viewers and its
// column of the record's id. It is for a few records: a list starts from what is visible.
//
// OFFSET keeps PostgreSQL from reading all records of the viewer first.
func visibleIn(v viewpoint, viewers, id, record string) clause {
	if v.all {
		return where("TRUE")
	}
	return where("EXISTS (SELECT 1 FROM "+viewers+" v WHERE v."+id+" = "+record+" AND v.user_id = ? LIMIT 1 OFFSET 0)", v.user)
}

func visibleLead(v viewpoint, record string) clause {
	return visibleIn(v, "lead_viewers", "lead_id", record)
}
func visibleContact(v viewpoint, record string) clause {
	return visibleIn(v, "contact_viewers", "contact_id", record)
}
func visibleCall(v viewpoint, record string) clause {
	return visibleIn(v, "call_viewers", "call_id", record)
}

// changesSeen is the condition that the viewer sees the record of a change h: a contact, a lead,
// an interaction, a task or a company.
func (v viewpoint) changesSeen() clause {
	contact, lead := visibleContact(v, "h.object_id"), visibleLead(v, "h.object_id")
	ofContact, call, task := visibleContact(v, "i.contact_id"), visibleCall(v, "i.id"), v.holds()
	var c clause
	for _, part := range []clause{
		where("h.object = 'contact' AND "), contact, where(" OR h.object = 'lead' AND "), lead,
		where(" OR h.object = 'interaction' AND EXISTS (SELECT 1 FROM interactions i WHERE i.id = h.object_id AND ("), ofContact, where(" OR "), call, where(") LIMIT 1 OFFSET 0)"),
		where(" OR h.object = 'company'"),
		where(" OR h.object = 'task' AND EXISTS (SELECT 1 FROM tasks t WHERE t.id = h.object_id AND ("), task, where(") LIMIT 1 OFFSET 0)"),
	} {
		c.text += part.text
		c.values = append(c.values, part.values...)
	}
	return c
}

// either is the condition that one of two holds.
func either(a, b clause) clause {
	return where("("+a.text+" OR "+b.text+")", append(append([]any{}, a.values...), b.values...)...)
}
