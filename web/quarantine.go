package web

import (
	"context"
	"errors"
	"net/http"

	"ctihub/leads"
	"ctihub/leads/access"
	"ctihub/web/api"
)

// waitingMost is the number up to which waiting quarantined touches are counted.
const waitingMost = 1000

var errDiscarded = &problem{status: http.StatusConflict, code: codeConflict, title: "It was decided before",
	detail: "Read the record: it says by whom, when and how."}

// ListQuarantine lists quarantined touches.
func (o operations) ListQuarantine(ctx context.Context, req api.ListQuarantineRequestObject) (api.ListQuarantineResponseObject, error) {
	if err := access.Can(viewer(ctx), access.Watch); err != nil {
		return nil, err
	}
	q := req.Params
	page, err := pageOf(q.Limit, q.Cursor)
	if err := first(err, oneOf("state", q.State, leads.QuarantineWaiting, leads.QuarantineAccepted, leads.QuarantineDiscarded)); err != nil {
		return nil, err
	}
	list, err := o.Store.Quarantine(ctx, leads.QuarantineFilter{State: q.State, Source: q.Source}, page)
	if err != nil {
		return nil, err
	}
	waiting, err := o.Store.QuarantineWaiting(ctx, waitingMost)
	return api.ListQuarantine200JSONResponse{Items: items(list), Next: list.Next, Waiting: waiting}, err
}

// GetQuarantined returns one quarantined touch with its raw content.
func (o operations) GetQuarantined(ctx context.Context, req api.GetQuarantinedRequestObject) (api.GetQuarantinedResponseObject, error) {
	if err := access.Can(viewer(ctx), access.Watch); err != nil {
		return nil, err
	}
	q, err := o.Store.QuarantinedTouch(ctx, req.Id)
	return api.GetQuarantined200JSONResponse(q), err
}

// RetryQuarantined ingests a quarantined touch again. A second request gets the result of the
// first.
func (o operations) RetryQuarantined(ctx context.Context, req api.RetryQuarantinedRequestObject) (api.RetryQuarantinedResponseObject, error) {
	v := viewer(ctx)
	if err := access.Can(v, access.Administer); err != nil {
		return nil, err
	}
	q, err := o.Store.QuarantinedTouch(ctx, req.Id)
	if err != nil {
		return nil, err
	}
	if q.State == leads.QuarantineWaiting {
		if err := o.Intake.Retry(ctx, q, v.UserID); err != nil && !errors.Is(err, leads.ErrConflict) {
			return nil, err
		}
		if q, err = o.Store.QuarantinedTouch(ctx, req.Id); err != nil {
			return nil, err
		}
		o.Log.Info("quarantined touch retried", "id", q.ID, "source", q.Source, "state", q.State, "user", v.UserID)
	}
	if q.State == leads.QuarantineDiscarded {
		return nil, errDiscarded
	}
	return api.RetryQuarantined200JSONResponse(q), nil
}

// DiscardQuarantined ends a quarantine without an interaction.
func (o operations) DiscardQuarantined(ctx context.Context, req api.DiscardQuarantinedRequestObject) (api.DiscardQuarantinedResponseObject, error) {
	v := viewer(ctx)
	if err := access.Can(v, access.Administer); err != nil {
		return nil, err
	}
	discard := o.Intake.Discard(ctx, req.Id, v.UserID, req.Body.Note)
	if discard != nil && !errors.Is(discard, leads.ErrConflict) {
		return nil, discard
	}
	q, err := o.Store.QuarantinedTouch(ctx, req.Id)
	switch {
	case err != nil: // there is none
		return nil, err
	case discard != nil:
		return nil, errDiscarded
	}
	o.Log.Info("quarantined touch discarded", "id", req.Id, "user", v.UserID)
	return api.DiscardQuarantined200JSONResponse(q), nil
}
