package web

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"ctihub/leads"
	"ctihub/web/api"
)

// Problems of dialling; each says what to do.
var (
	errNoDialler = &problem{status: http.StatusConflict, code: codeConflict, title: "No exchange is set up to dial",
		detail: "Dial on the telephone, or let an administrator add \"dial\" to the exchange in the configuration."}
	errNoExtension = &problem{status: http.StatusConflict, code: codeConflict, title: "You have no telephone",
		detail: "An administrator can give you an extension."}
	errDialPending = &problem{status: http.StatusConflict, code: codeConflict, title: "Your telephone is being called already",
		detail: "Wait until that call is answered or cancel it; a key goes with one number only."}
	errNotLive = &problem{status: http.StatusConflict, code: codeConflict, title: "There is nothing to hang up",
		detail: "The call is over, or you have no part in it any more."}
	errOnlyListens = &problem{status: http.StatusConflict, code: codeConflict, title: "The hub only listens to this exchange",
		detail: "Hang up on the telephone, or let an administrator add \"dial\" to the exchange in the configuration."}
)

const maxKey = 100 // bytes of an idempotency key

// Dial calls a number for the caller.
func (o operations) Dial(ctx context.Context, req api.DialRequestObject) (api.DialResponseObject, error) {
	b, me := req.Body, callerOf(ctx).user
	d := leads.Dial{User: leads.Person{ID: me.ID, Name: me.Name}, Key: req.Params.IdempotencyKey, Extension: b.Extension, Source: b.Source}
	if d.Key == "" {
		d.Key = b.Key
	}
	if d.Key == "" || len(d.Key) > maxKey || !leads.Printable(d.Key) || b.Key != "" && b.Key != d.Key {
		return nil, invalid("key", "Send one key, new for each call that you mean, as Idempotency-Key or in the body: at most 100 bytes.")
	}
	if len(me.Extensions) == 0 {
		return nil, errNoExtension
	}
	if d.Extension == "" {
		d.Extension = me.Extensions[0]
	}
	if !slices.Contains(me.Extensions, d.Extension) {
		return nil, invalid("extension", "It is none of your telephones.")
	}
	diallers := o.Sources.Diallers()
	if len(diallers) == 0 {
		return nil, errNoDialler
	}
	if d.Source == "" {
		d.Source = diallers[0]
	}
	if !slices.Contains(diallers, d.Source) {
		return nil, invalid("source", "It is no exchange that dials.")
	}
	dialler := o.Sources.Dialler(d.Source)
	number, err := o.numberOf(ctx, b.Number, b.ContactId)
	if err != nil {
		return nil, err
	}
	if d.Number, err = dialler.CheckNumber(number); err != nil {
		return nil, notDialled(err)
	}
	d.Address = visitOf(ctx).address
	d, err = o.Store.AskDial(ctx, d)
	if errors.Is(err, leads.ErrConflict) {
		return nil, errDialPending
	}
	if err != nil {
		return nil, notDialled(err)
	}
	dialler.KickDials()
	return api.Dial200JSONResponse(d), nil
}

// notDialled explains a refusal with its reason and its rule.
func notDialled(err error) error {
	var refused leads.DialRefusal
	if !errors.As(err, &refused) {
		return err
	}
	p := invalid("number", refused.Words())
	p.title, p.reason = "The number is not dialled", string(refused)
	if refused.Exhausted() {
		p.status, p.code = http.StatusTooManyRequests, codeThrottled
	}
	return p
}

// numberOf is the number of a request: as given, but of a contact one of theirs.
func (o operations) numberOf(ctx context.Context, number, contactID string) (string, error) {
	if number != "" && leads.CheckDialable(number) != nil {
		return "", invalid("number", "2 to 15 digits, with a + before them or without.")
	}
	if contactID == "" {
		if number == "" {
			return "", invalid("number", "Give a number or a contact_id.")
		}
		return number, nil
	}
	c, err := o.Store.Contact(ctx, viewer(ctx), contactID)
	if err != nil {
		return "", err
	}
	for _, i := range c.Identities {
		if i.Kind == leads.KindPhone && (number == "" || i.Value == number) {
			return i.Value, nil
		}
	}
	return "", invalid("contact_id", "The contact has no such phone.")
}

// ListDials lists the caller's newest dials.
func (o operations) ListDials(ctx context.Context, _ api.ListDialsRequestObject) (api.ListDialsResponseObject, error) {
	list, err := o.Store.DialsOf(ctx, callerOf(ctx).user.ID)
	if err != nil {
		return nil, err
	}
	return api.ListDials200JSONResponse{Items: items(leads.List[leads.Dial]{Items: list})}, nil
}

// GetDial returns one dial.
func (o operations) GetDial(ctx context.Context, req api.GetDialRequestObject) (api.GetDialResponseObject, error) {
	d, err := o.Store.Dial(ctx, viewer(ctx), req.Id)
	return api.GetDial200JSONResponse(d), err
}

// CancelDial gives a dial up.
func (o operations) CancelDial(ctx context.Context, req api.CancelDialRequestObject) (api.CancelDialResponseObject, error) {
	d, err := o.Store.CancelDial(ctx, viewer(ctx), req.Id)
	if err != nil {
		return nil, err
	}
	if dialler := o.Sources.Dialler(d.Source); dialler != nil {
		dialler.KickDials()
	}
	return api.CancelDial200JSONResponse(d), nil
}

// HangUpCall ends the caller's part of a call, or for a supervisor without one
// the whole call.
func (o operations) HangUpCall(ctx context.Context, req api.HangUpCallRequestObject) (api.HangUpCallResponseObject, error) {
	call, err := o.Store.Call(ctx, viewer(ctx), req.Id)
	if err != nil {
		return nil, err
	}
	me := callerOf(ctx).user
	channel := partOf(call, me)
	if channel == "" {
		return nil, errNotLive
	}
	refused := errOnlyListens
	if dialler := o.Sources.Dialler(call.Source); dialler != nil {
		switch err := dialler.Hangup(ctx, channel); {
		case err == nil:
			return api.HangUpCall204Response{}, nil
		case !errors.Is(err, leads.ErrNotFound):
			return nil, errUnavailable
		}
		refused = errNotLive
	}
	// The exchange cannot hang up, or has no such call any more. A record of a
	// call whose end was lost is ended; one that goes on is not.
	if !me.Role.SeesAll() || o.Sources.FollowsCall(call.Source, call.Linkedid) {
		return nil, refused
	}
	if err := o.EndCall(ctx, call, o.Now()); err != nil {
		return nil, err
	}
	return api.HangUpCall204Response{}, nil
}

// partOf is the channel that a user may hang up in a call, "" for none: that of
// their own telephone; the one that began the call, for whoever placed it and
// for a supervisor.
func partOf(call leads.CallRecord, u leads.User) string {
	if call.State == leads.CallEnded {
		return ""
	}
	for _, l := range call.Legs {
		if l.User != nil && l.User.ID == u.ID && (l.State == leads.LegRinging || l.State == leads.LegTalking) {
			return l.Channel
		}
	}
	mine := call.Direction != leads.In && slices.Contains(u.Extensions, call.From)
	if mine || u.Role.SeesAll() {
		return call.Linkedid
	}
	return ""
}
