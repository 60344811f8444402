package web

import (
	"net/http"
	"net/url"
	"testing"

	"ctihub/leads"
)

// wantCompanies: everybody sees a company, its owner and supervisors change it, and whoever sees a call of
// its shared number says who it was.
func (h *hub) wantCompanies(oles records) {
	h.t.Helper()
	var firm leads.Company
	h.as("ole").send("POST", "/api/v1/companies", `{"name":"Rights","country":"DE","tax_id":"DE143454214"}`, &firm)
	path, shared := "/api/v1/companies/"+firm.ID, "+74950001122"
	for login, status := range map[string]int{"ole": 200, "sue": 200, "root": 200, "ada": 403, "max": 403} {
		c := h.as(login)
		h.expect(c, login, "GET", path, "", http.StatusOK)
		h.expect(c, login, "GET", "/api/v1/companies?q=rights&order=name", "", http.StatusOK)
		h.expect(c, login, "GET", path+"/history", "", http.StatusOK)
		h.expect(c, login, "PATCH", path, `{"notes":"By `+login+`"}`, status)
		h.expect(c, login, "PUT", path+"/phones/"+url.PathEscape("8 495 000-11-22"), "", status)
		h.expect(c, login, "PUT", path+"/domains/rights.example", "", status)
		h.expect(c, login, "DELETE", path+"/domains/rights.example", "", status)
		h.expect(c, login, "DELETE", path+"/phones/"+url.PathEscape(shared), "", status)
		var made leads.Company
		c.send("POST", "/api/v1/companies", `{"name":"Of `+login+`"}`, &made)
		if status == http.StatusForbidden { // ada and max take leads: what they made is theirs
			h.expect(h.as("ole"), "ole", "DELETE", "/api/v1/companies/"+made.ID, "", http.StatusForbidden)
		}
		h.expect(c, login, "DELETE", "/api/v1/companies/"+made.ID, "", http.StatusNoContent)
		h.expect(c, login, "GET", "/api/v1/companies/"+made.ID, "", http.StatusNotFound)
	}
	h.as("ole").send("PUT", path+"/phones/"+url.PathEscape(shared), "", &firm)
	h.expect(h.as("ole"), "ole", "DELETE", path, "", http.StatusConflict)
	h.put(leads.Touch{ExternalID: "shared", Channel: leads.ChannelForm, Direction: leads.In, From: []leads.Identity{{Kind: leads.KindPhone, Value: shared}}, Text: "Call"})
	var list struct{ Items []leads.Interaction }
	h.as("root").get("/api/v1/interactions?company_id="+firm.ID, &list)
	if len(list.Items) != 1 || !list.Items[0].Shared || list.Items[0].ContactID != firm.LineID {
		h.t.Fatalf("by the shared number came %+v", list.Items)
	}
	h.handOver(list.Items[0].LeadID, "ole")
	for _, login := range []string{"ada", "max", "sue", "ole", "root"} {
		status := map[string]int{"ole": 200, "sue": 200, "root": 200, "ada": 404, "max": 404}[login]
		h.expect(h.as(login), login, "POST", "/api/v1/interactions/"+list.Items[0].ID+"/caller", `{"contact_id":"`+oles.contact+`"}`, status)
	}
	h.expect(h.as("ole"), "ole", "POST", "/api/v1/interactions/"+oles.form+"/caller", `{"contact_id":"`+firm.LineID+`"}`, http.StatusUnprocessableEntity)
}

// TestCompaniesOverTheAPI: what is taken is named, what is wrong with a number is said of its field, and an
// answer with an old tag is refused.
func TestCompaniesOverTheAPI(t *testing.T) {
	h := sqliteHub(t)
	r, c := h.serve("ole", canaryPhone, canaryEmail, canaryName), h.as("ole")
	made := c.ask("POST", "/api/v1/companies", `{"name":"Firm","country":"RU","tax_id":"7707083893","kpp":"773601001"}`, "")
	id, _ := made.body["id"].(string)
	path := "/api/v1/companies/" + id
	if made.status != http.StatusCreated || made.etag == "" || made.body["people"] != 0.0 {
		t.Fatalf("made: %d %v", made.status, made.body)
	}
	for _, x := range []struct {
		method, path, body   string
		status               int
		field, reason, value string
	}{
		{"POST", "/api/v1/companies", `{"name":" "}`, 422, "name", "", ""},
		{"POST", "/api/v1/companies", `{"name":"Twin","country":"RU","tax_id":"7707083893","kpp":"773601001"}`, 409, "tax_id", "tax_id_taken", id},
		{"PATCH", path, `{"tax_id":"7707083894"}`, 422, "tax_id", "", ""},
		{"PATCH", path, `{"owner_id":"nobody"}`, 422, "owner_id", "", ""},
		{"PUT", path + "/phones/12", "", 422, "value", "", ""},
		{"PUT", path + "/phones/" + url.PathEscape(canaryPhone), "", 409, "value", "identity_taken", r.contact},
		{"PUT", path + "/domains/gmail.com", "", 422, "domain", "", ""},
		{"DELETE", path + "/domains/none.example", "", 404, "", "", ""},
		{"DELETE", path + "/phones/none", "", 404, "", "", ""},
	} {
		got := c.ask(x.method, x.path, x.body, "")
		text := func(key string) string { s, _ := got.body[key].(string); return s }
		if got.status != x.status || text("field") != x.field || text("reason") != x.reason || text("value") != x.value {
			t.Errorf("%s %s %s: %d %v", x.method, x.path, x.body, got.status, got.body)
		}
	}
	taken := c.ask("PUT", path+"/phones/"+url.PathEscape(canaryPhone)+"?take_over=true", "", made.etag)
	if taken.status != http.StatusOK || taken.body["taken_from"] != r.contact || taken.etag == made.etag {
		t.Errorf("taken over: %d %v", taken.status, taken.body)
	}
	if late := c.ask("PATCH", path, `{"notes":"x"}`, made.etag); late.status != http.StatusPreconditionFailed {
		t.Errorf("with the old tag: %d %v", late.status, late.body)
	}
	if now := c.ask("GET", path, "", ""); now.etag != taken.etag {
		t.Error("the tag of the answer to a change is not that of the company")
	}
	if gone := c.ask("DELETE", path, "", ""); gone.status != http.StatusConflict || gone.body["reason"] != "company_in_use" {
		t.Errorf("deleted with a number: %d %v", gone.status, gone.body)
	}
}
