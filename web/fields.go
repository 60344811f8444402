package web

import (
	"context"

	"ctihub/leads"
	"ctihub/web/api"
)

// ListFields lists all custom fields.
func (o operations) ListFields(ctx context.Context, _ api.ListFieldsRequestObject) (api.ListFieldsResponseObject, error) {
	return api.ListFields200JSONResponse{Items: items(leads.List[leads.CustomField]{})}, nil
}

// CreateField adds a custom field.
func (o operations) CreateField(ctx context.Context, req api.CreateFieldRequestObject) (api.CreateFieldResponseObject, error) {
	return nil, leads.ErrNotFound
}

// UpdateField changes a custom field; what is left out stays.
func (o operations) UpdateField(ctx context.Context, req api.UpdateFieldRequestObject) (api.UpdateFieldResponseObject, error) {
	return nil, leads.ErrNotFound
}

// DeleteField deletes a custom field of which no record has a value.
func (o operations) DeleteField(ctx context.Context, req api.DeleteFieldRequestObject) (api.DeleteFieldResponseObject, error) {
	return nil, leads.ErrNotFound
}
