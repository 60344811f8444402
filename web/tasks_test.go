package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"ctihub/leads"
)

// miss makes a customer whose call is missed, an hour ago.
func (h *hub) miss(key, phone string) {
	h.t.Helper()
	at := time.Now().Add(-time.Hour).UTC().Truncate(time.Second)
	h.put(leads.Touch{
		ExternalID: key, Channel: leads.ChannelCall, Direction: leads.In, At: at, From: []leads.Identity{{Kind: leads.KindPhone, Value: phone}},
		Call: &leads.Call{Linkedid: key, Direction: leads.In, State: leads.CallEnded, Disposition: leads.Missed, From: phone, To: "200", DID: "+74951234567",
			Queue: "sales", Started: at, Ended: at.Add(time.Minute), Legs: []leads.Leg{}},
	})
}

// wantTasks misses a call and asks for every route of tasks as every role: the
// team's managers and those who see all may, the others find nothing.
func (h *hub) wantTasks() {
	h.t.Helper()
	h.miss("missed", "+79057778800")
	id := idsOf(h.as("sue"), "/api/v1/tasks")[0]
	one := "/api/v1/tasks/" + id
	for _, login := range []string{"ole", "ada", "max", "sue", "root"} {
		c, want, all := h.as(login), http.StatusNotFound, http.StatusForbidden
		if login != "ole" && login != "ada" {
			want = http.StatusOK
		}
		if login == "sue" || login == "root" {
			all = http.StatusOK
		}
		if got := h.list(c, "/api/v1/tasks"); slices.Contains(got, id) != (want == http.StatusOK) {
			h.t.Errorf("%s lists %v", login, got)
		}
		var told struct{ Open, Waiting int64 }
		if c.get("/api/v1/tasks", &told); told.Waiting != 1 || told.Open != 0 {
			h.t.Errorf("%s is told that %d wait, %d for them", login, told.Waiting, told.Open)
		}
		h.expect(c, login, "GET", one, "", want)
		h.expect(c, login, "GET", "/api/v1/reports/not-answered", "", all)
		if want == http.StatusNotFound {
			h.expect(c, login, "POST", one+"/take", "", want)
			h.expect(c, login, "POST", one+"/reassign", `{"owner_id":"me"}`, want)
			h.expect(c, login, "POST", one+"/done", `{"outcome":"reached"}`, want)
		}
	}
	h.expect(h.as("max"), "max", "POST", one+"/take", "", http.StatusOK)
	h.expect(h.as("max"), "max", "POST", one+"/reassign", fmt.Sprintf(`{"owner_id":%q}`, h.users["ada"].ID), http.StatusOK)
	h.expect(h.as("max"), "max", "GET", one, "", http.StatusNotFound)
	h.expect(h.as("max"), "max", "PATCH", one, `{"priority":"high"}`, http.StatusNotFound)
	h.expect(h.as("ada"), "ada", "PATCH", one, `{"priority":"high"}`, http.StatusOK)
	h.expect(h.as("ada"), "ada", "GET", "/api/v1/worklist", "", http.StatusOK)
	h.expect(h.as("ada"), "ada", "POST", one+"/done", `{"outcome":"unreachable"}`, http.StatusOK)
	h.expect(h.as("ada"), "ada", "POST", "/api/v1/tasks", `{"kind":"meeting","due":"2030-01-01T09:00:00Z"}`, http.StatusOK)
}

func TestTasks(t *testing.T) {
	onBoth(t, func(t *testing.T, h *hub) {
		wall := h.feed.Subscribe(t.Context(), leads.Viewer{UserID: h.users["sue"].ID, Role: leads.RoleSupervisor})
		want := func(kind leads.EventType) {
			t.Helper()
			e := <-wall
			for e.Type != kind && e.Type[:5] != "task." {
				e = <-wall
			}
			if e.Type != kind {
				t.Errorf("event %s, want %s", e.Type, kind)
			}
			h.contract.event(t, string(e.Data))
		}
		h.miss("m1", canaryPhone)
		want(leads.EventTaskCreated)
		h.miss("m2", canaryPhone)
		want(leads.EventTaskUpdated)
		sue, max := h.as("sue"), h.as("max")
		var list struct {
			Items      []leads.Task
			Open, Late int
		}
		max.get("/api/v1/tasks?late=true", &list)
		if len(list.Items) != 1 || list.Items[0].Calls != 2 || list.Items[0].Number != canaryPhone || list.Open != 0 {
			t.Fatalf("late tasks: %+v", list)
		}
		one := "/api/v1/tasks/" + list.Items[0].ID
		var task leads.Task
		max.send("POST", one+"/take", "", &task)
		want(leads.EventTaskUpdated)
		if task.Owner == nil || task.Owner.ID != h.users["max"].ID {
			t.Errorf("taken: %+v", task)
		}
		max.get("/api/v1/tasks?mine=true", &list)
		if len(list.Items) != 1 || list.Open != 1 || list.Late != 1 {
			t.Errorf("mine: %+v", list)
		}
		if got := idsOf(sue, "/api/v1/tasks?mine=true"); len(got) != 0 {
			t.Errorf("the supervisor's own: %v", got)
		}
		for _, body := range []string{`{}`, `{"outcome":"called_back"}`, `{"outcome":"reached","comment":"a\u0000b"}`} {
			max.refused(400, "POST", one+"/done", body)
		}
		max.refused(400, "POST", one+"/reassign", `{"owner_id":"`+h.users["sue"].ID+`"}`)
		max.refused(400, "POST", one+"/reassign", `{"owner_id":""}`)
		var call struct{ Items []leads.CallRecord }
		sue.get("/api/v1/calls?disposition=missed", &call)
		if c := call.Items[0].Callback; len(call.Items) != 2 || c == nil || c.State != leads.TaskOpen || c.TaskID != task.ID {
			t.Errorf("the missed calls tell %+v", call.Items)
		}
		max.send("POST", one+"/done", `{"outcome":"reached","comment":" wrote  to them "}`, &task)
		want(leads.EventTaskDone)
		if task.State != leads.TaskDone || task.Outcome != leads.ReachedByHand || task.Comment != "wrote to them" || task.DoneBy.ID != h.users["max"].ID {
			t.Errorf("done: %+v", task)
		}
		max.refused(409, "POST", one+"/done", `{"outcome":"reached"}`)
		max.refused(409, "POST", one+"/take", "")
		max.refused(400, "GET", "/api/v1/tasks?state=done&late=true", "")
		max.refused(400, "GET", "/api/v1/tasks?state=lost", "")
		if got := idsOf(max, "/api/v1/tasks?state=done"); !slices.Equal(got, []string{task.ID}) {
			t.Errorf("done tasks: %v", got)
		}

		var r leads.MissedReport
		sue.get("/api/v1/reports/not-answered", &r)
		if r.Total.Missed != 2 || r.Total.Recovered != 2 || r.Total.Share != 1 || r.Queues[0].Name != "sales" || r.DIDs[0].Name != "+74951234567" {
			t.Errorf("report %+v", r)
		}
		day := func(n int) string { return url.QueryEscape(time.Now().AddDate(0, 0, n).Format(time.RFC3339)) }
		sue.get("/api/v1/reports/not-answered?from="+day(-9)+"&to="+day(-8), &r)
		if r.Total.Missed != 0 {
			t.Errorf("a week ago: %+v", r)
		}
		sue.refused(400, "GET", "/api/v1/reports/not-answered?from="+day(-200), "")
		sue.refused(400, "GET", "/api/v1/reports/not-answered?from="+day(2), "")
		max.refused(403, "GET", "/api/v1/reports/not-answered", "")
	})
}
