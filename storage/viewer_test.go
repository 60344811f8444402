package storage_test

import (
	"errors"
	"slices"
	"testing"

	"ctihub/leads"
)

// testViewerRules: every list and every record, for every role, with ids that
// the viewer may and may not see.
func testViewerRules(t *testing.T, o office) {
	owner, manager, rung, talked := o.hire("owner", leads.RoleManager, "a"), o.hire("manager", leads.RoleManager, "b"), o.hire("rung", leads.RoleOperator, "c", "100"), o.hire("talked", leads.RoleOperator, "d", "101")
	stranger, operator := o.hire("stranger", leads.RoleManager, "e"), o.hire("operator", leads.RoleOperator, "f")
	supervisor, chief := o.hire("supervisor", leads.RoleSupervisor, ""), o.hire("chief", leads.RoleAdmin, "")

	// One contact with two calls and a form; its lead went from owner to manager.
	one, two, note := call("L1", ivan, "100"), call("L2", ivan, "999"), form("1", ivan)
	s := o.put(one, two, note)
	o.give(s[0].LeadID, owner)
	must(o.Reassign(t.Context(), admin, s[0].LeadID, manager.ID, "by_hand:x"))(t)
	// Whoever talked sees the call, even when no leg tells that they were rung.
	two = answer(two, 0)
	two.Call.Operator = "101"
	o.put(two)
	// Somebody else's contact, lead and call, and a call of nobody.
	other := o.put(call("L3", phone(3), "102"))[0]
	o.give(other.LeadID, o.hire("elsewhere", leads.RoleManager, "g", "102"))
	nobodys := o.put(call("L4", leads.Identity{}, "100"))[0]

	mine := []string{s[0].InteractionID, s[1].InteractionID, s[2].InteractionID}
	for _, c := range []struct {
		who                            leads.User
		contact, lead                  bool
		calls                          []string
		nobody, everything, timelineOf bool
	}{
		{who: owner, contact: true},
		{who: manager, contact: true, lead: true, calls: mine[:2]},
		{who: rung, contact: true, lead: true, calls: mine[:1], nobody: true},
		{who: talked, contact: true, lead: true, calls: mine[1:2]},
		{who: stranger},
		{who: operator},
		{who: supervisor, everything: true},
		{who: chief, everything: true},
		{who: leads.User{ID: "unknown", Role: leads.RoleManager}},
		{who: leads.User{ID: "", Role: leads.RoleOperator}},
	} {
		t.Run(c.who.Login, func(t *testing.T) {
			o := office{t, o.Store}
			v := sees(c.who)
			var contacts, leadIDs, interactions, calls []string
			if c.contact {
				contacts, interactions = []string{s[0].ContactID}, mine
			}
			if c.lead {
				leadIDs = []string{s[0].LeadID}
			}
			calls = c.calls
			if c.nobody {
				calls, interactions = append(slices.Clone(calls), nobodys.InteractionID), append(slices.Clone(interactions), nobodys.InteractionID)
			}
			all := struct{ contacts, leads, interactions, calls []string }{
				[]string{s[0].ContactID, other.ContactID}, []string{s[0].LeadID, other.LeadID},
				append(slices.Clone(mine), other.InteractionID, nobodys.InteractionID),
				append(slices.Clone(mine[:2]), other.InteractionID, nobodys.InteractionID),
			}
			if c.everything {
				contacts, leadIDs, interactions, calls = all.contacts, all.leads, all.interactions, all.calls
			}
			same := func(what string, got, want []string) {
				t.Helper()
				got, want = slices.Clone(got), slices.Clone(want)
				slices.Sort(got)
				slices.Sort(want)
				if !slices.Equal(got, want) {
					t.Errorf("%s: sees %v, want %v", what, got, want)
				}
			}
			same("contacts", ids(o.contacts(v, leads.ContactFilter{}), func(c leads.Contact) string { return c.ID }), contacts)
			same("contacts by phone", ids(o.contacts(v, leads.ContactFilter{Phone: ivan.Value}), func(c leads.Contact) string { return c.ID }), intersect(contacts, all.contacts[:1]))
			same("contacts by search", ids(o.contacts(v, leads.ContactFilter{Query: "916"}), func(c leads.Contact) string { return c.ID }), contacts)
			leadID := func(l leads.Lead) string { return l.ID }
			same("leads", ids(o.leads(v, leads.LeadFilter{}), leadID), leadIDs)
			same("leads of the contact", ids(o.leads(v, leads.LeadFilter{ContactID: s[0].ContactID}), leadID), intersect(leadIDs, all.leads[:1]))
			same("leads of the manager", ids(o.leads(v, leads.LeadFilter{ManagerID: manager.ID}), leadID), intersect(leadIDs, all.leads[:1]))
			interactionID := func(i leads.Interaction) string { return i.ID }
			same("interactions", ids(o.interactions(v, leads.InteractionFilter{}), interactionID), interactions)
			same("timeline of the contact", ids(o.interactions(v, leads.InteractionFilter{ContactID: s[0].ContactID}), interactionID), intersect(interactions, mine))
			same("timeline of the lead", ids(o.interactions(v, leads.InteractionFilter{LeadID: s[0].LeadID}), interactionID), intersect(interactions, mine))
			same("interaction by key", ids(o.interactions(v, leads.InteractionFilter{Source: "site", ExternalID: "1"}), interactionID), intersect(interactions, mine[2:]))
			callID := func(c leads.CallRecord) string { return c.ID }
			same("calls", ids(o.calls(v, leads.CallFilter{}), callID), calls)
			same("calls of the contact", ids(o.calls(v, leads.CallFilter{ContactID: s[0].ContactID}), callID), intersect(calls, mine[:2]))
			same("calls by linkedid", ids(o.calls(v, leads.CallFilter{Linkedid: "L2"}), callID), intersect(calls, mine[1:2]))

			ctx := t.Context()
			each := func(what string, all, may []string, get func(id string) error) {
				t.Helper()
				for _, id := range append(all, "missing", "") {
					err := get(id)
					if may := slices.Contains(may, id); may && err != nil || !may && !errors.Is(err, leads.ErrNotFound) {
						t.Errorf("%s %q: may see %v, error %v", what, id, may, err)
					}
				}
			}
			each("contact", all.contacts, contacts, func(id string) error { return second(o.Contact(ctx, v, id)) })
			each("lead", all.leads, leadIDs, func(id string) error { return second(o.Lead(ctx, v, id)) })
			each("interaction", all.interactions, interactions, func(id string) error { return second(o.Interaction(ctx, v, id)) })
			each("call", append(all.calls, mine[2]), calls, func(id string) error { return second(o.Call(ctx, v, id)) })
			// Who may not see may not change.
			each("rename", all.contacts, contacts, func(id string) error {
				_, err := o.ChangeContact(ctx, v, id, renamed("Иван", ""))
				return err
			})
			each("status", all.leads, leadIDs, func(id string) error {
				_, err := o.SetLeadStatus(ctx, v, id, leads.LeadNew, "")
				if errors.Is(err, leads.ErrInvalid) || errors.Is(err, leads.ErrForbidden) {
					return nil // seen, and refused as a step back or as a colleague's
				}
				return err
			})
			each("hand over", all.leads, leadIDs, func(id string) error {
				_, err := o.Reassign(ctx, v, id, supervisor.ID, "by_hand:x")
				if errors.Is(err, leads.ErrInvalid) || errors.Is(err, leads.ErrForbidden) {
					return nil // seen; supervisors take no leads, and a colleague's is not handed over
				}
				return err
			})
		})
	}
}

func ids[T any](list []T, id func(T) string) (out []string) {
	for _, x := range list {
		out = append(out, id(x))
	}
	return out
}

func intersect(a, b []string) (out []string) {
	for _, x := range a {
		if slices.Contains(b, x) {
			out = append(out, x)
		}
	}
	return out
}

func must2[T, E any](v T, _ E, err error) func(testing.TB) T { return must(v, err) }

// testViewerTeams: a lead without a manager is seen by those it may go to.
func testViewerTeams(t *testing.T, o office) {
	sales, service, every := o.hire("sales", leads.RoleManager, "sales"), o.hire("service", leads.RoleManager, "service"), o.hire("every", leads.RoleManager, "")
	operator := o.hire("operator", leads.RoleOperator, "sales")
	touch := form("1", ivan)
	touch.Team = "sales"
	forSales, forAll := o.put(touch)[0], o.put(form("2", mail))[0]
	check := func(u leads.User, want ...string) {
		t.Helper()
		if got := ids(o.leads(sees(u), leads.LeadFilter{Unassigned: true}), func(l leads.Lead) string { return l.ID }); !slices.Equal(got, want) {
			t.Errorf("%s sees %v, want %v", u.Login, got, want)
		}
	}
	check(sales, forAll.LeadID, forSales.LeadID)
	check(service, forAll.LeadID)
	check(operator) // gets calls, not leads
	check(every, forAll.LeadID, forSales.LeadID)
	if _, err := o.Contact(t.Context(), sees(service), forSales.ContactID); !errors.Is(err, leads.ErrNotFound) {
		t.Errorf("service sees the contact of sales: %v", err)
	}
	o.give(forAll.LeadID, every)
	check(sales, forSales.LeadID)
	check(service)
	if _, err := o.Lead(t.Context(), sees(sales), forAll.LeadID); !errors.Is(err, leads.ErrNotFound) {
		t.Errorf("sales sees the lead of a colleague: %v", err)
	}
}
