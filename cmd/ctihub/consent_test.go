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
