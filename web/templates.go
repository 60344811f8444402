package web

import (
	"context"

	"ctihub/leads"
	"ctihub/web/api"
)

// ListTemplates lists the templates as they are written.
func (o operations) ListTemplates(ctx context.Context, _ api.ListTemplatesRequestObject) (api.ListTemplatesResponseObject, error) {
	list, err := o.Templates.List(ctx)
	return api.ListTemplates200JSONResponse{Items: items(leads.List[leads.Template]{Items: list})}, err
}

// FillTemplates lists the templates, filled in for a lead and the caller.
func (o operations) FillTemplates(ctx context.Context, req api.FillTemplatesRequestObject) (api.FillTemplatesResponseObject, error) {
	list, err := o.Templates.Filled(ctx, viewer(ctx), req.Id, callerOf(ctx).user.Name)
	return api.FillTemplates200JSONResponse{Items: items(leads.List[leads.Template]{Items: list})}, err
}

// GetTemplate returns one template as it is written.
func (o operations) GetTemplate(ctx context.Context, req api.GetTemplateRequestObject) (api.GetTemplateResponseObject, error) {
	t, err := o.Templates.Get(ctx, req.Id)
	return api.GetTemplate200JSONResponse{Body: t, Headers: api.GetTemplate200ResponseHeaders{ETag: templateState(t).tag()}}, err
}

// CreateTemplate stores a new template.
func (o operations) CreateTemplate(ctx context.Context, req api.CreateTemplateRequestObject) (api.CreateTemplateResponseObject, error) {
	t, err := o.Templates.Add(ctx, viewer(ctx), req.Body.Name, req.Body.Subject, req.Body.Text)
	return api.CreateTemplate200JSONResponse(t), err
}

// UpdateTemplate changes a template; what is left out stays.
func (o operations) UpdateTemplate(ctx context.Context, req api.UpdateTemplateRequestObject) (api.UpdateTemplateResponseObject, error) {
	b := req.Body
	t, err := o.Templates.Change(ctx, viewer(ctx), req.Id, leads.TemplateChange{Name: b.Name, Subject: b.Subject, Text: b.Text},
		unchanged(req.Params.IfMatch, templateState))
	return api.UpdateTemplate200JSONResponse{Body: t, Headers: api.UpdateTemplate200ResponseHeaders{ETag: templateState(t).tag()}}, err
}

// DeleteTemplate deletes a template.
func (o operations) DeleteTemplate(ctx context.Context, req api.DeleteTemplateRequestObject) (api.DeleteTemplateResponseObject, error) {
	return api.DeleteTemplate204Response{}, o.Templates.Delete(ctx, viewer(ctx), req.Id)
}

// GetSignature returns the caller's mail signature.
func (o operations) GetSignature(ctx context.Context, _ api.GetSignatureRequestObject) (api.GetSignatureResponseObject, error) {
	s, err := o.Templates.Signature(ctx, callerOf(ctx).user.ID)
	return api.GetSignature200JSONResponse{Body: api.Signature{Text: s}, Headers: api.GetSignature200ResponseHeaders{ETag: signatureState(s).tag()}}, err
}

// SetSignature changes the caller's mail signature.
func (o operations) SetSignature(ctx context.Context, req api.SetSignatureRequestObject) (api.SetSignatureResponseObject, error) {
	if req.Body.Text == nil {
		return nil, leads.Invalid("text", "Give the text; an empty one ends mails with nothing.")
	}
	s, err := o.Templates.SetSignature(ctx, callerOf(ctx).user.ID, *req.Body.Text, unchanged(req.Params.IfMatch, signatureState))
	return api.SetSignature200JSONResponse{Body: api.Signature{Text: s}, Headers: api.SetSignature200ResponseHeaders{ETag: signatureState(s).tag()}}, err
}
