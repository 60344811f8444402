package e2e

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/leads"
)

// leadOf makes a contact of a name with an open lead.
func leadOf(t *testing.T, h *hubtest.Hub, token, name string) leads.Lead {
	t.Helper()
	post := func(path string, body map[string]any, into any) {
		status, answer := h.Request(http.MethodPost, token, path, body)
		if err := json.Unmarshal(answer, into); status/100 != 2 || err != nil {
			t.Fatalf("%s: %d %s", path, status, answer)
		}
	}
	var c leads.Contact
	var l leads.Lead
	post("/api/v1/contacts", map[string]any{"name": name}, &c)
	post("/api/v1/leads", map[string]any{"contact_id": c.ID}, &l)
	return l
}

// Anna moves leads on the board: by keys, with one chord for a stage; a stage asks for what it
// requires, and a card that is not moved returns to its place; by the mouse; a lost stage asks why.
func TestBrowserBoard(t *testing.T) {
	t.Parallel()
	h := hubtest.Start(t)
	_, chief := h.Person("chief", "Вера Шеф", leads.RoleSupervisor)
	_, anna := h.Person("anna", "Анна Орлова", leads.RoleManager)
	if status, body := h.Request(http.MethodPatch, chief, "/api/v1/pipelines/main", map[string]any{"stages": []map[string]any{
		{"id": "new", "name": "New", "kind": "open"}, {"id": "working", "name": "In work", "kind": "open", "probability": 50, "required": []string{"amount"}},
		{"name": "Offer", "kind": "open", "probability": 70}, {"id": "won", "name": "Won", "kind": "won"}, {"id": "refused", "name": "Refused", "kind": "lost"},
	}}); status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	ivan, petr := leadOf(t, h, anna, "Иван Лыжин"), leadOf(t, h, anna, "Пётр Санин")
	b := hubtest.NewBrowser(t)
	b.Do("open", "anna", map[string]any{"url": h.URL, "login": "anna", "password": hubtest.Password, "path": "/leads?look=board", "lang": "ru-RU", "cards": false})
	k := keyboard{t, b, "anna"}
	card := func(stage, name string) string {
		return "[data-stage=" + stage + "] .lead-card:has-text('" + name + "')"
	}

	k.sees(card("new", "Иван"))
	b.Do("focus", "anna", map[string]any{"selector": card("new", "Пётр")})
	k.key("ArrowDown")
	k.sees(card("new", "Иван") + ":focus")
	k.key("Shift+ArrowRight")
	k.sees("[role=dialog] [name=amount]:focus")
	k.write("12 500")
	k.key("Enter")
	k.sees(card("working", "Иван") + ":focus")
	if head := k.sees("[data-stage=working] .column-head:has-text('₽')"); !strings.Contains(strings.Join(strings.Fields(head), " "), "12 500 ₽") {
		t.Errorf("the column says %q", head)
	}
	k.sees("[role=status]:has-text('Иван Лыжин: теперь этап «В работе»')")
	k.key("Shift+ArrowRight") // one chord for a stage
	offer := "[data-kind=open]:has-text('Offer')"
	k.sees(offer + " .lead-card:has-text('Иван'):focus")
	k.key("Shift+ArrowLeft")
	k.sees(card("working", "Иван") + ":focus")
	k.key("?")
	k.sees("[role=dialog]:has-text('Передвинуть карточку на следующий этап')")
	k.key("Escape")

	b.Do("drag", "anna", map[string]any{"selector": card("new", "Пётр"), "value": "[data-stage=working]"})
	k.sees("[role=dialog] [name=amount]")
	k.key("Escape")
	k.sees(card("new", "Пётр"))
	b.Do("drag", "anna", map[string]any{"selector": card("working", "Иван"), "value": offer})
	k.sees(offer + " .lead-card:has-text('Иван')")
	b.Do("drag", "anna", map[string]any{"selector": card("new", "Пётр"), "value": "[data-stage=refused]"})
	b.Do("click", "anna", map[string]any{"selector": "[role=dialog] .pick-button"})
	b.Do("click", "anna", map[string]any{"selector": "[role=option]:has-text('Дорого')"})
	b.Do("fill", "anna", map[string]any{"selector": "[role=dialog] [name=refusal]", "value": "на 20 %"})
	b.Do("click", "anna", map[string]any{"selector": "[role=dialog] button[type=submit]"})
	k.sees("[role=status]:has-text('Пётр Санин: теперь этап «Отказ»')") // the hub has answered
	k.sees("[data-stage=new] .count:has-text('0')")

	var l leads.Lead
	h.Get(anna, "/api/v1/leads/"+petr.ID, &l)
	if l.Status != leads.LeadRefused || l.RefusalID != "too_expensive" || l.Refusal != "на 20 %" {
		t.Errorf("refused: %+v", l)
	}
	h.Get(anna, "/api/v1/leads/"+ivan.ID, &l)
	if l.Amount != 12_500_00 || len(l.Stays) != 5 || l.Stays[4].StageID != "new" {
		t.Errorf("moved: %+v", l)
	}
}
