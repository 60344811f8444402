package web

import (
	"context"

	"ctihub/leads"
	"ctihub/leads/search"
	"ctihub/web/api"
)

// Search finds records that the caller may see.
func (o operations) Search(ctx context.Context, req api.SearchRequestObject) (api.SearchResponseObject, error) {
	limit := search.LimitDefault
	if req.Params.Limit != nil {
		limit = *req.Params.Limit
	}
	if limit < 1 || limit > search.LimitMost {
		return nil, invalid("limit", "1 to 100, 20 unless told.")
	}
	typed, err := leads.Line("q", req.Params.Q)
	if err := first(err, oneOf("kind", req.Params.Kind, search.Found...)); err != nil {
		return nil, err
	}
	query, ok := search.Parse(typed)
	if !ok {
		return nil, invalid("q", "Write at least two letters or digits.")
	}
	hits, err := o.Store.Search(ctx, viewer(ctx), query, req.Params.Kind, limit)
	return api.Search200JSONResponse{Items: items(leads.List[search.Hit]{Items: hits})}, err
}
