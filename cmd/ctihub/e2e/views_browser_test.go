package e2e

import (
	"testing"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/leads"
)

// A supervisor saves the filters of the call log for everybody; a colleague chooses that view.
func TestBrowserViews(t *testing.T) {
	t.Parallel()
	h := hubtest.Start(t)
	h.Person("chief", "Вера Шеф", leads.RoleSupervisor)
	h.Person("anna", "Анна Орлова", leads.RoleOperator)
	b := hubtest.NewBrowser(t)
	open := func(who, path string) {
		b.Do("open", who, map[string]any{"url": h.URL, "login": who, "password": hubtest.Password, "path": path, "lang": "ru-RU"})
	}
	click := func(who, selector string) { b.Do("click", who, map[string]any{"selector": selector}) }
	wait := func(who, selector string) { b.Do("wait", who, map[string]any{"selector": selector}) }
	open("chief", "/calls?disposition=not_answered&period=today")
	click("chief", ".views-button")
	click("chief", ".views > .button")
	b.Do("fill", "chief", map[string]any{"selector": ".view-form input[name=name]", "value": "Пропущенные за день"})
	click("chief", ".view-form .segment:has-text('Всем')")
	click("chief", ".view-form button[type=submit]")
	wait("chief", ".views-button:has-text('Пропущенные за день')")
	open("anna", "/calls")
	click("anna", ".views-button")
	click("anna", "[data-view='Пропущенные за день'] a")
	wait("anna", ".views-button:has-text('Пропущенные за день')")
	wait("anna", ".pick-button:has-text('Сегодня')")
	wait("anna", ".pick-button:has-text('Без ответа')")
}
