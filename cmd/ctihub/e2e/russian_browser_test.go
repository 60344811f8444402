package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/config"
	"ctihub/leads"
	"ctihub/leads/intake"
)

// In Russian no page of the workplace shows English, also where something is
// wrong: a source out of reach, posts in quarantine for every reason, a wrong
// template, failed deliveries, a wrong password. Names are allowed: of products, and
// of the office's sources and advertisements.
func TestBrowserRussianShowsNoEnglish(t *testing.T) {
	t.Parallel()
	gone := hubtest.FreeAddress(t)
	const secret = "secret-secret-secret"
	sink, err := config.NewSink("bitrix", "webhook", []string{"lead.*", "task.created"}, map[string]any{"url": "http://" + gone, "secret": "whsec_bmV3IG5ldyBuZXcgbmV3IG5ldyBuZXcgbmV3IG5ldyE=", "allow": []string{"127.0.0.0/8"}})
	if err != nil {
		t.Fatal(err)
	}
	h := hubtest.StartDemo(t, func(c *config.Config) { c.Sinks = append(c.Sinks, sink) },
		hubtest.Source(t, "pbx", "asterisk", "", map[string]any{"url": "http://" + gone, "username": "u", "password": secret, "trunks": []string{"trunk"}}),
		hubtest.Source(t, "anketa", "webform", "", map[string]any{"spam": map[string]any{"points": 3, "links": 3, "phrases": []string{"казино"}}}),
		hubtest.Source(t, "lavka", "webhook", "", map[string]any{"token": secret, "channel": "form", "map": map[string]any{"name": []string{"$.name"}, "phones": []string{"$.phone"}}}),
	)
	_, root := h.Person("root", "Вера Шеф", leads.RoleAdmin)
	for _, post := range []url.Values{
		{"phone": {"8 916 123-45-67"}, "_hp": {"x"}},
		{"phone": {"8 916 123-45-68"}, "message": {"казино http://a.example http://b.example http://c.example http://d.example http://e.example"}},
	} {
		resp, err := http.PostForm(h.URL+"/in/anketa", post)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	resp, err := http.Post(h.URL+"/in/lavka/"+secret, "application/json", bytes.NewBufferString("{not JSON"))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	for _, cause := range leads.QuarantineCauses {
		kept := leads.QuarantinedTouch{Source: "anketa", ExternalID: string(cause), Reason: "in English words", Cause: cause, At: time.Now()}
		if _, err := h.Store().Ingest(context.Background(), intake.Batch{Source: "anketa", Quarantine: []leads.QuarantinedTouch{kept}}); err != nil {
			t.Fatal(err)
		}
	}
	waitFor(t, "the source fails", func() bool {
		var all struct{ Items []leads.SourceState }
		h.Get(root, "/api/v1/sources", &all)
		for _, s := range all.Items {
			if s.Name == "pbx" {
				return s.Fault == leads.SourceNotListening
			}
		}
		return false
	})
	lead := hubtest.List[leads.Lead](h, root, "/api/v1/leads", nil)[0]
	company, line := companyWithLine(h, root)

	b := hubtest.NewBrowser(t)
	b.Do("open", "root", map[string]any{"url": h.URL, "lang": "ru-RU", "cards": false})
	allowed := []string{"ctihub", "Telegram", "WhatsApp", "Viber", "MAX", "Asterisk", "English", "Caps", "Lock", "Ctrl", "Enter", "devel", "site", "outdoor", "sales", "contact", "centre", "pbx", "anketa", "lavka", "bitrix", "Musterhaus", "GmbH", "utm", "source",
		"sinks", "config", "sample", "cel", // keys and a command of the configuration
	}
	look := func(who string, paths ...string) {
		t.Helper()
		var wrong []string
		if err := json.Unmarshal([]byte(b.Do("latin", who, map[string]any{"paths": paths, "allowed": allowed}).(string)), &wrong); err != nil {
			t.Fatal(err)
		}
		for _, w := range wrong {
			t.Errorf("%s %s", who, w)
		}
	}
	shot := func(name string) {
		if dir := os.Getenv("CTIHUB_SHOTS"); dir != "" {
			b.Do("shot", "root", map[string]any{"file": filepath.Join(dir, name+".png"), "whole": true})
		}
	}
	b.Do("fill", "root", map[string]any{"selector": "input[name=login]", "value": "root"})
	b.Do("fill", "root", map[string]any{"selector": "input[name=password]", "value": "wrong"})
	b.Do("click", "root", map[string]any{"selector": "button[type=submit]"})
	b.Do("wait", "root", map[string]any{"selector": ".signin-say .refused"})
	look("root", "/")
	b.Do("fill", "root", map[string]any{"selector": "input[name=password]", "value": hubtest.Password})
	b.Do("click", "root", map[string]any{"selector": "button[type=submit]"})
	b.Do("wait", "root", map[string]any{"selector": ".profile-button"})
	look("root", "/", "/leads?stage=all", "/leads/"+lead.ID, "/calls", "/tasks", "/tasks?state=done", "/contacts/"+lead.ContactID, "/companies", "/companies/"+company, "/contacts/"+line, "/team", "/fields", "/sources", "/integrations", "/journal", "/quarantine", "/quarantine?state=discarded", "/nowhere")
	b.Do("goto", "root", map[string]any{"url": h.URL + "/integrations"})
	b.Do("click", "root", map[string]any{"selector": "[data-count=waiting]"})
	b.Do("wait", "root", map[string]any{"selector": ".delivery .source-error:has-text('Доставить пока не удалось')"})
	look("root", "/integrations")
	shot("integrations-ru")
	b.Do("goto", "root", map[string]any{"url": h.URL + "/sources"})
	b.Do("wait", "root", map[string]any{"selector": "[data-source=pbx] .source-error:has-text('Сервер не принимает соединение')"})
	shot("sources-ru")
	b.Do("goto", "root", map[string]any{"url": h.URL + "/quarantine"})
	b.Do("wait", "root", map[string]any{"selector": ".quarantine-reason:has-text('Похоже на спам по содержанию: ссылок: 5; фраза «казино»')"})
	shot("quarantine-ru")

	b.Do("goto", "root", map[string]any{"url": h.URL + "/templates"})
	b.Do("click", "root", map[string]any{"selector": "[data-template-new]"})
	b.Do("fill", "root", map[string]any{"selector": ".template-form input[name=name]", "value": "Приветствие"})
	allowed = append(allowed, "name", "company", "subject", "manager", "nickname") // of placeholders
	for text, want := range map[string]string{"{{nickname}}": "Подстановки {{nickname}} нет", "{{name": "Подстановка не закрыта"} {
		b.Do("fill", "root", map[string]any{"selector": ".template-form textarea", "value": text})
		b.Do("click", "root", map[string]any{"selector": ".template-form button[type=submit]"})
		b.Do("wait", "root", map[string]any{"selector": ".template-form .refused:has-text('" + want + "')"})
		look("root", "/templates")
	}
	shot("template-ru")
}
