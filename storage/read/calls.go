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
		q.begin("calls c", "r.id = c.id AND c.linkedid = ?", f.Linkedid)
	case f.State == leads.CallRinging || f.State == leads.CallTalking:
		q.begin("calls c", "r.id = c.id AND c.ended = 0")
	case f.ContactID != "":
		q.beginAt("interactions", "i", "i.contact_id = ?", f.ContactID)
	default:
		if err := l.beginCalls(ctx, q, v, f); err != nil {
			return Page[InteractionRow]{}, err
		}
	}
	q.and("r.channel = 'call'")
	q.is("r.contact_id", f.ContactID)
	q.is("r.linkedid", f.Linkedid)
	q.during("at", f.Since, f.Until)
	if like := pattern(f.Query); like != "" {
		known := seenContact(v, "r.contact_id")
		q.and(`(r.from_number LIKE ? ESCAPE '\' OR r.to_number LIKE ? ESCAPE '\' OR r.search LIKE ? ESCAPE '\' AND `+known.text+")",
			append([]any{like, like, like}, known.values...)...)
	}
	q.is("r.direction", string(f.Direction))
	q.is("r.disposition", string(f.Disposition))
	q.is("r.state", string(f.State))
	if f.NotAnswered {
		// OFFSET lets PostgreSQL look each call up instead of reading all of them first.
		q.filter("EXISTS (SELECT 1 FROM calls_not_answered n WHERE n.id = r.id LIMIT 1 OFFSET 0)")
	}
	q.is("r.operator_id", f.OperatorID)
	q.is("r.queue", f.Queue)
	q.is("r.source", f.Source)
	q.filter("r.part_of = ''")
	q.visible(seenCall(v, "r.id"))
	return interactionList.read(ctx, l.On, q, p)
}

// beginCalls lets the list begin at a viewer or an operator who has few calls.
func (l Lists) beginCalls(ctx context.Context, q *query, v leads.Viewer, f leads.CallFilter) error {
	began, err := l.beginAtViewer(ctx, q, v, callsOfViewer)
	if err != nil || began || f.OperatorID == "" {
		return err
	}
	n, err := l.count(ctx, "SELECT COUNT(*) FROM (SELECT 1 FROM calls c WHERE c.operator_id = $1 LIMIT 1000) AS few", f.OperatorID)
	if err == nil && n < l.Few {
		q.begin("calls c", "r.id = c.id AND c.operator_id = ?", f.OperatorID)
	}
	return err
}
