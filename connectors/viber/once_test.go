package viber

import (
	"bytes"
	"fmt"
	"reflect"
	"testing"

	"ctihub/connectors/connectortest"
	"ctihub/connectors/viber/vibertest"
	"ctihub/leads"
)

// Three hundred messages in any order, some with files, delivered until they
// are acknowledged and often again afterwards, while storing fails and
// confirmations get lost: each is there once.
func TestExactlyOnce(t *testing.T) {
	const n = 300
	r := connectortest.Random(t)
	h := newHub(t)
	var deliveries [][]byte
	want := map[string]string{} // words by key
	for i := range n {
		words := fmt.Sprintf("сообщение %d", i)
		message := m{"type": "text", "text": words}
		if i%5 == 0 {
			message = m{"type": "picture", "text": words, "media": h.viber.File(fmt.Sprintf("%d.jpg", i), append([]byte{byte(i)}, jpeg...))}
		}
		body := vibertest.Message(user, "Иван", token+uint64(i), message)
		want[fmt.Sprint(token+uint64(i))] = words
		deliveries = append(deliveries, body)
		if r.IntN(2) == 0 {
			deliveries = append(deliveries, body)
		}
		deliveries = append(deliveries, vibertest.Body("delivered", uint64(i), m{"user_id": user}))
	}
	h.DeliverAll(r, deliveries, h.post)

	h.WantExactly(want)
	for _, touch := range h.Inbox.Touches() {
		var i int
		if _, err := fmt.Sscanf(touch.Text, "сообщение %d", &i); err != nil {
			t.Errorf("a message of nobody: %q", touch.Text)
		} else if i%5 == 0 && (len(touch.Attachments) != 1 || h.Files.Content(touch.Attachments[0].ID)[0] != byte(i)) {
			t.Errorf("%d has lost its photo", i)
		}
	}
	if receipts := h.Receipted(leads.ReplyDelivered); len(receipts) != n {
		t.Errorf("%d of %d receipts", len(receipts), n)
	}
}

// Whatever Viber signs, nothing is lost in silence, and nothing breaks.
func FuzzCallback(f *testing.F) {
	f.Add(vibertest.Message(user, "Иван", token, m{"type": "text", "text": "x"}))
	f.Add(vibertest.Message(user, "Иван", token, m{"type": "file", "media": "https://dl-media.viber.com/a.b", "file_name": "x"}))
	f.Add(vibertest.Message(user, "Иван", token, m{"type": "contact", "contact": m{"phone_number": "7"}}))
	f.Add(vibertest.Body("conversation_started", 1, m{"context": "utm_source=%zz&utm_a=1", "user": m{"id": "a="}}))
	f.Add(vibertest.Body("failed", 1, m{"desc": "x"}))
	f.Add([]byte(`{"event":"message","message_token":1e99,"sender":7,"message":{"type":"sticker","sticker_id":{}}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		got, again := parse(body, words["en"]), parse(bytes.Clone(body), words["en"])
		if !reflect.DeepEqual(got, again) {
			t.Fatal("the same body, read twice, is not the same")
		}
		switch {
		case got.touch != nil && got.receipt == nil:
			touch := *got.touch
			if touch.ExternalID == "" || touch.Raw != string(body) {
				t.Errorf("%+v", touch)
			}
			touch.Source = "vb"
			if err := touch.Validate(); err != nil && touch.Suspect == "" {
				t.Error(err)
			}
			touch.Normalise("RU")
			if got.file != "" && (got.fileName == "" || got.fileWord == "" || touch.Suspect != "") {
				t.Errorf("%+v", got)
			}
		case got.receipt != nil && got.touch == nil:
			if got.receipt.UpstreamID == "" || got.receipt.State == "" {
				t.Errorf("%+v", got.receipt)
			}
		case !bytes.Contains(body, []byte("webhook")) && !bytes.Contains(body, []byte(`\`)):
			t.Error("lost in silence")
		}
	})
}
