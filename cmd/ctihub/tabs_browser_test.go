package main

import (
	"fmt"
	"net/http"
	"regexp"
	"testing"

	"ctihub/config"
	"ctihub/leads"
)

const pushSecret = "0123456789abcdef"

// pushedExchange is an exchange that pushes its calls.
func pushedExchange(t testing.TB) func(*config.Config) {
	return source(t, "exchange", "webhook", "", map[string]any{"token": pushSecret, "format": "cti"})
}

// push tells of a call as that exchange does.
func (h *hub) push(call, event string, more map[string]any) {
	h.t.Helper()
	body := map[string]any{"event": event, "callId": call, "direction": "in", "from": "79161234567", "to": "74951234567"}
	for k, v := range more {
		body[k] = v
	}
	if status, said := h.request(http.MethodPost, "", "/in/exchange/"+pushSecret, body); status != http.StatusOK {
		h.t.Fatalf("%s: %d %s", event, status, said)
	}
}

func (h *hub) rings(call, extension string) {
	h.t.Helper()
	h.push(call, "newCall", map[string]any{"user": []string{extension}})
}

func (h *hub) isAnswered(call, extension string) {
	h.t.Helper()
	h.push(call, "answer", map[string]any{"user": extension, "answeringNumber": extension})
}

// awaitStreams waits until browsers hold that many event streams open.
func (h *hub) awaitStreams(n int) {
	h.t.Helper()
	line := regexp.MustCompile(fmt.Sprintf(`(?m)^ctihub_event_streams %d$`, n))
	waitFor(h.t, fmt.Sprintf("%d event streams", n), func() bool {
		_, metrics := h.request(http.MethodGet, "", "/metrics", nil)
		return line.Match(metrics)
	})
}

// Twenty tabs of one browser over HTTP/1.1 are all live, and cost the hub one
// stream. A tab that comes late knows what rings. Whatever ends the stream – its
// tab is closed, the worker that holds it crashes – the others hear of the next
// event. Pages that were left, also those that "back" would bring again, hold
// none. Signing out of one is signing out of all, and who signs in next gets
// nothing of the one before.
func TestBrowserTwentyTabsAreLive(t *testing.T) {
	t.Parallel()
	const most = 20
	h := startHub(t, pushedExchange(t))
	h.person("oleg", "Олег Мещеряков", leads.RoleOperator, "101")
	h.person("boris", "Борис Титов", leads.RoleOperator, "102")
	b := newBrowser(t)
	tab := func(i int) string { return fmt.Sprint("oleg", i) }
	open := map[string]bool{}
	wait := func(selector string) {
		t.Helper()
		for who := range open {
			b.do("attached", who, map[string]any{"selector": selector})
		}
	}
	b.do("open", tab(1), map[string]any{"url": h.url, "login": "oleg", "password": password, "path": "/leads", "cards": false})
	open[tab(1)] = true
	h.awaitStreams(1)
	h.rings("c1", "101")
	for i := 2; i <= most; i++ {
		b.do("tab", tab(i), map[string]any{"beside": tab(1), "url": h.url + "/tasks"})
		open[tab(i)] = true
	}
	wait("[data-link=live]")
	wait("[data-card][data-state=ringing]")
	h.awaitStreams(1)

	b.do("closeTab", tab(1), nil)
	delete(open, tab(1))
	h.isAnswered("c1", "101")
	wait("[data-card][data-state=talking]")
	h.awaitStreams(1)

	b.do("crashWorkers", tab(2), nil)
	h.awaitStreams(0)
	h.rings("c2", "101")
	wait("[data-card][data-state=ringing]")
	h.awaitStreams(1)

	for range 6 {
		b.do("goto", tab(2), map[string]any{"url": h.url + "/calls"})
	}
	h.push("c2", "hangup", map[string]any{"cause": "cancel"})
	h.rings("c3", "101")
	wait("[data-card][data-state=ringing]")
	h.awaitStreams(1)

	b.do("clickAll", tab(3), map[string]any{"selector": ".profile-foot button"})
	wait("input[name=login]")
	h.awaitStreams(0)
	b.do("fill", tab(4), map[string]any{"selector": "input[name=login]", "value": "boris"})
	b.do("fill", tab(4), map[string]any{"selector": "input[name=password]", "value": password})
	b.do("click", tab(4), map[string]any{"selector": "button[type=submit]"})
	wait(".profile-button:has-text('Борис')")
	h.awaitStreams(1)
	h.isAnswered("c3", "101")
	h.rings("c4", "102")
	wait("[data-card][data-state=ringing]")
	for who := range open {
		if n := b.do("count", who, map[string]any{"selector": "[data-card]"}); n != float64(1) {
			t.Errorf("%s shows %v cards, want Boris's call alone", who, n)
		}
	}
}

// A page that the browser keeps for the back button holds no stream. When it
// comes back, it shows what happened meanwhile, and is live.
func TestBrowserKeptPageHoldsNoStream(t *testing.T) {
	t.Parallel()
	h := startHub(t, pushedExchange(t))
	h.person("oleg", "Олег Мещеряков", leads.RoleOperator, "101")
	b := newBrowser(t)
	b.do("open", "oleg", map[string]any{"url": h.url, "login": "oleg", "password": password, "path": "/tasks", "cards": false})
	b.do("attached", "oleg", map[string]any{"selector": "[data-link=live]"})
	h.awaitStreams(1)
	b.do("leave", "oleg", map[string]any{"url": h.url + "/healthz"})
	h.awaitStreams(0)
	h.rings("c1", "101")
	b.do("back", "oleg", nil)
	b.do("wait", "oleg", map[string]any{"selector": ".dock [data-card][data-state=ringing]"})
	h.awaitStreams(1)
	h.isAnswered("c1", "101")
	b.do("wait", "oleg", map[string]any{"selector": ".dock [data-card][data-state=talking]"})
}
