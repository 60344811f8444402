package telegram

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"ctihub/leads"
)

// update is one update of Telegram in the hub's terms.
type update struct {
	id    int64
	chat  int64                   // private chat that it came from, 0: none
	name  string                  // of the person
	lang  string                  // of the person's Telegram, "ru" or "en"
	touch *leads.Touch            // nil: nothing to be stored
	files []file                  // that come with the touch, in order
	start string                  // parameter of /start
	stop  bool                    // the command /stop
	greet bool                    // the person began the chat
	press *tgbotapi.CallbackQuery // of a button under a message of ours
}

// wire is what the library's types leave out or read too strictly.
type wire struct {
	UpdateID      int64                   `json:"update_id"`
	Message       *message                `json:"message"`
	EditedMessage *message                `json:"edited_message"`
	CallbackQuery *tgbotapi.CallbackQuery `json:"callback_query"`
}

// message is a message with the fields that Telegram added after the library.
type message struct {
	tgbotapi.Message

	ForwardOrigin *struct {
		SenderUser     *tgbotapi.User `json:"sender_user"`
		SenderUserName string         `json:"sender_user_name"`
		SenderChat     *tgbotapi.Chat `json:"sender_chat"`
		Chat           *tgbotapi.Chat `json:"chat"`
	} `json:"forward_origin"`
}

// read understands one update. What it cannot read becomes a touch that is
// quarantined with what came.
func (b *bot) read(raw []byte) (u update) {
	defer func() {
		if v := recover(); v != nil {
			u = b.unreadable(u.id, raw, fmt.Errorf("panic with a %T", v))
			if err, ok := v.(runtime.Error); ok {
				b.env.Log.Error("an update is not understood", "error", err)
			}
		}
	}()
	var w wire
	if err := json.Unmarshal(raw, &w); err != nil {
		var only struct {
			UpdateID int64 `json:"update_id"`
		}
		_ = json.Unmarshal(raw, &only)
		return b.unreadable(only.UpdateID, raw, err)
	}
	u.id = w.UpdateID
	m, edited := w.Message, false
	if w.EditedMessage != nil {
		m, edited = w.EditedMessage, true
	}
	switch {
	case w.CallbackQuery != nil && w.CallbackQuery.From != nil:
		u.press, u.name, u.lang = w.CallbackQuery, nameOf(w.CallbackQuery.From), b.langOf(w.CallbackQuery.From)
		u.chat = w.CallbackQuery.From.ID
		return u
	case m == nil:
		if w.UpdateID == 0 {
			return b.unreadable(0, raw, nil)
		}
		b.env.Log.Debug("an update of another sort is left alone")
		return u
	case m.Chat == nil || m.MessageID == 0:
		return b.unreadable(u.id, raw, nil)
	case m.Chat.Type != "private":
		b.env.Log.Debug("a message in a group or channel is left alone", "chat", m.Chat.Type)
		return u
	case m.From == nil || m.From.ID == 0:
		return b.unreadable(u.id, raw, nil)
	case m.From.IsBot, m.PinnedMessage != nil, m.MessageAutoDeleteTimerChanged != nil, edited && m.Location != nil:
		b.env.Log.Debug("a message that nobody wrote is left alone") // a live location moves every few seconds
		return u
	}
	u.chat, u.name, u.lang = m.Chat.ID, nameOf(m.From), b.langOf(m.From)
	b.understand(&u, m, edited)
	u.touch.Raw = string(raw)
	return u
}

// unreadable keeps what cannot be understood: without a channel the touch is
// quarantined. Its key follows from the content, so that a repetition is none.
func (b *bot) unreadable(id int64, raw []byte, err error) update {
	sum := sha256.Sum256(raw)
	text := "Telegram sent an update that the hub does not understand"
	if err != nil {
		text += ": " + strings.ToValidUTF8(err.Error()[:min(len(err.Error()), 200)], "")
	}
	return update{id: id, touch: &leads.Touch{
		ExternalID: b.id + ":unread:" + hex.EncodeToString(sum[:12]), Direction: leads.In, At: b.env.Now(), Text: text, Raw: string(raw),
	}}
}

// key names a message for ever: bot, chat and message id. It is the key of the
// interaction, and that by which answers refer to it.
func (b *bot) key(chat int64, message int) string {
	return b.id + ":" + strconv.FormatInt(chat, 10) + ":" + strconv.Itoa(message)
}

// understand fills in the touch of a message in a private chat.
func (b *bot) understand(u *update, m *message, edited bool) {
	key := b.key(m.Chat.ID, m.MessageID)
	t := &leads.Touch{
		ExternalID: key, MessageID: key, Channel: leads.ChannelTelegram, Direction: leads.In,
		At: time.Unix(int64(m.Date), 0).UTC(), Name: u.name,
		From: []leads.Identity{{Kind: KindTelegram, Value: strconv.FormatInt(m.From.ID, 10)}},
	}
	u.touch = t
	if edited {
		t.Edited = time.Unix(int64(m.EditDate), 0).UTC()
	}
	if m.From.UserName != "" {
		t.Offered = append(t.Offered, leads.Identity{Kind: "telegram_username", Value: "@" + m.From.UserName})
	}
	if m.ReplyToMessage != nil {
		t.References = []string{b.key(m.Chat.ID, m.ReplyToMessage.MessageID)}
	}
	say := words[b.Lang]
	var text []string
	if from := forwardedFrom(m); from != "" {
		text = append(text, "["+fmt.Sprintf(say.forwarded, from)+"]")
	}
	if note := b.content(u, m, say); note != "" {
		text = append(text, note)
	}
	own := m.Text
	if own == "" {
		own = m.Caption
	}
	if own != "" {
		text = append(text, withLinks(own, slices.Concat(m.Entities, m.CaptionEntities)))
	}
	if len(text) == 0 {
		text = append(text, "["+say.unknown+"]")
	}
	t.Text = strings.Join(text, "\n")
	b.command(u, m.Text, edited)
}

// command reads the commands that every bot has.
func (b *bot) command(u *update, text string, edited bool) {
	name, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	name, _, _ = strings.Cut(name, "@")
	switch {
	case edited:
	case name == "/start":
		u.greet, u.start = true, strings.TrimSpace(rest)
		u.touch.UTM = campaign(u.start)
	case name == "/stop":
		u.stop = true
	}
}

// campaign reads the parameter of a link such as t.me/bot?start=vk__spring:
// the source, and behind two underscores the campaign; or a whole query
// (utm_source=…&utm_campaign=…) in base64url, because Telegram lets nothing
// but letters, digits, _ and - through.
func campaign(start string) map[string]string {
	if start == "" || len(start) > 512 {
		return nil
	}
	utm := map[string]string{"start": start}
	if b, err := base64.RawURLEncoding.DecodeString(start); err == nil && strings.Contains(string(b), "utm_source=") {
		if q, err := url.ParseQuery(string(b)); err == nil {
			for _, k := range []string{"utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"} {
				if v := q.Get(k); v != "" {
					utm[k] = v
				}
			}
			return utm
		}
	}
	source, name, _ := strings.Cut(start, "__")
	if utm["utm_source"] = source; name != "" {
		utm["utm_campaign"] = name
	}
	return utm
}

func nameOf(p *tgbotapi.User) string {
	return strings.TrimSpace(p.FirstName + " " + p.LastName)
}

// langOf is the language to talk to a person in.
func (b *bot) langOf(p *tgbotapi.User) string {
	lang, _, _ := strings.Cut(strings.ToLower(p.LanguageCode), "-")
	switch lang {
	case "ru", "be", "kk", "uk":
		return "ru"
	case "":
		return b.Lang
	}
	return "en"
}

// forwardedFrom names whom a forwarded message is from, "" for one that is not.
func forwardedFrom(m *message) string {
	var name string
	user, chat := m.ForwardFrom, m.ForwardFromChat
	if name = m.ForwardSenderName; m.ForwardOrigin != nil {
		user, name, chat = m.ForwardOrigin.SenderUser, m.ForwardOrigin.SenderUserName, m.ForwardOrigin.Chat
		if chat == nil {
			chat = m.ForwardOrigin.SenderChat
		}
	}
	switch {
	case user != nil:
		name = nameOf(user)
	case chat != nil:
		name = chat.Title
	}
	if name == "" && (m.ForwardDate != 0 || m.ForwardOrigin != nil) {
		name = "?"
	}
	return strings.Join(strings.Fields(name), " ")
}

// withLinks writes behind a text the addresses that it hides under words.
func withLinks(text string, entities []tgbotapi.MessageEntity) string {
	for _, e := range entities {
		if e.Type == "text_link" && e.URL != "" && !strings.Contains(text, e.URL) {
			text += "\n" + e.URL
		}
	}
	return text
}
