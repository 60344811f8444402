package web

import (
	"fmt"
	"net/http"
	"testing"

	"ctihub/leads"
)

// expectFacts asks for every route of facts and dictionaries; all is what those get who may
// edit dictionaries.
func (h *hub) expectFacts(c *client, login string, all int, of records) {
	h.t.Helper()
	letter := "/api/v1/interactions/" + of.form
	seen := map[bool]int{true: http.StatusOK, false: http.StatusNotFound}[login == "ole" || all == http.StatusOK]
	h.expect(c, login, "PATCH", letter, `{"nature":"order","summary":"by `+login+`"}`, seen)
	h.expect(c, login, "GET", letter+"/history", "", seen)
	h.expect(c, login, "GET", "/api/v1/interactions?facts=missing", "", http.StatusOK)
	h.expect(c, login, "GET", "/api/v1/interactions?facts=all", "", http.StatusBadRequest)
	registered := map[bool]int{true: http.StatusOK, false: http.StatusUnprocessableEntity}[seen == http.StatusOK]
	h.expect(c, login, "POST", "/api/v1/interactions", `{"contact_id":"`+of.contact+`","channel":"meeting","direction":"in","text":"Came by"}`, registered)
	h.expect(c, login, "GET", "/api/v1/dictionaries/nature", "", http.StatusOK)
	h.expect(c, login, "GET", "/api/v1/dictionaries/none", "", http.StatusNotFound)
	h.expect(c, login, "POST", "/api/v1/dictionaries/outcome", `{"name":"of `+login+`","channel":"meeting"}`, all)
	h.expect(c, login, "PATCH", "/api/v1/dictionaries/refusal/competitor", `{"retired":false}`, all)
	h.expect(c, login, "GET", "/api/v1/required-facts", "", all)
	h.expect(c, login, "PUT", "/api/v1/required-facts", `{"sources":[{"name":"site","facts":["nature"]}],"teams":[]}`, all)
	if all != http.StatusOK {
		h.expect(c, login, "DELETE", "/api/v1/dictionaries/nature/order", "", all)
		return
	}
	h.expect(c, login, "DELETE", "/api/v1/dictionaries/nature/order", "", http.StatusConflict)
	var made leads.Entry
	c.send("POST", "/api/v1/dictionaries/nature", `{"name":"unused of `+login+`"}`, &made)
	h.expect(c, login, "DELETE", "/api/v1/dictionaries/nature/"+made.ID, "", http.StatusNoContent)
}

// A broken rule is a 422 that names the field, an old ETag a 412 that names what changed; what
// is left out stays, and null clears.
func TestFacts(t *testing.T) {
	h := sqliteHub(t)
	r := h.serve("ole", canaryPhone, canaryEmail, canaryName)
	ole, sue := h.as("ole"), h.as("sue")
	var list struct{ Items []leads.Interaction }
	ole.get("/api/v1/interactions?channel=form&contact_id="+r.contact, &list)
	path := "/api/v1/interactions/" + list.Items[0].ID
	for _, x := range []struct {
		c     *client
		body  string
		code  int
		field string
	}{
		{ole, `{}`, 422, "nature"}, {ole, `{"nature":"none"}`, 422, "nature"}, {ole, `{"outcome":"cut_off"}`, 422, "outcome"},
		{ole, `{"decision":"x"}`, 403, "decision"}, {ole, `{"subject":7}`, 400, "subject"},
	} {
		if p := x.c.refused(x.code, "PATCH", path, x.body); p.Field != x.field || p.Detail == "" {
			t.Errorf("%s: names %q: %s", x.body, p.Field, p.Detail)
		}
	}
	ole.send("PATCH", path, `{"nature":"order","subject":"Windows","summary":"Two"}`, nil)
	old := ole.do("GET", path, "").Header.Get("ETag")
	sue.send("PATCH", path, `{"subject":null,"decision":"Offer 5 %"}`, nil)
	if got := ole.ask("PATCH", path, `{"subject":"Doors"}`, old); got.status != 412 || got.body["field"] != "subject" {
		t.Errorf("an old ETag: %d %v", got.status, got.body)
	}
	var now leads.Interaction
	ole.get(path, &now)
	if f := now.Facts; f.Nature != "order" || f.Subject != "" || f.Summary != "Two" || f.Decision != "Offer 5 %" || !f.Editable {
		t.Errorf("facts %+v", f)
	}
	if got := ole.ask("PATCH", path, `{"subject":"Doors"}`, ole.do("GET", path, "").Header.Get("ETag")); got.status != 200 {
		t.Errorf("the present ETag: %d %v", got.status, got.body)
	}
	sue.send("PUT", "/api/v1/required-facts", `{"sources":[{"name":"by hand","facts":["outcome"]}],"teams":[]}`, nil)
	visit := fmt.Sprintf(`{"contact_id":%q,"channel":"visit","at":"2026-01-02T10:00:00Z","direction":"out","text":"Measured","key":"v1"}`, r.contact)
	var first, again leads.Interaction
	ole.send("POST", "/api/v1/interactions", visit, &first)
	ole.send("POST", "/api/v1/interactions", visit, &again)
	if first.ID != again.ID || first.Channel != "visit" || len(first.Facts.Missing) != 1 {
		t.Errorf("a visit: %+v, again %s", first, again.ID)
	}
	var lacking struct {
		Items   []leads.Interaction
		Missing int
	}
	for _, c := range []*client{ole, sue} {
		c.get("/api/v1/interactions?facts=missing", &lacking)
		if len(lacking.Items) != 1 || lacking.Missing != 1 || lacking.Items[0].ID != first.ID {
			t.Errorf("lacking %+v", lacking)
		}
	}
	var renamed, moved leads.Entry
	sue.send("PATCH", "/api/v1/dictionaries/nature/order", `{"name":"Purchase"}`, &renamed)
	sue.send("PATCH", "/api/v1/dictionaries/nature/order", `{"position":9,"name":null}`, &moved)
	if moved.Names.RU != "Purchase" || moved.Position != 9 || moved.Retired || !moved.Used {
		t.Errorf("renamed to %+v, then moved to %+v", renamed, moved)
	}
	for body, field := range map[string]string{
		`{"contact_id":"x","channel":"note","text":"x"}`:                                      "contact_id",
		fmt.Sprintf(`{"contact_id":%q,"channel":"fax","text":"x"}`, r.contact):                "channel",
		fmt.Sprintf(`{"contact_id":%q,"channel":"note"}`, r.contact):                          "text",
		fmt.Sprintf(`{"contact_id":%q,"channel":"call","text":"x","lead_id":"x"}`, r.contact): "lead_id",
	} {
		if p := ole.refused(422, "POST", "/api/v1/interactions", body); p.Field != field {
			t.Errorf("%s: names %q", body, p.Field)
		}
	}
}
