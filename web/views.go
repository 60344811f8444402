package web

import (
	"context"

	"ctihub/leads"
	"ctihub/web/api"
)

// ListViews lists the views of lists that the caller finds.
func (o operations) ListViews(ctx context.Context, _ api.ListViewsRequestObject) (api.ListViewsResponseObject, error) {
	list, err := o.Views.List(ctx, callerOf(ctx).user)
	return api.ListViews200JSONResponse{Items: items(leads.List[leads.View]{Items: list})}, err
}

// CreateView saves filters of a list under a name.
func (o operations) CreateView(ctx context.Context, req api.CreateViewRequestObject) (api.CreateViewResponseObject, error) {
	b := req.Body
	v, err := o.Views.Add(ctx, callerOf(ctx).user, leads.View{List: b.List, Name: b.Name, Query: b.Query, Audience: b.Audience, Team: b.Team})
	return api.CreateView200JSONResponse(v), unprocessable(err)
}

// UpdateView changes a view; what is left out stays.
func (o operations) UpdateView(ctx context.Context, req api.UpdateViewRequestObject) (api.UpdateViewResponseObject, error) {
	b := req.Body
	change := leads.ViewChange{Name: b.Name, Query: b.Query, Team: b.Team}
	if b.Audience != "" {
		change.Audience = &b.Audience
	}
	v, err := o.Views.Change(ctx, callerOf(ctx).user, req.Id, change, unchanged(req.Params.IfMatch, viewState))
	return api.UpdateView200JSONResponse{Body: v, Headers: api.UpdateView200ResponseHeaders{ETag: viewState(v).tag()}}, unprocessable(err)
}

// DeleteView deletes a view.
func (o operations) DeleteView(ctx context.Context, req api.DeleteViewRequestObject) (api.DeleteViewResponseObject, error) {
	return api.DeleteView204Response{}, o.Views.Delete(ctx, callerOf(ctx).user, req.Id)
}
