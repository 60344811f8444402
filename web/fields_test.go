package web

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"ctihub/leads"
)

// expectFields asks for the custom fields, which everybody reads and supervisors change.
func (h *hub) expectFields(c *client, login string, all int) {
	h.t.Helper()
	h.expect(c, login, "GET", "/api/v1/fields", "", http.StatusOK)
	if all != http.StatusOK {
		h.expect(c, login, "POST", "/api/v1/fields", `{"object":"contact","name":"x","kind":"text"}`, all)
		h.expect(c, login, "PATCH", "/api/v1/fields/none", `{"name":"x"}`, all)
		h.expect(c, login, "DELETE", "/api/v1/fields/none", "", all)
		return
	}
	h.expect(c, login, "POST", "/api/v1/fields", `{"id":"of_`+login+`","object":"contact","name":"of `+login+`","kind":"text"}`, http.StatusCreated)
	h.expect(c, login, "POST", "/api/v1/fields", `{"id":"of_`+login+`","object":"lead","name":"other","kind":"text"}`, http.StatusConflict)
	h.expect(c, login, "POST", "/api/v1/fields", `{"object":"contact","name":"x","kind":"image"}`, http.StatusUnprocessableEntity)
	h.expect(c, login, "PATCH", "/api/v1/fields/of_"+login, `{"listed":true}`, http.StatusOK)
	h.expect(c, login, "PATCH", "/api/v1/fields/none", `{"listed":true}`, http.StatusNotFound)
	h.expect(c, login, "DELETE", "/api/v1/fields/of_"+login, "", http.StatusNoContent)
	h.expect(c, login, "DELETE", "/api/v1/fields/of_"+login, "", http.StatusNotFound)
}

// Values of custom fields are answered as they were given, filter lists, and a wrong one is a 422
// that names it; an old ETag of a field is a 412.
func TestFields(t *testing.T) {
	h := sqliteHub(t)
	r, c := h.serve("ole", canaryPhone, canaryEmail, canaryName), h.as("sue")
	h.serve("max", "+79031112233", "other@example.ru", "Other")
	var size leads.CustomField
	c.send("POST", "/api/v1/fields", `{"id":"size","object":"contact","name":"Size","kind":"choice","choices":[{"name":"Big"},{"name":"Small"}]}`, &size)
	for body, field := range map[string]string{
		`{"object":"lead","name":"Budget","kind":"money"}`: "budget", `{"object":"interaction","name":"Mark","kind":"number"}`: "mark", `{"object":"contact","name":"Born","kind":"date"}`: "born",
	} {
		var f leads.CustomField
		if c.send("POST", "/api/v1/fields", body, &f); f.ID != field {
			t.Errorf("%s has the code %q", body, f.ID)
		}
	}
	ole := h.as("ole")
	for path, x := range map[string][2]string{
		"/api/v1/contacts/" + r.contact:  {`{"fields":{"size":"big","born":"1990-05-17"}}`, `{"born":"1990-05-17","size":"` + size.Choices[0].ID + `"}`},
		"/api/v1/leads/" + r.lead:        {`{"fields":{"budget":{"amount":150000,"currency":"RUB"}}}`, `{"budget":{"amount":150000,"currency":"RUB"}}`},
		"/api/v1/interactions/" + r.form: {`{"fields":{"mark":4.50}}`, `{"mark":4.5}`},
	} {
		got := ole.ask("PATCH", path, x[0], "")
		if b, _ := json.Marshal(got.body["fields"]); got.status != http.StatusOK || string(b) != x[1] {
			t.Errorf("PATCH %s: %d %s, want %s", path, got.status, b, x[1])
		}
	}
	for path, x := range map[string][2]string{
		"/api/v1/contacts/" + r.contact:  {`{"fields":{"born":"soon"}}`, "fields.born"},
		"/api/v1/leads/" + r.lead:        {`{"fields":{"size":"big"}}`, "fields.size"},
		"/api/v1/interactions/" + r.form: {`{"fields":{"none":1}}`, "fields.none"},
	} {
		if got := ole.ask("PATCH", path, x[0], ""); got.status != http.StatusUnprocessableEntity || got.body["field"] != x[1] || got.body["detail"] == "" {
			t.Errorf("PATCH %s %s: %d %v, want a 422 of %s", path, x[0], got.status, got.body, x[1])
		}
	}
	for path, want := range map[string]string{
		"/api/v1/contacts?field=size:Big&field=born:1990-01-01..1990-12-31": r.contact, "/api/v1/contacts?field=size:small": "", "/api/v1/leads?field=budget:1000..2000": r.lead,
		"/api/v1/interactions?field=mark:4.5": r.form, "/api/v1/leads?field=budget:..10": "",
	} {
		var list struct{ Items []struct{ ID string } }
		c.get(path, &list)
		ids := []string{}
		for _, i := range list.Items {
			ids = append(ids, i.ID)
		}
		if want == "" && len(ids) != 0 || want != "" && !slices.Equal(ids, []string{want}) {
			t.Errorf("%s lists %v, want %q", path, ids, want)
		}
	}
	for _, path := range []string{"/api/v1/contacts?field=none:1", "/api/v1/leads?field=size:Big", "/api/v1/interactions?field=mark:x", "/api/v1/leads/board?field=x"} {
		if got := c.ask("GET", path, "", ""); got.status != http.StatusUnprocessableEntity || got.body["field"] != "field" {
			t.Errorf("%s: %d %v", path, got.status, got.body)
		}
	}
	old := c.ask("PATCH", "/api/v1/fields/born", `{"listed":true}`, "").etag
	c.send("PATCH", "/api/v1/fields/born", `{"name":"Birthday"}`, nil)
	if got := c.ask("PATCH", "/api/v1/fields/born", `{"name":"Born"}`, old); got.status != http.StatusPreconditionFailed || got.body["field"] != "name" {
		t.Errorf("an old ETag: %d %v", got.status, got.body)
	}
	made := c.ask("POST", "/api/v1/contacts", `{"name":"New","fields":{"size":"Small"}}`, "")
	if b, _ := json.Marshal(made.body["fields"]); string(b) != `{"size":"`+size.Choices[1].ID+`"}` {
		t.Errorf("a new contact has %s", b)
	}
	if got := c.ask("DELETE", "/api/v1/fields/size", "", ""); got.status != http.StatusConflict {
		t.Errorf("a used field is deleted: %d %v", got.status, got.body)
	}
}
