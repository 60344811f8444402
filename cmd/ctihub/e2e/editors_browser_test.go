package e2e

import (
	"testing"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/connectors/connectortest/fakemessenger"
	"ctihub/leads"
)

// Two people edit one contact, then one template. The second to save sees the stored
// version, in their language, keeps their own text, and may overwrite the other's.
func TestBrowserTwoEditors(t *testing.T) {
	t.Parallel()
	vendor := fakemessenger.Start(t, false)
	h := hubtest.StartAdding(t, addFakeMessenger(vendor.URL, false))
	_, anna := h.Person("anna", "Анна Орлова", leads.RoleSupervisor)
	h.Person("chief", "Вера Шеф", leads.RoleSupervisor)
	lead := customerWrites(h, anna, "100200300", "Здравствуйте!")
	if status, body := h.Request("POST", anna, "/api/v1/templates", map[string]string{"name": "Hello", "subject": "Окна", "text": "Первый"}); status != 200 {
		t.Fatalf("template: %d %s", status, body)
	}
	b := hubtest.NewBrowser(t)
	languages := map[string]string{"anna": "en-GB", "chief": "ru-RU"}
	told := map[string]string{"anna": "Somebody else changed this while you were writing", "chief": "Пока вы писали, это изменил кто-то другой"}
	for _, page := range []struct{ first, second, path, edit, field, form, shown string }{
		{"anna", "chief", "/leads/" + lead, ".lead-side > :first-child .link-button", "input[name=name]", ".side form", ".side dd"},
		{"chief", "anna", "/templates", "[data-template=Hello] .button:not(.quiet)", "textarea[name=text]", ".template-form", "[data-template=Hello] .tl-text"},
	} {
		both := []string{page.first, page.second}
		field := page.form + " " + page.field
		for _, who := range both {
			b.Do("open", who, map[string]any{"url": h.URL, "login": who, "password": hubtest.Password, "path": page.path, "lang": languages[who]})
			b.Do("click", who, map[string]any{"selector": page.edit})
			b.Do("wait", who, map[string]any{"selector": field})
		}
		save := func(who string) { b.Do("click", who, map[string]any{"selector": page.form + " button[type=submit]"}) }
		shows := func(who, selector, text string) {
			b.Do("wait", who, map[string]any{"selector": selector + ":has-text('" + text + "')"})
		}
		for _, who := range both {
			b.Do("fill", who, map[string]any{"selector": field, "value": "By " + who})
		}
		save(page.first)
		shows(page.first, page.shown, "By "+page.first)
		save(page.second)
		shows(page.second, page.form+" [role=alert]", told[page.second])
		shows(page.second, page.form+" [data-meanwhile]", "By "+page.first)
		save(page.second)
		shows(page.second, page.shown, "By "+page.second)
		for _, who := range both {
			b.Do("close", who, nil)
		}
	}
}
