package web

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"ctihub/leads"
)

// pairs is how often two people change a record at the same moment.
const pairs = 40

// heard is what came of a request.
type heard struct {
	status int
	etag   string
	body   map[string]any
}

func (c *client) ask(method, path, body, ifMatch string) (a heard) {
	c.hub.t.Helper()
	res := c.do(method, path, body, func(r *http.Request) {
		if ifMatch != "" {
			r.Header.Set("If-Match", ifMatch)
		}
	})
	b, err := io.ReadAll(res.Body)
	if err == nil {
		err = json.Unmarshal(b, &a.body)
	}
	if err != nil {
		c.hub.t.Errorf("%s %s: %v", method, path, err)
	}
	a.status, a.etag = res.StatusCode, res.Header.Get("ETag")
	return a
}

// atOnce sends one request of each body at the same moment.
func (c *client) atOnce(method, path, ifMatch string, bodies ...string) []heard {
	answers := make([]heard, len(bodies))
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i, body := range bodies {
		wg.Go(func() {
			<-start
			answers[i] = c.ask(method, path, body, ifMatch)
		})
	}
	close(start)
	wg.Wait()
	return answers
}

// changed is a record that people change: two fields of it, and what they write.
type changed struct {
	name, method string
	path         func(n int) string
	one, other   func(n int) (field, value string)
}

func said(field, value string) string {
	b, _ := json.Marshal(map[string]string{field: value})
	return string(b)
}

// everyChange is each record of the API that has a PATCH, with its fields.
func (h *hub) everyChange() []changed {
	h.t.Helper()
	contact := h.serve("ole", canaryPhone, canaryEmail, canaryName)
	leadIDs := make([]string, pairs)
	for n := range leadIDs {
		leadIDs[n] = h.serve("ole", fmt.Sprintf("+7916555%04d", n), fmt.Sprintf("c%d@example.ru", n), "C").lead
	}
	var t leads.Template
	h.as("sue").send("POST", "/api/v1/templates", `{"name":"Hello","subject":"First","text":"Hi"}`, &t)
	var task leads.Task
	h.as("sue").send("POST", "/api/v1/tasks", `{"kind":"call","due":"2030-01-01T09:00:00Z"}`, &task)
	as := func(field, word string) func(int) (string, string) {
		return func(n int) (string, string) { return field, fmt.Sprint(word, " ", n) }
	}
	at := func(path string) func(int) string { return func(int) string { return path } }
	return []changed{
		{"contact", "PATCH", at("/api/v1/contacts/" + contact.contact), as("name", "Name"), as("company", "Company")},
		{"contact", "PATCH", at("/api/v1/contacts/" + contact.contact), as("warning", "Warning"), as("notes", "Notes")},
		{"template", "PATCH", at("/api/v1/templates/" + t.ID), as("name", "Name"), as("text", "Text")},
		{"subject of a template", "PATCH", at("/api/v1/templates/" + t.ID), as("subject", "Subject"), as("text", "Words")},
		{"task", "PATCH", at("/api/v1/tasks/" + task.ID), as("title", "Title"), func(n int) (string, string) { return "priority", []string{"low", "high"}[n%2] }},
		{
			"lead", "PATCH", func(n int) string { return "/api/v1/leads/" + leadIDs[n] },
			func(int) (string, string) { return "status", "working" },
			func(int) (string, string) { return "manager_id", h.users["max"].ID },
		},
	}
}

// Of two people who change different fields of a record at the same moment,
// neither loses what they wrote.
func TestTwoFieldsChangedAtOnceBothStay(t *testing.T) {
	onBoth(t, func(t *testing.T, h *hub) {
		c := h.as("sue")
		for _, r := range h.everyChange() {
			kept := 0
			for n := range pairs {
				one, is := r.one(n)
				other, too := r.other(n)
				got := c.atOnce(r.method, r.path(n), "", said(one, is), said(other, too))
				now := c.ask("GET", r.path(n), "", "").body
				if got[0].status == http.StatusOK && got[1].status == http.StatusOK && now[one] == is && now[other] == too {
					kept++
				}
			}
			if kept != pairs {
				t.Errorf("%s: both fields stayed %d times of %d", r.name, kept, pairs)
			}
		}
	})
}

// Of two people who change one field of what they both read, one is told that
// it was changed, what was, and what to do; the other's words stay.
func TestOneOfTwoWritersIsTold(t *testing.T) {
	onBoth(t, func(t *testing.T, h *hub) {
		c := h.as("sue")
		all := append(h.everyChange(), changed{
			"signature", "PUT", func(int) string { return "/api/v1/me/signature" },
			func(n int) (string, string) { return "text", fmt.Sprint("Sue ", n) }, nil,
		})
		for _, r := range all {
			for n := range pairs {
				read := c.ask("GET", r.path(n), "", "")
				field, value := r.one(n)
				rival := value + "!"
				if field == "status" {
					rival = "won"
				}
				got := c.atOnce(r.method, r.path(n), read.etag, said(field, value), said(field, rival))
				slices.SortFunc(got, func(a, b heard) int { return a.status - b.status })
				won, lost := got[0], got[1]
				if won.status != http.StatusOK || lost.status != http.StatusPreconditionFailed {
					t.Fatalf("%s: answers %d and %d, want 200 and 412: %v", r.name, won.status, lost.status, lost.body)
				}
				if detail := fmt.Sprint(lost.body["detail"]); lost.body["code"] != codeOutdated || lost.body["field"] != field ||
					!strings.Contains(detail, field) || !strings.Contains(detail, "Read the record again") {
					t.Errorf("%s: the problem is %v", r.name, lost.body)
				}
				now := c.ask("GET", r.path(n), "", "")
				if now.body[field] != won.body[field] || now.etag != won.etag || now.etag == read.etag || read.etag == "" {
					t.Errorf("%s: is %v with %s, was answered %v with %s, had %s", r.name, now.body[field], now.etag, won.body[field], won.etag, read.etag)
				}
				if r.name == "lead" {
					continue
				}
				if again := c.ask(r.method, r.path(n), said(field, rival+"?"), now.etag); again.status != http.StatusOK {
					t.Errorf("%s: with the new tag %d %v", r.name, again.status, again.body)
				}
			}
		}
	})
}

// If-Match knows several tags and the star; a weak one or a stranger's is no match.
func TestIfMatch(t *testing.T) {
	s := contactState(leads.Contact{ID: "1", Name: "Ivan"})
	other := contactState(leads.Contact{ID: "2", Name: "Ivan", Company: "Windows"})
	for header, want := range map[string]string{
		"":                "",
		"*":               "",
		s.tag():           "",
		`"x", ` + s.tag(): "",
		"W/" + s.tag():    "If-Match names no ETag",
		`"x"`:             "If-Match names no ETag",
		other.tag():       "Changed meanwhile: company.",
		contactState(leads.Contact{ID: "2", Name: "Ivan"}).tag(): "other parts are",
	} {
		var detail string
		if err := s.matches(header); err != nil {
			detail = explain(err).detail
		}
		if (detail == "") != (want == "") || !strings.Contains(detail, want) {
			t.Errorf("If-Match: %s: %q, want %q", header, detail, want)
		}
	}
}

// A field that is missing or null in a change leaves what was there.
func TestWhatIsLeftOutStays(t *testing.T) {
	h := sqliteHub(t)
	r, c := h.serve("ole", canaryPhone, canaryEmail, canaryName), h.as("sue")
	var made leads.Template
	c.send("POST", "/api/v1/templates", `{"name":"Hello","subject":"Windows","text":"Hi"}`, &made)
	c.send("PUT", "/api/v1/me/signature", `{"text":"Sue"}`, nil)
	c.send("PATCH", "/api/v1/contacts/"+r.contact, `{"name":"Ivan","company":"Firm","warning":"VIP","notes":"Call","tags":["b2b"]}`, nil)
	var plan leads.Task
	c.send("POST", "/api/v1/tasks", `{"kind":"call","due":"2030-01-01T09:00:00Z","remind":"2030-01-01T08:00:00Z","title":"Offer","priority":"high","repeat":"weekly","team":"sales"}`, &plan)
	task := "/api/v1/tasks/" + plan.ID
	var view leads.View
	c.send("POST", "/api/v1/views", `{"list":"calls","name":"Mine","query":"q=7"}`, &view)
	for _, object := range []string{"contact", "lead"} {
		c.send("POST", "/api/v1/fields", `{"id":"`+object+`_a","object":"`+object+`","name":"A","kind":"text","listed":true}`, nil)
		c.send("POST", "/api/v1/fields", `{"id":"`+object+`_b","object":"`+object+`","name":"B","kind":"number"}`, nil)
	}
	c.send("PATCH", "/api/v1/contacts/"+r.contact, `{"company":"Other"}`, nil)
	var firm leads.Company
	c.send("POST", "/api/v1/companies", `{"name":"Firm","country":"RU","tax_id":"7707083893","address":"Moscow"}`, &firm)
	c.send("PATCH", "/api/v1/contacts/"+r.contact, `{"company":"Firm"}`, nil)
	company := "/api/v1/companies/" + firm.ID
	contact, template, signature, lead := "/api/v1/contacts/"+r.contact, "/api/v1/templates/"+made.ID, "/api/v1/me/signature", "/api/v1/leads/"+r.lead
	for _, x := range []struct {
		method, path, body string
		status             int
		field              string
		want               any
	}{
		{"PUT", signature, `{}`, 400, "text", "Sue"},
		{"PUT", signature, `{"text":null}`, 400, "text", "Sue"},
		{"PATCH", contact, `{"name":null}`, 422, "name", "Ivan"},
		{"PATCH", contact, `{"name":null,"company":"Firm"}`, 200, "name", "Ivan"},
		{"PATCH", contact, `{"name":"Ivan","company":null}`, 200, "company", "Firm"},
		{"PATCH", contact, `{"name":"Ivan"}`, 200, "company", "Firm"},
		{"PATCH", contact, `{"name":"Ivan","warning":null,"notes":null,"tags":null}`, 200, "warning", "VIP"},
		{"PATCH", contact, `{"name":"Ivan"}`, 200, "notes", "Call"},
		{"PATCH", contact, `{"fields":{"contact_a":"x","contact_b":2}}`, 200, "name", "Ivan"},
		{"PATCH", contact, `{"fields":{}}`, 422, "warning", "VIP"},
		{"PATCH", contact, `{"fields":null,"warning":"VIP"}`, 200, "warning", "VIP"},
		{"PATCH", lead, `{"fields":{"lead_a":"x"}}`, 200, "status", "new"},
		{"PATCH", contact + "/identities/phone/" + url.PathEscape(canaryPhone), `{}`, 422, "name", nil},
		{"PATCH", contact + "/identities/phone/" + url.PathEscape(canaryPhone), `{"kind":null,"value":"8 916 123-45-68"}`, 200, "", nil},
		{"PATCH", template, `{}`, 400, "name", "Hello"},
		{"PATCH", template, `{"name":"Hello","subject":null,"text":null}`, 200, "subject", "Windows"},
		{"PATCH", template, `{"name":"Hello","text":"Hi"}`, 200, "subject", "Windows"},
		{"PATCH", template, `{"subject":"Windows"}`, 200, "text", "Hi"},
		{"PATCH", template, `{"text":""}`, 400, "text", "Hi"},
		{"PATCH", lead, `{"status":null,"manager_id":null}`, 422, "status", "new"},
		{"PATCH", lead, `{"status":"working","manager_id":null}`, 200, "manager_id", h.users["ole"].ID},
		{"PATCH", lead, `{"amount":125000,"product":"Windows","expected":"2030-01-31","probability":40}`, 200, "status", "working"},
		{"PATCH", lead, `{"product":null,"amount":130000,"expected":null}`, 200, "product", "Windows"},
		{"PATCH", lead, `{"product":"Doors"}`, 200, "expected", "2030-01-31"},
		{"PATCH", lead, `{"product":"Doors"}`, 200, "amount", 130000.0},
		{"PATCH", lead, `{"stage_id":"new"}`, 200, "probability", 40.0},
		{"PATCH", lead, `{"probability":null,"expected":"","product":""}`, 200, "probability", nil},
		{"PATCH", "/api/v1/pipelines/main", `{}`, 422, "currency", "RUB"},
		{"PATCH", "/api/v1/pipelines/main", `{"name":null,"position":3,"takes_new":null}`, 200, "takes_new", true},
		{"PATCH", task, `{}`, 422, "title", "Offer"},
		{"PATCH", task, `{"title":null,"priority":null}`, 422, "priority", "high"},
		{"PATCH", task, `{"title":"Offer 2"}`, 200, "due", "2030-01-01T09:00:00Z"},
		{"PATCH", task, `{"title":null,"due":"2030-01-02T09:00:00Z"}`, 200, "title", "Offer 2"},
		{"PATCH", task, `{"snooze_until":null,"priority":"low"}`, 200, "remind", "2030-01-01T08:00:00Z"},
		{"PATCH", task, `{"priority":"low"}`, 200, "repeat", "weekly"},
		{"PATCH", task, `{"priority":"low"}`, 200, "team", "sales"},
		{"PATCH", task, `{"repeat":"none","owner_id":null}`, 200, "team", "sales"},
		{"PATCH", task, `{"remind":"soon"}`, 422, "remind", "2030-01-01T08:00:00Z"},
		{"PATCH", task, `{"remind":""}`, 200, "remind", nil},
		{"PATCH", task, `{"title":""}`, 200, "title", nil},
		{"PUT", signature, `{"text":""}`, 200, "text", ""},
		{"PATCH", company, `{}`, 422, "name", "Firm"},
		{"PATCH", company, `{"name":null}`, 422, "name", "Firm"},
		{"PATCH", company, `{"name":"","address":"x"}`, 422, "address", "Moscow"},
		{"PATCH", company, `{"name":null,"legal_name":"Firm LLC"}`, 200, "tax_id", "7707083893"},
		{"PATCH", company, `{"country":null,"tax_id":null,"kpp":"773601001","address":null,"website":null,"warning":null,"notes":null}`, 200, "address", "Moscow"},
		{"PATCH", company, `{"kpp":null,"notes":"Slow"}`, 200, "kpp", "773601001"},
		{"PATCH", company, `{"warning":"VIP"}`, 200, "notes", "Slow"},
		{"PATCH", company, `{"kpp":"","legal_name":""}`, 200, "kpp", nil},
		{"PATCH", contact, `{"company_id":"none"}`, 422, "company", "Firm"},
		{"PATCH", contact, `{"company_id":"` + firm.ID + `","role":"Buyer"}`, 200, "company_id", firm.ID},
		{"PATCH", contact, `{"role":null,"warning":"VIP"}`, 200, "role", "Buyer"},
		{"PATCH", contact, `{"company_id":null}`, 200, "company", nil},
		{"PATCH", contact, `{"role":""}`, 200, "role", nil},
		{"PATCH", contact, `{"company":"firm"}`, 200, "company_id", firm.ID},
		{"PATCH", contact, `{"company":""}`, 200, "company", nil},
		{"PATCH", template, `{"subject":""}`, 200, "subject", nil},
	} {
		if got := c.ask(x.method, x.path, x.body, ""); got.status != x.status {
			t.Errorf("%s %s %s: %d %v, want %d", x.method, x.path, x.body, got.status, got.body, x.status)
		}
		if got := c.ask("GET", x.path, "", "").body[x.field]; got != x.want {
			t.Errorf("after %s %s %s: %s is %v, want %v", x.method, x.path, x.body, x.field, got, x.want)
		}
	}
	for _, x := range []struct {
		body   string
		status int
		want   leads.View
	}{
		{`{}`, 422, leads.View{Name: "Mine", Query: "q=7", Audience: "owner"}},
		{`{"name":"Ours","query":null,"audience":"team","team":"a"}`, 200, leads.View{Name: "Ours", Query: "q=7", Audience: "team", Team: "a"}},
		{`{"query":"q=8"}`, 200, leads.View{Name: "Ours", Query: "q=8", Audience: "team", Team: "a"}},
		{`{"query":""}`, 200, leads.View{Name: "Ours", Audience: "team", Team: "a"}},
	} {
		if got := c.ask("PATCH", "/api/v1/views/"+view.ID, x.body, ""); got.status != x.status {
			t.Errorf("PATCH a view %s: %d %v, want %d", x.body, got.status, got.body, x.status)
		}
		var list struct{ Items []leads.View }
		c.get("/api/v1/views", &list)
		if len(list.Items) != 1 {
			t.Fatalf("%d views", len(list.Items))
		}
		got := list.Items[0]
		if (leads.View{Name: got.Name, Query: got.Query, Audience: got.Audience, Team: got.Team}) != x.want {
			t.Errorf("after PATCH %s: %+v, want %+v", x.body, got, x.want)
		}
	}
	for path, object := range map[string]string{contact: "contact", lead: "lead"} {
		c.send("PATCH", path, `{"fields":{"`+object+`_a":"x","`+object+`_b":2}}`, nil)
		c.send("PATCH", path, `{"fields":{"`+object+`_b":3}}`, nil)
		c.send("PATCH", path, map[string]string{"contact": `{"warning":"VIP"}`, "lead": `{"product":"Doors"}`}[object], nil)
		if got := c.ask("GET", path, "", "").body["fields"].(map[string]any); got[object+"_a"] != "x" || got[object+"_b"] != 3.0 {
			t.Errorf("%s has %v", object, got)
		}
	}
	for _, x := range []struct {
		body   string
		status int
		want   string
	}{{`{}`, 422, "A true 1"}, {`{"name":"New","listed":null}`, 200, "New true 1"}, {`{"listed":false}`, 200, "New false 1"}, {`{"position":7,"choices":null}`, 200, "New false 7"}} {
		if got := c.ask("PATCH", "/api/v1/fields/contact_a", x.body, ""); got.status != x.status {
			t.Errorf("PATCH a field %s: %d %v, want %d", x.body, got.status, got.body, x.status)
		}
		var list struct{ Items []leads.CustomField }
		c.get("/api/v1/fields", &list)
		f := list.Items[slices.IndexFunc(list.Items, func(f leads.CustomField) bool { return f.ID == "contact_a" })]
		if got := fmt.Sprint(f.Name, " ", f.Listed, " ", f.Position); got != x.want {
			t.Errorf("after PATCH %s the field is %s, want %s", x.body, got, x.want)
		}
	}
	now := c.ask("GET", contact, "", "").body
	if owner, ok := now["owner"].(map[string]any); !ok || owner["id"] != h.users["ole"].ID || fmt.Sprint(now["tags"]) != "[b2b]" {
		t.Errorf("the contact is %v", now)
	}
	if c.ask("PATCH", contact, `{"owner_id":null,"tags":[]}`, ""); c.ask("GET", contact, "", "").body["owner"] != nil || c.ask("GET", contact, "", "").body["tags"] != nil {
		t.Error("null does not take the owner away, or an empty list the tags")
	}
	// Whoever adds a change route adds it here.
	for path, item := range h.contract.doc.Paths.Map() {
		for method, op := range item.Operations() {
			if (method == "PATCH" || method == "PUT") && !slices.Contains([]string{"updateContact", "correctIdentity", "updateLead", "updateTemplate", "updateTask", "updateView", "updatePipeline", "updateField", "setSignature",
				"setPresence", "setDemo", "changePassword", "setRequiredFacts",
				"shareNumber", "addDomain",
				"writeFacts", "updateEntry", "updateCompany"}, op.OperationID) { // said as a whole: none has a field that may be left out and stays; the last two: TestFacts
				t.Errorf("%s %s is not tried", method, path)
			}
		}
	}
}
