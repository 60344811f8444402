package web

import (
	"context"

	"ctihub/leads"
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

// ListSubstitutes lists the substitutions that are not over.
func (o operations) ListSubstitutes(ctx context.Context, _ api.ListSubstitutesRequestObject) (api.ListSubstitutesResponseObject, error) {
	list, err := o.HandOvers.Substitutions(ctx, viewer(ctx))
	return api.ListSubstitutes200JSONResponse{Items: items(leads.List[handover.Substitution]{Items: list})}, err
}

// CreateSubstitute names a substitute for a user who is away.
func (o operations) CreateSubstitute(ctx context.Context, req api.CreateSubstituteRequestObject) (api.CreateSubstituteResponseObject, error) {
	b := req.Body
	w, err := o.HandOvers.Substitute(ctx, viewer(ctx), handover.Substitution{
		User: leads.Person{ID: userParam(ctx, b.UserId)}, Substitute: leads.Person{ID: userParam(ctx, b.SubstituteId)}, Begins: b.From, Ends: b.Until, Keeps: b.Keep,
	})
	return api.CreateSubstitute201JSONResponse(w), unprocessable(err)
}

// EndSubstitute ends a substitution now.
func (o operations) EndSubstitute(ctx context.Context, req api.EndSubstituteRequestObject) (api.EndSubstituteResponseObject, error) {
	return api.EndSubstitute204Response{}, o.HandOvers.EndSubstitution(ctx, viewer(ctx), req.Id)
}
