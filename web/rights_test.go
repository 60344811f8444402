package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"ctihub/leads"
	"ctihub/web/api"
)

// Every operation, every role, a record of one's own and a foreign one.
func TestRights(t *testing.T) {
	onBoth(t, func(t *testing.T, h *hub) {
		oles := h.serve("ole", canaryPhone, canaryEmail, canaryName)
		maxs := h.serve("max", "+79031112233", "other@example.ru", "Other")
		sees := map[string][]records{"ole": {oles}, "ada": {}, "max": {maxs}, "sue": {oles, maxs}, "root": {oles, maxs}}
		for login, mine := range sees {
			c := h.as(login)
			for _, r := range []records{oles, maxs} {
				want := http.StatusNotFound
				if slices.Contains(mine, r) {
					want = http.StatusOK
				}
				for _, op := range [][3]string{
					{"GET", "/api/v1/contacts/" + r.contact}, {"GET", "/api/v1/contacts/" + r.contact + "/consents"}, {"GET", "/api/v1/leads/" + r.lead},
					{"GET", "/api/v1/interactions/" + r.form}, {"GET", "/api/v1/interactions/" + r.call}, {"GET", "/api/v1/calls/" + r.call},
					{"PATCH", "/api/v1/contacts/" + r.contact, `{"company":"Acme"}`},
				} {
					h.expect(c, login, op[0], op[1], op[2], want)
				}
				if want == http.StatusNotFound {
					h.expect(c, login, "PATCH", "/api/v1/leads/"+r.lead, `{"status":"working"}`, want)
					h.expect(c, login, "PATCH", "/api/v1/leads/"+r.lead, `{"manager_id":"me"}`, want)
				}
			}
			h.wantLists(login, mine)
		}
		h.wantTasks()
		for _, login := range []string{"ole", "ada", "max", "sue", "root"} {
			c, all := h.as(login), http.StatusForbidden
			if slices.Contains([]string{"sue", "root"}, login) {
				all = http.StatusOK
			}
			h.expect(c, login, "GET", "/api/v1/sources", "", all)
			h.expect(c, login, "GET", "/api/v1/sign-ins/guessed", "", map[bool]int{true: 200, false: 403}[login == "root"])
			h.expectDeliveries(c, login, all)
			h.expectJournal(c, login, all)
			h.expectFacts(c, login, all, oles)
			h.expectPipelines(c, login, all)
			h.expectFields(c, login, all)
			h.expect(c, login, "PUT", "/api/v1/demo", `{"line":true}`, all)
			h.wantQuarantine(login, all == http.StatusOK, login == "root")
			h.wantDials(login)
			h.wantViews(c, login, all)
			h.wantMerges(login, all == http.StatusOK, oles)
			for _, path := range []string{"/api/v1/demo", "/api/v1/presence", "/api/v1/users", "/api/v1/users/me", "/api/v1/choices", "/api/v1/users/" + h.users["ada"].ID, "/api/v1/session"} {
				h.expect(c, login, "GET", path, "", http.StatusOK)
			}
			h.expect(c, login, "PUT", "/api/v1/me/presence", `{"presence":"paused"}`, http.StatusOK)
			h.expect(c, login, "GET", "/api/v1/numbers/+74951234567", "", http.StatusOK)
			h.expect(c, login, "GET", "/api/v1/me/tokens", "", http.StatusOK)
			h.wantLogins(login, all == http.StatusOK)
			h.expect(c, login, "GET", "/api/v1/me/links", "", http.StatusOK)
			h.expect(c, login, "POST", "/api/v1/me/links/notices", "", http.StatusCreated)
			h.expect(c, login, "DELETE", "/api/v1/me/links/notices", "", http.StatusNoContent)
			h.expect(c, login, "POST", "/api/v1/me/links/none", "", http.StatusNotFound)
			for _, kind := range []string{"contacts", "leads", "interactions", "calls", "users"} {
				h.expect(c, login, "GET", "/api/v1/"+kind+"/no-such-id", "", http.StatusNotFound)
			}
		}
		h.wantReplies(oles, maxs)
		h.wantContacts(oles)
		h.wantDuplicates(oles)
		h.wantHandOvers(oles)
		h.wantCompanies(oles)
		sound := h.record(oles)
		for login, status := range map[string]int{"ole": 200, "sue": 200, "root": 200, "ada": 404, "max": 404} {
			h.expect(h.as(login), login, "GET", "/api/v1/recordings/"+sound, "", status)
			h.expect(h.as(login), login, "POST", "/api/v1/recordings/"+sound+"/link", "{}", status)
		}
		h.wantMessages(h.write(canaryEmail), oles.contact)
		h.wantFound(oles)
		var link api.RecordingLink
		h.as("ole").send("POST", "/api/v1/recordings/"+sound+"/link", "{}", &link)
		h.expect(h.as("ole"), "ole", "GET", link.Url, "", http.StatusOK)
		h.expect(h.as("ada"), "ada", "GET", link.Url, "", http.StatusForbidden)
		h.expect(h.as("ole"), "ole", "PATCH", "/api/v1/leads/"+oles.lead, `{"status":"won"}`, http.StatusOK)
		h.expect(h.as("ole"), "ole", "POST", "/api/v1/calls/"+h.talk("1.1", "live-leg", "ole")+"/hangup", "", http.StatusNoContent)
		h.expect(h.as("ole"), "ole", "DELETE", "/api/v1/session", "", http.StatusNoContent)
		h.browser().signIn("ole")

		h.Demo = nil // which keeps its passwords
		h.expect(h.as("ada"), "ada", "PUT", "/api/v1/me/password", newPassword(canaryPassword, "another password", false), http.StatusOK)

		for path, item := range h.contract.doc.Paths.Map() {
			for method, op := range item.Operations() {
				if _, ok := h.contract.seen.Load(op.OperationID); !ok && op.OperationID != "streamEvents" {
					t.Errorf("%s %s is in openapi.yaml and was never answered here", method, path)
				}
				refused := http.StatusUnauthorized
				if op.OperationID == "playRecording" { // a link is for whoever asked for it
					refused = http.StatusForbidden
				}
				if op.OperationID != "signIn" && op.OperationID != "getDemo" {
					h.expect(h.as(""), "nobody", method, pathWithID(path), "", refused)
					h.expect(&client{hub: h, http: h.as("").http, token: h.tokens["gone"]}, "disabled", method, pathWithID(path), "", refused)
				}
			}
		}
	})
}

// wantLogins checks whose logins and working hours a user reads: their own, and
// everybody's only who sees all.
func (h *hub) wantLogins(login string, all bool) {
	h.t.Helper()
	u := h.users["max"]
	u.Shifts = []leads.Shift{must(leads.ParseShift("mon-fri 09:00-18:00"))}
	if _, err := h.store.UpdateUser(h.t.Context(), u); err != nil {
		h.t.Fatal(err)
	}
	var list struct{ Items []leads.User }
	h.as(login).get("/api/v1/users", &list)
	for _, u := range list.Items {
		var one leads.User
		h.as(login).get("/api/v1/users/"+u.ID, &one)
		for _, got := range []leads.User{u, one} {
			want := h.users[login].ID == u.ID || all
			if (got.Login != "") != want || got.ID == h.users["max"].ID && (len(got.Shifts) == 1) != want || got.Name == "" || got.Extensions == nil {
				h.t.Errorf("%s reads of %s: %+v, want the login %v", login, u.Name, got, want)
			}
		}
	}
	if len(list.Items) != len(staff) {
		h.t.Errorf("%s reads %d users, want %d", login, len(list.Items), len(staff))
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// wantLists checks that lists hold a user's own records and no other.
func (h *hub) wantLists(login string, mine []records) {
	h.t.Helper()
	c := h.as(login)
	for kind, of := range map[string]func(records) []string{
		"contacts":     func(r records) []string { return []string{r.contact} },
		"leads":        func(r records) []string { return []string{r.lead} },
		"interactions": func(r records) []string { return []string{r.form, r.call} },
		"calls":        func(r records) []string { return []string{r.call} },
	} {
		var want []string
		for _, r := range mine {
			want = append(want, of(r)...)
		}
		got := h.list(c, "/api/v1/"+kind)
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(want, got) {
			h.t.Errorf("%s lists %s %v, want %v", login, kind, got, want)
		}
	}
}

// list returns the ids of a list, read in pages of one.
func (h *hub) list(c *client, path string) (ids []string) {
	h.t.Helper()
	type page struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
		Next string `json:"next"`
	}
	for cursor := ""; ; {
		var p page
		c.get(path+"?limit=1&cursor="+cursor, &p)
		for _, i := range p.Items {
			ids = append(ids, i.ID)
		}
		if cursor = p.Next; cursor == "" || len(ids) > 100 {
			return ids
		}
	}
}

// expect sends a request and checks the status; anything from 400 is a problem.
func (h *hub) expect(c *client, who, method, path, body string, status int) {
	h.t.Helper()
	if status >= 400 {
		c.refused(status, method, path, body)
		return
	}
	if res := c.do(method, path, body); res.StatusCode != status {
		h.t.Errorf("%s: %s %s: %s, want %d", who, method, path, res.Status, status)
	}
}

func pathWithID(path string) string {
	return strings.NewReplacer("{id}", "some-id", "{attachment}", "some-id", "{offer}", "some-id", "{dictionary}", "nature").Replace(path)
}

func TestFilters(t *testing.T) {
	onBoth(t, func(t *testing.T, h *hub) {
		r := h.serve("ole", canaryPhone, canaryEmail, canaryName)
		other := h.serve("max", "+79031112233", "other@example.ru", "Other")
		c := h.as("ole")
		sue := h.as("sue")
		h.put(leads.Touch{ExternalID: "waiting", Channel: leads.ChannelForm, Direction: leads.In, Name: "Waiting",
			From: []leads.Identity{{Kind: leads.KindPhone, Value: "+79057778899"}}})
		for path, want := range map[string][]string{
			"/api/v1/contacts?phone=8%20(916)%20123-45-67":                                  {r.contact},
			"/api/v1/contacts?phone=%2B79161234567":                                         {r.contact},
			"/api/v1/contacts?email=Canary.Person@EXAMPLE.ru":                               {r.contact},
			"/api/v1/contacts?q=%D0%BA%D0%B0%D0%BD%D0%B0%D1%80%D0%B5%D0%B9":                 {r.contact},
			"/api/v1/contacts?owner_id=" + h.users["ole"].ID + "&q=Other":                   nil,
			"/api/v1/leads?manager_id=" + h.users["ole"].ID:                                 {r.lead},
			"/api/v1/leads?manager_id=me":                                                   nil,
			"/api/v1/leads?open=false":                                                      nil,
			"/api/v1/leads?status=new&contact_id=" + other.contact:                          {other.lead},
			"/api/v1/interactions?channel=form&lead_id=" + r.lead:                           {r.form},
			"/api/v1/interactions?external_id=waiting&source=elsewhere":                     nil,
			"/api/v1/interactions?until=2001-01-01T00:00:00Z":                               nil,
			"/api/v1/calls?disposition=answered&contact_id=" + other.contact:                {other.call},
			"/api/v1/calls?disposition=missed":                                              nil,
			"/api/v1/calls?operator_id=" + h.users["ole"].ID:                                {r.call},
			"/api/v1/calls?since=2001-01-01T00:00:00%2B03:00&queue=sales&q=" + "9031112233": {other.call},
		} {
			if got := idsOf(sue, path); !slices.Equal(got, want) {
				t.Errorf("%s: %v, want %v", path, got, want)
			}
		}
		if got := idsOf(c, "/api/v1/leads?manager_id=me&open=true"); !slices.Equal(got, []string{r.lead}) {
			t.Errorf("my leads: %v, want %v", got, r.lead)
		}
		if got := idsOf(c, "/api/v1/calls?operator_id=me"); !slices.Equal(got, []string{r.call}) {
			t.Errorf("my calls: %v, want %v", got, r.call)
		}
		if got := idsOf(sue, "/api/v1/leads?manager_id=none"); len(got) != 1 || got[0] == r.lead || got[0] == other.lead {
			t.Errorf("leads of nobody: %v", got)
		}
	})
}

func idsOf(c *client, path string) (ids []string) {
	c.hub.t.Helper()
	var p struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
	}
	c.get(path, &p)
	for _, i := range p.Items {
		ids = append(ids, i.ID)
	}
	return ids
}

func TestChanges(t *testing.T) {
	onBoth(t, func(t *testing.T, h *hub) {
		r := h.serve("ole", canaryPhone, canaryEmail, canaryName)
		c := h.as("ole")
		ctx := t.Context()
		wall := h.feed.Subscribe(ctx, leads.Viewer{UserID: h.users["sue"].ID, Role: leads.RoleSupervisor})
		want := func(kind leads.EventType) {
			t.Helper()
			if e := <-wall; e.Type != kind {
				t.Errorf("event %s, want %s", e.Type, kind)
			} else {
				h.contract.event(t, string(e.Data))
			}
		}
		var contact leads.Contact
		c.send("PATCH", "/api/v1/contacts/"+r.contact, `{"company":"Окна"}`, &contact)
		if contact.Company != "Окна" || contact.Name != canaryName {
			t.Errorf("after setting the company: %+v", contact)
		}
		want(leads.EventContactUpdated)
		c.send("PATCH", "/api/v1/contacts/"+r.contact, `{"name":"  New name "}`, &contact)
		if contact.Company != "Окна" || contact.Name != "New name" {
			t.Errorf("after setting the name: %+v", contact)
		}
		want(leads.EventContactUpdated)
		var lead leads.Lead
		c.send("PATCH", "/api/v1/leads/"+r.lead, `{"status":"working"}`, &lead)
		want(leads.EventLeadUpdated)
		if lead.Status != leads.LeadWorking {
			t.Errorf("status %q", lead.Status)
		}
		c.refused(422, "PATCH", "/api/v1/leads/"+r.lead, `{"status":"new"}`)
		c.send("PATCH", "/api/v1/leads/"+r.lead, fmt.Sprintf(`{"manager_id":%q}`, h.users["max"].ID), &lead)
		want(leads.EventLeadAssigned)
		if lead.ManagerID != h.users["max"].ID || lead.Reason != "by_hand:Ole" {
			t.Errorf("after handing over: %+v", lead)
		}
		c.refused(404, "PATCH", "/api/v1/leads/"+r.lead, `{"status":"won"}`) // ole talked with the customer once, and the lead is max's
		h.put(h.ringing("again", canaryPhone, "ole"))
		want(leads.EventCallRinging)
		c.refused(403, "PATCH", "/api/v1/leads/"+r.lead, `{"status":"won"}`)
		h.as("max").refused(422, "PATCH", "/api/v1/leads/"+r.lead, fmt.Sprintf(`{"manager_id":%q}`, h.users["sue"].ID))
		h.as("max").send("PATCH", "/api/v1/leads/"+r.lead, `{"status":"refused","refusal":"too dear"}`, &lead)
		want(leads.EventLeadUpdated)
		if lead.Status != leads.LeadRefused || lead.Refusal != "too dear" || lead.Closed.IsZero() {
			t.Errorf("after refusing: %+v", lead)
		}
		called := false
		h.People.OnAvailable = func() { called = true }
		c.send("PUT", "/api/v1/me/presence", `{"presence":"offline"}`, nil)
		want(leads.EventPresence)
		if called {
			t.Error("going offline counts as becoming available")
		}
		c.send("PUT", "/api/v1/me/presence", `{"presence":"available"}`, nil)
		want(leads.EventPresence)
		if !called {
			t.Error("nobody was told that an operator became available")
		}
	})
}
