package e2e

import (
	"net/http"
	"net/url"
	"testing"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/leads"
)

// Two form posts are held as spam. The administrator reads them, shown as text, takes
// one in and discards the other.
func TestBrowserQuarantine(t *testing.T) {
	h := hubtest.Start(t, hubtest.Source(t, "site", "webform", "", nil))
	_, root := h.Person("root", "Вера Шеф", leads.RoleAdmin)
	h.Person("oleg", "Олег Мещеряков", leads.RoleManager)
	for _, text := range []string{"genuine", "<img src=x onerror=alert(1)>"} {
		resp, err := http.PostForm(h.URL+"/in/site", url.Values{"phone": {"8 916 123-45-67"}, "message": {text}, "_hp": {"x"}})
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	b := hubtest.NewBrowser(t)
	b.Do("open", "root", map[string]any{"url": h.URL, "login": "root", "password": hubtest.Password, "path": "/"})
	b.Do("wait", "root", map[string]any{"selector": ".nav-count:has-text('2')"})
	b.Do("click", "root", map[string]any{"selector": "a[href='/quarantine']"})
	b.Do("click", "root", map[string]any{"selector": "[data-quarantined]:nth-child(1) .embed summary"})
	b.Do("wait", "root", map[string]any{"selector": "[data-quarantined]:nth-child(1) pre:has-text('<img src=x onerror=alert(1)>')"})

	b.Do("click", "root", map[string]any{"selector": "[data-quarantined]:nth-child(1) button:has-text('Discard')"})
	b.Do("fill", "root", map[string]any{"selector": "[name=note]", "value": "advertising"})
	b.Do("click", "root", map[string]any{"selector": "[role=dialog] button[type=submit]"})
	b.Do("wait", "root", map[string]any{"selector": ".nav-count:has-text('1')"})
	b.Do("click", "root", map[string]any{"selector": "[data-quarantined] button.primary"})
	b.Do("wait", "root", map[string]any{"selector": ".empty"})
	b.Do("goto", "root", map[string]any{"url": h.URL + "/quarantine?state=discarded"})
	b.Do("wait", "root", map[string]any{"selector": "[data-state=discarded]:has-text('advertising'):has-text('Вера Шеф')"})

	taken := hubtest.List[leads.Interaction](h, root, "/api/v1/interactions", nil)
	all := hubtest.List[leads.Lead](h, root, "/api/v1/leads", nil)
	if len(taken) != 1 || taken[0].Text != "genuine" || len(all) != 1 || all[0].ContactKey != "+79161234567" {
		t.Errorf("interactions %+v, leads %+v", taken, all)
	}
}
