package storage_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/companies"
	"ctihub/leads/contacts"
	"ctihub/storage"
)

func (o office) companies() *companies.Service {
	return &companies.Service{Store: storage.Room[companies.Tx]{Store: o.Store}, Region: "RU", Now: time.Now}
}

// company makes a company of a user.
func (o office) company(u leads.User, name string) leads.Company {
	o.t.Helper()
	return must(o.companies().Create(o.t.Context(), u, companies.Wanted{Fields: leads.CompanyChange{Name: &name}}))(o.t)
}

// companyHistory is the history of a company in words, the latest first.
func (o office) companyHistory(id string) (all []string) {
	o.t.Helper()
	for _, e := range must(o.RecordHistory(o.t.Context(), admin, leads.ObjectCompany, id))(o.t) {
		all = append(all, fmt.Sprintf("%s: %q to %q", e.Field, e.Before, e.After))
	}
	return all
}

// textOf is a pointer to a text.
func textOf(s string) *string { return &s }

// testCompany: a company is made once for one key, seen by everybody, changed by its owner and
// supervisors, and by everybody while it has no owner; each change is in its history and an event for all.
func testCompany(t *testing.T, o office) {
	ctx := t.Context()
	anna, boris, chief := o.hire("anna", leads.RoleManager, ""), o.hire("boris", leads.RoleManager, ""), o.hire("chief", leads.RoleSupervisor, "")
	want := companies.Wanted{Key: "k", Fields: leads.CompanyChange{Name: textOf(" ООО  Ромашка "), Country: textOf("ru"), TaxID: textOf("7707 083 893"), KPP: textOf("773601001")}}
	var c leads.Company
	events := o.recorded(func() (err error) { c, err = o.companies().Create(ctx, anna, want); return err })
	if len(events) != 1 || events[0].Type != leads.EventCompanyCreated || !slices.Contains(events[0].Audience, boris.ID) {
		t.Errorf("recorded %v for %v", types(events), events[0].Audience)
	}
	if c.Name != "ООО Ромашка" || c.Country != "RU" || c.TaxID != "7707083893" || leads.IDOf(c.Owner) != anna.ID || c.LineID != "" || *c.People != 0 {
		t.Errorf("made %+v", c)
	}
	if again := must(o.companies().Create(ctx, anna, want))(t); again.ID != c.ID {
		t.Errorf("the same key made %s after %s", again.ID, c.ID)
	}
	want.Fields.Name = textOf("Other")
	if _, err := o.companies().Create(ctx, anna, want); !errors.Is(err, companies.ErrKeyUsed) {
		t.Errorf("the key with another name: %v", err)
	}
	same := leads.CompanyChange{Name: textOf("Филиал"), Country: textOf("RU"), TaxID: textOf("7707083893"), KPP: textOf("773601001")}
	if p := isProblem(t, second(o.companies().Create(ctx, boris, companies.Wanted{Fields: same})), leads.ErrExists, "tax_id"); p.Value != c.ID || p.Reason != companies.ReasonTaxIDTaken {
		t.Errorf("the same INN and KPP: %+v", p)
	}
	same.KPP = textOf("772201001")
	branch := must(o.companies().Create(ctx, chief, companies.Wanted{Fields: same}))(t)
	if branch.Owner != nil {
		t.Errorf("a supervisor's company has the owner %+v", branch.Owner)
	}

	if _, err := o.companies().Change(ctx, sees(boris), c.ID, leads.CompanyChange{Notes: textOf("x")}, false); !errors.Is(err, leads.ErrForbidden) {
		t.Errorf("boris changes anna's company: %v", err)
	}
	if _, err := o.companies().Change(ctx, sees(boris), branch.ID, leads.CompanyChange{OwnerID: textOf(anna.ID)}, false); !errors.Is(err, leads.ErrForbidden) {
		t.Errorf("boris gives a company without an owner to anna: %v", err)
	}
	taken := must(o.companies().Change(ctx, sees(boris), branch.ID, leads.CompanyChange{OwnerID: textOf(boris.ID), Website: textOf("https://example.com")}, false))(t)
	if leads.IDOf(taken.Owner) != boris.ID || taken.Website != "https://example.com" {
		t.Errorf("boris took %+v", taken)
	}
	if got, want := o.companyHistory(branch.ID), []string{`owner: "" to "The boris"`, `website: "" to "https://example.com"`, `created: "" to "Филиал"`}; !slices.Equal(got, want) {
		t.Errorf("history %q", got)
	}
	for _, order := range []leads.Order{"", leads.ByName} {
		list := must(o.Companies(ctx, leads.CompanyFilter{}, leads.Page{Limit: 1, Order: order}))(t)
		rest := must(o.Companies(ctx, leads.CompanyFilter{}, leads.Page{Limit: 1, Order: order, Cursor: list.Next}))(t)
		names := []string{list.Items[0].Name, rest.Items[0].Name}
		if want := map[leads.Order][]string{"": {"Филиал", "ООО Ромашка"}, leads.ByName: {"ООО Ромашка", "Филиал"}}[order]; !slices.Equal(names, want) || rest.Next != "" {
			t.Errorf("by %q: %v, then %q", order, names, rest.Next)
		}
	}
	for q, n := range map[string]int{"ромАшка": 1, "7707083": 2, "нет": 0} {
		if got := must(o.Companies(ctx, leads.CompanyFilter{Query: q}, whole))(t).Items; len(got) != n {
			t.Errorf("%q finds %d", q, len(got))
		}
	}
	if got := must(o.Companies(ctx, leads.CompanyFilter{OwnerID: boris.ID}, whole))(t).Items; len(got) != 1 || got[0].ID != branch.ID || got[0].Notes != "" {
		t.Errorf("boris' companies %+v", got)
	}
	if seen := must(o.History(ctx, sees(anna), leads.HistoryFilter{Object: leads.ObjectCompany}, whole))(t).Items; len(seen) != 4 {
		t.Errorf("anna sees %d changes of companies", len(seen))
	}
}

// testPeople: a contact's company is the company of the name or the id that is given, and only a text
// without one; a company renamed is renamed in its people, and may go when nobody is in it.
func testPeople(t *testing.T, o office) {
	ctx := t.Context()
	anna, boris := o.hire("anna", leads.RoleManager, ""), o.hire("boris", leads.RoleManager, "")
	person := func(u leads.User, w contacts.Wanted) leads.Contact {
		t.Helper()
		return must(o.contacting().Create(ctx, u, w))(t)
	}
	early := person(anna, contacts.Wanted{Name: "Early", Company: "Ромашка"})
	hidden := person(boris, contacts.Wanted{Name: "Hidden", Company: "Ромашка"})
	if early.CompanyID != "" {
		t.Fatalf("in a company that is not there: %+v", early)
	}
	c := o.company(anna, "Ромашка")
	if *c.Named != 1 || *c.People != 0 {
		t.Errorf("%d named, %d people", *c.Named, *c.People)
	}
	c = must(o.companies().Change(ctx, sees(anna), c.ID, leads.CompanyChange{}, true))(t)
	if *c.Named != 0 || *c.People != 1 {
		t.Errorf("after: %d named, %d people", *c.Named, *c.People)
	}
	if h := must(o.Contact(ctx, admin, hidden.ID))(t); h.CompanyID != "" {
		t.Error("anna linked a contact that she does not see")
	}
	byName := person(anna, contacts.Wanted{Name: "Name", Company: " ромашка ", Role: "Бухгалтер"})
	byID := person(anna, contacts.Wanted{Name: "Id", CompanyID: c.ID})
	for _, p := range []leads.Contact{byName, byID} {
		if p.CompanyID != c.ID || p.Company != "Ромашка" {
			t.Errorf("%s is in %q %q", p.Name, p.CompanyID, p.Company)
		}
	}
	_ = isProblem(t, second(o.contacting().Create(ctx, anna, contacts.Wanted{CompanyID: "no"})), leads.ErrInvalid, "company_id")
	_ = isProblem(t, second(o.ChangeContact(ctx, sees(anna), byID.ID, leads.ContactChange{Role: textOf(string(make([]rune, 101)))})), leads.ErrInvalid, "role")

	other := o.company(boris, "РОМАШКА") // two of one name: the name says neither
	if p := person(anna, contacts.Wanted{Name: "Two", Company: "Ромашка"}); p.CompanyID != "" {
		t.Errorf("of two companies the name chose %q", p.CompanyID)
	}
	kept := must(o.ChangeContact(ctx, sees(anna), byID.ID, leads.ContactChange{Company: textOf("ромашка"), Role: textOf("Директор")}))(t)
	if kept.CompanyID != c.ID || kept.Company != "Ромашка" || kept.Role != "Директор" {
		t.Errorf("the same name again: %+v", kept)
	}
	moved := must(o.ChangeContact(ctx, sees(anna), byID.ID, leads.ContactChange{CompanyID: &other.ID}))(t)
	o.wantHistory(byID.ID, `company: "Ромашка" to "РОМАШКА" by The anna`, `role: "" to "Директор" by The anna`, `created: "" to "Id" by The anna`)
	out := must(o.ChangeContact(ctx, sees(anna), byID.ID, leads.ContactChange{CompanyID: textOf("")}))(t)
	if moved.Company != "РОМАШКА" || out.Company != "" || out.CompanyID != "" {
		t.Errorf("moved %+v, then out %+v", moved, out)
	}
	if err := o.companies().Delete(ctx, sees(boris), other.ID); err != nil {
		t.Errorf("deleting an empty company: %v", err)
	}

	events := o.recorded(func() error {
		return second(o.companies().Change(ctx, sees(anna), c.ID, leads.CompanyChange{Name: textOf("Лютик")}, false))
	})
	if want := []leads.EventType{leads.EventCompanyUpdated, leads.EventContactUpdated, leads.EventContactUpdated}; !slices.Equal(types(events), want) {
		t.Errorf("renaming records %v", types(events))
	}
	people := o.contacts(sees(anna), leads.ContactFilter{CompanyID: c.ID})
	if len(people) != 2 || people[0].Company != "Лютик" || len(o.contacts(sees(anna), leads.ContactFilter{Query: "лютик"})) != 2 {
		t.Errorf("people %+v", people)
	}
	if got := o.contacts(sees(boris), leads.ContactFilter{CompanyID: c.ID}); len(got) != 0 {
		t.Errorf("boris sees %d of anna's people", len(got))
	}
	if p := isProblem(t, o.companies().Delete(ctx, sees(anna), c.ID), leads.ErrConflict, ""); p.Reason != companies.ReasonInUse {
		t.Errorf("deleting with people: %+v", p)
	}
}

// testSharedNumber: what comes by a shared number is the line's, with a lead that is given to the
// company's owner; beside another identity the number matches nobody and is given to nobody.
func testSharedNumber(t *testing.T, o office) {
	ctx := t.Context()
	anna := o.hire("anna", leads.RoleManager, "", "100")
	holder := o.put(form("old", ivan))[0]
	o.give(holder.LeadID, o.hire("boris", leads.RoleManager, "", "101"))
	c := o.company(anna, "Ромашка")
	if p := isProblem(t, second(o.companies().Share(ctx, sees(anna), c.ID, ivan.Value, true)), leads.ErrExists, "value"); p.Value != "" {
		t.Errorf("anna learns of a contact that she does not see: %+v", p)
	}
	if p := isProblem(t, second(o.companies().Share(ctx, admin, c.ID, "8 916 123-45-67", false)), leads.ErrExists, "value"); p.Value != holder.ContactID || p.Reason != contacts.ReasonIdentityTaken {
		t.Errorf("taken: %+v", p)
	}
	c = must(o.companies().Share(ctx, admin, c.ID, "8 916 123-45-67", true))(t)
	if c.TakenFrom != holder.ContactID || !slices.Equal(c.Phones, []string{ivan.Value}) || c.LineID == "" || *c.People != 0 {
		t.Errorf("shared %+v", c)
	}
	if was := must(o.Contact(ctx, admin, holder.ContactID))(t); len(was.Identities) != 0 || len(o.interactions(admin, leads.InteractionFilter{ContactID: was.ID})) != 1 {
		t.Errorf("the person keeps what came: %+v", was)
	}
	line := must(o.Contact(ctx, sees(anna), c.LineID))(t)
	if !line.Line || line.Name != "Ромашка" || line.CompanyID != c.ID || leads.IDOf(line.Owner) != anna.ID {
		t.Errorf("the line %+v", line)
	}
	if again := must(o.companies().Share(ctx, sees(anna), c.ID, ivan.Value, false))(t); again.TakenFrom != "" || len(again.Phones) != 1 {
		t.Errorf("shared again %+v", again)
	}
	other := o.company(anna, "Лютик")
	if p := isProblem(t, second(o.companies().Share(ctx, sees(anna), other.ID, ivan.Value, true)), leads.ErrExists, "value"); p.Value != c.ID || p.Reason != leads.ReasonNumberShared {
		t.Errorf("another company's number: %+v", p)
	}
	if p := isProblem(t, second(o.contacting().Create(ctx, anna, contacts.Wanted{Identities: []leads.Identity{ivan}})), leads.ErrExists, "identities"); p.Value != c.ID || p.Reason != leads.ReasonNumberShared {
		t.Errorf("a person with a shared number: %+v", p)
	}

	rung := o.put(call("c1", ivan, "100"))[0]
	if rung.ContactID != c.LineID {
		t.Fatalf("the call is of %s", rung.ContactID)
	}
	if i := must(o.Interaction(ctx, admin, rung.InteractionID))(t); !i.Shared || i.SharedBy != c.LineID || !i.Call.Shared || i.ContactName != "Ромашка" {
		t.Errorf("the call %+v", i)
	}
	if l := o.lead(rung.LeadID); !l.Shared || l.ContactName != "Ромашка" {
		t.Errorf("the lead %+v", l)
	}
	if second := o.put(form("f1", ivan))[0]; second.LeadID != rung.LeadID {
		t.Error("the line has two open leads")
	}
	if l := must(o.Contact(ctx, admin, c.LineID))(t); l.Name != "Ромашка" || len(l.Identities) != 1 {
		t.Errorf("the form's name is the line's: %+v", l)
	}
	fresh := o.put(form("f2", ivan, mail))[0]
	person := must(o.Contact(ctx, admin, fresh.ContactID))(t)
	if person.ID == c.LineID || !slices.Equal(person.Identities, []leads.Identity{mail}) || person.CompanyID != c.ID || person.Company != "Ромашка" || leads.IDOf(person.Owner) != anna.ID {
		t.Errorf("a new person beside a shared number: %+v", person)
	}
	second := phone(2)
	known := o.put(form("f3", second))[0]
	both := o.put(form("f4", ivan, second), form("f5", ivan, mail))
	if both[0].ContactID != known.ContactID || both[1].ContactID != person.ID {
		t.Errorf("known people beside a shared number: %+v", both)
	}
	if got := must(o.Contact(ctx, admin, known.ContactID))(t); got.CompanyID != "" {
		t.Errorf("a known person was put into the company: %+v", got)
	}
	mentions := form("f6", phone(3))
	mentions.Offered = []leads.Identity{ivan}
	if c := must(o.Contact(ctx, admin, o.put(mentions)[0].ContactID))(t); len(c.Offered) != 0 {
		t.Errorf("a shared number is offered: %+v", c.Offered)
	}
	if got := must(o.Duplicates(ctx, admin, leads.DuplicateFilter{State: leads.DuplicateOpen}, whole))(t).Items; len(got) != 0 {
		t.Errorf("suggested: %+v", got)
	}
	if people := o.contacts(admin, leads.ContactFilter{CompanyID: c.ID}); len(people) != 1 || people[0].ID != person.ID {
		t.Errorf("people %+v", people)
	}
	if got := o.leads(admin, leads.LeadFilter{CompanyID: c.ID}); len(got) != 2 {
		t.Errorf("%d leads of the company", len(got))
	}
	if got := o.interactions(admin, leads.InteractionFilter{CompanyID: c.ID}); len(got) != 4 {
		t.Errorf("%d interactions of the company", len(got))
	}
	if got := o.calls(admin, leads.CallFilter{CompanyID: c.ID}); len(got) != 1 {
		t.Errorf("%d calls of the company", len(got))
	}
	o.lineIsNoPerson(anna, c, person.ID)
	twin := form("f8", leads.Identity{Kind: "whatsapp", Value: ivan.Value[1:]})
	twin.Name = "Ромашка"
	o.put(twin)
	o.compare()
	if got := must(o.Duplicates(ctx, admin, leads.DuplicateFilter{State: leads.DuplicateOpen}, whole))(t).Items; len(got) != 0 {
		t.Errorf("a line is a suspected duplicate: %+v", got)
	}

	c = must(o.companies().Unshare(ctx, sees(anna), c.ID, ivan.Value))(t)
	if len(c.Phones) != 0 || c.LineID == "" {
		t.Errorf("without the number %+v", c)
	}
	if later := o.put(form("f7", ivan))[0]; later.ContactID == c.LineID {
		t.Error("the number is the line's still")
	}
}

// lineIsNoPerson: a line is not merged, not split, not renamed, and gets no other identities.
func (o office) lineIsNoPerson(u leads.User, c leads.Company, personID string) {
	t, ctx := o.t, o.t.Context()
	t.Helper()
	_ = isProblem(t, second(o.contacting().Merge(ctx, admin, c.LineID, []string{personID}, nil)), leads.ErrInvalid, "with")
	_ = isProblem(t, second(o.contacting().PreviewMerge(ctx, admin, personID, []string{c.LineID})), leads.ErrInvalid, "with")
	_ = isProblem(t, second(o.contacting().Split(ctx, admin, c.LineID, []leads.Identity{ivan}, "")), leads.ErrInvalid, "identities")
	_ = isProblem(t, second(o.contacting().AddIdentity(ctx, sees(u), c.LineID, phone(9))), leads.ErrInvalid, "value")
	_ = isProblem(t, second(o.contacting().RemoveIdentity(ctx, sees(u), c.LineID, ivan)), leads.ErrInvalid, "value")
	_ = isProblem(t, second(o.ChangeContact(ctx, sees(u), c.LineID, leads.ContactChange{Name: textOf("X")})), leads.ErrInvalid, "name")
	_ = isProblem(t, second(o.ChangeContact(ctx, sees(u), c.LineID, leads.ContactChange{OwnerID: textOf("")})), leads.ErrInvalid, "owner_id")
	if _, err := o.ChangeContact(ctx, sees(u), c.LineID, leads.ContactChange{Notes: textOf("Ask for Anna")}); err != nil {
		t.Errorf("the notes of a line: %v", err)
	}
}

// testMailDomain: a new contact with an address of a company's domain is in the company and has its
// owner; a domain of a mail provider is refused, and one that another company has.
func testMailDomain(t *testing.T, o office) {
	ctx := t.Context()
	anna, chief := o.hire("anna", leads.RoleManager, ""), o.hire("chief", leads.RoleSupervisor, "")
	early := o.put(form("f0", leads.Identity{Kind: leads.KindEmail, Value: "early@xn--80akhbyknj4f.example"}))[0]
	c := o.company(anna, "Ромашка")
	c = must(o.companies().AddDomain(ctx, sees(anna), c.ID, " Испытание.Example. "))(t)
	if !slices.Equal(c.Domains, []string{"xn--80akhbyknj4f.example"}) {
		t.Fatalf("domains %v", c.Domains)
	}
	_ = isProblem(t, second(o.companies().AddDomain(ctx, sees(anna), c.ID, "Mail.ru")), leads.ErrInvalid, "domain")
	_ = isProblem(t, second(o.companies().AddDomain(ctx, sees(anna), c.ID, "no domain")), leads.ErrInvalid, "domain")
	other := o.company(anna, "Лютик")
	if p := isProblem(t, second(o.companies().AddDomain(ctx, sees(anna), other.ID, c.Domains[0])), leads.ErrExists, "domain"); p.Value != c.ID || p.Reason != companies.ReasonDomainTaken {
		t.Errorf("taken: %+v", p)
	}
	wrote := o.put(form("f1", leads.Identity{Kind: leads.KindEmail, Value: "oleg@xn--80akhbyknj4f.example"}))[0]
	typed := must(o.contacting().Create(ctx, chief, contacts.Wanted{Identities: []leads.Identity{{Kind: leads.KindEmail, Value: "ira@испытание.example"}}}))(t)
	for _, id := range []string{wrote.ContactID, typed.ID} {
		if p := must(o.Contact(ctx, admin, id))(t); p.CompanyID != c.ID || p.Company != "Ромашка" || leads.IDOf(p.Owner) != anna.ID {
			t.Errorf("a new contact %+v", p)
		}
	}
	if p := must(o.Contact(ctx, admin, early.ContactID))(t); p.CompanyID != "" {
		t.Error("a contact from before was put into the company")
	}
	text := must(o.contacting().Create(ctx, chief, contacts.Wanted{Company: "Своё", Identities: []leads.Identity{{Kind: leads.KindEmail, Value: "eva@испытание.example"}}}))(t)
	if text.CompanyID != "" || text.Company != "Своё" {
		t.Errorf("the domain is stronger than what was typed: %+v", text)
	}
	c = must(o.companies().RemoveDomain(ctx, sees(anna), c.ID, c.Domains[0]))(t)
	if _, err := o.companies().RemoveDomain(ctx, sees(anna), c.ID, "xn--80akhbyknj4f.example"); len(c.Domains) != 0 || !errors.Is(err, leads.ErrNotFound) {
		t.Errorf("removed: %v, again: %v", c.Domains, err)
	}
}
