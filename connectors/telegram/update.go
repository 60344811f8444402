package telegram

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"ctihub/connectors/vendors"
	"ctihub/connectors/vendors/answers"
	"ctihub/leads"
)

// update is one update of Telegram in the hub's terms.
type update struct {
	id     int64
	chat   int64                   // private chat that it came from, 0: none
	name   string                  // of the person
	lang   string                  // of the person's Telegram, "ru" or "en"
	touch  *leads.Touch            // nil: nothing to be stored
	wrote  bool                    // the touch is a message to the bot
	files  []file                  // that come with the touch, in order
	start  string                  // parameter of /start
	stop   bool                    // the command /stop
	begins bool                    // the person began the chat
	press  *tgbotapi.CallbackQuery // of a button under a message of the bot
}

// message is a message with the fields that Telegram added after the library.
type message struct {
	tgbotapi.Message

	ForwardOrigin *origin `json:"forward_origin"`
	ExternalReply *struct {
		Origin origin `json:"origin"`
	} `json:"external_reply"`
	Quote struct {
		Text string `json:"text"`
	} `json:"quote"`
	Business       string         `json:"business_connection_id"` // of a business account that the bot serves
	SentByBusiness *tgbotapi.User `json:"sender_business_bot"`

	fields map[string]json.RawMessage
}

// read reads one update. One that cannot be read becomes a touch for quarantine.
func (b *bot) read(raw []byte) (u update) {
	defer func() {
		if v := recover(); v != nil {
			u = b.unreadable(u.id, raw, fmt.Errorf("panic with a %T", v))
			if err, ok := v.(runtime.Error); ok {
				b.env.Log.Error("an update is not understood", "error", err)
			}
		}
	}()
	var fields map[string]json.RawMessage
	err := json.Unmarshal(raw, &fields)
	_ = json.Unmarshal(fields["update_id"], &u.id)
	delete(fields, "update_id")
	if err != nil || u.id == 0 || len(fields) != 1 {
		return b.unreadable(u.id, raw, err)
	}
	for kind, content := range fields {
		switch {
		case strings.HasSuffix(kind, "message"): // and edited, business, edited_business
			err = b.readMessage(&u, kind, content)
		case kind == "callback_query":
			err = b.readPress(&u, content)
		case slices.Contains(ignoredKinds, kind):
			b.env.Log.Debug("an update that no customer made is left alone", "kind", kind)
		default:
			err = b.readAction(&u, kind, content)
		}
	}
	if err != nil {
		return b.unreadable(u.id, raw, err)
	}
	if u.touch != nil {
		u.touch.Raw = string(raw)
	}
	return u
}

// ignoredKinds are the kinds of updates that are not stored: posts in the company's
// own channels, counts, and inline queries.
var ignoredKinds = []string{
	"channel_post", "edited_channel_post", "business_connection", "message_reaction_count", "inline_query",
	"chosen_inline_result", "poll", "chat_member", "chat_boost", "removed_chat_boost",
}

// messageKinds are the kinds of updates that bring a message.
var messageKinds = []string{"message", "edited_message", "business_message", "edited_business_message"}

// errUnknown means that the hub does not know the kind of an update.
var errUnknown = errors.New("its kind is not known")

// readMessage reads a message. Those in groups and channels, and those of bots, are
// ignored.
func (b *bot) readMessage(u *update, kind string, content []byte) error {
	if !slices.Contains(messageKinds, kind) {
		return errUnknown
	}
	var m message
	if err := errors.Join(vendors.DecodeLenient(content, &m), json.Unmarshal(content, &m.fields)); err != nil {
		return err
	}
	edited := strings.HasPrefix(kind, "edited_")
	switch {
	case m.Chat == nil || m.MessageID == 0:
		return errors.New("the message has no chat or no id")
	case m.Chat.Type != "private":
		b.env.Log.Debug("a message in a group or channel is left alone", "chat", m.Chat.Type)
		return nil
	case m.From == nil || m.From.ID == 0:
		return errors.New("the message has no sender")
	case m.From.IsBot, m.SentByBusiness != nil, edited && m.Location != nil:
		b.env.Log.Debug("a message that nobody wrote is left alone") // a live location moves every few seconds
		return nil
	}
	u.chat, u.name, u.lang, u.wrote = m.Chat.ID, nameOf(m.From), b.langOf(m.From), m.Business == ""
	b.fillTouch(u, &m, edited)
	return nil
}

// unreadable makes the touch of an update that cannot be read, for quarantine. Its
// key is a hash of the content, so that a repetition has the same key.
func (b *bot) unreadable(id int64, raw []byte, err error) update {
	sum := sha256.Sum256(raw)
	text := "Telegram sent an update that the hub does not understand"
	if err != nil {
		text += ": " + strings.ToValidUTF8(err.Error()[:min(len(err.Error()), 200)], "")
	}
	return update{id: id, touch: &leads.Touch{
		ExternalID: b.id + ":unread:" + hex.EncodeToString(sum[:12]), Channel: leads.ChannelTelegram, Direction: leads.In,
		At: b.env.Now(), Suspect: text, Raw: string(raw),
	}}
}

// key is the permanent key of a message: bot, chat and message id. It is the key of
// the interaction, and answers refer to it.
// Messages of a business account have ids of their own: the connection's id
// stands before the chat.
func (b *bot) key(business string, chat int64, message int) string {
	if business != "" {
		business = businessMark + business + ":"
	}
	return b.id + ":" + business + strconv.FormatInt(chat, 10) + ":" + strconv.Itoa(message)
}

const businessMark = "business:"

// fillTouch fills in the touch of a message in a private chat.
func (b *bot) fillTouch(u *update, m *message, edited bool) {
	key := b.key(m.Business, m.Chat.ID, m.MessageID)
	t := &leads.Touch{
		ExternalID: key, MessageID: key, Channel: leads.ChannelTelegram, Direction: leads.In,
		At: time.Unix(int64(m.Date), 0).UTC(), Name: u.name,
		From: person(m.Chat.ID), // of a private chat the person's id
	}
	u.touch = t
	if m.From.ID != m.Chat.ID { // the company's own answer from its business account
		t.Direction, t.Name = leads.Out, ""
	}
	if edited {
		t.Edited = time.Unix(int64(m.EditDate), 0).UTC()
	}
	if m.From.UserName != "" && t.Direction == leads.In {
		t.Offered = append(t.Offered, leads.Identity{Kind: "telegram_username", Value: "@" + m.From.UserName})
	}
	if m.ReplyToMessage != nil {
		t.References = []string{b.key(m.Business, m.Chat.ID, m.ReplyToMessage.MessageID)}
	}
	say := words[b.Lang]
	var text []string
	if from := forwardedFrom(m); from != "" {
		text = append(text, "["+fmt.Sprintf(say.forwarded, from)+"]")
	}
	if r := m.ExternalReply; r != nil {
		text = append(text, bracket(say.answers, r.Origin.name()))
	}
	var held []string
	if note := b.content(u, m, say); note != "" {
		held = append(held, note)
	}
	held = append(held, b.serviceTexts(u, m)...)
	if names := m.unknown(); len(held) == 0 && m.Text == "" && (len(names) > 0 || m.Caption == "") {
		held = append(held, bracket(strings.Join(append([]string{say.unknown}, names...), ": ")))
		for _, name := range names {
			if what := answers.Shown(m.fields[name]); what != "" {
				held = append(held, what)
			}
		}
	}
	text = append(text, held...)
	own := m.Text
	if own == "" {
		own = m.Caption
	}
	if own != "" {
		text = append(text, withLinks(own, slices.Concat(m.Entities, m.CaptionEntities)))
	}
	t.Text = strings.Join(text, "\n")
	if m.Quote.Text != "" {
		t.Whole = t.Text + "\n\n> " + strings.ReplaceAll(m.Quote.Text, "\n", "\n> ")
	}
	if t.Direction == leads.Out {
		t.From, t.Offered = person(m.Chat.ID), nil // what the company sends says nothing about the customer
	}
	if u.wrote {
		b.command(u, m.Text, edited)
	}
}

// command reads the commands /start and /stop.
func (b *bot) command(u *update, text string, edited bool) {
	name, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	name, _, _ = strings.Cut(name, "@")
	switch {
	case edited:
	case name == "/start":
		u.begins, u.start = true, strings.TrimSpace(rest)
		u.touch.UTM = campaign(u.start)
	case name == "/stop":
		u.stop = true
	}
}

func nameOf(p *tgbotapi.User) string {
	return strings.TrimSpace(p.FirstName + " " + p.LastName)
}

// langOf returns the language in which the bot writes to a person.
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

// person returns the identity of a person on Telegram.
func person(id int64) []leads.Identity {
	return []leads.Identity{{Kind: KindTelegram, Value: strconv.FormatInt(id, 10)}}
}

// withLinks appends to a text the addresses of its hyperlinks.
func withLinks(text string, entities []tgbotapi.MessageEntity) string {
	for _, e := range entities {
		if e.Type == "text_link" && e.URL != "" && !strings.Contains(text, e.URL) {
			text += "\n" + e.URL
		}
	}
	return text
}
