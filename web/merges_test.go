package web

import (
	"net/http"
	"testing"

	"ctihub/leads"
)

// Contacts are merged, merged apart and split, as a script does it.
func TestMergesOverTheAPI(t *testing.T) {
	onBoth(t, func(t *testing.T, h *hub) {
		c := h.as("sue")
		a, b := h.serve("ole", "+79161234501", "a@example.com", "Anna"), h.serve("max", "+79161234502", "b@example.com", "Anna B")
		path := "/api/v1/contacts/" + a.contact
		var p leads.MergePreview
		c.get(path+"/merge?with="+b.contact, &p)
		if len(p.Contacts) != 2 || p.Contacts[0].ID != a.contact || p.Fields[0].Chosen != a.contact || p.Counts.Leads != 2 {
			t.Errorf("preview: %+v", p)
		}
		if none := c.ask("GET", path+"/merge", "", ""); none.status != http.StatusUnprocessableEntity || none.body["field"] != "with" {
			t.Errorf("a preview with nobody: %+v", none)
		}
		for body, field := range map[string]string{
			`{"with":"` + a.contact + `"}`:                                          "with",
			`{"with":"` + b.contact + `","fields":{"company":"` + a.contact + `"}}`: "fields.company",
		} {
			if bad := c.ask("POST", path+"/merge", body, ""); bad.status != http.StatusUnprocessableEntity || bad.body["field"] != field {
				t.Errorf("%s: %+v", body, bad)
			}
		}
		if hidden := h.as("ole").ask("POST", path+"/merge", `{"with":"`+b.contact+`"}`, ""); hidden.status != http.StatusNotFound {
			t.Errorf("with a contact that is not seen: %+v", hidden)
		}
		body := `{"with":"` + b.contact + `","fields":{"name":"` + b.contact + `"}}`
		made, again := c.ask("POST", path+"/merge", body, ""), c.ask("POST", path+"/merge", body, "")
		if made.status != http.StatusCreated || made.body["id"] == nil || again.body["id"] != made.body["id"] {
			t.Fatalf("merged: %+v, again %+v", made, again)
		}
		if got := c.ask("GET", "/api/v1/contacts/"+b.contact, "", ""); got.body["id"] != a.contact || got.body["name"] != "Anna B" {
			t.Errorf("by the old id: %+v", got)
		}
		if got := c.ask("GET", "/api/v1/leads/"+b.lead, "", ""); got.body["id"] != a.lead {
			t.Errorf("by the old id of the lead: %+v", got)
		}
		var list struct{ Items []leads.Merge }
		c.get(path+"/merges", &list)
		if len(list.Items) != 1 || list.Items[0].By.Name != "Sue" || list.Items[0].Removed[0] != b.contact {
			t.Errorf("merges: %+v", list)
		}
		undo := "/api/v1/merges/" + made.body["id"].(string) + "/undo"
		if foreign := h.as("ole").ask("POST", undo, "", ""); foreign.status != http.StatusNotFound {
			t.Errorf("undone by another user: %+v", foreign)
		}
		if undone := c.ask("POST", undo, "", ""); undone.status != http.StatusOK || undone.body["undone"] == nil {
			t.Errorf("undone: %+v", undone)
		}
		if got := c.ask("GET", "/api/v1/contacts/"+b.contact, "", ""); got.body["id"] != b.contact {
			t.Errorf("after undoing: %+v", got)
		}
		split := c.ask("POST", path+"/split", `{"identities":[{"kind":"email","value":"a@example.com"}],"name":"Boris"}`, "")
		if split.status != http.StatusCreated || split.body["name"] != "Boris" || split.etag == "" {
			t.Errorf("split: %+v", split)
		}
		if all := c.ask("POST", path+"/split", `{"identities":[{"kind":"phone","value":"+79161234501"}]}`, ""); all.status != http.StatusUnprocessableEntity || all.body["field"] != "identities" {
			t.Errorf("split of all: %+v", all)
		}
	})
}

// two makes two contacts.
func (c *client) two() (a, b leads.Contact) {
	c.send("POST", "/api/v1/contacts", `{"name":"One of two"}`, &a)
	c.send("POST", "/api/v1/contacts", `{"name":"Two of two"}`, &b)
	return a, b
}

// merged makes two contacts, merges them and returns the id of the merge.
func (c *client) merged() string {
	a, b := c.two()
	var made struct{ ID string }
	c.send("POST", "/api/v1/contacts/"+a.ID+"/merge", `{"with":"`+b.ID+`"}`, &made)
	return made.ID
}

// wantMerges: who sees contacts may merge and split them; who merged may undo it, and supervisors.
func (h *hub) wantMerges(login string, seesAll bool, oles records) {
	h.t.Helper()
	c, path := h.as(login), "/api/v1/contacts/"+oles.contact
	status := map[bool]int{true: http.StatusOK, false: http.StatusNotFound}[seesAll || login == "ole"]
	refused := map[int]int{http.StatusOK: http.StatusUnprocessableEntity, http.StatusNotFound: http.StatusNotFound}[status]
	a, b := c.two()
	h.expect(c, login, "GET", path+"/merges", "", status)
	h.expect(c, login, "GET", path+"/merge?with="+a.ID, "", status)
	h.expect(c, login, "POST", path+"/merge", `{"with":"`+oles.contact+`"}`, refused)
	h.expect(c, login, "POST", path+"/split", `{"identities":[{"kind":"phone","value":"+79990000000"}]}`, refused)
	h.expect(c, login, "POST", "/api/v1/merges/"+c.merged()+"/undo", "", http.StatusOK)
	h.expect(c, login, "POST", "/api/v1/merges/"+h.as("root").merged()+"/undo", "", map[bool]int{true: http.StatusOK, false: http.StatusNotFound}[seesAll])
	for n, id := range []string{login + "1@example.org", login + "2@example.org"} {
		h.expect(c, login, "POST", "/api/v1/contacts/"+b.ID+"/identities", `{"kind":"email","value":"`+id+`"}`, http.StatusOK)
		h.expect(c, login, "POST", "/api/v1/contacts/"+b.ID+"/split", `{"identities":[{"kind":"email","value":"`+id+`"}]}`, []int{http.StatusUnprocessableEntity, http.StatusCreated}[n])
	}
}
