package storage_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/tasks"
	"ctihub/storage"
)

// seesChange reports whether a user sees the record of a change.
func (w world) seesChange(u leads.User, e leads.HistoryEntry) bool {
	switch e.Object {
	case leads.ObjectContact:
		return slices.ContainsFunc(w.contacts, func(c leads.Contact) bool { return c.ID == e.ObjectID && w.seesContact(u, c) })
	case leads.ObjectLead:
		return slices.ContainsFunc(w.leads, func(l leads.Lead) bool { return l.ID == e.ObjectID && w.seesLead(u, l) })
	case leads.ObjectTask:
		return slices.ContainsFunc(w.tasks, func(t leads.Task) bool { return t.ID == e.ObjectID && w.seesTask(u, t) })
	case leads.ObjectCompany:
		return true
	case leads.ObjectInteraction:
		return slices.ContainsFunc(w.touches, func(i leads.Interaction) bool { return i.ID == e.ObjectID && w.seesTouch(u, i) })
	}
	return u.Role.SeesAll()
}

func (w world) checkHistory(t *testing.T, o office) {
	type f = leads.HistoryFilter
	id := func(e leads.HistoryEntry) string { return e.ID }
	all := o.changes(leads.HistoryFilter{})
	chief, middle := w.users["gleb"].ID, all[len(all)/2]
	one := all[slices.IndexFunc(all, func(e leads.HistoryEntry) bool { return e.Object == leads.ObjectTask })]
	period := leads.Period{Since: middle.At, Until: middle.At.Add(time.Hour)}
	listing[f, leads.HistoryEntry]{
		"the history", newestFirst(all, func(e leads.HistoryEntry) time.Time { return e.At }, id), id, w.seesChange, whatever[f, leads.HistoryEntry],
		[]use[f, leads.HistoryEntry]{
			by("Object", func(f *f) { f.Object = leads.ObjectTask }, func(e leads.HistoryEntry) bool { return e.Object == leads.ObjectTask }),
			by("ObjectID", func(f *f) { f.Object, f.ObjectID = one.Object, one.ObjectID }, func(e leads.HistoryEntry) bool { return e.ObjectID == one.ObjectID }),
			by("UserID", func(f *f) { f.UserID = chief }, func(e leads.HistoryEntry) bool { return leads.IDOf(e.By) == chief }),
			by("Way", func(f *f) { f.Way = leads.WayRule }, func(e leads.HistoryEntry) bool { return e.Way == leads.WayRule }),
			by("Field", func(f *f) { f.Field = leads.FieldTags }, func(e leads.HistoryEntry) bool { return e.Field == leads.FieldTags }),
			by("Made", func(f *f) { f.Made = period }, func(e leads.HistoryEntry) bool { return !e.At.Before(period.Since) && e.At.Before(period.Until) }),
		}, []string{"Object", "UserID", "Way", "Field"}, nil, nil,
		func(v leads.Viewer, f f, p leads.Page) ([]string, string) {
			list, err := o.History(t.Context(), v, f, p)
			if f.ObjectID != "" && errors.Is(err, leads.ErrNotFound) {
				return nil, ""
			}
			return paged(t, id, list, err)
		},
	}.check(t, w.users)
}

// changes returns the whole history, the latest first.
func (o office) changes(f leads.HistoryFilter) (all []leads.HistoryEntry) {
	o.t.Helper()
	for p := (leads.Page{Limit: 200}); ; {
		list := must(o.History(o.t.Context(), admin, f, p))(o.t)
		all = append(all, list.Items...)
		if p.Cursor = list.Next; p.Cursor == "" {
			return all
		}
	}
}

// testHistory: what people change of every kind of record is written down once, with who did it and
// by which way; of a lead also what the rules of the router do.
func testHistory(t *testing.T, o office) {
	ctx, anna, boris := t.Context(), o.hire("anna", leads.RoleManager, "", "100"), o.hire("boris", leads.RoleManager, "")
	by := func(u leads.User, way leads.Way) leads.Viewer {
		return leads.Viewer{UserID: u.ID, Role: u.Role, Way: way}
	}
	chief := o.hire("chief", leads.RoleSupervisor, "")
	known := map[string]bool{}
	fresh := func() (list []leads.HistoryEntry) {
		for _, e := range slices.Backward(o.changes(leads.HistoryFilter{})) {
			if !known[e.ID] {
				known[e.ID], list = true, append(list, e)
			}
		}
		return list
	}
	fresh()
	wrote := func(what string, f func() error, want ...string) {
		t.Helper()
		if err := f(); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		var got []string
		for _, e := range fresh() {
			who := "-"
			if e.By != nil {
				who = e.By.Name
			}
			got = append(got, fmt.Sprintf("%s %s %q: %q to %q by %s, %s", e.Object, e.Field, e.Name, e.Before, e.After, who, e.Way))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s wrote\n%q, want\n%q", what, got, want)
		}
	}
	stored := o.put(form("f1", ivan))[0]
	wrote("the router", func() error { o.give(stored.LeadID, anna); return nil }, `lead manager "Иван": "" to "The anna" by -, rule`)
	wrote("a hand-over", func() error {
		return second(pipelineOf(o.Store).HandOver(ctx, by(chief, leads.WayPage), stored.LeadID, boris.ID, chief.Name))
	}, `lead manager "Иван": "The anna" to "The boris" by The chief, page`)
	wrote("a move", func() error {
		return second(pipelineOf(o.Store).Move(ctx, by(boris, leads.WayAPI), stored.LeadID, leads.LeadWorking, ""))
	}, `lead status "Иван": "new" to "working" by The boris, api`)
	company := "Acme"
	wrote("a contact", func() error {
		return second(o.ChangeContact(ctx, by(boris, leads.WayBot), stored.ContactID, leads.ContactChange{Company: &company}))
	}, `contact company "Иван": "" to "Acme" by The boris, bot`)
	wrote("facts", func() error {
		return second(o.facts().Write(ctx, by(boris, leads.WayPage), stored.InteractionID, leads.FactsChange{Nature: text("order")}))
	}, `interaction nature "Иван": "" to "order" by The boris, page`)
	wrote("facts again", func() error {
		return second(o.facts().Write(ctx, by(boris, leads.WayPage), stored.InteractionID, leads.FactsChange{Nature: text("complaint")}))
	}, `interaction nature "Иван": "order" to "complaint" by The boris, page`)
	var task leads.Task
	wrote("a task", func() (err error) {
		task, err = o.tasking().Plan(ctx, by(boris, leads.WayPage), tasks.Plan{Kind: leads.TaskCall, Title: "Ask", Due: time.Now().Add(time.Hour)})
		return err
	}, `task created "Ask": "" to "Ask" by The boris, page`)
	high := leads.PriorityHigh
	wrote("a change of a task", func() error {
		return second(o.tasking().Change(ctx, by(boris, leads.WayPage), task.ID, tasks.Change{Priority: &high, OwnerID: &anna.ID}))
	}, `task priority "Ask": "normal" to "high" by The boris, page`, `task owner "Ask": "The boris" to "The anna" by The boris, page`)
	wrote("giving a task", func() error {
		return second(o.tasking().Give(ctx, by(chief, leads.WayPage), task.ID, boris.ID))
	}, `task owner "Ask": "The anna" to "The boris" by The chief, page`)
	wrote("the end of a task", func() error {
		return second(o.tasking().Finish(ctx, by(boris, leads.WayPage), task.ID, leads.Finished, "done"))
	}, `task status "Ask": "open" to "finished" by The boris, page`)
	wrote("a template", func() error {
		made, err := o.AddTemplate(ctx, by(chief, leads.WayPage), leads.Template{Name: "Hello", Text: "x"})
		if err == nil {
			_, err = o.ChangeTemplate(ctx, by(chief, leads.WayPage), made.ID, leads.TemplateChange{Text: &company})
		}
		return errors.Join(err, o.DropTemplate(ctx, by(chief, leads.WayPage), made.ID))
	}, `template created "Hello": "" to "Hello" by The chief, page`, `template text "Hello": "x" to "Acme" by The chief, page`, `template deleted "Hello": "Hello" to "" by The chief, page`)
	wrote("an entry", func() error {
		name := "Barter"
		e, err := o.facts().AddEntry(ctx, by(chief, leads.WayPage), leads.DictionaryNature, leads.EntryChange{Name: &name})
		retired := true
		if err == nil {
			_, err = o.facts().ChangeEntry(ctx, by(chief, leads.WayPage), leads.DictionaryNature, e.ID, leads.EntryChange{Retired: &retired})
		}
		return errors.Join(err, o.facts().DropEntry(ctx, by(chief, leads.WayPage), leads.DictionaryNature, e.ID))
	}, `dictionary created "Barter": "" to "Barter" by The chief, page`, `dictionary retired "Barter": "" to "yes" by The chief, page`, `dictionary deleted "Barter": "Barter" to "" by The chief, page`)
	wrote("what is required", func() error {
		r := leads.RequiredFacts{Sources: []leads.Required{{Name: "site", Facts: []leads.Fact{leads.FactNature}}}}
		_, err := o.facts().Require(ctx, by(chief, leads.WayAPI), r)
		return err
	}, `required_facts facts "site": "" to "nature" by The chief, api`)
	wrote("a user", func() error {
		u := must(o.User(ctx, anna.ID))(t)
		u.Team, u.Disabled, u.PasswordHash = "sales", true, "other"
		return second(o.UpdateUser(ctx, u))
	}, `user team "The anna": "" to "sales" by -, hub`, `user disabled "The anna": "" to "yes" by -, hub`, `user password "The anna": "" to "" by -, hub`)

	if list := must(o.RecordHistory(ctx, sees(boris), leads.ObjectLead, stored.LeadID))(t); len(list) != 3 {
		t.Errorf("boris finds %d changes of his lead", len(list))
	}
	for what, err := range map[string]error{
		"a colleague's lead": second(o.RecordHistory(ctx, sees(anna), leads.ObjectLead, stored.LeadID)),
		"a user":             second(o.RecordHistory(ctx, sees(boris), leads.ObjectUser, anna.ID)),
	} {
		if !errors.Is(err, leads.ErrNotFound) {
			t.Errorf("the history of %s: %v", what, err)
		}
	}
}

// testChangesMigration: what older versions wrote of contacts, leads, their managers and facts is in
// the one history, and goes back when the tables do.
func testChangesMigration(t *testing.T, o office) {
	ctx, anna, boris := t.Context(), o.hire("anna", leads.RoleManager, ""), o.hire("boris", leads.RoleManager, "")
	stored, company := o.put(form("f1", ivan))[0], "Acme"
	o.give(stored.LeadID, anna)
	must(o.Reassign(ctx, admin, stored.LeadID, boris.ID, "by_hand:x"))(t)
	must(pipelineOf(o.Store).Move(ctx, sees(boris), stored.LeadID, leads.LeadRefused, "dear"))(t)
	must(o.ChangeContact(ctx, sees(boris), stored.ContactID, leads.ContactChange{Company: &company}))(t)
	for _, nature := range []string{"order", "complaint"} {
		o.writes(boris, stored.InteractionID, leads.FactsChange{Nature: text(nature), Subject: text("of " + nature)})
	}
	told := func() (all []string) {
		for _, e := range o.changes(leads.HistoryFilter{}) {
			if e.Object != leads.ObjectUser {
				by := e.By
				if e.Field == leads.FieldManager { // was not stored
					by = nil
				}
				all = append(all, fmt.Sprint(e.Object, e.ObjectID, e.Field, e.Before, ">", e.After, e.Note, leads.IDOf(by), e.At))
			}
		}
		slices.Sort(all)
		return all
	}
	before := told()
	for _, version := range []int64{33, 0} {
		if err := storage.MigrateTo(ctx, o.Store, version); err != nil {
			t.Fatal(err)
		}
	}
	if after := told(); len(before) != 8 || !slices.Equal(before, after) {
		t.Errorf("before\n%q, after\n%q", before, after)
	}
}
