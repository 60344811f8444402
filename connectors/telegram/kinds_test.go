package telegram

import (
	"slices"
	"strings"
	"testing"

	"ctihub/connectors/connectortest"
	"ctihub/leads"
)

type object = map[string]any

// What becomes of an update.
const (
	toLead       = connectortest.ToLead
	toNotice     = connectortest.ToNotice
	toQuarantine = connectortest.ToQuarantine
	toNothing    = connectortest.ToNothing
)

var (
	tim     = object{"id": 501, "is_bot": false, "first_name": "Тим", "language_code": "ru"}
	private = object{"id": 501, "type": "private", "first_name": "Тим"}
	order   = object{"name": "Тим Ким", "phone_number": "79160000001", "email": "tim@example.com", "shipping_address": object{
		"country_code": "RU", "state": "", "city": "Тверь", "street_line1": "Лесная 5", "street_line2": "", "post_code": "170000"}}
)

// readOne reads an update as it would be read off the wire.
func readOne(t *testing.T, b *bot, u object) *leads.Touch {
	t.Helper()
	if _, has := u["update_id"]; !has {
		u["update_id"] = 7
	}
	got := b.read([]byte(asJSON(u))).touch
	if got != nil {
		checked := *got
		checked.Source = "bot"
		if err := checked.Validate(); (err != nil) != (got.Suspect != "") {
			t.Errorf("validation: %v", err)
		}
		if got.Raw == "" {
			t.Error("nothing raw is kept")
		}
	}
	return got
}

// Every kind of update of the Bot API has a known fate, and one that is not
// known is quarantined.
func TestKindsOfUpdates(t *testing.T) {
	b := newDesk(t, "lang: ru").bot
	message := object{"message_id": 5, "date": 1_790_000_000, "chat": private, "from": tim, "text": "Да"}
	post := object{"message_id": 5, "date": 1_790_000_000, "chat": object{"id": -100, "type": "channel"}, "text": "x"}
	for kind, c := range map[string]struct {
		content any
		want    connectortest.Outcome
		text    string
	}{
		"message":                   {message, toLead, "Да"},
		"edited_message":            {message, toLead, "Да"},
		"business_message":          {message, toLead, "Да"},
		"edited_business_message":   {message, toLead, "Да"},
		"deleted_business_messages": {object{"business_connection_id": "bc", "chat": private, "message_ids": []int{1, 2}}, toNotice, "[удалено сообщений: 2]"},
		"callback_query":            {object{"id": "q1", "from": tim, "data": "call-me", "message": object{"message_id": 4, "date": 1, "chat": private}}, toLead, "[кнопка: call-me]"},
		"message_reaction":          {object{"chat": private, "message_id": 4, "user": tim, "date": 1, "old_reaction": []any{}, "new_reaction": []any{object{"type": "emoji", "emoji": "👍"}}}, toLead, "[реакция: 👍]"},
		"pre_checkout_query": {object{"id": "c1", "from": tim, "currency": "RUB", "total_amount": 150050, "invoice_payload": `{"заказ":12}`, "order_info": order}, toLead,
			"[начал оплату; хаб платежи не подтверждает: 1500.50 RUB]\nзаказ: 12\nТим Ким\n79160000001\ntim@example.com\n170000, RU, Тверь, Лесная 5"},
		"shipping_query":          {object{"id": "s1", "from": tim, "invoice_payload": "заказ 12", "shipping_address": order["shipping_address"]}, toLead, "[спрашивает о доставке:]\nзаказ 12\n170000, RU, Тверь, Лесная 5"},
		"purchased_paid_media":    {object{"from": tim, "paid_media_payload": "урок 3"}, toLead, "[куплены платные фото и видео]\nурок 3"},
		"poll_answer":             {object{"poll_id": "p1", "user": tim, "option_ids": []int{0, 2}}, toLead, "[ответ в опросе, варианты: 1, 3]"},
		"my_chat_member":          {object{"chat": private, "from": tim, "date": 1, "new_chat_member": object{"status": "kicked"}}, toNotice, "[бот заблокирован: написать нельзя, пока клиент не разблокирует его]"},
		"chat_join_request":       {object{"chat": object{"id": -100, "type": "channel", "title": "Окна"}, "from": tim, "date": 1, "bio": "Тверь"}, toNotice, "[просит принять в Окна]\nо себе: Тверь"},
		"channel_post":            {post, toNothing, ""},
		"edited_channel_post":     {post, toNothing, ""},
		"business_connection":     {object{"id": "bc", "user": tim}, toNothing, ""},
		"message_reaction_count":  {object{"chat": private}, toNothing, ""},
		"inline_query":            {object{"id": "i", "from": tim, "query": "ок"}, toNothing, ""},
		"chosen_inline_result":    {object{"result_id": "i", "from": tim}, toNothing, ""},
		"poll":                    {object{"id": "p1"}, toNothing, ""},
		"chat_member":             {object{"chat": private, "from": tim}, toNothing, ""},
		"chat_boost":              {object{"chat": private}, toNothing, ""},
		"removed_chat_boost":      {object{"chat": private}, toNothing, ""},
		"hologram_query":          {object{"from": tim}, toQuarantine, ""},
		"hologram_message":        {message, toQuarantine, ""},
		"managed_bot_of_tomorrow": {[]int{1}, toQuarantine, ""},
	} {
		t.Run(kind, func(t *testing.T) {
			got := readOne(t, b, object{kind: c.content})
			if connectortest.OutcomeOf(got) != c.want || got != nil && got.Text != c.text {
				t.Fatalf("%v, want %v\n%+v", connectortest.OutcomeOf(got), c.want, got)
			}
			if c.want == toLead && (len(got.From) == 0 || got.From[0].Value != "501" || got.Name != "Тим") {
				t.Errorf("from %v %q", got.From, got.Name)
			}
		})
	}
	for name, u := range map[string]object{
		"no kind": {}, "two kinds": {"message": message, "poll": object{}}, "an action of nobody": {"shipping_query": object{"id": "x"}},
		"a press of nobody": {"callback_query": object{"id": "x"}}, "a message of nobody": {"message": object{"message_id": 1, "date": 1, "chat": private}},
	} {
		if got := readOne(t, b, u); connectortest.OutcomeOf(got) != toQuarantine {
			t.Errorf("%s: %v", name, connectortest.OutcomeOf(got))
		}
	}
}

func TestServiceMessages(t *testing.T) {
	b := newDesk(t, "lang: ru").bot
	phone, mail := leads.Identity{Kind: leads.KindPhone, Value: "+79160000001"}, leads.Identity{Kind: leads.KindEmail, Value: "tim@example.com"}
	tasks := []any{object{"id": 1, "text": "Замер"}, object{"id": 2, "text": "Монтаж", "completed_by_user": tim}}
	for field, c := range map[string]struct {
		content any
		want    connectortest.Outcome
		text    string
		from    []leads.Identity // beside the Telegram id
		offered []leads.Identity
	}{
		"web_app_data": {object{"button_text": "Заказать", "data": `{"товар":"Пицца","шт":1500000,"телефон":"+79160000001","адрес":{"город":"Тверь"}}`}, toLead,
			"[данные веб-приложения Заказать]\nтовар: Пицца\nшт: 1500000\nтелефон: +79160000001\nадрес.город: Тверь", nil, []leads.Identity{phone}},
		"successful_payment": {object{"currency": "RUB", "total_amount": 9900, "invoice_payload": "заказ 12", "shipping_option_id": "курьер", "order_info": order}, toLead,
			"[оплачено 99.00 RUB]\nзаказ 12\nТим Ким\n79160000001\ntim@example.com\n170000, RU, Тверь, Лесная 5\nдоставка: курьер", []leads.Identity{phone, mail}, nil},
		"refunded_payment":                  {object{"currency": "XTR", "total_amount": 25, "invoice_payload": "p"}, toLead, "[оплата возвращена 25 ⭐]\np", nil, nil},
		"invoice":                           {object{"title": "Окно", "description": "2×3", "currency": "JPY", "total_amount": 500}, toLead, "[счёт Окно 500 JPY 2×3]", nil, nil},
		"checklist":                         {object{"title": "Дом", "tasks": tasks}, toLead, "[список дел Дом]\n— Замер\n✓ Монтаж", nil, nil},
		"checklist_tasks_done":              {object{"checklist_message": object{"checklist": object{"tasks": tasks}}, "marked_as_done_task_ids": []int{1}, "marked_as_not_done_task_ids": []int{9}}, toLead, "[отметки в списке дел]\n✓ Замер\n— 9", nil, nil},
		"checklist_tasks_added":             {object{"tasks": tasks}, toLead, "[добавлено в список дел]\n— Замер\n✓ Монтаж", nil, nil},
		"gift":                              {object{"text": "Спасибо!", "gift": object{"star_count": 15, "sticker": object{"emoji": "🎁"}}}, toLead, "[подарок 🎁 15 ⭐]\nСпасибо!", nil, nil},
		"unique_gift":                       {object{"gift": object{"base_name": "Plush", "number": 7}}, toLead, "[подарок Plush #7]", nil, nil},
		"gift_upgrade_sent":                 {object{}, toLead, "[улучшение подарка]", nil, nil},
		"boost_added":                       {object{"boost_count": 2}, toLead, "[буст чата 2]", nil, nil},
		"giveaway":                          {object{"winner_count": 3, "prize_description": "Окно"}, toLead, "[розыгрыш Окно 3]", nil, nil},
		"giveaway_created":                  {object{}, toLead, "[розыгрыш создан]", nil, nil},
		"giveaway_winners":                  {object{"winner_count": 3}, toLead, "[победители розыгрыша 3]", nil, nil},
		"giveaway_completed":                {object{"winner_count": 3}, toLead, "[розыгрыш завершён 3]", nil, nil},
		"paid_media":                        {object{"star_count": 5, "paid_media": []any{}}, toLead, "[платные фото и видео 5 ⭐]", nil, nil},
		"story":                             {object{"id": 5}, toLead, "[история]", nil, nil},
		"user_shared":                       {object{"user_id": 5}, toLead, "[передан человек 5]", nil, nil},
		"users_shared":                      {object{"users": []any{object{"user_id": 5, "first_name": "Ия", "username": "iya"}, object{"user_id": 6}}}, toLead, "[переданы люди Ия @iya, 6]", nil, nil},
		"chat_shared":                       {object{"chat_id": -5, "title": "Дом"}, toLead, "[передан чат Дом]", nil, nil},
		"write_access_allowed":              {object{"web_app_name": "shop"}, toLead, "[разрешено писать shop]", nil, nil},
		"connected_website":                 {"example.com", toLead, "[вход на сайт example.com]", nil, nil},
		"passport_data":                     {object{"data": []any{}}, toLead, "[данные Telegram Passport, хаб их не расшифровывает]", nil, nil},
		"proximity_alert_triggered":         {object{"distance": 50}, toLead, "[уже рядом 50 m]", nil, nil},
		"game":                              {object{"title": "Chess"}, toLead, "[игра Chess]", nil, nil},
		"suggested_post_paid":               {object{}, toLead, "[предложенная запись оплачена]", nil, nil},
		"poll":                              {object{"question": "Когда?", "type": "quiz", "options": []any{object{"text": "Да"}}}, toLead, "[викторина Когда?]\n— Да", nil, nil},
		"location":                          {object{"latitude": 1, "longitude": 2, "live_period": 60}, toLead, "[место в реальном времени]\nhttps://www.openstreetmap.org/?mlat=1.000000&mlon=2.000000#map=17/1.000000/2.000000", nil, nil},
		"dice":                              {object{"emoji": "🎲", "value": 4}, toLead, "[🎲 4]", nil, nil},
		"pinned_message":                    {object{"message_id": 1, "date": 1, "chat": private}, toNotice, "[сообщение закреплено]", nil, nil},
		"message_auto_delete_timer_changed": {object{"message_auto_delete_time": 5}, toNotice, "[изменено время автоудаления]", nil, nil},
		"video_chat_started":                {object{}, toNotice, "[видеочат]", nil, nil},
		"hologram":                          {object{"of": "Тим"}, toLead, "[сообщение неизвестного вида; посмотрите его в Telegram: hologram]\nof: Тим", nil, nil},
	} {
		t.Run(field, func(t *testing.T) {
			got := readOne(t, b, object{"message": object{"message_id": 5, "date": 1_790_000_000, "chat": private, "from": tim, field: c.content}})
			if connectortest.OutcomeOf(got) != c.want || got.Text != c.text {
				t.Fatalf("%v %q\nwant %v %q", connectortest.OutcomeOf(got), got.Text, c.want, c.text)
			}
			if !slices.Equal(got.From[1:], c.from) || !slices.Equal(got.Offered, c.offered) {
				t.Errorf("from %v, offered %v", got.From[1:], got.Offered)
			}
		})
	}
	for _, s := range serviceKinds {
		got := readOne(t, b, object{"message": object{"message_id": 5, "date": 1_790_000_000, "chat": private, "from": tim, s.field: object{}}})
		if s.isNotice != (connectortest.OutcomeOf(got) == toNotice) || !strings.Contains(got.Text, s.ru) {
			t.Errorf("%s: %v %q", s.field, connectortest.OutcomeOf(got), got.Text)
		}
	}
}

// In Bot API 7.0 the people who are passed on were ids only.
func TestPeopleByTheirIDs(t *testing.T) {
	got := readOne(t, newDesk(t, "lang: ru").bot, object{"message": object{"message_id": 5, "date": 1, "chat": private, "from": tim, "users_shared": object{"request_id": 1, "user_ids": []int{111, 222}}}})
	if got.Text != "[переданы люди 111, 222]" {
		t.Errorf("%q", got.Text)
	}
}

// A web app may send the fields of its form as a browser writes them.
func TestFormOfAWebApp(t *testing.T) {
	got := readOne(t, newDesk(t, "lang: ru").bot, object{"message": object{"message_id": 5, "date": 1, "chat": private, "from": tim,
		"web_app_data": object{"button_text": "Замер", "data": "phone=89160000001&%D0%B3%D0%BE%D1%80%D0%BE%D0%B4=%D0%A2%D0%B2%D0%B5%D1%80%D1%8C"}}})
	if got.Text != "[данные веб-приложения Замер]\nphone: 89160000001\nгород: Тверь" || !slices.Contains(got.Offered, leads.Identity{Kind: leads.KindPhone, Value: "89160000001"}) {
		t.Errorf("%q offers %v", got.Text, got.Offered)
	}
}

func TestUnknownFieldBesideACaption(t *testing.T) {
	b := newDesk(t, "lang: en").bot
	got := readOne(t, b, object{"message": object{"message_id": 5, "date": 1, "chat": private, "from": tim, "hologram": object{"id": "x"}, "caption": "Look"}})
	if got.Text != "[a message of a kind that the hub does not know; see it in Telegram: hologram]\nid: x\nLook" || !strings.Contains(got.Raw, `"hologram":{"id":"x"}`) {
		t.Errorf("%q %s", got.Text, got.Raw)
	}
	got = readOne(t, b, object{"message": object{"message_id": 6, "date": 1, "chat": private, "from": tim, "text": "Hi", "mood": object{}}})
	if got.Text != "Hi" {
		t.Errorf("%q", got.Text)
	}
}

func TestNumbersOfACard(t *testing.T) {
	b := newDesk(t, "lang: ru").bot
	card := "BEGIN:VCARD\nVERSION:3.0\nFN:Ната\nTEL;MOBILE:+7 916 000-00-01\nTEL;WORK:+74950000002\nEMAIL:n@example.com\nEND:VCARD"
	all := []leads.Identity{{Kind: leads.KindPhone, Value: "+79160000001"}, {Kind: leads.KindPhone, Value: "+74950000002"}, {Kind: leads.KindEmail, Value: "n@example.com"}}
	send := func(user int) *leads.Touch {
		return readOne(t, b, object{"message": object{"message_id": 5, "date": 1, "chat": private, "from": tim,
			"contact": object{"phone_number": "79160000001", "first_name": "Ната", "user_id": user, "vcard": card}}})
	}
	if got := send(502); !slices.Equal(got.Offered, all) || len(got.From) != 1 || got.Text != "[контакт Ната +79160000001, +74950000002, n@example.com]" {
		t.Errorf("another's: %v %v %q", got.From, got.Offered, got.Text)
	}
	if got := send(501); !slices.Equal(got.From[1:], all) || len(got.Offered) != 0 {
		t.Errorf("their own: %v %v", got.From, got.Offered)
	}
}

func TestAmounts(t *testing.T) {
	for want, p := range map[string]payment{
		"0.05 RUB": {Currency: "RUB", Total: "5"}, "1500000.00 RUB": {Currency: "RUB", Total: "150000000"}, "7 ⭐": {Currency: "XTR", Total: "7"},
		"1.234 KWD": {Currency: "KWD", Total: "1234"}, "90071992547409.93 USD": {Currency: "USD", Total: "9007199254740993"}, "RUB": {Currency: "RUB"},
	} {
		if got := p.amount(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestBusinessMessages(t *testing.T) {
	b := newDesk(t, "lang: ru").bot
	message := func(from object) object {
		return object{"business_message": object{"message_id": 5, "date": 1, "chat": private, "from": from, "business_connection_id": "bc1", "text": "Да"}}
	}
	got := readOne(t, b, message(tim))
	if got.ExternalID != b.id+":business:bc1:501:5" || got.Direction != leads.In || got.From[0].Value != "501" {
		t.Errorf("%+v", got)
	}
	if business, id := b.answered(leads.Reply{AnsweredID: got.MessageID}, 501); business != "bc1" || id != "5" {
		t.Errorf("answered over %q, %q", business, id)
	}
	seller := object{"id": 900, "is_bot": false, "first_name": "Продавец"}
	shared := message(seller)
	shared["business_message"].(object)["contact"] = object{"phone_number": "79160000009", "user_id": 900}
	if got := readOne(t, b, shared); len(got.From) != 1 || len(got.Offered) != 0 {
		t.Errorf("the company's own contact: %v %v", got.From, got.Offered)
	}
	began := message(tim)
	began["business_message"].(object)["text"] = "/start link-abc"
	if u := b.read([]byte(asJSON(object{"update_id": 7, "business_message": began["business_message"]}))); u.begins || u.start != "" || u.touch == nil {
		t.Errorf("a command to nobody: %+v", u)
	}
	got = readOne(t, b, message(seller))
	if got.Direction != leads.Out || got.From[0].Value != "501" || got.Name != "" {
		t.Errorf("the company's own: %+v", got)
	}
}

func TestQuoteAndAnswerOfAnotherChat(t *testing.T) {
	b := newDesk(t, "lang: ru").bot
	got := readOne(t, b, object{"message": object{"message_id": 5, "date": 1, "chat": private, "from": tim, "text": "Сколько?",
		"quote": object{"text": "Окно\n2×3"}, "external_reply": object{"origin": object{"type": "channel", "chat": object{"id": -1, "title": "Окна"}}}}})
	if got.Text != "[ответ на сообщение из другого чата: Окна]\nСколько?" || got.Whole != got.Text+"\n\n> Окно\n> 2×3" {
		t.Errorf("%q\n%q", got.Text, got.Whole)
	}
}
