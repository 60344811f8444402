package read

import (
	"context"

	"ctihub/leads"
)

var deliveryList = newestFirst("delivery_rows", func(r DeliveryRow) (int64, string) { return r.At, r.ID })

// Deliveries lists deliveries, newest event first.
func (l Lists) Deliveries(ctx context.Context, f leads.DeliveryFilter, p leads.Page) (Page[DeliveryRow], error) {
	all := stream{from: "deliveries d", key: "d.at", id: "d.id"}
	if f.Sink != "" {
		all = all.with(guarded("d.sink = ?", f.Sink))
	}
	if f.State != "" {
		all = all.with(where("d.state = ?", string(f.State)))
	}
	if f.LeadID != "" {
		all.from += " JOIN events e ON e.seq = d.event_seq"
		all = all.with(where("e.lead_id = ?", f.LeadID))
	}
	q := &query{}
	q.add(all)
	return deliveryList.read(ctx, l, q, p)
}
