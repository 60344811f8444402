package web

import (
	"context"

	"ctihub/leads"
	"ctihub/leads/fields"
	"ctihub/web/api"
)

// ListFields lists all custom fields.
func (o operations) ListFields(ctx context.Context, _ api.ListFieldsRequestObject) (api.ListFieldsResponseObject, error) {
	list, err := o.Fields.All(ctx)
	return api.ListFields200JSONResponse{Items: items(leads.List[leads.CustomField]{Items: list})}, err
}

// CreateField adds a custom field.
func (o operations) CreateField(ctx context.Context, req api.CreateFieldRequestObject) (api.CreateFieldResponseObject, error) {
	b := req.Body
	f, err := o.Fields.Add(ctx, viewer(ctx), b.Id, b.Object, b.Kind, fields.Edit{
		Name: &b.Name, Position: b.Position, Pipelines: &b.Pipelines, RequiredFrom: &b.RequiredFrom, RemindDays: b.RemindDays, Listed: &b.Listed,
		Choices: choiceEdits(b.Choices),
	})
	return api.CreateField201JSONResponse{Body: f, Headers: api.CreateField201ResponseHeaders{ETag: fieldState(f).tag()}}, unprocessable(err)
}

// UpdateField changes a custom field; what is left out stays.
func (o operations) UpdateField(ctx context.Context, req api.UpdateFieldRequestObject) (api.UpdateFieldResponseObject, error) {
	b := req.Body
	f, err := o.Fields.Change(ctx, viewer(ctx), req.Id, fields.Edit{
		Name: b.Name, Position: b.Position, Pipelines: b.Pipelines, RequiredFrom: b.RequiredFrom, RemindDays: b.RemindDays, Listed: b.Listed,
		Retired: b.Retired, Choices: choiceEdits(b.Choices),
	}, unchanged(req.Params.IfMatch, fieldState))
	return api.UpdateField200JSONResponse{Body: f, Headers: api.UpdateField200ResponseHeaders{ETag: fieldState(f).tag()}}, unprocessable(err)
}

// DeleteField deletes a custom field of which no record has a value.
func (o operations) DeleteField(ctx context.Context, req api.DeleteFieldRequestObject) (api.DeleteFieldResponseObject, error) {
	return api.DeleteField204Response{}, o.Fields.Drop(ctx, viewer(ctx), req.Id)
}

func choiceEdits(all []api.FieldChoiceEdit) (edits []fields.ChoiceEdit) {
	for _, c := range all {
		edits = append(edits, fields.ChoiceEdit{ID: c.Id, Name: c.Name, Retired: c.Retired})
	}
	return edits
}
