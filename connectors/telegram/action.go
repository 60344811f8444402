package telegram

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"ctihub/connectors/vendors"
	"ctihub/connectors/vendors/answers"
	"ctihub/leads"
)

// action is an update that is not a message, with the fields of every kind.
type action struct {
	ID      string         `json:"id"`
	From    *tgbotapi.User `json:"from"`
	User    *tgbotapi.User `json:"user"`
	Chat    *tgbotapi.Chat `json:"chat"`
	Date    int64          `json:"date"` // Unix seconds
	Message int            `json:"message_id"`

	New json.RawMessage `json:"new_reaction"`

	payment
	Address json.RawMessage `json:"shipping_address"`

	PaidMedia string `json:"paid_media_payload"`
	PollID    string `json:"poll_id"`
	Options   []int  `json:"option_ids"` // from 0
	Member    struct {
		Status string `json:"status"`
	} `json:"new_chat_member"`
	Bio string `json:"bio"`

	Business string `json:"business_connection_id"`
	Deleted  []int  `json:"message_ids"`
}

// readAction reads an update that is not a message.
func (b *bot) readAction(u *update, kind string, content []byte) error {
	var a action
	if err := vendors.DecodeLenient(content, &a); err != nil {
		return err
	}
	if a.From == nil {
		a.From = a.User
	}
	if a.From == nil && kind == "deleted_business_messages" && a.Chat != nil {
		a.From = &tgbotapi.User{ID: a.Chat.ID, FirstName: a.Chat.FirstName, LastName: a.Chat.LastName}
	}
	if kind == "my_chat_member" && a.Chat != nil && a.Chat.Type != "private" {
		b.env.Log.Debug("a change of the bot in a group or channel is left alone", "chat", a.Chat.Type)
		return nil
	}
	if (kind == "poll_answer" || kind == "message_reaction") && a.From == nil {
		b.env.Log.Debug("what a channel did is left alone") // it acts for no person
		return nil
	}
	if a.From == nil || a.From.ID == 0 {
		return errors.New("it names no person")
	}
	u.chat, u.name, u.lang = a.From.ID, nameOf(a.From), b.langOf(a.From)
	say := words[b.Lang]
	t := &leads.Touch{
		ExternalID: strings.Join([]string{b.id, kind, strconv.FormatInt(a.From.ID, 10), strconv.FormatInt(u.id, 10)}, ":"),
		Channel:    leads.ChannelTelegram, Direction: leads.In, At: b.env.Now(), Name: u.name, From: person(a.From.ID),
	}
	if a.Date > 0 {
		t.At = time.Unix(a.Date, 0).UTC()
	}
	switch kind {
	case "pre_checkout_query":
		t.Text = vendors.Lines(bracket(say.paying, a.amount()), a.order(t, b.Lang))
	case "shipping_query":
		t.Text = vendors.Lines(bracket(say.shipping), payload(a.Payload), address(a.Address))
	case "purchased_paid_media":
		t.Text = vendors.Lines(bracket(otherLabel("paid_media_bought", b.Lang)), payload(a.PaidMedia))
	case "poll_answer":
		var chosen []string
		for _, o := range a.Options {
			chosen = append(chosen, strconv.Itoa(o+1))
		}
		if t.Text = bracket(say.voted, strings.Join(chosen, ", ")); len(chosen) == 0 {
			t.Text = bracket(otherLabel("vote_withdrawn", b.Lang))
		}
	case "message_reaction":
		if a.Chat != nil {
			t.References = []string{b.key("", a.Chat.ID, a.Message)}
		}
		if t.Text = bracket(say.reaction, reactions(a.New)); reactions(a.New) == "" {
			t.Text, t.Automatic = bracket(say.unreacted), leads.Notice
		}
	case "my_chat_member":
		t.Automatic, t.Text = leads.Notice, bracket(otherLabel("unblocked", b.Lang))
		if a.Member.Status == "kicked" || a.Member.Status == "left" {
			t.Text = bracket(otherLabel("blocked", b.Lang))
		}
	case "chat_join_request":
		t.Automatic = leads.Notice // the channel's administrators decide on it
		title := ""
		if a.Chat != nil {
			title = a.Chat.Title
		}
		t.Text = bracket(otherLabel("chat_join_request", b.Lang), title)
		if a.Bio != "" {
			t.Text += "\n" + say.comment + ": " + a.Bio
		}
	case "deleted_business_messages":
		t.Automatic, t.Text = leads.Notice, bracket(otherLabel(kind, b.Lang), strconv.Itoa(len(a.Deleted)))
		for _, id := range a.Deleted[:min(len(a.Deleted), 10)] {
			t.References = append(t.References, b.key(a.Business, a.From.ID, id))
		}
	default:
		return errUnknown
	}
	u.touch = t
	return nil
}

// readPress reads the press of a button under a message of the bot. Those
// of the hub's own notices are left to [bot.handleStaff].
func (b *bot) readPress(u *update, content []byte) error {
	var q tgbotapi.CallbackQuery
	if err := vendors.DecodeLenient(content, &q); err != nil {
		return err
	}
	if q.From == nil || q.From.ID == 0 || q.ID == "" {
		return errors.New("the press of a button names no person")
	}
	u.press, u.chat, u.name, u.lang = &q, q.From.ID, nameOf(q.From), b.langOf(q.From)
	said := q.Data
	if said == "" {
		said = q.GameShortName
	}
	t := &leads.Touch{
		ExternalID: b.id + ":press:" + q.ID, Channel: leads.ChannelTelegram, Direction: leads.In, At: b.env.Now(),
		Name: u.name, From: person(q.From.ID),
	}
	if m := q.Message; m != nil && m.Chat != nil && m.MessageID != 0 {
		t.References = []string{b.key("", m.Chat.ID, m.MessageID)}
		if m.ReplyMarkup != nil {
			for _, row := range m.ReplyMarkup.InlineKeyboard {
				for _, button := range row {
					if button.CallbackData != nil && *button.CallbackData == q.Data && button.Text != "" {
						said = button.Text
					}
				}
			}
		}
	}
	t.Text = bracket(words[b.Lang].button, said)
	u.touch = t
	return nil
}

// reactions are the emoji that a person put under a message.
func reactions(list json.RawMessage) string {
	var all []struct {
		Type  string `json:"type"`
		Emoji string `json:"emoji"`
	}
	_ = vendors.DecodeLenient(list, &all)
	var said []string
	for _, r := range all {
		switch {
		case r.Emoji != "":
			said = append(said, r.Emoji)
		case r.Type == "paid":
			said = append(said, "⭐")
		default:
			said = append(said, "🙂") // an emoji of the person's own
		}
	}
	return strings.Join(said, " ")
}

// payload shows what the company's own program put into an invoice or a button.
func payload(s string) string {
	if f, ok := answers.ReadText(s); ok {
		return f.String()
	}
	return strings.TrimSpace(s)
}
