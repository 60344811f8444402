package read

import (
	"context"

	"ctihub/leads"
)

// Calls lists the calls that the viewer may see, newest first, without those
// that are a part of another. A search by the contact finds calls of contacts
// that the viewer may see.
func (l Lists) Calls(ctx context.Context, v leads.Viewer, f leads.CallFilter, p leads.Page) (Page[InteractionRow], error) {
	from, err := l.viewpoint(ctx, v)
	if err != nil {
		return Page[InteractionRow]{}, err
	}
	q := &query{}
	q.withCalls()
	f = addCalls(q, from, f)
	q.inPeriod(f.Since, f.Until)
	q.equals("i.contact_id", f.ContactID)
	q.equals("c.linkedid", f.Linkedid)
	q.equals("c.direction", string(f.Direction))
	q.equals("c.disposition", string(f.Disposition))
	q.equals("c.state", string(f.State))
	if f.NotAnswered {
		// OFFSET lets PostgreSQL look each call up instead of reading all of them first.
		q.filter("EXISTS (SELECT 1 FROM calls_not_answered n WHERE n.id = c.id LIMIT 1 OFFSET 0)")
	}
	q.equals("c.operator_id", f.OperatorID)
	q.equals("c.queue", f.Queue)
	q.equals("i.source", f.Source)
	if like := pattern(f.Query); like != "" {
		q.boundless = true
		q.join("LEFT JOIN contacts t ON t.id = i.contact_id")
		known := visibleContact(from, "i.contact_id")
		q.filter(`(c.from_number LIKE ? ESCAPE '\' OR c.to_number LIKE ? ESCAPE '\' OR t.search LIKE ? ESCAPE '\' AND `+known.text+")",
			append([]any{like, like, like}, known.values...)...)
	}
	return interactionList.read(ctx, l, q, p)
}

// callStream is a stream of interactions i that are calls c.
func callStream(conditions ...clause) stream {
	return interactionStream(append(conditions, where("i.channel = 'call'"))...) // a literal, not a parameter: it selects a partial index
}

// addCalls adds the streams of the calls that the viewer sees, and returns what of the
// filter they leave to do.
func addCalls(q *query, v viewpoint, f leads.CallFilter) leads.CallFilter {
	few := func(s stream) { q.add(s.with(visibleCall(v, "i.id"))) }
	startingFromCalls := func(condition clause) stream {
		return stream{from: "calls k CROSS JOIN interactions i", key: "i.at", id: "i.id", where: []clause{condition, where("i.id = k.id")}}
	}
	switch {
	case f.Linkedid != "":
		few(startingFromCalls(where("k.linkedid = ?", f.Linkedid)))
		f.Linkedid = ""
	case f.State == leads.CallRinging || f.State == leads.CallTalking:
		few(startingFromCalls(where("k.ended = 0")))
	case f.ContactID != "":
		few(callStream(where("i.contact_id = ?", f.ContactID)))
		f.ContactID = ""
	case !v.all:
		for _, s := range v.sights("call") {
			q.add(ofInteraction(s))
		}
		if len(v.calls) > 0 {
			q.add(callStream(anyOf("i.id", v.calls)))
		}
	case f.OperatorID != "":
		q.add(ofInteraction(sightsOf(f.OperatorID, "call")))
	case f.NotAnswered:
		q.add(ofInteraction(sightsOf("all", "not answered")))
		f.NotAnswered = false
	case f.Queue != "":
		q.add(ofInteraction(sightsOf("all", "queue "+f.Queue)))
		f.Queue = ""
	case f.Disposition != "" && f.Disposition != leads.Answered:
		q.add(ofInteraction(sightsOf("all", "disposition "+string(f.Disposition))))
		f.Disposition = ""
	case f.Direction != "" && f.Direction != leads.In:
		q.add(ofInteraction(sightsOf("all", "direction "+string(f.Direction))))
		f.Direction = ""
	case f.Source != "":
		q.add(callStream(where("i.source = ?", f.Source)))
		f.Source = ""
	default:
		q.add(callStream())
	}
	return f
}
