package vk

import (
	"slices"
	"strings"
	"testing"
	"time"

	"ctihub/connectors/vendors"
	"ctihub/connectors/vk/vktest"
	"ctihub/leads"
)

func messageNew(m map[string]any) []byte {
	for k, v := range map[string]any{"peer_id": 61, "from_id": 61, "conversation_message_id": 5, "date": 1_790_000_000} {
		if _, has := m[k]; !has {
			m[k] = v
		}
	}
	return vktest.Event("message_new", map[string]any{"message": m})
}

type attachments []map[string]any

func TestWhatAMessageSays(t *testing.T) {
	r := newRig(t, longPollSettings)
	photo, voice := r.vk.File("p.jpg", []byte("picture")), r.vk.File("v.mp3", []byte("voice"))
	for name, c := range map[string]struct {
		message map[string]any
		text    string
		files   []string
	}{
		"text":  {map[string]any{"text": "Здравствуйте"}, "Здравствуйте", nil},
		"empty": {map[string]any{}, "[пустое сообщение]", nil},
		"the largest photo": {map[string]any{"attachments": attachments{{"type": "photo", "photo": map[string]any{"id": 1, "owner_id": 2, "sizes": []any{
			map[string]any{"type": "s", "width": 75, "height": 50, "url": "https://evil.example/s"},
			map[string]any{"type": "w", "width": 2000, "height": 1000, "url": photo},
			map[string]any{"type": "x", "width": 604, "height": 400, "url": "https://evil.example/x"},
		}}}}}, "", []string{"picture"}},
		"a photo without measures": {map[string]any{"attachments": attachments{{"type": "photo", "photo": map[string]any{"sizes": []any{
			map[string]any{"type": "z", "url": photo}, map[string]any{"type": "m", "url": "https://evil.example/m"},
		}}}}}, "", []string{"picture"}},
		"voice": {map[string]any{"attachments": attachments{{"type": "audio_message", "audio_message": map[string]any{
			"link_mp3": voice, "link_ogg": "https://evil.example/o", "transcript": "перезвоните мне", "transcript_state": "done",
		}}}}, "[голосовое сообщение: перезвоните мне]", []string{"voice"}},
		"a file of another host is told": {map[string]any{"text": "Вот", "attachments": attachments{{"type": "doc", "doc": map[string]any{"title": "счёт.pdf", "ext": "pdf", "url": "http://169.254.169.254/x"}}}},
			"Вот\n[файл счёт.pdf, не загружено (адрес не принадлежит VK): http://169.254.169.254/x]", nil},
		"a file that is gone is told": {map[string]any{"attachments": attachments{{"type": "doc", "doc": map[string]any{"title": "a", "url": r.vk.URL + "/file/none"}}}},
			"[файл a, не загружено (VK отвечает: 404): " + r.vk.URL + "/file/none]", nil},
		"video":    {map[string]any{"attachments": attachments{{"type": "video", "video": map[string]any{"id": 3, "owner_id": -4, "title": "Обзор"}}}}, "[видео «Обзор»: https://vk.com/video-4_3]", nil},
		"market":   {map[string]any{"attachments": attachments{{"type": "market", "market": map[string]any{"id": 3, "owner_id": -4, "title": "Стул", "price": map[string]any{"text": "900 ₽"}}}}}, "[товар «Стул», 900 ₽: https://vk.com/product-4_3]", nil},
		"wall":     {map[string]any{"attachments": attachments{{"type": "wall", "wall": map[string]any{"id": 3, "to_id": -4, "text": "Акция"}}}}, "[запись https://vk.com/wall-4_3 Акция]", nil},
		"sticker":  {map[string]any{"attachments": attachments{{"type": "sticker", "sticker": map[string]any{"sticker_id": 3, "images": []any{map[string]any{"width": 64, "height": 64, "url": photo}}}}}}, "[стикер]", []string{"picture"}},
		"geo":      {map[string]any{"geo": map[string]any{"type": "point", "coordinates": map[string]any{"latitude": 55.75, "longitude": 37.61}, "place": map[string]any{"title": "Москва"}}}, "[место: 55.750000, 37.610000 Москва]", nil},
		"unknown":  {map[string]any{"attachments": attachments{{"type": "hologram", "hologram": map[string]any{"phone": "+79160000003"}}}}, "[вложение VK, вид \"hologram\"]\nphone: +79160000003", nil},
		"broken":   {map[string]any{"text": "Да", "attachments": []any{7, map[string]any{"type": "photo", "photo": "x"}, nil}}, "Да\n[вложение VK, вид \"\"]\n[фото]\n[вложение VK, вид \"\"]", nil},
		"a button": {map[string]any{"text": "Цены", "payload": `{"button":"1"}`}, "Цены\n[кнопка: button: 1]", nil},
		"forwarded": {map[string]any{"text": "См.", "fwd_messages": []any{map[string]any{"from_id": 9, "text": "Первое"}, map[string]any{"text": "Второе", "fwd_messages": []any{map[string]any{"text": "Третье"}}}}},
			"См.\n[пересланное сообщение]\nПервое\n[пересланное сообщение]\nВторое\n[пересланное сообщение]\nТретье", nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := r.touchOf(messageNew(c.message))
			if got == nil || got.Text != c.text {
				t.Fatalf("text = %q\nwant   %q", got.Text, c.text)
			}
			var files []string
			for _, a := range got.Attachments {
				files = append(files, string(r.Files.Content(a.ID)))
			}
			if !slices.Equal(files, c.files) || got.Raw == "" || got.ExternalID != "61:5" {
				t.Errorf("files %q, want %q; key %s", files, c.files, got.ExternalID)
			}
			checked := *got
			checked.Source = "vk"
			if err := checked.Validate(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestWhoWroteAndWhence(t *testing.T) {
	r := newRig(t, longPollSettings)
	r.vk.Name(61, "Анна")
	got := r.touchOf(messageNew(map[string]any{
		"text": "Да", "ref": "spring", "ref_source": "ads",
		"reply_message": map[string]any{"conversation_message_id": 3, "from_id": -vktest.GroupID, "text": "Вам\nперезвонить?"},
	}))
	want := leads.Identity{Kind: "vk", Value: "61"}
	if got.Name != "Анна" || len(got.From) != 1 || got.From[0] != want || got.Direction != leads.In || got.To != "club777" || got.Channel != leads.ChannelVK {
		t.Errorf("%+v", got)
	}
	if !slices.Equal(got.References, []string{"61:3"}) || got.MessageID != "61:5" || got.Whole != "Да\n\n> Вам\n> перезвонить?" {
		t.Errorf("references %q, whole %q", got.References, got.Whole)
	}
	if got.UTM["utm_source"] != "ads" || got.UTM["utm_campaign"] != "spring" || !got.At.Equal(time.Unix(1_790_000_000, 0)) {
		t.Errorf("UTM %v at %v", got.UTM, got.At)
	}
	if again := r.touchOf(messageNew(map[string]any{"text": "Нет"})); again.Name != "Анна" || r.vk.Calls("users.get") != 1 {
		t.Errorf("name %q after %d questions", again.Name, r.vk.Calls("users.get"))
	}
	r.vk.Fail("users.get", vktest.Fault{Status: 502})
	if other := r.touchOf(messageNew(map[string]any{"peer_id": 62, "from_id": 62, "text": "Нет"})); other == nil || other.Name != "" {
		t.Errorf("a message must not wait for a name: %+v", other)
	}
	r.touchOf(messageNew(map[string]any{"peer_id": 63, "from_id": 63, "text": "Нет"}))
	if n := r.vk.Calls("users.get"); n != 2 {
		t.Errorf("VK was asked %d times, though it does not answer", n)
	}
	old := vktest.Event("message_new", map[string]any{"id": 8, "peer_id": 61, "from_id": 61, "date": 1, "text": "old API"})
	if got := r.touchOf(old); got.Text != "old API" || got.ExternalID != "id:8" {
		t.Errorf("%+v", got)
	}
}

func TestEvents(t *testing.T) {
	r := newRig(t, longPollSettings)
	for name, c := range map[string]struct {
		event []byte
		want  func(*leads.Touch) bool
	}{
		"a group chat": {messageNew(map[string]any{"peer_id": 2_000_000_001, "text": "x"}), nil},
		"an edit": {vktest.Event("message_edit", map[string]any{"peer_id": 61, "from_id": 61, "conversation_message_id": 5, "date": 1_790_000_000, "update_time": 1_790_000_100, "text": "новое"}),
			func(g *leads.Touch) bool {
				return g.ExternalID == "61:5" && g.Text == "новое" && g.Edited.Unix() == 1_790_000_100 && g.Direction == leads.In
			}},
		"staff in VK": {vktest.Event("message_reply", map[string]any{"peer_id": 61, "from_id": -777, "admin_author_id": 5, "conversation_message_id": 6, "random_id": 99, "out": 1, "text": "Добрый день"}),
			func(g *leads.Touch) bool {
				return g.Direction == leads.Out && g.From[0].Value == "61" && g.ExternalID == "61:6" && g.Name == ""
			}},
		"staff, as a new message": {messageNew(map[string]any{"from_id": -777, "admin_author_id": 5, "text": "x"}), func(g *leads.Touch) bool { return g.Direction == leads.Out }},
		"a bot of the community":  {vktest.Event("message_reply", map[string]any{"peer_id": 61, "from_id": -777, "conversation_message_id": 6, "out": 1, "text": "auto"}), nil},
		"our own reply, marked":   {vktest.Event("message_reply", map[string]any{"peer_id": 61, "from_id": -777, "admin_author_id": 5, "conversation_message_id": 6, "out": 1, "payload": `{"ctihub_reply":"a"}`}), nil},
		"typing":                  {vktest.Event("message_typing_state", map[string]any{"from_id": 61}), nil},
		"a like":                  {vktest.Event("like_add", map[string]any{"liker_id": 61}), nil},
		"a button": {vktest.Event("message_event", map[string]any{"user_id": 61, "peer_id": 61, "event_id": "e", "conversation_message_id": 4, "payload": map[string]any{"a": 1}}),
			func(g *leads.Touch) bool { return g.Text == `[кнопка: a: 1]` && g.References[0] == "61:4" }},
		"something new":                    {vktest.Event("teleported", map[string]any{"user_id": 61}), func(g *leads.Touch) bool { return strings.Contains(g.Suspect, "teleported") }},
		"a message without a conversation": {vktest.Event("message_new", map[string]any{"message": map[string]any{"text": "x"}}), func(g *leads.Touch) bool { return g.Suspect != "" }},
		"a message that is none":           {vktest.Event("message_new", []int{1}), func(g *leads.Touch) bool { return g.Suspect != "" }},
	} {
		t.Run(name, func(t *testing.T) {
			got := r.touchOf(c.event)
			if (got == nil) != (c.want == nil) || got != nil && !c.want(got) {
				t.Errorf("%+v", got)
			}
		})
	}
}

func FuzzUpdate(f *testing.F) {
	for _, s := range []string{
		`{"type":"message_new","object":{"message":{"peer_id":1,"conversation_message_id":2,"text":"a","attachments":[{"type":"photo","photo":{"sizes":[{"url":"u"}]}}]}}}`,
		`{"type":"message_reply","object":{"peer_id":1,"admin_author_id":1,"out":1,"fwd_messages":[{"fwd_messages":[{}]}],"reply_message":{"text":"q"}}}`,
		`{"type":"message_read","object":{"peer_id":1,"read_message_id":2}}`, `{"type":"message_event","object":{"user_id":1}}`,
		`{"type":"lead_forms_new","object":{"user_id":1,"answers":[{"key":"phone_number","answer":["1",{"value":2}]},{"question":"Имя","answer":{}}]}}`,
		`{"type":"market_order_new","object":{"id":1,"user_id":1,"preview_order_items":[{"item":null},{"title":"x","quantity":2}],"recipient":{"phone":7}}}`,
		`{"type":"wall_reply_edit","object":{"id":1,"from_id":1,"text":"x","attachments":[{"type":"wall"}]}}`, `{"type":"app_payload","object":{"user_id":1,"payload":"{\"a\":[{}]}"}}`,
		`{"type":"lead_forms_new","object":{"user_id":"1","answers":"{\"phone_number\":1}"}}`, `{"type":"market_order_new","object":{"id":"1","user_id":1,"total_price":{"amount":"-5"},"preview_order_items":{}}}`,
		`{"type":"vkpay_transaction","object":{"from_id":1,"amount":-1.5}}`, `{"type":"message_reaction_event","object":{"peer_id":1,"reacted_id":1}}`,
		`{"type":"message_edit","object":{"peer_id":"x","geo":{"coordinates":{"latitude":1e300}}}}`, `{"type":"type","object":{"type":"type"}}`, `{"type":"x"}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var u update
		if vendors.DecodeLenient(b, &u) != nil {
			return
		}
		c := &community{
			settings: settings{GroupID: vktest.GroupID, Mode: modeLongPoll}, say: words["ru"], now: time.Now, sent: newSent(), health: func(error) {},
			names: &names{known: map[int64]string{}, api: &client{base: "http://127.0.0.1:0", http: refusing}}, api: &client{base: "http://127.0.0.1:0", http: refusing},
		}
		got, err := c.touch(t.Context(), u)
		if err != nil {
			t.Fatal(err)
		}
		if got == nil {
			return
		}
		n := got.Normalise("RU")
		n.Source = "vk"
		if err := n.Validate(); err != nil && n.Suspect == "" {
			t.Errorf("a touch that is neither right nor suspect: %v %+v", err, n)
		}
		if len(got.Text) > 64*len(b)+200 {
			t.Errorf("%d bytes made %d", len(b), len(got.Text))
		}
	})
}
