package storage_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/intake"
	"ctihub/leads/pipeline"
	"ctihub/leads/tasks"
	"ctihub/storage"
)

// world is a small office with all its records, as an administrator reads them
// one by one.
type world struct {
	users    map[string]leads.User // by login
	contacts []leads.Contact
	leads    []leads.Lead
	touches  []leads.Interaction
	tasks    []leads.Task
	company  string // in which some contacts are
}

// makeWorld stores 12 forms and 18 calls that divide every filter, then 40
// random ones.
func makeWorld(t *testing.T, o office) world {
	w := world{users: map[string]leads.User{}}
	hire := func(login string, role leads.Role, team string, extensions ...string) leads.User {
		w.users[login] = o.hire(login, role, team, extensions...)
		return w.users[login]
	}
	anna, boris, every := hire("anna", leads.RoleManager, "a", "100"), hire("boris", leads.RoleManager, "b", "101"), hire("every", leads.RoleManager, "", "103")
	vera := hire("vera", leads.RoleOperator, "a", "102")
	hire("gleb", leads.RoleSupervisor, "")
	hire("dora", leads.RoleAdmin, "")
	hire("egor", leads.RoleOperator, "b")
	gone := hire("gone", leads.RoleManager, "a", "104")
	ctx := t.Context()

	note := func(n, person int, source string) leads.Touch {
		f := form(fmt.Sprint("form ", n), phone(person), leads.Identity{Kind: leads.KindEmail, Value: fmt.Sprintf("p%d@example.com", person)})
		f.Source, f.Name, f.At = source, fmt.Sprint("Person ", person), noon.Add(time.Duration(n/2)*time.Minute)
		f.UTM = map[string]string{"utm_source": []string{"ya", "vk", "y"}[n%3]}
		return f
	}
	o.requires(leads.RequiredFacts{Sources: []leads.Required{{Name: "site", Facts: []leads.Fact{leads.FactNature}}, {Name: "pbx", Facts: []leads.Fact{leads.FactNature}}}})
	for n := range 12 {
		s := o.put(note(n, n%8, []string{"site", "landing"}[n%2]))[0]
		if user := []leads.User{anna, boris, {}}[n%3]; user.ID != "" && n < 8 {
			o.give(s.LeadID, user)
		}
		if n == 3 || n == 4 {
			must(o.SetLeadStatus(ctx, admin, s.LeadID, leads.LeadRefused, "price"))(t)
		}
	}
	how := []leads.Disposition{leads.Answered, leads.Missed, leads.Abandoned, leads.Busy, leads.Voicemail, leads.Barred}
	extensions := []string{"100", "101", "102"}
	for n := range 18 {
		c := call(fmt.Sprint("L", n), phone(n%10), extensions[n%3], extensions[(n+1)%3])
		c.Source, c.Call.Queue, c.At = []string{"pbx", "branch"}[n%2], []string{"sales", "service", ""}[n%3], noon.Add(time.Duration(20+n)*time.Minute)
		c.Call.DID = fmt.Sprint("+7495000000", n%4)
		if n%4 == 1 {
			c.UTM = map[string]string{"utm_source": "outdoor"}
		}
		if n%5 == 0 {
			c.Call.Recorded = []leads.RecordedFile{{File: fmt.Sprint("L", n, ".wav"), Channel: fmt.Sprint("L", n, ".0")}}
		}
		if n == 14 {
			c.Direction, c.Call.Direction, c.From = leads.Out, leads.Out, nil
			c.Call.From, c.Call.To = "100", phone(1).Value
		}
		o.put(c)
		switch {
		case n == 15 || n == 14: // rings on
		case how[n%6] == leads.Answered:
			c = answer(c, n/6%2)
			if n != 6 { // talks on
				c = hangUp(c)
			}
			o.put(c)
		default:
			c = hangUp(c)
			c.Call.Disposition = how[n%6]
			if n == 10 || n == 13 {
				c.Call.Journal, c.Call.PartOf = true, "L1"
			}
			o.put(c)
		}
	}
	o.fetchRecordings(t, 3)
	r := rand.New(rand.NewPCG(3, 7))
	one := func(of ...string) string { return of[r.IntN(len(of))] }
	for n := range 40 {
		person, team := r.IntN(25), one("", "a", "b")
		var s intake.Stored
		if r.IntN(2) == 0 {
			f := note(100+n, person, one("site", "landing", "fair"))
			f.Team = team
			s = o.put(f)[0]
		} else {
			c := call(fmt.Sprint("R", n), phone(person), one("100", "101", "102", "103", "104", "999"), one("100", "101", "102"))
			c.Team, c.Source, c.Call.Queue, c.At = team, one("pbx", "branch"), one("sales", "service", ""), noon.Add(time.Duration(20+r.IntN(30))*time.Minute)
			s = o.put(c)[0]
			if r.IntN(2) == 0 {
				c = answer(c, r.IntN(2))
				o.put(c)
			}
			if r.IntN(4) > 0 {
				o.put(hangUp(c))
			}
		}
		if lead := must(o.Lead(ctx, admin, s.LeadID))(t); s.LeadID != "" && lead.ManagerID == "" && lead.Status.Open() && r.IntN(2) == 0 {
			o.give(s.LeadID, []leads.User{anna, boris, every, gone}[r.IntN(4)])
		}
	}
	for n := range 12 {
		ring, missed := missedAt(fmt.Sprint("T", n), phone(40+n), noon.Add(time.Duration(n/2)*time.Minute))
		ring.Team, missed.Team = []string{"", "a", "b"}[n%3], []string{"", "a", "b"}[n%3]
		o.put(ring, missed)
	}
	for i, id := range slices.Sorted(slices.Values(must(storage.IDs(o.Store, "tasks"))(t))) {
		task := must(o.Task(ctx, admin, id))(t)
		if task.State != leads.TaskOpen {
			continue
		}
		switch i % 4 {
		case 0:
			must(o.tasking().Give(ctx, admin, id, []leads.User{anna, boris, every, gone}[r.IntN(4)].ID))(t)
		case 1:
			must(o.tasking().Finish(ctx, sees(w.users["gleb"]), id, leads.NotNeeded, ""))(t)
		case 2: // who ended it sees it even when the lead is a colleague's then
			if task.Owner == nil {
				must(o.tasking().Finish(ctx, sees(every), id, leads.NotNeeded, ""))(t)
				o.give(task.LeadID, anna)
			}
		}
	}
	chief := sees(w.users["gleb"])
	for i, id := range slices.Sorted(slices.Values(must(storage.IDs(o.Store, "contacts"))(t))) {
		change := leads.ContactChange{Tags: &[]string{"опт"}}
		if i%3 == 0 {
			change.Tags = &[]string{"опт", "Елки"}
		}
		if i%4 == 0 {
			to := []string{anna.ID, boris.ID, gone.ID, ""}[r.IntN(4)]
			change.OwnerID = &to
		}
		must(o.ChangeContact(ctx, chief, id, change))(t)
	}
	w.company = o.company(w.users["gleb"], "Ромашка").ID
	for i, id := range slices.Sorted(slices.Values(must(storage.IDs(o.Store, "contacts"))(t))) {
		if i%3 == 1 {
			must(o.ChangeContact(ctx, chief, id, leads.ContactChange{CompanyID: &w.company}))(t)
		}
	}
	second := o.addPipeline()
	for n, l := range must(o.Leads(ctx, admin, leads.LeadFilter{}, whole))(t).Items {
		amount, currency := int64(n*1000), []string{"RUB", "EUR"}[n%2]
		edit := pipeline.Edit{Amount: &amount, Currency: &currency}
		if l.Status.Open() && n%2 == 0 {
			edit.StageID = []string{second.Stages[0].ID, second.Stages[1].ID, "working"}[n/2%3]
		}
		if n%3 > 0 {
			must(pipelineOf(o.Store).Change(ctx, chief, l.ID, edit))(t)
		}
	}
	plan := func(by leads.User, p tasks.Plan) { must(o.tasking().Plan(ctx, sees(by), p))(t) }
	for n, l := range must(o.Leads(ctx, admin, leads.LeadFilter{}, whole))(t).Items {
		p := tasks.Plan{Kind: []leads.TaskKind{leads.TaskCall, leads.TaskMeeting, "own"}[n%3], Title: fmt.Sprint("task ", n), Due: noon.Add(time.Duration(n) * time.Minute), LeadID: l.ID}
		switch n % 5 {
		case 0:
			p.OwnerID = anna.ID
			plan(w.users["gleb"], p)
		case 1:
			p.Team = "a"
			plan(w.users["gleb"], p)
		case 2:
			p.LeadID, p.ContactID, p.OwnerID = "", "", gone.ID
			plan(vera, p)
		case 3:
			p.LeadID = ""
			plan(anna, p)
		}
	}
	for i, task := range o.tasks(admin, leads.TaskFilter{Kind: leads.TaskMeeting}) {
		if i%2 == 0 {
			must(o.tasking().Finish(ctx, sees(w.users["gleb"]), task.ID, "", ""))(t)
		} else {
			until := time.Now().Add(time.Hour)
			must(o.tasking().Change(ctx, sees(w.users["gleb"]), task.ID, tasks.Change{Snooze: &until}))(t)
		}
	}
	gone = must(o.User(ctx, gone.ID))(t)
	gone.Disabled = true
	w.users["gone"] = must(o.UpdateUser(ctx, gone))(t)
	w.users["vera"] = must(o.User(ctx, vera.ID))(t)
	w.read(t, o)
	return w
}

// fetchRecordings stores so many of the recordings that wait.
func (o office) fetchRecordings(t *testing.T, most int) {
	for _, r := range must(o.ClaimRecordings(t.Context(), []string{"pbx", "branch"}, most, noon.AddDate(10, 0, 0)))(t) {
		if err := o.FinishRecording(t.Context(), leads.FetchedRecording{ID: r.ID, State: leads.RecordingStored, Key: r.ID, Type: "audio/wav", Size: 1, Seconds: 1}); err != nil {
			t.Fatal(err)
		}
	}
}

// read reads every record there is.
func (w *world) read(t *testing.T, o office) {
	ctx := t.Context()
	for _, id := range must(storage.IDs(o.Store, "contacts"))(t) {
		w.contacts = append(w.contacts, must(o.Contact(ctx, admin, id))(t))
	}
	for _, id := range must(storage.IDs(o.Store, "leads"))(t) {
		w.leads = append(w.leads, must(o.Lead(ctx, admin, id))(t))
	}
	for _, id := range must(storage.IDs(o.Store, "interactions"))(t) {
		w.touches = append(w.touches, must(o.Interaction(ctx, admin, id))(t))
	}
	for _, id := range must(storage.IDs(o.Store, "tasks"))(t) {
		w.tasks = append(w.tasks, must(o.Task(ctx, admin, id))(t))
	}
}

// The rule of who sees what, as package leads/access tells it, in plain Go.

// serves reports whether a lead is the user's, or may be given to them.
func serves(u leads.User, l leads.Lead) bool {
	if l.ManagerID != "" {
		return l.ManagerID == u.ID
	}
	return u.Role == leads.RoleManager && inTeam(u, l.Team)
}

func inTeam(u leads.User, team string) bool { return u.Team == "" || team == "" || u.Team == team }

// atTelephone reports whether the user's telephone rings or talks in a call, or
// was rung by one that still rings.
func atTelephone(u leads.User, c leads.CallRecord) bool {
	return c.State != leads.CallEnded && (c.OperatorUser != nil && c.OperatorUser.ID == u.ID || slices.ContainsFunc(c.Legs, func(l leads.Leg) bool {
		return l.User != nil && l.User.ID == u.ID && (c.State == leads.CallRinging || l.State == leads.LegRinging || l.State == leads.LegTalking)
	}))
}

func (w world) seesLead(u leads.User, l leads.Lead) bool {
	return u.Role.SeesAll() || serves(u, l) ||
		slices.ContainsFunc(w.touches, func(i leads.Interaction) bool { return i.Call != nil && i.LeadID == l.ID && atTelephone(u, *i.Call) })
}

func (w world) seesContact(u leads.User, c leads.Contact) bool {
	return u.Role.SeesAll() || c.Owner != nil && c.Owner.ID == u.ID ||
		slices.ContainsFunc(w.leads, func(l leads.Lead) bool { return l.ContactID == c.ID && serves(u, l) }) ||
		slices.ContainsFunc(w.touches, func(i leads.Interaction) bool { return i.Call != nil && i.ContactID == c.ID && atTelephone(u, *i.Call) })
}

// knows reports whether the user sees the contact of this id.
func (w world) knows(u leads.User, contactID string) bool {
	return slices.ContainsFunc(w.contacts, func(c leads.Contact) bool { return c.ID == contactID && w.seesContact(u, c) })
}

func (w world) seesCall(u leads.User, i leads.Interaction) bool {
	c := *i.Call
	talked := c.OperatorUser != nil && c.OperatorUser.ID == u.ID ||
		slices.ContainsFunc(c.Legs, func(l leads.Leg) bool { return l.User != nil && l.User.ID == u.ID && !l.Answered.IsZero() })
	return u.Role.SeesAll() || talked || atTelephone(u, c) ||
		slices.ContainsFunc(w.leads, func(l leads.Lead) bool { return l.ID == i.LeadID && serves(u, l) })
}

func (w world) seesTouch(u leads.User, i leads.Interaction) bool {
	return u.Role.SeesAll() || w.knows(u, i.ContactID) || i.Call != nil && w.seesCall(u, i)
}

func (w world) seesTask(u leads.User, t leads.Task) bool {
	if u.Role.SeesAll() || t.DoneBy != nil && t.DoneBy.ID == u.ID || t.CreatedBy != nil && t.CreatedBy.ID == u.ID {
		return true
	}
	if t.Owner != nil {
		return t.Owner.ID == u.ID
	}
	return u.Role == leads.RoleManager && !u.Disabled && inTeam(u, t.Team)
}
