package web

import (
	"context"

	"ctihub/leads"
	"ctihub/web/api"
)

// optional checks a line that may be left out of a request.
func optional(field string, s *string) (*string, error) {
	if s == nil {
		return nil, nil
	}
	line, err := leads.Line(field, *s)
	return &line, err
}

// UpdateContact gives a contact a name or a company.
func (o operations) UpdateContact(ctx context.Context, req api.UpdateContactRequestObject) (api.UpdateContactResponseObject, error) {
	if req.Body.Name == nil && req.Body.Company == nil {
		return nil, invalid("name", "Give a name, a company or both.")
	}
	name, err := optional("name", req.Body.Name)
	company, wrong := optional("company", req.Body.Company)
	if err := first(err, wrong); err != nil {
		return nil, err
	}
	c, err := o.Store.ChangeContact(ctx, viewer(ctx), req.Id, leads.ContactChange{Name: name, Company: company},
		unchanged(req.Params.IfMatch, contactState))
	if err != nil {
		return nil, err
	}
	return api.UpdateContact200JSONResponse{Body: c, Headers: api.UpdateContact200ResponseHeaders{ETag: contactState(c).tag()}}, nil
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
		lead, err = o.moveLead(ctx, req.Id, b.Status, b.Refusal, same)
	case b.ManagerId != "":
		lead, err = o.handOver(ctx, req.Id, userParam(ctx, b.ManagerId), same)
	default:
		return nil, invalid("status", "Give a status or a manager_id.")
	}
	if err != nil {
		return nil, err
	}
	return api.UpdateLead200JSONResponse{Body: lead, Headers: api.UpdateLead200ResponseHeaders{ETag: leadState(lead).tag()}}, nil
}

func (o operations) moveLead(ctx context.Context, id string, to leads.LeadStatus, refusal string, same func(leads.Lead) error) (leads.Lead, error) {
	refusal, err := leads.Line("refusal", refusal)
	if err := first(err, oneOf("status", to, leads.LeadNew, leads.LeadWorking, leads.LeadWon, leads.LeadRefused)); err != nil {
		return leads.Lead{}, err
	}
	if to == leads.LeadRefused && refusal == "" {
		return leads.Lead{}, invalid("refusal", "Say why the lead is refused.")
	}
	if to != leads.LeadRefused && refusal != "" {
		return leads.Lead{}, invalid("refusal", "It goes with status refused only.")
	}
	return o.Store.SetLeadStatus(ctx, viewer(ctx), id, to, refusal, same)
}

func (o operations) handOver(ctx context.Context, id, managerID string, same func(leads.Lead) error) (leads.Lead, error) {
	if len(managerID) > 64 || !leads.Printable(managerID) {
		return leads.Lead{}, invalid("manager_id", "It is not the id of a user.")
	}
	return o.Store.Reassign(ctx, viewer(ctx), id, managerID, leads.ReasonByHand+":"+callerOf(ctx).user.Name, same)
}

// SetPresence says whether new work may be given to the caller.
func (o operations) SetPresence(ctx context.Context, req api.SetPresenceRequestObject) (api.SetPresenceResponseObject, error) {
	note, err := leads.Line("note", req.Body.Note)
	if err != nil {
		return nil, err
	}
	p := leads.PresenceState{Presence: req.Body.Presence, Reason: req.Body.Reason, Note: note}
	if !p.Presence.Valid() {
		return nil, invalid("presence", "One of available paused offline.")
	}
	if err := p.Check(); err != nil {
		return nil, invalid("reason", "Not with this presence: "+err.Error()+".")
	}
	u, err := o.Store.SetPresence(ctx, callerOf(ctx).user.ID, p)
	if err != nil {
		return nil, err
	}
	if p.Presence == leads.Available && o.OnAvailable != nil {
		o.OnAvailable()
	}
	me, err := o.me(ctx, u.ID)
	if err != nil {
		return nil, err
	}
	return api.SetPresence200JSONResponse(me), nil
}
