package e2e

import (
	"net/http"
	"testing"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/leads"
)

// Oleg opens the workplace while his telephone rings and just after the lead was given
// to Boris: the card names the customer's manager. After the call Oleg may see neither
// contact nor lead, and neither the card nor the list of calls links to them.
func TestBrowserCardTellsWhoseAndLinksToNothingRefused(t *testing.T) {
	t.Parallel()
	h := hubtest.Start(t, pushedExchange(t))
	_, oleg := h.Person("oleg", "Олег Мещеряков", leads.RoleOperator, "101")
	boris, _ := h.Person("boris", "Борис Климов", leads.RoleManager)
	_, sue := h.Person("sue", "Сью", leads.RoleSupervisor)
	pushRing(h, "c1", "101")
	lead := hubtest.List[leads.Lead](h, sue, "/api/v1/leads", nil)[0]
	if lead.ManagerID != boris {
		if status, body := h.Request(http.MethodPatch, sue, "/api/v1/leads/"+lead.ID, map[string]any{"manager_id": boris}); status != http.StatusOK {
			t.Fatalf("%d %s", status, body)
		}
	}

	b := hubtest.NewBrowser(t)
	wait := func(selector string) {
		t.Helper()
		b.Do("wait", "oleg", map[string]any{"selector": selector})
	}
	b.Do("open", "oleg", map[string]any{"url": h.URL, "login": "oleg", "password": hubtest.Password, "path": "/", "lang": "ru-RU"})
	wait(".dock [data-card][data-state=ringing] .card-facts:has-text('Борис Климов')")
	wait(".dock [data-card][data-state=ringing] a[href='/leads/" + lead.ID + "']")

	pushAnswer(h, "c1", "101")
	wait(".dock [data-card][data-state=talking]")
	push(h, "c1", "hangup", map[string]any{"cause": "normalClearing"})
	wait(".dock [data-card][data-state=ended] .card-lead")
	wait("main :text('+7 916 123-45-67')")
	if status, _ := h.Request(http.MethodGet, oleg, "/api/v1/leads/"+lead.ID, nil); status != http.StatusNotFound {
		t.Fatalf("the lead after the call: %d, want 404", status)
	}
	for _, path := range []string{"/", "/calls"} {
		if path != "/" {
			b.Do("goto", "oleg", map[string]any{"url": h.URL + path})
			wait("main tbody tr:has-text('+7 916 123-45-67')")
		}
		if n := b.Do("count", "oleg", map[string]any{"selector": "main a[href^='/leads/']"}); n != float64(0) {
			t.Errorf("%s has %v links to leads that answer 404", path, n)
		}
	}
}
