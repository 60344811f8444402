package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"ctihub/leads"
)

// A visitor ticks the box of a website's form, in a real browser. The manager
// sees on the lead's page what they agreed to.
func TestBrowserConsentIsShownBesideTheContact(t *testing.T) {
	site := httptest.NewServer(nil)
	t.Cleanup(site.Close)
	h := startHub(t, source(t, "site", "webform", "", map[string]any{
		"min_fill": "0s", "proof": map[string]any{"bits": 10, "without": "refuse"},
		"consent": map[string]any{"text": "I agree to be called back", "version": "2026-11", "required": true},
	}))
	site.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = fmt.Fprintf(w, `<!doctype html><html lang="en"><title>Windows</title><link rel="icon" href="data:,">
<div data-ctihub="site"></div><script src="%s/embed/site.js" async></script></html>`, h.url)
	})
	_, manager := h.person("oleg", "Олег Мещеряков", leads.RoleManager, "101")
	b := newBrowser(t)
	b.do("open", "visitor", map[string]any{"url": site.URL, "path": "/order"})
	b.do("fill", "visitor", map[string]any{"selector": "[name=phone]", "value": "8 (916) 123-45-67"})
	b.do("click", "visitor", map[string]any{"selector": "[name=_consent]"})
	b.do("click", "visitor", map[string]any{"selector": "button[type=submit]"})
	b.do("wait", "visitor", map[string]any{"selector": "h2:has-text('Thank you')"})

	all := list[leads.Lead](h, manager, "/api/v1/leads", nil)
	if len(all) != 1 {
		t.Fatalf("%d leads", len(all))
	}
	consents := list[leads.ConsentRecord](h, manager, "/api/v1/contacts/"+all[0].ContactID+"/consents", url.Values{})
	if len(consents) != 1 || consents[0].Text != "I agree to be called back" || consents[0].Version != "2026-11" || consents[0].Page != site.URL+"/order" {
		t.Errorf("consents %+v", consents)
	}
	b.do("open", "oleg", map[string]any{"url": h.url, "login": "oleg", "password": password, "path": "/leads/" + all[0].ID})
	b.do("wait", "oleg", map[string]any{"selector": "[data-consent='2026-11'] summary:has-text('2026-11')"})
	b.do("click", "oleg", map[string]any{"selector": "[data-consent='2026-11'] summary"})
	b.do("wait", "oleg", map[string]any{"selector": "[data-consent] p:has-text('I agree to be called back')"})
}

// The workplace shows a form as its visitors see it, in both languages; from
// there nothing is sent, and nothing of the workplace can be reached.
func TestBrowserFormIsPreviewed(t *testing.T) {
	h := startHub(t, source(t, "site", "webform", "", map[string]any{
		"title": "Окна на заказ", "callback": map[string]any{"hours": []string{"mon-sun 00:00-24:00"}},
	}))
	_, chief := h.person("chief", "Вера Шеф", leads.RoleAdmin)
	b := newBrowser(t)
	b.do("open", "chief", map[string]any{"url": h.url, "login": "chief", "password": password, "path": "/sources", "lang": "ru-RU"})
	b.do("click", "chief", map[string]any{"selector": "[data-preview=site]"})
	const frame = "iframe[sandbox='allow-scripts allow-forms'] >> internal:control=enter-frame >> "
	b.do("wait", "chief", map[string]any{"selector": frame + "h2:has-text('Окна на заказ')"})
	b.do("wait", "chief", map[string]any{"selector": frame + "button:has-text('Позвоните мне')"})
	b.do("fill", "chief", map[string]any{"selector": frame + "[name=phone]", "value": "8 916 123-45-67"})
	b.do("click", "chief", map[string]any{"selector": frame + "button[type=submit]"})
	b.do("wait", "chief", map[string]any{"selector": frame + "p:has-text('ничего не отправлено')"})
	b.do("click", "chief", map[string]any{"selector": ".preview :text('Английский')"})
	b.do("wait", "chief", map[string]any{"selector": frame + "button:has-text('Call me')"})
	b.do("wait", "chief", map[string]any{"selector": ".preview pre:has-text('data-ctihub')"})
	if all := list[leads.Interaction](h, chief, "/api/v1/interactions", nil); len(all) != 0 {
		t.Errorf("%d interactions", len(all))
	}
}
