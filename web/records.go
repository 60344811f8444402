package web

import (
	"context"
	"slices"

	"ctihub/leads"
	"ctihub/leads/access"
	"ctihub/web/api"
)

// operations are the API's operations, in the form that api's generated code
// calls. An error becomes a problem.
type operations struct{ *Server }

// Length of a list's page.
const (
	pageDefault = 50
	pageMost    = 200
)

func pageOf(limit *int, cursor string) (leads.Page, error) {
	p := leads.Page{Limit: pageDefault, Cursor: cursor}
	if limit != nil {
		p.Limit = *limit
	}
	if p.Limit < 1 || p.Limit > pageMost {
		return p, invalid("limit", "1 to 200, 50 unless told.")
	}
	return p, nil
}

// userParam resolves "me" in a parameter that names a user.
func userParam(ctx context.Context, id string) string {
	if id == "me" {
		return callerOf(ctx).user.ID
	}
	return id
}

// oneOf checks a parameter that may be empty or one of a few words.
func oneOf[T ~string](field string, v T, allowed ...T) error {
	if v == "" || slices.Contains(allowed, v) {
		return nil
	}
	text := "One of"
	for _, a := range allowed {
		text += " " + string(a)
	}
	return invalid(field, text+".")
}

// first returns the first error.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// items is a list as JSON has it, never null.
func items[T any](list leads.List[T]) []T {
	if list.Items == nil {
		return []T{}
	}
	return list.Items
}

// ListLeads lists the leads that the caller may see.
func (o operations) ListLeads(ctx context.Context, req api.ListLeadsRequestObject) (api.ListLeadsResponseObject, error) {
	q := req.Params
	page, err := pageOf(q.Limit, q.Cursor)
	query, wrong := leads.Line("q", q.Q)
	utm, wrongUTM := leads.Line("utm_source", q.UtmSource)
	if err := first(err, wrong, wrongUTM, oneOf("status", q.Status, leads.LeadNew, leads.LeadWorking, leads.LeadWon, leads.LeadRefused)); err != nil {
		return nil, err
	}
	f := leads.LeadFilter{
		Query: query, Status: q.Status, Open: q.Open, ContactID: q.ContactId, Source: q.Source, UTMSource: utm,
		ManagerID: userParam(ctx, q.ManagerId),
	}
	if q.ManagerId == "none" {
		f.ManagerID, f.Unassigned = "", true
	}
	list, err := o.Store.Leads(ctx, viewer(ctx), f, page)
	return api.ListLeads200JSONResponse{Items: items(list), Next: list.Next}, err
}

// GetLead returns one lead.
func (o operations) GetLead(ctx context.Context, req api.GetLeadRequestObject) (api.GetLeadResponseObject, error) {
	l, err := o.Store.Lead(ctx, viewer(ctx), req.Id)
	return api.GetLead200JSONResponse{Body: l, Headers: api.GetLead200ResponseHeaders{ETag: leadState(l).tag()}}, err
}

// ListInteractions lists the interactions that the caller may see.
func (o operations) ListInteractions(ctx context.Context, req api.ListInteractionsRequestObject) (api.ListInteractionsResponseObject, error) {
	q := req.Params
	page, err := pageOf(q.Limit, q.Cursor)
	if err != nil {
		return nil, err
	}
	if err := oneOf("facts", q.Facts, api.Missing); err != nil {
		return nil, err
	}
	list, err := o.Store.Interactions(ctx, viewer(ctx), leads.InteractionFilter{
		ContactID: q.ContactId, LeadID: q.LeadId, Source: q.Source, Channel: leads.Channel(q.Channel),
		ExternalID: q.ExternalId, Since: q.Since, Until: q.Until, LackingFacts: q.Facts == api.Missing,
	}, page)
	if err != nil || q.Facts != api.Missing {
		return api.ListInteractions200JSONResponse{Items: items(list), Next: list.Next}, err
	}
	lacking, err := o.Facts.CountLacking(ctx, viewer(ctx), lackingMost)
	return api.ListInteractions200JSONResponse{Items: items(list), Next: list.Next, Missing: &lacking}, err
}

// ListCalls lists the calls that the caller may see.
func (o operations) ListCalls(ctx context.Context, req api.ListCallsRequestObject) (api.ListCallsResponseObject, error) {
	q := req.Params
	page, err := pageOf(q.Limit, q.Cursor)
	query, wrong := leads.Line("q", q.Q)
	if err := first(err, wrong,
		oneOf("direction", q.Direction, leads.In, leads.Out, leads.Internal),
		oneOf("state", q.State, leads.CallRinging, leads.CallTalking, leads.CallEnded),
		oneOf("disposition", q.Disposition, leads.Answered, leads.Missed, leads.Abandoned, leads.Busy,
			leads.Declined, leads.Unreachable, leads.Failed, leads.Voicemail, leads.Barred, leads.Interrupted),
	); err != nil {
		return nil, err
	}
	list, err := o.Store.Calls(ctx, viewer(ctx), leads.CallFilter{
		Query: query, Direction: q.Direction, Disposition: q.Disposition, State: q.State, NotAnswered: q.NotAnswered,
		OperatorID: userParam(ctx, q.OperatorId), Queue: q.Queue, Source: q.Source, Linkedid: q.Linkedid,
		ContactID: q.ContactId, Since: q.Since, Until: q.Until,
	}, page)
	return api.ListCalls200JSONResponse{Items: items(list), Next: list.Next}, err
}

// GetCall returns one call.
func (o operations) GetCall(ctx context.Context, req api.GetCallRequestObject) (api.GetCallResponseObject, error) {
	c, err := o.Store.Call(ctx, viewer(ctx), req.Id)
	return api.GetCall200JSONResponse(c), err
}

// ListUsers lists the colleagues.
func (o operations) ListUsers(ctx context.Context, req api.ListUsersRequestObject) (api.ListUsersResponseObject, error) {
	page, err := pageOf(req.Params.Limit, req.Params.Cursor)
	if err != nil {
		return nil, err
	}
	list, err := o.Store.Users(ctx, page)
	for i, u := range list.Items {
		list.Items[i] = access.Colleague(u, viewer(ctx))
	}
	return api.ListUsers200JSONResponse{Items: items(list), Next: list.Next}, err
}

// GetUser returns one colleague.
func (o operations) GetUser(ctx context.Context, req api.GetUserRequestObject) (api.GetUserResponseObject, error) {
	u, err := o.Store.User(ctx, userParam(ctx, req.Id))
	return api.GetUser200JSONResponse(access.Colleague(u, viewer(ctx))), err
}
