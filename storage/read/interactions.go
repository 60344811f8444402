package read

import (
	"context"

	"ctihub/leads"
)

var interactionList = newest("interaction_rows", "at", func(r InteractionRow) (int64, string) { return r.At, r.ID })

// Interactions lists the interactions that the viewer may see, newest first,
// without calls that are a part of another.
func (l Lists) Interactions(ctx context.Context, v leads.Viewer, f leads.InteractionFilter, p leads.Page) (Page[InteractionRow], error) {
	q := newQuery()
	switch {
	case f.Source != "" && f.ExternalID != "":
		q.beginAt("interactions", "i", "i.source = ? AND i.external_id = ?", f.Source, f.ExternalID)
	case f.LeadID != "":
		q.beginAt("interactions", "i", "i.lead_id = ?", f.LeadID)
	case f.ContactID != "":
		q.beginAt("interactions", "i", "i.contact_id = ?", f.ContactID)
	default:
		began, err := l.beginAtViewer(ctx, q, v, touchesOfViewer)
		switch {
		case err != nil:
			return Page[InteractionRow]{}, err
		case began:
		case f.Source != "":
			q.beginAt("interactions", "i", "i.source = ?", f.Source)
		case f.Channel == leads.ChannelCall:
			q.beginAt("interactions", "i", "i.channel = 'call'") // as a word, not a value: there is an index of just these
		}
	}
	q.is("r.contact_id", f.ContactID)
	q.is("r.lead_id", f.LeadID)
	q.during("at", f.Since, f.Until)
	q.is("r.source", f.Source)
	q.is("r.channel", string(f.Channel))
	q.filter("r.part_of = ''")
	q.is("r.external_id", f.ExternalID)
	q.visible(seenContact(v, "r.contact_id"), seenCall(v, "r.id"))
	return interactionList.read(ctx, l.On, q, p)
}
