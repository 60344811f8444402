package web

import (
	"net/http"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/handover"
)

// A hand-over is asked for once by its key; whoever is dismissed is signed out at once, and their
// token is worth nothing.
func TestHandOver(t *testing.T) {
	onBoth(t, func(t *testing.T, h *hub) {
		of := h.serve("max", "+79161110042", "left@example.ru", "Left")
		max, ada, sue := h.users["max"].ID, h.users["ada"].ID, h.as("sue")
		page := h.browser()
		page.signIn("max")
		var r handover.Result
		sue.send("POST", "/api/v1/handovers", `{"from":"`+max+`","to":["`+ada+`"],"dry_run":true,"dismiss":true}`, &r)
		if !r.DryRun || r.Dismissed || r.Leads == 0 || len(r.To) != 1 || r.To[0].User.Name != "Ada" {
			t.Errorf("preview %+v", r)
		}
		page.get("/api/v1/session", nil)
		for range 2 {
			sue.send("POST", "/api/v1/handovers", `{"from":"`+max+`","to":["`+ada+`"],"dismiss":true,"key":"once"}`, &r)
			if !r.Dismissed || r.Leads == 0 {
				t.Errorf("dismissed %+v", r)
			}
		}
		page.refused(http.StatusUnauthorized, "GET", "/api/v1/session", "")
		h.as("max").refused(http.StatusUnauthorized, "GET", "/api/v1/session", "")
		var lead leads.Lead
		if h.as("ada").get("/api/v1/leads/"+of.lead, &lead); lead.ManagerID != ada {
			t.Errorf("the lead is %s's", lead.ManagerName)
		}
		if p := sue.refused(http.StatusUnprocessableEntity, "POST", "/api/v1/handovers", `{"from":"`+ada+`","to":[]}`); p.Field != "to" {
			t.Errorf("to nobody: %+v", p)
		}
		h.as("ada").refused(http.StatusForbidden, "POST", "/api/v1/handovers", `{"from":"`+ada+`","to":["me"]}`)
	})
}

// A supervisor names a substitute, sees it in the list, and ends it; others may not.
func TestSubstitute(t *testing.T) {
	onBoth(t, func(t *testing.T, h *hub) {
		h.serve("max", "+79161110043", "away@example.ru", "Away")
		max, ada, sue := h.users["max"].ID, h.users["ada"].ID, h.as("sue")
		body := `{"user_id":"` + max + `","substitute_id":"` + ada + `","until":"2100-01-01T00:00:00Z"}`
		if p := sue.refused(http.StatusUnprocessableEntity, "POST", "/api/v1/substitutes", body); p.Field != "until" {
			t.Errorf("for too long: %+v", p)
		}
		until := time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
		body = `{"user_id":"` + max + `","substitute_id":"` + ada + `","until":"` + until + `"}`
		h.as("max").refused(http.StatusForbidden, "POST", "/api/v1/substitutes", body)
		var w handover.Substitution
		if sue.send("POST", "/api/v1/substitutes", body, &w); w.State != handover.Active || w.Substitute.Name != "Ada" {
			t.Errorf("named %+v", w)
		}
		sue.refused(http.StatusConflict, "POST", "/api/v1/substitutes", body)
		var list struct{ Items []handover.Substitution }
		if sue.get("/api/v1/substitutes", &list); len(list.Items) != 1 || list.Items[0].ID != w.ID {
			t.Errorf("list %+v", list)
		}
		var mine struct{ Items []leads.Lead }
		if h.as("ada").get("/api/v1/leads?manager_id=me&open=true", &mine); len(mine.Items) == 0 {
			t.Error("the substitute has nothing")
		}
		sue.send("DELETE", "/api/v1/substitutes/"+w.ID, "", nil)
		sue.refused(http.StatusNotFound, "DELETE", "/api/v1/substitutes/"+w.ID, "")
		if h.as("max").get("/api/v1/leads?manager_id=me&open=true", &mine); len(mine.Items) == 0 {
			t.Error("nothing went back")
		}
	})
}

// wantHandOvers: supervisors and administrators hand over and name substitutes, others may not;
// everybody finds the history of what they see.
func (h *hub) wantHandOvers(oles records) {
	h.t.Helper()
	hand := `{"from":"` + h.users["max"].ID + `","to":["` + h.users["ada"].ID + `"],"dry_run":true}`
	away := `{"user_id":"` + h.users["max"].ID + `","substitute_id":"` + h.users["ada"].ID + `","from":"2090-01-01T00:00:00Z","until":"2090-02-01T00:00:00Z"}`
	for login, status := range map[string]int{"ole": http.StatusForbidden, "ada": http.StatusForbidden, "sue": http.StatusOK, "root": http.StatusOK} {
		c := h.as(login)
		h.expect(c, login, "POST", "/api/v1/handovers", hand, status)
		h.expect(c, login, "GET", "/api/v1/substitutes", "", status)
		h.expect(c, login, "GET", "/api/v1/history", "", http.StatusOK)
		seen := map[string]int{"ada": http.StatusNotFound}[login]
		h.expect(c, login, "GET", "/api/v1/history?object=lead&id="+oles.lead, "", max(seen, http.StatusOK))
		if status == http.StatusForbidden {
			h.expect(c, login, "POST", "/api/v1/substitutes", away, status)
			h.expect(c, login, "DELETE", "/api/v1/substitutes/none", "", status)
			continue
		}
		var w handover.Substitution
		c.send("POST", "/api/v1/substitutes", away, &w)
		h.expect(c, login, "DELETE", "/api/v1/substitutes/"+w.ID, "", http.StatusNoContent)
	}
}
