package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"ctihub/leads"
	"ctihub/leads/access"
	"ctihub/web/api"
)

// ListSinks lists the configured sinks, and removed sinks that still have deliveries.
func (o operations) ListSinks(ctx context.Context, _ api.ListSinksRequestObject) (api.ListSinksResponseObject, error) {
	if err := access.Can(viewer(ctx), access.Watch); err != nil {
		return nil, err
	}
	stats, err := o.Store.SinkStats(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]leads.SinkState, 0, len(o.Sinks))
	for _, rule := range o.Sinks {
		s := stats[rule.Name]
		delete(stats, rule.Name)
		s.Name, s.Kind, s.Configured = rule.Name, rule.Kind, true
		s.Events = append([]string{}, rule.Events...)
		list = append(list, s)
	}
	configured := len(list)
	for name, s := range stats {
		s.Name, s.Events = name, []string{}
		list = append(list, s)
	}
	slices.SortFunc(list[configured:], func(a, b leads.SinkState) int { return strings.Compare(a.Name, b.Name) })
	return api.ListSinks200JSONResponse{Items: list}, nil
}

// ListDeliveries lists events on their way to sinks.
func (o operations) ListDeliveries(ctx context.Context, req api.ListDeliveriesRequestObject) (api.ListDeliveriesResponseObject, error) {
	if err := access.Can(viewer(ctx), access.Watch); err != nil {
		return nil, err
	}
	q := req.Params
	page, err := pageOf(q.Limit, q.Cursor)
	if err := first(err, oneOf("state", q.State, leads.DeliveryWaiting, leads.DeliveryDone, leads.DeliveryDead)); err != nil {
		return nil, err
	}
	list, err := o.Store.Deliveries(ctx, leads.DeliveryFilter{Sink: q.Sink, State: q.State, LeadID: q.LeadId}, page)
	return api.ListDeliveries200JSONResponse{Items: items(list), Next: list.Next}, err
}

// GetDelivery returns one delivery with its event.
func (o operations) GetDelivery(ctx context.Context, req api.GetDeliveryRequestObject) (api.GetDeliveryResponseObject, error) {
	if err := access.Can(viewer(ctx), access.Watch); err != nil {
		return nil, err
	}
	d, err := o.Store.Delivery(ctx, req.Id)
	return api.GetDelivery200JSONResponse(d), err
}

var errNotDead = &problem{status: http.StatusConflict, code: codeConflict, title: "The delivery is not dead",
	detail: "Only what was given up is replayed; the others are on their way or have arrived."}

// ReplayDelivery lets a dead delivery be tried again.
func (o operations) ReplayDelivery(ctx context.Context, req api.ReplayDeliveryRequestObject) (api.ReplayDeliveryResponseObject, error) {
	if err := access.Can(viewer(ctx), access.Administer); err != nil {
		return nil, err
	}
	d, err := o.Store.ReplayDelivery(ctx, req.Id)
	if errors.Is(err, leads.ErrConflict) {
		return nil, errNotDead
	}
	if err != nil {
		return nil, err
	}
	o.Log.InfoContext(ctx, "delivery is replayed", "sink", d.Sink, "delivery", d.ID, "user", callerOf(ctx).user.ID)
	if o.OnReplay != nil {
		o.OnReplay()
	}
	return api.ReplayDelivery200JSONResponse(d), nil
}
