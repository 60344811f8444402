package whatsapp

import (
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ctihub/connectors/connectortest"
	"ctihub/connectors/whatsapp/whatsapptest"
	"ctihub/leads"
)

type m = whatsapptest.M

const phone = "79161234567"

// hub is a source at work against the stand-in for Meta.
type hub struct {
	*connectortest.Harness
	t       *testing.T
	meta    *whatsapptest.Server
	number  *number
	handler http.Handler

	mu  sync.Mutex
	now time.Time
}

func newHub(t *testing.T, more string) *hub {
	t.Helper()
	h := &hub{
		Harness: connectortest.NewHarness(t, "wa"), t: t, meta: whatsapptest.Start(t),
		now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC),
	}
	env := h.Env(h.meta.Settings() + "lang: en\n" + more)
	env.Now = func() time.Time {
		h.mu.Lock()
		defer h.mu.Unlock()
		return h.now
	}
	c, err := newNumber(env)
	if err != nil {
		t.Fatal(err)
	}
	h.number = c
	h.handler = c.Handler(h.Inbox)
	return h
}

func (h *hub) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

func (h *hub) post(body []byte) int {
	return whatsapptest.Post(h.t.Context(), h.handler, "wa", body)
}

// receive delivers messages and returns the last touch.
func (h *hub) receive(messages ...m) leads.Touch {
	h.t.Helper()
	if code := h.post(whatsapptest.Body(whatsapptest.Change(phone, "Иван", messages...))); code != http.StatusOK {
		h.t.Fatalf("status %d", code)
	}
	touches := h.Inbox.Touches()
	if len(touches) == 0 {
		h.t.Fatal("nothing was stored")
	}
	return touches[len(touches)-1]
}

// with returns a message with some more or other fields.
func with(base m, more m) m {
	for k, v := range more {
		base[k] = v
	}
	return base
}

// of returns a message of a kind.
func of(kind string, content any) m {
	return m{"from": phone, "id": "wamid.1", "timestamp": "1763800000", "type": kind, kind: content}
}

// asked counts the requests whose path has a part.
func (h *hub) asked(part string) int {
	return len(slices.DeleteFunc(h.meta.Requests(), func(s string) bool { return !strings.Contains(s, part) }))
}

var quiet = slog.New(slog.DiscardHandler)
