package e2e

import (
	"context"
	"encoding/json"
	"testing"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/leads"
)

// widths of the windows in which the workplace is used, from a telephone to a
// large screen.
var widths = []int{360, 768, 1280, 1440, 1920}

// Every page, as every role, in both languages and in windows of every usual
// width (for all roles the top bar and the navigation, for the administrator all
// pages): the top bar, the navigation and what opens from them stay in the window,
// the page does not scroll sideways, and no word is broken inside. Those who take
// calls are paused, which makes the top bar longest.
func TestBrowserPagesFitTheirWindow(t *testing.T) {
	t.Parallel()
	h := hubtest.StartDemo(t)
	h.Person("root", "Александра Преображенская", leads.RoleAdmin, "111")
	pauseAll(h)
	_, token := h.Person("reader", "Reader", leads.RoleSupervisor)
	lead := hubtest.List[leads.Lead](h, token, "/api/v1/leads", nil)[0]
	company, line := companyWithLine(h, token)
	paths := []string{"/", "/next", "/leads?stage=all", "/leads?look=board", "/pipelines", "/fields", "/leads/" + lead.ID, "/calls", "/tasks", "/tasks?state=done", "/contacts", "/contacts/" + lead.ContactID, "/companies", "/companies/" + company, "/contacts/" + line, "/search?q=а",
		"/without-facts", "/team", "/templates", "/dictionaries", "/sources", "/integrations", "/quarantine", "/journal", "/nowhere"}
	b := hubtest.NewBrowser(t)
	for login, secret := range map[string]string{
		"operator": "demo-operator", "sales": "demo-sales", "supervisor": "demo-supervisor", "root": hubtest.Password,
	} {
		whole, lists := []int{360, 1280}, []int{}
		if login == "root" { // the administrator sees all pages
			whole, lists = widths, []int{360, 1280}
		}
		b.Do("open", login, map[string]any{"url": h.URL, "login": login, "password": secret, "cards": false})
		var wrong []string
		found := b.Do("layout", login, map[string]any{"widths": widths, "whole": whole, "paths": paths, "languages": []string{"ru", "en"}, "lists": lists})
		if err := json.Unmarshal([]byte(found.(string)), &wrong); err != nil {
			t.Fatal(err)
		}
		for _, w := range wrong {
			t.Errorf("%s %s", login, w)
		}
		b.Do("close", login, nil)
	}
}

// pauseAll pauses all users for lunch.
func pauseAll(h *hubtest.Hub) {
	h.T.Helper()
	users, err := h.Store().Users(context.Background(), leads.Page{Limit: 100})
	if err != nil {
		h.T.Fatal(err)
	}
	for _, u := range users.Items {
		if _, err := h.People().SetPresence(context.Background(), u.ID, leads.PresenceState{Presence: leads.Paused, Reason: leads.PauseTraining}); err != nil {
			h.T.Fatal(err)
		}
	}
}

// The navigation has room for twenty entries in two groups, in windows of every
// usual width, in both languages, with names and with icons only: nothing lies
// over another or is cut off, and the keyboard reaches every entry.
func TestBrowserNavigationHasRoomForTwenty(t *testing.T) {
	t.Parallel()
	b := hubtest.NewBrowser(t)
	var wrong []string
	found := b.Do("navigation", "", map[string]any{"widths": widths, "languages": []string{"ru", "en"}})
	if err := json.Unmarshal([]byte(found.(string)), &wrong); err != nil {
		t.Fatal(err)
	}
	for _, w := range wrong {
		t.Error(w)
	}
}
