package e2e

import (
	"encoding/json"
	"net/http"
	"testing"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/leads"
)

// Anna has some customers twice. The hub finds them by itself, and she decides by keys alone: she goes from pair to
// pair, says that two are not the same, takes it back, and opens the merge.
func TestBrowserDuplicates(t *testing.T) {
	t.Parallel()
	h := hubtest.Start(t)
	_, anna := h.Person("anna", "Анна Орлова", leads.RoleManager)
	for _, body := range []json.RawMessage{
		json.RawMessage(`{"name":"Семён Лыжин","identities":[{"kind":"email","value":"semen.lyzhin@gmail.com"}]}`),
		json.RawMessage(`{"name":"Лыжин","identities":[{"kind":"email","value":"semenlyzhin+1@gmail.com"}]}`),
		json.RawMessage(`{"name":"Саша Скворцова","company":"Окна","identities":[{"kind":"phone","value":"+79161234567"}]}`),
		json.RawMessage(`{"name":"Скворцова Александра","company":"ООО «Окна»","identities":[{"kind":"phone","value":"+79161234599"}]}`),
	} {
		if status, answer := h.Request(http.MethodPost, anna, "/api/v1/contacts", body); status != http.StatusCreated {
			t.Fatalf("%s: %d %s", body, status, answer)
		}
	}
	b := hubtest.NewBrowser(t)
	press := func(key string) {
		t.Helper()
		b.Do("key", "anna", map[string]any{"value": key})
	}
	sees := func(selector string) {
		t.Helper()
		b.Do("wait", "anna", map[string]any{"selector": selector})
	}
	pairs := func() any { return b.Do("count", "anna", map[string]any{"selector": "[data-pair]"}) }
	waitFor(t, "two pairs", func() bool {
		var list struct{ Count int }
		h.Get(anna, "/api/v1/duplicates", &list)
		return list.Count == 2
	})
	b.Do("open", "anna", map[string]any{"url": h.URL, "login": "anna", "password": hubtest.Password, "path": "/duplicates"})
	sees("[data-chosen-pair]:has-text('Two addresses of one mailbox')")
	press("j")
	sees("[data-chosen-pair]:has-text('Similar names in one company')")
	press("k")
	sees("[data-chosen-pair]:has-text('Two addresses of one mailbox')")
	press("n")
	sees("[data-done]:has-text('Not the same')")
	sees("[data-chosen-pair]:has-text('Similar names in one company')")
	waitFor(t, "one pair", func() bool { return pairs() == float64(1) })
	press("u")
	waitFor(t, "two pairs again", func() bool { return pairs() == float64(2) })
	press("m")
	sees("[role=dialog]:has-text('Merge contacts')")
	press("Escape")
	waitFor(t, "no dialog", func() bool { return b.Do("count", "anna", map[string]any{"selector": "[role=dialog]"}) == float64(0) })
	press("n")
	waitFor(t, "one pair left", func() bool { return pairs() == float64(1) })
	press("n")
	sees(".empty:has-text('Nothing to compare')")
}
