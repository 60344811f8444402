package storage_test

import (
	"errors"
	"slices"
	"testing"

	"ctihub/leads"
	"ctihub/leads/contacts"
	"ctihub/leads/pipeline"
)

// line is an office with a company of anna's that shares a number, and a person in it.
func (o office) line() (anna leads.User, c leads.Company, person leads.Contact) {
	o.t.Helper()
	ctx := o.t.Context()
	anna = o.hire("anna", leads.RoleManager, "", "100")
	c = o.company(anna, "Ромашка")
	c = must(o.companies().Share(ctx, sees(anna), c.ID, ivan.Value, false))(o.t)
	person = must(o.contacting().Create(ctx, anna, contacts.Wanted{Name: "Ольга", CompanyID: c.ID, Identities: []leads.Identity{mail}}))(o.t)
	return anna, c, person
}

// caller says who it was, by anna.
func (o office) caller(u leads.User, interactionID, contactID string) leads.Interaction {
	o.t.Helper()
	return must(o.companies().Caller(o.t.Context(), sees(u), interactionID, contactID))(o.t)
}

// testCaller: the call and its lead go to the person, with the call-back; a wrong choice is corrected,
// also back to the line; the same again changes nothing.
func testCaller(t *testing.T, o office) {
	ctx := t.Context()
	anna, c, olga := o.line()
	ring := call("c1", ivan, "100")
	missed := o.put(ring, hangUp(ring))[1]
	o.give(missed.LeadID, anna)
	var got leads.Interaction
	events := o.recorded(func() (err error) {
		got, err = o.companies().Caller(ctx, sees(anna), missed.InteractionID, olga.ID)
		return err
	})
	if want := []leads.EventType{leads.EventCallUpdated, leads.EventLeadUpdated}; !slices.Equal(types(events), want) {
		t.Errorf("recorded %v", types(events))
	}
	if got.ContactID != olga.ID || got.LeadID != missed.LeadID || got.Shared || got.SharedBy != c.LineID || got.ContactName != "Ольга" {
		t.Errorf("given %+v", got)
	}
	if l := o.lead(missed.LeadID); l.ContactID != olga.ID || l.ManagerID != anna.ID || l.Shared {
		t.Errorf("the lead %+v", l)
	}
	if task := o.task(leads.TaskOpen); task.ContactID != olga.ID || task.LeadID != missed.LeadID || task.Calls != 1 {
		t.Errorf("the call-back %+v", task)
	}
	h := must(o.RecordHistory(ctx, admin, leads.ObjectInteraction, missed.InteractionID))(t)
	if len(h) != 1 || h[0].Field != leads.FieldCaller || h[0].Before != "Ромашка" || h[0].After != "Ольга" || h[0].By.ID != anna.ID {
		t.Errorf("history %+v", h)
	}
	if again := o.recorded(func() error { return second(o.companies().Caller(ctx, sees(anna), missed.InteractionID, olga.ID)) }); len(again) != 0 {
		t.Errorf("the same again records %v", types(again))
	}

	next := o.put(call("c2", ivan, "100"))[0]
	if next.ContactID != c.LineID || next.LeadID == missed.LeadID {
		t.Errorf("the next call is taken for the same person: %+v", next)
	}
	petr := must(o.contacting().Create(ctx, anna, contacts.Wanted{Name: "Пётр", CompanyID: c.ID}))(t)
	if got := o.caller(anna, missed.InteractionID, petr.ID); got.ContactID != petr.ID || o.lead(missed.LeadID).ContactID != petr.ID {
		t.Errorf("corrected %+v", got)
	}
	back := o.caller(anna, missed.InteractionID, c.LineID) // the line has an open lead by now: the two are joined
	if back.ContactID != c.LineID || back.LeadID != next.LeadID || !back.Shared {
		t.Errorf("back %+v", back)
	}
	if task := o.task(leads.TaskOpen); task.ContactID != c.LineID || task.LeadID != next.LeadID || task.Calls != 1 {
		t.Errorf("the call-back is back %+v", task)
	}
}

// testCallerLeads: of a lead with more of the line only the interaction goes, to the person's open lead
// or a new one; a lead with nothing else is joined with the person's open one.
func testCallerLeads(t *testing.T, o office) {
	ctx := t.Context()
	anna, c, olga := o.line()
	named := form("f2", ivan)
	named.Offered, named.Unread = []leads.Identity{phone(5)}, []leads.Identity{{Kind: leads.KindPhone, Value: "8 916 12"}}
	first, more := o.put(form("f1", ivan))[0], o.put(named)[0]
	if line := must(o.Contact(ctx, admin, c.LineID))(t); len(line.Offered) != 2 {
		t.Errorf("what the text names waits with the line: %+v", line.Offered)
	}
	o.give(first.LeadID, anna)
	var got leads.Interaction
	events := o.recorded(func() (err error) {
		got, err = o.companies().Caller(ctx, sees(anna), more.InteractionID, olga.ID)
		return err
	})
	if p := must(o.Contact(ctx, admin, olga.ID))(t); len(p.Offered) != 2 {
		t.Errorf("what the text names goes along: %+v", p.Offered)
	}
	l := o.lead(got.LeadID)
	if got.LeadID == first.LeadID || l.ContactID != olga.ID || l.ManagerID != anna.ID || o.lead(first.LeadID).ContactID != c.LineID {
		t.Errorf("a new lead %+v", l)
	}
	if want := []leads.EventType{leads.EventLeadCreated, leads.EventEdited, leads.EventLeadUpdated}; !sameTypes(types(events), want) {
		t.Errorf("recorded %v", types(events))
	}
	for _, id := range []string{"budget", "place"} {
		o.field(id, leads.CustomOfLead, leads.CustomText)
	}
	must(pipelineOf(o.Store).Change(ctx, sees(anna), first.LeadID, pipeline.Edit{Amount: ptr(int64(5000)), Product: ptr("Tiles"), Fields: values("budget", `"low"`, "place", `"Tver"`)}))(t)
	must(pipelineOf(o.Store).Change(ctx, sees(anna), got.LeadID, pipeline.Edit{Product: ptr("Roof"), Fields: values("budget", `"high"`)}))(t)
	var joined leads.Interaction
	events = o.recorded(func() (err error) {
		joined, err = o.companies().Caller(ctx, sees(anna), first.InteractionID, olga.ID)
		return err
	})
	if joined.LeadID != got.LeadID {
		t.Errorf("joined %+v", joined)
	}
	if l := o.lead(got.LeadID); l.Amount != 5000 || l.Currency != "RUB" || l.Product != "Roof" || string(l.Fields["budget"]) != `"high"` || string(l.Fields["place"]) != `"Tver"` {
		t.Errorf("with what was written of both %+v", l)
	}
	if _, err := o.Lead(ctx, admin, first.LeadID); !errors.Is(err, leads.ErrNotFound) {
		t.Errorf("the empty lead: %v", err)
	}
	if want := []leads.EventType{leads.EventEdited, leads.EventLeadUpdated, leads.EventContactMerged}; !slices.Equal(types(events), want) {
		t.Fatalf("recorded %v", types(events))
	}
	if m := body(t, events[2]); !slices.Equal(m.Merged.Leads, []string{first.LeadID}) || len(m.Merged.Contacts) != 0 || m.Contact.ID != olga.ID {
		t.Errorf("told of the lead %+v", m.Merged)
	}
	if got := o.leads(admin, leads.LeadFilter{}); len(got) != 1 {
		t.Errorf("%d leads are left", len(got))
	}
}

// sameTypes reports whether the types are those, in any order.
func sameTypes(got, want []leads.EventType) bool {
	got, want = slices.Clone(got), slices.Clone(want)
	slices.Sort(got)
	slices.Sort(want)
	return slices.Equal(got, want)
}

// testCallerCallbacks: a person who has a call-back already has one after it, with the calls of
// both; the line keeps the call-back of its other calls.
func testCallerCallbacks(t *testing.T, o office) {
	anna, c, olga := o.line()
	must(o.contacting().AddIdentity(t.Context(), sees(anna), olga.ID, phone(1)))(t)
	own, one, two := call("own", phone(1), "100"), call("one", ivan, "100"), call("two", ivan, "100")
	o.put(own, hangUp(own))
	first := o.put(one, hangUp(one))[1]
	o.put(two, hangUp(two))
	o.give(first.LeadID, anna)
	o.caller(anna, first.InteractionID, olga.ID)
	calls := map[string]int{}
	for _, task := range must(o.Tasks(t.Context(), admin, leads.TaskFilter{State: leads.TaskOpen}, whole))(t).Items {
		calls[task.ContactID] += task.Calls
	}
	if len(calls) != 2 || calls[olga.ID] != 2 || calls[c.LineID] != 1 {
		t.Errorf("call-backs %v", calls)
	}
}

// testCallerRights: only of what came by a shared number, only by who sees it, only to a person whom
// they see.
func testCallerRights(t *testing.T, o office) {
	ctx := t.Context()
	anna, c, olga := o.line()
	boris := o.hire("boris", leads.RoleManager, "", "101")
	hidden := must(o.contacting().Create(ctx, boris, contacts.Wanted{Name: "Hidden"}))(t)
	shared, own := o.put(form("f1", ivan))[0], o.put(form("f2", mail))[0]
	beside := o.put(form("f3", ivan, mail))[0]
	o.give(shared.LeadID, anna)
	o.give(own.LeadID, anna)
	for _, id := range []string{own.InteractionID, beside.InteractionID} {
		_ = isProblem(t, second(o.companies().Caller(ctx, sees(anna), id, c.LineID)), leads.ErrInvalid, "contact_id")
	}
	_ = isProblem(t, second(o.companies().Caller(ctx, sees(anna), shared.InteractionID, hidden.ID)), leads.ErrInvalid, "contact_id")
	if _, err := o.companies().Caller(ctx, sees(boris), shared.InteractionID, hidden.ID); !errors.Is(err, leads.ErrNotFound) {
		t.Errorf("boris on what anna has: %v", err)
	}
	other := o.company(anna, "Лютик")
	other = must(o.companies().Share(ctx, sees(anna), other.ID, phone(8).Value, false))(t)
	_ = isProblem(t, second(o.companies().Caller(ctx, sees(anna), shared.InteractionID, other.LineID)), leads.ErrInvalid, "contact_id")
	if i := must(o.Interaction(ctx, sees(anna), own.InteractionID))(t); i.SharedBy != "" || i.Shared {
		t.Errorf("what came by a person's own address %+v", i)
	}
	if got := o.caller(anna, shared.InteractionID, olga.ID); got.ContactID != olga.ID {
		t.Errorf("given %+v", got)
	}
}
