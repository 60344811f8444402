package web

import (
	"context"

	"ctihub/leads"
	"ctihub/web/api"
)

// UpdateContact gives a contact a name or a company.
func (o operations) UpdateContact(ctx context.Context, req api.UpdateContactRequestObject) (api.UpdateContactResponseObject, error) {
	c, err := o.Contacts.Change(ctx, viewer(ctx), req.Id, leads.ContactChange{Name: req.Body.Name, Company: req.Body.Company},
		unchanged(req.Params.IfMatch, contactState))
	return api.UpdateContact200JSONResponse{Body: c, Headers: api.UpdateContact200ResponseHeaders{ETag: contactState(c).tag()}}, err
}

// UpdateLead moves a lead forward or hands it over; each is a transaction of
// its own, so a request does one of them.
func (o operations) UpdateLead(ctx context.Context, req api.UpdateLeadRequestObject) (api.UpdateLeadResponseObject, error) {
	var lead leads.Lead
	var err error
	same := unchanged(req.Params.IfMatch, leadState)
	switch b := req.Body; {
	case b.Status != "" && b.ManagerId != "":
		return nil, invalid("manager_id", "Change the status or the manager, not both in one request.")
	case b.Status != "":
		if err := oneOf("status", b.Status, leads.LeadNew, leads.LeadWorking, leads.LeadWon, leads.LeadRefused); err != nil {
			return nil, err
		}
		lead, err = o.Pipeline.Move(ctx, viewer(ctx), req.Id, b.Status, b.Refusal, same)
	case b.ManagerId != "":
		lead, err = o.Pipeline.HandOver(ctx, viewer(ctx), req.Id, userParam(ctx, b.ManagerId), callerOf(ctx).user.Name, same)
	default:
		return nil, invalid("status", "Give a status or a manager_id.")
	}
	return api.UpdateLead200JSONResponse{Body: lead, Headers: api.UpdateLead200ResponseHeaders{ETag: leadState(lead).tag()}}, err
}
