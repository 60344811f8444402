package vk

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"ctihub/connectors"
	"ctihub/leads"
)

const (
	maxText        = 4096 // characters, VK's limit
	maxAttachments = 10   // of a message, VK's limit
	historyMost    = 200  // messages that are looked through for an earlier try
	// payloadMark is in the payload of the hub's own messages, which VK keeps
	// with them.
	payloadMark = "ctihub_reply"
)

// Sends is what Send is able to.
//
// A reply that is sent again is recognised: VK takes no second message of the
// same random_id. Its documentation once said for the last hour, and later for
// all of the history; so that nothing hangs on that, a repeated try first looks
// for the random_id among the last 200 messages of the conversation. Only when
// more than those were written between the two tries, and VK's memory is the
// shorter one, can a reply go out twice.
func (c *community) Sends() connectors.Sending {
	return connectors.Sending{
		Channel: leads.ChannelVK, To: []leads.IdentityKind{identity}, Repeated: true, MaxText: maxText, MaxFile: int64(c.MaxFileMB) << 20,
	}
}

// Send sends one reply, see [connectors.Source]. The id that it returns is
// "peer:conversation_message_id", by which VK's events name the message.
func (c *community) Send(ctx context.Context, r leads.Reply) (string, error) {
	peer, err := strconv.ParseInt(r.To.Value, 10, 64)
	switch {
	case r.To.Kind != identity || err != nil || peer <= 0 || peer >= chats:
		return "", leads.Refuse(leads.FaultNoAddress, "the customer's VK number is not one")
	case utf8.RuneCountInString(r.Text) > maxText:
		return "", leads.Permanent(leads.Beyond(leads.FaultTooLong, maxText, fmt.Errorf("the text is longer than VK's limit of %d characters", maxText)))
	case len(r.Attachments) > maxAttachments:
		return "", leads.Permanent(leads.Beyond(leads.FaultTooManyFiles, maxAttachments, fmt.Errorf("VK takes %d attachments at most", maxAttachments)))
	case strings.TrimSpace(r.Text) == "" && len(r.Attachments) == 0:
		return "", leads.Refuse(leads.FaultEmpty, "there is nothing to send")
	}
	random := randomID(r.ID)
	c.sent.sending(random)
	if r.Attempt > 1 {
		found, err := c.find(ctx, peer, random)
		if err != nil || found != "" {
			return found, c.sendError(err, true)
		}
	}
	attached, err := c.upload(ctx, peer, r.Attachments)
	if err != nil {
		return "", c.sendError(err, true)
	}
	return c.send(ctx, peer, random, r, attached)
}

// randomID is VK's key of a reply: 31 bits, because the documentation has an
// int32, and never 0, which would switch the check off.
func randomID(reply string) int64 {
	sum := sha256.Sum256([]byte(reply))
	return max(int64(binary.BigEndian.Uint32(sum[:])>>1), 1)
}

// delivery is what VK answers for one of peer_ids.
type delivery struct {
	PeerID int64 `json:"peer_id"`
	ID     int64 `json:"message_id"`
	CMID   int64 `json:"conversation_message_id"`
	Error  *struct {
		Code int    `json:"code"`
		Text string `json:"description"`
	} `json:"error"`
}

func (c *community) send(ctx context.Context, peer, random int64, r leads.Reply, attached []string) (string, error) {
	mark, _ := json.Marshal(map[string]string{payloadMark: r.ID})
	params := url.Values{
		"group_id": {strconv.FormatInt(c.GroupID, 10)}, "peer_ids": {strconv.FormatInt(peer, 10)},
		"random_id": {strconv.FormatInt(random, 10)}, "message": {r.Text}, "payload": {string(mark)},
	}
	if len(attached) > 0 {
		params.Set("attachment", strings.Join(attached, ","))
	}
	var answer json.RawMessage
	if err := c.api.call(ctx, "messages.send", params, &answer); err != nil {
		return "", c.sendError(err, false)
	}
	var all []delivery
	if err := json.Unmarshal(answer, &all); err != nil || len(all) != 1 {
		var d delivery // a mere number is the message's id
		if err := json.Unmarshal(answer, &d.ID); err != nil {
			return "", errors.New("VK's answer to the message cannot be read")
		}
		all = []delivery{d}
	}
	d := all[0]
	if d.Error != nil {
		return "", c.sendError(&refusal{d.Error.Code, d.Error.Text}, false)
	}
	if d.CMID == 0 && d.ID != 0 {
		d.CMID = c.numberOf(ctx, d.ID)
	}
	if d.CMID == 0 {
		found, err := c.find(ctx, peer, random)
		if err != nil || found == "" {
			return "", errors.New("VK has taken the message without saying under which number")
		}
		return found, nil
	}
	c.sent.add(peer, d.CMID, d.ID)
	return key(peer, d.CMID), nil
}

// find looks for a message of the hub in the conversation; "" when it is not
// there.
func (c *community) find(ctx context.Context, peer, random int64) (string, error) {
	var list struct {
		Items []message `json:"items"`
	}
	err := c.api.call(ctx, "messages.getHistory", url.Values{
		"group_id": {strconv.FormatInt(c.GroupID, 10)}, "peer_id": {strconv.FormatInt(peer, 10)}, "count": {strconv.Itoa(historyMost)},
	}, &list)
	if err != nil {
		return "", err
	}
	for _, m := range list.Items {
		if m.RandomID == random && m.Out == 1 && m.CMID != 0 {
			c.sent.add(peer, m.CMID, m.ID)
			return key(peer, m.CMID), nil
		}
	}
	return "", nil
}
