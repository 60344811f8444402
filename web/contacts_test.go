package web

import (
	"net/http"
	"net/url"
	"testing"

	"ctihub/leads"
)

// A contact by hand from its making to a lead that is reopened, as a script does it.
func TestContactByHand(t *testing.T) {
	onBoth(t, func(t *testing.T, h *hub) {
		c := h.as("max")
		const body = `{"name":"Иван","company":"Окна","tags":["b2b"],"warning":"VIP","notes":"Call","identities":[{"kind":"phone","value":"8 916 123-45-67"}],"key":"k"}`
		made := c.ask("POST", "/api/v1/contacts", body, "")
		again := c.ask("POST", "/api/v1/contacts", body, "")
		if made.status != http.StatusCreated || again.status != http.StatusCreated || made.body["id"] != again.body["id"] || made.body["id"] == nil {
			t.Fatalf("made %+v, again %+v", made, again)
		}
		path := "/api/v1/contacts/" + made.body["id"].(string)
		if got := c.ask("GET", path, "", ""); got.etag != made.etag || got.body["notes"] != "Call" || got.body["warning"] != "VIP" {
			t.Errorf("read %+v, made %+v", got, made)
		}
		if got := idsOf(c, "/api/v1/contacts?tag=B2B"); len(got) != 1 || len(idsOf(c, "/api/v1/contacts?tag=b2")) != 0 {
			t.Errorf("of the tag: %v", got)
		}
		phone := path + "/identities/phone/" + url.PathEscape("+79161234567")
		fixed := c.ask("PATCH", phone, `{"value":"+7 916 123-45-68"}`, made.etag)
		if fixed.status != http.StatusOK {
			t.Fatalf("corrected: %+v", fixed)
		}
		if late := c.ask("DELETE", path+"/identities/phone/%2B79161234568", "", made.etag); late.status != http.StatusPreconditionFailed || late.body["field"] != "identities" {
			t.Errorf("with the first tag: %+v", late)
		}
		if added := c.ask("POST", path+"/identities", `{"kind":"email","value":"Ivan@Example.com"}`, fixed.etag); added.status != http.StatusOK {
			t.Errorf("added: %+v", added)
		}
		other := c.ask("POST", "/api/v1/contacts", `{"name":"Other","identities":[{"kind":"email","value":"ivan@example.com"}]}`, "")
		if other.status != http.StatusConflict || other.body["reason"] != "identity_taken" || other.body["value"] != made.body["id"] || other.body["field"] != "identities" {
			t.Errorf("taken: %+v", other)
		}
		if bad := c.ask("POST", path+"/identities", `{"kind":"phone","value":"12"}`, ""); bad.status != http.StatusUnprocessableEntity || bad.body["field"] != "value" {
			t.Errorf("no number: %+v", bad)
		}
		if removed := c.ask("DELETE", path+"/identities/phone/%2B79161234568", "", ""); removed.status != http.StatusOK {
			t.Errorf("removed: %+v", removed)
		}
		var history struct{ Items []leads.HistoryEntry }
		c.get(path+"/history", &history)
		if n := len(history.Items); n != 4 || history.Items[3].Field != leads.FieldCreated || history.Items[0].Before != "phone +79161234568" || history.Items[0].By.Name != "Max" {
			t.Errorf("history %+v", history)
		}
		c.get(path+"/files", &struct{ Items []leads.ContactFile }{})

		lead := c.ask("POST", "/api/v1/leads", `{"contact_id":"`+made.body["id"].(string)+`","subject":"Windows"}`, "")
		if lead.status != http.StatusCreated || lead.body["manager_id"] != h.users["max"].ID {
			t.Fatalf("opened: %+v", lead)
		}
		leadPath := "/api/v1/leads/" + lead.body["id"].(string)
		c.send("PATCH", leadPath, `{"status":"refused","refusal":"too dear"}`, nil)
		if both := c.ask("PATCH", leadPath, `{"reopen":true,"status":"won"}`, ""); both.status != http.StatusUnprocessableEntity || both.body["field"] != "reopen" {
			t.Errorf("both: %+v", both)
		}
		if opened := c.ask("PATCH", leadPath, `{"reopen":true}`, ""); opened.status != http.StatusOK || opened.body["status"] != "working" || opened.body["refusal"] != nil || opened.body["closed"] != nil {
			t.Errorf("reopened: %+v", opened)
		}
		if second := c.ask("POST", "/api/v1/leads", `{"contact_id":"`+made.body["id"].(string)+`"}`, ""); second.status != http.StatusConflict || second.body["reason"] != "lead_open" || second.body["value"] != lead.body["id"] {
			t.Errorf("a second open lead: %+v", second)
		}
		c.get(leadPath+"/history", &history)
		if len(history.Items) != 4 || history.Items[1].Note != "too dear" {
			t.Errorf("history of the lead: %+v", history)
		}
	})
}

// wantContacts: who sees a contact may change it, and nobody else.
func (h *hub) wantContacts(oles records) {
	h.t.Helper()
	path := "/api/v1/contacts/" + oles.contact
	for login, status := range map[string]int{"ole": 200, "sue": 200, "root": 200, "ada": 404, "max": 404} {
		c, mail := h.as(login), path+"/identities/email/"+url.PathEscape(login+"2@example.ru")
		h.expect(c, login, "PATCH", path, `{"tags":["b2b"],"warning":"VIP"}`, status)
		h.expect(c, login, "POST", path+"/identities", `{"kind":"email","value":"`+login+`@example.ru"}`, status)
		h.expect(c, login, "PATCH", path+"/identities/email/"+url.PathEscape(login+"@example.ru"), `{"value":"`+login+`2@example.ru"}`, status)
		h.expect(c, login, "DELETE", mail, "", status)
		h.expect(c, login, "DELETE", mail, "", http.StatusNotFound)
		h.expect(c, login, "GET", path+"/history", "", status)
		h.expect(c, login, "GET", path+"/files", "", status)
		h.expect(c, login, "GET", "/api/v1/leads/"+oles.lead+"/history", "", status)
		var made leads.Contact
		c.send("POST", "/api/v1/contacts", `{"name":"Of `+login+`"}`, &made)
		h.expect(c, login, "POST", "/api/v1/leads", `{"contact_id":"`+made.ID+`"}`, http.StatusCreated)
		other := map[int]int{200: http.StatusConflict, 404: http.StatusNotFound}[status]
		h.expect(c, login, "POST", "/api/v1/leads", `{"contact_id":"`+oles.contact+`"}`, other)
	}
}
