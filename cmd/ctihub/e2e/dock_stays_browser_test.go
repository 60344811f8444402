package e2e

import (
	"testing"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/leads"
)

// Oleg's telephone rings while he looks at his leads. The call follows him to his tasks, and
// stays after its end: over a reload, and in his other tab, until he has finished with it in
// one of them. A missed call stays until the customer was reached.
func TestBrowserCallStaysUntilFinished(t *testing.T) {
	t.Parallel()
	h := hubtest.Start(t, pushedExchange(t))
	h.Person("oleg", "Олег Мещеряков", leads.RoleOperator, "101")
	b := hubtest.NewBrowser(t)
	wait := func(who, selector string) {
		t.Helper()
		b.Do("wait", who, map[string]any{"selector": selector})
	}
	gone := func(who string) {
		t.Helper()
		waitFor(t, "no card in the tab "+who, func() bool {
			return b.Do("count", who, map[string]any{"selector": ".dock-bar, [data-card]"}) == float64(0)
		})
	}
	b.Do("open", "oleg", map[string]any{"url": h.URL, "login": "oleg", "password": hubtest.Password, "path": "/leads"})
	b.Do("tab", "second", map[string]any{"beside": "oleg", "url": h.URL + "/calls"})
	tabs := []string{"oleg", "second"}

	pushRing(h, "c1", "101")
	for _, tab := range tabs {
		wait(tab, ".dock [data-card][data-state=ringing]:has-text('+7 916 123-45-67')")
	}
	b.Do("click", "oleg", map[string]any{"selector": ".nav-link[href='/tasks']"})
	wait("oleg", "h1:has-text('Tasks')")
	pushAnswer(h, "c1", "101")
	wait("oleg", ".dock [data-card][data-state=talking]")
	push(h, "c1", "hangup", map[string]any{"cause": "normalClearing"})
	for _, tab := range tabs {
		wait(tab, ".dock [data-card][data-state=ended]")
	}
	b.Do("goto", "oleg", map[string]any{"url": h.URL + "/tasks"})
	wait("oleg", ".dock [data-card][data-state=ended]:has-text('+7 916 123-45-67')")

	// The key reaches the card, Escape goes back, and the list of keys says so.
	b.Do("focus", "oleg", map[string]any{"selector": ".nav-link[href='/tasks']"})
	b.Do("press", "oleg", map[string]any{"selector": ".nav-link[href='/tasks']", "value": "F2"})
	wait("oleg", ".dock [data-card]:focus")
	b.Do("press", "oleg", map[string]any{"selector": ".dock [data-card]", "value": "Escape"})
	wait("oleg", ".nav-link[href='/tasks']:focus")
	b.Do("press", "oleg", map[string]any{"selector": "body", "value": "?"})
	wait("oleg", ".key-list:has-text('F2')")
	b.Do("press", "oleg", map[string]any{"selector": ".dialog", "value": "Escape"})
	if wrong := b.Do("axe", "oleg", map[string]any{"selector": ".dock"}); wrong != "" {
		t.Errorf("axe: %v", wrong)
	}

	b.Do("click", "oleg", map[string]any{"selector": ".dock [data-aside]"})
	for _, tab := range tabs {
		gone(tab)
	}
	b.Do("goto", "second", map[string]any{"url": h.URL + "/leads"})
	wait("second", "h1:has-text('Leads')")
	b.Do("settled", "second", nil)
	gone("second")

	pushRing(h, "c2", "101")
	push(h, "c2", "hangup", map[string]any{"cause": "cancel"})
	for _, tab := range tabs {
		wait(tab, ".dock [data-card][data-state=missed]")
	}
	pushRing(h, "c3", "101")
	pushAnswer(h, "c3", "101")
	for _, tab := range tabs {
		wait(tab, ".dock [data-card][data-state=talking]")
		if n := b.Do("count", tab, map[string]any{"selector": "[data-card][data-state=missed]"}); n != float64(0) {
			t.Errorf("%s shows %v missed calls of a customer who was reached", tab, n)
		}
	}
}
