package storage_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ctihub/leads"
)

const botVia = "telegram:7"

func testLinks(t *testing.T, o office) {
	ctx := t.Context()
	anna, oleg := o.hire("anna", leads.RoleManager, ""), o.hire("oleg", leads.RoleManager, "")
	code := func(u leads.User, via string) string {
		c, expires, err := o.NewLinkCode(ctx, u.ID, via)
		if err != nil || time.Until(expires) > 16*time.Minute || len(c) < 20 {
			t.Fatalf("code %q until %s, %v", c, expires, err)
		}
		return c
	}
	first := code(anna, botVia)
	second := code(anna, botVia)
	for name, c := range map[string][2]string{"replaced": {botVia, first}, "another bot's": {"telegram:8", second}, "none": {botVia, ""}} {
		if _, err := o.Link(ctx, c[0], "501", c[1]); !errors.Is(err, leads.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if u := must(o.Link(ctx, botVia, "501", second))(t); u.ID != anna.ID {
		t.Errorf("linked %+v", u)
	}
	if _, err := o.Link(ctx, botVia, "666", second); !errors.Is(err, leads.ErrNotFound) {
		t.Errorf("a code was used twice: %v", err)
	}
	if u := must(o.Linked(ctx, botVia, "501"))(t); u.ID != anna.ID {
		t.Errorf("linked %+v", u)
	}
	// Another user in the same chat takes it over; another chat replaces the old one.
	must(o.Link(ctx, botVia, "501", code(oleg, botVia)))(t)
	must(o.Link(ctx, botVia, "502", code(oleg, botVia)))(t)
	if links := must(o.Links(ctx, botVia))(t); len(links) != 1 || links[oleg.ID] != "502" {
		t.Errorf("links %v", links)
	}
	if of := must(o.LinksOf(ctx, oleg.ID))(t); len(of) != 1 || of[botVia].IsZero() {
		t.Errorf("links of oleg %v", of)
	}
	oleg.Disabled = true
	must(o.UpdateUser(ctx, oleg))(t)
	if _, err := o.Linked(ctx, botVia, "502"); !errors.Is(err, leads.ErrNotFound) {
		t.Errorf("a disabled user is linked: %v", err)
	}
	if _, err := o.Link(ctx, botVia, "503", code(oleg, botVia)); !errors.Is(err, leads.ErrNotFound) {
		t.Errorf("a disabled user links: %v", err)
	}
	if u := must(o.Unlink(ctx, botVia, "502"))(t); u.ID != oleg.ID {
		t.Errorf("unlinked %+v", u)
	}
	if _, err := o.Unlink(ctx, botVia, "502"); !errors.Is(err, leads.ErrNotFound) {
		t.Errorf("unlinked twice: %v", err)
	}
	must(o.Link(ctx, botVia, "501", code(anna, botVia)))(t)
	if err := o.UnlinkUser(ctx, anna.ID, botVia); err != nil {
		t.Error(err)
	}
	if links := must(o.Links(ctx, botVia))(t); len(links) != 0 {
		t.Errorf("links %v", links)
	}
}

func testTakeLead(t *testing.T, o office) {
	ctx := t.Context()
	anna, oleg := o.hire("anna", leads.RoleManager, "sales"), o.hire("oleg", leads.RoleManager, "sales")
	service, operator, boss := o.hire("vera", leads.RoleManager, "service"), o.hire("ole", leads.RoleOperator, "sales"), o.hire("boss", leads.RoleAdmin, "")
	touch := form("1", ivan)
	touch.Team = "sales"
	id := o.put(touch)[0].LeadID
	for name, c := range map[string]struct {
		u    leads.User
		want error
	}{"another team's": {service, leads.ErrNotFound}, "an operator who does not see it": {operator, leads.ErrNotFound}, "an admin": {boss, leads.ErrForbidden}} {
		if l, err := o.Take(ctx, c.u, id); !errors.Is(err, c.want) || l.ID != "" {
			t.Errorf("%s: %+v, %v", name, l, err)
		}
	}
	o.published()
	l, err := o.Take(ctx, anna, id)
	events := o.published()
	if err != nil || l.ManagerID != anna.ID || len(events) != 1 || events[0].Type != leads.EventLeadAssigned {
		t.Fatalf("%+v, %v, %v", l, events, err)
	}
	o.published()
	if l, err = o.Take(ctx, anna, id); err != nil || l.ManagerID != anna.ID || len(o.published()) != 0 {
		t.Errorf("again: %+v, %v, %v", l, events, err)
	}
	if l, err = o.Take(ctx, oleg, id); !errors.Is(err, leads.ErrConflict) || l.ManagerID != anna.ID {
		t.Errorf("a colleague: %+v, %v", l, err)
	}
	if l, err = o.Take(ctx, service, id); !errors.Is(err, leads.ErrNotFound) || l.ID != "" {
		t.Errorf("another team's: %+v, %v", l, err)
	}
	// Whoever was rung sees the lead, and hears whose it is.
	rung := o.hire("rung", leads.RoleOperator, "sales", "100")
	o.put(call("rings", ivan, "100"))
	if l, err = o.Take(ctx, rung, id); !errors.Is(err, leads.ErrConflict) || l.ManagerID != anna.ID {
		t.Errorf("whoever was rung: %+v, %v", l, err)
	}
	if _, err = o.Take(ctx, anna, "none"); !errors.Is(err, leads.ErrNotFound) {
		t.Errorf("no such lead: %v", err)
	}
}

// Of many who press at once, one has the lead, and the others hear whose it is.
func testTakeRace(t *testing.T, o office) {
	var all []leads.User
	for _, login := range []string{"a", "b", "c", "d", "e", "f"} {
		all = append(all, o.hire(login, leads.RoleManager, ""))
	}
	id := o.put(form("1", ivan))[0].LeadID
	var won, lost atomic.Int64
	var winner atomic.Value
	var pressing sync.WaitGroup
	for _, u := range all {
		pressing.Go(func() {
			o.published()
			l, err := o.Take(t.Context(), u, id)
			events := o.published()
			switch {
			case err == nil && len(events) == 1:
				won.Add(1)
				winner.Store(l.ManagerID)
			case errors.Is(err, leads.ErrConflict) && l.ManagerID != "" && l.ManagerID != u.ID:
				lost.Add(1)
			default:
				t.Errorf("%+v, %v, %v", l, events, err)
			}
		})
	}
	pressing.Wait()
	if l := must(o.Lead(t.Context(), admin, id))(t); won.Load() != 1 || lost.Load() != 5 || l.ManagerID != winner.Load() {
		t.Errorf("%d won, %d lost, the lead is %s's", won.Load(), lost.Load(), l.ManagerID)
	}
}

func testDigests(t *testing.T, o office) {
	ctx := t.Context()
	anna := o.hire("anna", leads.RoleManager, "")
	o.hire("oleg", leads.RoleManager, "") // has no link
	code, _, err := o.NewLinkCode(ctx, anna.ID, botVia)
	if err != nil {
		t.Fatal(err)
	}
	must(o.Link(ctx, botVia, "501", code))(t)
	s := o.put(form("1", ivan), form("2", mail), form("3", phone(3)))
	o.give(s[0].LeadID, anna)
	o.give(s[1].LeadID, anna)
	if _, err := o.SetLeadStatus(ctx, admin, s[1].LeadID, leads.LeadWorking, ""); err != nil {
		t.Fatal(err)
	}
	events := o.recorded(func() error { return o.WriteDigests(ctx, "2026-11-22", time.Now()) })
	if len(events) != 1 || len(events[0].Audience) != 1 || events[0].Audience[0] != anna.ID {
		t.Fatalf("events %+v", events)
	}
	if d := body(t, events[0]).Digest; d == nil || *d != (leads.Digest{UserID: anna.ID, Day: "2026-11-22", NewLeads: 1, OpenLeads: 2}) {
		t.Errorf("digest %+v", d)
	}
	if again := o.recorded(func() error { return o.WriteDigests(ctx, "2026-11-22", time.Now()) }); len(again) != 0 {
		t.Errorf("the day's digest twice: %+v", again)
	}
	if next := o.recorded(func() error { return o.WriteDigests(ctx, "2026-11-23", time.Now()) }); len(next) != 1 {
		t.Errorf("the next day: %+v", next)
	}
}
