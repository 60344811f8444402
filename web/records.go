package web

import (
	"context"
	"slices"
	"strconv"
	"time"

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

// valuesMost is how many values a filter may have.
const valuesMost = 20

// fewOf checks a parameter that may be given several times, each time with one of a few words
// if there are such.
func fewOf[T ~string](field string, values []T, allowed ...T) error {
	if len(values) > valuesMost {
		return invalid(field, "At most "+strconv.Itoa(valuesMost)+" values.")
	}
	for _, v := range values {
		if v == "" {
			return invalid(field, "Give a value, or leave it out.")
		}
		if len(allowed) > 0 {
			if err := oneOf(field, v, allowed...); err != nil {
				return err
			}
		}
	}
	return nil
}

// ordered is a page in an order of a list.
func ordered(p leads.Page, list leads.ViewList, order leads.Order) (leads.Page, error) {
	p.Order = order
	return p, oneOf("order", order, leads.Orders[list]...)
}

// atLeast is the least length of a filter by a time, in milliseconds.
func atLeast(field string, ms int64) (time.Duration, error) {
	if most := int64(24 * time.Hour / time.Millisecond); ms < 0 || ms > most {
		return 0, invalid(field, "From 0 to "+strconv.FormatInt(most, 10)+" milliseconds, which is a day.")
	}
	return time.Duration(ms) * time.Millisecond, nil
}

// period is the time between two parameters, each of which may be left out.
func period(since, until time.Time) (leads.Period, error) {
	if !since.IsZero() && !until.IsZero() && !since.Before(until) {
		return leads.Period{}, invalid("until", "It is later than since.")
	}
	return leads.Period{Since: since, Until: until}, nil
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
	page, err := pageOf(req.Params.Limit, req.Params.Cursor)
	page, wrongOrder := ordered(page, leads.ViewLeads, req.Params.Order)
	f, wrong := o.leadFilter(ctx, req.Params)
	if err := first(err, wrongOrder, wrong); err != nil {
		return nil, err
	}
	list, err := o.Store.Leads(ctx, viewer(ctx), f, page)
	return api.ListLeads200JSONResponse{Items: items(list), Next: list.Next}, err
}

// leadFilter is the filter of a list or a board of leads.
func (o operations) leadFilter(ctx context.Context, q api.ListLeadsParams) (f leads.LeadFilter, err error) {
	query, wrong := leads.Line("q", q.Q)
	utm, wrongUTM := leads.Line("utm_source", q.UtmSource)
	opened, wrongPeriod := period(q.Since, q.Until)
	if err := first(wrong, wrongUTM, wrongPeriod, oneOf("status", q.Status, leads.LeadNew, leads.LeadWorking, leads.LeadWon, leads.LeadRefused),
		fewOf("source", q.Source), fewOf("channel", q.Channel), fewOf("team", q.Team), fewOf("field", q.Field)); err != nil {
		return f, err
	}
	f = leads.LeadFilter{
		Query: query, PipelineID: q.PipelineId, StageID: q.StageId, Status: q.Status, Open: q.Open, Waiting: q.Waiting, ContactID: q.ContactId, CompanyID: q.CompanyId, UTMSource: utm,
		Sources: q.Source, Teams: q.Team, Repeat: q.Repeat, Opened: opened,
		ManagerID: userParam(ctx, q.ManagerId),
	}
	for _, c := range q.Channel {
		f.Channels = append(f.Channels, leads.Channel(c))
	}
	if q.ManagerId == "none" {
		f.ManagerID, f.Unassigned = "", true
	}
	f.Fields, err = o.Fields.Filters(ctx, leads.CustomOfLead, q.Field)
	return f, unprocessable(err)
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
	if err := fewOf("field", q.Field); err != nil {
		return nil, err
	}
	fields, err := o.Fields.Filters(ctx, leads.CustomOfInteraction, q.Field)
	if err != nil {
		return nil, unprocessable(err)
	}
	list, err := o.Store.Interactions(ctx, viewer(ctx), leads.InteractionFilter{
		Fields:    fields,
		ContactID: q.ContactId, CompanyID: q.CompanyId, LeadID: q.LeadId, Source: q.Source, Channel: leads.Channel(q.Channel),
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
	page, wrongOrder := ordered(page, leads.ViewCalls, q.Order)
	started, wrongPeriod := period(q.Since, q.Until)
	utm, wrongUTM := leads.Line("utm_source", q.UtmSource)
	talked, wrongTalk := atLeast("talk_ms_min", q.TalkMsMin)
	waited, wrongWait := atLeast("wait_ms_min", q.WaitMsMin)
	if err := first(err, wrong, wrongOrder, wrongPeriod, wrongUTM, wrongTalk, wrongWait,
		fewOf("direction", q.Direction, leads.In, leads.Out, leads.Internal),
		fewOf("operator_id", q.OperatorId), fewOf("queue", q.Queue), fewOf("source", q.Source), fewOf("did", q.Did), fewOf("team", q.Team),
		oneOf("state", q.State, leads.CallRinging, leads.CallTalking, leads.CallEnded),
		fewOf("disposition", q.Disposition, leads.Answered, leads.Missed, leads.Abandoned, leads.Busy,
			leads.Declined, leads.Unreachable, leads.Failed, leads.Voicemail, leads.Barred, leads.Interrupted),
	); err != nil {
		return nil, err
	}
	f := leads.CallFilter{
		Query: query, Directions: q.Direction, Dispositions: q.Disposition, State: q.State, NotAnswered: q.NotAnswered,
		Queues: q.Queue, Sources: q.Source, Lines: q.Did, Teams: q.Team, UTMSource: utm, TalkedMin: talked, WaitedMin: waited,
		Recorded: q.Recorded, Linkedid: q.Linkedid, ContactID: q.ContactId, CompanyID: q.CompanyId, Started: started,
	}
	for _, id := range q.OperatorId {
		f.OperatorIDs = append(f.OperatorIDs, userParam(ctx, id))
	}
	list, err := o.Store.Calls(ctx, viewer(ctx), f, page)
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
