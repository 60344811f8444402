package e2e

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/leads"
)

// An administrator makes a choice and a date of contacts by keyboard; a salesperson fills them in on
// a contact, sees them in the list and in the history, and filters the list by the choice.
func TestBrowserFields(t *testing.T) {
	t.Parallel()
	h := hubtest.Start(t)
	h.Person("root", "Вера Шеф", leads.RoleAdmin)
	_, anna := h.Person("anna", "Анна Орлова", leads.RoleManager)
	ivan := leadOf(t, h, anna, "Иван Лыжин").ContactID
	leadOf(t, h, anna, "Пётр Санин")
	b := hubtest.NewBrowser(t)
	open := func(who, path string) keyboard {
		b.Do("open", who, map[string]any{"url": h.URL, "login": who, "password": hubtest.Password, "path": path, "cards": false})
		return keyboard{t, b, who}
	}

	k := open("root", "/fields")
	k.sees(".empty:has-text('No fields yet')")
	begin := func(name, kind string) {
		t.Helper()
		k.reach("[data-add-field]")
		k.key("Enter")
		k.sees(".field-form [name=name]:focus")
		k.write(name)
		k.choose(".field-form .pick-button", kind)
	}
	begin("Birthday", "Date")
	k.reach(".field-form .switch:has-text('reminds') input")
	k.key("Space") // a task reminds of it
	k.reach(".field-form [name=remind_days]")
	k.write("3")
	if found := b.Do("axe", "root", map[string]any{"selector": "[role=dialog]"}); found != "" {
		t.Errorf("axe: %s", found)
	}
	k.reach(".field-form button[type=submit]")
	k.key("Enter")
	k.sees(".definition:has-text('Birthday'):has-text('reminds 3 days ahead')")
	begin("Segment", "One choice")
	k.reach(".choice-list input")
	k.write("Wholesale")
	k.key("Enter")
	k.sees(".choice-list li:nth-child(2) input:focus")
	k.write("Retail")
	k.key("Alt+ArrowUp") // it is the first one then
	k.sees(".choice-list li:nth-child(1)[data-choice=Retail] input:focus")
	k.reach(".field-form .switch:has-text('column') input")
	k.key("Space") // a column of the list
	k.reach(".field-form button[type=submit]")
	k.key("Enter")
	k.sees(".definition:has-text('Segment'):has-text('Retail / Wholesale')")
	k.reach("[aria-label='Move “Segment” up']")
	k.key("Enter")
	k.sees(".definition:first-child:has-text('Segment')")
	k.sees("[aria-label='Move “Segment” up']:focus")
	k.key("Tab", "Enter") // and down again
	k.sees(".definition:last-child [aria-label='Move “Segment” down']:focus")
	k.key("Shift+Tab", "Enter")
	k.sees(".definition:first-child:has-text('Segment')")
	if found := b.Do("axe", "root", map[string]any{"selector": "main"}); found != "" {
		t.Errorf("axe: %s", found)
	}

	k = open("anna", "/contacts/"+ivan)
	k.sees(".side:has-text('Not filled in: Segment, Birthday')")
	k.reach("[data-edit-fields]")
	k.key("Enter")
	k.sees("[data-custom-field=segment] .pick-button:focus")
	k.choose("[data-custom-field] .pick-button", "Wholesale")
	k.reach("[data-custom-field] input[type=date]")
	k.write("03051990")
	k.reach(".fields-form button[type=submit]")
	k.key("Enter")
	k.sees(".side dd:has-text('5 Mar 1990')")
	k.sees(".side dd:has-text('Wholesale')")
	k.sees("[data-edit-fields]:focus")
	b.Do("click", "anna", map[string]any{"selector": ".history summary"})
	k.sees(".history li:has-text('Birthday: 5 Mar 1990')")
	k.sees(".history li:has-text('Segment: Wholesale')")

	b.Do("goto", "anna", map[string]any{"url": h.URL + "/contacts"})
	k.sees("tr[data-contact]:has-text('Пётр Санин')")
	k.sees("tr[data-contact]:has-text('Иван Лыжин') .cell-field:has-text('Wholesale')")
	k.reach("[aria-controls=more-filters]")
	k.key("Enter")
	k.choose(".more-filters .pick-button", "Wholesale")
	k.sees("table[aria-rowcount='2'] tr[data-contact]:has-text('Иван Лыжин')")
	if n := b.Do("count", "anna", map[string]any{"selector": "tr[data-contact]"}); n != float64(1) {
		t.Errorf("%v contacts fit the filter", n)
	}
	b.Do("goto", "anna", map[string]any{"url": h.URL + "/contacts?field=segment:retail"})
	k.sees(".empty")
}

// A stage requires fields of the lead and of its contact: a move to it asks for them with the input
// of their kind, says what is no value, and writes each to its record.
func TestBrowserStageAsksForFields(t *testing.T) {
	t.Parallel()
	h := hubtest.Start(t)
	_, chief := h.Person("chief", "Вера Шеф", leads.RoleSupervisor)
	_, anna := h.Person("anna", "Анна Орлова", leads.RoleManager)
	for _, f := range []map[string]any{
		{"id": "budget", "object": "lead", "name": "Бюджет", "kind": "money", "required_from": []string{"working"}},
		{"id": "site", "object": "contact", "name": "Сайт", "kind": "link", "required_from": []string{"working"}},
		{"id": "rating", "object": "interaction", "name": "Оценка", "kind": "number"},
	} {
		if status, body := h.Request(http.MethodPost, chief, "/api/v1/fields", f); status != http.StatusCreated {
			t.Fatalf("%d %s", status, body)
		}
	}
	ivan := leadOf(t, h, anna, "Иван Лыжин")
	status, body := h.Request(http.MethodPost, anna, "/api/v1/interactions", map[string]any{"contact_id": ivan.ContactID, "lead_id": ivan.ID, "channel": "meeting", "direction": "in", "text": "Хочет баню", "key": "1"})
	if status/100 != 2 {
		t.Fatalf("%d %s", status, body)
	}
	b := hubtest.NewBrowser(t)
	b.Do("open", "anna", map[string]any{"url": h.URL, "login": "anna", "password": hubtest.Password, "path": "/leads/" + ivan.ID, "lang": "ru-RU", "cards": false})
	k := keyboard{t, b, "anna"}
	b.Do("click", "anna", map[string]any{"selector": ".stage-pick .pick-button"})
	b.Do("click", "anna", map[string]any{"selector": "[role=option]:has-text('В работе')"})
	k.sees("[role=dialog] [name=field-budget]")
	b.Do("fill", "anna", map[string]any{"selector": "[role=dialog] [name=field-budget]", "value": "много"})
	b.Do("fill", "anna", map[string]any{"selector": "[role=dialog] [name=field-site]", "value": "example"})
	b.Do("click", "anna", map[string]any{"selector": "[role=dialog] button[type=submit]"})
	k.sees("[role=dialog] [data-custom-field=budget] [role=alert]:has-text('12500')")
	b.Do("fill", "anna", map[string]any{"selector": "[role=dialog] [name=field-budget]", "value": "12 500,50"})
	b.Do("click", "anna", map[string]any{"selector": "[role=dialog] button[type=submit]"})
	k.sees("[role=dialog] [data-custom-field=site] [role=alert]:has-text('https://')") // the hub refused it
	if found := b.Do("axe", "anna", map[string]any{"selector": "[role=dialog]"}); found != "" {
		t.Errorf("axe: %s", found)
	}
	b.Do("fill", "anna", map[string]any{"selector": "[role=dialog] [name=field-site]", "value": "https://example.com/banya"})
	b.Do("click", "anna", map[string]any{"selector": "[role=dialog] button[type=submit]"})
	k.sees(".stage-pick .pick-button:has-text('В работе')")
	if text := k.sees("[data-value=budget]"); strings.Join(strings.Fields(text), " ") != "12 500,50 ₽" {
		t.Errorf("the budget is shown as %q", text)
	}
	b.Do("click", "anna", map[string]any{"selector": "[data-facts-line]"})
	b.Do("fill", "anna", map[string]any{"selector": "[name=field-rating]", "value": "4,5"})
	k.sees("[data-save-fields=saved]")

	var l leads.Lead
	h.Get(anna, "/api/v1/leads/"+ivan.ID, &l)
	var c leads.Contact
	h.Get(anna, "/api/v1/contacts/"+ivan.ContactID, &c)
	var i leads.Interaction
	if err := json.Unmarshal(body, &i); err != nil {
		t.Fatal(err)
	}
	h.Get(anna, "/api/v1/interactions/"+i.ID, &i)
	got := map[string]string{"stage": l.StageID, "budget": plainJSON(t, l.Fields["budget"]), "site": plainJSON(t, c.Fields["site"]), "rating": plainJSON(t, i.Fields["rating"])}
	want := map[string]string{"stage": "working", "budget": `{"amount":1250050,"currency":"RUB"}`, "site": `"https://example.com/banya"`, "rating": "4.5"}
	for name := range want {
		if got[name] != want[name] {
			t.Errorf("%s: %s, not %s", name, got[name], want[name])
		}
	}
}

// plainJSON is a value with the names of objects in order.
func plainJSON(t *testing.T, raw json.RawMessage) string {
	t.Helper()
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
