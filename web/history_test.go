package web

import (
	"net/http"
	"testing"

	"ctihub/leads"
)

// The history says by which way a change came: from a page, from a program with a token.
func TestHistoryTellsTheWay(t *testing.T) {
	onBoth(t, func(t *testing.T, h *hub) {
		page, program := h.browser(), h.as("sue")
		page.signIn("sue")
		made := program.ask("POST", "/api/v1/contacts", `{"name":"Ivan"}`, "")
		id := made.body["id"].(string)
		page.send("PATCH", "/api/v1/contacts/"+id, `{"company":"Acme"}`, nil)
		var list struct{ Items []leads.HistoryEntry }
		program.get("/api/v1/history?object=contact&id="+id, &list)
		if len(list.Items) != 2 || list.Items[0].Way != leads.WayPage || list.Items[1].Way != leads.WayAPI || list.Items[0].Name != "Ivan" {
			t.Errorf("%+v", list.Items)
		}
		program.get("/api/v1/history?object=contact&way=page&field=company&user_id=me", &list)
		if len(list.Items) != 1 || list.Items[0].After != "Acme" {
			t.Errorf("found %+v", list.Items)
		}
		for query, field := range map[string]string{
			"id=" + id: "object", "way=fax": "way", "field=colour": "field", "object=car": "object", "since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z": "until",
		} {
			if p := program.refused(http.StatusBadRequest, "GET", "/api/v1/history?"+query, ""); p.Field != field {
				t.Errorf("%s: %+v", query, p)
			}
		}
		h.as("max").refused(http.StatusNotFound, "GET", "/api/v1/history?object=contact&id="+id, "")
		h.as("max").refused(http.StatusNotFound, "GET", "/api/v1/history?object=template&id=x", "")
	})
}
