package e2e

import (
	"net/http"
	"testing"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/leads"
)

// Anna changes her password in one browser and revokes her API tokens: that browser
// stays signed in, her other browser is signed out, and the token stops working.
func TestBrowserPasswordIsChanged(t *testing.T) {
	t.Parallel()
	h := hubtest.Start(t)
	_, token := h.Person("anna", "Анна Орлова", leads.RoleManager)
	const next = "correct horse battery"
	b := hubtest.NewBrowser(t)
	for _, desk := range []string{"here", "there"} {
		b.Do("open", desk, map[string]any{"url": h.URL, "login": "anna", "password": hubtest.Password, "path": "/leads", "lang": "ru-RU"})
	}
	b.Do("click", "here", map[string]any{"selector": ".profile-button"})
	b.Do("click", "here", map[string]any{"selector": "[data-password]"})
	fill := func(current string) {
		for name, value := range map[string]string{"current": current, "password": next, "again": next} {
			b.Do("fill", "here", map[string]any{"selector": ".dialog input[name=" + name + "]", "value": value})
		}
		b.Do("press", "here", map[string]any{"selector": ".dialog input[name=again]", "value": "Enter"})
	}
	fill("not my password")
	b.Do("wait", "here", map[string]any{"selector": ".dialog [role=alert]:has-text('Текущий пароль неверен')"})
	b.Do("click", "here", map[string]any{"selector": ".dialog label:has-text('test of anna') input[name=revoke]"})
	fill(hubtest.Password)
	b.Do("wait", "here", map[string]any{"selector": ".dialog [role=status]:has-text('Пароль изменён')"})
	b.Do("click", "here", map[string]any{"selector": ".dialog-foot button"})

	b.Do("wait", "there", map[string]any{"selector": ".signin-box .note"})
	if status, _ := h.Request(http.MethodGet, token, "/api/v1/session", nil); status != http.StatusUnauthorized {
		t.Errorf("the program goes on: %d", status)
	}
	b.Do("goto", "here", map[string]any{"url": h.URL + "/tasks"})
	b.Do("wait", "here", map[string]any{"selector": ".profile-button"})
	b.Do("fill", "there", map[string]any{"selector": "input[name=login]", "value": "anna"})
	b.Do("fill", "there", map[string]any{"selector": "input[name=password]", "value": next})
	b.Do("press", "there", map[string]any{"selector": "input[name=password]", "value": "Enter"})
	b.Do("wait", "there", map[string]any{"selector": ".profile-button"})
}
