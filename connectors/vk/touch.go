package vk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"ctihub/connectors/vendors"
	"ctihub/connectors/vendors/media"
	"ctihub/leads"
)

const (
	fetchWithin = 60 * time.Second // for all files of one message
)

// ignoredEvents are events with neither a person's message nor an order, which an
// administrator may have ticked.
var ignoredEvents = []string{
	"message_typing_state", "message_allow", "message_deny",
	"group_join", "group_leave", "group_officers_edit", "group_change_settings", "group_change_photo", "user_block", "user_unblock",
	"like_add", "like_remove", "poll_vote_new", "photo_new", "audio_new", "video_new",
	"wall_reply_delete", "photo_comment_delete", "video_comment_delete", "board_post_delete", "market_comment_delete", "wall_schedule_post_new", "wall_schedule_post_delete",
	"donut_money_withdraw", "donut_money_withdraw_error",
}

// touch makes an event's touch; nil: there is nothing to store. An error is the hub's
// own: the event has to come again.
func (c *community) touch(ctx context.Context, u update) (*leads.Touch, error) {
	switch u.Type {
	case "message_new", "message_reply", "message_edit":
		m, err := readMessage(u.Object)
		if err != nil {
			return c.unreadable(u), nil //nolint:nilerr // it goes to quarantine
		}
		return c.messageTouch(ctx, m, u)
	case "message_read":
		return nil, c.read(ctx, u)
	case "message_event":
		return c.buttonTouch(u), nil
	case "message_reaction_event":
		return c.reactionTouch(ctx, u), nil
	case "lead_forms_new":
		return c.formTouch(ctx, u), nil
	case "market_order_new", "market_order_edit":
		return c.orderTouch(ctx, u), nil
	case "vkpay_transaction", "donut_subscription_create", "donut_subscription_prolonged", "donut_subscription_expired",
		"donut_subscription_cancelled", "donut_subscription_price_changed":
		return c.paymentTouch(ctx, u), nil
	case "app_payload":
		return c.appTouch(ctx, u), nil
	}
	if place, ok := publicKinds[strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(u.Type, "_new"), "_edit"), "_restore")]; ok {
		return c.publicTouch(ctx, u, place)
	}
	if slices.Contains(ignoredEvents, u.Type) {
		return nil, nil
	}
	return c.unreadable(u), nil
}

// key is the permanent key of a message: its number is unique within its conversation.
func key(peer, cmid int64) string { return fmt.Sprintf("%d:%d", peer, cmid) }

func eventKey(u update) string {
	if u.EventID != "" {
		return "event:" + vendors.Shorten(u.EventID, 100)
	}
	sum := sha256.Sum256([]byte(u.Type + "\n" + string(u.Object)))
	return "event:" + hex.EncodeToString(sum[:16])
}

func (c *community) address() string { return fmt.Sprintf("club%d", c.GroupID) }

// unreadable returns the touch of an event that cannot be read, for quarantine.
func (c *community) unreadable(u update) *leads.Touch {
	return &leads.Touch{
		ExternalID: eventKey(u), Channel: leads.ChannelVK, Direction: leads.In, At: c.now(), To: c.address(),
		Suspect: fmt.Sprintf("VK sent an event (%s) that this hub cannot read", vendors.Shorten(u.Type, 50)), Raw: u.raw(),
	}
}

func (c *community) messageTouch(ctx context.Context, m message, u update) (*leads.Touch, error) {
	if m.PeerID >= chats {
		return nil, nil // group chats are left alone
	}
	out := m.Out == 1 || u.Type == "message_reply" || m.FromID == -c.GroupID
	if out && !c.byStaff(m) {
		return nil, nil
	}
	t := &leads.Touch{
		ExternalID: key(m.PeerID, m.CMID), Channel: leads.ChannelVK, Direction: leads.In, At: unix(m.Date),
		From: []leads.Identity{{Kind: identity, Value: strconv.FormatInt(m.PeerID, 10)}},
		To:   c.address(), Raw: u.raw(), UTM: linkUTM(m),
	}
	switch {
	case m.CMID == 0 && m.ID != 0: // as API versions before 5.80 have it
		t.ExternalID = fmt.Sprintf("id:%d", m.ID)
	case m.CMID == 0:
		t.ExternalID = eventKey(u)
	}
	t.MessageID = t.ExternalID
	if out {
		t.Direction = leads.Out
	} else {
		t.Name = c.names.lookup(ctx, m.PeerID)
	}
	if m.UpdateTime != 0 || u.Type == "message_edit" {
		t.Edited = unix(m.UpdateTime)
		if m.UpdateTime == 0 {
			t.Edited = c.now()
		}
	}
	if r := m.Reply; r != nil && r.CMID != 0 {
		t.References = []string{key(m.PeerID, r.CMID)}
	}
	said := content{say: c.say}
	said.message(m, 0)
	if err := c.fetch(ctx, t, &said); err != nil {
		return nil, err
	}
	t.Text = strings.Join(said.lines, "\n")
	if t.Text == "" && len(t.Attachments) == 0 {
		t.Text = "[" + c.say.empty + "]"
	}
	if r := m.Reply; r != nil {
		quote := content{say: c.say}
		quote.message(*r, maxDepth)
		t.Whole = t.Text + "\n\n> " + strings.ReplaceAll(strings.Join(quote.lines, "\n"), "\n", "\n> ")
	}
	return t, nil
}

// byStaff reports whether a message from the community was written by one of
// its staff in VK itself: VK then names the author. What went out over the API,
// such as the hub's own replies, has none; should VK name one for those too,
// they are known by their mark and by their random_id.
func (c *community) byStaff(m message) bool {
	return m.AdminAuthor != 0 && !strings.Contains(m.Payload, payloadMark) && !c.sent.has(m.RandomID)
}

// fetch stores the files of a message, and notes those that cannot be fetched.
func (c *community) fetch(ctx context.Context, t *leads.Touch, said *content) error {
	files := c.files
	if c.MaxFileMB == 0 {
		files = nil
	}
	return c.vendor.FetchAll(ctx, c.fetchTime(), files, t, said.files, func(f media.Wanted, why error) {
		if why == nil {
			said.note("%s: %s", f.Word, f.URL)
			return
		}
		said.note(c.say.notFetched, f.Word, media.Words(why, c.Lang), f.URL)
	})
}

func (c *community) fetchTime() time.Duration {
	if c.Mode == modeCallback {
		return fetchInCallback
	}
	return fetchWithin
}

// linkUTM returns the UTM tags of the link by which the customer came.
func linkUTM(m message) map[string]string {
	if m.Ref == "" && m.RefSource == "" {
		return nil
	}
	source := m.RefSource
	if source == "" {
		source = "vk"
	}
	return map[string]string{"utm_source": source, "utm_campaign": m.Ref}
}

// buttonTouch returns the touch of a button pressed without a message (message_event).
func (c *community) buttonTouch(u update) *leads.Touch {
	var p struct {
		UserID  int64           `json:"user_id"`
		PeerID  int64           `json:"peer_id"`
		EventID string          `json:"event_id"`
		CMID    int64           `json:"conversation_message_id"`
		Payload json.RawMessage `json:"payload"`
	}
	if err := vendors.DecodeLenient(u.Object, &p); err != nil || p.UserID == 0 {
		return c.unreadable(u)
	}
	if p.PeerID >= chats {
		return nil
	}
	t := &leads.Touch{
		ExternalID: eventKey(u), Channel: leads.ChannelVK, Direction: leads.In, At: c.now(), To: c.address(),
		From: []leads.Identity{{Kind: identity, Value: strconv.FormatInt(p.UserID, 10)}},
		Text: "[" + fmt.Sprintf(c.say.button, vendors.Shorten(readable(string(p.Payload)), maxWords)) + "]", Raw: u.raw(),
	}
	if p.CMID != 0 {
		t.References = []string{key(p.UserID, p.CMID)}
	}
	return t
}

func unix(seconds int64) time.Time {
	if seconds <= 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}
