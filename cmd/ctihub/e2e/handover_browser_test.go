package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/leads"
)

// A supervisor gives everything that Anna has to Boris with five clicks on the page of the team, and
// dismisses her by keys alone: she is signed out, and her customers are his.
func TestBrowserEverythingIsTakenOver(t *testing.T) {
	t.Parallel()
	h := hubtest.Start(t)
	anna, token := h.Person("anna", "Анна Орлова", leads.RoleManager)
	_, his := h.Person("boris", "Борис Климов", leads.RoleManager)
	h.Person("chief", "Галина Шубина", leads.RoleSupervisor)
	open := func(n int) {
		status, body := h.Request(http.MethodPost, token, "/api/v1/contacts", map[string]any{"name": fmt.Sprint("Клиент ", n)})
		var c leads.Contact
		if err := json.Unmarshal(body, &c); status != http.StatusCreated || err != nil {
			t.Fatalf("a contact: %d %s", status, body)
		}
		if status, body := h.Request(http.MethodPost, token, "/api/v1/leads", map[string]any{"contact_id": c.ID}); status != http.StatusCreated {
			t.Fatalf("a lead: %d %s", status, body)
		}
	}
	for n := range 3 {
		open(n)
	}
	b, clicks := hubtest.NewBrowser(t), 0
	b.Do("open", "chief", map[string]any{"url": h.URL, "login": "chief", "password": hubtest.Password, "path": "/team", "lang": "ru-RU"})
	click := func(selector string) {
		clicks++
		b.Do("click", "chief", map[string]any{"selector": selector})
	}
	const option = ".option:has-text('Борис Климов')"
	click("[data-hand-over='" + anna + "']")
	b.Do("wait", "chief", map[string]any{"selector": "[data-preview='3']"})
	click(".hand-over .pick-button >> nth=0")
	click(option)
	b.Do("press", "chief", map[string]any{"selector": option, "value": "Escape"})
	click(".dialog button[type=submit]")
	b.Do("wait", "chief", map[string]any{"selector": "[data-handed-over='3']"})
	click(".dialog-foot button")
	if clicks > 5 {
		t.Errorf("it took %d clicks", clicks)
	}
	mine := func() int {
		var list struct{ Items []leads.Lead }
		h.Get(his, "/api/v1/leads?manager_id=me&open=true", &list)
		return len(list.Items)
	}
	if n := mine(); n != 3 {
		t.Errorf("boris has %d leads", n)
	}

	open(4)
	press := func(selector, key string) { b.Do("press", "chief", map[string]any{"selector": selector, "value": key}) }
	press("[data-dismiss='"+anna+"']", "Enter")
	b.Do("wait", "chief", map[string]any{"selector": "[data-preview='1']"})
	press(".hand-over .pick-button >> nth=0", "Enter")
	press(option, "Enter")
	press(option, "Escape")
	press(".dialog button[type=submit]", "Enter")
	b.Do("wait", "chief", map[string]any{"selector": "[data-handed-over='1']"})
	if status, _ := h.Request(http.MethodGet, token, "/api/v1/session", nil); status != http.StatusUnauthorized || mine() != 4 {
		t.Errorf("anna's program gets %d, boris has %d leads", status, mine())
	}
}
