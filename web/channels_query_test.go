package web

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"ctihub/leads"
	"ctihub/leads/replies"
)

// manySenders are twelve sources by which customers can be answered.
func manySenders() (all []replies.Sender) {
	for n := range 12 {
		all = append(all, replies.Sender{Source: fmt.Sprint("bot", n), Channel: leads.ChannelTelegram, To: []leads.IdentityKind{leads.KindPhone}, MaxText: 40})
	}
	return all
}

// countedStore counts how often it is asked what a customer wrote, and about records.
type countedStore struct {
	replies.Store
	written, records atomic.Int64
}

func (s *countedStore) Written(ctx context.Context, contactID string) (map[string]leads.Interaction, error) {
	s.written.Add(1)
	return s.Store.Written(ctx, contactID)
}

func (s *countedStore) Contact(ctx context.Context, v leads.Viewer, id string) (leads.Contact, error) {
	s.records.Add(1)
	return s.Store.Contact(ctx, v, id)
}

func (s *countedStore) Lead(ctx context.Context, v leads.Viewer, id string) (leads.Lead, error) {
	s.records.Add(1)
	return s.Store.Lead(ctx, v, id)
}

// The channels of a lead are read in one go, however many sources can send.
func TestChannelsAreReadOnce(t *testing.T) {
	counted := &countedStore{}
	h := sqliteHub(t, func(o *Options) {
		counted.Store, o.Replies.Store, o.Replies.Senders = o.Replies.Store, counted, manySenders
	})
	r := h.serve("ole", canaryPhone, canaryEmail, canaryName)
	for n := range 2 {
		h.putFrom(fmt.Sprint("bot", n), leads.Touch{
			ExternalID: "chat", Channel: leads.ChannelTelegram, Direction: leads.In, Subject: fmt.Sprint("chat ", n), Text: "how much?",
			From: []leads.Identity{{Kind: leads.KindPhone, Value: canaryPhone}},
		})
	}
	var list struct{ Items []leads.ReplyChannel }
	h.as("ole").get("/api/v1/leads/"+r.lead+"/channels", &list)
	if len(list.Items) != 12 || list.Items[0].Title != "chat 1" || list.Items[1].Title != "chat 0" || !list.Items[1].Can || list.Items[2].Can {
		t.Errorf("channels %+v", list.Items)
	}
	if w, n := counted.written.Load(), counted.records.Load(); w != 1 || n != 2 {
		t.Errorf("asked %d times what was written and %d times for records, want 1 and 2", w, n)
	}
}
