package e2e

import (
	"fmt"
	"net/http"
	"regexp"
	"testing"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/config"
	"ctihub/leads"
)

const pushSecret = "0123456789abcdef"

// pushedExchange is an exchange that pushes its calls.
func pushedExchange(t testing.TB) func(*config.Config) {
	return hubtest.Source(t, "exchange", "webhook", "", map[string]any{"token": pushSecret, "format": "cti"})
}

// push posts an event of a call as that exchange does.
func push(h *hubtest.Hub, call, event string, more map[string]any) {
	h.T.Helper()
	body := map[string]any{"event": event, "callId": call, "direction": "in", "from": "79161234567", "to": "74951234567"}
	for k, v := range more {
		body[k] = v
	}
	if status, said := h.Request(http.MethodPost, "", "/in/exchange/"+pushSecret, body); status != http.StatusOK {
		h.T.Fatalf("%s: %d %s", event, status, said)
	}
}

func pushRing(h *hubtest.Hub, call, extension string) {
	h.T.Helper()
	push(h, call, "newCall", map[string]any{"user": []string{extension}})
}

func pushAnswer(h *hubtest.Hub, call, extension string) {
	h.T.Helper()
	push(h, call, "answer", map[string]any{"user": extension, "answeringNumber": extension})
}

// awaitStreams waits until browsers hold that many event streams open.
func awaitStreams(h *hubtest.Hub, n int) {
	h.T.Helper()
	line := regexp.MustCompile(fmt.Sprintf(`(?m)^ctihub_event_streams %d$`, n))
	waitFor(h.T, fmt.Sprintf("%d event streams", n), func() bool {
		_, metrics := h.Request(http.MethodGet, "", "/metrics", nil)
		return line.Match(metrics)
	})
}

// Twenty tabs of one browser over HTTP/1.1 are all live with one stream of the hub. A
// tab that is opened later shows the ringing call. When the stream's tab is closed or
// its worker crashes, the others still get the next event. Pages that were left hold no
// stream, also those in the back-forward cache. Signing out in one tab signs out all,
// and the next user gets nothing of the previous one.
func TestBrowserTwentyTabsAreLive(t *testing.T) {
	t.Parallel()
	const most = 20
	h := hubtest.Start(t, pushedExchange(t))
	h.Person("oleg", "Олег Мещеряков", leads.RoleOperator, "101")
	h.Person("boris", "Борис Титов", leads.RoleOperator, "102")
	b := hubtest.NewBrowser(t)
	tab := func(i int) string { return fmt.Sprint("oleg", i) }
	open := map[string]bool{}
	wait := func(selector string) {
		t.Helper()
		for who := range open {
			b.Do("attached", who, map[string]any{"selector": selector})
		}
	}
	b.Do("open", tab(1), map[string]any{"url": h.URL, "login": "oleg", "password": hubtest.Password, "path": "/leads", "cards": false})
	open[tab(1)] = true
	awaitStreams(h, 1)
	pushRing(h, "c1", "101")
	for i := 2; i <= most; i++ {
		b.Do("tab", tab(i), map[string]any{"beside": tab(1), "url": h.URL + "/tasks"})
		open[tab(i)] = true
	}
	wait("[data-link=live]")
	wait("[data-card][data-state=ringing]")
	awaitStreams(h, 1)

	b.Do("closeTab", tab(1), nil)
	delete(open, tab(1))
	pushAnswer(h, "c1", "101")
	wait("[data-card][data-state=talking]")
	awaitStreams(h, 1)

	b.Do("crashWorkers", tab(2), nil)
	awaitStreams(h, 0)
	pushRing(h, "c2", "101")
	wait("[data-card][data-state=ringing]")
	awaitStreams(h, 1)

	for range 6 {
		b.Do("goto", tab(2), map[string]any{"url": h.URL + "/calls"})
	}
	push(h, "c2", "hangup", map[string]any{"cause": "cancel"})
	pushRing(h, "c3", "101")
	wait("[data-card][data-state=ringing]")
	awaitStreams(h, 1)

	b.Do("clickAll", tab(3), map[string]any{"selector": ".profile-foot button"})
	wait("input[name=login]")
	awaitStreams(h, 0)
	b.Do("fill", tab(4), map[string]any{"selector": "input[name=login]", "value": "boris"})
	b.Do("fill", tab(4), map[string]any{"selector": "input[name=password]", "value": hubtest.Password})
	b.Do("click", tab(4), map[string]any{"selector": "button[type=submit]"})
	wait(".profile-button:has-text('Борис')")
	awaitStreams(h, 1)
	pushAnswer(h, "c3", "101")
	pushRing(h, "c4", "102")
	wait("[data-card][data-state=ringing]")
	for who := range open {
		if n := b.Do("count", who, map[string]any{"selector": "[data-card]"}); n != float64(1) {
			t.Errorf("%s shows %v cards, want Boris's call alone", who, n)
		}
	}
}

// A page in the back-forward cache holds no stream. When it is shown again, it has
// caught up and is live.
func TestBrowserKeptPageHoldsNoStream(t *testing.T) {
	t.Parallel()
	h := hubtest.Start(t, pushedExchange(t))
	h.Person("oleg", "Олег Мещеряков", leads.RoleOperator, "101")
	b := hubtest.NewBrowser(t)
	b.Do("open", "oleg", map[string]any{"url": h.URL, "login": "oleg", "password": hubtest.Password, "path": "/tasks", "cards": false})
	b.Do("attached", "oleg", map[string]any{"selector": "[data-link=live]"})
	awaitStreams(h, 1)
	b.Do("leave", "oleg", map[string]any{"url": h.URL + "/healthz"})
	awaitStreams(h, 0)
	pushRing(h, "c1", "101")
	b.Do("back", "oleg", nil)
	b.Do("wait", "oleg", map[string]any{"selector": ".dock [data-card][data-state=ringing]"})
	awaitStreams(h, 1)
	pushAnswer(h, "c1", "101")
	b.Do("wait", "oleg", map[string]any{"selector": ".dock [data-card][data-state=talking]"})
}
