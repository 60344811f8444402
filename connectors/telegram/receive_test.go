package telegram

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"ctihub/connectors/telegram/telegramtest"
	"ctihub/leads"
)

func TestTouches(t *testing.T) {
	d := newDesk(t, "lang: en")
	d.run(t)
	jpeg := append([]byte("\xff\xd8\xff\xe0"), bytes.Repeat([]byte("x"), 1000)...)
	small, large := d.srv.File("photos/small.jpg", jpeg[:100], 0), d.srv.File("photos/large.jpg", jpeg, 0)
	voice, huge := d.srv.File("voice/1.oga", []byte("\x00\x01\x02\x03...."), 0), d.srv.File("documents/huge.zip", []byte("PK"), 21<<20)
	for n, c := range []struct {
		name   string
		fields map[string]any
		text   string
		files  []string
		check  func(leads.Touch) bool
	}{
		{"text", map[string]any{"text": "Здравствуйте"}, "Здравствуйте", nil, func(m leads.Touch) bool {
			return m.Name == "Анна Ким" && m.Channel == leads.ChannelTelegram && m.From[0].Value == "501" && m.Offered[0].Value == "@annakim" && strings.Contains(m.Raw, "update_id")
		}},
		{"hidden link", map[string]any{"text": "here", "entities": []any{map[string]any{"type": "text_link", "offset": 0, "length": 4, "url": "https://example.com/x"}}}, "here\nhttps://example.com/x", nil, nil},
		{"photo", map[string]any{"caption": "Our roof", "media_group_id": "7", "photo": []any{
			map[string]any{"file_id": small, "width": 90, "height": 90, "file_size": 100}, map[string]any{"file_id": large, "width": 900, "height": 900, "file_size": 1004},
		}}, "[photo]\nOur roof", []string{"photo-102.jpg:1004:image/jpeg"}, nil},
		{"voice", map[string]any{"voice": map[string]any{"file_id": voice, "duration": 72}}, "[voice message 1:12]", []string{"voice-103.ogg:8:application/octet-stream"}, nil},
		{"document", map[string]any{"document": map[string]any{"file_id": voice, "file_name": `..\..\evil.exe`}}, "[file]", []string{"evil.exe:8:application/octet-stream"}, nil},
		{"too large", map[string]any{"document": map[string]any{"file_id": huge, "file_name": "plan.zip", "file_size": 21 << 20}}, "[file]\n[the file plan.zip is larger than a bot may fetch (20 MB)]", nil, nil},
		{"too large, as it turns out", map[string]any{"document": map[string]any{"file_id": huge, "file_name": "plan.zip"}}, "[file]\n[the file plan.zip is larger than a bot may fetch (20 MB)]", nil, nil},
		{"file that is gone", map[string]any{"video": map[string]any{"file_id": "gone", "duration": 5}}, "[video 0:05]\n[the file video-107.mp4 could not be fetched from Telegram]", nil, nil},
		{"sticker", map[string]any{"sticker": map[string]any{"emoji": "👍"}}, "[sticker 👍]", nil, nil},
		{"own phone", map[string]any{"contact": map[string]any{"phone_number": "79161234567", "user_id": 501, "first_name": "Анна"}}, "[own phone number +79161234567]", nil, func(m leads.Touch) bool {
			return slices.Contains(m.From, leads.Identity{Kind: leads.KindPhone, Value: "+79161234567"})
		}},
		{"another's phone", map[string]any{"contact": map[string]any{"phone_number": "+79167654321", "user_id": 502, "first_name": "Пётр"}}, "[contact Пётр +79167654321]", nil, func(m leads.Touch) bool {
			return len(m.From) == 1 && slices.Contains(m.Offered, leads.Identity{Kind: leads.KindPhone, Value: "+79167654321"})
		}},
		{"phone of nobody in Telegram", map[string]any{"contact": map[string]any{"phone_number": "+79167654321", "first_name": "Пётр"}}, "[contact Пётр +79167654321]", nil, func(m leads.Touch) bool { return len(m.From) == 1 }},
		{"phone from an address book", map[string]any{"contact": map[string]any{"phone_number": "84951234567", "first_name": "Пётр"}}, "[contact Пётр 84951234567]", nil, func(m leads.Touch) bool {
			return slices.Contains(m.Normalise("RU").Offered, leads.Identity{Kind: leads.KindPhone, Value: "+74951234567"})
		}},
		{"phone of an account abroad", map[string]any{"contact": map[string]any{"phone_number": "84951234567", "first_name": "Linh", "user_id": 502}}, "[contact Linh +84951234567]", nil, func(m leads.Touch) bool {
			return slices.Contains(m.Normalise("RU").Offered, leads.Identity{Kind: leads.KindPhone, Value: "+84951234567"})
		}},
		{"own phone, forwarded from somebody else's chat", map[string]any{"forward_origin": map[string]any{"type": "user", "sender_user": map[string]any{"id": 9, "first_name": "Ева"}}, "contact": map[string]any{"phone_number": "+79161234567", "user_id": 501, "first_name": "Анна"}}, "[forwarded from Ева]\n[contact Анна +79161234567]", nil, func(m leads.Touch) bool { return len(m.From) == 1 }},
		{"place", map[string]any{"venue": map[string]any{"title": "Office", "address": "Tverskaya 1", "location": map[string]any{"latitude": 55.75, "longitude": 37.6}}}, "[location Office Tverskaya 1]\nhttps://www.openstreetmap.org/?mlat=55.750000&mlon=37.600000#map=17/55.750000/37.600000", nil, nil},
		{"forwarded by the old field", map[string]any{"forward_sender_name": "Hidden One", "forward_date": 5, "text": "see"}, "[forwarded from Hidden One]\nsee", nil, nil},
		{"reply", map[string]any{"text": "yes", "reply_to_message": map[string]any{"message_id": 77, "date": 1, "chat": map[string]any{"id": 501, "type": "private"}}}, "yes", nil, func(m leads.Touch) bool {
			return reflect.DeepEqual(m.References, []string{d.srv.BotID + ":501:77"})
		}},
		{"poll", map[string]any{"poll": map[string]any{"question": "When?", "options": []any{map[string]any{"text": "Mon"}, map[string]any{"text": "Tue"}}}}, "[poll When?]\n— Mon\n— Tue", nil, nil},
		{"of the future", map[string]any{"hologram": map[string]any{"id": "x"}}, "[a message of a kind that the hub does not know; see it in Telegram: hologram]\nid: x", nil, nil},
		{"campaign", map[string]any{"text": "/start vk__spring"}, "/start vk__spring", nil, func(m leads.Touch) bool {
			return reflect.DeepEqual(m.UTM, map[string]string{"start": "vk__spring", "utm_source": "vk", "utm_campaign": "spring"})
		}},
		{"campaign as a query", map[string]any{"text": "/start " + base64.RawURLEncoding.EncodeToString([]byte("utm_source=ya&utm_term=roof"))}, "/start dXRtX3NvdXJjZT15YSZ1dG1fdGVybT1yb29m", nil, func(m leads.Touch) bool {
			return m.UTM["utm_source"] == "ya" && m.UTM["utm_term"] == "roof"
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := d.one(t, "message", d.srv.Message(anna, 100+n, c.fields))
			if m.ExternalID != fmt.Sprintf("%s:501:%d", d.srv.BotID, 100+n) || m.MessageID != m.ExternalID {
				t.Errorf("key %q, message id %q", m.ExternalID, m.MessageID)
			}
			m.Source = "bot"
			if err := m.Validate(); err != nil {
				t.Error(err)
			}
			if m.Text != c.text {
				t.Errorf("text %q, want %q", m.Text, c.text)
			}
			var files []string
			for _, f := range m.Attachments {
				files = append(files, fmt.Sprintf("%s:%d:%s", f.Name, f.Size, f.Type))
			}
			if !slices.Equal(files, c.files) {
				t.Errorf("files %q, want %q", files, c.files)
			}
			if c.check != nil && !c.check(m) {
				t.Errorf("%+v", m)
			}
		})
	}
}

func TestEditedMessageKeepsItsKey(t *testing.T) {
	d := newDesk(t, "")
	d.run(t)
	first := d.one(t, "message", d.srv.Message(anna, 1, map[string]any{"text": "5 windows", "date": 1_700_000_000}))
	second := d.one(t, "edited_message", d.srv.Message(anna, 1, map[string]any{"text": "6 windows", "date": 1_700_000_000, "edit_date": 1_700_000_060}))
	if first.ExternalID != second.ExternalID || !first.Edited.IsZero() || second.Edited.Unix() != 1_700_000_060 || !second.At.Equal(first.At) || second.Text != "6 windows" {
		t.Errorf("%+v\n%+v", first, second)
	}
}

func TestGroupsAndBotsAreLeftAlone(t *testing.T) {
	d := newDesk(t, "greeting: {en: Hello}")
	d.run(t)
	var last int64
	for n, change := range []map[string]any{
		{"chat": map[string]any{"id": -5, "type": "group", "title": "g"}, "text": "/start"},
		{"chat": map[string]any{"id": -100, "type": "supergroup"}, "text": "hi"},
		{"from": map[string]any{"id": 9, "is_bot": true, "first_name": "b"}, "text": "hi"},
	} {
		last = d.srv.Push("message", d.srv.Message(anna, n+1, change))
	}
	last = max(last, d.srv.Push("my_chat_member", map[string]any{"date": 1, "from": map[string]any{"id": 501}, "chat": map[string]any{"id": -5, "type": "group"}}))
	if err := d.srv.AwaitConfirmed(waiting(t), last); err != nil {
		t.Fatal(err)
	}
	if len(d.in.Touches()) != 0 || len(d.srv.Sent()) != 0 {
		t.Errorf("touches %v, sent %v", d.in.Touches(), d.srv.Sent())
	}
}

// After an idle week ids may begin anywhere. An offset of the old ones would
// throw the new updates away.
func TestLowerIDsAfterAnIdleWeek(t *testing.T) {
	d := newDesk(t, "")
	d.srv.RestartIDs(900_000)
	d.run(t)
	d.one(t, "message", d.srv.Message(anna, 1, map[string]any{"text": "a"}))
	// The next request confirms; the one after it must not.
	if err := d.srv.AwaitCalls(waiting(t), "getUpdates", 2); err != nil {
		t.Fatal(err)
	}
	d.stop() // idle for a week, restarted in between
	if err := <-d.ended; err != nil {
		t.Error(err)
	}
	d.srv.RestartIDs(17)
	low := d.srv.Text(anna, 2, "b")
	d.run(t)
	if err := d.srv.AwaitConfirmed(waiting(t), low); err != nil {
		t.Fatal(err)
	}
	if keys := d.in.Keys(); len(keys) != 2 {
		t.Errorf("keys %v", keys)
	}
}

// A hub that cannot keep a file keeps the message waiting; a Telegram that
// cannot give it does not.
func TestFilesThatFail(t *testing.T) {
	d := newDesk(t, "lang: en")
	id := d.srv.File("documents/a.txt", []byte("hello"), 0)
	document := map[string]any{"document": map[string]any{"file_id": id, "file_name": "a.txt"}}
	d.files.Fail(1)
	last := d.srv.Push("message", d.srv.Message(anna, 1, document))
	if err := d.bot.Run(waiting(t), d.in); err == nil || !strings.Contains(err.Error(), "disk is full") || len(d.in.Touches()) != 0 {
		t.Fatalf("error %v, touches %v", err, d.in.Touches())
	}
	d.run(t)
	if err := d.srv.AwaitConfirmed(waiting(t), last); err != nil {
		t.Fatal(err)
	}
	if got := d.in.Touches(); len(got) != 1 || len(got[0].Attachments) != 1 {
		t.Fatalf("touches %+v", got)
	}
	d.srv.Fail(func(method string) telegramtest.Fault { return telegramtest.Fault{DropAfter: method == "file"} })
	m := d.one(t, "message", d.srv.Message(anna, 2, document))
	if len(m.Attachments) != 0 || !strings.Contains(m.Text, "a.txt could not be fetched") {
		t.Errorf("touch %+v", m)
	}
}

func TestGreetingOnce(t *testing.T) {
	d := newDesk(t, "greeting: {ru: Здравствуйте, en: Hello}\nask_phone: true")
	d.run(t)
	d.one(t, "message", d.srv.Message(anna, 1, map[string]any{"text": "/start"}))
	d.one(t, "message", d.srv.Message(anna, 2, map[string]any{"text": "/start again"}))
	john := telegramtest.Person{ID: 502, First: "John", Lang: "de"}
	d.one(t, "message", d.srv.Message(john, 1, map[string]any{"text": "/start"}))
	d.one(t, "message", d.srv.Message(john, 2, map[string]any{"text": "hello"}))
	sent := d.srv.Sent()
	if len(sent) != 2 || sent[0].Text != "Здравствуйте" || sent[1].Text != "Hello" || !strings.Contains(sent[0].Markup, "request_contact") || !strings.Contains(sent[0].Markup, "Отправить мой номер") {
		t.Errorf("sent %+v", sent)
	}
}
