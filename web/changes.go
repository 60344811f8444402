package web

import (
	"context"

	"ctihub/leads"
	"ctihub/web/api"
)

// OpenLead opens a lead of a contact by hand.
func (o operations) OpenLead(ctx context.Context, req api.OpenLeadRequestObject) (api.OpenLeadResponseObject, error) {
	lead, err := o.Pipeline.Open(ctx, callerOf(ctx).user, req.Body.ContactId, req.Body.Subject)
	return api.OpenLead201JSONResponse{Body: lead, Headers: api.OpenLead201ResponseHeaders{ETag: leadState(lead).tag()}}, unprocessable(err)
}

// ListLeadHistory lists the stages and managers that a lead had.
func (o operations) ListLeadHistory(ctx context.Context, req api.ListLeadHistoryRequestObject) (api.ListLeadHistoryResponseObject, error) {
	list, err := o.Store.RecordHistory(ctx, viewer(ctx), leads.ObjectLead, req.Id)
	return api.ListLeadHistory200JSONResponse{Items: items(leads.List[leads.HistoryEntry]{Items: list})}, err
}

// UpdateLead moves a lead forward, reopens it or hands it over; each is a transaction of
// its own, so a request does one of them.
func (o operations) UpdateLead(ctx context.Context, req api.UpdateLeadRequestObject) (api.UpdateLeadResponseObject, error) {
	var lead leads.Lead
	var err error
	same := unchanged(req.Params.IfMatch, leadState)
	switch b := req.Body; {
	case b.Status != "" && b.ManagerId != "":
		return nil, unprocessable(invalid("manager_id", "Change the status or the manager, not both in one request."))
	case b.Reopen && (b.Status != "" || b.ManagerId != ""):
		return nil, unprocessable(invalid("reopen", "Reopen the lead first; then change its status or its manager."))
	case b.Reopen:
		lead, err = o.Pipeline.Reopen(ctx, viewer(ctx), req.Id, same)
	case b.Status != "":
		if err := oneOf("status", b.Status, leads.LeadNew, leads.LeadWorking, leads.LeadWon, leads.LeadRefused); err != nil {
			return nil, unprocessable(err)
		}
		lead, err = o.Pipeline.Move(ctx, viewer(ctx), req.Id, b.Status, b.Refusal, same)
	case b.ManagerId != "":
		lead, err = o.Pipeline.HandOver(ctx, viewer(ctx), req.Id, userParam(ctx, b.ManagerId), callerOf(ctx).user.Name, same)
	default:
		return nil, unprocessable(invalid("status", "Give a status, a manager_id, or reopen as true."))
	}
	return api.UpdateLead200JSONResponse{Body: lead, Headers: api.UpdateLead200ResponseHeaders{ETag: leadState(lead).tag()}}, unprocessable(err)
}
