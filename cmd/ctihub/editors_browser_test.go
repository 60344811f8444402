package main

import (
	"testing"
	"time"

	"ctihub/connectors/connectortest/pigeon"
	"ctihub/leads"
)

// Two people edit one contact, then one template. Who saves second is told what
// is there now, in their language, loses nothing that they wrote, and may put it
// in the place of the other's.
func TestBrowserTwoEditors(t *testing.T) {
	t.Parallel()
	vendor := pigeon.Start(t, false)
	h := startHubWith(t, time.Now, addPigeon(vendor.URL, false))
	_, anna := h.person("anna", "Анна Орлова", leads.RoleSupervisor)
	h.person("chief", "Вера Шеф", leads.RoleSupervisor)
	lead := h.writes(anna, "100200300", "Здравствуйте!")
	if status, body := h.request("POST", anna, "/api/v1/templates", map[string]string{"name": "Hello", "subject": "Окна", "text": "Первый"}); status != 200 {
		t.Fatalf("template: %d %s", status, body)
	}
	b := newBrowser(t)
	languages := map[string]string{"anna": "en-GB", "chief": "ru-RU"}
	told := map[string]string{"anna": "Somebody else changed this while you were writing", "chief": "Пока вы писали, это изменил кто-то другой"}
	for _, page := range []struct{ path, edit, field, form, shown string }{
		{"/leads/" + lead, ".side .link-button", "input[name=name]", ".side form", ".side dd"},
		{"/templates", "[data-template=Hello] .button:not(.quiet)", "textarea[name=text]", ".template-form", "[data-template=Hello] .tl-text"},
	} {
		for first, second := range map[string]string{"anna": "chief", "chief": "anna"} {
			for _, who := range []string{first, second} {
				b.do("open", who, map[string]any{"url": h.url, "login": who, "password": password, "path": page.path, "lang": languages[who]})
				b.do("click", who, map[string]any{"selector": page.edit})
				b.do("wait", who, map[string]any{"selector": page.form + " " + page.field})
			}
			by := func(who string) string { return who + " after " + first }
			save := func(who string) { b.do("click", who, map[string]any{"selector": page.form + " button[type=submit]"}) }
			b.do("fill", first, map[string]any{"selector": page.form + " " + page.field, "value": by(first)})
			b.do("fill", second, map[string]any{"selector": page.form + " " + page.field, "value": by(second)})
			save(first)
			b.do("wait", first, map[string]any{"selector": page.shown + ":has-text('" + by(first) + "')"})
			save(second)
			b.do("wait", second, map[string]any{"selector": page.form + " [role=alert]:has-text('" + told[second] + "')"})
			b.do("wait", second, map[string]any{"selector": page.form + " [data-meanwhile]:has-text('" + by(first) + "')"})
			save(second)
			b.do("wait", second, map[string]any{"selector": page.shown + ":has-text('" + by(second) + "')"})
			for _, who := range []string{first, second} {
				b.do("close", who, nil)
			}
		}
	}
}
