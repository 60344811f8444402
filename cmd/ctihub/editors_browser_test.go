package main

import (
	"testing"

	"ctihub/connectors/connectortest/pigeon"
	"ctihub/leads"
)

// Two people edit one contact, then one template. Who saves second is told what
// is there now, in their language, loses nothing that they wrote, and may put it
// in the place of the other's.
func TestBrowserTwoEditors(t *testing.T) {
	t.Parallel()
	vendor := pigeon.Start(t, false)
	h := startHubAdding(t, addPigeon(vendor.URL, false))
	_, anna := h.person("anna", "Анна Орлова", leads.RoleSupervisor)
	h.person("chief", "Вера Шеф", leads.RoleSupervisor)
	lead := h.writes(anna, "100200300", "Здравствуйте!")
	if status, body := h.request("POST", anna, "/api/v1/templates", map[string]string{"name": "Hello", "subject": "Окна", "text": "Первый"}); status != 200 {
		t.Fatalf("template: %d %s", status, body)
	}
	b := newBrowser(t)
	languages := map[string]string{"anna": "en-GB", "chief": "ru-RU"}
	told := map[string]string{"anna": "Somebody else changed this while you were writing", "chief": "Пока вы писали, это изменил кто-то другой"}
	for _, page := range []struct{ first, second, path, edit, field, form, shown string }{
		{"anna", "chief", "/leads/" + lead, ".side .link-button", "input[name=name]", ".side form", ".side dd"},
		{"chief", "anna", "/templates", "[data-template=Hello] .button:not(.quiet)", "textarea[name=text]", ".template-form", "[data-template=Hello] .tl-text"},
	} {
		both := []string{page.first, page.second}
		field := page.form + " " + page.field
		for _, who := range both {
			b.do("open", who, map[string]any{"url": h.url, "login": who, "password": password, "path": page.path, "lang": languages[who]})
			b.do("click", who, map[string]any{"selector": page.edit})
			b.do("wait", who, map[string]any{"selector": field})
		}
		save := func(who string) { b.do("click", who, map[string]any{"selector": page.form + " button[type=submit]"}) }
		shows := func(who, selector, text string) {
			b.do("wait", who, map[string]any{"selector": selector + ":has-text('" + text + "')"})
		}
		for _, who := range both {
			b.do("fill", who, map[string]any{"selector": field, "value": "By " + who})
		}
		save(page.first)
		shows(page.first, page.shown, "By "+page.first)
		save(page.second)
		shows(page.second, page.form+" [role=alert]", told[page.second])
		shows(page.second, page.form+" [data-meanwhile]", "By "+page.first)
		save(page.second)
		shows(page.second, page.shown, "By "+page.second)
		for _, who := range both {
			b.do("close", who, nil)
		}
	}
}
