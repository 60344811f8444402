package read

import (
	"context"

	"ctihub/leads"
)

var deliveryList = newestFirst("delivery_rows", "at", func(r DeliveryRow) (int64, string) { return r.At, r.ID })

// Deliveries lists deliveries, newest event first.
func (l Lists) Deliveries(ctx context.Context, f leads.DeliveryFilter, p leads.Page) (Page[DeliveryRow], error) {
	q := newQuery()
	q.equals("r.sink", f.Sink)
	if f.State != "" {
		q.and("r.state = ?", string(f.State))
	}
	if f.LeadID != "" {
		q.and("r.lead_id = ?", f.LeadID)
	}
	return deliveryList.read(ctx, l.On, q, p)
}
