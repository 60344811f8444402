package web

import (
	"database/sql"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"ctihub/leads"
	"ctihub/storage"
	"ctihub/web/api"
)

// A view is saved, found and changed under its version; what is wrong is named.
func TestViews(t *testing.T) {
	h := sqliteHub(t)
	ole, sue := h.as("ole"), h.as("sue")
	var mine, all leads.View
	ole.send("POST", "/api/v1/views", `{"list":"leads","name":"New","query":"?stage=new&q=a%20b"}`, &mine)
	sue.send("POST", "/api/v1/views", `{"list":"leads","name":"New","query":"stage=new","audience":"all"}`, &all)
	if mine.Query != "q=a+b&stage=new" || mine.Audience != leads.AudienceOwner || all.Owner.ID != h.users["sue"].ID {
		t.Errorf("stored %+v, %+v", mine, all)
	}
	var found struct{ Items []leads.View }
	if ole.get("/api/v1/views", &found); len(found.Items) != 2 {
		t.Errorf("ole finds %+v", found.Items)
	}
	if h.as("max").get("/api/v1/views", &found); len(found.Items) != 1 || found.Items[0].ID != all.ID {
		t.Errorf("max finds %+v", found.Items)
	}
	path := "/api/v1/views/" + mine.ID
	for _, x := range []struct {
		c                       *client
		method, path, body, tag string
		status                  int
		field                   any
	}{
		{ole, "POST", "/api/v1/views", `{"list":"leads","name":"nEW","query":""}`, "", 409, "name"},
		{ole, "POST", "/api/v1/views", `{"list":"leads","name":"x","query":"colour=red"}`, "", 422, "query"},
		{ole, "POST", "/api/v1/views", `{"list":"leads","name":"x","query":"q=%zz"}`, "", 422, "query"},
		{ole, "POST", "/api/v1/views", `{"list":"leads","name":"x","query":"q=1&q=2"}`, "", 422, "query"},
		{ole, "POST", "/api/v1/views", `{"list":"calls","name":"x","query":"order=sideways"}`, "", 422, "query"},
		{ole, "POST", "/api/v1/views", `{"list":"calls","name":"x","query":"order=name"}`, "", 422, "query"},
		{ole, "POST", "/api/v1/views", `{"list":"calls","name":"Waits","query":"order=longest_wait"}`, "", 200, nil},
		{ole, "POST", "/api/v1/views", `{"list":"contacts","name":"A to Z","query":"order=name"}`, "", 200, nil},
		{ole, "POST", "/api/v1/views", `{"list":"leads","name":" ","query":""}`, "", 422, "name"},
		{sue, "POST", "/api/v1/views", `{"list":"leads","name":"x","query":"","audience":"team"}`, "", 422, "team"},
		{ole, "POST", "/api/v1/views", `{"list":"leads","name":"x","query":"","audience":"all"}`, "", 403, nil},
		{ole, "PATCH", "/api/v1/views/" + all.ID, `{"name":"x"}`, "", 403, nil},
		{sue, "PATCH", path, `{"name":"x"}`, "", 404, nil},
		{ole, "PATCH", path, `{"name":"x"}`, `"old"`, 412, nil},
		{ole, "PATCH", path, `{"name":"Newest"}`, "", 200, nil},
	} {
		if got := x.c.ask(x.method, x.path, x.body, x.tag); got.status != x.status || x.field != nil && got.body["field"] != x.field {
			t.Errorf("%s %s %s: %d %v, want %d of %v", x.method, x.path, x.body, got.status, got.body, x.status, x.field)
		}
	}
	h.expect(ole, "ole", "DELETE", "/api/v1/views/"+all.ID, "", http.StatusForbidden)
	h.expect(sue, "sue", "DELETE", path, "", http.StatusNotFound)
}

// wantViews: everybody keeps views; who may not share gets that status for a shared one.
func (h *hub) wantViews(c *client, login string, shares int) {
	h.t.Helper()
	h.expect(c, login, "GET", "/api/v1/views", "", http.StatusOK)
	var made leads.View
	c.send("POST", "/api/v1/views", `{"list":"calls","name":"of `+login+`","query":"q=7"}`, &made)
	h.expect(c, login, "PATCH", "/api/v1/views/"+made.ID, `{"audience":"all"}`, shares)
	h.expect(c, login, "DELETE", "/api/v1/views/"+made.ID, "", http.StatusNoContent)
	h.expect(c, login, "DELETE", "/api/v1/views/"+made.ID, "", http.StatusNotFound)
}

// A filter that is wrong is named, and an order turns a list round.
func TestFiltersAreChecked(t *testing.T) {
	h := sqliteHub(t)
	h.customerOf("ole", "+79161234500", 0)
	c := h.as("sue")
	many := url.Values{}
	for range valuesMost + 1 {
		many.Add("queue", "a")
	}
	for query, field := range map[string]string{
		"calls?order=sideways": "order", "leads?order=up": "order", "tasks?order=due": "order",
		"calls?order=name": "order", "leads?order=longest_wait": "order", "contacts?order=longest_talk": "order", "tasks?order=name": "order",
		"calls?disposition=missed&disposition=lost": "disposition", "calls?direction=up": "direction", "calls?queue=": "queue", "calls?" + many.Encode(): "queue",
		"calls?talk_ms_min=-1": "talk_ms_min", "calls?wait_ms_min=86400001": "wait_ms_min", "calls?utm_source=a%00": "utm_source",
		"leads?since=2026-01-02T00:00:00Z&until=2026-01-02T00:00:00Z": "until", "tasks?since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z": "until",
		"leads?source=": "source", "leads?team=&team=a": "team", "leads?channel=": "channel",
	} {
		if got := c.ask("GET", "/api/v1/"+query, "", ""); got.status != 400 || got.body["field"] != field {
			t.Errorf("%s: %d %v, want 400 of %s", query, got.status, got.body, field)
		}
	}
	idsOf := func(query string) (ids []string) {
		var list struct{ Items []struct{ ID string } }
		c.get("/api/v1/"+query, &list)
		for _, r := range list.Items {
			ids = append(ids, r.ID)
		}
		return ids
	}
	newest, oldest := idsOf("calls"), idsOf("calls?order=oldest")
	if len(newest) != 2 || len(oldest) != 2 || newest[0] != oldest[1] || newest[1] != oldest[0] {
		t.Errorf("newest first %v, oldest first %v", newest, oldest)
	}
	for _, list := range []string{"calls?order=longest_wait", "calls?order=longest_talk", "leads?order=name", "contacts?order=name", "contacts?order=oldest"} {
		if got := c.ask("GET", "/api/v1/"+list, "", ""); got.status != 200 {
			t.Errorf("%s: %d %v", list, got.status, got.body)
		}
	}
	for query, want := range map[string]int{
		"calls?disposition=missed&disposition=answered": 2, "calls?disposition=missed": 1, "calls?talk_ms_min=1000": 1, "calls?recorded=true": 1, "calls?recorded=false": 1,
		"calls?operator_id=" + h.users["ole"].ID + "&operator_id=me": 1, "calls?did=none": 0, "leads?repeat=false": 1, "leads?repeat=true": 0,
		"leads?channel=email&channel=call": 1, "leads?until=2001-01-01T00:00:00Z": 0, "tasks?since=2001-01-01T00:00:00Z": 1, "tasks?until=2001-01-01T00:00:00Z": 0,
	} {
		if got := idsOf(query); len(got) != want {
			t.Errorf("%s lists %d, want %d", query, len(got), want)
		}
	}
}

// More records than are sorted are refused with the remedy; those of one who sees few are not.
func TestTooManyToSort(t *testing.T) {
	dir := dataDir(t)
	h := newHub(t, storage.Config{DataDir: dir})
	h.customerOf("ole", "+79161234500", 0)
	db, err := sql.Open("sqlite", filepath.Join(dir, "hub.db")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 10000)
		INSERT INTO contacts (id, name, company, main_key, search, version, created) SELECT 'c' || n, 'Anna', '', '', 'anna', 1, n FROM numbers`); err != nil {
		t.Fatal(err)
	}
	p := h.as("sue").refused(422, "GET", "/api/v1/contacts?order=name", "")
	if p.Field != "order" || p.Reason != api.TooMany || p.Value != "owner_id" || !strings.Contains(p.Detail, "More than 10000 records") || !strings.Contains(p.Detail, "an owner or a tag") {
		t.Errorf("%+v", p)
	}
	for login, query := range map[string]string{"sue": "contacts?order=oldest", "ole": "contacts?order=name"} {
		if got := h.as(login).ask("GET", "/api/v1/"+query, "", ""); got.status != 200 {
			t.Errorf("%s of %s: %d %v", query, login, got.status, got.body)
		}
	}
}
