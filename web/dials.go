package web

import (
	"context"

	"ctihub/leads"
	"ctihub/leads/calls"
	"ctihub/web/api"
)

// Dial calls a number for the caller.
func (o operations) Dial(ctx context.Context, req api.DialRequestObject) (api.DialResponseObject, error) {
	b := req.Body
	key, err := keyOf(req.Params.IdempotencyKey, b.Key, "call")
	if err != nil {
		return nil, err
	}
	d, err := o.Calls.Dial(ctx, viewer(ctx), callerOf(ctx).user, calls.Wanted{
		Key: key, Number: b.Number, ContactID: b.ContactId, Extension: b.Extension, Source: b.Source, Address: requestInfoOf(ctx).address,
	})
	return api.Dial200JSONResponse(d), err
}

// ListDials lists the caller's newest dials.
func (o operations) ListDials(ctx context.Context, _ api.ListDialsRequestObject) (api.ListDialsResponseObject, error) {
	list, err := o.Calls.List(ctx, callerOf(ctx).user.ID)
	return api.ListDials200JSONResponse{Items: items(leads.List[leads.Dial]{Items: list})}, err
}

// GetDial returns one dial.
func (o operations) GetDial(ctx context.Context, req api.GetDialRequestObject) (api.GetDialResponseObject, error) {
	d, err := o.Calls.Get(ctx, viewer(ctx), req.Id)
	return api.GetDial200JSONResponse(d), err
}

// CancelDial cancels a dial.
func (o operations) CancelDial(ctx context.Context, req api.CancelDialRequestObject) (api.CancelDialResponseObject, error) {
	d, err := o.Calls.Cancel(ctx, viewer(ctx), req.Id)
	return api.CancelDial200JSONResponse(d), err
}

// HangUpCall ends the caller's part of a call, or for a supervisor without one
// the whole call.
func (o operations) HangUpCall(ctx context.Context, req api.HangUpCallRequestObject) (api.HangUpCallResponseObject, error) {
	return api.HangUpCall204Response{}, o.Calls.HangUp(ctx, viewer(ctx), callerOf(ctx).user, req.Id)
}
