package web

import (
	"context"

	"ctihub/leads"
	"ctihub/leads/pipeline"
	"ctihub/web/api"
)

// OpenLead opens a lead of a contact by hand.
func (o operations) OpenLead(ctx context.Context, req api.OpenLeadRequestObject) (api.OpenLeadResponseObject, error) {
	lead, err := o.Pipeline.Open(ctx, callerOf(ctx).user, req.Body.ContactId, req.Body.Subject, req.Body.PipelineId, req.Body.Fields)
	return api.OpenLead201JSONResponse{Body: lead, Headers: api.OpenLead201ResponseHeaders{ETag: leadState(lead).tag()}}, unprocessable(err)
}

// ListLeadHistory lists the stages and managers that a lead had.
func (o operations) ListLeadHistory(ctx context.Context, req api.ListLeadHistoryRequestObject) (api.ListLeadHistoryResponseObject, error) {
	list, err := o.Store.RecordHistory(ctx, viewer(ctx), leads.ObjectLead, req.Id)
	return api.ListLeadHistory200JSONResponse{Items: items(leads.List[leads.HistoryEntry]{Items: list})}, err
}

// UpdateLead moves a lead and changes its worth, reopens it or hands it over; each of the three is
// a transaction of its own, so a request does one of them.
func (o operations) UpdateLead(ctx context.Context, req api.UpdateLeadRequestObject) (api.UpdateLeadResponseObject, error) {
	var lead leads.Lead
	var err error
	same, b := unchanged(req.Params.IfMatch, leadState), req.Body
	edit := pipeline.Edit{
		StageID: b.StageId, Status: b.Status, RefusalID: b.RefusalId, Refusal: b.Refusal,
		Amount: b.Amount, Currency: b.Currency, Probability: b.Probability, Expected: b.Expected, Product: b.Product, Fields: b.Fields,
	}
	edits := !edit.Empty()
	switch {
	case b.Status != "" && b.StageId != "":
		return nil, unprocessable(invalid("stage_id", "Give a stage_id or a status, not both."))
	case edits && b.ManagerId != "":
		return nil, unprocessable(invalid("manager_id", "Change the manager alone, in a request of its own."))
	case b.Reopen && (edits || b.ManagerId != ""):
		return nil, unprocessable(invalid("reopen", "Reopen the lead first; then change its stage or its manager."))
	case b.Reopen:
		lead, err = o.Pipeline.Reopen(ctx, viewer(ctx), req.Id, same)
	case edits:
		if err := oneOf("status", b.Status, leads.LeadNew, leads.LeadWorking, leads.LeadWon, leads.LeadRefused); err != nil {
			return nil, unprocessable(err)
		}
		lead, err = o.Pipeline.Change(ctx, viewer(ctx), req.Id, edit, same)
	case b.ManagerId != "":
		lead, err = o.Pipeline.HandOver(ctx, viewer(ctx), req.Id, userParam(ctx, b.ManagerId), callerOf(ctx).user.Name, same)
	default:
		return nil, unprocessable(invalid("status", "Give a stage_id, a status, what the lead is worth, fields, a manager_id, or reopen as true."))
	}
	return api.UpdateLead200JSONResponse{Body: lead, Headers: api.UpdateLead200ResponseHeaders{ETag: leadState(lead).tag()}}, unprocessable(err)
}
