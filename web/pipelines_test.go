package web

import (
	"net/http"
	"testing"

	"ctihub/leads"
)

// expectPipelines asks for every route of pipelines; all is what those get who may edit them.
func (h *hub) expectPipelines(c *client, login string, all int) {
	h.t.Helper()
	const stages = `[{"name":"a","kind":"open"},{"name":"b","kind":"won"},{"name":"c","kind":"lost"}]`
	h.expect(c, login, "GET", "/api/v1/pipelines", "", http.StatusOK)
	h.expect(c, login, "GET", "/api/v1/pipelines/main", "", http.StatusOK)
	h.expect(c, login, "GET", "/api/v1/pipelines/none", "", http.StatusNotFound)
	h.expect(c, login, "GET", "/api/v1/leads/board?open=true", "", http.StatusOK)
	h.expect(c, login, "GET", "/api/v1/leads/board?pipeline_id=none", "", http.StatusUnprocessableEntity)
	h.expect(c, login, "GET", "/api/v1/leads/board?order=name", "", http.StatusBadRequest)
	h.expect(c, login, "PATCH", "/api/v1/pipelines/main", `{"position":1}`, all)
	if all != http.StatusOK {
		h.expect(c, login, "POST", "/api/v1/pipelines", `{"name":"x","stages":`+stages+`}`, all)
		h.expect(c, login, "DELETE", "/api/v1/pipelines/main", "", all)
		return
	}
	var made leads.Pipeline
	c.send("POST", "/api/v1/pipelines", `{"name":"of `+login+`","stages":`+stages+`}`, &made)
	h.expect(c, login, "DELETE", "/api/v1/pipelines/"+made.ID, "", http.StatusNoContent)
	h.expect(c, login, "DELETE", "/api/v1/pipelines/main", "", http.StatusUnprocessableEntity)
}

// A move that a stage refuses names the field and all that is missing; an old ETag of a pipeline
// or a lead is a 412 that names what changed.
func TestPipelines(t *testing.T) {
	h := sqliteHub(t)
	r := h.serve("ole", canaryPhone, canaryEmail, canaryName)
	ole, sue := h.as("ole"), h.as("sue")
	lead, main := "/api/v1/leads/"+r.lead, "/api/v1/pipelines/main"
	sue.send("PATCH", main, `{"stages":[{"id":"new","name":"New","kind":"open"},{"id":"working","name":"Offer","kind":"open","probability":30,"required":["company","amount"]},
		{"id":"won","name":"Won","kind":"won"},{"id":"refused","name":"Lost","kind":"lost"}]}`, nil)
	if p := ole.refused(422, "PATCH", lead, `{"stage_id":"working"}`); p.Field != "amount" || p.Value != "amount,company" || p.Reason != "stage_needs" {
		t.Errorf("refused with %+v", p)
	}
	if p := ole.refused(422, "PATCH", lead, `{"stage_id":"refused"}`); p.Field != "refusal" {
		t.Errorf("without a reason: %+v", p)
	}
	if p := sue.refused(409, "PATCH", main, `{"stages":[{"id":"working","name":"Offer","kind":"open"},{"id":"won","name":"Won","kind":"won"},{"id":"refused","name":"Lost","kind":"lost"}]}`); p.Value != "1" {
		t.Errorf("with a lead in the stage: %+v", p)
	}
	ole.send("PATCH", "/api/v1/contacts/"+r.contact, `{"company":"Acme"}`, nil)
	var moved leads.Lead
	ole.send("PATCH", lead, `{"stage_id":"working","amount":500000,"probability":60}`, &moved)
	if moved.StageID != "working" || moved.Status != leads.LeadWorking || moved.Amount != 500000 || moved.Currency != "RUB" {
		t.Errorf("moved %+v", moved)
	}
	var board leads.Board
	ole.get("/api/v1/leads/board?pipeline_id=main&open=true", &board)
	if len(board.Columns) != 4 || board.Columns[1].Count != 1 || len(board.Columns[1].Sums) != 1 || board.Columns[1].Sums[0] != (leads.Sum{Currency: "RUB", Amount: 500000, Weighted: 300000}) {
		t.Errorf("board %+v", board)
	}
	var acme leads.Company
	ole.send("POST", "/api/v1/companies", `{"name":"Acme","take_named":true}`, &acme)
	for company, want := range map[string]int64{acme.ID: 1, "another": 0} {
		var board leads.Board
		ole.get("/api/v1/leads/board?pipeline_id=main&open=true&company_id="+company, &board)
		if board.Columns[1].Count != want {
			t.Errorf("board of company %q: %+v", company, board)
		}
	}
	var one leads.Lead
	ole.get(lead, &one)
	if len(one.Stays) != 2 || one.Stays[0].StageID != "working" || one.Stays[1].By.ID != h.users["ole"].ID {
		t.Errorf("stays %+v", one.Stays)
	}
	for path, c := range map[string]*client{lead: ole, main: sue} {
		tag, first := c.ask("GET", path, "", "").etag, map[string]string{lead: `{"amount":7}`, main: `{"currency":"EUR"}`}[path]
		c.send("PATCH", path, first, nil)
		field := map[string]string{lead: "amount", main: "currency"}[path]
		if a := c.ask("PATCH", path, first, tag); a.status != http.StatusPreconditionFailed || a.body["field"] != field {
			t.Errorf("%s with an old tag: %+v", path, a)
		}
	}
}
