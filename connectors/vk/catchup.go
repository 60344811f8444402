package vk

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strconv"

	"ctihub/leads"
)

const (
	catchUpMargin = 120 // seconds that are looked at twice
	catchUpPage   = 200 // VK's limit
	catchUpPages  = 50  // of conversations, and of one conversation's messages
)

// catchUp reads from the conversations what the stream has lost, and continues from
// ts. Messages that are stored already are recognised by their keys.
func (c *community) catchUp(ctx context.Context, in leads.Inbox, at streamPosition, ts string) (streamPosition, error) {
	if ts == "" {
		return at, errors.New("VK names no place to go on from")
	}
	since := at.At - catchUpMargin
	next := streamPosition{TS: ts, At: at.At}
	peers, err := c.active(ctx, since)
	if err != nil {
		return at, err
	}
	for _, peer := range peers {
		newest, err := c.history(ctx, in, peer, since)
		if err != nil {
			return at, err
		}
		next.At = max(next.At, newest)
	}
	if next == at {
		return at, nil
	}
	return next, in.Put(ctx, next.cursor())
}

// active returns the conversations with messages since a time.
func (c *community) active(ctx context.Context, since int64) ([]int64, error) {
	var peers []int64
	for page := range catchUpPages {
		var list struct {
			Items []struct {
				Last message `json:"last_message"`
			} `json:"items"`
		}
		err := c.api.call(ctx, "messages.getConversations", url.Values{
			"group_id": {strconv.FormatInt(c.GroupID, 10)}, "filter": {"all"},
			"count": {strconv.Itoa(catchUpPage)}, "offset": {strconv.Itoa(page * catchUpPage)},
		}, &list)
		if err != nil {
			return nil, err
		}
		older := true // pinned conversations come first, whatever their age
		for _, i := range list.Items {
			if i.Last.Date < since {
				continue
			}
			older = false
			if i.Last.PeerID != 0 && i.Last.PeerID < chats {
				peers = append(peers, i.Last.PeerID)
			}
		}
		if older || len(list.Items) < catchUpPage {
			break
		}
	}
	return peers, nil
}

// history puts the messages of a conversation since a time, and returns the time of
// the newest.
func (c *community) history(ctx context.Context, in leads.Inbox, peer, since int64) (newest int64, err error) {
	for page := range catchUpPages {
		var list struct {
			Items []json.RawMessage `json:"items"` // the newest first
		}
		err := c.api.call(ctx, "messages.getHistory", url.Values{
			"group_id": {strconv.FormatInt(c.GroupID, 10)}, "peer_id": {strconv.FormatInt(peer, 10)},
			"count": {strconv.Itoa(catchUpPage)}, "offset": {strconv.Itoa(page * catchUpPage)},
		}, &list)
		if err != nil {
			return newest, err
		}
		var touches []leads.Touch
		more := len(list.Items) == catchUpPage
		for _, raw := range list.Items {
			m, err := readMessage(raw)
			if err == nil && m.Date < since && m.UpdateTime < since {
				more = false
				continue
			}
			newest = max(newest, m.Date)
			t, err := c.touch(ctx, update{Type: "message_new", Object: raw})
			if err != nil {
				return newest, err
			}
			if t != nil {
				touches = append(touches, *t)
			}
		}
		if len(touches) > 0 {
			if err := in.Put(ctx, "", touches...); err != nil {
				return newest, err
			}
		}
		if !more {
			break
		}
	}
	return newest, nil
}
