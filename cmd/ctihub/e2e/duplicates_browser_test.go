package e2e

import (
	"encoding/json"
	"net/http"
	"testing"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/leads"
)

// Anna has some customers twice. The hub finds them by itself, and she decides by keys alone: she goes from pair to
// pair, says that two are not the same, takes it back, merges two, and takes that back.
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

	contacts := func() (n int) {
		var list struct{ Items []leads.Contact }
		h.Get(anna, "/api/v1/contacts", &list)
		return len(list.Items)
	}
	press("m") // two keys merge, one undoes it
	sees("[role=dialog] [data-merge]")
	press("Enter")
	sees("[data-done]:has-text('Merged')")
	waitFor(t, "one pair after the merge", func() bool { return pairs() == float64(1) && contacts() == 3 })
	press("u")
	waitFor(t, "two pairs after the undoing", func() bool { return pairs() == float64(2) && contacts() == 4 })
	press("n")
	waitFor(t, "one pair left", func() bool { return pairs() == float64(1) })
	press("n")
	sees(".empty:has-text('Nothing to compare')")
}

// A customer with another one's number is taken apart on the contact's page, and made one again.
func TestBrowserContactIsSplitAndMerged(t *testing.T) {
	t.Parallel()
	h := hubtest.Start(t)
	_, anna := h.Person("anna", "Анна Орлова", leads.RoleManager)
	status, answer := h.Request(http.MethodPost, anna, "/api/v1/contacts",
		json.RawMessage(`{"name":"Семён","identities":[{"kind":"phone","value":"+79161234567"},{"kind":"email","value":"olga@example.com"}]}`))
	var c leads.Contact
	if err := json.Unmarshal(answer, &c); err != nil || status != http.StatusCreated {
		t.Fatalf("%d %s", status, answer)
	}
	b := hubtest.NewBrowser(t)
	do := func(what string, args map[string]any) any {
		t.Helper()
		return b.Do(what, "anna", args)
	}
	do("open", map[string]any{"url": h.URL, "login": "anna", "password": hubtest.Password, "path": "/contacts/" + c.ID})
	do("click", map[string]any{"selector": "[aria-label='Split off olga@example.com']"})
	do("fill", map[string]any{"selector": "[name=split-name]", "value": "Ольга"})
	do("click", map[string]any{"selector": ".split button[type=submit]"})
	do("wait", map[string]any{"selector": "h1:has-text('Ольга')"})

	do("click", map[string]any{"selector": "[data-merge-with]"})
	do("fill", map[string]any{"selector": "[role=dialog] input[type=search]", "value": "Семён"})
	do("click", map[string]any{"selector": "[role=dialog] label:has-text('Семён')"})
	do("click", map[string]any{"selector": "[role=dialog] button[type=submit]"})
	do("click", map[string]any{"selector": "[data-merge] label:has-text('Семён')"}) // he stays: the page leads to him
	do("click", map[string]any{"selector": "[data-merge] button[type=submit]"})
	do("wait", map[string]any{"selector": "[data-contact='" + c.ID + "'] [data-identity='olga@example.com']"})
	do("click", map[string]any{"selector": "[data-contact='" + c.ID + "'] li[data-merge] button"})
	waitFor(t, "two contacts again", func() bool {
		var list struct{ Items []leads.Contact }
		h.Get(anna, "/api/v1/contacts", &list)
		return len(list.Items) == 2
	})
	do("wait", map[string]any{"selector": "[data-contact='" + c.ID + "']:not(:has([data-identity='olga@example.com']))"})
}
