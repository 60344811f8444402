package main

import (
	"net/http"
	"testing"

	"ctihub/leads"
)

// Anna changes her password at one desk: she goes on there, her other desk is
// signed out, and the program that works in her name ends, because she says so.
func TestBrowserPasswordIsChanged(t *testing.T) {
	t.Parallel()
	h := startHub(t)
	_, token := h.person("anna", "Анна Орлова", leads.RoleManager)
	const next = "correct horse battery"
	b := newBrowser(t)
	for _, desk := range []string{"here", "there"} {
		b.do("open", desk, map[string]any{"url": h.url, "login": "anna", "password": password, "path": "/leads", "lang": "ru-RU"})
	}
	b.do("click", "here", map[string]any{"selector": ".profile-button"})
	b.do("click", "here", map[string]any{"selector": "[data-password]"})
	fill := func(current string) {
		for name, value := range map[string]string{"current": current, "password": next, "again": next} {
			b.do("fill", "here", map[string]any{"selector": ".dialog input[name=" + name + "]", "value": value})
		}
		b.do("press", "here", map[string]any{"selector": ".dialog input[name=again]", "value": "Enter"})
	}
	fill("not my password")
	b.do("wait", "here", map[string]any{"selector": ".dialog [role=alert]:has-text('Текущий пароль неверен')"})
	b.do("click", "here", map[string]any{"selector": ".dialog label:has-text('test of anna') input[name=revoke]"})
	fill(password)
	b.do("wait", "here", map[string]any{"selector": ".dialog [role=status]:has-text('Пароль изменён')"})
	b.do("click", "here", map[string]any{"selector": ".dialog-foot button"})

	b.do("wait", "there", map[string]any{"selector": ".signin-box .note"})
	if status, _ := h.request(http.MethodGet, token, "/api/v1/session", nil); status != http.StatusUnauthorized {
		t.Errorf("the program goes on: %d", status)
	}
	b.do("goto", "here", map[string]any{"url": h.url + "/tasks"})
	b.do("wait", "here", map[string]any{"selector": ".profile-button"})
	b.do("fill", "there", map[string]any{"selector": "input[name=login]", "value": "anna"})
	b.do("fill", "there", map[string]any{"selector": "input[name=password]", "value": next})
	b.do("press", "there", map[string]any{"selector": "input[name=password]", "value": "Enter"})
	b.do("wait", "there", map[string]any{"selector": ".profile-button"})
}
