package read

import (
	"context"
	"database/sql"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"ctihub/leads"
)

// choicesPages is of how many pages, see LookMost, the newest records of a stream are looked at
// for values that no index begins with.
const choicesPages = 4

// Choices returns the values that filters offer. Those of the company are everybody's: queues,
// sources, teams, the lines of the newest inbound calls and the advertisements of the newest
// leads of each stage. Tags are texts that people wrote: who does not see all gets those of the
// newest contacts of each stream of their own list.
func (l Lists) Choices(ctx context.Context, v leads.Viewer) (c leads.Choices, err error) {
	from, err := l.viewpoint(ctx, v)
	if err != nil {
		return c, err
	}
	text, args := choicesStatement(from, choicesPages*l.look())
	rows, err := l.On.QueryContext(ctx, text, args...)
	if err != nil {
		return c, err
	}
	defer func() { _ = rows.Close() }()
	tags := map[string]string{} // by their folded text: one of each, however it is written
	for rows.Next() {
		var what string
		var value sql.NullString
		if err := rows.Scan(&what, &value); err != nil {
			return c, err
		}
		switch v := value.String; what {
		case "kind":
			if queue, ok := strings.CutPrefix(v, "queue "); ok {
				c.Queues = append(c.Queues, queue)
			}
		case "source":
			c.Sources = append(c.Sources, v)
		case "viewer":
			if team, ok := strings.CutPrefix(v, "team "); ok {
				c.Teams = append(c.Teams, team)
			}
		case "team":
			c.Teams = append(c.Teams, v)
		case "line":
			c.Lines = append(c.Lines, v)
		case "utm":
			var utm map[string]string
			_ = json.Unmarshal([]byte(v), &utm) // written by storage; empty without any
			c.Advertisements = append(c.Advertisements, utm["utm_source"])
		case "tags":
			for tag := range strings.SplitSeq(v, "\n") {
				if was, ok := tags[leads.Fold(tag)]; !ok || tag < was {
					tags[leads.Fold(tag)] = tag
				}
			}
		}
	}
	c.Tags = slices.Collect(maps.Values(tags))
	for _, values := range []*[]string{&c.Queues, &c.Lines, &c.Sources, &c.Teams, &c.Tags, &c.Advertisements} {
		*values = leads.SortChoices(*values)
	}
	return c, rows.Err()
}

// walk reads the different values of a column by an index that begins with it: each one is
// the next after the one before, so that the cost is that of the values, not of the rows.
type walk struct {
	name, column string
	from         string // the table, and the conditions under which the index is read
	after        string // where it begins
	what, value  string // what a value of the walk means, and its text
}

var walks = []walk{
	{"kinds", "s.kind", "sights s WHERE s.viewer = 'all'", "", "kind", "kinds.value"}, // of filters by which calls are found
	{"viewers", "s.viewer", "sights s WHERE TRUE", "team", "viewer", "viewers.value"}, // of what has no manager
	{"touch_sources", "i.source", "interactions i WHERE TRUE", "", "source", "touch_sources.value"},
	{"lead_sources", "l.source", "leads l WHERE TRUE", "", "source", "lead_sources.value"},
}

var tagWalk = walk{"all_tags", "g.folded", "contact_tags g WHERE TRUE", "", "tags",
	"(SELECT g.tag FROM contact_tags g WHERE g.folded = all_tags.value ORDER BY g.created DESC, g.contact_id DESC LIMIT 1)"}

// choicesStatement selects what values are, and the values.
func choicesStatement(v viewpoint, look int) (string, []any) {
	t := &builder{}
	of := slices.Clone(walks)
	if v.all {
		of = append(of, tagWalk)
	}
	for i, w := range of {
		begin := ",\n"
		if i == 0 {
			begin = "WITH RECURSIVE "
		}
		t.WriteString(begin + w.name + " (value, n) AS (SELECT '" + w.after + "', 0 UNION ALL SELECT (SELECT " + w.column +
			" FROM " + w.from + " AND " + w.column + " > " + w.name + ".value ORDER BY " + w.column + " LIMIT 1), " + w.name + ".n + 1 FROM " +
			w.name + " WHERE " + w.name + ".value IS NOT NULL AND " + w.name + ".n < " + strconv.Itoa(leads.ChoicesMost) + ")")
	}
	t.WriteString("\nSELECT DISTINCT 'team', u.team FROM users u")
	for _, w := range of {
		t.WriteString("\nUNION ALL SELECT '" + w.what + "', " + w.value + " FROM " + w.name)
	}
	all, calls, opened := viewpoint{all: true}, &query{}, &query{}
	addCalls(calls, all, leads.CallFilter{})
	interactionList.newest(t, calls, look, "line", "SELECT c.did FROM calls c WHERE c.id = p.id AND c.direction = 'in'")
	addLeads(opened, all, leads.LeadFilter{})
	leadList.newest(t, opened, look, "utm", "SELECT l.utm FROM leads l WHERE l.id = p.id")
	if !v.all {
		own := &query{}
		addContacts(own, v, leads.ContactFilter{})
		contactList.newest(t, own, look, "tags", "SELECT string_agg(g.tag, '\n') FROM contact_tags g WHERE g.contact_id = p.id")
	}
	return t.String(), t.args
}

// newest adds the different values of the first records p of each stream, looked up one by one.
func (l list[R]) newest(t *builder, q *query, look int, what, value string) {
	t.WriteString("\nUNION ALL SELECT DISTINCT '" + what + "', (" + value + ") FROM (")
	for i, s := range q.streams {
		if i > 0 {
			t.WriteString(" UNION ")
		}
		t.WriteString("SELECT * FROM (")
		l.stream(t, s, nil, place{l.first, ""})
		t.WriteString(" LIMIT " + strconv.Itoa(look) + ") AS s" + strconv.Itoa(i))
	}
	t.WriteString(") AS p")
}
