package viber

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"ctihub/connectors"
	"ctihub/connectors/connectortest"
	"ctihub/connectors/viber/vibertest"
	"ctihub/leads"
)

type m = vibertest.M

const (
	user  = vibertest.User
	token = uint64(4912661846655238145)
)

// hub is a source at work against the stand-in for Viber.
type hub struct {
	*connectortest.Harness
	t        *testing.T
	viber    *vibertest.Server
	bot      *bot
	handler  http.Handler
	reported chan struct{} // has something whenever Health was called
}

func newHub(t *testing.T, change ...func(*connectors.Env)) *hub {
	t.Helper()
	h := &hub{Harness: connectortest.NewHarness(t, "vb"), t: t, viber: vibertest.Start(t), reported: make(chan struct{}, 100)}
	env := h.Env(h.viber.Settings() + "lang: en\n")
	env.Hub.PublicURL = "https://hub.example.com"
	report := env.Report.Health
	env.Report.Health = func(err error) {
		report(err)
		h.reported <- struct{}{}
	}
	for _, c := range change {
		c(&env)
	}
	c, err := newBot(env)
	if err != nil {
		t.Fatal(err)
	}
	h.bot = c
	h.handler = c.Handler(h.Inbox)
	return h
}

func (h *hub) post(body []byte) int { return vibertest.Post(h.t.Context(), h.handler, "vb", body) }

// receive delivers a message and returns its touch.
func (h *hub) receive(message m) leads.Touch {
	h.t.Helper()
	return h.touch(vibertest.Message(user, "Иван", token, message))
}

// touch delivers a callback and returns the touch that it makes.
func (h *hub) touch(body []byte) leads.Touch {
	h.t.Helper()
	if code := h.post(body); code != http.StatusOK {
		h.t.Fatalf("status %d", code)
	}
	touches := h.Inbox.Touches()
	if len(touches) == 0 {
		h.t.Fatal("nothing was stored")
	}
	return touches[len(touches)-1]
}

// asked counts the requests whose path has a part.
func (h *hub) asked(part string) int {
	return len(slices.DeleteFunc(h.viber.Requests(), func(s string) bool { return !strings.Contains(s, part) }))
}

// run runs the source until it has reported its health once, and then ends it.
func (h *hub) run() error {
	ctx, cancel := context.WithTimeout(h.t.Context(), 3*time.Minute)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- h.bot.Run(ctx, h.Inbox) }()
	select {
	case err := <-done:
		return err
	case <-h.reported:
		cancel()
		return <-done
	}
}
