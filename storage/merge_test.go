package storage_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/contacts"
	"ctihub/leads/intake"
	"ctihub/leads/search"
	"ctihub/storage"
)

// merge merges contacts into the first one.
func (o office) merge(keep string, with ...string) leads.Merge {
	o.t.Helper()
	return must(o.contacting().Merge(o.t.Context(), admin, keep, with, nil))(o.t)
}

func (o office) unmerge(m leads.Merge) {
	o.t.Helper()
	must(o.contacting().UndoMerge(o.t.Context(), admin, m.ID))(o.t)
}

// rows reads every row of a table as text.
func (o office) rows(table string) []map[string]string {
	o.t.Helper()
	return must(storage.Rows(o.t.Context(), o.Store, table))(o.t)
}

// recordsOfContacts are the tables in which contacts and their records are kept.
var recordsOfContacts = []string{
	"contacts", "identities", "leads", "lead_stages", "interactions", "changes", "tasks", "task_calls", "offered_identities", "contact_tags",
	"made_contacts", "companies", "merge_suggestions", "replies", "sights", "facts", "facts_due", "consents", "recordings", "calls", "legs",
}

// dump is every row of the records, byte by byte, save the versions, which only grow.
func (o office) dump() []string {
	o.t.Helper()
	var all []string
	for _, table := range recordsOfContacts {
		for _, row := range o.rows(table) {
			delete(row, "version")
			var fields []string
			for _, c := range slices.Sorted(maps.Keys(row)) {
				fields = append(fields, c+"="+row[c])
			}
			all = append(all, table+": "+strings.Join(fields, " "))
		}
	}
	slices.Sort(all)
	return all
}

// wantDump reports the rows in which two dumps differ.
func wantDump(t *testing.T, what string, got, want []string) {
	t.Helper()
	left := map[string]int{}
	for _, row := range want {
		left[row]++
	}
	for _, row := range got {
		left[row]--
	}
	for _, row := range slices.Sorted(maps.Keys(left)) {
		switch {
		case left[row] > 0:
			t.Errorf("%s: missing %s", what, row)
		case left[row] < 0 && !strings.HasPrefix(row, "changes: "): // a merge and its undoing are written down
			t.Errorf("%s: unexpected %s", what, row)
		}
	}
}

// testMerge: what two contacts had is one contact's, and everybody's again after it is undone.
func testMerge(t *testing.T, o office) {
	anna, boris := o.hire("anna", leads.RoleManager, "", "100"), o.hire("boris", leads.RoleManager, "", "101")
	a, b := o.put(form("1", phone(1)))[0], o.put(form("2", phone(2), mail))[0]
	o.give(a.LeadID, anna)
	o.give(b.LeadID, boris)
	must(o.ChangeContact(t.Context(), admin, b.ContactID, leads.ContactChange{Tags: &[]string{"опт"}, Notes: new("pays late"), Company: new("Окна")}))(t)
	must(o.contacting().Change(t.Context(), admin, a.ContactID, leads.ContactChange{Notes: new("likes tea")}))(t)
	o.missed("L1", phone(1), noon)
	o.missed("L2", phone(2), noon.Add(time.Minute))
	before := o.dump()

	var m leads.Merge
	events := o.recorded(func() (err error) {
		m, err = o.contacting().Merge(t.Context(), admin, a.ContactID, []string{b.ContactID}, nil)
		return err
	})
	c := must(o.Contact(t.Context(), admin, a.ContactID))(t)
	if len(c.Identities) != 3 || c.Notes != "likes tea\n\npays late" || c.Company != "Окна" || !slices.Equal(c.Tags, []string{"опт"}) || leads.IDOf(c.Owner) != anna.ID {
		t.Errorf("the merged contact is %+v", c)
	}
	if old := must(o.Contact(t.Context(), admin, b.ContactID))(t); old.ID != a.ContactID {
		t.Errorf("the id of the removed contact leads to %s", old.ID)
	}
	if old := must(o.Lead(t.Context(), admin, b.LeadID))(t); old.ID != a.LeadID {
		t.Errorf("the id of the joined lead leads to %s", old.ID)
	}
	open := o.leads(admin, leads.LeadFilter{Open: new(true)})
	if len(open) != 1 || open[0].ID != a.LeadID {
		t.Errorf("open leads after the merge: %+v", open)
	}
	if n := len(o.interactions(admin, leads.InteractionFilter{LeadID: a.LeadID})); n != 4 {
		t.Errorf("%d interactions in the lead, want 4", n)
	}
	task := o.task(leads.TaskOpen)
	if task.Calls != 2 {
		t.Errorf("the call-back stands for %d calls, want 2", task.Calls)
	}
	if events[0].Type != leads.EventContactMerged || !slices.Contains(events[0].Audience, boris.ID) || !strings.Contains(string(events[0].Data), b.LeadID) {
		t.Errorf("the first event is %s for %v: %s", events[0].Type, events[0].Audience, events[0].Data)
	}
	o.checkSights()
	if again := o.merge(a.ContactID, b.ContactID); again.ID != m.ID {
		t.Errorf("a repeated request merged again: %s, want %s", again.ID, m.ID)
	}

	o.unmerge(m)
	wantDump(t, "after undoing", o.dump(), before)
	o.unmerge(m) // repeated
	wantDump(t, "after undoing twice", o.dump(), before)
}

// testMergeFields: the chosen contact's values stay, also its open lead; a choice of nothing is refused.
func testMergeFields(t *testing.T, o office) {
	a, b := o.put(form("1", phone(1)))[0], o.put(form("2", phone(2)))[0]
	must(o.ChangeContact(t.Context(), admin, b.ContactID, leads.ContactChange{Name: new("Пётр"), Warning: new("blacklist")}))(t)
	before := o.dump()
	p := must(o.contacting().PreviewMerge(t.Context(), admin, a.ContactID, []string{b.ContactID}))(t)
	if len(p.Contacts) != 2 || p.Counts.Leads != 2 || p.Counts.Interactions != 2 || len(p.Fields) != len(leads.MergeFields) {
		t.Errorf("the preview is %+v", p)
	}
	wantDump(t, "after the preview", o.dump(), before)
	_, err := o.contacting().Merge(t.Context(), admin, a.ContactID, []string{b.ContactID}, leads.MergeChoice{leads.MergeCompany: b.ContactID})
	if p := (*leads.Problem)(nil); !errors.As(err, &p) || p.Field != "fields.company" {
		t.Errorf("the company of nobody: %v", err)
	}
	m := must(o.contacting().Merge(t.Context(), admin, a.ContactID, []string{b.ContactID}, leads.MergeChoice{leads.MergeName: b.ContactID, leads.MergeLead: b.ContactID}))(t)
	c := must(o.Contact(t.Context(), admin, a.ContactID))(t)
	if c.Name != "Пётр" || c.Warning != "blacklist" {
		t.Errorf("the merged contact is %+v", c)
	}
	if l := o.leads(admin, leads.LeadFilter{Open: new(true)}); len(l) != 1 || l[0].ID != b.LeadID || l[0].ContactID != a.ContactID {
		t.Errorf("the open lead is %+v", l)
	}
	// Changed since: it stays with the contact that was changed.
	must(o.ChangeContact(t.Context(), admin, a.ContactID, leads.ContactChange{Warning: new("VIP")}))(t)
	o.unmerge(m)
	is, was := must(o.Contact(t.Context(), admin, a.ContactID))(t), must(o.Contact(t.Context(), admin, b.ContactID))(t)
	if is.Name != "Иван" || is.Warning != "VIP" || was.Name != "Пётр" || was.Warning != "blacklist" {
		t.Errorf("after undoing: %+v and %+v", is, was)
	}
}

// testMergePipelines: of the open leads one goes on in each pipeline, and the stages of those that
// come back are known again. Who has left since leaves them to the colleague.
func testMergePipelines(t *testing.T, o office) {
	anna, boris, other := o.hire("anna", leads.RoleManager, ""), o.hire("boris", leads.RoleManager, ""), o.addPipeline()
	a, b := o.put(form("1", phone(1)))[0], o.put(form("2", phone(2)))[0]
	o.give(a.LeadID, anna)
	o.give(b.LeadID, boris)
	must(o.SetLeadStatus(t.Context(), admin, b.LeadID, leads.LeadWorking, ""))(t)
	second := must(pipelineOf(o.Store).Open(t.Context(), boris, b.ContactID, "second", other.ID))(t)
	before := o.dump()
	m := o.merge(a.ContactID, b.ContactID)
	var open []string
	for _, l := range o.leads(admin, leads.LeadFilter{Open: new(true), ContactID: a.ContactID}) {
		open = append(open, l.ID)
	}
	slices.Sort(open)
	if want := []string{a.LeadID, second.ID}; !slices.Equal(open, want) {
		t.Errorf("open leads %v, want %v", open, want)
	}
	o.unmerge(m)
	wantDump(t, "after undoing", o.dump(), before)

	m = o.merge(a.ContactID, b.ContactID)
	u := must(o.User(t.Context(), boris.ID))(t)
	u.Disabled = true
	must(o.UpdateUser(t.Context(), u))(t)
	o.unmerge(m)
	if l := must(o.Lead(t.Context(), admin, b.LeadID))(t); l.ManagerID != anna.ID || l.Status != leads.LeadWorking {
		t.Errorf("the lead of who has left: %+v", l)
	}
	if c := must(o.Contact(t.Context(), admin, b.ContactID))(t); leads.IDOf(c.Owner) != anna.ID {
		t.Errorf("the contact of who has left is %v's", c.Owner)
	}
}

// testMergeRights: a manager merges what is theirs to give, and undoes their own merges.
func testMergeRights(t *testing.T, o office) {
	anna, boris := o.hire("anna", leads.RoleManager, "", "100"), o.hire("boris", leads.RoleManager, "", "101")
	var s []intake.Stored
	for n := range 3 {
		s = append(s, o.put(form(fmt.Sprint(n), phone(n)))[0])
		o.give(s[n].LeadID, []leads.User{anna, anna, boris}[n])
	}
	if _, err := o.contacting().Merge(t.Context(), sees(anna), s[0].ContactID, []string{s[2].ContactID}, nil); !errors.Is(err, leads.ErrNotFound) {
		t.Errorf("merging a contact that is not seen: %v", err)
	}
	m := must(o.contacting().Merge(t.Context(), sees(anna), s[0].ContactID, []string{s[1].ContactID}, nil))(t)
	if _, err := o.contacting().UndoMerge(t.Context(), sees(boris), m.ID); !errors.Is(err, leads.ErrNotFound) {
		t.Errorf("undoing a colleague's merge: %v", err)
	}
	second := o.merge(s[0].ContactID, s[2].ContactID)
	_, err := o.contacting().UndoMerge(t.Context(), admin, m.ID)
	if p := (*leads.Problem)(nil); !errors.As(err, &p) || p.Reason != contacts.ReasonMergedSince || p.Value != second.ID {
		t.Errorf("undoing the first of two merges: %v", err)
	}
	o.unmerge(second)
	must(o.contacting().UndoMerge(t.Context(), sees(anna), m.ID))(t)
}

// testSplit: a wrongly joined contact is taken apart by an identity.
func testSplit(t *testing.T, o office) {
	anna := o.hire("anna", leads.RoleManager, "", "100")
	s := o.put(form("1", phone(1), phone(2)), form("2", phone(1)), form("3", phone(2)))
	o.give(s[0].LeadID, anna)
	o.missed("L1", phone(2), noon)
	made := must(o.contacting().Split(t.Context(), admin, s[0].ContactID, []leads.Identity{phone(2)}, "Пётр"))(t)
	if made.Name != "Пётр" || !slices.Equal(made.Identities, []leads.Identity{phone(2)}) || leads.IDOf(made.Owner) != anna.ID {
		t.Errorf("the new contact is %+v", made)
	}
	first := must(o.Contact(t.Context(), admin, s[0].ContactID))(t)
	if !slices.Equal(first.Identities, []leads.Identity{phone(1)}) {
		t.Errorf("the contact kept %v", first.Identities)
	}
	if n := len(o.interactions(admin, leads.InteractionFilter{ContactID: made.ID})); n != 2 {
		t.Errorf("%d interactions came by the identity, want the form and the call", n)
	}
	open := o.leads(admin, leads.LeadFilter{Open: new(true)})
	if len(open) != 2 || open[0].ManagerID != anna.ID || open[1].ManagerID != anna.ID {
		t.Errorf("open leads: %+v", open)
	}
	if task := o.task(leads.TaskOpen); task.ContactID != made.ID {
		t.Errorf("the call-back is of %s, want of %s", task.ContactID, made.ID)
	}
	for name, ids := range map[string][]leads.Identity{"none": nil, "a stranger's": {phone(9)}, "all": {phone(1)}} {
		if _, err := o.contacting().Split(t.Context(), admin, s[0].ContactID, ids, ""); !errors.Is(err, leads.ErrInvalid) {
			t.Errorf("splitting off %s: %v", name, err)
		}
	}
}

// mergeHistory is a random history of a few customers, so that two offices can live through the
// same one.
type mergeHistory struct {
	office
	r          *rand.Rand
	n          int
	companyIDs []string // empty: none
}

// step stores what a customer, or somebody about a customer, does.
func (h *mergeHistory) step(person int) {
	h.n++
	id, key := phone(person), fmt.Sprint("k", h.n)
	at := noon.Add(time.Duration(h.n) * time.Hour)
	switch h.r.IntN(6) {
	case 0, 1:
		f := form(key, id)
		f.At, f.Name, f.Text = at, fmt.Sprint("Person ", person), key
		h.put(f)
	case 2:
		f := form(key, id, leads.Identity{Kind: leads.KindEmail, Value: fmt.Sprintf("p%d-%d@example.com", person, h.r.IntN(2))})
		f.At, f.Name = at, fmt.Sprint("Person ", person)
		h.put(f)
	case 3:
		h.missed(key, id, at)
	case 4:
		c := call(key, id, "100")
		c.At, c.Call.Started = at, at
		h.put(c)
		c = answer(c, 0)
		c.Call.Answered = at.Add(5 * time.Second)
		h.put(c)
		c = hangUp(c)
		c.Call.Ended = at.Add(65 * time.Second)
		h.put(c)
	case 5:
		m := form(key, id)
		m.At, m.Channel, m.Source = at, leads.ChannelTelegram, "bot"
		m.Offered = []leads.Identity{{Kind: leads.KindEmail, Value: fmt.Sprintf("offer%d@example.com", person)}}
		h.put(m)
	}
}

// TestMergesUndone: after random histories, merges up to three deep are undone exactly, in both
// databases.
func testMergesUndone(t *testing.T, o office) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	h := &mergeHistory{office: o, r: rand.New(rand.NewPCG(seed, 0))}
	h.people()
	for round := range 12 {
		base := round * 10
		persons := 2 + h.r.IntN(3)
		for range 4 + h.r.IntN(16) {
			h.step(base + h.r.IntN(persons))
		}
		h.manage()
		var dumps [][]string
		var merges []leads.Merge
		for _, c := range h.joinable(base, persons) {
			dumps = append(dumps, o.dump())
			merges = append(merges, o.merge(c[0], c[1:]...))
			o.checkSights()
		}
		for i, m := range slices.Backward(merges) {
			o.unmerge(m)
			wantDump(t, fmt.Sprintf("round %d, merge %d of %d", round, i+1, len(merges)), o.dump(), dumps[i])
			o.checkSights()
		}
		if t.Failed() {
			return
		}
	}
}

// people hires who answers.
func (h *mergeHistory) people() {
	h.hire("anna", leads.RoleManager, "", "100")
	boris := h.hire("boris", leads.RoleManager, "", "101")
	h.companyIDs = []string{"", h.company(boris, "Ромашка").ID, h.company(boris, "Лютик").ID}
	h.requires(leads.RequiredFacts{Sources: []leads.Required{{Name: "site", Facts: []leads.Fact{leads.FactNature}}}})
}

// manage closes some leads, gives others away, and writes about contacts.
func (h *mergeHistory) manage() {
	users := must(h.Users(h.t.Context(), whole))(h.t).Items
	for _, l := range h.leads(admin, leads.LeadFilter{Open: new(true)}) {
		switch h.r.IntN(5) {
		case 0:
			must(h.SetLeadStatus(h.t.Context(), admin, l.ID, leads.LeadRefused, "price"))(h.t)
		case 1, 2:
			must(h.Reassign(h.t.Context(), admin, l.ID, users[h.r.IntN(len(users))].ID, "by_hand:x"))(h.t)
		}
	}
	for _, c := range h.contacts(admin, leads.ContactFilter{}) {
		if h.r.IntN(3) == 0 {
			must(h.ChangeContact(h.t.Context(), admin, c.ID, leads.ContactChange{
				CompanyID: &h.companyIDs[h.r.IntN(len(h.companyIDs))], Role: new([]string{"", "Директор"}[h.r.IntN(2)]),
				Tags: &[]string{[]string{"опт", "VIP", "Ёлки"}[h.r.IntN(3)]}, Warning: new([]string{"", "VIP"}[h.r.IntN(2)]), Notes: new(fmt.Sprint("note ", h.r.IntN(100))),
			}))(h.t)
		}
	}
}

// joinable chooses contacts of the persons for up to three merges, each into one of before.
func (h *mergeHistory) joinable(base, persons int) (merges [][]string) {
	var ids []string
	for p := range persons {
		for _, c := range h.contacts(admin, leads.ContactFilter{Phone: phone(base + p).Value}) {
			ids = append(ids, c.ID)
		}
	}
	h.r.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	for len(ids) > 1 {
		if len(ids) > 2 && h.r.IntN(3) == 0 {
			merges, ids = append(merges, []string{ids[0], ids[1], ids[2]}), append(ids[:1:1], ids[3:]...)
			continue
		}
		pair := []string{ids[0], ids[1]}
		if h.r.IntN(2) == 0 { // the one that has others already is merged away
			pair = []string{ids[1], ids[0]}
		}
		merges, ids = append(merges, pair), append([]string{pair[0]}, ids[2:]...)
	}
	return merges
}

// testMergeSearch: the indexes follow a merge and its undoing.
func testMergeSearch(t *testing.T, o office) {
	a, b := form("1", phone(1)), form("2", phone(2))
	a.Name, b.Name = "Анна Ветрова", "Анна Вертова"
	first, second := o.put(a)[0], o.put(b)[0]
	o.index()
	m := o.merge(first.ContactID, second.ContactID)
	o.index()
	if got := o.search(admin, phone(2).Value, search.KindContact); len(got) != 1 || got[0].ID != first.ContactID {
		t.Errorf("the number of the removed contact finds %+v", got)
	}
	for _, row := range o.rows("search_docs") {
		if row["id"] == second.ContactID || row["id"] == second.LeadID {
			t.Errorf("the index still has %s", row["id"])
		}
	}
	o.unmerge(m)
	o.index()
	if got := o.search(admin, phone(2).Value, search.KindContact); len(got) != 1 || got[0].ID != second.ContactID {
		t.Errorf("after undoing, the number finds %+v", got)
	}
	if got := o.search(admin, "вертова", search.KindLead); len(got) != 1 || got[0].ID != second.LeadID {
		t.Errorf("after undoing, the name finds %+v", got)
	}
}
