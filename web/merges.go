package web

import (
	"context"

	"ctihub/leads"
	"ctihub/web/api"
)

// PreviewMerge says what a contact and others would be as one.
func (o operations) PreviewMerge(ctx context.Context, req api.PreviewMergeRequestObject) (api.PreviewMergeResponseObject, error) {
	p, err := o.Contacts.PreviewMerge(ctx, viewer(ctx), req.Id, req.Params.With)
	return api.PreviewMerge200JSONResponse(p), unprocessable(err)
}

// MergeContacts makes one contact of several.
func (o operations) MergeContacts(ctx context.Context, req api.MergeContactsRequestObject) (api.MergeContactsResponseObject, error) {
	choice := leads.MergeChoice{}
	for field, id := range req.Body.Fields {
		choice[leads.MergeField(field)] = id
	}
	m, err := o.Contacts.Merge(ctx, viewer(ctx), req.Id, append([]string{req.Body.With}, req.Body.Others...), choice)
	return api.MergeContacts201JSONResponse{Id: m.ID}, unprocessable(err)
}

// ListMerges lists the merges by which a contact grew.
func (o operations) ListMerges(ctx context.Context, req api.ListMergesRequestObject) (api.ListMergesResponseObject, error) {
	list, err := o.Store.Merges(ctx, viewer(ctx), req.Id)
	return api.ListMerges200JSONResponse{Items: items(leads.List[leads.Merge]{Items: list})}, err
}

// UndoMerge makes several contacts of one again.
func (o operations) UndoMerge(ctx context.Context, req api.UndoMergeRequestObject) (api.UndoMergeResponseObject, error) {
	m, err := o.Contacts.UndoMerge(ctx, viewer(ctx), req.Id)
	return api.UndoMerge200JSONResponse(m), unprocessable(err)
}

// SplitContact takes a contact apart.
func (o operations) SplitContact(ctx context.Context, req api.SplitContactRequestObject) (api.SplitContactResponseObject, error) {
	c, err := o.Contacts.Split(ctx, viewer(ctx), req.Id, req.Body.Identities, req.Body.Name)
	return api.SplitContact201JSONResponse{Body: c, Headers: api.SplitContact201ResponseHeaders{ETag: contactState(c).tag()}}, unprocessable(err)
}
