package web

import (
	"context"

	"ctihub/leads"
	"ctihub/web/api"
)

// SetPresence sets the caller's presence.
func (o operations) SetPresence(ctx context.Context, req api.SetPresenceRequestObject) (api.SetPresenceResponseObject, error) {
	b := req.Body
	u, err := o.People.SetPresence(ctx, callerOf(ctx).user.ID, leads.PresenceState{Presence: b.Presence, Reason: b.Reason, Note: b.Note})
	if err != nil {
		return nil, err
	}
	me, err := o.me(ctx, u.ID)
	return api.SetPresence200JSONResponse(me), err
}

// ListPresence lists the presence of users: all for supervisors, the caller's team for others.
func (o operations) ListPresence(ctx context.Context, _ api.ListPresenceRequestObject) (api.ListPresenceResponseObject, error) {
	seats, err := o.People.Seats(ctx, viewer(ctx))
	return api.ListPresence200JSONResponse{Items: items(leads.List[leads.Seat]{Items: seats})}, err
}

// ListLinks lists the messengers in which the caller can get notices.
func (o operations) ListLinks(ctx context.Context, _ api.ListLinksRequestObject) (api.ListLinksResponseObject, error) {
	links, err := o.Links.List(ctx, callerOf(ctx).user.ID)
	list := make([]api.Link, len(links))
	for i, l := range links {
		list[i] = api.Link{Name: l.Name, Kind: l.Kind, Linked: !l.Since.IsZero(), Since: l.Since}
	}
	return api.ListLinks200JSONResponse{Items: list}, err
}

// MakeLink returns an invitation to link a messenger.
func (o operations) MakeLink(ctx context.Context, req api.MakeLinkRequestObject) (api.MakeLinkResponseObject, error) {
	url, expires, err := o.Links.Invite(ctx, callerOf(ctx).user.ID, req.Name)
	return api.MakeLink201JSONResponse{Url: url, Expires: expires}, err
}

// DropLink ends the caller's link.
func (o operations) DropLink(ctx context.Context, req api.DropLinkRequestObject) (api.DropLinkResponseObject, error) {
	return api.DropLink204Response{}, o.Links.Drop(ctx, callerOf(ctx).user.ID, req.Name)
}
