package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/leads"
)

// A visitor fills in the form that a website embeds, in a real browser. The
// manager, who has the list of leads open, gets the lead, with an owner and
// without a reload.
func TestBrowserFormBecomesALeadInTheOpenList(t *testing.T) {
	site := httptest.NewServer(nil)
	t.Cleanup(site.Close)
	h := hubtest.Start(t, hubtest.Source(t, "site", "webform", "", map[string]any{"origins": []string{site.URL}, "min_fill": "0s"}))
	site.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = fmt.Fprintf(w, `<!doctype html><html lang="ru"><title>Окна</title><link rel="icon" href="data:,">
<div data-ctihub="site"></div><script src="%s/embed/site.js" async></script></html>`, h.URL)
	})
	managerID, manager := h.Person("oleg", "Олег Мещеряков", leads.RoleManager, "101")
	b := hubtest.NewBrowser(t)
	b.Do("open", "oleg", map[string]any{"url": h.URL, "login": "oleg", "password": hubtest.Password, "path": "/leads"})
	b.Do("open", "visitor", map[string]any{"url": site.URL, "path": "/?utm_source=yandex&utm_campaign=autumn", "lang": "ru-RU"})
	b.Do("fill", "visitor", map[string]any{"selector": "[name=name]", "value": "Пётр Ильин"})
	b.Do("fill", "visitor", map[string]any{"selector": "[name=phone]", "value": "8 (916) 123-45-67"})
	b.Do("click", "visitor", map[string]any{"selector": "button[type=submit]"})

	b.Do("wait", "oleg", map[string]any{"selector": "[data-lead]:has-text('Пётр Ильин'):has-text('Олег Мещеряков')"})

	all := hubtest.List[leads.Lead](h, manager, "/api/v1/leads", nil)
	if len(all) != 1 {
		t.Fatalf("%d leads, want 1", len(all))
	}
	if l := all[0]; l.ManagerID != managerID || l.Reason != leads.ReasonRoundRobin || l.ContactKey != "+79161234567" || l.UTM["utm_source"] != "yandex" || l.UTM["page"] == "" {
		t.Errorf("lead %+v", l)
	}
}
