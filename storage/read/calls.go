package read

import (
	"context"
	"math"
	"slices"

	"ctihub/leads"
)

// Calls lists the calls that the viewer may see, newest first unless the page has an order,
// without those that are a part of another. A search by the contact finds calls of contacts
// that the viewer may see.
func (l Lists) Calls(ctx context.Context, v leads.Viewer, f leads.CallFilter, p leads.Page) (Page[InteractionRow], error) {
	from, err := l.viewpoint(ctx, v)
	if err != nil {
		return Page[InteractionRow]{}, err
	}
	q := &query{}
	q.withCalls()
	f = addCalls(q, from, f)
	q.inPeriod(f.Started)
	q.equals("i.contact_id", f.ContactID)
	q.ofCompany("i.contact_id", f.CompanyID)
	q.equals("c.linkedid", f.Linkedid)
	isOneOf(q, "c.direction", f.Directions)
	isOneOf(q, "c.disposition", f.Dispositions)
	q.equals("c.state", string(f.State))
	if f.NotAnswered {
		// OFFSET lets PostgreSQL look each call up instead of reading all of them first.
		q.filter("EXISTS (SELECT 1 FROM calls_not_answered n WHERE n.id = c.id LIMIT 1 OFFSET 0)")
	}
	isOneOf(q, "c.operator_id", f.OperatorIDs)
	isOneOf(q, "c.queue", f.Queues)
	isOneOf(q, "i.source", f.Sources)
	isOneOf(q, "c.did", f.Lines)
	isOneOf(q, teamOfCall, f.Teams)
	if f.UTMSource != "" {
		q.advertised("i.utm", f.UTMSource)
	}
	if f.TalkedMin > 0 {
		q.filter(talked+" >= ?", f.TalkedMin.Microseconds())
	}
	if f.WaitedMin > 0 {
		q.filter(waited+" >= ?", f.WaitedMin.Microseconds())
	}
	if f.Recorded != nil {
		q.filter("EXISTS (SELECT 1 FROM recordings r WHERE r.call_id = c.id AND r.state = 'stored' LIMIT 1 OFFSET 0) = ?", *f.Recorded)
	}
	if like := pattern(f.Query); like != "" {
		q.boundless = true
		q.join("LEFT JOIN contacts t ON t.id = i.contact_id")
		known := visibleContact(from, "i.contact_id")
		q.filter(`(c.from_number LIKE ? ESCAPE '\' OR c.to_number LIKE ? ESCAPE '\' OR t.search LIKE ? ESCAPE '\' AND `+known.text+")",
			append([]any{like, like, like}, known.values...)...)
	}
	return callList.read(ctx, l, q, p)
}

var callList = interactionList.sortedBy(map[leads.Order]sorting{
	leads.LongestWait: {from: "interactions i", id: "i.id", key: waited, first: int64(math.MaxInt64), narrow: "since"},
	leads.LongestTalk: {from: "interactions i", id: "i.id", key: talked, first: int64(math.MaxInt64), narrow: "since"},
})

// What the log shows of a call c, in SQL: see leads.CallRecord.Durations. A team is the
// operator's, or that of the lead if nobody of a team talked.
const (
	talked     = "CASE WHEN c.journal THEN c.talked WHEN c.answered <> 0 AND c.ended <> 0 THEN c.ended - c.answered ELSE 0 END"
	waited     = "CASE WHEN c.journal THEN c.waited WHEN c.answered <> 0 THEN c.answered - c.started WHEN c.ended <> 0 THEN c.ended - c.started ELSE 0 END"
	teamOfCall = `COALESCE((SELECT NULLIF(u.team, '') FROM users u WHERE u.id = c.operator_id), (SELECT l.team FROM leads l WHERE l.id = i.lead_id), '')`
)

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
	case f.CompanyID != "":
		few(ofPeople(f.CompanyID).with(where("i.channel = 'call'")))
		f.CompanyID = ""
	case !v.all:
		for _, s := range v.sights("call") {
			q.add(ofInteraction(s))
		}
		if len(v.calls) > 0 {
			q.add(callStream(anyOf("i.id", v.calls)))
		}
	case len(f.OperatorIDs) > 0:
		for _, id := range f.OperatorIDs {
			q.add(ofInteraction(sightsOf(id, "call")))
		}
	case f.NotAnswered:
		q.add(ofInteraction(sightsOf("all", "not answered")))
		f.NotAnswered = false
	case len(f.Queues) > 0:
		addFound(q, "queue ", f.Queues)
		f.Queues = nil
	case len(f.Dispositions) > 0 && !slices.Contains(f.Dispositions, leads.Answered):
		addFound(q, "disposition ", f.Dispositions)
		f.Dispositions = nil
	case len(f.Directions) > 0 && !slices.Contains(f.Directions, leads.In):
		addFound(q, "direction ", f.Directions)
		f.Directions = nil
	case len(f.Sources) > 0:
		for _, source := range f.Sources {
			q.add(callStream(where("i.source = ?", source)))
		}
		f.Sources = nil
	default:
		q.add(callStream())
	}
	return f
}

// addFound adds the streams of sights by which calls of each value are found.
func addFound[T ~string](q *query, what string, values []T) {
	for _, v := range values {
		q.add(ofInteraction(sightsOf("all", what+string(v))))
	}
}
