package telegram

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"ctihub/leads"
)

// Prefixes of the data in links and buttons. A button has 64 bytes.
const (
	linkPrefix = "link-"
	takePrefix = "take:"
)

// Via identifies this bot in the links of users, see [connectors.Staff].
func (a *api) Via() string { return "telegram:" + a.id }

// handleStaff handles what users of the hub do in the chat: link their account,
// unlink it, and take a lead by a button. Their messages make no lead. An error means
// that the database failed and the update must come again.
func (b *bot) handleStaff(ctx context.Context, u *update) error {
	take := u.press != nil && strings.HasPrefix(u.press.Data, takePrefix)
	if b.env.Staff == nil || u.chat == 0 {
		switch {
		case take:
			b.answer(ctx, u.press.ID, words[u.lang].forbidden)
			u.touch = nil
		case u.press != nil:
			b.answer(ctx, u.press.ID, "")
		}
		return nil
	}
	address := strconv.FormatInt(u.chat, 10)
	if take {
		u.touch = nil
		return b.handlePress(ctx, u, address)
	}
	if code, ok := strings.CutPrefix(u.start, linkPrefix); ok {
		u.touch, u.begins = nil, false
		return b.linkUser(ctx, u, address, code)
	}
	user, err := b.env.Staff.Linked(ctx, b.Via(), address)
	if errors.Is(err, leads.ErrNotFound) {
		if u.press != nil {
			b.answer(ctx, u.press.ID, "") // of a customer
		}
		return nil
	}
	if err != nil {
		return fmt.Errorf("looking up the user of a chat: %w", err)
	}
	if u.press != nil {
		b.answer(ctx, u.press.ID, words[u.lang].gone)
	}
	if u.touch == nil {
		return nil
	}
	u.touch, u.begins, u.files = nil, false, nil
	if !u.wrote {
		return nil
	}
	say := words[u.lang].staffOnly
	if u.stop {
		if _, err := b.env.Staff.Unlink(ctx, b.Via(), address); err != nil && !errors.Is(err, leads.ErrNotFound) {
			return fmt.Errorf("ending a link: %w", err)
		}
		say = words[u.lang].unlinked
	}
	b.sendText(ctx, u.chat, fmt.Sprintf(say, user.Name))
	return nil
}

func (b *bot) linkUser(ctx context.Context, u *update, address, code string) error {
	user, err := b.env.Staff.Link(ctx, b.Via(), address, code)
	if errors.Is(err, leads.ErrNotFound) { // perhaps used by this very update, whose confirmation was lost
		user, err = b.env.Staff.Linked(ctx, b.Via(), address)
	}
	switch {
	case errors.Is(err, leads.ErrNotFound):
		b.sendText(ctx, u.chat, words[u.lang].badCode)
	case err != nil:
		return fmt.Errorf("linking a chat: %w", err)
	default:
		b.sendText(ctx, u.chat, fmt.Sprintf(words[u.lang].linked, user.Name))
	}
	return nil
}

// handlePress takes the lead of a pressed button, with the user's present rights. A
// repeated press, or the same update again, changes nothing more.
func (b *bot) handlePress(ctx context.Context, u *update, address string) error {
	lead, ok := strings.CutPrefix(u.press.Data, takePrefix)
	say := words[u.lang]
	if !ok || lead == "" {
		b.answer(ctx, u.press.ID, say.gone)
		return nil
	}
	got, err := b.env.Staff.Take(ctx, b.Via(), address, lead)
	switch {
	case err == nil:
		b.answer(ctx, u.press.ID, fmt.Sprintf(say.taken, got.ManagerName))
	case errors.Is(err, leads.ErrConflict) && got.ManagerName != "":
		b.answer(ctx, u.press.ID, fmt.Sprintf(say.already, got.ManagerName))
	case errors.Is(err, leads.ErrInvalid):
		b.answer(ctx, u.press.ID, say.closed)
	case errors.Is(err, leads.ErrNotFound):
		b.answer(ctx, u.press.ID, say.gone)
	case errors.Is(err, leads.ErrForbidden):
		b.answer(ctx, u.press.ID, say.forbidden)
		return nil
	default:
		b.answer(ctx, u.press.ID, say.failed)
		return fmt.Errorf("taking a lead by a button: %w", err)
	}
	b.dropButton(ctx, u.press, lead)
	return nil
}

// dropButton removes the button "take" under a notice; the link to the lead stays.
func (b *bot) dropButton(ctx context.Context, press *tgbotapi.CallbackQuery, lead string) {
	if press.Message == nil || press.Message.Chat == nil {
		return
	}
	params := tgbotapi.Params{"chat_id": strconv.FormatInt(press.Message.Chat.ID, 10), "message_id": strconv.Itoa(press.Message.MessageID)}
	params["reply_markup"] = asJSON(buttons(words[b.Lang], b.env.Hub.PublicURL, lead, false))
	if err := b.call(ctx, callLimit, "editMessageReplyMarkup", params, nil); err != nil {
		b.env.Log.Debug("a button is left under its notice", "error", err)
	}
}

// answer answers the press of a button, with a text if there is one. A failure is
// only logged: the work is done.
func (b *bot) answer(ctx context.Context, id, text string) {
	params := tgbotapi.Params{"callback_query_id": id}
	if text != "" {
		params["text"], params["show_alert"] = text, "true"
	}
	if err := b.call(ctx, callLimit, "answerCallbackQuery", params, nil); err != nil {
		b.env.Log.Warn("the press of a button was not answered", "error", err)
	}
}

func (b *bot) sendText(ctx context.Context, chat int64, text string) {
	if err := b.call(ctx, callLimit, "sendMessage", tgbotapi.Params{"chat_id": strconv.FormatInt(chat, 10), "text": text}, nil); err != nil {
		b.env.Log.Warn("a message to a user was not sent", "error", err)
	}
}
