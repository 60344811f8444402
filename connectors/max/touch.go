package max

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
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
	fetchWithin    = 60 * time.Second // for all files of one message
	fetchInWebhook = 20 * time.Second // MAX waits 30 s for the answer
)

// wanted are the updates that the hub asks for.
var wanted = []string{"message_created", "message_edited", "message_removed", "message_callback", "bot_started"}

// leftAlone are updates about the bot's place in chats and dialogs: they bring
// neither what a person wrote nor an order. What is neither wanted nor among them
// is quarantined.
var leftAlone = []string{
	"bot_added", "bot_removed", "bot_stopped", "bot_admin_permissions_changed", "user_added", "user_removed",
	"chat_title_changed", "dialog_cleared", "dialog_removed", "dialog_muted", "dialog_unmuted", "comment_removed", "message_chat_created",
}

// touch makes an update's touch; nil: it is nothing to store. An error is the
// hub's own: the update has to come again.
func (b *bot) touch(ctx context.Context, u update) (*leads.Touch, error) {
	switch {
	case u.Type == "message_created" || u.Type == "message_edited":
		return b.written(ctx, u)
	case u.Type == "message_callback":
		return b.pressed(u), nil
	case u.Type == "message_removed":
		return b.removed(u), nil
	case u.Type == "bot_started":
		return b.started(u), nil
	case slices.Contains(leftAlone, u.Type):
		return nil, nil
	}
	return b.unreadable(u), nil
}

func updateKey(u update) string {
	sum := sha256.Sum256([]byte(u.raw))
	return "update:" + hex.EncodeToString(sum[:16])
}

// from is a touch of a person.
func (b *bot) from(who *user, u update) *leads.Touch {
	t := &leads.Touch{Channel: leads.ChannelMAX, Direction: leads.In, At: moment(u.Timestamp), To: b.name, Raw: u.raw}
	if who != nil {
		t.From = []leads.Identity{{Kind: identity, Value: strconv.FormatInt(who.ID, 10)}}
		t.Name = who.name()
		if who.IsBot {
			t.Automatic = leads.Notice
		}
	}
	return t
}

// unreadable is an update that is not understood; it goes to quarantine.
func (b *bot) unreadable(u update) *leads.Touch {
	t := b.from(nil, u)
	t.ExternalID, t.Suspect = updateKey(u), fmt.Sprintf("MAX sent an update (%s) that this hub cannot read", vendors.Shorten(u.Type, 50))
	return t
}

func (b *bot) written(ctx context.Context, u update) (*leads.Touch, error) {
	m := u.Message
	if m != nil && m.Recipient.ChatType != "" && m.Recipient.ChatType != "dialog" {
		return nil, nil // group chats and channels are left alone
	}
	if m == nil || m.Sender == nil || m.Sender.ID == 0 || m.Body.MID == "" {
		return b.unreadable(u), nil
	}
	if m.Sender.ID == b.api.me() {
		return nil, nil // our own
	}
	t := b.from(m.Sender, u)
	t.ExternalID, t.MessageID = m.Body.MID, m.Body.MID
	if at := moment(m.Timestamp); !at.IsZero() {
		t.At = at
	}
	if u.Type == "message_edited" {
		if t.Edited = moment(u.Timestamp); t.Edited.IsZero() {
			t.Edited = b.now()
		}
	}
	said := content{say: b.say}
	said.body(m.Body, func(a attachment) bool { return b.ownContact(a, m.Sender.ID) })
	if m.Link != nil && m.Link.Type != "reply" {
		said.note("%s", b.say.forwarded)
		said.body(m.Link.Message, func(attachment) bool { return false })
	}
	if err := b.fetch(ctx, t, &said); err != nil {
		return nil, err
	}
	t.From, t.Offered = append(t.From, said.own...), said.offered
	t.Text = strings.Join(said.lines, "\n")
	if t.Text == "" && len(t.Attachments) == 0 {
		t.Text = "[" + b.say.empty + "]"
	}
	if m.Link != nil && m.Link.Type == "reply" {
		if m.Link.Message.MID != "" {
			t.References = []string{m.Link.Message.MID}
		}
		quote := content{say: b.say}
		quote.body(m.Link.Message, func(attachment) bool { return false })
		for _, file := range quote.files {
			quote.note("%s", file.Word)
		}
		t.Whole = t.Text + "\n\n> " + strings.ReplaceAll(strings.Join(quote.lines, "\n"), "\n", "\n> ")
	}
	return t, nil
}

// pressed is a button of an earlier message. The documentation calls
// callback_id the id of the keyboard, so that the time of the press belongs to
// the key.
func (b *bot) pressed(u update) *leads.Touch {
	if u.Callback == nil || u.Callback.ID == "" || u.Callback.User.ID == 0 {
		return b.unreadable(u)
	}
	if m := u.Message; m != nil && m.Recipient.ChatType != "" && m.Recipient.ChatType != "dialog" {
		return nil
	}
	t := b.from(&u.Callback.User, u)
	t.ExternalID = fmt.Sprintf("callback:%s:%d", vendors.Shorten(u.Callback.ID, 200), u.Callback.Timestamp)
	said := u.Callback.Payload
	if m := u.Message; m != nil {
		t.References = append(t.References, m.Body.MID)
		for _, a := range m.Body.Attachments {
			for _, row := range a.Payload.Buttons {
				for _, button := range row {
					if button.Payload == u.Callback.Payload && button.Text != "" {
						said = button.Text
					}
				}
			}
		}
	}
	t.Text = "[" + fmt.Sprintf(b.say.button, vendors.Shorten(said, maxWords)) + "]"
	return t
}

// removed is a message that its sender took back: an edit that leaves nothing.
// A message that the hub does not know (a reply of its own, or one of a group
// chat) must not become a lead by that, hence the notice.
func (b *bot) removed(u update) *leads.Touch {
	if u.MessageID == "" {
		return b.unreadable(u)
	}
	t := b.from(&user{ID: u.UserID}, u)
	t.ExternalID, t.Automatic = u.MessageID, leads.Notice
	t.Text = "[" + b.say.removed + "]"
	if t.Edited = moment(u.Timestamp); t.Edited.IsZero() {
		t.Edited = b.now()
	}
	return t
}

// started is a person who began to talk with the bot, perhaps over a link with
// a parameter (https://max.ru/<bot>?start=…).
func (b *bot) started(u update) *leads.Touch {
	if u.User == nil || u.User.ID == 0 {
		return b.unreadable(u)
	}
	t := b.from(u.User, u)
	t.ExternalID = fmt.Sprintf("start:%d:%d", u.User.ID, u.Timestamp)
	t.Text = "[" + b.say.started + "]"
	if u.Payload != "" {
		t.UTM = map[string]string{"utm_source": "max", "utm_campaign": u.Payload}
	}
	return t
}

// fetch keeps the files of a message, and tells of those that cannot be had.
func (b *bot) fetch(ctx context.Context, t *leads.Touch, said *content) error {
	within := fetchWithin
	if b.Mode == modeWebhook {
		within = fetchInWebhook
	}
	files := b.files
	if b.MaxFileMB == 0 {
		files = nil
	}
	return b.vendor.FetchAll(ctx, within, files, t, said.files, func(f media.Wanted, why error) {
		if why == nil {
			said.note("%s: %s", f.Word, f.URL)
			return
		}
		said.note(b.say.notFetched, f.Word, media.Words(why, b.Lang), f.URL)
	})
}
