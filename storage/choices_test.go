package storage_test

import (
	"fmt"
	"slices"
	"testing"

	"ctihub/leads"
	"ctihub/storage"
)

// testChoices: filters offer each value that is in use once, sorted; of tags those of the contacts
// that the viewer sees, and of nobody else's.
func testChoices(t *testing.T, o office) {
	w := makeWorld(t, o)
	for i := range w.contacts {
		c := &w.contacts[i]
		c.Tags = []string{"Everybody", fmt.Sprint("Tag ", i)}
		must(o.ChangeContact(t.Context(), sees(w.users["gleb"]), c.ID, leads.ContactChange{Tags: &c.Tags}))(t)
	}
	of := map[string][]string{}
	add := func(what string, values ...string) { of[what] = append(of[what], values...) }
	for _, i := range w.touches {
		add("sources", i.Source)
		if i.Call != nil {
			add("queues", i.Call.Queue)
			if i.Call.Direction == leads.In {
				add("lines", i.Call.DID)
			}
		}
	}
	for _, l := range w.leads {
		add("sources", l.Source)
		add("advertisements", l.UTM["utm_source"])
		if l.ManagerID == "" {
			add("teams", l.Team)
		}
	}
	for _, u := range w.users {
		add("teams", u.Team)
	}
	divided := 0
	for login, u := range w.users {
		of["tags"] = nil
		for _, c := range w.contacts {
			if w.seesContact(u, c) {
				add("tags", c.Tags...)
			}
		}
		if tags := len(leads.SortChoices(of["tags"])); tags > 0 && tags <= len(w.contacts) {
			divided++
		}
		got := must(o.Choices(t.Context(), sees(u)))(t)
		for what, list := range map[string][]string{
			"queues": got.Queues, "lines": got.Lines, "sources": got.Sources, "teams": got.Teams, "tags": got.Tags, "advertisements": got.Advertisements,
		} {
			want := leads.SortChoices(of[what])
			if !slices.Equal(list, want) || len(want) < 2 && what != "tags" {
				t.Errorf("%s of %s: %q, want %q", what, login, list, want)
			}
		}
	}
	if divided < 3 {
		t.Errorf("%d users see tags of some contacts", divided)
	}
}

// testChoicesOfCompany: a team that has no users is a choice while one of its leads has no manager;
// a number that the company called is no line.
func testChoicesOfCompany(t *testing.T, o office) {
	f := form("f", ivan)
	f.Team = "Nobody's"
	s := o.put(f)[0]
	if c := must(o.Choices(t.Context(), admin))(t); !slices.Equal(c.Teams, []string{"Nobody's"}) {
		t.Errorf("teams %q", c.Teams)
	}
	out := call("L1", leads.Identity{}, "100")
	out.Direction, out.Call.Direction, out.Call.DID = leads.Out, leads.Out, ivan.Value
	o.put(out)
	o.give(s.LeadID, o.hire("anna", leads.RoleManager, ""))
	if c := must(o.Choices(t.Context(), admin))(t); len(c.Teams) > 0 || len(c.Lines) > 0 {
		t.Errorf("teams %q, lines %q", c.Teams, c.Lines)
	}
}

// testChoicesBound: there are at most ChoicesMost choices, and tags that differ in their case only
// are one. Who does not see all gets those of their newest contacts.
func testChoicesBound(t *testing.T, o office) {
	anna, chief := o.hire("anna", leads.RoleManager, ""), o.hire("chief", leads.RoleSupervisor, "")
	for n := range leads.ChoicesMost/20 + 2 {
		s := o.put(form(fmt.Sprint("f", n), phone(n)))[0]
		o.give(s.LeadID, anna)
		tags := []string{[]string{"vip", "VIP"}[n%2]}
		for i := range 19 {
			tags = append(tags, fmt.Sprintf("%02d.%02d", n, i))
		}
		must(o.ChangeContact(t.Context(), sees(chief), s.ContactID, leads.ContactChange{Tags: &tags}))(t)
	}
	for _, u := range []leads.User{anna, chief} {
		c := must(o.Choices(t.Context(), sees(u)))(t)
		if len(c.Tags) != leads.ChoicesMost || !slices.IsSorted(c.Tags) {
			t.Errorf("%s: %d tags, %q", u.Login, len(c.Tags), c.Tags)
		}
	}
	storage.LookAt(o.Store, 1)
	if c := must(o.Choices(t.Context(), sees(anna)))(t); len(c.Tags) != 4*19+1 || c.Tags[0] != "23.00" {
		t.Errorf("of the newest contacts: %q", c.Tags)
	}
}
