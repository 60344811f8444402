package telegram

import (
	"encoding/json"
	"slices"
	"strconv"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"ctihub/connectors/vendors"
	"ctihub/leads"
)

// serviceKind is a kind of service message, known by the field that holds it:
// something that a customer did in Telegram, or that happened there.
type serviceKind struct {
	field    string
	en, ru   string
	details  func(s *serviceData) (beside, below string) // texts beside the label and below it; nil: none
	isNotice bool                                        // of the platform: it makes no lead
}

// serviceData has the shown fields of all service messages.
type serviceData struct {
	Data         string  `json:"data"`
	Button       string  `json:"button_text"`
	Title        string  `json:"title"`
	Description  string  `json:"description"`
	Text         string  `json:"text"`
	Username     string  `json:"username"`
	WebApp       string  `json:"web_app_name"`
	Prize        string  `json:"prize_description"`
	Winners      int     `json:"winner_count"`
	Boosts       int     `json:"boost_count"`
	Stars        int     `json:"star_count"`
	Distance     int     `json:"distance"`
	Users        []user  `json:"users"`
	UserIDs      []int64 `json:"user_ids"` // of users_shared in Bot API 7.0
	UserID       int64   `json:"user_id"`
	Tasks        []task  `json:"tasks"`
	Done         []int   `json:"marked_as_done_task_ids"`
	NotDone      []int   `json:"marked_as_not_done_task_ids"`
	ChecklistOne struct {
		Checklist struct {
			Tasks []task `json:"tasks"`
		} `json:"checklist"`
	} `json:"checklist_message"`
	Gift struct {
		Base    string `json:"base_name"`
		Number  int    `json:"number"`
		Stars   int    `json:"star_count"`
		Sticker struct {
			Emoji string `json:"emoji"`
		} `json:"sticker"`
	} `json:"gift"`
	payment

	touch *leads.Touch
	lang  string
}

type user struct {
	ID       int64  `json:"user_id"`
	First    string `json:"first_name"`
	Last     string `json:"last_name"`
	Username string `json:"username"`
}

type task struct {
	ID        int            `json:"id"`
	Text      string         `json:"text"`
	Completed *tgbotapi.User `json:"completed_by_user"`
}

// serviceKinds are the service messages of the Bot API (core.telegram.org/bots/api, Message).
var serviceKinds = []serviceKind{
	{"web_app_data", "data of the web app", "данные веб-приложения", webAppDetails, false},
	{"successful_payment", "paid", "оплачено", paymentDetails, false},
	{"refunded_payment", "payment given back", "оплата возвращена", paymentDetails, false},
	{"invoice", "invoice", "счёт", func(s *serviceData) (string, string) { return join(s.Title, s.amount(), s.Description), "" }, false},
	{"checklist", "checklist", "список дел", func(s *serviceData) (string, string) { return s.Title, tasks(s.Tasks) }, false},
	{"checklist_tasks_done", "marked tasks of the checklist", "отметки в списке дел", checklistMarks, false},
	{"checklist_tasks_added", "added tasks to the checklist", "добавлено в список дел", func(s *serviceData) (string, string) { return "", tasks(s.Tasks) }, false},
	{"gift", "gift", "подарок", giftDetails, false},
	{"unique_gift", "gift", "подарок", giftDetails, false},
	{"gift_upgrade_sent", "upgrade of a gift", "улучшение подарка", giftDetails, false},
	{"boost_added", "boosted the chat", "буст чата", func(s *serviceData) (string, string) { return number(s.Boosts), "" }, false},
	{"giveaway", "giveaway", "розыгрыш", giveawayDetails, false},
	{"giveaway_created", "giveaway began", "розыгрыш создан", giveawayDetails, false},
	{"giveaway_winners", "winners of a giveaway", "победители розыгрыша", giveawayDetails, false},
	{"giveaway_completed", "giveaway ended", "розыгрыш завершён", giveawayDetails, false},
	{"paid_media", "paid media", "платные фото и видео", stars, false},
	{"story", "story", "история", nil, false},
	{"reply_to_story", "answers a story", "ответ на историю", nil, false},
	{"users_shared", "passed people on", "переданы люди", sharedUsers, false},
	{"user_shared", "passed a person on", "передан человек", func(s *serviceData) (string, string) { return strconv.FormatInt(s.UserID, 10), "" }, false},
	{"chat_shared", "passed a chat on", "передан чат", func(s *serviceData) (string, string) { return join(s.Title, at(s.Username)), "" }, false},
	{"write_access_allowed", "lets the bot write", "разрешено писать", func(s *serviceData) (string, string) { return s.WebApp, "" }, false},
	{"connected_website", "signed in to the website", "вход на сайт", func(s *serviceData) (string, string) { return s.Text, "" }, false},
	{"passport_data", "Telegram Passport data, which the hub cannot decrypt", "данные Telegram Passport, хаб их не расшифровывает", nil, false},
	{"proximity_alert_triggered", "has come near", "уже рядом", func(s *serviceData) (string, string) { return number(s.Distance) + " m", "" }, false},
	{"game", "game", "игра", func(s *serviceData) (string, string) { return join(s.Title, s.Description), "" }, false},
	{"suggested_post_approved", "the suggested post was approved", "предложенная запись одобрена", nil, false},
	{"suggested_post_approval_failed", "the suggested post was not approved", "предложенную запись не удалось одобрить", nil, false},
	{"suggested_post_declined", "the suggested post was declined", "предложенная запись отклонена", func(s *serviceData) (string, string) { return s.Text, "" }, false},
	{"suggested_post_paid", "the suggested post was paid", "предложенная запись оплачена", nil, false},
	{"suggested_post_refunded", "the payment of the suggested post was given back", "оплата предложенной записи возвращена", nil, false},

	{"pinned_message", "pinned a message", "сообщение закреплено", nil, true},
	{"message_auto_delete_timer_changed", "messages delete themselves from now on", "изменено время автоудаления", nil, true},
	{"chat_background_set", "changed the background of the chat", "изменён фон чата", nil, true},
	{"new_chat_members", "new members", "новые участники", nil, true},
	{"left_chat_member", "a member left", "участник вышел", nil, true},
	{"new_chat_title", "new title of the chat", "новое название чата", nil, true},
	{"new_chat_photo", "new photo of the chat", "новое фото чата", nil, true},
	{"delete_chat_photo", "the photo of the chat was removed", "фото чата удалено", nil, true},
	{"group_chat_created", "group created", "группа создана", nil, true},
	{"supergroup_chat_created", "group created", "группа создана", nil, true},
	{"channel_chat_created", "channel created", "канал создан", nil, true},
	{"migrate_to_chat_id", "the group became a supergroup", "группа стала супергруппой", nil, true},
	{"migrate_from_chat_id", "the group became a supergroup", "группа стала супергруппой", nil, true},
	{"chat_owner_left", "the owner left the chat", "владелец покинул чат", nil, true},
	{"chat_owner_changed", "the chat has another owner", "у чата другой владелец", nil, true},
	{"direct_message_price_changed", "the price of messages has changed", "изменена цена сообщений", nil, true},
	{"paid_message_price_changed", "the price of messages has changed", "изменена цена сообщений", nil, true},
	{"video_chat_scheduled", "video chat", "видеочат", nil, true},
	{"video_chat_started", "video chat", "видеочат", nil, true},
	{"video_chat_ended", "video chat", "видеочат", nil, true},
	{"video_chat_participants_invited", "video chat", "видеочат", nil, true},
	{"forum_topic_created", "topic", "тема", nil, true},
	{"forum_topic_edited", "topic", "тема", nil, true},
	{"forum_topic_closed", "topic", "тема", nil, true},
	{"forum_topic_reopened", "topic", "тема", nil, true},
	{"general_forum_topic_hidden", "topic", "тема", nil, true},
	{"general_forum_topic_unhidden", "topic", "тема", nil, true},
}

// Labels of updates that are not messages.
var otherLabels = map[string][2]string{ // en, ru
	"paid_media_bought":         {"bought paid media", "куплены платные фото и видео"},
	"vote_withdrawn":            {"took back the answer to a poll", "ответ в опросе отозван"},
	"blocked":                   {"blocked the bot: nothing can be sent until they unblock it", "бот заблокирован: написать нельзя, пока клиент не разблокирует его"},
	"unblocked":                 {"lets the bot write again", "боту снова можно писать"},
	"chat_join_request":         {"asks to join", "просит принять в"},
	"deleted_business_messages": {"messages deleted:", "удалено сообщений:"},
}

func otherLabel(of, lang string) string {
	if w := otherLabels[of]; lang == "ru" {
		return w[1]
	}
	return otherLabels[of][0]
}

// serviceTexts returns the texts of a message's service fields.
func (b *bot) serviceTexts(u *update, m *message) (said []string) {
	for _, s := range serviceKinds {
		raw, has := m.fields[s.field]
		if !has || string(raw) == "null" {
			continue
		}
		data := serviceData{touch: u.touch, lang: b.Lang}
		_ = vendors.DecodeLenient(raw, &data)
		if data.Text == "" {
			_ = json.Unmarshal(raw, &data.Text) // connected_website is a string
		}
		words := s.en
		if b.Lang == "ru" {
			words = s.ru
		}
		beside, below := "", ""
		if s.details != nil {
			beside, below = s.details(&data)
		}
		said = append(said, vendors.Lines(bracket(words, beside), below))
		if s.isNotice {
			u.touch.Automatic = leads.Notice
		}
	}
	return said
}

// plainFields are the fields of a message that say how it was sent, or that are read
// elsewhere.
var plainFields = []string{
	"message_id", "message_thread_id", "direct_messages_topic", "from", "sender_chat", "sender_boost_count", "sender_business_bot", "sender_tag",
	"date", "business_connection_id", "chat", "forward_origin", "forward_from", "forward_from_chat", "forward_from_message_id",
	"forward_signature", "forward_sender_name", "forward_date", "is_topic_message", "is_automatic_forward", "reply_to_message",
	"external_reply", "quote", "reply_to_checklist_task_id", "via_bot", "edit_date", "has_protected_content", "is_from_offline",
	"is_paid_post", "media_group_id", "author_signature", "paid_star_count", "text", "entities", "link_preview_options",
	"suggested_post_info", "effect_id", "caption", "caption_entities", "show_caption_above_media", "has_media_spoiler", "reply_markup",
}

// contentFields are the fields that [bot.content] reads.
var contentFields = []string{
	"animation", "audio", "contact", "dice", "document", "location", "photo", "poll", "sticker", "venue", "video", "video_note", "voice",
}

// unknown returns the names of the fields that the hub does not know.
func (m *message) unknown() []string {
	var names []string
	for name := range m.fields {
		if !slices.Contains(plainFields, name) && !slices.Contains(contentFields, name) && !slices.ContainsFunc(serviceKinds, func(s serviceKind) bool { return s.field == name }) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
