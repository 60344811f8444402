package viber

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http"
	"reflect"
	"sync"
	"testing"
	"time"

	"ctihub/connectors/viber/vibertest"
)

// Three hundred messages in any order, some with files, delivered until they
// are acknowledged and often again afterwards, while storing fails and
// confirmations get lost: each is there once.
func TestExactlyOnce(t *testing.T) {
	const n = 300
	seed := uint64(time.Now().UnixNano())
	r := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // a test
	h := newHub(t)
	var deliveries [][]byte
	texts := map[string]string{}
	for i := range n {
		words := fmt.Sprintf("сообщение %d", i)
		message := m{"type": "text", "text": words}
		if i%5 == 0 {
			message = m{"type": "picture", "text": words, "media": h.viber.File(fmt.Sprintf("%d.jpg", i), append([]byte{byte(i)}, jpeg...))}
		}
		body := vibertest.Message(user, "Иван", token+uint64(i), message)
		texts[words] = fmt.Sprint(token + uint64(i))
		deliveries = append(deliveries, body)
		if r.IntN(2) == 0 {
			deliveries = append(deliveries, body)
		}
		deliveries = append(deliveries, vibertest.Body("delivered", uint64(i), m{"user_id": user}))
	}
	r.Shuffle(len(deliveries), func(i, j int) { deliveries[i], deliveries[j] = deliveries[j], deliveries[i] })
	work := make(chan []byte)
	var wait sync.WaitGroup
	var mu sync.Mutex
	refused := 0
	for range 4 {
		wait.Go(func() {
			for body := range work {
				for try := 0; ; try++ {
					code := h.post(body)
					if code == http.StatusOK {
						break
					}
					if code != http.StatusServiceUnavailable || try > 200 {
						t.Errorf("status %d at try %d", code, try)
						break
					}
					mu.Lock()
					refused++
					mu.Unlock()
				}
			}
		})
	}
	for _, body := range deliveries {
		switch r.IntN(6) {
		case 0:
			h.inbox.Fail(1 + r.IntN(3))
		case 1:
			h.inbox.Lose(1)
		case 2:
			h.files.Fail(1)
		case 3:
			h.mu.Lock()
			h.refuse++
			h.mu.Unlock()
		}
		work <- body
	}
	close(work)
	wait.Wait()

	keys := map[string]map[string]bool{}
	for _, touch := range h.inbox.Touches() {
		if keys[touch.Text] == nil {
			keys[touch.Text] = map[string]bool{}
		}
		keys[touch.Text][touch.ExternalID] = true
		var i int
		if _, err := fmt.Sscanf(touch.Text, "сообщение %d", &i); err != nil {
			t.Errorf("a message of nobody: %q", touch.Text)
		} else if i%5 == 0 && (len(touch.Attachments) != 1 || h.files.Content(touch.Attachments[0].ID)[0] != byte(i)) {
			t.Errorf("%d has lost its photo", i)
		}
	}
	lost, doubled := 0, 0
	for words, id := range texts {
		switch {
		case !keys[words][id]:
			lost++
		case len(keys[words]) > 1:
			doubled++
		}
	}
	receipts := map[string]bool{}
	for _, r := range h.receipts {
		receipts[r.UpstreamID] = true
	}
	if lost+doubled > 0 || len(keys) != n || len(h.inbox.Quarantined()) > 0 || len(receipts) != n {
		t.Errorf("%d of %d messages, %d quarantined, %d receipts", len(keys), n, len(h.inbox.Quarantined()), len(receipts))
	}
	t.Logf("N=%d, %d deliveries, %d refused, lost %d, doubled %d, photos kept %d times for %d; seed %d",
		n, len(deliveries), refused, lost, doubled, h.files.Kept(), n/5, seed)
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
			if got.file != "" && (got.called == "" || got.what == "" || touch.Suspect != "") {
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
