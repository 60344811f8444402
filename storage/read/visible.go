package read

import "ctihub/leads"

// This file alone says which records of a list a viewer sees: those for which the
// views of the schema name the viewer. The rule is told in package leads/access.

// seen is the condition that the viewer is among those who see a record, by the
// view of them and its column of the record's id.
//
// IS TRUE keeps it a condition: PostgreSQL would turn a bare EXISTS into a join,
// and read and sort all that the viewer sees for one page.
func seen(v leads.Viewer, viewers, id, record string) clause {
	if v.Role.SeesAll() {
		return clause{text: "TRUE"}
	}
	return clause{"EXISTS (SELECT 1 FROM " + viewers + " v WHERE v." + id + " = " + record + " AND v.user_id = ?) IS TRUE", []any{v.UserID}}
}

func seenLead(v leads.Viewer, record string) clause {
	return seen(v, "lead_viewers", "lead_id", record)
}
func seenContact(v leads.Viewer, record string) clause {
	return seen(v, "contact_viewers", "contact_id", record)
}
func seenCall(v leads.Viewer, record string) clause {
	return seen(v, "call_viewers", "call_id", record)
}
func seenTask(v leads.Viewer, record string) clause {
	return seen(v, "task_viewers", "task_id", record)
}

// visible restricts a list to what one of the clauses lets the viewer see.
func (q *query) visible(to ...clause) {
	text, values := "", []any{}
	for i, c := range to {
		if i > 0 {
			text += " OR "
		}
		text += c.text
		values = append(values, c.values...)
	}
	if to[0].text != "TRUE" {
		q.and("("+text+")", values...)
	}
}
