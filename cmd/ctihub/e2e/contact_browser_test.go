package e2e

import (
	"testing"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/leads"
)

// Anna makes a contact after a fair, and her page of it is where all is kept: phones and
// addresses, corrected and removed, tags, a warning, notes, a visit with a file, and a task. Each
// change is in the history with its author. A colleague who looks for the tag finds the contact, and
// nobody can give its phone to another one.
func TestBrowserContactPage(t *testing.T) {
	t.Parallel()
	h := hubtest.Start(t)
	_, anna := h.Person("anna", "Анна Орлова", leads.RoleManager)
	h.Person("chief", "Вера Шеф", leads.RoleSupervisor)
	b := hubtest.NewBrowser(t)
	do := func(who, what, selector, value string) {
		t.Helper()
		b.Do(what, who, map[string]any{"selector": selector, "value": value})
	}
	sees := func(who, selector string) {
		t.Helper()
		do(who, "wait", selector, "")
	}
	b.Do("open", "anna", map[string]any{"url": h.URL, "login": "anna", "password": hubtest.Password, "path": "/contacts"})
	do("anna", "click", ".page-head .button:has-text('New contact')", "")
	do("anna", "fill", ".dialog input[name=name]", "Семён Лыжин")
	do("anna", "fill", ".dialog input[name=phone]", "8 916 123-45-67")
	do("anna", "click", ".dialog button[type=submit]", "")
	sees("anna", "[data-contact] h1:has-text('Семён Лыжин')")

	do("anna", "click", ".identities > .link-button", "")
	do("anna", "fill", ".identities input[name=identity]", "8 916 123-45")
	do("anna", "click", ".identities button[type=submit]", "")
	sees("anna", ".identities [role=alert]")
	do("anna", "fill", ".identities input[name=identity]", "8 916 123-45-68")
	do("anna", "click", ".identities button[type=submit]", "")
	sees("anna", "[data-identity='+79161234568']")
	do("anna", "click", "[data-identity='+79161234568'] .link-button:has-text('Correct')", "")
	do("anna", "fill", "[data-identity='+79161234568'] input", "8 916 123-45-69")
	do("anna", "click", "[data-identity='+79161234568'] button[type=submit]", "")
	sees("anna", "[data-identity='+79161234569']")
	do("anna", "click", "[data-identity='+79161234567'] .link-button:has-text('Remove')", "")
	do("anna", "click", "[data-identity='+79161234567'] .button.primary", "")
	waitFor(t, "one phone", func() bool { return b.Do("count", "anna", map[string]any{"selector": "[data-identity]"}) == float64(1) })

	for _, tag := range []string{"Ёлки", "выставка"} {
		do("anna", "fill", "input[name=tag]", tag)
		do("anna", "press", "input[name=tag]", "Enter")
		sees("anna", ".tag:has-text('"+tag+"')")
	}
	for field, text := range map[string]string{"warning": "Звонить после шести", "notes": "Ждёт смету до пятницы"} {
		do("anna", "fill", "[data-saved="+field+"] .input", text)
		sees("anna", "[data-saved="+field+"]:has-text('Saved')")
	}
	sees("anna", ".contact-warning:has-text('Звонить после шести')")

	do("anna", "click", "[data-by-hand]", "")
	do("anna", "click", ".by-hand .segments >> text=Visit", "")
	b.Do("attach", "anna", map[string]any{"selector": ".by-hand input[name=files]", "name": "roof.txt", "text": "a drawing of the roof"})
	do("anna", "fill", ".by-hand textarea", "Смотрели крышу")
	do("anna", "click", ".by-hand button[type=submit]", "")
	sees("anna", ".lead-main:has-text('Смотрели крышу')")
	sees("anna", ".contact-files :has-text('roof.txt')")

	do("anna", "click", "[data-contact] .lead-side .button:has-text('New task')", "")
	do("anna", "fill", ".dialog input[name=title]", "Отправить смету")
	do("anna", "click", ".dialog button[type=submit]", "")
	sees("anna", "[data-contact] [data-task]:has-text('Отправить смету')")

	do("anna", "click", "[data-contact] details.history summary", "")
	for field, text := range map[string]string{
		"created": "Анна Орлова", "identity": "+79161234568 → +79161234569", "tags": "выставка", "warning": "Звонить после шести", "notes": "Ждёт смету",
	} {
		sees("anna", "[data-contact] details.history [data-field="+field+"]:has-text('"+text+"')")
	}

	b.Do("open", "chief", map[string]any{"url": h.URL, "login": "chief", "password": hubtest.Password, "path": "/contacts?tag=елки", "lang": "ru-RU"})
	sees("chief", "tr[data-contact] a:has-text('Семён Лыжин')")
	do("chief", "click", ".page-head .button:has-text('Новый клиент')", "")
	do("chief", "fill", ".dialog input[name=phone]", "+7 916 123-45-69")
	do("chief", "click", ".dialog button[type=submit]", "")
	do("chief", "click", ".dialog a:has-text('Открыть того клиента')", "")
	sees("chief", "[data-contact] h1:has-text('Семён Лыжин')")

	contacts := hubtest.List[leads.Contact](h, anna, "/api/v1/contacts", nil)
	if len(contacts) != 1 || contacts[0].Owner == nil || contacts[0].Owner.Name != "Анна Орлова" {
		t.Errorf("the contacts are %+v", contacts)
	}
}

// Axe finds nothing on the pages of a full office, in both themes.
func TestBrowserPagesPassAxe(t *testing.T) {
	t.Parallel()
	h := hubtest.StartDemo(t)
	h.Person("root", "Вера Шеф", leads.RoleAdmin)
	_, chief := h.Person("chief", "Анна Шеф", leads.RoleSupervisor)
	lead := hubtest.List[leads.Lead](h, chief, "/api/v1/leads", nil)[0]
	company, line := companyWithLine(h, chief)
	b := hubtest.NewBrowser(t)
	for _, theme := range []string{"light", "dark"} {
		b.Do("open", "root", map[string]any{"url": h.URL, "login": "root", "password": hubtest.Password, "theme": theme, "cards": false})
		for _, path := range []string{
			"/next", "/leads?stage=all", "/leads/" + lead.ID, "/calls", "/tasks", "/contacts", "/contacts/" + lead.ContactID, "/companies", "/companies/" + company, "/contacts/" + line, "/search?q=крыша", "/without-facts", "/dictionaries", "/fields",
		} {
			b.Do("goto", "root", map[string]any{"url": h.URL + path})
			b.Do("wait", "root", map[string]any{"selector": "main h1"})
			b.Do("settled", "root", nil)
			if wrong := b.Do("axe", "root", map[string]any{"selector": "body"}); wrong != "" {
				t.Errorf("%s, %s: %v", path, theme, wrong)
			}
		}
		b.Do("close", "root", nil)
	}
}
