package web

import (
	"context"

	"github.com/google/uuid"

	"ctihub/leads"
	"ctihub/web/api"
)

// lackingMost is up to how many interactions without a required fact are counted.
const lackingMost = 1000

// WriteFacts changes the facts of an interaction; what is left out stays.
func (o operations) WriteFacts(ctx context.Context, req api.WriteFactsRequestObject) (api.WriteFactsResponseObject, error) {
	b := req.Body
	i, err := o.Facts.Write(ctx, viewer(ctx), req.Id, leads.FactsChange{
		Nature: b.Nature, Subject: b.Subject, Summary: b.Summary, Outcome: b.Outcome, Decision: b.Decision, Fields: b.Fields,
	}, unchanged(req.Params.IfMatch, factsState))
	if err != nil {
		return nil, unprocessable(err)
	}
	return api.WriteFacts200JSONResponse{Body: i, Headers: api.WriteFacts200ResponseHeaders{ETag: factsState(i).tag()}}, nil
}

// ListFactChanges lists what was written of an interaction.
func (o operations) ListFactChanges(ctx context.Context, req api.ListFactChangesRequestObject) (api.ListFactChangesResponseObject, error) {
	list, err := o.Facts.History(ctx, viewer(ctx), req.Id)
	return api.ListFactChanges200JSONResponse{Items: items(leads.List[leads.FactChange]{Items: list})}, err
}

// RegisterByHand stores a contact by hand of the caller.
func (o operations) RegisterByHand(ctx context.Context, req api.RegisterByHandRequestObject) (api.RegisterByHandResponseObject, error) {
	b := req.Body
	if req.Params.IdempotencyKey == "" && b.Key == "" {
		b.Key = uuid.Must(uuid.NewV7()).String()
	}
	key, err := keyOf(req.Params.IdempotencyKey, b.Key, "contact by hand")
	if err != nil {
		return nil, unprocessable(err)
	}
	hand := leads.ByHand{
		Key: key, ContactID: b.ContactId, LeadID: b.LeadId, Channel: leads.Channel(b.Channel), Direction: leads.Direction(b.Direction), At: b.At, Text: b.Text,
	}
	for _, id := range b.Attachments {
		hand.Attachments = append(hand.Attachments, leads.Attachment{ID: id})
	}
	given := func(s string) leads.OptionalText { return leads.OptionalText{Given: s != "", Text: s} }
	i, err := o.Facts.Register(ctx, viewer(ctx), hand, leads.FactsChange{
		Nature: given(b.Nature), Subject: given(b.Subject), Summary: given(b.Summary), Outcome: given(b.Outcome), Fields: b.Fields,
	})
	if err != nil {
		return nil, unprocessable(err)
	}
	return api.RegisterByHand200JSONResponse{Body: i, Headers: api.RegisterByHand200ResponseHeaders{ETag: factsState(i).tag()}}, nil
}
