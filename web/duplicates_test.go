package web

import (
	"net/http"
	"slices"
	"testing"

	"ctihub/leads"
)

// compared compares all contacts with each other, as a hub does in the background.
func (h *hub) compared() {
	h.t.Helper()
	h.indexed()
	for n := 1; n > 0; {
		var err error
		if n, err = h.store.FindDuplicates(h.t.Context()); err != nil {
			h.t.Fatal(err)
		}
	}
}

// TestDuplicates: pairs are shown to those who see both contacts, with reasons; what is not the same leaves
// the lists and can be taken back.
func TestDuplicates(t *testing.T) {
	onBoth(t, func(t *testing.T, h *hub) {
		ole, ada, root := h.as("ole"), h.as("ada"), h.as("root")
		create := func(c *client, body string) (made leads.Contact) {
			t.Helper()
			c.send("POST", "/api/v1/contacts", body, &made)
			return made
		}
		a := create(ole, `{"name":"Ivan Petrov","identities":[{"kind":"email","value":"ivan.petrov@gmail.com"}]}`)
		b := create(ole, `{"name":"Иван Петров","identities":[{"kind":"email","value":"ivanpetrov+1@gmail.com"}]}`)
		foreign := create(ada, `{"name":"Ivan","identities":[{"kind":"email","value":"i.vanpetrov@gmail.com"}]}`)
		h.compared()
		type list struct {
			Items []leads.Duplicate `json:"items"`
		}
		type pairs struct {
			Items []leads.DuplicatePair `json:"items"`
			Count int                   `json:"count"`
		}
		path := "/api/v1/contacts/" + a.ID + "/duplicates"
		var like list
		ole.get(path, &like)
		if len(like.Items) != 1 || like.Items[0].Contact.ID != b.ID || like.Items[0].Reasons[0].Code != leads.DuplicateMailbox || like.Items[0].Score < 90 {
			t.Fatalf("like %s: %+v", a.ID, like)
		}
		h.expect(ada, "ada", "GET", path, "", http.StatusNotFound)
		want := func(c *client, query string, n int) (p pairs) {
			t.Helper()
			c.get("/api/v1/duplicates"+query, &p)
			if len(p.Items) != n {
				t.Errorf("%s: %d pairs, want %d", query, len(p.Items), n)
			}
			return p
		}
		if p := want(ole, "", 1); p.Count != 1 {
			t.Errorf("counted %d", p.Count)
		}
		want(ada, "", 0)
		want(root, "", 3)
		want(root, "?reason=mailbox", 3)
		want(root, "?reason=company", 0)
		for query, field := range map[string]string{"?reason=x": "reason", "?state=x": "state", "?cursor=x": ""} {
			if r := root.ask("GET", "/api/v1/duplicates"+query, "", ""); r.status != http.StatusBadRequest && r.status != http.StatusUnprocessableEntity || field != "" && r.body["field"] != field {
				t.Errorf("%s: %+v", query, r)
			}
		}

		both := `{"contact_id":"` + b.ID + `","other_id":"` + a.ID + `"}`
		h.expect(ada, "ada", "POST", "/api/v1/duplicates/dismiss", both, http.StatusNotFound)
		h.expect(ole, "ole", "POST", "/api/v1/duplicates/dismiss", `{"contact_id":"`+a.ID+`","other_id":"`+foreign.ID+`"}`, http.StatusNotFound)
		h.expect(ole, "ole", "POST", "/api/v1/duplicates/dismiss", both, http.StatusNoContent)
		want(ole, "", 0)
		if p := want(ole, "?state=dismissed", 1); p.Items[0].DecidedBy == nil || p.Count != 0 {
			t.Errorf("dismissed: %+v", p)
		}
		h.expect(ole, "ole", "POST", "/api/v1/duplicates/restore", both, http.StatusNoContent)
		if p := want(ole, "", 1); p.Items[0].DecidedBy != nil {
			t.Errorf("taken back: %+v", p)
		}
		if !slices.ContainsFunc(want(root, "?limit=200", 3).Items, func(p leads.DuplicatePair) bool { return p.Contacts[0].ID == a.ID && p.Contacts[1].ID == b.ID }) {
			t.Error("the pair has the lesser id first")
		}
	})
}

// wantDuplicates: who sees a contact sees what is like it, and may ask to merge it.
func (h *hub) wantDuplicates(oles records) {
	h.t.Helper()
	path := "/api/v1/contacts/" + oles.contact
	var a, b leads.Contact
	h.as("ole").send("POST", "/api/v1/contacts", `{"identities":[{"kind":"email","value":"two.dots@gmail.com"}]}`, &a)
	h.as("ole").send("POST", "/api/v1/contacts", `{"identities":[{"kind":"email","value":"twodots@gmail.com"}]}`, &b)
	h.compared()
	both := `{"contact_id":"` + a.ID + `","other_id":"` + b.ID + `"}`
	for login, status := range map[string]int{"ole": 200, "sue": 200, "root": 200, "ada": 404, "max": 404} {
		c, refused := h.as(login), map[int]int{200: http.StatusUnprocessableEntity, 404: http.StatusNotFound}[status]
		decided := map[int]int{200: http.StatusNoContent, 404: http.StatusNotFound}[status]
		h.expect(c, login, "POST", "/api/v1/duplicates/dismiss", both, decided)
		h.expect(c, login, "POST", "/api/v1/duplicates/restore", both, decided)
		itself := `{"contact_id":"` + oles.contact + `","other_id":"` + oles.contact + `"}`
		h.expect(c, login, "GET", path+"/duplicates", "", status)
		h.expect(c, login, "GET", "/api/v1/duplicates", "", http.StatusOK)
		h.expect(c, login, "POST", "/api/v1/duplicates/dismiss", itself, refused)
		h.expect(c, login, "POST", "/api/v1/duplicates/restore", itself, refused)
	}
}
