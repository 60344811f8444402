package read

import (
	"context"

	"ctihub/leads"
)

var interactionList = newestFirst("interaction_rows", "at", func(r InteractionRow) (int64, string) { return r.At, r.ID })

// Interactions lists the interactions that the viewer may see, newest first,
// without calls that are a part of another.
func (l Lists) Interactions(ctx context.Context, v leads.Viewer, f leads.InteractionFilter, p leads.Page) (Page[InteractionRow], error) {
	q := newQuery()
	switch {
	case f.Source != "" && f.ExternalID != "":
		q.startFromTable("interactions", "i", "i.source = ? AND i.external_id = ?", f.Source, f.ExternalID)
	case f.LeadID != "":
		q.startFromTable("interactions", "i", "i.lead_id = ?", f.LeadID)
	case f.ContactID != "":
		q.startFromTable("interactions", "i", "i.contact_id = ?", f.ContactID)
	default:
		started, err := l.startFromViewer(ctx, q, v, touchesOfViewer)
		switch {
		case err != nil:
			return Page[InteractionRow]{}, err
		case started:
		case f.Source != "":
			q.startFromTable("interactions", "i", "i.source = ?", f.Source)
		case f.Channel == leads.ChannelCall:
			q.startFromTable("interactions", "i", "i.channel = 'call'") // a literal, not a parameter: it selects a partial index
		}
	}
	q.equals("r.contact_id", f.ContactID)
	q.equals("r.lead_id", f.LeadID)
	q.inPeriod("at", f.Since, f.Until)
	q.equals("r.source", f.Source)
	q.equals("r.channel", string(f.Channel))
	q.filter("r.part_of = ''")
	q.equals("r.external_id", f.ExternalID)
	q.visible(visibleContact(v, "r.contact_id"), visibleCall(v, "r.id"))
	return interactionList.read(ctx, l.On, q, p)
}
