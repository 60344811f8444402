package storage_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/views"
	"ctihub/storage"
)

func (o office) views() *views.Service {
	return &views.Service{Store: storage.Room[views.Tx]{Store: o.Store}, Now: func() time.Time { return noon }}
}

// A view is found by its owner, its team or everybody; its owner and supervisors change it; a
// name is given once for each of these.
func testViews(t *testing.T, o office) {
	ctx, s := t.Context(), o.views()
	anna, boris := o.hire("anna", leads.RoleOperator, "sales", "100"), o.hire("boris", leads.RoleManager, "service", "101")
	every, chief := o.hire("every", leads.RoleManager, "", "102"), o.hire("chief", leads.RoleSupervisor, "")
	add := func(u leads.User, name string, a leads.Audience, team string) (leads.View, error) {
		return s.Add(ctx, u, leads.View{List: leads.ViewCalls, Name: name, Query: "?queue=sales&direction=in", Audience: a, Team: team})
	}
	own := must(add(anna, " Пропущенные ", "", ""))(t)
	if own.Name != "Пропущенные" || own.Query != "direction=in&queue=sales" || own.Audience != leads.AudienceOwner || own.Owner.ID != anna.ID || !own.Updated.Equal(noon) {
		t.Errorf("stored %+v", own)
	}
	sales := must(add(chief, "Пропущенные", leads.AudienceTeam, "sales"))(t)
	all := must(add(chief, "Пропущенные", leads.AudienceAll, "ignored"))(t)
	must(add(boris, "пропущённые", "", ""))(t)
	for login, want := range map[*leads.User][]string{&anna: {own.ID, sales.ID, all.ID}, &every: {sales.ID, all.ID}, &chief: {sales.ID, all.ID}, &boris: {all.ID}} {
		var got []string
		for _, v := range must(s.List(ctx, *login))(t) {
			if v.Owner.Name == "" || v.ID == all.ID && v.Team != "" {
				t.Errorf("listed %+v", v)
			}
			if got = append(got, v.ID); v.Owner.ID == boris.ID {
				got = got[:len(got)-1] // seen by boris alone
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s finds %v, want %v", login.Login, got, want)
		}
	}

	name, query, unknown, team, toAll := "Late", "q=7&order=oldest", "colour=red", "service", leads.AudienceAll
	for what, c := range map[string]struct {
		err  error
		want error
	}{
		"a taken name, ё and Е alike":    {errorOf(add(boris, "ПРОПУЩЕННЫЕ", "", "")), leads.ErrExists},
		"an operator shares":             {errorOf(add(anna, "x", leads.AudienceAll, "")), leads.ErrForbidden},
		"an operator shares later":       {errorOf(s.Change(ctx, anna, own.ID, leads.ViewChange{Audience: &toAll})), leads.ErrForbidden},
		"a team without a name":          {errorOf(add(chief, "x", leads.AudienceTeam, " ")), leads.ErrInvalid},
		"no name":                        {errorOf(add(chief, " ", "", "")), leads.ErrInvalid},
		"an unknown filter":              {errorOf(s.Change(ctx, anna, own.ID, leads.ViewChange{Query: &unknown})), leads.ErrInvalid},
		"nothing":                        {errorOf(s.Change(ctx, anna, own.ID, leads.ViewChange{})), leads.ErrInvalid},
		"a colleague's own":              {errorOf(s.Change(ctx, chief, own.ID, leads.ViewChange{Name: &name})), leads.ErrNotFound},
		"another team's":                 {errorOf(s.Change(ctx, boris, sales.ID, leads.ViewChange{Name: &name})), leads.ErrNotFound},
		"a shared one":                   {errorOf(s.Change(ctx, anna, sales.ID, leads.ViewChange{Name: &name})), leads.ErrForbidden},
		"a shared one is deleted":        {s.Delete(ctx, anna, all.ID), leads.ErrForbidden},
		"a colleague's own is deleted":   {s.Delete(ctx, chief, own.ID), leads.ErrNotFound},
		"an unknown list":                {errorOf(s.Add(ctx, anna, leads.View{List: "users", Name: "x"})), leads.ErrInvalid},
		"an outdated change":             {errorOf(s.Change(ctx, anna, own.ID, leads.ViewChange{Name: &name}, func(leads.View) error { return leads.ErrConflict })), leads.ErrConflict},
		"a name that the audience takes": {errorOf(s.Change(ctx, chief, sales.ID, leads.ViewChange{Audience: &toAll})), leads.ErrExists},
	} {
		if !errors.Is(c.err, c.want) {
			t.Errorf("%s: %v, want %v", what, c.err, c.want)
		}
	}

	changed := must(s.Change(ctx, anna, own.ID, leads.ViewChange{Name: &name, Query: &query}))(t)
	if changed.Name != name || changed.Query != "order=oldest&q=7" || changed.Audience != leads.AudienceOwner {
		t.Errorf("changed to %+v", changed)
	}
	moved := must(s.Change(ctx, chief, sales.ID, leads.ViewChange{Team: &team}))(t)
	if found := must(s.List(ctx, boris))(t); moved.Team != team || !slices.ContainsFunc(found, func(v leads.View) bool { return v.ID == sales.ID && v.Name == "Пропущенные" }) {
		t.Errorf("moved to %+v; boris finds %+v", moved, found)
	}
	if err := s.Delete(ctx, chief, all.ID); err != nil {
		t.Error(err)
	}
	if err := s.Delete(ctx, chief, all.ID); !errors.Is(err, leads.ErrNotFound) {
		t.Errorf("deleted twice: %v", err)
	}
}

// errorOf is the error of two results.
func errorOf[T any](_ T, err error) error { return err }

// Of several that save a view under one name at once, one succeeds; the others are told.
func testViewRace(t *testing.T, o office) {
	chief, s := o.hire("chief", leads.RoleSupervisor, ""), o.views()
	var all sync.WaitGroup
	errs := make([]error, 6)
	for i := range errs {
		all.Go(func() {
			_, errs[i] = s.Add(t.Context(), chief, leads.View{List: leads.ViewLeads, Name: "New", Audience: leads.AudienceAll})
		})
	}
	all.Wait()
	stored := 0
	for _, err := range errs {
		if err == nil {
			stored++
		} else if !errors.Is(err, leads.ErrExists) {
			t.Error(err)
		}
	}
	if list := must(s.List(t.Context(), chief))(t); stored != 1 || len(list) != 1 {
		t.Errorf("%d were told that it is stored, %d views", stored, len(list))
	}
}
