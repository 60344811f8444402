package storage_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"ctihub/leads"
	"ctihub/leads/pipeline"
	"ctihub/storage"
)

// addPipeline makes a pipeline of two open stages, a won one and a lost one.
func (o office) addPipeline() leads.Pipeline {
	o.t.Helper()
	name := "Repeat"
	return must(pipelineOf(o.Store).AddPipeline(o.t.Context(), admin, pipeline.Setup{Name: &name, Stages: []pipeline.StageEdit{
		{Name: "Call", Kind: leads.StageOpen, Probability: 20}, {Name: "Offer", Kind: leads.StageOpen, Probability: 70},
		{Name: "Bought", Kind: leads.StageWon, Probability: 100}, {Name: "Lost", Kind: leads.StageLost},
	}}))(o.t)
}

// edits are the stages of a pipeline as an edit has them.
func edits(p leads.Pipeline) (all []pipeline.StageEdit) {
	for _, s := range p.Stages {
		if !s.Retired {
			all = append(all, pipeline.StageEdit{ID: s.ID, Name: s.Names.EN, Kind: s.Kind, Probability: s.Probability, Required: s.Required})
		}
	}
	return all
}

func (o office) stays(leadID string) (all []string) {
	o.t.Helper()
	for _, s := range must(o.Lead(o.t.Context(), admin, leadID))(o.t).Stays {
		by := "-"
		if s.By != nil {
			by = s.By.Name
		}
		all = append(all, fmt.Sprint(s.StageID, " ", !s.Entered.IsZero(), " ", !s.Left.IsZero(), " ", by))
	}
	return all
}

// testStages: a lead goes to any stage of its pipeline and back while it is open; each stay is
// kept; a lost stage needs a reason of the dictionary or in words; a closed lead stays.
func testStages(t *testing.T, o office) {
	ctx, anna, p := t.Context(), o.hire("anna", leads.RoleManager, ""), pipelineOf(o.Store)
	other := o.addPipeline()
	id := o.put(form("1", ivan))[0].LeadID
	must(o.Take(ctx, anna, id))(t)
	move := func(e pipeline.Edit) (leads.Lead, error) { return p.Change(ctx, sees(anna), id, e) }

	amount, currency, product, day := int64(1_250_00), "EUR", "  Windows   and doors", "2027-02-28"
	l := must(move(pipeline.Edit{Amount: &amount, Product: &product, Expected: &day}))(t)
	if l.Amount != amount || l.Currency != "RUB" || l.Product != "Windows and doors" || l.Expected != day || l.StageID != "new" || l.Status != leads.LeadNew {
		t.Errorf("edited %+v", l)
	}
	l = must(move(pipeline.Edit{StageID: "working", Currency: &currency}))(t)
	if l.StageID != "working" || l.Status != leads.LeadWorking || l.Currency != "EUR" || l.Amount != amount {
		t.Errorf("moved %+v", l)
	}
	if l = must(move(pipeline.Edit{StageID: "new"}))(t); l.Status != leads.LeadNew {
		t.Errorf("moved back %+v", l)
	}
	l = must(move(pipeline.Edit{StageID: other.Stages[1].ID}))(t)
	if l.PipelineID != other.ID || l.Status != leads.LeadWorking {
		t.Errorf("in another pipeline %+v", l)
	}
	if l = must(move(pipeline.Edit{StageID: other.Stages[0].ID}))(t); l.Status != leads.LeadNew {
		t.Errorf("in its first stage %+v", l)
	}
	lost := other.Stages[3].ID
	_ = isProblem(t, second(move(pipeline.Edit{StageID: lost})), leads.ErrInvalid, "refusal")
	_ = isProblem(t, second(move(pipeline.Edit{StageID: lost, RefusalID: "enquiry"})), leads.ErrInvalid, "refusal_id")
	_ = isProblem(t, second(move(pipeline.Edit{StageID: "working", Refusal: "x"})), leads.ErrInvalid, "refusal")
	_ = isProblem(t, second(move(pipeline.Edit{StageID: "nowhere"})), leads.ErrInvalid, "stage_id")
	l = must(move(pipeline.Edit{StageID: lost, RefusalID: "too_expensive", Refusal: "by 20 %"}))(t)
	if l.Status != leads.LeadRefused || l.RefusalID != "too_expensive" || l.Refusal != "by 20 %" || l.Closed.IsZero() {
		t.Errorf("lost %+v", l)
	}
	_ = isProblem(t, second(move(pipeline.Edit{StageID: "working"})), leads.ErrInvalid, "stage_id")
	l = must(p.Reopen(ctx, sees(anna), id))(t)
	if l.StageID != other.Stages[1].ID || l.RefusalID != "" || !l.Closed.IsZero() {
		t.Errorf("reopened %+v", l)
	}
	a, b := other.Stages[0].ID, other.Stages[1].ID
	want := []string{b + " true false -", lost + " true true The anna", a + " true true The anna", b + " true true The anna",
		"new true true The anna", "working true true The anna", "new true true The anna"}
	if got := o.stays(id); !slices.Equal(got, want) {
		t.Errorf("stays\n%q, want\n%q", got, want)
	}

	// The words of an entry are that entry, in either language.
	must(move(pipeline.Edit{Status: leads.LeadRefused, Refusal: "Дорого"}))(t)
	if l := must(o.Lead(ctx, admin, id))(t); l.RefusalID != "too_expensive" || l.StageID != lost {
		t.Errorf("refused in words: %+v", l)
	}
	if e := must(o.Entries(ctx, leads.DictionaryRefusal))(t); !e[slices.IndexFunc(e, func(e leads.Entry) bool { return e.ID == "too_expensive" })].Used {
		t.Error("the reason of a lead may be deleted")
	}
	for field, e := range map[string]pipeline.Edit{
		"amount": {Amount: ptr(int64(-1))}, "currency": {Currency: ptr("rub")}, "expected": {Expected: ptr("31.12.2027")}, "probability": {Probability: leads.OptionalNumber{Given: true, Number: ptr(int64(101))}},
	} {
		_ = isProblem(t, second(move(e)), leads.ErrInvalid, field)
	}
}

func ptr[T any](v T) *T { return &v }

// testStageNeeds: a stage that requires fields takes no lead that lacks one, and names them.
func testStageNeeds(t *testing.T, o office) {
	ctx, p := t.Context(), pipelineOf(o.Store)
	main := must(p.Pipeline(ctx, "main"))(t)
	stages := edits(main)
	stages[1].Required = []leads.StageField{leads.NeedsNature, leads.NeedsCompany, leads.NeedsPhone, leads.NeedsAmount}
	must(p.ChangePipeline(ctx, admin, "main", pipeline.Setup{Stages: stages}))(t)
	s := o.put(form("1", mail))[0]
	wrong := isProblem(t, second(p.Change(ctx, admin, s.LeadID, pipeline.Edit{StageID: "working"})), leads.ErrInvalid, "amount")
	if wrong.Value != "amount,company,phone,nature" || wrong.Reason != pipeline.ReasonStageNeeds {
		t.Errorf("%+v", wrong)
	}
	_ = isProblem(t, second(p.Move(ctx, admin, s.LeadID, leads.LeadWorking, "")), leads.ErrInvalid, "amount")
	wrong = isProblem(t, second(p.Change(ctx, admin, s.LeadID, pipeline.Edit{StageID: "working", Amount: ptr(int64(5))})), leads.ErrInvalid, "company")
	if l := must(o.Lead(ctx, admin, s.LeadID))(t); l.StageID != "new" || l.Amount != 0 || wrong.Value != "company,phone,nature" {
		t.Errorf("a refused move changed %+v, %+v", l, wrong)
	}
	chief := o.hire("chief", leads.RoleSupervisor, "")
	must(o.ChangeContact(ctx, sees(chief), s.ContactID, leads.ContactChange{Company: ptr("Acme")}))(t)
	must(o.contacting().AddIdentity(ctx, sees(chief), s.ContactID, ivan))(t)
	o.writes(chief, s.InteractionID, leads.FactsChange{Nature: leads.OptionalText{Given: true, Text: "order"}})
	if l := must(p.Change(ctx, admin, s.LeadID, pipeline.Edit{StageID: "working", Amount: ptr(int64(5))}))(t); l.StageID != "working" {
		t.Errorf("%+v", l)
	}
}

// testPipelineEdit: stages are renamed, ordered, added and retired; leads in a retired one are
// moved with their history, or it is refused with their number.
func testPipelineEdit(t *testing.T, o office) {
	ctx, p, chief := t.Context(), pipelineOf(o.Store), sees(o.hire("chief", leads.RoleSupervisor, ""))
	a, b := o.put(form("1", phone(1)))[0].LeadID, o.put(form("2", phone(2)))[0].LeadID
	must(p.Change(ctx, chief, b, pipeline.Edit{StageID: "working"}))(t)
	won := o.put(form("3", phone(3)))[0].LeadID
	must(p.Move(ctx, chief, won, leads.LeadWon, ""))(t)
	change := func(e pipeline.Setup) (leads.Pipeline, error) { return p.ChangePipeline(ctx, chief, "main", e) }
	main := must(p.Pipeline(ctx, "main"))(t)

	stages := edits(main)
	stages[0].Name = "Новый" // as it is in the other language
	stages = slices.Insert(stages, 1, pipeline.StageEdit{Name: "Offer", Kind: leads.StageOpen, Probability: 30})
	now := must(change(pipeline.Setup{Stages: stages}))(t)
	if now.Stages[0].Names != (leads.Names{EN: "New", RU: "Новый"}) || now.Stages[1].Names.RU != "Offer" || now.Stages[2].ID != "working" {
		t.Errorf("added %+v", now.Stages)
	}
	offer := now.Stages[1].ID
	stages = edits(now)[1:]
	wrong := isProblem(t, second(change(pipeline.Setup{Stages: stages})), leads.ErrConflict, "moves")
	if wrong.Value != "1" || wrong.Reason != pipeline.ReasonLeadsStand {
		t.Errorf("%+v", wrong)
	}
	_ = isProblem(t, second(change(pipeline.Setup{Stages: stages, Moves: map[string]string{"new": "won"}})), leads.ErrInvalid, "moves")
	events := o.recorded(func() error {
		return second(change(pipeline.Setup{Stages: stages, Moves: map[string]string{"new": "working"}}))
	})
	if l := must(o.Lead(ctx, admin, a))(t); l.StageID != "working" || l.Status != leads.LeadWorking || !slices.Equal(types(events), []leads.EventType{leads.EventPipeline}) {
		t.Errorf("moved %+v, %v", l, types(events))
	}
	if got := o.stays(a); !slices.Equal(got, []string{"working true false -", "new true true The chief"}) {
		t.Errorf("stays %q", got)
	}
	if s := o.put(form("4", phone(4)))[0]; must(o.Lead(ctx, admin, s.LeadID))(t).StageID != offer {
		t.Error("a new lead does not begin in the first stage")
	}

	// The first stage is new: its leads get the status with the order.
	now = must(p.Pipeline(ctx, "main"))(t)
	stages = edits(now)
	stages[0], stages[1] = stages[1], stages[0]
	must(change(pipeline.Setup{Stages: stages}))(t)
	if l := must(o.Lead(ctx, admin, a))(t); l.Status != leads.LeadNew {
		t.Errorf("in the first stage now: %+v", l)
	}
	// A closed stage is retired with its leads.
	stages = append(edits(must(p.Pipeline(ctx, "main"))(t)), pipeline.StageEdit{Name: "Paid", Kind: leads.StageWon, Probability: 100})
	stages = slices.DeleteFunc(stages, func(s pipeline.StageEdit) bool { return s.ID == "won" })
	must(change(pipeline.Setup{Stages: stages}))(t)
	if l := must(o.Lead(ctx, admin, won))(t); l.StageID != "won" || l.Status != leads.LeadWon {
		t.Errorf("won in a retired stage: %+v", l)
	}
	_ = isProblem(t, second(p.Change(ctx, chief, a, pipeline.Edit{StageID: "won"})), leads.ErrInvalid, "stage_id")

	for name, e := range map[string]pipeline.Setup{
		"no open stage": {Stages: stages[2:]}, "no lost stage": {Stages: slices.DeleteFunc(slices.Clone(stages), func(s pipeline.StageEdit) bool { return s.Kind == leads.StageLost })},
		"twice": {Stages: append(slices.Clone(stages), stages[0])}, "another kind": {Stages: []pipeline.StageEdit{{ID: "refused", Name: "x", Kind: leads.StageOpen}}},
		"no such field": {Stages: []pipeline.StageEdit{{Name: "x", Kind: leads.StageOpen, Required: []leads.StageField{"shoe size"}}}},
	} {
		if p := isProblem(t, second(change(e)), leads.ErrInvalid, "stages"); t.Failed() {
			t.Fatal(name, p)
		}
	}
	anna := sees(o.hire("anna", leads.RoleManager, ""))
	_ = isProblem(t, second(p.ChangePipeline(ctx, anna, "main", pipeline.Setup{Name: ptr("x")})), leads.ErrForbidden, "")
	_ = isProblem(t, second(p.AddPipeline(ctx, anna, pipeline.Setup{Name: ptr("x"), Stages: stages})), leads.ErrForbidden, "")
}

// testPipelineRetired: the leads of a retired pipeline go to another one; none is lost, and
// none becomes the second open lead of its contact there.
func testPipelineRetired(t *testing.T, o office) {
	ctx, p := t.Context(), pipelineOf(o.Store)
	other := o.addPipeline()
	a, b := o.put(form("1", phone(1)))[0], o.put(form("2", phone(2)))[0]
	for _, s := range []string{a.LeadID, b.LeadID} {
		must(p.Change(ctx, admin, s, pipeline.Edit{StageID: other.Stages[1].ID}))(t)
	}
	inMain := must(p.Open(ctx, o.hire("chief", leads.RoleSupervisor, ""), b.ContactID, "", "main", nil))(t)
	if p := isProblem(t, p.RetirePipeline(ctx, admin, other.ID, ""), leads.ErrConflict, "moves"); p.Value != "2" {
		t.Errorf("%+v", p)
	}
	if p := isProblem(t, p.RetirePipeline(ctx, admin, other.ID, "working"), leads.ErrConflict, "moves"); p.Value != "1" || p.Reason != pipeline.ReasonInTheWay {
		t.Errorf("%+v", p)
	}
	must(p.Move(ctx, admin, inMain.ID, leads.LeadWon, ""))(t)
	if err := p.RetirePipeline(ctx, admin, other.ID, "working"); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{a.LeadID, b.LeadID} {
		if l := must(o.Lead(ctx, admin, id))(t); l.PipelineID != "main" || l.StageID != "working" || l.Status != leads.LeadWorking {
			t.Errorf("%+v", l)
		}
	}
	_ = isProblem(t, second(p.Open(ctx, o.hire("boss", leads.RoleSupervisor, ""), a.ContactID, "", other.ID, nil)), leads.ErrInvalid, "pipeline_id")
	_ = isProblem(t, p.RetirePipeline(ctx, admin, "main", other.Stages[0].ID), leads.ErrInvalid, "takes_new")
}

// testPipelineOfTouch: new and repeat customers begin in the pipelines that take them; a touch
// goes to the newest open lead of its contact.
func testPipelineOfTouch(t *testing.T, o office) {
	ctx, p := t.Context(), pipelineOf(o.Store)
	other := o.addPipeline()
	yes := true
	must(p.ChangePipeline(ctx, admin, other.ID, pipeline.Setup{TakesRepeat: &yes}))(t)
	if main := must(p.Pipeline(ctx, "main"))(t); !main.TakesNew || main.TakesRepeat {
		t.Errorf("%+v", main)
	}
	first := o.put(form("1", ivan))[0]
	if l := must(o.Lead(ctx, admin, first.LeadID))(t); l.PipelineID != "main" || l.StageID != "new" || l.Staged != l.Opened {
		t.Errorf("a new customer's: %+v", l)
	}
	must(p.Move(ctx, admin, first.LeadID, leads.LeadWon, ""))(t)
	next := o.put(form("2", ivan))[0]
	if l := must(o.Lead(ctx, admin, next.LeadID))(t); l.PipelineID != other.ID || l.StageID != other.Stages[0].ID || !l.Repeat {
		t.Errorf("a repeat customer's: %+v", l)
	}
	chief := o.hire("chief", leads.RoleSupervisor, "")
	wrong := isProblem(t, second(p.Open(ctx, chief, first.ContactID, "", "", nil)), leads.ErrExists, "")
	if wrong.Value != next.LeadID {
		t.Errorf("%+v", wrong)
	}
	by := must(p.Open(ctx, chief, first.ContactID, "More", "main", nil))(t)
	if by.PipelineID != "main" || by.StageID != "new" {
		t.Errorf("by hand: %+v", by)
	}
	_ = isProblem(t, second(p.Open(ctx, chief, first.ContactID, "", "main", nil)), leads.ErrExists, "")
	_ = isProblem(t, second(p.Change(ctx, admin, next.LeadID, pipeline.Edit{StageID: "working"})), leads.ErrExists, "")
	// The form of noon is older than the lead that was opened by hand.
	for n, touch := range []leads.Touch{form("3", ivan), call("4", ivan, "100")} {
		if s := o.put(touch)[0]; s.LeadID != by.ID {
			t.Errorf("touch %d belongs to %+v", n, s)
		}
	}
	must(p.Move(ctx, admin, by.ID, leads.LeadWon, ""))(t)
	if s := o.put(form("5", ivan))[0]; s.LeadID != next.LeadID {
		t.Errorf("then it belongs to %+v", s)
	}
	// The same with the pipelines the other way round.
	petr := phone(7)
	old := o.put(form("6", petr))[0]
	newer := must(p.Open(ctx, chief, old.ContactID, "", other.ID, nil))(t)
	if s := o.put(form("7", petr))[0]; s.LeadID != newer.ID {
		t.Errorf("of leads in both it belongs to %+v, not to the newer one", s)
	}
}

// testBoard: each column of each viewer's board has what looking at each lead finds.
func testBoard(t *testing.T, o office) {
	w := makeWorld(t, o)
	yes := true
	all := must(o.Pipelines(t.Context()))(t)
	divided, weighted := 0, int64(0)
	for login, u := range w.users {
		for _, p := range all {
			for _, f := range []leads.LeadFilter{{Open: &yes}, {}, {Open: &yes, Sources: []string{"landing"}}, {ManagerID: w.users["anna"].ID}, {Query: "person 1"}, {Opened: leads.Period{Since: noon.Add(5 * 60e9), Until: noon.Add(30 * 60e9)}}} {
				f.PipelineID = p.ID
				want := map[string]*leads.Column{}
				for _, l := range w.leads {
					if !w.seesLead(u, l) || l.PipelineID != p.ID || f.Open != nil && !l.Status.Open() || len(f.Sources) > 0 && l.Source != "landing" ||
						f.ManagerID != "" && l.ManagerID != f.ManagerID || !has(l.ContactName, f.Query) || !f.Opened.Since.IsZero() && (l.Opened.Before(f.Opened.Since) || !l.Opened.Before(f.Opened.Until)) {
						continue
					}
					c := want[l.StageID]
					if c == nil {
						c = &leads.Column{}
						want[l.StageID] = c
					}
					stage, _ := p.Stage(l.StageID)
					c.Count++
					c.Leads = append(c.Leads, l)
					c.Sums = plus(c.Sums, leads.Sum{Currency: l.Currency, Amount: l.Amount, Weighted: l.Amount * stage.Probability / 100})
				}
				b := must(o.Board(t.Context(), sees(u), f, ""))(t)
				for _, c := range b.Columns {
					x := want[c.StageID]
					if x == nil {
						x = &leads.Column{}
					}
					slices.SortFunc(x.Leads, func(a, b leads.Lead) int {
						return strings.Compare(b.Opened.Format("20060102150405.000000")+b.ID, a.Opened.Format("20060102150405.000000")+a.ID)
					})
					id := func(l leads.Lead) string { return l.ID }
					if c.Count != x.Count || !slices.Equal(c.Sums, x.Sums) || !slices.Equal(ids(c.Leads, id), ids(x.Leads, id)) || c.Next != "" {
						t.Errorf("%s, %s, %+v: stage %s: %d leads of %v, want %d of %v", login, p.Names.EN, f, c.StageID, c.Count, c.Sums, x.Count, x.Sums)
					}
					if x.Count > 0 && x.Count < int64(len(w.leads)) {
						divided++
					}
					for _, s := range c.Sums {
						weighted += s.Weighted
					}
				}
				if len(b.Columns) != 4 {
					t.Errorf("%d columns", len(b.Columns))
				}
			}
		}
	}
	if divided < 50 || weighted == 0 {
		t.Errorf("the world divides little: %d, %d", divided, weighted)
	}
}

// plus adds to the sums by currency.
func plus(sums []leads.Sum, s leads.Sum) []leads.Sum {
	if s.Currency == "" {
		return sums
	}
	n := slices.IndexFunc(sums, func(o leads.Sum) bool { return o.Currency == s.Currency })
	if n < 0 {
		sums = append(sums, s)
	} else {
		sums[n].Amount, sums[n].Weighted = sums[n].Amount+s.Amount, sums[n].Weighted+s.Weighted
	}
	slices.SortFunc(sums, func(a, b leads.Sum) int { return strings.Compare(a.Currency, b.Currency) })
	return sums
}

// A column goes on in the list of its stage, after the cards of the board.
func TestBoardGoesOn(t *testing.T) {
	o := office{t, open(t, storage.Config{DataDir: dataDir(t)})}
	var touches []leads.Touch
	for n := range 60 {
		touches = append(touches, form(fmt.Sprint(n), phone(n)))
	}
	o.put(touches...)
	b := must(o.Board(t.Context(), admin, leads.LeadFilter{PipelineID: "main"}, leads.OldestFirst))(t)
	c := b.Columns[0]
	rest := must(o.Leads(t.Context(), admin, leads.LeadFilter{StageID: c.StageID}, leads.Page{Limit: 200, Cursor: c.Next, Order: leads.OldestFirst}))(t)
	seen := map[string]bool{}
	for _, l := range slices.Concat(c.Leads, rest.Items) {
		seen[l.ID] = true
	}
	if c.Count != 60 || len(c.Leads) != 50 || len(rest.Items) != 10 || len(seen) != 60 {
		t.Errorf("%d of %d, then %d", len(c.Leads), c.Count, len(rest.Items))
	}
}
