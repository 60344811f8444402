package viber

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"ctihub/connectors"
	"ctihub/connectors/connectortest"
	"ctihub/connectors/viber/vibertest"
	"ctihub/leads"
)

func TestSignature(t *testing.T) {
	body := vibertest.Message(user, "Иван", token, m{"type": "text", "text": "Здравствуйте"})
	right := vibertest.Sign(vibertest.Token, body)
	for name, c := range map[string]struct {
		header string
		body   []byte
		want   int
	}{
		"right":            {right, body, 200},
		"missing":          {"", body, 401},
		"one byte changed": {right, bytes.Replace(body, []byte("RU"), []byte("RV"), 1), 401},
		"one digit":        {right[:len(right)-1] + string("01"[(right[len(right)-1]&1)^1]), body, 401},
		"other token":      {vibertest.Sign("another", body), body, 401},
		"empty token":      {vibertest.Sign("", body), body, 401},
		"not hex":          {"zz", body, 401},
		"cut":              {right[:20], body, 401},
		"too large":        {right, make([]byte, maxBody+1), 413},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHub(t)
			r := httptest.NewRequest(http.MethodPost, "/in/vb", bytes.NewReader(c.body))
			if c.header != "" {
				r.Header.Set("X-Viber-Content-Signature", c.header)
			}
			w := httptest.NewRecorder()
			h.handler.ServeHTTP(w, r)
			if w.Code != c.want {
				t.Errorf("status %d, want %d", w.Code, c.want)
			}
			if stored := len(h.Inbox.Touches()); (stored == 1) != (c.want == 200) || h.Inbox.Puts() != stored {
				t.Errorf("%d touches, %d Puts", stored, h.Inbox.Puts())
			}
		})
	}
	h := newHub(t)
	for _, c := range []struct {
		method, path string
		want         int
	}{{"GET", "/in/vb", 405}, {"POST", "/in/vb/more", 404}} {
		w := httptest.NewRecorder()
		h.handler.ServeHTTP(w, httptest.NewRequest(c.method, c.path, nil))
		if w.Code != c.want {
			t.Errorf("%s %s: %d, want %d", c.method, c.path, w.Code, c.want)
		}
	}
}

func TestReplayHasNoSecondEffect(t *testing.T) {
	h := newHub(t)
	for range 3 {
		h.receive(m{"type": "text", "text": "Здравствуйте"})
	}
	if keys := h.Inbox.Keys(); len(keys) != 1 || keys[0] != "4912661846655238145" {
		t.Errorf("keys %q", keys)
	}
}

func TestText(t *testing.T) {
	got := newHub(t).receive(m{"type": "text", "text": "Здравствуйте", "tracking_data": "x"})
	if !strings.Contains(got.Raw, `"tracking_data":"x"`) {
		t.Errorf("raw %s", got.Raw)
	}
	got.Raw = ""
	want := leads.Touch{
		Source: "vb", ExternalID: "4912661846655238145", Channel: leads.ChannelViber, Direction: leads.In, At: time.UnixMilli(1763800000123).UTC(),
		From: []leads.Identity{{Kind: KindUser, Value: user}}, Name: "Иван", Text: "Здравствуйте", MessageID: "4912661846655238145",
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
		"location":         {m{"type": "location", "location": m{"lat": 50.76891, "lon": 6.11499}}, "[location: 50.76891, 6.11499]"},
		"address":          {m{"type": "url", "media": "https://www.example.com/?a=b"}, "https://www.example.com/?a=b"},
		"contact":          {m{"type": "contact", "contact": m{"name": "Анна", "phone_number": "79160000001"}}, "[contact: Анна]\n79160000001"},
		"sticker":          {m{"type": "sticker", "sticker_id": 40129}, "[sticker 40129]"},
		"photo of nowhere": {m{"type": "picture", "text": "двор"}, "[photo is missing: Viber sent no address of it]\nдвор"},
		"unknown":          {m{"type": "hologram", "text": "x"}, "[sent a message of the kind hologram]\nx"},
		"of buttons":       {m{"type": "rich_media", "rich_media": m{"Buttons": []m{{"Text": "Купить дверь"}}}}, "[sent a message of the kind rich_media]\nrich_media.Buttons.1.Text: Купить дверь"},
		"of no kind":       {m{}, "[sent a message of no kind]"},
		"mistyped":         {m{"type": "text", "text": "текст", "location": 7, "contact": []int{1}}, "текст"},
	} {
		t.Run(name, func(t *testing.T) {
			got := newHub(t).receive(c.message)
			if got.Text != c.want || got.Suspect != "" || got.Automatic != "" {
				t.Errorf("%q, want %q (%s)", got.Text, c.want, got.Suspect)
			}
			if len(got.From) != 1 || got.From[0].Kind != KindUser {
				t.Errorf("from %v: a shared phone is never the sender's by itself", got.From)
			}
			if name == "contact" && !reflect.DeepEqual(got.Offered, []leads.Identity{{Kind: leads.KindPhone, Value: "79160000001"}}) {
				t.Errorf("offered %v", got.Offered)
			}
		})
	}
}

func TestEvents(t *testing.T) {
	who := m{"id": user, "name": "Иван"}
	for name, c := range map[string]struct {
		body      []byte
		text      string
		automatic leads.Automatic
		utm       map[string]string
	}{
		"opened by a link": {vibertest.Body("conversation_started", 1, m{"type": "open", "context": "utm_source=yandex&utm_campaign=окна&x=1", "user": who}),
			"[opened the chat by the link utm_source=yandex&utm_campaign=окна&x=1]", "", map[string]string{"utm_source": "yandex", "utm_campaign": "окна"}},
		"opened by a plain link": {vibertest.Body("conversation_started", 1, m{"context": "flyer", "user": who}),
			"[opened the chat by the link flyer]", "", map[string]string{"utm_source": "flyer"}},
		"opened":       {vibertest.Body("conversation_started", 1, m{"user": who, "subscribed": false}), "[opened the chat]", leads.Notice, nil},
		"subscribed":   {vibertest.Body("subscribed", 1, m{"user": who}), "[subscribed]", leads.Notice, nil},
		"unsubscribed": {vibertest.Body("unsubscribed", 1, m{"user_id": user}), "[unsubscribed: nothing can be sent until they write again]", leads.Notice, nil},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHub(t)
			got := h.touch(c.body)
			h.touch(c.body)
			if got.Text != c.text || got.Automatic != c.automatic || !reflect.DeepEqual(got.UTM, c.utm) || len(h.Inbox.Keys()) != 1 {
				t.Errorf("%q %q %v %q", got.Text, got.Automatic, got.UTM, h.Inbox.Keys())
			}
			if !reflect.DeepEqual(got.From, []leads.Identity{{Kind: KindUser, Value: user}}) || got.MessageID != "" || got.Validate() != nil {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestUnreadableIsQuarantined(t *testing.T) {
	for _, body := range []string{"hello", "[]", "7", `{"timestamp":1}`, `{"event":"delivered"}`, `{"event":"payment"}`, `{"event":"` + strings.Repeat("x", 300) + `"}`, strings.Repeat("[", 100_000)} {
		h := newHub(t)
		for range 2 {
			if code := h.post([]byte(body)); code != http.StatusOK {
				t.Fatalf("%.30s: %d", body, code)
			}
		}
		if len(h.Inbox.Quarantined()) != 2 || len(h.Inbox.Keys()) != 1 || h.Inbox.Touches()[0].Raw == "" {
			t.Errorf("%.30s: %+v", body, h.Inbox.Touches())
		}
	}
	got := newHub(t).touch([]byte(`{"event":"message","sender":{"id":"a="},"message":{"type":"text","text":"без номера"}}`))
	if got.Text != "без номера" || !strings.HasPrefix(got.ExternalID, "sha256-") || got.Suspect != "" {
		t.Errorf("a message without a token: %+v", got)
	}
}

func TestReceipts(t *testing.T) {
	h := newHub(t)
	at := time.UnixMilli(1763800000123).UTC()
	h.FailReceipts(1)
	delivered := vibertest.Body("delivered", 18446744073709550001, m{"user_id": user})
	if code := h.post(delivered); code != http.StatusServiceUnavailable {
		t.Fatalf("a receipt that was not stored: %d", code)
	}
	for _, body := range [][]byte{delivered, vibertest.Body("seen", 18446744073709550001, m{"user_id": user}), vibertest.Body("failed", 2, m{"user_id": user, "desc": "failure  description"})} {
		if code := h.post(body); code != http.StatusOK {
			t.Fatal(code)
		}
	}
	want := []leads.Receipt{
		{UpstreamID: "18446744073709550001", State: leads.ReplyDelivered, At: at},
		{UpstreamID: "18446744073709550001", State: leads.ReplyRead, At: at},
		{UpstreamID: "2", State: leads.ReplyFailed, Reason: "Viber did not deliver it: failure description", At: at},
	}
	if !reflect.DeepEqual(h.Receipts(), want) || h.Inbox.Puts() != 0 {
		t.Errorf("got  %+v\nwant %+v", h.Receipts(), want)
	}
}

var jpeg = append([]byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00"), bytes.Repeat([]byte{7}, 1000)...)

func TestFiles(t *testing.T) {
	h := newHub(t)
	here := h.viber.File("media/1/Photo.JPG", jpeg)
	for name, c := range map[string]struct {
		message      m
		called, text string
	}{
		"photo":   {m{"type": "picture", "media": here + "?sig=1", "text": "двор", "thumbnail": "x"}, "photo.jpg", "двор"},
		"video":   {m{"type": "video", "media": here, "size": 10, "duration": 3}, "video.jpg", "[video]"},
		"file":    {m{"type": "file", "media": here, "file_name": `C:\Смета.pdf`, "file_size": 10}, "Смета.pdf", "[file]"},
		"sticker": {m{"type": "sticker", "media": here, "sticker_id": "46105"}, "sticker.jpg", "[sticker]"},
		"unknown": {m{"type": "hologram", "media": here}, "file.jpg", "[sent a message of the kind hologram]"},
		"gone":    {m{"type": "picture", "media": here + "x", "text": "двор"}, "", "[photo is missing: Viber answered 404]\nдвор"},
		"inside":  {m{"type": "picture", "media": "http://169.254.169.254/latest", "text": "двор"}, "", "[photo is missing: the address is not one of Viber]\nдвор"},
		"nowhere": {m{"type": "file", "media": "://"}, "", "[file is missing: the address is not one of Viber]"},
	} {
		t.Run(name, func(t *testing.T) {
			got := h.touch(vibertest.Message(user, "Иван", token+uint64(len(h.Inbox.Keys())), c.message))
			if got.Text != c.text || (c.called != "") != (len(got.Attachments) == 1) {
				t.Fatalf("%q %+v", got.Text, got.Attachments)
			}
			if c.called != "" && (got.Attachments[0].Name != c.called || !bytes.Equal(h.Files.Content(got.Attachments[0].ID), jpeg)) {
				t.Errorf("%+v", got.Attachments)
			}
		})
	}
}

// Trouble with a file does not keep the message waiting; trouble with the
// hub's own disk does.
func TestFileThatCannotBeHadNow(t *testing.T) {
	h := newHub(t)
	message := m{"type": "picture", "media": h.viber.File("a.jpg", jpeg), "text": "двор"}
	h.Files.Fail(2)
	for range 2 {
		if code := h.post(vibertest.Message(user, "Иван", token, message)); code != http.StatusServiceUnavailable || h.Inbox.Puts() != 0 {
			t.Fatalf("status %d", code)
		}
	}
	if got := h.receive(message); len(got.Attachments) != 1 {
		t.Errorf("%+v", got)
	}
	h.viber.Fail(vibertest.Fault{Path: "a.jpg", HTTP: 503})
	if got := h.touch(vibertest.Message(user, "Иван", token+1, message)); got.Text != "[photo is missing: Viber answered 503]\nдвор" {
		t.Errorf("%q", got.Text)
	}
}

func TestSettings(t *testing.T) {
	for want, settings := range map[string]string{
		"auth_token":  "sender: x",
		"sender":      "auth_token: a\nsender: " + strings.Repeat("ж", 29),
		"api_url":     "auth_token: a\napi_url: chatapi.viber.com",
		"media_hosts": "auth_token: a\nmedia_hosts: [com]",
	} {
		if _, err := Kind().In(connectortest.Env(t, "vb", settings)); err == nil || !strings.HasPrefix(err.Error(), want+":") {
			t.Errorf("%s: %v", want, err)
		}
	}
}

// Viber calls the webhook while it is being set, and takes no for an answer.
func TestWebhookIsSet(t *testing.T) {
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	defer server.Close()
	h := newHub(t, func(env *connectors.Env) { env.Hub.PublicURL = server.URL })
	h.viber.Calls = true
	handler = h.handler
	if err := h.run(); err != nil || h.Health() != nil {
		t.Fatalf("%v, health %v", err, h.Health())
	}
	if len(h.viber.Events()) != 6 || h.Inbox.Puts() != 0 {
		t.Errorf("events %v, %d Puts", h.viber.Events(), h.Inbox.Puts())
	}
	if err := h.bot.check(t.Context()); err != nil {
		t.Error(err)
	}
	h.viber.Take("https://another.example.com/viber")
	if err := h.bot.check(t.Context()); err == nil || !strings.Contains(err.Error(), "another program") {
		t.Errorf("taken over: %v", err)
	}
	handler = http.NotFoundHandler()
	if err := h.bot.Run(t.Context(), h.Inbox); err == nil || !strings.Contains(err.Error(), "public_url") {
		t.Errorf("out of reach: %v", err)
	}
	h.viber.Fail(vibertest.Fault{Status: 2})
	if err := h.bot.Run(t.Context(), h.Inbox); err == nil || !strings.Contains(err.Error(), "auth_token") || strings.Contains(err.Error(), vibertest.Token) {
		t.Errorf("wrong token: %v", err)
	}
}
