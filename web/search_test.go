package web

import (
	"net/url"
	"slices"
	"testing"

	"ctihub/leads/search"
)

// found are the ids of the hits of a query, by kind.
func (c *client) found(typed string) map[search.Kind][]string {
	var answer struct{ Items []search.Hit }
	c.get("/api/v1/search?limit=100&q="+url.QueryEscape(typed), &answer)
	ids := map[search.Kind][]string{}
	for _, h := range answer.Items {
		ids[h.Kind] = append(ids[h.Kind], h.ID)
	}
	return ids
}

// indexed brings the search index up to date, as a hub does in the background.
func (h *hub) indexed() {
	h.t.Helper()
	x := h.store.SearchIndex()
	for f := (search.Filled{}); !f.Done; {
		var err error
		if _, err = x.Changes(h.t.Context()); err != nil {
			h.t.Fatal(err)
		}
		if f, err = x.Fill(h.t.Context()); err != nil {
			h.t.Fatal(err)
		}
	}
}

// wantFound: a customer is found by a part of their number by those who see them, and by nobody else.
func (h *hub) wantFound(r records) {
	h.t.Helper()
	h.indexed()
	for login, want := range map[string]bool{"ole": true, "sue": true, "root": true, "ada": false, "max": false} {
		found := h.as(login).found("8 (916) 123-45")
		if got := slices.Contains(found[search.KindContact], r.contact); got != want {
			h.t.Errorf("%s finds the contact: %v, want %v", login, got, want)
		}
		if got := slices.Contains(found[search.KindLead], r.lead); got != want {
			h.t.Errorf("%s finds the lead: %v, want %v", login, got, want)
		}
	}
}

func TestSearchNeedsTwoLetters(t *testing.T) {
	t.Parallel()
	h := sqliteHub(t)
	for _, q := range []string{"", "?q=", "?q=a", "?q=%21%21"} {
		if p := h.as("root").refused(400, "GET", "/api/v1/search"+q, ""); p.Field != "q" {
			t.Errorf("%q: the field is %q", q, p.Field)
		}
	}
	if got := h.as("root").found("nothing like this"); len(got) != 0 {
		t.Errorf("found %v", got)
	}
}
