package web

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/worklist"
)

// A customer writes, and a call is missed: both wait in the worklist of their manager, until
// one is answered by hand and the other is planned for later. What is planned comes back.
func TestWorklist(t *testing.T) {
	onBoth(t, func(t *testing.T, h *hub) {
		c := h.as("ole")
		r := h.serve("ole", canaryPhone, canaryEmail, canaryName)
		h.miss("missed", "+79057778800")
		sue := h.as("sue")
		var missed, list struct {
			Items   []leads.Task
			Waiting int64
		}
		sue.get("/api/v1/tasks", &missed)
		callback := missed.Items[0]
		h.handOver(callback.LeadID, "ole")
		var work struct {
			Items         []worklist.Item
			Late, Waiting int
		}
		kinds := func(c *client) (kinds string) {
			t.Helper()
			c.get("/api/v1/worklist", &work)
			for _, i := range work.Items {
				kinds += fmt.Sprint(" ", i.Kind)
			}
			return kinds
		}
		if got := kinds(c); got != " callback" || work.Late != 1 || work.Items[0].TaskID != callback.ID || work.Items[0].Number != "+79057778800" || work.Items[0].Why != worklist.WhyMissed {
			t.Fatalf("at first%s: %+v", got, work)
		}
		h.put(leads.Touch{
			ExternalID: "asks", Channel: leads.ChannelMail, Direction: leads.In, At: time.Now().Add(20 * time.Second), From: []leads.Identity{{Kind: leads.KindEmail, Value: canaryEmail}}, Subject: "Windows", Text: "When?",
		})
		if got := kinds(c); got != " callback answer" || work.Items[1].LeadID != r.lead || work.Items[1].Late {
			t.Fatalf("a message%s: %+v", got, work)
		}
		// A call to the customer is the answer. It is due today, so it is there instead.
		soon := time.Now().Add(-time.Minute).UTC().Format(time.RFC3339)
		for _, wrong := range []string{
			`{"kind":"callback","due":"` + soon + `"}`, `{"kind":"call"}`, `{"kind":"call","due":"` + soon + `","owner_id":"` + h.users["sue"].ID + `"}`,
			`{"kind":"` + canaryName + canaryName + canaryName + `","due":"` + soon + `"}`, `{"kind":"call","due":"` + soon + `","repeat":"hourly"}`,
		} {
			if p := c.refused(http.StatusUnprocessableEntity, "POST", "/api/v1/tasks", wrong); p.Field == "" || p.Detail == "" {
				t.Errorf("%s: %+v", wrong, p)
			}
		}
		var task leads.Task
		c.send("POST", "/api/v1/tasks", `{"kind":"call","due":"`+soon+`","title":"Price","lead_id":"`+r.lead+`","key":"k"}`, &task)
		var again leads.Task
		if c.send("POST", "/api/v1/tasks", `{"kind":"call","due":"`+soon+`","title":"Price","lead_id":"`+r.lead+`","key":"k"}`, &again); again.ID != task.ID {
			t.Errorf("the same key made %s and %s", task.ID, again.ID)
		}
		c.refused(http.StatusConflict, "POST", "/api/v1/tasks", `{"kind":"meeting","due":"`+soon+`","key":"k"}`)
		var lead leads.Lead
		if c.get("/api/v1/leads/"+r.lead, &lead); lead.NextTask == nil || lead.NextTask.ID != task.ID || lead.NextTask.Title != "Price" {
			t.Errorf("next task %+v", lead.NextTask)
		}
		if got := kinds(c); got != " callback task" || work.Items[1].TaskID != task.ID || work.Items[1].Title != "Price" || work.Items[1].Number != canaryPhone {
			t.Errorf("planned%s: %+v", got, work)
		}
		for _, by := range []string{"lead_id=" + r.lead, "contact_id=" + r.contact, "kind=call"} {
			if c.get("/api/v1/tasks?"+by, &list); len(list.Items) != 1 || list.Items[0].ID != task.ID {
				t.Errorf("%s: %+v", by, list.Items)
			}
		}
		one := "/api/v1/tasks/" + task.ID
		later := time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
		tag := c.ask("GET", one, "", "").etag
		if got := c.ask("PATCH", one, `{"snooze_until":"`+later+`"}`, tag); got.status != http.StatusOK || got.body["snooze_until"] != later {
			t.Errorf("snoozed: %d %v", got.status, got.body)
		}
		if got := c.ask("PATCH", one, `{"snooze_until":""}`, tag); got.status != http.StatusPreconditionFailed || got.body["field"] != "snooze_until" {
			t.Errorf("with the old tag: %d %v", got.status, got.body)
		}
		if got := kinds(c); got != " callback" || work.Waiting != 1 {
			t.Errorf("snoozed%s: %+v", got, work)
		}
		c.send("PATCH", one, `{"snooze_until":""}`, nil)
		if got := kinds(c); got != " callback task" {
			t.Errorf("awake again%s", got)
		}
		c.refused(http.StatusBadRequest, "POST", "/api/v1/tasks/"+callback.ID+"/done", `{"outcome":"finished"}`)
		c.send("POST", one+"/done", `{"comment":"ordered"}`, &task)
		if task.Outcome != leads.Finished || task.Comment != "ordered" {
			t.Errorf("done %+v", task)
		}
		if got := c.ask("PATCH", one, `{"title":"x"}`, ""); got.status != http.StatusConflict {
			t.Errorf("a done task: %d %v", got.status, got.body)
		}
		if got := kinds(h.as("ada")); got != "" || work.Waiting != 1 {
			t.Errorf("a colleague%s: %+v", got, work)
		}
	})
}
