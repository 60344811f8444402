package web

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"ctihub/leads"
	"ctihub/web/api"
)

// duplicateState checks a parameter.
func duplicateState(s leads.DuplicateState) (leads.DuplicateState, error) {
	switch s = cmp.Or(s, leads.DuplicateOpen); s {
	case leads.DuplicateOpen, leads.DuplicateDismissed:
		return s, nil
	}
	return s, invalid("state", "It is open or dismissed.")
}

// ListContactDuplicates lists the contacts that are perhaps the same person as one.
func (o operations) ListContactDuplicates(ctx context.Context, req api.ListContactDuplicatesRequestObject) (api.ListContactDuplicatesResponseObject, error) {
	state, err := duplicateState(req.Params.State)
	if err != nil {
		return nil, err
	}
	list, err := o.Store.DuplicatesOf(ctx, viewer(ctx), req.Id, state)
	return api.ListContactDuplicates200JSONResponse{Items: items(leads.List[leads.Duplicate]{Items: list})}, err
}

// ListDuplicates lists pairs of contacts that are perhaps one person.
func (o operations) ListDuplicates(ctx context.Context, req api.ListDuplicatesRequestObject) (api.ListDuplicatesResponseObject, error) {
	page, err := pageOf(req.Params.Limit, req.Params.Cursor)
	state, wrong := duplicateState(req.Params.State)
	reason := string(req.Params.Reason)
	if err := first(err, wrong); err != nil {
		return nil, err
	}
	if reason != "" && !slices.Contains(leads.DuplicateReasons, reason) {
		return nil, invalid("reason", "It is one of "+strings.Join(leads.DuplicateReasons, ", ")+".")
	}
	list, err := o.Store.Duplicates(ctx, viewer(ctx), leads.DuplicateFilter{Reason: reason, State: state}, page)
	if err != nil {
		return nil, err
	}
	count, err := o.Store.CountDuplicates(ctx, viewer(ctx))
	return api.ListDuplicates200JSONResponse{Items: items(list), Next: list.Next, Count: count}, err
}

// DismissDuplicate stores that two contacts are not the same person.
func (o operations) DismissDuplicate(ctx context.Context, req api.DismissDuplicateRequestObject) (api.DismissDuplicateResponseObject, error) {
	return api.DismissDuplicate204Response{}, unprocessable(o.Contacts.DecideDuplicate(ctx, viewer(ctx), req.Body.ContactId, req.Body.OtherId, leads.DuplicateDismissed))
}

// RestoreDuplicate takes back that two contacts are not the same person.
func (o operations) RestoreDuplicate(ctx context.Context, req api.RestoreDuplicateRequestObject) (api.RestoreDuplicateResponseObject, error) {
	return api.RestoreDuplicate204Response{}, unprocessable(o.Contacts.DecideDuplicate(ctx, viewer(ctx), req.Body.ContactId, req.Body.OtherId, leads.DuplicateOpen))
}
