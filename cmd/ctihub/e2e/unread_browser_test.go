package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/leads"
)

// A shop posts an order with half a phone number. Anna sees it on the lead as the
// customer wrote it, gets an error when her correction cannot be read either, and calls
// the number that she typed, all with the keyboard. The next order from that number is
// the same customer's. The hub counts unreadable numbers.
func TestBrowserUnreadPhoneIsCorrected(t *testing.T) {
	const secret = "secret-secret-secret"
	h := hubtest.Start(t, hubtest.Source(t, "shop", "webhook", "", map[string]any{
		"token": secret, "channel": "form", "map": map[string]any{"name": []string{"$.name"}, "phones": []string{"$.phone"}, "text": []string{"$.text"}},
	}))
	order := func(phone, text string) {
		t.Helper()
		if status, body := h.Request(http.MethodPost, "", "/in/shop/"+secret, map[string]string{"name": "Ольга", "phone": phone, "text": text}); status != http.StatusOK {
			t.Fatalf("%d %s", status, body)
		}
	}
	_, anna := h.Person("anna", "Анна Орлова", leads.RoleManager)
	order("8-916-12 после 18", "Нужны два окна")
	all := hubtest.List[leads.Lead](h, anna, "/api/v1/leads", nil)
	if len(all) != 1 {
		t.Fatalf("leads %+v", all)
	}
	b := hubtest.NewBrowser(t)
	shot := func(who, name string) {
		if dir := os.Getenv("CTIHUB_SHOTS"); dir != "" {
			b.Do("shot", who, map[string]any{"file": filepath.Join(dir, name+".png"), "whole": true})
		}
	}
	b.Do("open", "small", map[string]any{"url": h.URL, "login": "anna", "password": hubtest.Password, "path": "/leads/" + all[0].ID, "width": 360, "theme": "dark"})
	b.Do("wait", "small", map[string]any{"selector": ".offers:has-text('Cannot be read'):has-text('8-916-12 после 18')"})
	shot("small", "unread-small")

	b.Do("open", "anna", map[string]any{"url": h.URL, "login": "anna", "password": hubtest.Password, "path": "/leads/" + all[0].ID, "lang": "ru-RU"})
	b.Do("wait", "anna", map[string]any{"selector": ".offers:has-text('Не удалось прочитать'):has-text('8-916-12 после 18')"})
	shot("anna", "unread")
	b.Do("press", "anna", map[string]any{"selector": ".offers button:has-text('Исправить')", "value": "Enter"})
	b.Do("fill", "anna", map[string]any{"selector": ".offers input[name=corrected]:focus", "value": "8-916-12"})
	b.Do("press", "anna", map[string]any{"selector": ".offers input[name=corrected]", "value": "Enter"})
	b.Do("wait", "anna", map[string]any{"selector": ".offers [role=alert]:has-text('Нужен один номер телефона')"})
	shot("anna", "unread-refused")
	b.Do("fill", "anna", map[string]any{"selector": ".offers input[name=corrected]", "value": "8 (916) 123-45-67"})
	b.Do("press", "anna", map[string]any{"selector": ".offers input[name=corrected]", "value": "Enter"})
	b.Do("wait", "anna", map[string]any{"selector": ".side:not(:has(.offers)) :text('+7 916 123-45-67')"})
	shot("anna", "unread-corrected")

	order("+7 916 123-45-67", "И дверь")
	if all := hubtest.List[leads.Lead](h, anna, "/api/v1/leads", nil); len(all) != 1 || all[0].ContactKey != "+79161234567" {
		t.Errorf("leads %+v", all)
	}
	if _, metrics := h.Request(http.MethodGet, "", "/metrics", nil); !strings.Contains(string(metrics), `ctihub_unread_identities_total{kind="phone",source="shop"} 1`) {
		t.Error("what could not be read is not counted")
	}
}
