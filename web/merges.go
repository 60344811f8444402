package web

import (
	"context"

	"ctihub/leads"
	"ctihub/web/api"
)

// noMerges is what merges answer until they are there.
var noMerges = leads.Invalid("with", "Contacts cannot be merged yet.")

// PreviewMerge is to come.
func (o operations) PreviewMerge(ctx context.Context, req api.PreviewMergeRequestObject) (api.PreviewMergeResponseObject, error) {
	if _, err := o.Store.Contact(ctx, viewer(ctx), req.Id); err != nil {
		return nil, err
	}
	return nil, unprocessable(noMerges)
}

// MergeContacts is to come.
func (o operations) MergeContacts(ctx context.Context, req api.MergeContactsRequestObject) (api.MergeContactsResponseObject, error) {
	if _, err := o.Store.Contact(ctx, viewer(ctx), req.Id); err != nil {
		return nil, err
	}
	return nil, unprocessable(noMerges)
}

// UndoMerge is to come.
func (o operations) UndoMerge(context.Context, api.UndoMergeRequestObject) (api.UndoMergeResponseObject, error) {
	return nil, unprocessable(noMerges)
}
