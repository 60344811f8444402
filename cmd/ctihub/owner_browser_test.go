package main

import (
	"net/http"
	"testing"

	"ctihub/leads"
)

// Oleg opens the workplace while his telephone rings and just after the lead was
// given to Boris: the card says whose the customer is. After the call, which
// shows him neither contact nor lead, nothing links to what the hub refuses him:
// not the card, not the list of calls.
func TestBrowserCardTellsWhoseAndLinksToNothingRefused(t *testing.T) {
	t.Parallel()
	h := startHub(t, pushedExchange(t))
	_, oleg := h.person("oleg", "Олег Мещеряков", leads.RoleOperator, "101")
	boris, _ := h.person("boris", "Борис Климов", leads.RoleManager)
	_, sue := h.person("sue", "Сью", leads.RoleSupervisor)
	h.rings("c1", "101")
	lead := list[leads.Lead](h, sue, "/api/v1/leads", nil)[0]
	if lead.ManagerID != boris {
		if status, body := h.request(http.MethodPatch, sue, "/api/v1/leads/"+lead.ID, map[string]any{"manager_id": boris}); status != http.StatusOK {
			t.Fatalf("%d %s", status, body)
		}
	}

	b := newBrowser(t)
	wait := func(selector string) {
		t.Helper()
		b.do("wait", "oleg", map[string]any{"selector": selector})
	}
	b.do("open", "oleg", map[string]any{"url": h.url, "login": "oleg", "password": password, "path": "/", "lang": "ru-RU"})
	wait(".deck > [data-card][data-state=ringing] .card-facts:has-text('Борис Климов')")
	wait(".deck > [data-card][data-state=ringing] a[href='/leads/" + lead.ID + "']")

	h.isAnswered("c1", "101")
	wait(".deck > [data-card][data-state=talking]")
	h.push("c1", "hangup", map[string]any{"cause": "normalClearing"})
	wait(".deck > [data-card][data-state=ended] .card-lead")
	wait("main :text('+7 916 123-45-67')")
	if status, _ := h.request(http.MethodGet, oleg, "/api/v1/leads/"+lead.ID, nil); status != http.StatusNotFound {
		t.Fatalf("the lead after the call: %d, want 404", status)
	}
	for _, path := range []string{"/", "/calls"} {
		if path != "/" {
			b.do("goto", "oleg", map[string]any{"url": h.url + path})
			wait("main tbody tr:has-text('+7 916 123-45-67')")
		}
		if n := b.do("count", "oleg", map[string]any{"selector": "main a[href^='/leads/']"}); n != float64(0) {
			t.Errorf("%s has %v links to leads that answer 404", path, n)
		}
	}
}
