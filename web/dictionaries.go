package web

import (
	"context"

	"ctihub/leads"
	"ctihub/web/api"
)

// ListEntries lists the entries of a dictionary.
func (o operations) ListEntries(ctx context.Context, req api.ListEntriesRequestObject) (api.ListEntriesResponseObject, error) {
	list, err := o.Facts.Entries(ctx, leads.Dictionary(req.Dictionary))
	return api.ListEntries200JSONResponse{Items: items(leads.List[leads.Entry]{Items: list})}, err
}

// CreateEntry adds an entry to a dictionary.
func (o operations) CreateEntry(ctx context.Context, req api.CreateEntryRequestObject) (api.CreateEntryResponseObject, error) {
	b := req.Body
	channel, direction := leads.Channel(b.Channel), leads.Direction(b.Direction)
	e, err := o.Facts.AddEntry(ctx, viewer(ctx), leads.Dictionary(req.Dictionary), leads.EntryChange{
		Name: &b.Name, Channel: &channel, Direction: &direction, Position: b.Position,
	})
	if err != nil {
		return nil, unprocessable(err)
	}
	return api.CreateEntry200JSONResponse{Body: e, Headers: api.CreateEntry200ResponseHeaders{ETag: entryState(e).tag()}}, nil
}

// UpdateEntry changes an entry; what is left out stays.
func (o operations) UpdateEntry(ctx context.Context, req api.UpdateEntryRequestObject) (api.UpdateEntryResponseObject, error) {
	b := req.Body
	e, err := o.Facts.ChangeEntry(ctx, viewer(ctx), leads.Dictionary(req.Dictionary), req.Id, leads.EntryChange{
		Name: b.Name, Channel: (*leads.Channel)(b.Channel), Direction: (*leads.Direction)(b.Direction), Position: b.Position, Retired: b.Retired,
	}, unchanged(req.Params.IfMatch, entryState))
	if err != nil {
		return nil, unprocessable(err)
	}
	return api.UpdateEntry200JSONResponse{Body: e, Headers: api.UpdateEntry200ResponseHeaders{ETag: entryState(e).tag()}}, nil
}

// DeleteEntry deletes an entry that nothing refers to.
func (o operations) DeleteEntry(ctx context.Context, req api.DeleteEntryRequestObject) (api.DeleteEntryResponseObject, error) {
	return api.DeleteEntry204Response{}, o.Facts.DropEntry(ctx, viewer(ctx), leads.Dictionary(req.Dictionary), req.Id)
}

// GetRequiredFacts returns what facts are required.
func (o operations) GetRequiredFacts(ctx context.Context, _ api.GetRequiredFactsRequestObject) (api.GetRequiredFactsResponseObject, error) {
	r, err := o.Facts.Required(ctx, viewer(ctx))
	return api.GetRequiredFacts200JSONResponse{Body: r, Headers: api.GetRequiredFacts200ResponseHeaders{ETag: requiredState(r).tag()}}, err
}

// SetRequiredFacts replaces what facts are required.
func (o operations) SetRequiredFacts(ctx context.Context, req api.SetRequiredFactsRequestObject) (api.SetRequiredFactsResponseObject, error) {
	r, err := o.Facts.Require(ctx, viewer(ctx), *req.Body, unchanged(req.Params.IfMatch, requiredState))
	if err != nil {
		return nil, unprocessable(err)
	}
	return api.SetRequiredFacts200JSONResponse{Body: r, Headers: api.SetRequiredFacts200ResponseHeaders{ETag: requiredState(r).tag()}}, nil
}
