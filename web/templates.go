package web

import (
	"context"
	"errors"
	"net/http"

	"ctihub/leads"
	"ctihub/web/api"
)

var errTemplateExists = &problem{status: http.StatusConflict, code: codeConflict, title: "Another template has this name",
	detail: "Choose another name.", field: "name"}

// ListTemplates lists the templates as they are written.
func (o operations) ListTemplates(ctx context.Context, _ api.ListTemplatesRequestObject) (api.ListTemplatesResponseObject, error) {
	list, err := o.Store.Templates(ctx)
	return api.ListTemplates200JSONResponse{Items: items(leads.List[leads.Template]{Items: list})}, err
}

// FillTemplates lists the templates, filled in for a lead and the caller.
func (o operations) FillTemplates(ctx context.Context, req api.FillTemplatesRequestObject) (api.FillTemplatesResponseObject, error) {
	lead, err := o.Store.Lead(ctx, viewer(ctx), req.Id)
	if err != nil {
		return nil, err
	}
	list, err := o.Store.Templates(ctx)
	if err != nil {
		return nil, err
	}
	for i, t := range list {
		if list[i], err = o.fill(ctx, t, lead); err != nil {
			return nil, err
		}
	}
	return api.FillTemplates200JSONResponse{Items: items(leads.List[leads.Template]{Items: list})}, nil
}

// fill puts what is known into a template.
func (o operations) fill(ctx context.Context, t leads.Template, lead leads.Lead) (leads.Template, error) {
	contact, err := o.Store.Contact(ctx, viewer(ctx), lead.ContactID)
	if err != nil {
		return t, err
	}
	values := map[string]string{"name": contact.Name, "company": contact.Company, "subject": lead.Subject, "manager": callerOf(ctx).user.Name}
	if t.Subject, err = leads.FillTemplate(t.Subject, values); err != nil {
		return t, invalidTemplate("template", err)
	}
	if t.Text, err = leads.FillTemplate(t.Text, values); err != nil {
		return t, invalidTemplate("template", err)
	}
	return t, nil
}

// invalidTemplate says what is wrong with a placeholder.
func invalidTemplate(field string, err error) *problem {
	p := invalid(field, err.Error()+".")
	var wrong leads.PlaceholderError
	if errors.As(err, &wrong) {
		if p.reason, p.value = reasonNoPlaceholder, wrong.Name; wrong.Name == "" {
			p.reason = reasonOpenPlaceholder
		}
	}
	return p
}

// CreateTemplate stores a new template.
func (o operations) CreateTemplate(ctx context.Context, req api.CreateTemplateRequestObject) (api.CreateTemplateResponseObject, error) {
	t, err := o.putTemplate(ctx, "", req.Body)
	return api.CreateTemplate200JSONResponse(t), err
}

// UpdateTemplate changes a template.
func (o operations) UpdateTemplate(ctx context.Context, req api.UpdateTemplateRequestObject) (api.UpdateTemplateResponseObject, error) {
	t, err := o.putTemplate(ctx, req.Id, req.Body)
	return api.UpdateTemplate200JSONResponse(t), err
}

// DeleteTemplate deletes a template.
func (o operations) DeleteTemplate(ctx context.Context, req api.DeleteTemplateRequestObject) (api.DeleteTemplateResponseObject, error) {
	if !callerOf(ctx).user.Role.SeesAll() {
		return nil, errForbidden
	}
	if err := o.Store.DropTemplate(ctx, req.Id); err != nil {
		return nil, err
	}
	return api.DeleteTemplate204Response{}, nil
}

func (o operations) putTemplate(ctx context.Context, id string, b *api.TemplateInput) (t leads.Template, err error) {
	if !callerOf(ctx).user.Role.SeesAll() {
		return t, errForbidden
	}
	t.ID = id
	if t.Name, err = text("name", b.Name); err != nil {
		return t, err
	}
	if t.Name == "" {
		return t, invalid("name", "Give the template a name.")
	}
	if t.Subject, err = text("subject", b.Subject); err != nil {
		return t, err
	}
	if t.Text, err = prose("text", b.Text, maxReply); err != nil {
		return t, err
	}
	if t.Text == "" {
		return t, invalid("text", "Write the text.")
	}
	if err := leads.CheckTemplate(t.Subject); err != nil {
		return t, invalidTemplate("subject", err)
	}
	if err := leads.CheckTemplate(t.Text); err != nil {
		return t, invalidTemplate("text", err)
	}
	t, err = o.Store.PutTemplate(ctx, t)
	if errors.Is(err, leads.ErrExists) {
		return t, errTemplateExists
	}
	return t, err
}

// GetSignature returns what ends the caller's mails.
func (o operations) GetSignature(ctx context.Context, _ api.GetSignatureRequestObject) (api.GetSignatureResponseObject, error) {
	s, err := o.Store.Signature(ctx, callerOf(ctx).user.ID)
	return api.GetSignature200JSONResponse{Text: s}, err
}

// SetSignature changes what ends the caller's mails.
func (o operations) SetSignature(ctx context.Context, req api.SetSignatureRequestObject) (api.SetSignatureResponseObject, error) {
	s, err := prose("text", req.Body.Text, maxSignature)
	if err != nil {
		return nil, err
	}
	if err := o.Store.SetSignature(ctx, callerOf(ctx).user.ID, s); err != nil {
		return nil, err
	}
	return api.SetSignature200JSONResponse{Text: s}, nil
}
