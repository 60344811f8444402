package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/connectors/connectortest/fakemessenger"
	"ctihub/leads"
)

// Anna answers a customer in their messenger from the lead's page, with a template and
// the keyboard. A reply that was perhaps sent is marked, and sent again when she
// requests it; a refusal is shown in words. Her draft is kept when she leaves the page.
func TestBrowserReply(t *testing.T) {
	vendor := fakemessenger.Start(t, false)
	h := hubtest.StartAdding(t, addFakeMessenger(vendor.URL, false))
	_, anna := h.Person("anna", "Анна Орлова", leads.RoleManager)
	_, chief := h.Person("chief", "Вера Шеф", leads.RoleSupervisor)
	lead := customerWrites(h, anna, "100200300", "Здравствуйте! Сколько стоит окно?")
	b := hubtest.NewBrowser(t)
	shot := func(who, name string) {
		if dir := os.Getenv("CTIHUB_SHOTS"); dir != "" {
			b.Do("shot", who, map[string]any{"file": filepath.Join(dir, name+".png"), "whole": true})
		}
	}

	b.Do("open", "chief", map[string]any{"url": h.URL, "login": "chief", "password": hubtest.Password, "path": "/templates", "lang": "ru-RU"})
	b.Do("click", "chief", map[string]any{"selector": "[data-template-new]"})
	b.Do("fill", "chief", map[string]any{"selector": ".template-form input[name=name]", "value": "Приветствие"})
	b.Do("fill", "chief", map[string]any{"selector": ".template-form textarea", "value": "Здравствуйте, {{nickname}}!"})
	b.Do("click", "chief", map[string]any{"selector": ".template-form button[type=submit]"})
	b.Do("wait", "chief", map[string]any{"selector": ".template-form :text('{{nickname}}')"})
	shot("chief", "template-wrong")
	b.Do("fill", "chief", map[string]any{"selector": ".template-form textarea", "value": "Здравствуйте, {{name|уважаемый клиент}}! Меня зовут {{manager}}."})
	b.Do("click", "chief", map[string]any{"selector": ".template-form button[type=submit]"})
	b.Do("wait", "chief", map[string]any{"selector": "[data-template=Приветствие]"})
	shot("chief", "templates")

	b.Do("open", "anna", map[string]any{"url": h.URL, "login": "anna", "password": hubtest.Password, "path": "/leads/" + lead, "lang": "ru-RU"})
	b.Do("click", "anna", map[string]any{"selector": ".composer .pick-button:has-text('Шаблон')"})
	b.Do("click", "anna", map[string]any{"selector": "[role=option]:has-text('Приветствие')"})
	b.Do("wait", "anna", map[string]any{"selector": ".composer textarea:has-text('Меня зовут Анна Орлова')"})
	b.Do("goto", "anna", map[string]any{"url": h.URL + "/leads/" + lead})
	b.Do("wait", "anna", map[string]any{"selector": ".composer textarea:has-text('уважаемый клиент! Меня')"})
	b.Do("attach", "anna", map[string]any{"selector": ".composer input[type=file]", "name": "Цены.txt", "text": "Окно: 10 000 ₽"})
	b.Do("attach", "anna", map[string]any{"selector": ".composer input[type=file]", "name": "лишнее.txt", "text": "x"})
	b.Do("wait", "anna", map[string]any{"selector": "[data-file='Цены.txt']"})
	b.Do("click", "anna", map[string]any{"selector": "[data-file='лишнее.txt'] button"})
	shot("anna", "composer")
	b.Do("press", "anna", map[string]any{"selector": ".composer textarea", "value": "Control+Enter"})
	if m := take(t, vendor.Came()); m.Text != "Здравствуйте, уважаемый клиент! Меня зовут Анна Орлова." || m.To != "100200300" || !slices.Equal(m.Files, []string{"Цены.txt: Окно: 10 000 ₽"}) {
		t.Errorf("the customer got %+v", m)
	}
	b.Do("wait", "anna", map[string]any{"selector": ".tl [data-reply-state=sent]:has-text('Отправлено')"})
	b.Do("wait", "anna", map[string]any{"selector": "[data-status=working]"})

	write := func(text string) {
		b.Do("fill", "anna", map[string]any{"selector": ".composer textarea", "value": text})
		b.Do("click", "anna", map[string]any{"selector": ".composer button[type=submit]"})
	}
	vendor.Cut(1)
	write("От 10 000 ₽ за створку")
	b.Do("wait", "anna", map[string]any{"selector": "[data-reply-state=perhaps]:has-text('сам собой он не повторяется')"})
	b.Do("click", "anna", map[string]any{"selector": "[data-fault=interrupted]:has-text('Связь оборвалась') summary"})
	b.Do("wait", "anna", map[string]any{"selector": "[data-fault=interrupted] details[open] p:has-text('the messenger did not answer')"})
	shot("anna", "perhaps")
	b.Do("click", "anna", map[string]any{"selector": "[data-reply-state=perhaps] button"})
	waitFor(t, "it is sent again", func() bool { return len(vendor.Taken()) == 3 })
	b.Do("wait", "anna", map[string]any{"selector": "ol.timeline:not(:has([data-reply-state=perhaps]))"})
	vendor.Refuse()
	write("Ещё вопрос")
	b.Do("wait", "anna", map[string]any{"selector": "[data-reply-state=failed] [data-fault=refused]:has-text('Канал отклонил сообщение'):has-text('the messenger refuses it')"})
	shot("anna", "failed")
	b.Do("open", "small", map[string]any{"url": h.URL, "login": "anna", "password": hubtest.Password, "path": "/leads/" + lead, "width": 360, "theme": "dark"})
	b.Do("wait", "small", map[string]any{"selector": "[data-reply-state=failed]:has-text('The channel refused the message'):has-text('Send again')"})
	shot("small", "failed-360")
	b.Do("goto", "anna", map[string]any{"url": h.URL + "/leads"})
	b.Do("wait", "anna", map[string]any{"selector": "[data-waited=answered]:has-text('ответ через')"})
	shot("anna", "leads")
	if status, body := h.Request(http.MethodGet, chief, "/api/v1/leads/"+lead+"/replies", nil); status != http.StatusOK {
		t.Errorf("%d %s", status, body)
	}
	if got := vendor.Taken(); !slices.Equal(got[1:], []string{"От 10 000 ₽ за створку", "От 10 000 ₽ за створку"}) {
		t.Errorf("the vendor took %q", got)
	}
}
