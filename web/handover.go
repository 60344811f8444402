package web

import (
	"context"

	"ctihub/leads/handover"
	"ctihub/web/api"
)

// HandOver hands over what a user has, or tells what would be.
func (o operations) HandOver(ctx context.Context, req api.HandOverRequestObject) (api.HandOverResponseObject, error) {
	b, key := req.Body, ""
	if req.Params.IdempotencyKey != "" || b.Key != "" {
		var err error
		if key, err = keyOf(req.Params.IdempotencyKey, b.Key, "hand-over"); err != nil {
			return nil, unprocessable(err)
		}
	}
	w := handover.Wanted{
		Key: key, From: userParam(ctx, b.From), DryRun: b.DryRun, Dismiss: b.Dismiss,
		Filter: handover.Filter{Source: b.Source, Team: b.Team, Tag: b.Tag},
	}
	for _, id := range b.To {
		w.To = append(w.To, userParam(ctx, id))
	}
	for _, k := range b.What {
		w.What = append(w.What, handover.What(k))
	}
	r, err := o.HandOvers.HandOver(ctx, callerOf(ctx).user, w)
	return api.HandOver200JSONResponse(r), unprocessable(err)
}
