package max

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
	"testing"

	"ctihub/connectors/max/maxtest"
	"ctihub/leads"
)

type list = []any

func TestWhatAMessageSays(t *testing.T) {
	r := newRig(t, longPollSettings)
	photo := r.max.File("p", []byte("picture"))
	with := func(a object) object { return object{"attachments": list{a}} }
	for name, c := range map[string]struct {
		text  string
		more  object
		want  string
		files []string
	}{
		"text":       {"Здравствуйте", object{}, "Здравствуйте", nil},
		"empty":      {"", object{}, "[пустое сообщение]", nil},
		"image":      {"Вот", with(object{"type": "image", "payload": object{"photo_id": 1, "token": "t", "url": photo}}), "Вот", []string{"picture"}},
		"voice":      {"", with(object{"type": "audio", "transcription": "перезвоните", "payload": object{"url": photo, "token": "t"}}), "[голосовое сообщение: перезвоните]", []string{"picture"}},
		"file":       {"", with(object{"type": "file", "filename": "../a.pdf", "size": 7, "payload": object{"url": photo}}), "", []string{"picture"}},
		"video":      {"", with(object{"type": "video", "payload": object{"url": "https://m.ok.ru/v", "token": "t"}}), "[видео: https://m.ok.ru/v]", nil},
		"sticker":    {"", with(object{"type": "sticker", "payload": object{"url": photo, "code": "c"}}), "[стикер]", []string{"picture"}},
		"place":      {"", with(object{"type": "location", "payload": object{"latitude": 55.75, "longitude": 37.61}}), "[место: 55.750000, 37.610000]", nil},
		"location":   {"", with(object{"type": "location", "latitude": 55.75, "longitude": 37.61}), "[место: 55.750000, 37.610000]", nil},
		"share":      {"", with(object{"type": "share", "title": "Стул", "payload": object{"url": "https://x.example"}}), "[ссылка Стул: https://x.example]", nil},
		"unknown":    {"", with(object{"type": "hologram", "payload": object{"title": "Смета", "sum": 1500000}}), "[вложение MAX, вид \"hologram\"]\npayload.sum: 1500000\npayload.title: Смета", nil},
		"broken":     {"Да", object{"attachments": list{7, nil, object{"type": "image", "payload": "x"}}}, "Да\n[вложение MAX, вид \"\"]\n[вложение MAX, вид \"\"]\n[фото]", nil},
		"other host": {"", with(object{"type": "image", "payload": object{"url": "https://max.ru.evil.example/x"}}), "[фото, не загружено (адрес не принадлежит MAX): https://max.ru.evil.example/x]", nil},
		"forwarded": {"См.", object{"link": object{"type": "forward", "sender": object{"user_id": 3}, "message": object{"mid": "m0", "text": "Первое", "attachments": list{object{"type": "image", "payload": object{"url": photo}}}}}},
			"См.\n[пересланное сообщение]\nПервое", []string{"picture"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := r.touchOf(created(61, "mid.1", c.text, c.more))
			if got == nil || got.Text != c.want {
				t.Fatalf("text = %q\nwant   %q", got.Text, c.want)
			}
			var files []string
			for _, a := range got.Attachments {
				files = append(files, string(r.Files.Content(a.ID)))
				if strings.Contains(a.Name, "/") {
					t.Errorf("name %q", a.Name)
				}
			}
			if !slices.Equal(files, c.files) || got.Raw == "" || got.ExternalID != "mid.1" || got.MessageID != "mid.1" {
				t.Errorf("files %q, want %q; %+v", files, c.files, got)
			}
		})
	}
}

func TestSharedContact(t *testing.T) {
	card := "BEGIN:VCARD\r\nVERSION:3.0\r\nTEL;TYPE=cell:79161234567\r\nFN:Анна\r\nEND:VCARD\r\n"
	mac := hmac.New(sha256.New, []byte(maxtest.Token))
	mac.Write([]byte(card))
	right := hex.EncodeToString(mac.Sum(nil))
	r := newRig(t, longPollSettings)
	for name, c := range map[string]struct {
		payload object
		own     bool
	}{
		"signed":                         {object{"vcf_info": card, "hash": right}, true},
		"signed, of the sender":          {object{"vcf_info": card, "hash": right, "max_info": object{"user_id": 61}}, true},
		"signed in base64":               {object{"vcf_info": card, "hash": base64.StdEncoding.EncodeToString(mac.Sum(nil))}, true},
		"signed, with escaped line ends": {object{"vcf_info": strings.ReplaceAll(card, "\r\n", `\r\n`), "hash": right}, true},
		"signed, of another":             {object{"vcf_info": card, "hash": right, "max_info": object{"user_id": 62}}, false},
		"not signed, of the sender":      {object{"vcf_info": card, "max_info": object{"user_id": 61}}, false},
		"signed wrongly":                 {object{"vcf_info": strings.Replace(card, "4567", "4568", 1), "hash": right}, false},
		"an empty hash":                  {object{"vcf_info": card, "hash": ""}, false},
	} {
		t.Run(name, func(t *testing.T) {
			contact := object{"type": "contact", "payload": c.payload}
			got := r.touchOf(created(61, "m", "", object{"attachments": list{contact}}))
			own := len(got.From) == 2 && got.From[1].Kind == leads.KindPhone
			if own != c.own || (len(got.Offered) == 1) != !c.own || !strings.Contains(got.Text, "[контакт: Анна 7916123456") {
				t.Errorf("from %v, offered %v, text %q", got.From, got.Offered, got.Text)
			}
			forwarded := r.touchOf(created(61, "m", "", object{"link": object{"type": "forward", "message": object{"mid": "x", "attachments": list{contact}}}}))
			if len(forwarded.From) != 1 || len(forwarded.Offered) != 1 {
				t.Errorf("a forwarded contact: %v, %v", forwarded.From, forwarded.Offered)
			}
		})
	}
}

func TestUpdates(t *testing.T) {
	r := newRig(t, longPollSettings)
	r.b.api.own.Store(maxtest.BotID)
	for name, c := range map[string]struct {
		update []byte
		want   func(*leads.Touch) bool
	}{
		"a message": {created(61, "m", "Да"), func(g *leads.Touch) bool {
			return g.From[0] == leads.Identity{Kind: "max", Value: "61"} && g.Name == "Канарейкин" && g.At.Unix() == 1_790_000_000 && g.Direction == leads.In && g.Channel == leads.ChannelMAX
		}},
		"an answer": {created(61, "m", "Да", object{"link": object{"type": "reply", "message": object{"mid": "mid.out1", "text": "Вам\nперезвонить?"}}}),
			func(g *leads.Touch) bool {
				return slices.Equal(g.References, []string{"mid.out1"}) && g.Text == "Да" && g.Whole == "Да\n\n> Вам\n> перезвонить?"
			}},
		"a group chat": {created(61, "m", "x", object{"recipient": object{"chat_type": "chat"}}), nil},
		"a channel":    {created(61, "m", "x", object{"recipient": object{"chat_type": "channel"}}), nil},
		"our own":      {created(maxtest.BotID, "m", "x"), nil},
		"another bot":  {created(7, "m", "x", object{"sender": object{"user_id": 7, "is_bot": true}}), func(g *leads.Touch) bool { return g.Automatic == leads.Notice }},
		"no sender":    {created(61, "m", "x", object{"sender": nil}), func(g *leads.Touch) bool { return g.Suspect != "" }},
		"an edit": {[]byte(strings.NewReplacer("message_created", "message_edited", `"timestamp":1790000000000,"update_type"`, `"timestamp":1790000100000,"update_type"`).Replace(string(created(61, "m", "новое")))),
			func(g *leads.Touch) bool {
				return g.Edited.Unix() == 1_790_000_100 && g.At.Unix() == 1_790_000_000 && g.ExternalID == "m" && g.Text == "новое"
			}},
		"a deletion": {encode(object{"update_type": "message_removed", "timestamp": 1_790_000_000_000, "message_id": "m", "chat_id": 5, "user_id": 61}),
			func(g *leads.Touch) bool {
				return g.ExternalID == "m" && !g.Edited.IsZero() && g.Automatic == leads.Notice && g.Text == "[сообщение удалено]"
			}},
		"a start over a link": {encode(object{"update_type": "bot_started", "timestamp": 1_790_000_000_000, "chat_id": 5, "user": object{"user_id": 61, "first_name": "А"}, "payload": "spring"}),
			func(g *leads.Touch) bool {
				return g.UTM["utm_campaign"] == "spring" && g.UTM["utm_source"] == "max" && g.ExternalID == "start:61:1790000000000"
			}},
		"a button": {encode(object{"update_type": "message_callback", "timestamp": 1, "callback": object{"callback_id": "k", "timestamp": 9, "payload": "p1", "user": object{"user_id": 61}},
			"message": object{"recipient": object{"chat_type": "dialog"}, "body": object{"mid": "m", "attachments": list{object{"type": "inline_keyboard", "payload": object{"buttons": list{list{object{"type": "callback", "text": "Цены", "payload": "p1"}}}}}}}}}),
			func(g *leads.Touch) bool {
				return g.Text == "[кнопка: Цены]" && g.ExternalID == "callback:k:9" && g.References[0] == "m"
			}},
		"a stop":        {encode(object{"update_type": "bot_stopped", "timestamp": 1}), nil},
		"something new": {encode(object{"update_type": "teleported", "timestamp": 1}), func(g *leads.Touch) bool { return strings.Contains(g.Suspect, "teleported") }},
		"no type":       {[]byte(`{"a":1}`), func(g *leads.Touch) bool { return g.Suspect != "" }},
		"no JSON":       {[]byte(`{"a`), func(g *leads.Touch) bool { return g.Suspect != "" }},
	} {
		t.Run(name, func(t *testing.T) {
			got := r.touchOf(c.update)
			if (got == nil) != (c.want == nil) || got != nil && !c.want(got) {
				t.Errorf("%+v", got)
			}
		})
	}
}

func FuzzUpdate(f *testing.F) {
	f.Add([]byte(created(61, "m", "Да", object{"attachments": list{object{"type": "contact", "payload": object{"vcf_info": "TEL:1", "hash": "00"}}, object{"type": "image", "payload": object{"url": "u"}}}})))
	f.Add([]byte(created(61, "m", "Да", object{"link": object{"type": "reply", "message": object{"mid": "x"}}})))
	f.Add([]byte(`{"update_type":"message_callback","callback":{"callback_id":"a","user":{"user_id":1}},"message":{"body":{"attachments":[{"payload":{"buttons":[[{}]]}}]}}}`))
	f.Add([]byte(`{"update_type":"bot_started","user":{"user_id":1},"payload":"x"}`))
	f.Add([]byte(`{"update_type":"message_removed","message_id":"a","timestamp":1e30}`))
	f.Add([]byte(`{"update_type":7}`))
	f.Add([]byte(`{"update_type":"message_created","message":{"sender":{"user_id":1},"body":{"mid":"m","attachments":[{"type":"contact","vcf_info":"TEL:1","payload":7}]}}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		b := testBot()
		got, err := b.touchOf(t.Context(), raw)
		if err != nil {
			t.Fatal(err)
		}
		if got == nil {
			return
		}
		n := got.Normalise("RU")
		n.Source = "max"
		if err := n.Validate(); err != nil && n.Suspect == "" && len(n.ExternalID) <= 500 && len(n.From) <= 20 {
			t.Errorf("a touch that is neither right nor suspect: %v %+v", err, n)
		}
		if len(got.Text) > 64*len(raw)+200 {
			t.Errorf("%d bytes made %d", len(raw), len(got.Text))
		}
	})
}
