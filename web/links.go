package web

import (
	"context"
	"net/http"

	"ctihub/leads"
	"ctihub/web/api"
)

var errMessengerAway = &problem{status: http.StatusServiceUnavailable, code: codeUnavailable, title: "The messenger cannot be reached",
	detail: "Try again in a minute."}

// ListLinks lists where the caller can be told of leads and calls.
func (o operations) ListLinks(ctx context.Context, _ api.ListLinksRequestObject) (api.ListLinksResponseObject, error) {
	since, err := o.Store.LinksOf(ctx, callerOf(ctx).user.ID)
	if err != nil {
		return nil, err
	}
	list := make([]api.Link, len(o.Links))
	for i, l := range o.Links {
		list[i] = api.Link{Name: l.Name, Kind: l.Kind}
		if at, ok := since[l.Inviter.Via()]; ok {
			list[i].Linked, list[i].Since = true, at
		}
	}
	return api.ListLinks200JSONResponse{Items: list}, nil
}

// MakeLink invites the caller to link a chat.
func (o operations) MakeLink(ctx context.Context, req api.MakeLinkRequestObject) (api.MakeLinkResponseObject, error) {
	l, err := o.link(req.Name)
	if err != nil {
		return nil, err
	}
	code, expires, err := o.Store.NewLinkCode(ctx, callerOf(ctx).user.ID, l.Inviter.Via())
	if err != nil {
		return nil, err
	}
	url, err := l.Inviter.Invite(ctx, code)
	if err != nil {
		o.Log.WarnContext(ctx, "a link with a messenger cannot be offered", "sink", l.Name, "error", err)
		return nil, errMessengerAway
	}
	return api.MakeLink201JSONResponse{Url: url, Expires: expires}, nil
}

// DropLink ends the caller's link.
func (o operations) DropLink(ctx context.Context, req api.DropLinkRequestObject) (api.DropLinkResponseObject, error) {
	l, err := o.link(req.Name)
	if err != nil {
		return nil, err
	}
	return api.DropLink204Response{}, o.Store.UnlinkUser(ctx, callerOf(ctx).user.ID, l.Inviter.Via())
}

func (o operations) link(name string) (Link, error) {
	for _, l := range o.Links {
		if l.Name == name {
			return l, nil
		}
	}
	return Link{}, leads.ErrNotFound
}
