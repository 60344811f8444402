package storage_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/companies"
	"ctihub/leads/fields"
	"ctihub/leads/pipeline"
	"ctihub/leads/search"
	"ctihub/storage"
)

func (o office) fields() *fields.Service {
	return &fields.Service{Store: storage.Room[fields.Tx]{Store: o.Store}, Rules: leads.CustomRules{Region: "RU"}}
}

// field adds a custom field; of a choice with choices.
func (o office) field(id string, object leads.CustomObject, kind leads.CustomKind, choices ...string) leads.CustomField {
	o.t.Helper()
	e := fields.Edit{Name: ptr("Field " + id)}
	for _, c := range choices {
		e.Choices = append(e.Choices, fields.ChoiceEdit{Name: c})
	}
	return must(o.fields().Add(o.t.Context(), admin, id, object, kind, e))(o.t)
}

// values are custom values as the API has them, from pairs of code and JSON.
func values(pairs ...string) leads.CustomValues {
	v := leads.CustomValues{}
	for i := 0; i < len(pairs); i += 2 {
		v[pairs[i]] = json.RawMessage(pairs[i+1])
	}
	return v
}

// shownValues writes values in the order of their codes.
func shownValues(v leads.CustomValues) string {
	var all []string
	for code, value := range v {
		all = append(all, code+"="+string(value))
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

// testFields: fields are added, changed, retired and deleted by those who may; codes and names
// are unique, and what is used is only retired.
func testFields(t *testing.T, o office) {
	ctx, s := t.Context(), o.fields()
	_, err := s.Add(ctx, sees(o.hire("anna", leads.RoleManager, "")), "", leads.CustomOfContact, leads.CustomText, fields.Edit{Name: ptr("X")})
	if !errors.Is(err, leads.ErrForbidden) {
		t.Errorf("a manager adds a field: %v", err)
	}
	chief := sees(o.hire("chief", leads.RoleSupervisor, ""))
	size := must(s.Add(ctx, chief, "", leads.CustomOfContact, leads.CustomChoose, fields.Edit{
		Name: ptr(" Размер  обуви "), Listed: ptr(true), Choices: []fields.ChoiceEdit{{Name: "Big"}, {Name: "Small"}},
	}))(t)
	if size.ID != "razmer_obuvi" || size.Name != "Размер обуви" || !size.Listed || size.RemindDays != -1 || len(size.Choices) != 2 || size.Choices[0].ID == "" {
		t.Errorf("added %+v", size)
	}
	if again := must(s.Add(ctx, chief, "", leads.CustomOfLead, leads.CustomText, fields.Edit{Name: ptr("Размер обуви")}))(t); again.ID != "razmer_obuvi_2" {
		t.Errorf("the code of another one is %q", again.ID)
	}
	for want, wrong := range map[string]func() error{
		"name": func() error {
			return second(s.Add(ctx, chief, "", leads.CustomOfContact, leads.CustomText, fields.Edit{Name: ptr("размер ОБУВИ")}))
		},
		"id": func() error {
			return second(s.Add(ctx, chief, "Size", leads.CustomOfContact, leads.CustomText, fields.Edit{Name: ptr("A")}))
		},
		"object": func() error {
			return second(s.Add(ctx, chief, "", "task", leads.CustomText, fields.Edit{Name: ptr("A")}))
		},
		"kind": func() error {
			return second(s.Add(ctx, chief, "", leads.CustomOfLead, "image", fields.Edit{Name: ptr("A")}))
		},
		"choices": func() error {
			return second(s.Add(ctx, chief, "", leads.CustomOfLead, leads.CustomChoose, fields.Edit{Name: ptr("A")}))
		},
		"remind_days": func() error {
			return second(s.Add(ctx, chief, "", leads.CustomOfLead, leads.CustomText, fields.Edit{Name: ptr("A"), RemindDays: ptr(int64(1))}))
		},
		"pipelines": func() error {
			return second(s.Add(ctx, chief, "", leads.CustomOfContact, leads.CustomText, fields.Edit{Name: ptr("A"), Pipelines: &[]string{"main"}}))
		},
		"required_from": func() error {
			return second(s.Add(ctx, chief, "", leads.CustomOfLead, leads.CustomText, fields.Edit{Name: ptr("A"), RequiredFrom: &[]string{"new", "working"}}))
		},
	} {
		var p *leads.Problem
		if err := wrong(); !errors.As(err, &p) || p.Field != want || p.Detail == "" {
			t.Errorf("got %v, want a problem of %s", err, want)
		}
	}
	if err := second(s.Add(ctx, chief, "razmer_obuvi", leads.CustomOfCompany, leads.CustomText, fields.Edit{Name: ptr("B")})); !errors.Is(err, leads.ErrExists) {
		t.Errorf("the code is used twice: %v", err)
	}

	events := o.recorded(func() error {
		size = must(s.Change(ctx, chief, size.ID, fields.Edit{Name: ptr("Size"), Choices: []fields.ChoiceEdit{{Name: "Middle"}, {ID: size.Choices[1].ID, Name: "Tiny"}}}))(t)
		return nil
	})
	if b := body(t, events[0]); len(events) != 1 || b.Type != leads.EventField || b.Field.Name != "Size" {
		t.Errorf("recorded %+v", events)
	}
	if got := size.Choices[0].Name + " " + size.Choices[1].Name; got != "Middle Tiny" || len(size.Choices) != 2 {
		t.Errorf("an unused choice stays: %+v", size.Choices)
	}
	a := o.put(form("1", phone(1)))[0]
	must(o.ChangeContact(ctx, chief, a.ContactID, leads.ContactChange{Fields: values(size.ID, `"tiny"`)}))(t)
	size = must(s.Change(ctx, chief, size.ID, fields.Edit{Choices: []fields.ChoiceEdit{{ID: size.Choices[0].ID, Name: "Middle"}}}))(t)
	if len(size.Choices) != 2 || !size.Choices[1].Retired || size.Choices[1].Name != "Tiny" {
		t.Errorf("a used choice is not retired: %+v", size.Choices)
	}
	if err := s.Drop(ctx, chief, size.ID); !errors.Is(err, leads.ErrConflict) {
		t.Errorf("a used field is deleted: %v", err)
	}
	must(s.Change(ctx, chief, size.ID, fields.Edit{Retired: ptr(true)}))(t)
	if c := must(o.Contact(ctx, chief, a.ContactID))(t); shownValues(c.Fields) != size.ID+`="`+size.Choices[1].ID+`"` {
		t.Errorf("a retired field is not readable: %s", shownValues(c.Fields))
	}
	_ = isProblem(t, second(o.ChangeContact(ctx, chief, a.ContactID, leads.ContactChange{Fields: values(size.ID, `"Middle"`)})), leads.ErrInvalid, "fields."+size.ID)
	must(o.ChangeContact(ctx, chief, a.ContactID, leads.ContactChange{Fields: values(size.ID, `null`)}))(t)
	if err := s.Drop(ctx, chief, size.ID); err != nil {
		t.Errorf("an unused field is not deleted: %v", err)
	}
	if all := must(s.All(ctx))(t); len(all) != 1 || all[0].ID != "razmer_obuvi_2" {
		t.Errorf("there are %+v", all)
	}
	list := must(o.History(ctx, chief, leads.HistoryFilter{Object: leads.ObjectField, ObjectID: size.ID}, leads.Page{Limit: 50}))(t)
	var got []string
	for _, e := range list.Items {
		got = append(got, string(e.Field)+":"+e.Before+">"+e.After)
	}
	want := "deleted:Size> retired:>yes choices:Middle, Tiny>Middle choices:Big, Small>Middle, Tiny name:Размер обуви>Size created:>Размер обуви"
	slices.Sort(got)
	sorted := strings.Split(strings.ReplaceAll(strings.ReplaceAll(want, ", ", ","), "Размер обуви", "Размер_обуви"), " ")
	slices.Sort(sorted)
	if strings.ReplaceAll(strings.ReplaceAll(strings.Join(got, " "), ", ", ","), "Размер обуви", "Размер_обуви") != strings.Join(sorted, " ") {
		t.Errorf("the history is\n%s, want\n%s", got, sorted)
	}
}

// testFieldValues: values are kept with contacts, leads and interactions, are in lists, events and
// the history, and are changed one by one.
func testFieldValues(t *testing.T, o office) {
	ctx, chief := t.Context(), sees(o.hire("chief", leads.RoleSupervisor, ""))
	born := o.field("born", leads.CustomOfContact, leads.CustomDate)
	likes := o.field("likes", leads.CustomOfContact, leads.CustomSeveral, "Tea", "Coffee", "Water")
	o.field("cost", leads.CustomOfLead, leads.CustomMoney)
	o.field("site", leads.CustomOfLead, leads.CustomLink)
	o.field("rating", leads.CustomOfInteraction, leads.CustomNumber)
	tea, water := `"`+likes.Choices[0].ID+`"`, `"`+likes.Choices[2].ID+`"`
	s := o.put(form("1", phone(1)))[0]
	o.put(form("2", phone(2)))

	change := leads.ContactChange{Fields: values("likes", `["water","Tea"]`, "born", `"1990-05-17"`)}
	events := o.recorded(func() error { return second(o.ChangeContact(ctx, chief, s.ContactID, change)) })
	want := `born="1990-05-17" likes=[` + tea + "," + water + "]"
	if b := body(t, events[0]); b.Type != leads.EventContactUpdated || shownValues(b.Contact.Fields) != want {
		t.Errorf("the event has %s", shownValues(b.Contact.Fields))
	}
	if c := must(o.Contact(ctx, chief, s.ContactID))(t); shownValues(c.Fields) != want {
		t.Errorf("the contact has %s", shownValues(c.Fields))
	}
	for _, c := range o.contacts(chief, leads.ContactFilter{}) {
		if got := shownValues(c.Fields); (c.ID == s.ContactID) != (got == want) || c.ID != s.ContactID && got != "" {
			t.Errorf("in the list %s has %s", c.ID, got)
		}
	}
	if got := o.historyOf(s.ContactID); !slices.Contains(got, `field: "" to "1990-05-17" by The chief`) || !slices.Contains(got, `field: "" to "Tea, Water" by The chief`) || len(got) != 2 {
		t.Errorf("the history is %q", got)
	}
	entries := must(o.RecordHistory(ctx, chief, leads.ObjectContact, s.ContactID))(t)
	if names := []leads.CustomName{*entries[0].Custom, *entries[1].Custom}; !slices.Contains(names, leads.CustomName{ID: "likes", Name: likes.Name}) || !slices.Contains(names, leads.CustomName{ID: "born", Name: born.Name}) || entries[0].Note != "" {
		t.Errorf("the history names %+v", names)
	}
	if again := o.recorded(func() error { return second(o.ChangeContact(ctx, chief, s.ContactID, change)) }); len(again) != 0 {
		t.Errorf("equal values are a change: %v", types(again))
	}
	_ = isProblem(t, second(o.ChangeContact(ctx, chief, s.ContactID, leads.ContactChange{Name: ptr("No"), Fields: values("born", `"1990-02-30"`)})), leads.ErrInvalid, "fields.born")
	_ = isProblem(t, second(o.ChangeContact(ctx, chief, s.ContactID, leads.ContactChange{Fields: values("cost", `5`)})), leads.ErrInvalid, "fields.cost")
	must(o.ChangeContact(ctx, chief, s.ContactID, leads.ContactChange{Fields: values("born", `null`)}))(t)
	if c := must(o.Contact(ctx, chief, s.ContactID))(t); shownValues(c.Fields) != "likes=["+tea+","+water+"]" || c.Name == "No" {
		t.Errorf("after clearing one the contact has %s", shownValues(c.Fields))
	}

	lead := must(pipelineOf(o.Store).Change(ctx, chief, s.LeadID, pipeline.Edit{Fields: values("cost", `{"amount":150000,"currency":"RUB"}`, "site", `"https://x.example/?a=1"`)}))(t)
	want = `cost={"amount":150000,"currency":"RUB"} site="https://x.example/?a=1"`
	if shownValues(lead.Fields) != want || shownValues(o.lead(s.LeadID).Fields) != want {
		t.Errorf("the lead has %s", shownValues(lead.Fields))
	}
	for _, l := range o.leads(chief, leads.LeadFilter{}) {
		if got := shownValues(l.Fields); (l.ID == s.LeadID) != (got == want) {
			t.Errorf("in the list %s has %s", l.ID, got)
		}
	}
	i := must(o.facts().Write(ctx, chief, s.InteractionID, leads.FactsChange{Fields: values("rating", `4.50`)}))(t)
	if shownValues(i.Fields) != "rating=4.5" || shownValues(o.interactions(chief, leads.InteractionFilter{ContactID: s.ContactID})[0].Fields) != "rating=4.5" {
		t.Errorf("the interaction has %s", shownValues(i.Fields))
	}
	must(o.facts().Write(ctx, chief, s.InteractionID, leads.FactsChange{Fields: values("rating", `""`)}))(t)
	if got := must(o.Interaction(ctx, chief, s.InteractionID))(t).Fields; len(got) != 0 {
		t.Errorf("the interaction still has %s", shownValues(got))
	}
	history := must(o.RecordHistory(ctx, chief, leads.ObjectInteraction, s.InteractionID))(t)
	if len(history) != 2 || history[0].Before != "4.5" || history[0].After != "" || history[1].After != "4.5" {
		t.Errorf("the interaction's history is %+v", history)
	}
}

// testFieldRace: of writers that change one field from one value, one wins each time and nobody's
// change is lost without notice.
func testFieldRace(t *testing.T, o office) {
	ctx := t.Context()
	o.field("n", leads.CustomOfLead, leads.CustomNumber)
	s := o.put(form("1", phone(1)))[0]
	const writers = 6
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			if _, err := pipelineOf(o.Store).Change(ctx, admin, s.LeadID, pipeline.Edit{Fields: values("n", fmt.Sprint(w))}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	history := must(o.RecordHistory(ctx, admin, leads.ObjectLead, s.LeadID))(t)
	from, to := map[string]int{}, map[string]int{}
	for _, e := range history {
		from[e.Before]++
		to[e.After]++
	}
	// Every value but the last was replaced, so that the changes are one chain.
	for value, n := range to {
		if n != 1 || from[value] > 1 {
			t.Errorf("%q was written %d times and replaced %d times: %v, %v", value, n, from[value], from, to)
		}
	}
	if len(history) != writers || from[""] != 1 {
		t.Errorf("the history has %d changes, %d from nothing", len(history), from[""])
	}
}

// testFieldRequired: a field is required in its stage and later open and won ones, of the lead,
// its contact, or one of its interactions, and not in lost ones.
func testFieldRequired(t *testing.T, o office) {
	ctx, p, s := t.Context(), pipelineOf(o.Store), o.fields()
	for id, object := range map[string]leads.CustomObject{"c": leads.CustomOfContact, "l": leads.CustomOfLead, "i": leads.CustomOfInteraction} {
		o.field(id, object, leads.CustomText)
		must(s.Change(ctx, admin, id, fields.Edit{RequiredFrom: &[]string{"working"}}))(t)
	}
	a, b := o.put(form("1", phone(1)))[0], o.put(form("2", phone(2)))[0]
	for _, stage := range []string{"working", "won"} {
		wrong := isProblem(t, second(p.Change(ctx, admin, a.LeadID, pipeline.Edit{StageID: stage})), leads.ErrInvalid, "fields.c")
		if wrong.Value != "fields.c,fields.i,fields.l" || wrong.Reason != pipeline.ReasonStageNeeds {
			t.Errorf("%s: %+v", stage, wrong)
		}
	}
	wrong := isProblem(t, second(p.Change(ctx, admin, a.LeadID, pipeline.Edit{StageID: "working", Fields: values("l", `"x"`)})), leads.ErrInvalid, "fields.c")
	if wrong.Value != "fields.c,fields.i" || len(o.lead(a.LeadID).Fields) != 0 {
		t.Errorf("a refused move: %+v, %s", wrong, shownValues(o.lead(a.LeadID).Fields))
	}
	must(o.ChangeContact(ctx, admin0(o), a.ContactID, leads.ContactChange{Fields: values("c", `"x"`)}))(t)
	must(o.facts().Write(ctx, admin0(o), a.InteractionID, leads.FactsChange{Fields: values("i", `"x"`)}))(t)
	if l := must(p.Change(ctx, admin, a.LeadID, pipeline.Edit{StageID: "working", Fields: values("l", `"x"`)}))(t); l.StageID != "working" {
		t.Errorf("it stands in %s", l.StageID)
	}
	if l := must(p.Move(ctx, admin, b.LeadID, leads.LeadRefused, "spam"))(t); l.Status != leads.LeadRefused {
		t.Errorf("a lost stage requires fields: %+v", l)
	}

	must(s.Change(ctx, admin, "l", fields.Edit{RequiredFrom: &[]string{"new"}}))(t)
	chief := o.hire("chief", leads.RoleSupervisor, "")
	wrong = isProblem(t, second(p.Open(ctx, chief, b.ContactID, "", "", nil)), leads.ErrInvalid, "fields.l")
	if wrong.Value != "fields.l" {
		t.Errorf("opening: %+v", wrong)
	}
	if l := must(p.Open(ctx, chief, b.ContactID, "", "", values("l", `"new"`)))(t); shownValues(l.Fields) != `l="new"` {
		t.Errorf("opened with %s", shownValues(l.Fields))
	}
	other := o.addPipeline()
	must(s.Change(ctx, admin, "l", fields.Edit{RequiredFrom: &[]string{}, Pipelines: &[]string{other.ID}}))(t)
	_ = isProblem(t, second(p.Change(ctx, admin, a.LeadID, pipeline.Edit{Fields: values("l", `"y"`)})), leads.ErrInvalid, "fields.l")
}

// testCompanyFields: companies have custom fields, which are filters, are found, are in the history,
// may be required of a lead's company, and go with a company that is deleted.
func testCompanyFields(t *testing.T, o office) {
	ctx, p := t.Context(), pipelineOf(o.Store)
	chief := o.hire("chief", leads.RoleSupervisor, "")
	o.field("branch", leads.CustomOfCompany, leads.CustomChoose, "Trade", "Farming")
	o.field("contract", leads.CustomOfCompany, leads.CustomText)
	rose, lily := o.company(chief, "Rose"), o.company(chief, "Lily")
	change := leads.CompanyChange{Fields: values("branch", `"farming"`, "contract", `"Nº 17-Ж"`)}
	var c leads.Company
	events := o.recorded(func() (err error) {
		c, err = o.companies().Change(ctx, sees(chief), rose.ID, change, false)
		return err
	})
	if shownValues(c.Fields) != shownValues(must(o.Company(ctx, admin, rose.ID))(t).Fields) || string(c.Fields["contract"]) != `"Nº 17-Ж"` || c.Version != rose.Version+1 {
		t.Errorf("changed %+v", c)
	}
	if !slices.Equal(types(events), []leads.EventType{leads.EventCompanyUpdated}) || !strings.Contains(string(events[0].Data), `"contract":"Nº 17-Ж"`) {
		t.Errorf("recorded %s", events[0].Data)
	}
	h := must(o.RecordHistory(ctx, admin, leads.ObjectCompany, rose.ID))(t)
	if len(h) != 3 || h[0].Custom == nil || h[0].Field != leads.FieldCustom || h[0].By.ID != chief.ID {
		t.Errorf("history %+v", h)
	}
	_ = isProblem(t, second(o.companies().Change(ctx, sees(chief), rose.ID, leads.CompanyChange{Fields: values("branch", `"fishing"`)}, false)), leads.ErrInvalid, "fields.branch")
	for _, f := range []leads.CompanyFilter{
		{Fields: o.filters(leads.CustomOfCompany, "branch:Farming")}, {Fields: o.filters(leads.CustomOfCompany, "contract:nº 17-ж", "branch:farming")},
		{Query: "17-ж"}, {Query: "farm"}, {OwnerID: leads.IDOf(c.Owner), Fields: o.filters(leads.CustomOfCompany, "branch:farming")},
	} {
		if list := must(o.Companies(ctx, f, leads.Page{Limit: 10}))(t); len(list.Items) != 1 || list.Items[0].ID != rose.ID {
			t.Errorf("%+v: %+v", f, list.Items)
		}
	}
	if hits := o.search(admin, "17-ж", search.KindCompany); len(hits) != 1 || hits[0].ID != rose.ID || hits[0].Why != "Field contract: Nº 17-Ж" {
		t.Errorf("found %+v", hits)
	}
	made := must(o.companies().Create(ctx, chief, companies.Wanted{Fields: leads.CompanyChange{Name: ptr("Iris"), Fields: values("branch", `"Trade"`)}}))(t)
	if len(made.Fields) != 1 {
		t.Errorf("made with %s", shownValues(made.Fields))
	}
	if err := o.companies().Delete(ctx, sees(chief), made.ID); err != nil {
		t.Error(err)
	}
	if list := must(o.Companies(ctx, leads.CompanyFilter{Fields: o.filters(leads.CustomOfCompany, "branch:trade")}, leads.Page{Limit: 10}))(t); len(list.Items) != 0 {
		t.Errorf("of a deleted company: %+v", list.Items)
	}

	must(o.fields().Change(ctx, admin, "contract", fields.Edit{RequiredFrom: &[]string{"working"}}))(t)
	lead := o.put(form("1", phone(1)))[0]
	move := func() error { return second(p.Change(ctx, admin, lead.LeadID, pipeline.Edit{StageID: "working"})) }
	_ = isProblem(t, move(), leads.ErrInvalid, "fields.contract")
	must(o.ChangeContact(ctx, sees(chief), lead.ContactID, leads.ContactChange{CompanyID: &lily.ID}))(t)
	_ = isProblem(t, move(), leads.ErrInvalid, "fields.contract")
	must(o.ChangeContact(ctx, sees(chief), lead.ContactID, leads.ContactChange{CompanyID: &rose.ID}))(t)
	if err := move(); err != nil {
		t.Error(err)
	}
}

// testFieldFilters: lists of contacts, leads and interactions and the board are filtered by custom
// fields, whoever looks.
func testFieldFilters(t *testing.T, o office) {
	ctx, anna := t.Context(), o.hire("anna", leads.RoleManager, "")
	o.field("kind", leads.CustomOfContact, leads.CustomChoose, "Gold", "Tin")
	o.field("born", leads.CustomOfContact, leads.CustomDate)
	o.field("sum", leads.CustomOfLead, leads.CustomMoney)
	o.field("town", leads.CustomOfLead, leads.CustomText)
	o.field("mark", leads.CustomOfInteraction, leads.CustomSeveral, "A", "B")
	var all []string
	chief := sees(o.hire("chief", leads.RoleSupervisor, ""))
	for i := range 4 {
		s := o.put(form(fmt.Sprint(i), phone(i)))[0]
		o.give(s.LeadID, anna)
		all = append(all, s.ContactID)
		must(o.ChangeContact(ctx, chief, s.ContactID, leads.ContactChange{Fields: values("kind", []string{`"Gold"`, `"Tin"`}[i%2], "born", fmt.Sprintf(`"199%d-01-01"`, i))}))(t)
		must(pipelineOf(o.Store).Change(ctx, chief, s.LeadID, pipeline.Edit{Fields: values("sum", fmt.Sprintf(`{"amount":%d,"currency":"RUB"}`, i*10000), "town", `"Орёл"`)}))(t)
		must(o.facts().Write(ctx, chief, s.InteractionID, leads.FactsChange{Fields: values("mark", []string{`["A"]`, `["A","B"]`}[i/2])}))(t)
	}
	if i, err := o.fields().Filters(ctx, leads.CustomOfContact, []string{"sum:1"}); err == nil {
		t.Errorf("a field of leads filters contacts: %+v", i)
	}
	places := func(contacts []string) string {
		var got []string
		for _, id := range contacts {
			got = append(got, fmt.Sprint(slices.Index(all, id)))
		}
		return strings.Join(got, "")
	}
	for _, v := range []leads.Viewer{admin, sees(anna)} {
		for texts, want := range map[string]string{"kind:gold": "20", "born:1991-01-01..": "321", "kind:Tin born:..1991-12-31": "1", "born:1993-01-01": "3", "kind:Tin kind:Gold": ""} {
			f := leads.ContactFilter{Fields: must(o.fields().Filters(ctx, leads.CustomOfContact, strings.Fields(texts)))(t)}
			var got []string
			for _, c := range o.contacts(v, f) {
				got = append(got, c.ID)
			}
			if places(got) != want {
				t.Errorf("%s sees of contacts with %s %s, want %s", v.Role, texts, places(got), want)
			}
		}
		for texts, want := range map[string]string{"sum:100..200": "21", "town:орел": "3210", "town:Орёл sum:..0": "0"} {
			f := leads.LeadFilter{PipelineID: "main", Fields: must(o.fields().Filters(ctx, leads.CustomOfLead, strings.Fields(texts)))(t)}
			for _, open := range []*bool{nil, ptr(true)} {
				f.Open = open
				var got, cards []string
				for _, l := range o.leads(v, f) {
					got = append(got, l.ContactID)
				}
				board := must(o.Board(ctx, v, f, ""))(t)
				for _, c := range board.Columns {
					for _, l := range c.Leads {
						cards = append(cards, l.ContactID)
					}
				}
				if places(got) != want || places(cards) != want {
					t.Errorf("%s sees of leads with %s %s, on the board %s; want %s", v.Role, texts, places(got), places(cards), want)
				}
			}
		}
		for texts, want := range map[string]string{"mark:A": "3210", "mark:b": "32", "mark:a mark:b": "32"} {
			f := leads.InteractionFilter{Fields: must(o.fields().Filters(ctx, leads.CustomOfInteraction, strings.Fields(texts)))(t)}
			var got []string
			for _, i := range o.interactions(v, f) {
				got = append(got, i.ContactID)
			}
			if places(got) != want {
				t.Errorf("%s sees of interactions with %s %s, want %s", v.Role, texts, places(got), want)
			}
		}
	}
	// Sorted by name too.
	f := leads.ContactFilter{Fields: must(o.fields().Filters(ctx, leads.CustomOfContact, []string{"kind:Tin", "born:1990-01-01.."}))(t)}
	if list := must(o.Contacts(ctx, admin, f, leads.Page{Limit: 10, Order: leads.ByName}))(t); len(list.Items) != 2 {
		t.Errorf("sorted by name: %d contacts", len(list.Items))
	}
}

// testFieldSearch: values are found by the search and by lists, which say which field has them;
// choices by their present names.
func testFieldSearch(t *testing.T, o office) {
	ctx, chief := t.Context(), sees(o.hire("chief", leads.RoleSupervisor, ""))
	town := o.field("town", leads.CustomOfContact, leads.CustomText)
	kind := o.field("kind", leads.CustomOfContact, leads.CustomChoose, "Platinum", "Tin")
	o.field("born", leads.CustomOfContact, leads.CustomDate)
	street := o.field("street", leads.CustomOfLead, leads.CustomText)
	courier := o.field("courier", leads.CustomOfLead, leads.CustomPhone)
	anna := o.hire("anna", leads.RoleManager, "")
	s := o.put(form("1", phone(1)))[0]
	o.give(s.LeadID, anna)
	o.put(form("2", phone(2)))
	must(o.ChangeContact(ctx, chief, s.ContactID, leads.ContactChange{Fields: values("town", `"Верхнеуральск"`, "kind", `"Platinum"`, "born", `"1990-05-17"`)}))(t)
	must(pipelineOf(o.Store).Change(ctx, chief, s.LeadID, pipeline.Edit{Fields: values("street", `"Цветочная 7"`, "courier", `"+79161112233"`)}))(t)
	o.index()
	for _, v := range []leads.Viewer{chief, sees(anna)} {
		for query, want := range map[string]string{
			"верхнеурал": town.Name + ": Верхнеуральск", "platin": kind.Name + ": Platinum", "цветочная": street.Name + ": Цветочная 7", "79161112233": courier.Name + ": +79161112233",
		} {
			hits := o.search(v, query, "")
			if !slices.ContainsFunc(hits, func(h search.Hit) bool { return strings.Contains(h.Why, want) }) {
				t.Errorf("%s finds %+v by %q, want %q", v.Role, hits, query, want)
			}
		}
		for query, want := range map[string]int{"верхнеуральск": 1, "PLATINUM": 1, "1990-05-17": 0, "tin": 1, "цветочная": 0} {
			if query == "tin" {
				want = 1 // in Platinum
			}
			if got := o.contacts(v, leads.ContactFilter{Query: query}); len(got) != want {
				t.Errorf("%s lists %d contacts with %q, want %d", v.Role, len(got), query, want)
			}
		}
		for query, want := range map[string]int{"верхнеуральск": 1, "цветочная": 1, "platinum": 1, "916 111-22-33": 1, "nothing": 0} {
			if got := o.leads(v, leads.LeadFilter{Query: query}); len(got) != want {
				t.Errorf("%s lists %d leads with %q, want %d", v.Role, len(got), query, want)
			}
		}
	}
	must(o.fields().Change(ctx, chief, "kind", fields.Edit{Choices: []fields.ChoiceEdit{{ID: kind.Choices[0].ID, Name: "Иридий"}, {ID: kind.Choices[1].ID, Name: "Tin"}}}))(t)
	o.index()
	if hits := o.search(chief, "иридий", ""); len(hits) == 0 {
		t.Error("a choice is not found by its new name")
	}
	if hits := o.search(chief, "platinum", ""); len(hits) != 0 {
		t.Errorf("a choice is found by its former name: %+v", hits)
	}
}

// testFieldMerge: a merge shows and takes the chosen values, and undoing gives them back, save
// what was changed since.
func testFieldMerge(t *testing.T, o office) {
	ctx := t.Context()
	o.field("town", leads.CustomOfContact, leads.CustomText)
	likes := o.field("likes", leads.CustomOfContact, leads.CustomSeveral, "Tea", "Water")
	o.field("size", leads.CustomOfContact, leads.CustomNumber)
	o.field("note", leads.CustomOfLead, leads.CustomText)
	a, b := o.put(form("1", phone(1)))[0], o.put(form("2", phone(2)))[0]
	root := admin0(o)
	must(o.ChangeContact(ctx, root, a.ContactID, leads.ContactChange{Fields: values("town", `"Tula"`, "likes", `["Tea"]`)}))(t)
	must(o.ChangeContact(ctx, root, b.ContactID, leads.ContactChange{Fields: values("town", `"Oryol"`, "likes", `["Tea","Water"]`, "size", `4`)}))(t)
	must(pipelineOf(o.Store).Change(ctx, root, b.LeadID, pipeline.Edit{Fields: values("note", `"x"`)}))(t)
	before := o.dump()
	p := must(o.contacting().PreviewMerge(ctx, root, a.ContactID, []string{b.ContactID}))(t)
	var got []string
	for _, f := range p.Fields[len(leads.MergeFields):] {
		line := string(f.Field)
		for _, v := range f.Values {
			line += fmt.Sprintf(" %v=%s", v.ContactID == a.ContactID, v.Value)
		}
		got = append(got, fmt.Sprintf("%s %v", line, f.Chosen == a.ContactID))
	}
	slices.Sort(got)
	if want := []string{"field:likes true=Tea false=Tea, Water true", "field:size false=4 false", "field:town true=Tula false=Oryol true"}; !slices.Equal(got, want) {
		t.Errorf("the preview is\n%q, want\n%q", got, want)
	}
	choice := leads.MergeChoice{"field:likes": b.ContactID}
	_ = isProblem(t, second(o.contacting().Merge(ctx, root, a.ContactID, []string{b.ContactID}, leads.MergeChoice{"field:none": b.ContactID})), leads.ErrInvalid, "fields.field:none")
	m := must(o.contacting().Merge(ctx, root, a.ContactID, []string{b.ContactID}, choice))(t)
	want := fmt.Sprintf(`likes=[%q,%q] size=4 town="Tula"`, likes.Choices[0].ID, likes.Choices[1].ID)
	if c := must(o.Contact(ctx, root, a.ContactID))(t); shownValues(c.Fields) != want {
		t.Errorf("merged: %s, want %s", shownValues(c.Fields), want)
	}
	o.unmerge(m)
	wantDump(t, "after undoing", o.dump(), before)

	m = must(o.contacting().Merge(ctx, root, a.ContactID, []string{b.ContactID}, choice))(t)
	must(o.ChangeContact(ctx, root, a.ContactID, leads.ContactChange{Fields: values("size", `5`)}))(t)
	o.unmerge(m)
	is, was := must(o.Contact(ctx, root, a.ContactID))(t), must(o.Contact(ctx, root, b.ContactID))(t)
	if shownValues(is.Fields) != fmt.Sprintf(`likes=[%q] size=5 town="Tula"`, likes.Choices[0].ID) || !strings.Contains(shownValues(was.Fields), `size=4 town="Oryol"`) {
		t.Errorf("after undoing: %s and %s", shownValues(is.Fields), shownValues(was.Fields))
	}
	// A field that was deleted since does not come back, and is not in the way.
	must(o.ChangeContact(ctx, root, a.ContactID, leads.ContactChange{Fields: values("size", `null`)}))(t)
	m = must(o.contacting().Merge(ctx, root, a.ContactID, []string{b.ContactID}, nil))(t)
	must(o.ChangeContact(ctx, root, a.ContactID, leads.ContactChange{Fields: values("size", `null`)}))(t)
	if err := o.fields().Drop(ctx, root, "size"); err != nil {
		t.Fatal(err)
	}
	o.unmerge(m)
	if c := must(o.Contact(ctx, root, b.ContactID))(t); c.Fields.Has("size") || !c.Fields.Has("town") {
		t.Errorf("after deleting a field: %s", shownValues(c.Fields))
	}
}

// testFieldForms: a form fills custom fields in the transaction of its request, of a contact only
// where it has no value; what has no place stays in the text.
func testFieldForms(t *testing.T, o office) {
	ctx := t.Context()
	o.field("born", leads.CustomOfContact, leads.CustomDate)
	o.field("budget", leads.CustomOfLead, leads.CustomMoney)
	likes := o.field("likes", leads.CustomOfLead, leads.CustomSeveral, "Tea", "Water", "Wine")
	o.field("mobile", leads.CustomOfContact, leads.CustomPhone)
	o.field("mark", leads.CustomOfInteraction, leads.CustomNumber)
	o.field("old", leads.CustomOfLead, leads.CustomText)
	must(o.fields().Change(ctx, admin, "old", fields.Edit{Retired: ptr(true)}))(t)
	sent := func(key string, from leads.Identity, pairs ...string) leads.Touch {
		f := form(key, from)
		f.Text = "Hello"
		for i := 0; i < len(pairs); i += 2 {
			f.Fields = append(f.Fields, leads.CustomInput{Code: pairs[i], Label: "Input " + pairs[i], Text: pairs[i+1]})
		}
		return f.Normalise("RU")
	}
	s := o.put(sent("1", phone(1), "born", "17.05.1990", "budget", "1 500,50", "likes", "wine", "likes", "Tea", "mobile", "8 916 123-45-67", "mark", "4", "none", "x", "old", "y"))[0]
	c, l, i := must(o.Contact(ctx, admin, s.ContactID))(t), o.lead(s.LeadID), must(o.Interaction(ctx, admin, s.InteractionID))(t)
	if got := shownValues(c.Fields); got != `born="1990-05-17" mobile="+79161234567"` {
		t.Errorf("the contact has %s", got)
	}
	if got := shownValues(l.Fields); got != fmt.Sprintf(`budget={"amount":150050,"currency":"RUB"} likes=[%q,%q]`, likes.Choices[0].ID, likes.Choices[2].ID) {
		t.Errorf("the lead has %s", got)
	}
	if shownValues(i.Fields) != "mark=4" || i.Text != "Hello\nInput none: x\nInput old: y" {
		t.Errorf("the request has %s and says %q", shownValues(i.Fields), i.Text)
	}
	for _, e := range s.Events {
		if b := body(t, e); b.Type == leads.EventLeadCreated && (!b.Contact.Fields.Has("born") || !b.Lead.Fields.Has("likes")) || b.Type == leads.EventInteraction && shownValues(b.Interaction.Fields) != "mark=4" {
			t.Errorf("the event %s has no custom fields", b.Type)
		}
	}
	if h := must(o.RecordHistory(ctx, admin, leads.ObjectContact, s.ContactID))(t); len(h) != 0 {
		t.Errorf("what a new contact comes with is a change: %+v", h)
	}

	again := o.put(sent("2", phone(1), "born", "18.05.1990", "born", "17.05.1990", "budget", "20 EUR", "mark", "bad", "likes", "Beer"))[0]
	c, l, i = must(o.Contact(ctx, admin, s.ContactID))(t), o.lead(s.LeadID), must(o.Interaction(ctx, admin, again.InteractionID))(t)
	if got := shownValues(c.Fields) + " " + shownValues(l.Fields); !strings.HasPrefix(got, `born="1990-05-17" mobile="+79161234567" budget={"amount":2000,"currency":"EUR"} likes=[`) {
		t.Errorf("after the second request: %s", got)
	}
	if len(i.Fields) != 0 || i.Text != "Hello\nInput born: 18.05.1990\nInput mark: bad\nInput likes: Beer" {
		t.Errorf("the second request has %s and says %q", shownValues(i.Fields), i.Text)
	}
	h := must(o.RecordHistory(ctx, admin, leads.ObjectLead, s.LeadID))(t)
	if n := slices.IndexFunc(h, func(e leads.HistoryEntry) bool { return e.Field == leads.FieldCustom }); n < 0 || h[n].Custom.ID != "budget" || h[n].After != "2000 EUR" || h[n].By != nil {
		t.Errorf("the lead's history is %+v", h)
	}
	if repeated := o.put(sent("2", phone(1), "budget", "30 EUR"))[0]; repeated.New || shownValues(o.lead(s.LeadID).Fields) != shownValues(l.Fields) {
		t.Error("a repeated request changes a field")
	}
}

// testFieldReminders: of a birthday the owner gets one task a year, so many days ahead, also after
// no hub ran; of a date of a lead its manager gets one.
func testFieldReminders(t *testing.T, o office) {
	ctx, anna := t.Context(), o.hire("anna", leads.RoleManager, "")
	o.field("born", leads.CustomOfContact, leads.CustomDate)
	o.field("ends", leads.CustomOfLead, leads.CustomDate)
	must(o.fields().Change(ctx, admin, "born", fields.Edit{RemindDays: ptr(int64(3))}))(t)
	must(o.fields().Change(ctx, admin, "ends", fields.Edit{RemindDays: ptr(int64(0))}))(t)
	moscow := time.FixedZone("MSK", 3*3600)
	now := time.Time{}
	r := &fields.Reminders{Store: storage.Room[fields.ReminderTx]{Store: o.Store}, Now: func() time.Time { return now.In(moscow) }}
	made := func(day string) (titles string) {
		t.Helper()
		now = must(time.ParseInLocation("2006-01-02 15:04", day+" 00:30", moscow))(t)
		before := o.tasks(admin, leads.TaskFilter{})
		for range 2 { // twice a day: once
			if err := r.Remind(ctx); err != nil {
				t.Fatal(err)
			}
		}
		var all []string
		for _, task := range o.tasks(admin, leads.TaskFilter{}) {
			if slices.ContainsFunc(before, func(b leads.Task) bool { return b.ID == task.ID }) {
				continue
			}
			if task.Kind != leads.TaskFollowUp || leads.IDOf(task.Owner) != anna.ID || !task.Due.Equal(now.Truncate(time.Hour).Add(9*time.Hour)) {
				t.Errorf("on %s: %+v", day, task)
			}
			all = append(all, task.Title)
		}
		slices.Sort(all)
		return strings.Join(all, ", ")
	}
	want := func(day, titles string) {
		t.Helper()
		if got := made(day); got != titles {
			t.Errorf("on %s the tasks are %q, want %q", day, got, titles)
		}
	}
	want("2027-01-01", "")
	root := admin0(o)
	born := func(n int, name, day string, owned bool) leads.Lead {
		s := o.put(form(name, phone(n)))[0]
		if owned {
			o.give(s.LeadID, anna)
		}
		must(o.ChangeContact(ctx, root, s.ContactID, leads.ContactChange{Name: &name, Fields: values("born", `"`+day+`"`)}))(t)
		return o.lead(s.LeadID)
	}
	lead := born(1, "May", "1990-05-17", true)
	born(2, "Leap", "1988-02-29", true)
	born(3, "Ownerless", "1990-05-17", false)
	must(pipelineOf(o.Store).Change(ctx, root, lead.ID, pipeline.Edit{Fields: values("ends", `"2027-05-16"`)}))(t)
	lost := born(5, "Lost", "1970-11-01", true)
	must(pipelineOf(o.Store).Change(ctx, root, lost.ID, pipeline.Edit{Fields: values("ends", `"2027-05-16"`)}))(t)
	must(pipelineOf(o.Store).Move(ctx, root, lost.ID, leads.LeadRefused, "spam"))(t)

	want("2027-02-24", "")
	want("2027-02-25", "Field born: Leap")
	want("2027-02-26", "")
	want("2027-05-13", "")
	want("2027-05-14", "Field born: May")
	want("2027-05-16", "Field ends: May")
	want("2027-05-18", "")
	want("2028-02-25", "") // the 29th is four days ahead
	want("2028-02-26", "Field born: Leap")
	want("2028-05-13", "")
	want("2028-05-20", "Field born: May") // no hub ran on the days before
	want("2028-05-21", "")
	want("2029-05-16", "Field born: May") // Leap's is too long ago
	late := born(4, "Late", "1990-05-15", true)
	want("2029-05-17", "") // entered after the day
	must(o.ChangeContact(ctx, root, late.ContactID, leads.ContactChange{Fields: values("born", `"1990-05-18"`)}))(t)
	want("2029-05-17", "Field born: Late")
}
