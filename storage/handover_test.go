package storage_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/handover"
	"ctihub/leads/tasks"
	"ctihub/storage"
)

func (o office) handing() *handover.Service {
	return &handover.Service{Store: storage.Room[handover.Tx]{Store: o.Store}, Now: time.Now}
}

// has counts what a user has, as they see it.
func (o office) has(u leads.User) string {
	open := true
	return fmt.Sprint(len(o.leads(admin, leads.LeadFilter{ManagerID: u.ID, Open: &open})), " leads ",
		len(o.contacts(admin, leads.ContactFilter{OwnerID: u.ID})), " contacts ", len(o.tasks(admin, leads.TaskFilter{OwnerID: u.ID})), " tasks", companiesOf(o, u))
}

// companiesOf counts the companies of a user; nothing for none.
func companiesOf(o office, u leads.User) string {
	if n := len(must(o.Companies(o.t.Context(), leads.CompanyFilter{OwnerID: u.ID}, whole))(o.t).Items); n > 0 {
		return fmt.Sprint(" ", n, " companies")
	}
	return ""
}

// testHandOver: a preview changes nothing; everything, or a part by a filter, goes to one user or in
// turn to several, all of a customer to the same, with history, events and what each sees; the
// same key again changes nothing; whoever is dismissed cannot sign in and has nothing.
func testHandOver(t *testing.T, o office) {
	ctx, s := t.Context(), o.handing()
	anna, boris, vera := o.hire("anna", leads.RoleManager, "", "100"), o.hire("boris", leads.RoleManager, ""), o.hire("vera", leads.RoleManager, "")
	chief, root := o.hire("chief", leads.RoleSupervisor, ""), o.hire("root", leads.RoleAdmin, "")
	chief.Way = leads.WayPage
	for n := range 6 {
		f := form(fmt.Sprint("f", n), phone(n))
		f.Source = []string{"site", "fair"}[n%2]
		stored := o.put(f)[0]
		o.give(stored.LeadID, anna)
		if n < 3 {
			must(o.tasking().Plan(ctx, sees(anna), tasks.Plan{Kind: leads.TaskCall, Title: "Ask", Due: time.Now().Add(time.Hour), LeadID: stored.LeadID}))(t)
		}
		if n == 5 {
			must(pipelineOf(o.Store).Move(ctx, sees(anna), stored.LeadID, leads.LeadWon, ""))(t)
		}
	}
	for _, name := range []string{"Ромашка", "Лютик", "Мак"} {
		o.company(anna, name)
	}
	must(o.companies().Share(ctx, sees(boris), o.company(boris, "Василёк").ID, phone(9).Value, false))(t)
	want := func(what string, r handover.Result, of string, shares ...string) {
		t.Helper()
		var got []string
		for _, s := range r.To {
			got = append(got, fmt.Sprint(s.User.Name, s.Counts))
		}
		if text := fmt.Sprint(r.Counts); text != of || !slices.Equal(got, shares) {
			t.Errorf("%s: %s to %q, want %s to %q", what, text, got, of, shares)
		}
	}
	all := handover.Wanted{From: anna.ID, To: []string{boris.ID, vera.ID}, DryRun: true}
	before := len(o.changes(leads.HistoryFilter{}))
	r := must(s.HandOver(ctx, chief, all))(t)
	want("preview", r, "{5 6 3 3}", "The boris{3 3 2 2}", "The vera{2 3 1 1}")
	if len(r.Left) != 1 || r.Left[0] != (handover.Left{What: handover.Leads, Reason: "closed", Count: 1}) {
		t.Errorf("left: %+v", r.Left)
	}
	if got := o.has(anna); got != "5 leads 6 contacts 3 tasks 3 companies" || len(o.changes(leads.HistoryFilter{})) != before {
		t.Errorf("after the preview anna has %s", got)
	}
	part := handover.Wanted{Key: "k1", From: anna.ID, To: []string{boris.ID}, Filter: handover.Filter{What: []handover.What{handover.Leads}, Source: "fair"}}
	events := o.recorded(func() (err error) { r, err = s.HandOver(ctx, chief, part); return err })
	want("a part", r, "{2 0 0 0}", "The boris{2 0 0 0}")
	if len(events) != 2 || events[0].Type != leads.EventLeadUpdated || !slices.Contains(events[0].Audience, anna.ID) || !slices.Contains(events[0].Audience, boris.ID) {
		t.Errorf("events %v", types(events))
	}
	if got := o.has(boris); got != "2 leads 1 contacts 0 tasks 1 companies" {
		t.Errorf("boris has %s", got)
	}
	last := o.changes(leads.HistoryFilter{Field: leads.FieldManager, Way: leads.WayPage})
	if len(last) != 2 || last[0].Before != "The anna" || last[0].After != "The boris" || last[0].By.Name != "The chief" || last[0].Note != "by_hand:The chief" {
		t.Errorf("history %+v", last)
	}
	again := must(s.HandOver(ctx, chief, part))(t)
	want("the same key", again, "{2 0 0 0}", "The boris{2 0 0 0}")
	part.Source = "site"
	if _, err := s.HandOver(ctx, chief, part); !errors.Is(err, leads.ErrConflict) {
		t.Errorf("the key for another one: %v", err)
	}
	for what, c := range map[string]struct {
		u    leads.User
		w    handover.Wanted
		want error
	}{
		"a manager":            {boris, handover.Wanted{From: anna.ID, To: []string{boris.ID}}, leads.ErrForbidden},
		"to nobody":            {chief, handover.Wanted{From: anna.ID}, leads.ErrInvalid},
		"to themselves":        {chief, handover.Wanted{From: anna.ID, To: []string{anna.ID}}, leads.ErrInvalid},
		"to a supervisor":      {chief, handover.Wanted{From: anna.ID, To: []string{chief.ID}}, leads.ErrInvalid},
		"of nobody":            {chief, handover.Wanted{From: "none", To: []string{anna.ID}}, leads.ErrInvalid},
		"contacts of a source": {chief, handover.Wanted{From: anna.ID, To: []string{vera.ID}, Filter: handover.Filter{What: []handover.What{handover.Contacts}, Source: "site"}}, leads.ErrInvalid},
		"leaving with a part":  {chief, handover.Wanted{From: anna.ID, To: []string{vera.ID}, Dismiss: true, Filter: handover.Filter{Tag: "x"}}, leads.ErrInvalid},
		"leaving things":       {chief, handover.Wanted{From: anna.ID, Dismiss: true}, leads.ErrInvalid},
		"dismissing oneself":   {chief, handover.Wanted{From: chief.ID, Dismiss: true}, leads.ErrInvalid},
		"an administrator":     {chief, handover.Wanted{From: root.ID, Dismiss: true}, leads.ErrForbidden},
	} {
		if _, err := s.HandOver(ctx, c.u, c.w); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", what, err)
		}
	}
	must(o.CreateToken(ctx, anna.ID, "script", "hash", time.Now()))(t)
	if _, err := o.UserByToken(ctx, "hash"); err != nil {
		t.Fatal(err)
	}
	leave := handover.Wanted{Key: "k2", From: anna.ID, To: []string{boris.ID, vera.ID}, Dismiss: true}
	r = must(s.HandOver(ctx, chief, leave))(t)
	if !r.Dismissed || o.has(anna) != "0 leads 0 contacts 0 tasks" || len(must(o.Owned(ctx, anna.ID, handover.Filter{}))(t)) != 0 {
		t.Errorf("dismissed %v, anna has %s", r.Dismissed, o.has(anna))
	}
	gone := must(o.User(ctx, anna.ID))(t)
	if _, err := o.UserByToken(ctx, "hash"); !gone.Disabled || len(gone.Extensions) != 0 || !errors.Is(err, leads.ErrNotFound) {
		t.Errorf("anna is %+v; her token: %v", gone, err)
	}
	for _, u := range []leads.User{boris, vera} {
		for _, l := range o.leads(sees(u), leads.LeadFilter{ManagerID: u.ID}) {
			if c := must(o.Contact(ctx, sees(u), l.ContactID))(t); len(o.interactions(sees(u), leads.InteractionFilter{ContactID: c.ID})) == 0 {
				t.Errorf("%s does not see what %s wrote", u.Login, c.Name)
			}
		}
	}
	o.checkSights()
}

// testHandOverLosesRace: what somebody took meanwhile stays theirs, and is not counted.
func testHandOverLosesRace(t *testing.T, o office) {
	ctx := t.Context()
	anna, boris, vera, chief := o.hire("anna", leads.RoleManager, ""), o.hire("boris", leads.RoleManager, ""), o.hire("vera", leads.RoleManager, ""), o.hire("chief", leads.RoleSupervisor, "")
	stored := o.put(form("f1", ivan))[0]
	o.give(stored.LeadID, anna)
	items := must(o.Owned(ctx, anna.ID, handover.Filter{}))(t)
	must(o.Reassign(ctx, admin, stored.LeadID, vera.ID, "by_hand:x"))(t)
	var given []handover.Given
	err := storage.Room[handover.Tx]{Store: o.Store}.Tx(ctx, func(ctx context.Context, tx handover.Tx) (err error) {
		all := []handover.Given{}
		for _, i := range items {
			all = append(all, handover.Given{Item: i, To: leads.Person{ID: boris.ID, Name: boris.Name}})
		}
		given, err = tx.Give(ctx, sees(chief), leads.Person{ID: anna.ID, Name: anna.Name}, all, "by_hand:x")
		return err
	})
	if err != nil || len(given) != 1 || given[0].What != handover.Contacts {
		t.Errorf("given %v, %v", given, err)
	}
	if l := must(o.Lead(ctx, admin, stored.LeadID))(t); l.ManagerID != vera.ID {
		t.Errorf("the lead is %s's", l.ManagerName)
	}
}
