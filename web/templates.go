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
	contact, err := o.Store.Contact(ctx, viewer(ctx), lead.ContactID)
	if err != nil {
		return nil, err
	}
	for i, t := range list {
		if list[i], err = fill(t, lead, contact, callerOf(ctx).user.Name); err != nil {
			return nil, err
		}
	}
	return api.FillTemplates200JSONResponse{Items: items(leads.List[leads.Template]{Items: list})}, nil
}

// fill puts what is known into a template.
func fill(t leads.Template, lead leads.Lead, contact leads.Contact, writer string) (_ leads.Template, err error) {
	values := map[string]string{"name": contact.Name, "company": contact.Company, "subject": lead.Subject, "manager": writer}
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
		if p.reason, p.value = reasonNoPlaceholder, wrong.Name; wrong.Open {
			p.reason = reasonOpenPlaceholder
		}
	}
	return p
}

// GetTemplate returns one template as it is written.
func (o operations) GetTemplate(ctx context.Context, req api.GetTemplateRequestObject) (api.GetTemplateResponseObject, error) {
	t, err := o.Store.Template(ctx, req.Id)
	return api.GetTemplate200JSONResponse{Body: t, Headers: api.GetTemplate200ResponseHeaders{ETag: templateState(t).tag()}}, err
}

// CreateTemplate stores a new template.
func (o operations) CreateTemplate(ctx context.Context, req api.CreateTemplateRequestObject) (api.CreateTemplateResponseObject, error) {
	b := req.Body
	c, err := o.templateChange(ctx, &b.Name, &b.Subject, &b.Text)
	if err != nil {
		return nil, err
	}
	t, err := o.Store.AddTemplate(ctx, c.Apply(leads.Template{}))
	return api.CreateTemplate200JSONResponse(t), nameTaken(err)
}

// UpdateTemplate changes a template; what is left out stays.
func (o operations) UpdateTemplate(ctx context.Context, req api.UpdateTemplateRequestObject) (api.UpdateTemplateResponseObject, error) {
	b := req.Body
	c, err := o.templateChange(ctx, b.Name, b.Subject, b.Text)
	if err != nil {
		return nil, err
	}
	if b.Name == nil && b.Subject == nil && b.Text == nil {
		return nil, invalid("name", "Give a name, a subject or a text.")
	}
	t, err := o.Store.ChangeTemplate(ctx, req.Id, c, unchanged(req.Params.IfMatch, templateState))
	return api.UpdateTemplate200JSONResponse{Body: t, Headers: api.UpdateTemplate200ResponseHeaders{ETag: templateState(t).tag()}}, nameTaken(err)
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

// templateChange checks what is said of a template; nil is not said.
func (o operations) templateChange(ctx context.Context, name, subject, body *string) (c leads.TemplateChange, err error) {
	if !callerOf(ctx).user.Role.SeesAll() {
		return c, errForbidden
	}
	if c.Name, err = optional("name", name); err != nil {
		return c, err
	}
	if c.Name != nil && *c.Name == "" {
		return c, invalid("name", "Give the template a name.")
	}
	if c.Subject, err = optional("subject", subject); err != nil {
		return c, err
	}
	if body != nil {
		t, err := prose("text", *body, maxReply)
		if err != nil {
			return c, err
		}
		if t == "" {
			return c, invalid("text", "Write the text.")
		}
		c.Text = &t
	}
	for field, s := range map[string]*string{"subject": c.Subject, "text": c.Text} {
		if s == nil {
			continue
		}
		if err := leads.CheckTemplate(*s); err != nil {
			return c, invalidTemplate(field, err)
		}
	}
	return c, nil
}

// nameTaken tells of a name that another template has.
func nameTaken(err error) error {
	if errors.Is(err, leads.ErrExists) {
		return errTemplateExists
	}
	return err
}

// GetSignature returns what ends the caller's mails.
func (o operations) GetSignature(ctx context.Context, _ api.GetSignatureRequestObject) (api.GetSignatureResponseObject, error) {
	s, err := o.Store.Signature(ctx, callerOf(ctx).user.ID)
	return api.GetSignature200JSONResponse{Body: api.Signature{Text: s}, Headers: api.GetSignature200ResponseHeaders{ETag: signatureState(s).tag()}}, err
}

// SetSignature changes what ends the caller's mails.
func (o operations) SetSignature(ctx context.Context, req api.SetSignatureRequestObject) (api.SetSignatureResponseObject, error) {
	if req.Body.Text == nil {
		return nil, invalid("text", "Give the text; an empty one ends mails with nothing.")
	}
	s, err := prose("text", *req.Body.Text, maxSignature)
	if err != nil {
		return nil, err
	}
	if err := o.Store.SetSignature(ctx, callerOf(ctx).user.ID, s, unchanged(req.Params.IfMatch, signatureState)); err != nil {
		return nil, err
	}
	return api.SetSignature200JSONResponse{Body: api.Signature{Text: s}, Headers: api.SetSignature200ResponseHeaders{ETag: signatureState(s).tag()}}, nil
}
