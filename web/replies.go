package web

import (
	"context"

	"ctihub/leads"
	"ctihub/leads/replies"
	"ctihub/web/api"
)

// keyOf returns the idempotency key of a request, from the header Idempotency-Key or the body;
// want names what the key is for.
func keyOf(header, body, want string) (string, error) {
	key := header
	if key == "" {
		key = body
	}
	remedy := "Send one key, new for each " + want + " that you mean, as Idempotency-Key or in the body: at most 100 bytes."
	if body != "" && body != key {
		return "", leads.Invalid("key", remedy)
	}
	return key, leads.CheckKey(key, remedy)
}

// Reply answers a lead's customer.
func (o operations) Reply(ctx context.Context, req api.ReplyRequestObject) (api.ReplyResponseObject, error) {
	b, me := req.Body, callerOf(ctx).user
	key, err := keyOf(req.Params.IdempotencyKey, b.Key, "reply")
	if err != nil {
		return nil, err
	}
	r, err := o.Replies.Ask(ctx, viewer(ctx), leads.Person{ID: me.ID, Name: me.Name}, replies.Wanted{
		LeadID: req.Id, Key: key, Source: b.Source, To: b.To, Subject: b.Subject, Text: b.Text, Template: b.Template, Files: b.Attachments,
	})
	return api.Reply200JSONResponse(r), err
}

// ListChannels lists the channels in which a lead's customer can be answered.
func (o operations) ListChannels(ctx context.Context, req api.ListChannelsRequestObject) (api.ListChannelsResponseObject, error) {
	list, err := o.Replies.Channels(ctx, viewer(ctx), req.Id)
	return api.ListChannels200JSONResponse{Items: items(leads.List[leads.ReplyChannel]{Items: list})}, err
}

// ListReplies lists the replies to a lead's contact.
func (o operations) ListReplies(ctx context.Context, req api.ListRepliesRequestObject) (api.ListRepliesResponseObject, error) {
	list, err := o.Replies.List(ctx, viewer(ctx), req.Id)
	return api.ListReplies200JSONResponse{Items: items(leads.List[leads.Reply]{Items: list})}, err
}

// SendReplyAgain sends a reply once more.
func (o operations) SendReplyAgain(ctx context.Context, req api.SendReplyAgainRequestObject) (api.SendReplyAgainResponseObject, error) {
	r, err := o.Replies.Again(ctx, viewer(ctx), req.Id)
	return api.SendReplyAgain200JSONResponse(r), err
}

// DismissReply notes that the caller has seen the final state of a reply.
func (o operations) DismissReply(ctx context.Context, req api.DismissReplyRequestObject) (api.DismissReplyResponseObject, error) {
	r, err := o.Replies.Dismiss(ctx, viewer(ctx), req.Id)
	return api.DismissReply200JSONResponse(r), err
}
