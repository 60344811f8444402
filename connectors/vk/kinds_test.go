package vk

import (
	"slices"
	"strings"
	"testing"

	"ctihub/connectors/connectortest"
	"ctihub/connectors/vk/vktest"
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

func vkID(id string) leads.Identity    { return leads.Identity{Kind: identity, Value: id} }
func phone(of string) leads.Identity   { return leads.Identity{Kind: leads.KindPhone, Value: of} }
func address(of string) leads.Identity { return leads.Identity{Kind: leads.KindEmail, Value: of} }

// Every kind of event of a community has a known fate, and one that is not
// known is quarantined.
func TestKindsOfEvents(t *testing.T) {
	r := newRig(t, longPollSettings)
	r.vk.Name(61, "Анна")
	comment := func(more object) object {
		more["id"], more["from_id"], more["date"], more["text"] = 9, 61, 1_790_000_000, "Есть в наличии?"
		return more
	}
	order := object{
		"id": 5, "user_id": 61, "date": 1_790_000_000, "display_order_id": "61-5", "status": 0, "comment": "Позвоните после 18", "total_price": object{"amount": "150000000", "text": "1 500 000 ₽"},
		"preview_order_items": []any{object{"title": "Окно", "cart_quantity": 2, "price": object{"text": "700 000 ₽"}}, object{"quantity": 1, "item": object{"title": "Дверь", "price": object{"text": "100 000 ₽"}}}},
		"recipient":           object{"name": "Анна Ким", "phone": "+7 916 000-00-01"}, "delivery": object{"type": "Курьер", "address": "Тверь, Лесная 5"},
	}
	ordered := "[заказ № 61-5]\n2 × Окно, 700 000 ₽\n1 × Дверь, 100 000 ₽\n1 500 000 ₽\nстатус: новый\nдоставка: Курьер, Тверь, Лесная 5\nАнна Ким\n+7 916 000-00-01\nПозвоните после 18"
	form := object{"lead_id": 7, "group_id": 777, "user_id": 61, "form_id": 3, "form_name": "Замер", "answers": []any{
		object{"key": "first_name", "question": "Имя", "answer": "Вера"}, object{"key": "last_name", "question": "Фамилия", "answer": "Ли"}, object{"key": "phone_number", "question": "Телефон", "answer": "+79160000001"},
		object{"key": "email", "question": "Почта", "answer": "v@example.com"}, object{"key": "custom_0", "question": "Сколько окон?", "answer": 3}, object{"key": "custom_1", "question": "Комнаты", "answer": []any{object{"key": "1", "value": "Кухня"}, object{"key": "2", "value": "Зал"}}},
	}}
	for kind, c := range map[string]struct {
		content any
		want    connectortest.Outcome
		text    string
		from    []leads.Identity
	}{
		"message_new":            {object{"message": object{"peer_id": 61, "from_id": 61, "conversation_message_id": 1, "text": "Да"}}, toLead, "Да", []leads.Identity{vkID("61")}},
		"message_reply":          {object{"peer_id": 61, "from_id": -777, "out": 1, "conversation_message_id": 2, "text": "auto"}, toNothing, "", nil},
		"message_edit":           {object{"peer_id": 61, "from_id": 61, "conversation_message_id": 1, "text": "Нет"}, toLead, "Нет", []leads.Identity{vkID("61")}},
		"message_read":           {object{"peer_id": 61, "from_id": 61, "read_message_id": 1}, toNothing, "", nil},
		"message_event":          {object{"user_id": 61, "peer_id": 61, "payload": "x"}, toLead, `[кнопка: "x"]`, []leads.Identity{vkID("61")}},
		"message_reaction_event": {object{"peer_id": 61, "reacted_id": 61, "reaction_id": 1, "cmid": 4}, toLead, "[реакция № 1]", []leads.Identity{vkID("61")}},
		"lead_forms_new": {form, toLead, "[форма «Замер»]\nИмя: Вера\nФамилия: Ли\nТелефон: +79160000001\nПочта: v@example.com\nСколько окон?: 3\nКомнаты: Кухня, Зал",
			[]leads.Identity{vkID("61"), phone("+79160000001"), address("v@example.com")}},
		"market_order_new":                 {order, toLead, ordered, []leads.Identity{vkID("61"), phone("+7 916 000-00-01")}},
		"market_order_edit":                {order, toLead, ordered, []leads.Identity{vkID("61"), phone("+7 916 000-00-01")}},
		"vkpay_transaction":                {object{"from_id": 61, "amount": 1500250, "description": "за окно", "date": 1_790_000_000}, toLead, "[оплачено через VK Pay: 1500.25 ₽]\nза окно", []leads.Identity{vkID("61")}},
		"app_payload":                      {object{"user_id": 61, "app_id": 1, "payload": `{"товар":"Окно","шт":1500000}`}, toLead, "[данные мини-приложения]\nтовар: Окно\nшт: 1500000", []leads.Identity{vkID("61")}},
		"donut_subscription_create":        {object{"user_id": 61, "amount": 300, "amount_without_fee": 285}, toLead, "[оформлена подписка VK Donut: 300 ₽]", []leads.Identity{vkID("61")}},
		"donut_subscription_prolonged":     {object{"user_id": 61, "amount": 300}, toNotice, "[подписка VK Donut продлена: 300 ₽]", []leads.Identity{vkID("61")}},
		"donut_subscription_expired":       {object{"user_id": 61}, toNotice, "[подписка VK Donut закончилась]", []leads.Identity{vkID("61")}},
		"donut_subscription_cancelled":     {object{"user_id": 61}, toNotice, "[подписка VK Donut отменена]", []leads.Identity{vkID("61")}},
		"donut_subscription_price_changed": {object{"user_id": 61, "amount_old": 100, "amount_new": 200}, toNotice, "[новая цена подписки VK Donut: 200 ₽]", []leads.Identity{vkID("61")}},
		"wall_reply_new":                   {comment(object{"post_id": 4, "post_owner_id": -777}), toLead, "[комментарий: https://vk.com/wall-777_4?reply=9]\nЕсть в наличии?", []leads.Identity{vkID("61")}},
		"wall_reply_edit":                  {comment(object{"post_id": 4, "owner_id": -777}), toLead, "[комментарий: https://vk.com/wall-777_4?reply=9]\nЕсть в наличии?", []leads.Identity{vkID("61")}},
		"wall_reply_restore":               {comment(object{"post_id": 4, "owner_id": -777}), toLead, "[комментарий: https://vk.com/wall-777_4?reply=9]\nЕсть в наличии?", []leads.Identity{vkID("61")}},
		"photo_comment_new":                {comment(object{"photo_id": 4, "photo_owner_id": -777}), toLead, "[комментарий: https://vk.com/photo-777_4]\nЕсть в наличии?", []leads.Identity{vkID("61")}},
		"video_comment_new":                {comment(object{"video_id": 4, "video_owner_id": -777}), toLead, "[комментарий: https://vk.com/video-777_4]\nЕсть в наличии?", []leads.Identity{vkID("61")}},
		"board_post_new":                   {comment(object{"topic_id": 4, "topic_owner_id": -777}), toLead, "[комментарий: https://vk.com/topic-777_4?post=9]\nЕсть в наличии?", []leads.Identity{vkID("61")}},
		"market_comment_new":               {comment(object{"item_id": 4, "market_owner_id": -777}), toLead, "[комментарий: https://vk.com/product-777_4]\nЕсть в наличии?", []leads.Identity{vkID("61")}},
		"wall_post_new":                    {comment(object{"owner_id": -777, "post_type": "suggest"}), toLead, "[запись на стене: https://vk.com/wall-777_9]\nЕсть в наличии?", []leads.Identity{vkID("61")}},
		"wall_repost":                      {object{"id": 9, "from_id": 61, "owner_id": 61, "text": ""}, toNothing, "", nil},
		"teleported":                       {object{"user_id": 61}, toQuarantine, "", nil},
		"market_order_cancelled":           {order, toQuarantine, "", nil},
		"":                                 {order, toQuarantine, "", nil},
	} {
		t.Run(kind, func(t *testing.T) {
			got := r.touchOf(vktest.Event(kind, c.content))
			if connectortest.OutcomeOf(got) != c.want {
				t.Fatalf("%v, want %v\n%+v", connectortest.OutcomeOf(got), c.want, got)
			}
			if got == nil {
				return
			}
			if got.Text != c.text || !slices.Equal(got.From, c.from) || got.Raw == "" {
				t.Errorf("%q from %v\nwant %q from %v", got.Text, got.From, c.text, c.from)
			}
		})
	}
	for _, kind := range ignoredEvents {
		if got := r.touchOf(vktest.Event(kind, object{"user_id": 61, "from_id": 61})); got != nil {
			t.Errorf("%s: %+v", kind, got)
		}
	}
	for kind, content := range map[string]any{
		"lead_forms_new": object{}, "market_order_new": object{"id": 5}, "vkpay_transaction": []int{1}, "app_payload": object{"payload": "x"}, "wall_reply_new": object{"text": "x"},
	} {
		if got := r.touchOf(vktest.Event(kind, content)); connectortest.OutcomeOf(got) != toQuarantine {
			t.Errorf("%s of nobody: %v", kind, connectortest.OutcomeOf(got))
		}
	}
}

func TestLeadForm(t *testing.T) {
	r := newRig(t, longPollSettings)
	r.vk.Name(61, "Анна")
	got := r.touchOf(vktest.Event("lead_forms_new", object{"lead_id": 7, "user_id": 61, "form_id": 3, "form_name": "Замер", "ad_id": 5, "answers": []any{
		object{"key": "first_name", "question": "Имя", "answer": "Вера"}, object{"key": "phone_number", "question": "Телефон", "answer": "89160000001"}}}))
	if got.Name != "Вера" || got.ExternalID != "lead:3:7" || got.UTM["utm_campaign"] != "Замер" || got.UTM["utm_content"] != "5" {
		t.Errorf("%+v", got)
	}
	// A program that reads VK's mails posts answers without keys and without a user.
	got = r.touchOf(vktest.Event("lead_forms_new", object{"user_id": 0, "form_name": "Замер", "answers": []any{
		object{"question": "Ваше имя", "answer": "Вера"}, object{"question": "Телефон", "answer": "89160000001"}}}))
	if connectortest.OutcomeOf(got) != toLead || got.Name != "Вера" || !slices.Equal(got.From, []leads.Identity{phone("89160000001")}) {
		t.Errorf("%+v", got)
	}
}

// VK lists the answers; programs that pass the event on write them, and the
// ids, in other ways.
func TestShapesOfALeadForm(t *testing.T) {
	r := newRig(t, longPollSettings)
	for name, answers := range map[string]any{
		"a list":             []any{object{"key": "first_name", "question": "Имя", "answer": "Вера"}, object{"key": "phone_number", "question": "Телефон", "answer": "+79160000001"}},
		"an object":          object{"first_name": "Вера", "phone_number": "+79160000001"},
		"a list in a text":   `[{"key":"first_name","question":"Имя","answer":"Вера"},{"key":"phone_number","answer":79160000001}]`,
		"an object in one":   `{"first_name":"Вера","phone_number":"+79160000001"}`,
		"values of choices":  []any{object{"key": "first_name", "answer": object{"key": "", "value": "Вера"}}, object{"key": "phone_number", "answer": []any{"+79160000001"}}},
		"beside what is not": []any{7, nil, object{"key": "first_name", "answer": "Вера"}, object{"key": "phone_number", "answer": "+79160000001"}},
	} {
		got := r.touchOf(vktest.Event("lead_forms_new", object{"lead_id": "7", "user_id": "61", "form_id": "3", "form_name": "Замер", "answers": answers}))
		if connectortest.OutcomeOf(got) != toLead || got.Name != "Вера" || len(got.From) != 2 || got.From[0] != vkID("61") || strings.TrimPrefix(got.From[1].Value, "+") != "79160000001" || got.ExternalID != "lead:3:7" {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestPricesWithoutWords(t *testing.T) {
	r := newRig(t, longPollSettings)
	price := object{"amount": "150050", "currency": object{"name": "RUB"}}
	got := r.touchOf(vktest.Event("market_order_new", object{"id": "5", "user_id": "61", "total_price": price, "preview_order_items": []any{object{"quantity": 1, "item": object{"title": "Кружка", "price": price}}}}))
	if got.Text != "[заказ № 5]\n1 × Кружка, 1500.50 RUB\n1500.50 RUB" || got.ExternalID != "order:61:5" {
		t.Errorf("%+v", got)
	}
}

func TestOrderIsOneInteraction(t *testing.T) {
	r := newRig(t, longPollSettings)
	order := object{"id": 5, "user_id": 61, "status": 5, "recipient": object{"name": "Анна", "phone": 79160000001}}
	first, second := r.touchOf(vktest.Event("market_order_new", order)), r.touchOf(vktest.Event("market_order_edit", object{"order": order}))
	if first.ExternalID != second.ExternalID || !first.Edited.IsZero() || second.Edited.IsZero() || !strings.Contains(second.Text, "статус: отменён") {
		t.Errorf("%+v\n%+v", first, second)
	}
	if first.From[1] != phone("79160000001") {
		t.Errorf("%v", first.From)
	}
}

func TestCallbackOfAnUnknownKind(t *testing.T) {
	r := newRig(t, callbackSettings)
	for _, kind := range []string{"teleported", ""} {
		if err := callback(t.Context(), r.c.Handler(r.Inbox), "vk", withSecret(vktest.Event(kind, object{"user_id": 61}), "canary-secret")); err != nil {
			t.Error(err)
		}
	}
	got := r.Inbox.Touches()
	if len(got) != 2 || got[0].Suspect == "" || strings.Contains(got[0].Raw, "canary-secret") {
		t.Errorf("%+v", got)
	}
}
