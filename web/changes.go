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
		id := userParam(ctx, b.ManagerId)
		if len(id) > 64 || !leads.Printable(id) {
			return nil, invalid("manager_id", "It is not the id of a user.")
		}
		lead, err = o.Pipeline.HandOver(ctx, viewer(ctx), req.Id, id, callerOf(ctx).user.Name, same)
	default:
		return nil, invalid("status", "Give a status or a manager_id.")
	}
	return api.UpdateLead200JSONResponse{Body: lead, Headers: api.UpdateLead200ResponseHeaders{ETag: leadState(lead).tag()}}, err
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
