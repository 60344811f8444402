package telegram

import (
	"strings"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// origin is the sender of a forwarded or answered message.
type origin struct {
	SenderUser     *tgbotapi.User `json:"sender_user"`
	SenderUserName string         `json:"sender_user_name"`
	SenderChat     *tgbotapi.Chat `json:"sender_chat"`
	Chat           *tgbotapi.Chat `json:"chat"`
}

// forwardedFrom returns the name of the sender of a forwarded message, "" for one
// that is not forwarded.
func forwardedFrom(m *message) string {
	o := origin{SenderUser: m.ForwardFrom, SenderUserName: m.ForwardSenderName, Chat: m.ForwardFromChat}
	if m.ForwardOrigin != nil {
		o = *m.ForwardOrigin
	}
	name := o.name()
	if name == "" && (m.ForwardDate != 0 || m.ForwardOrigin != nil) {
		name = "?"
	}
	return name
}

func (o origin) name() string {
	name := o.SenderUserName
	if o.Chat == nil {
		o.Chat = o.SenderChat
	}
	switch {
	case o.SenderUser != nil:
		name = nameOf(o.SenderUser)
	case o.Chat != nil:
		name = o.Chat.Title
	}
	return strings.Join(strings.Fields(name), " ")
}
