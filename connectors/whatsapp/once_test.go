package whatsapp

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"ctihub/connectors/connectortest"
	"ctihub/connectors/whatsapp/whatsapptest"
	"ctihub/leads"
)

// Three hundred messages in bodies of one to six, in any order, some with files,
// delivered until they are acknowledged and often again afterwards, while storing
// fails, confirmations get lost and files come slowly: each is there once.
func TestExactlyOnce(t *testing.T) {
	const n = 300
	r := connectortest.Random(t)
	h := newHub(t, "")
	want := map[string]string{} // words by key
	var bodies [][]byte
	ids := r.Perm(n)
	for len(ids) > 0 {
		var changes []m
		for range 1 + r.IntN(3) {
			var messages []m
			for range min(1+r.IntN(2), len(ids)) {
				i := ids[0]
				ids = ids[1:]
				id, words := fmt.Sprintf("wamid.%d", i), fmt.Sprintf("сообщение %d", i)
				want[id] = words
				msg := whatsapptest.Text(phone, id, words)
				if i%5 == 0 {
					file := fmt.Sprint(90000 + i)
					h.meta.Media(file, "image/jpeg", append([]byte{byte(i)}, jpeg...))
					msg = with(of("image", m{"id": file, "caption": words}), m{"id": id})
				}
				messages = append(messages, msg)
			}
			if len(messages) > 0 {
				changes = append(changes, whatsapptest.Change(phone, "Иван", messages...))
			}
		}
		changes = append(changes, whatsapptest.Statuses(m{"id": fmt.Sprintf("wamid.OUT%d", len(bodies)), "status": "read", "timestamp": "1763800000"}))
		bodies = append(bodies, whatsapptest.Body(changes...))
	}
	deliveries := append(slices.Clone(bodies), bodies[:len(bodies)/2]...)
	h.DeliverAll(r, deliveries, h.post, func() {
		h.meta.Fail(whatsapptest.Fault{Path: "attachments", Status: 503})
	})

	h.WantExactly(want)
	for _, touch := range h.Inbox.Touches() {
		var i int
		if _, err := fmt.Sscanf(touch.ExternalID, "wamid.%d", &i); err != nil {
			t.Errorf("a key of nobody: %q", touch.ExternalID)
		} else if i%5 == 0 {
			if len(touch.Attachments) != 1 || h.Files.Content(touch.Attachments[0].ID)[0] != byte(i) {
				t.Errorf("%s has lost its photo", touch.ExternalID)
			}
		}
	}
	if receipts := h.Receipted(leads.ReplyRead); len(receipts) != len(bodies) {
		t.Errorf("%d of %d receipts", len(receipts), len(bodies))
	}
}

// Whatever Meta signs, nothing is lost in silence, and nothing breaks.
func FuzzBody(f *testing.F) {
	for _, v := range []m{
		whatsapptest.Change(phone, "Иван", whatsapptest.Text(phone, "wamid.1", "x")),
		whatsapptest.Change(phone, "Иван", of("image", m{"id": "1", "caption": "c"}), of("contacts", []m{{"phones": []m{{"phone": "+7"}}}})),
		whatsapptest.Change(phone, "Иван", of("interactive", m{"type": "nfm_reply", "nfm_reply": m{"response_json": `{"a":[1]}`}})),
		whatsapptest.Change(phone, "Иван", m{"id": "2", "type": "edit", "timestamp": "5", "edit": m{"original_message_id": "1", "message": m{"type": "text", "text": m{"body": "y"}}}}),
		whatsapptest.Statuses(m{"id": "o", "status": "failed", "errors": []m{{"code": 131047}}}),
	} {
		f.Add(whatsapptest.Body(v))
	}
	f.Add([]byte(`{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"calls","value":{"calls":[{"id":"1","from":"551187654321","event":"terminate","duration":1e9}],"user_preferences":[{"wa_id":7}]}},{"field":"x","value":{}}]}]}`))
	f.Add([]byte(`{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"messages","value":{"messages":[{"id":"1","type":"interactive","interactive":{"type":"nfm_reply","nfm_reply":{"response_json":"{\"a\":[{\"phone\":1.5e6}]}"}}}]}}]}]}`))
	f.Add([]byte(`{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"messages","value":{"messages":[{"id":"1","type":[],"order":{"product_items":[{"quantity":1e99}]}}]}}]}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		n := &number{say: words["en"]}
		n.env.Log = quiet
		n.env.Name = "wa"
		n.env.Now = func() time.Time { return time.Unix(1763800000, 0) }
		touches, receipts := n.parseWebhook(body)
		again, _ := n.parseWebhook(bytes.Clone(body))
		if len(touches) != len(again) {
			t.Fatal("the same body, read twice, is not the same")
		}
		for i, touch := range touches {
			if !reflect.DeepEqual(touch.Touch, again[i].Touch) {
				t.Errorf("%+v\n%+v", touch.Touch, again[i].Touch)
			}
			if touch.ExternalID == "" || touch.Raw == "" && len(body) > 0 || touch.Channel == "" || len(touch.Offered) > maxOffered {
				t.Errorf("%+v", touch)
			}
			touch.Source = "wa"
			if err := touch.Validate(); err != nil && touch.Suspect == "" {
				t.Error(err)
			}
			touch.Normalise("RU")
		}
		for _, r := range receipts {
			if r.UpstreamID == "" {
				t.Errorf("%+v", r)
			}
		}
		if !json.Valid(body) && len(touches) == 0 {
			t.Error("lost in silence")
		}
	})
}
