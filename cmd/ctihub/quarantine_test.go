package main

import (
	"net/http"
	"net/url"
	"testing"

	"ctihub/leads"
)

// Two robots, as it seemed, wrote into a form. The administrator looks at what
// they sent, which is shown as text, takes one in and discards the other.
func TestBrowserQuarantine(t *testing.T) {
	h := startHub(t, source(t, "site", "webform", "", nil))
	_, root := h.person("root", "Вера Шеф", leads.RoleAdmin)
	h.person("oleg", "Олег Мещеряков", leads.RoleManager)
	for _, text := range []string{"genuine", "<img src=x onerror=alert(1)>"} {
		resp, err := http.PostForm(h.url+"/in/site", url.Values{"phone": {"8 916 123-45-67"}, "message": {text}, "_hp": {"x"}})
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	b := newBrowser(t)
	b.do("open", "root", map[string]any{"url": h.url, "login": "root", "password": password, "path": "/"})
	b.do("wait", "root", map[string]any{"selector": ".nav-count:has-text('2')"})
	b.do("click", "root", map[string]any{"selector": "a[href='/quarantine']"})
	b.do("click", "root", map[string]any{"selector": "[data-quarantined]:nth-child(1) .embed summary"})
	b.do("wait", "root", map[string]any{"selector": "[data-quarantined]:nth-child(1) pre:has-text('<img src=x onerror=alert(1)>')"})

	b.do("click", "root", map[string]any{"selector": "[data-quarantined]:nth-child(1) button:has-text('Discard')"})
	b.do("fill", "root", map[string]any{"selector": "[name=note]", "value": "advertising"})
	b.do("click", "root", map[string]any{"selector": "[role=dialog] button[type=submit]"})
	b.do("wait", "root", map[string]any{"selector": ".nav-count:has-text('1')"})
	b.do("click", "root", map[string]any{"selector": "[data-quarantined] button.primary"})
	b.do("wait", "root", map[string]any{"selector": ".empty"})
	b.do("goto", "root", map[string]any{"url": h.url + "/quarantine?state=discarded"})
	b.do("wait", "root", map[string]any{"selector": "[data-state=discarded]:has-text('advertising'):has-text('Вера Шеф')"})

	taken := list[leads.Interaction](h, root, "/api/v1/interactions", nil)
	all := list[leads.Lead](h, root, "/api/v1/leads", nil)
	if len(taken) != 1 || taken[0].Text != "genuine" || len(all) != 1 || all[0].ContactKey != "+79161234567" {
		t.Errorf("interactions %+v, leads %+v", taken, all)
	}
}
