package vk

import (
	"context"
	"net/url"
	"strconv"
	"sync"

	"ctihub/connectors/vendors"
	"ctihub/leads"
)

const maxSent = 10_000 // replies that are remembered

// sent remembers the hub's own latest messages: by random_id, so that VK's
// report of them is not taken for another message, and by conversation, because
// VK reports only the last one that was read. After a restart only that one is
// reported as read, of those that were sent before.
type sent struct {
	mu      sync.Mutex
	randoms map[int64]bool
	unread  map[int64]map[int64]int64 // conversation → cmid → message id
	count   int
}

func newSent() *sent {
	return &sent{randoms: map[int64]bool{}, unread: map[int64]map[int64]int64{}}
}

// sending records a random_id before it is sent to VK.
func (s *sent) sending(random int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.randoms) >= maxSent {
		clear(s.randoms)
	}
	s.randoms[random] = true
}

func (s *sent) has(random int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return random != 0 && s.randoms[random]
}

func (s *sent) add(peer, cmid, id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.count >= maxSent {
		clear(s.unread)
		s.count = 0
	}
	if s.unread[peer] == nil {
		s.unread[peer] = map[int64]int64{}
	}
	s.unread[peer][cmid] = id
	s.count++
}

// upTo returns the remembered messages of a conversation up to a cmid, or
// where that is not known (0), up to a message id.
func (s *sent) upTo(peer, cmid, id int64) []int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []int64
	for n, itsID := range s.unread[peer] {
		if cmid != 0 && n <= cmid || cmid == 0 && itsID != 0 && itsID <= id {
			found = append(found, n)
		}
	}
	return found
}

func (s *sent) forget(peer int64, cmids []int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range cmids {
		if _, ok := s.unread[peer][n]; ok {
			delete(s.unread[peer], n)
			s.count--
		}
	}
	if len(s.unread[peer]) == 0 {
		delete(s.unread, peer)
	}
}

// read reports the replies that a customer has read by now (message_read).
// read_message_id is a message's id; newer API versions name its
// conversation_message_id too. Where they do not, VK is asked for it.
func (c *community) read(ctx context.Context, u update) error {
	var r struct {
		FromID int64 `json:"from_id"`
		PeerID int64 `json:"peer_id"`
		ReadID int64 `json:"read_message_id"`
		CMID   int64 `json:"conversation_message_id"`
	}
	if err := vendors.DecodeLenient(u.Object, &r); err != nil || r.PeerID <= 0 || r.PeerID >= chats || c.receipt == nil {
		return nil //nolint:nilerr // nothing that can be reported
	}
	if r.FromID != 0 && r.FromID != r.PeerID {
		return nil // the staff read it
	}
	found := c.sent.upTo(r.PeerID, r.CMID, r.ReadID)
	if r.CMID == 0 && len(found) == 0 && r.ReadID != 0 {
		r.CMID = c.numberOf(ctx, r.ReadID)
	}
	all := found
	if r.CMID != 0 {
		all = append(all, r.CMID)
	}
	reported := map[int64]bool{}
	for _, cmid := range all {
		if reported[cmid] {
			continue
		}
		reported[cmid] = true
		if err := c.receipt(ctx, leads.Receipt{UpstreamID: key(r.PeerID, cmid), State: leads.ReplyRead, At: c.now()}); err != nil {
			return err
		}
	}
	c.sent.forget(r.PeerID, found)
	return nil
}

// numberOf returns the number of a message within its conversation, 0 when VK
// does not tell.
func (c *community) numberOf(ctx context.Context, id int64) int64 {
	var list struct {
		Items []message `json:"items"`
	}
	err := c.api.call(ctx, "messages.getById", url.Values{
		"message_ids": {strconv.FormatInt(id, 10)}, "group_id": {strconv.FormatInt(c.GroupID, 10)},
	}, &list)
	if err != nil || len(list.Items) != 1 {
		return 0
	}
	return list.Items[0].CMID
}
