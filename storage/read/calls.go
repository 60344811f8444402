package read

import (
	"context"

	"ctihub/leads"
)

// Calls lists the calls that the viewer may see, newest first, without those
// that are a part of another. A search by the contact finds calls of contacts
// that the viewer may see.
func (l Lists) Calls(ctx context.Context, v leads.Viewer, f leads.CallFilter, p leads.Page) (Page[InteractionRow], error) {
	q := newQuery()
	switch {
	case f.Linkedid != "":
		q.startFrom("calls c", "r.id = c.id AND c.linkedid = ?", f.Linkedid)
	case f.State == leads.CallRinging || f.State == leads.CallTalking:
		q.startFrom("calls c", "r.id = c.id AND c.ended = 0")
	case f.ContactID != "":
		q.startFromTable("interactions", "i", "i.contact_id = ?", f.ContactID)
	default:
		if err := l.startCalls(ctx, q, v, f); err != nil {
			return Page[InteractionRow]{}, err
		}
	}
	q.and("r.channel = 'call'")
	q.equals("r.contact_id", f.ContactID)
	q.equals("r.linkedid", f.Linkedid)
	q.inPeriod("at", f.Since, f.Until)
	if like := pattern(f.Query); like != "" {
		known := visibleContact(v, "r.contact_id")
		q.and(`(r.from_number LIKE ? ESCAPE '\' OR r.to_number LIKE ? ESCAPE '\' OR r.search LIKE ? ESCAPE '\' AND `+known.text+")",
			append([]any{like, like, like}, known.values...)...)
	}
	q.equals("r.direction", string(f.Direction))
	q.equals("r.disposition", string(f.Disposition))
	q.equals("r.state", string(f.State))
	if f.NotAnswered {
		// OFFSET lets PostgreSQL look each call up instead of reading all of them first.
		q.filter("EXISTS (SELECT 1 FROM calls_not_answered n WHERE n.id = r.id LIMIT 1 OFFSET 0)")
	}
	q.equals("r.operator_id", f.OperatorID)
	q.equals("r.queue", f.Queue)
	q.equals("r.source", f.Source)
	q.filter("r.part_of = ''")
	q.visible(visibleCall(v, "r.id"))
	return interactionList.read(ctx, l.On, q, p)
}

// startCalls starts the list from the calls of a viewer or an operator who has few.
func (l Lists) startCalls(ctx context.Context, q *query, v leads.Viewer, f leads.CallFilter) error {
	started, err := l.startFromViewer(ctx, q, v, callsOfViewer)
	if err != nil || started || f.OperatorID == "" {
		return err
	}
	n, err := l.count(ctx, "SELECT COUNT(*) FROM (SELECT 1 FROM calls c WHERE c.operator_id = $1 LIMIT 1000) AS few", f.OperatorID)
	if err == nil && n < l.Few {
		q.startFrom("calls c", "r.id = c.id AND c.operator_id = ?", f.OperatorID)
	}
	return err
}
