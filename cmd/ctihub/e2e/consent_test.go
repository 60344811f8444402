package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/leads"
)

// A visitor ticks the box of a website's form, in a real browser. The manager
// sees on the lead's page what they agreed to.
func TestBrowserConsentIsShownBesideTheContact(t *testing.T) {
	site := httptest.NewServer(nil)
	t.Cleanup(site.Close)
	h := hubtest.Start(t, hubtest.Source(t, "site", "webform", "", map[string]any{
		"min_fill": "0s", "proof": map[string]any{"bits": 10, "without": "refuse"},
		"consent": map[string]any{"text": "I agree to be called back", "version": "2026-11", "required": true},
	}))
	site.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = fmt.Fprintf(w, `<!doctype html><html lang="en"><title>Windows</title><link rel="icon" href="data:,">
<div data-ctihub="site"></div><script src="%s/embed/site.js" async></script></html>`, h.URL)
	})
	_, manager := h.Person("oleg", "Олег Мещеряков", leads.RoleManager, "101")
	b := hubtest.NewBrowser(t)
	b.Do("open", "visitor", map[string]any{"url": site.URL, "path": "/order"})
	b.Do("fill", "visitor", map[string]any{"selector": "[name=phone]", "value": "8 (916) 123-45-67"})
	b.Do("click", "visitor", map[string]any{"selector": "[name=_consent]"})
	b.Do("click", "visitor", map[string]any{"selector": "button[type=submit]"})
	b.Do("wait", "visitor", map[string]any{"selector": "h2:has-text('Thank you')"})

	all := hubtest.List[leads.Lead](h, manager, "/api/v1/leads", nil)
	if len(all) != 1 {
		t.Fatalf("%d leads", len(all))
	}
	consents := hubtest.List[leads.ConsentRecord](h, manager, "/api/v1/contacts/"+all[0].ContactID+"/consents", url.Values{})
	if len(consents) != 1 || consents[0].Text != "I agree to be called back" || consents[0].Version != "2026-11" || consents[0].Page != site.URL+"/order" {
		t.Errorf("consents %+v", consents)
	}
	b.Do("open", "oleg", map[string]any{"url": h.URL, "login": "oleg", "password": hubtest.Password, "path": "/leads/" + all[0].ID})
	b.Do("wait", "oleg", map[string]any{"selector": "[data-consent='2026-11'] summary:has-text('2026-11')"})
	b.Do("click", "oleg", map[string]any{"selector": "[data-consent='2026-11'] summary"})
	b.Do("wait", "oleg", map[string]any{"selector": "[data-consent] p:has-text('I agree to be called back')"})
}

// The workplace shows a form as its visitors see it, in both languages; the preview
// sends nothing and cannot reach the workplace.
func TestBrowserFormIsPreviewed(t *testing.T) {
	h := hubtest.Start(t, hubtest.Source(t, "site", "webform", "", map[string]any{
		"title": "Окна на заказ", "callback": map[string]any{"hours": []string{"mon-sun 00:00-24:00"}},
	}))
	_, chief := h.Person("chief", "Вера Шеф", leads.RoleAdmin)
	b := hubtest.NewBrowser(t)
	b.Do("open", "chief", map[string]any{"url": h.URL, "login": "chief", "password": hubtest.Password, "path": "/sources", "lang": "ru-RU"})
	b.Do("click", "chief", map[string]any{"selector": "[data-preview=site]"})
	const frame = "iframe[sandbox='allow-scripts allow-forms'] >> internal:control=enter-frame >> "
	b.Do("wait", "chief", map[string]any{"selector": frame + "h2:has-text('Окна на заказ')"})
	b.Do("wait", "chief", map[string]any{"selector": frame + "button:has-text('Позвоните мне')"})
	b.Do("fill", "chief", map[string]any{"selector": frame + "[name=phone]", "value": "8 916 123-45-67"})
	b.Do("click", "chief", map[string]any{"selector": frame + "button[type=submit]"})
	b.Do("wait", "chief", map[string]any{"selector": frame + "p:has-text('ничего не отправлено')"})
	b.Do("click", "chief", map[string]any{"selector": ".preview :text('Английский')"})
	b.Do("wait", "chief", map[string]any{"selector": frame + "button:has-text('Call me')"})
	b.Do("wait", "chief", map[string]any{"selector": ".preview pre:has-text('data-ctihub')"})
	if all := hubtest.List[leads.Interaction](h, chief, "/api/v1/interactions", nil); len(all) != 0 {
		t.Errorf("%d interactions", len(all))
	}
}
