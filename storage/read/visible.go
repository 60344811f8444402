package read

import "ctihub/leads"

// This file alone restricts lists to the records that a viewer sees, by the views of the
// schema. The rules are in package leads/access.

// visibleIn is the condition that the viewer sees a record, by a view of viewers and its
// column of the record's id.
//
// IS TRUE keeps PostgreSQL from turning EXISTS into a join, which would read and sort all
// records of the viewer for one page.
func visibleIn(v leads.Viewer, viewers, id, record string) clause {
	if v.Role.SeesAll() {
		return clause{text: "TRUE"}
	}
	return clause{"EXISTS (SELECT 1 FROM " + viewers + " v WHERE v." + id + " = " + record + " AND v.user_id = ?) IS TRUE", []any{v.UserID}}
}

func visibleLead(v leads.Viewer, record string) clause {
	return visibleIn(v, "lead_viewers", "lead_id", record)
}
func visibleContact(v leads.Viewer, record string) clause {
	return visibleIn(v, "contact_viewers", "contact_id", record)
}
func visibleCall(v leads.Viewer, record string) clause {
	return visibleIn(v, "call_viewers", "call_id", record)
}
func visibleTask(v leads.Viewer, record string) clause {
	return visibleIn(v, "task_viewers", "task_id", record)
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
