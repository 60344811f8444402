package whatsapp

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"ctihub/connectors/whatsapp/whatsapptest"
	"ctihub/leads"
)

func id(kind leads.IdentityKind, value string) leads.Identity {
	return leads.Identity{Kind: kind, Value: value}
}

func TestText(t *testing.T) {
	h := newHub(t, "")
	got := h.receive(with(whatsapptest.Text(phone, "wamid.1", "Здравствуйте"), m{"context": m{"from": whatsapptest.Number, "id": "wamid.OUT0001"}}))
	if !strings.Contains(got.Raw, `"wamid.OUT0001"`) {
		t.Errorf("raw %s", got.Raw)
	}
	got.Raw = ""
	want := leads.Touch{
		Source: "wa", ExternalID: "wamid.1", Channel: leads.ChannelWhatsApp, Direction: leads.In, At: time.Unix(1763800000, 0).UTC(),
		From: []leads.Identity{id(leads.KindPhone, "+"+phone)}, Name: "Иван", To: "+" + whatsapptest.Number, Text: "Здравствуйте",
		MessageID: "wamid.1", References: []string{"wamid.OUT0001"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if err := got.Validate(); err != nil {
		t.Error(err)
	}
}

func TestSaysInWords(t *testing.T) {
	for name, c := range map[string]struct {
		message m
		want    string
	}{
		"location": {of("location", m{"latitude": 55.75, "longitude": 37.61, "name": "Офис", "address": "Тверская, 1"}), "[location: 55.75, 37.61]\nОфис\nТверская, 1"},
		"button":   {of("button", m{"payload": "yes-1", "text": "Да"}), "Да"},
		"picked button": {of("interactive", m{"type": "button_reply", "button_reply": m{"id": "b1", "title": "Перезвоните"}}),
			"Перезвоните"},
		"picked of a list": {of("interactive", m{"type": "list_reply", "list_reply": m{"id": "r1", "title": "Доставка", "description": "завтра"}}),
			"Доставка\nзавтра"},
		"form": {of("interactive", m{"type": "nfm_reply", "nfm_reply": m{"name": "flow", "body": "Sent", "response_json": `{"flow_token":"x","имя":"Анна","мест":2}`}}),
			"[form]\nимя: Анна\nмест: 2"},
		"new sort of answer": {of("interactive", m{"type": "call_permission_reply"}), "[answered with call_permission_reply]"},
		"order": {of("order", m{"catalog_id": "1", "text": "быстрее", "product_items": []m{{"product_retailer_id": "sku1", "quantity": 2, "item_price": 10.5, "currency": "RUB"}}}),
			"[order]\n2 × sku1, 10.5 RUB each\nбыстрее"},
		"reaction":            {of("reaction", m{"message_id": "wamid.0", "emoji": "👍"}), "[reaction: 👍]"},
		"reaction taken back": {of("reaction", m{"message_id": "wamid.0"}), "[took a reaction back]"},
		"deleted":             {of("revoke", m{"original_message_id": "wamid.0"}), "[deleted a message]"},
		"unsupported":         {with(of("unsupported", m{"type": "poll_creation"}), m{"errors": []m{{"code": 131051}}}), "[sent poll_creation, which WhatsApp does not pass on]"},
		"unknown":             {of("hologram", m{"x": 1}), "[sent a message of the kind hologram]\nx: 1"},
		"no type":             {m{"from": phone, "id": "wamid.1"}, "[sent a kind of message, which WhatsApp does not pass on]"},
		"welcome":             {of("request_welcome", m{}), "[opened the chat for the first time]"},
		"forwarded":           {with(whatsapptest.Text(phone, "wamid.1", "от друга"), m{"context": m{"forwarded": true}}), "[forwarded]\nот друга"},
		"about a product": {with(whatsapptest.Text(phone, "wamid.1", "есть?"), m{"context": m{"referred_product": m{"catalog_id": "c", "product_retailer_id": "sku9"}}}),
			"есть?\n[about the product sku9]"},
		"mistyped":           {with(whatsapptest.Text(phone, "wamid.1", "текст"), m{"image": "not an object", "context": []int{1}}), "текст"},
		"photo without id":   {of("image", m{"caption": "нет"}), "[sent a message of the kind image]\ncaption: нет"},
		"number for a text":  {of("text", m{"body": 42}), "42"},
		"media of no object": {of("video", 7), "[sent a message of the kind video]"},
	} {
		t.Run(name, func(t *testing.T) {
			got := newHub(t, "").receive(c.message)
			if got.Text != c.want || got.Suspect != "" || got.ExternalID != "wamid.1" {
				t.Errorf("%q, want %q (%s %s)", got.Text, c.want, got.Suspect, got.ExternalID)
			}
			if name == "reaction" || name == "deleted" {
				if !reflect.DeepEqual(got.References, []string{"wamid.0"}) {
					t.Errorf("references %q", got.References)
				}
			}
		})
	}
}

func TestIdentities(t *testing.T) {
	user := id(KindUser, "RU.13491208655302741918")
	for name, c := range map[string]struct {
		contact, message m
		want             []leads.Identity
		called           string
	}{
		"phone only": {m{"wa_id": phone, "profile": m{"name": "Иван"}}, m{"from": phone}, []leads.Identity{id(leads.KindPhone, "+"+phone)}, "Иван"},
		"phone and id": {m{"wa_id": phone, "user_id": user.Value, "profile": m{"name": "Иван"}}, m{"from": phone, "from_user_id": user.Value},
			[]leads.Identity{id(leads.KindPhone, "+"+phone), user}, "Иван"},
		"id only": {m{"user_id": user.Value, "profile": m{"name": "", "username": "ivan"}}, m{"from_user_id": user.Value}, []leads.Identity{user}, "@ivan"},
		"id only, in the contact alone": {m{"user_id": user.Value, "profile": m{"name": "Иван"}}, m{},
			[]leads.Identity{user}, "Иван"},
		"id in the phone's place": {m{}, m{"from": user.Value}, []leads.Identity{user}, ""},
		"another wa_id": {m{"wa_id": "5511987654321", "profile": m{"name": "Ana"}}, m{"from": "551187654321"},
			[]leads.Identity{id(leads.KindPhone, "+551187654321"), id(KindUser, "551187654321")}, "Ana"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHub(t, "")
			v := whatsapptest.Change(phone, "", with(m{"id": "wamid.1", "type": "text", "text": m{"body": "x"}}, c.message))
			v["contacts"] = []m{c.contact}
			if code := h.post(whatsapptest.Body(v)); code != http.StatusOK {
				t.Fatal(code)
			}
			got := h.Inbox.Touches()[0]
			if !reflect.DeepEqual(got.From, c.want) || got.Name != c.called {
				t.Errorf("%v %q, want %v %q", got.From, got.Name, c.want, c.called)
			}
		})
	}
}

func TestSharedContacts(t *testing.T) {
	card := m{"name": m{"formatted_name": "Анна"}, "phones": []m{{"phone": "+7 916 000-00-01", "wa_id": "79160000001"}}, "emails": []m{{"email": "a@example.com"}}}
	other, own := id(leads.KindPhone, "+79160000001"), id(leads.KindPhone, "+"+phone)
	got := newHub(t, "").receive(of("contacts", []m{card}))
	if !reflect.DeepEqual(got.From, []leads.Identity{own}) || !reflect.DeepEqual(got.Offered, []leads.Identity{other, id(leads.KindEmail, "a@example.com")}) {
		t.Errorf("somebody else's: from %v, offered %v", got.From, got.Offered)
	}
	if got.Text != "[contact: Анна]\n+7 916 000-00-01\na@example.com" {
		t.Errorf("%q", got.Text)
	}
	// Asked for, it is the sender's own, whose phone was hidden.
	hidden := m{"from_user_id": "RU.1", "id": "wamid.2", "type": "contacts", "origin": "contact_request", "contacts": []m{{"phones": []m{{"wa_id": "79160000001"}}}}}
	h := newHub(t, "")
	v := whatsapptest.Change("", "", hidden)
	v["contacts"] = []m{{"user_id": "RU.1"}}
	if code := h.post(whatsapptest.Body(v)); code != http.StatusOK {
		t.Fatal(code)
	}
	got = h.Inbox.Touches()[0]
	if !reflect.DeepEqual(got.From, []leads.Identity{id(KindUser, "RU.1"), other}) || len(got.Offered) != 0 {
		t.Errorf("asked for: from %v, offered %v", got.From, got.Offered)
	}
}

func TestReferral(t *testing.T) {
	got := newHub(t, "").receive(with(whatsapptest.Text(phone, "wamid.1", "Сколько стоит?"), m{"referral": m{
		"source_url": "https://fb.me/3cr4Wqqkv", "source_type": "ad", "source_id": "120226305854810726", "headline": "Окна со скидкой", "ctwa_clid": "Aff-n8Z"}}))
	want := map[string]string{"utm_source": "meta", "utm_medium": "ad", "utm_id": "120226305854810726", "utm_content": "Окна со скидкой", "page": "https://fb.me/3cr4Wqqkv", "ctwa_clid": "Aff-n8Z"}
	if !reflect.DeepEqual(got.UTM, want) {
		t.Errorf("%v", got.UTM)
	}
}

func TestEdits(t *testing.T) {
	got := newHub(t, "").receive(m{"from": phone, "id": "wamid.9", "timestamp": "1763800500", "type": "edit",
		"edit": m{"original_message_id": "wamid.1", "message": m{"type": "text", "text": m{"body": "два окна"}}}})
	if got.ExternalID != "wamid.1" || got.MessageID != "wamid.1" || got.Text != "два окна" || !got.Edited.Equal(time.Unix(1763800500, 0)) {
		t.Errorf("%+v", got)
	}
	for _, broken := range []any{nil, m{}, m{"original_message_id": "wamid.1", "message": 7}, m{"original_message_id": "wamid.1", "message": m{"type": "edit"}}} {
		got := newHub(t, "").receive(m{"from": phone, "id": "wamid.9", "type": "edit", "edit": broken})
		if got.ExternalID != "wamid.9" || !got.Edited.IsZero() || got.Text == "" {
			t.Errorf("%v: %+v", broken, got)
		}
	}
}

func TestSystemNoteIsNobodysMessage(t *testing.T) {
	got := newHub(t, "").receive(of("system", m{"body": "Иван changed from 7916 to 7917", "new_wa_id": "79170000000", "type": "user_changed_number"}))
	if got.Automatic != leads.Notice || !reflect.DeepEqual(got.Offered, []leads.Identity{id(leads.KindPhone, "+79170000000")}) {
		t.Errorf("%+v", got)
	}
}

func TestEchoIsOutgoing(t *testing.T) {
	h := newHub(t, "")
	body, _ := json.Marshal(m{"object": "whatsapp_business_account", "entry": []m{{"changes": []m{
		{"field": "account_update", "value": m{"event": "VERIFIED_ACCOUNT"}},
		{"field": "smb_message_echoes", "value": m{"metadata": m{"display_phone_number": whatsapptest.Number},
			"message_echoes": []m{{"from": whatsapptest.Number, "to": phone, "id": "wamid.7", "timestamp": "1763800000", "type": "text", "text": m{"body": "Ждём вас"}}}}},
	}}}})
	if code := h.post(body); code != http.StatusOK {
		t.Fatal(code)
	}
	got := h.Inbox.Touches()
	if len(got) != 1 || got[0].Direction != leads.Out || !reflect.DeepEqual(got[0].From, []leads.Identity{id(leads.KindPhone, "+"+phone)}) || got[0].Text != "Ждём вас" {
		t.Errorf("%+v", got)
	}
}

// One body holds several entries, messages of several people, and statuses.
func TestBatch(t *testing.T) {
	h := newHub(t, "")
	two := whatsapptest.Change("79160000001", "Анна", whatsapptest.Text("79160000001", "wamid.a", "a"), whatsapptest.Text("79160000002", "wamid.b", "b"))
	two["contacts"] = append(two["contacts"].([]m), m{"wa_id": "79160000002", "profile": m{"name": "Борис"}})
	body := whatsapptest.Body(two, whatsapptest.Change(phone, "Иван", whatsapptest.Text(phone, "wamid.c", "c")),
		whatsapptest.Statuses(m{"id": "wamid.OUT1", "status": "delivered", "timestamp": "1763800001"}, m{"id": "wamid.OUT1", "status": "read", "timestamp": "1763800002"}))
	if code := h.post(body); code != http.StatusOK {
		t.Fatal(code)
	}
	var got []string
	for _, touch := range h.Inbox.Touches() {
		got = append(got, fmt.Sprint(touch.ExternalID, touch.Name, touch.From[0].Value))
	}
	if want := []string{"wamid.aАнна+79160000001", "wamid.bБорис+79160000002", "wamid.cИван+" + phone}; !reflect.DeepEqual(got, want) {
		t.Errorf("%q", got)
	}
	if len(h.Receipts()) != 2 || h.Inbox.Puts() != 1 {
		t.Errorf("%d receipts, %d Puts", len(h.Receipts()), h.Inbox.Puts())
	}
}

// What cannot be read is kept for a person to look at, and its neighbours go on.
func TestUnreadableIsQuarantined(t *testing.T) {
	for name, body := range map[string]string{
		"no JSON": "hello", "another object": `{"object":"page","entry":[]}`, "entry of no list": `{"object":"whatsapp_business_account","entry":7}`,
		"value of no object": `{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"messages","value":[1]}]}]}`,
		"message of no id":   `{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"messages","value":{"messages":[{"type":"text"}]}}]}]}`,
		"message of no kind": `{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"messages","value":{"messages":[[]]}}]}]}`,
		"status of no id":    `{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"messages","value":{"statuses":[{}]}}]}]}`,
		"very deep":          strings.Repeat("[", 100_000),
	} {
		h := newHub(t, "")
		for range 2 {
			if code := h.post([]byte(body)); code != http.StatusOK {
				t.Fatalf("%s: %d", name, code)
			}
		}
		if len(h.Inbox.Quarantined()) != 2 || len(h.Inbox.Keys()) != 1 || h.Inbox.Touches()[0].Raw == "" {
			t.Errorf("%s: %+v", name, h.Inbox.Touches())
		}
	}
	h := newHub(t, "")
	good := h.receive(m{"type": "text"}, whatsapptest.Text(phone, "wamid.1", "рядом"))
	if good.Text != "рядом" || len(h.Inbox.Quarantined()) != 1 {
		t.Errorf("%+v", h.Inbox.Touches())
	}
}

func TestReceipts(t *testing.T) {
	h := newHub(t, "")
	body := whatsapptest.Body(whatsapptest.Statuses(
		m{"id": "wamid.OUT1", "status": "sent", "timestamp": "1763800000"},
		m{"id": "wamid.OUT1", "status": "delivered", "timestamp": "1763800001", "recipient_id": phone},
		m{"id": "wamid.OUT1", "status": "read", "timestamp": 1763800002},
		m{"id": "wamid.OUT2", "status": "failed", "timestamp": "1763800003", "errors": []m{{"code": 131047, "title": "Re-engagement message"}}},
		m{"id": "wamid.OUT3", "status": "failed", "timestamp": "1763800004", "errors": []m{{"code": 999999, "title": "New fault", "error_data": m{"details": "of tomorrow"}}}},
	))
	h.FailReceipts(1)
	if code := h.post(body); code != http.StatusServiceUnavailable {
		t.Fatalf("with a receipt that was not stored: %d", code)
	}
	if code := h.post(body); code != http.StatusOK {
		t.Fatal(code)
	}
	want := []leads.Receipt{
		{UpstreamID: "wamid.OUT1", State: leads.ReplyDelivered, At: time.Unix(1763800001, 0).UTC()},
		{UpstreamID: "wamid.OUT1", State: leads.ReplyRead, At: time.Unix(1763800002, 0).UTC()},
		{UpstreamID: "wamid.OUT2", State: leads.ReplyFailed, Reason: windowClosed + " (131047)", Fault: leads.FaultWindow, FaultLimit: 24, At: time.Unix(1763800003, 0).UTC()},
		{UpstreamID: "wamid.OUT3", State: leads.ReplyFailed, Reason: "WhatsApp refused it: of tomorrow (999999)", Fault: leads.FaultRefused, At: time.Unix(1763800004, 0).UTC()},
	}
	if !reflect.DeepEqual(h.Receipts(), want) {
		t.Errorf("got  %+v\nwant %+v", h.Receipts(), want)
	}
}
