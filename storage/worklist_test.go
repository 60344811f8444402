package storage_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/access"
	"ctihub/leads/tasks"
	"ctihub/leads/worklist"
)

// testWorklist: over random histories and for every role, whatever waits is in exactly the
// lists in which it must be: the worklist, the list of tasks, the call log and the list of
// leads agree.
func testWorklist(t *testing.T, o office) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	h := &workHistory{office: o, r: rand.New(rand.NewPCG(seed, 0)), users: []leads.User{
		o.hire("sales", leads.RoleManager, "sales", "100"), o.hire("service", leads.RoleManager, "service", "101"), o.hire("any", leads.RoleManager, "", "102"),
		o.hire("ole", leads.RoleOperator, "sales", "103"), o.hire("ada", leads.RoleOperator, "", "104"), o.hire("sue", leads.RoleSupervisor, "", "105"),
		o.hire("root", leads.RoleAdmin, ""), o.hire("gone", leads.RoleManager, "sales", "106"),
	}}
	h.gone = h.users[7]
	for n := range 120 {
		h.now = noon.Add(time.Duration(n) * time.Minute)
		h.step(n)
		if n == 70 {
			h.gone.Disabled = true
			must(o.UpdateUser(t.Context(), h.gone))(t)
			h.users = h.users[:7]
		}
		if n%15 == 14 {
			h.check()
		}
	}
	for _, kind := range []worklist.Kind{worklist.Ringing, worklist.Callback, worklist.New, worklist.Answer, worklist.Planned} {
		if h.seen[kind] == 0 {
			t.Errorf("no item of kind %s: too little happened", kind)
		}
	}
}

type workHistory struct {
	office
	r     *rand.Rand
	users []leads.User
	gone  leads.User
	now   time.Time
	seen  map[worklist.Kind]int
}

func (h *workHistory) any() leads.User { return h.users[h.r.IntN(len(h.users))] }

// step lets one thing happen; what the rules refuse does not.
func (h *workHistory) step(n int) {
	from, key := phone(h.r.IntN(9)), fmt.Sprint("step", n)
	switch h.r.IntN(13) {
	case 0, 1:
		ring, gone := missedAt(key, from, h.now)
		ring.Team = []string{"", "sales", "service"}[h.r.IntN(3)]
		gone.Team = ring.Team
		h.put(ring, gone)
	case 2:
		ring := call(key, from, fmt.Sprint(100+h.r.IntN(6)))
		ring.At, ring.Call.Started = h.now, h.now
		h.put(ring)
	case 3:
		h.put(outbound(key, from, h.now, h.r.IntN(2) == 0))
	case 4, 5, 6:
		m := chat(key, from)
		if m.At, m.MessageID, m.Team = h.now, "", []string{"", "sales"}[h.r.IntN(2)]; h.r.IntN(3) == 0 {
			m.Direction = leads.Out
		}
		h.put(m)
	case 7, 11, 12:
		if all := h.leads(admin, leads.LeadFilter{}); len(all) > 0 {
			l, to := all[h.r.IntN(len(all))], h.any()
			if l.ManagerID == "" && l.Status.Open() && to.TakesLeads() {
				h.give(l.ID, to)
			} else if _, err := h.SetLeadStatus(h.t.Context(), admin, l.ID, []leads.LeadStatus{leads.LeadWorking, leads.LeadWorking, leads.LeadWorking, leads.LeadWon}[h.r.IntN(4)], ""); err != nil && !errors.Is(err, leads.ErrInvalid) {
				h.t.Fatal(err)
			}
		}
	case 8, 9:
		h.plan()
	case 10:
		h.work()
	}
}

// plan plans a task, perhaps about a lead.
func (h *workHistory) plan() {
	author := h.any()
	p := tasks.Plan{Kind: []leads.TaskKind{leads.TaskCall, leads.TaskFollowUp, "own"}[h.r.IntN(3)], Title: "x", Due: h.now.Add(time.Duration(h.r.IntN(60)-20) * time.Hour)}
	if all := h.leads(sees(author), leads.LeadFilter{}); len(all) > 0 && h.r.IntN(3) > 0 {
		p.LeadID = all[h.r.IntN(len(all))].ID
	}
	if to := h.any(); h.r.IntN(3) == 0 {
		p.Team = "sales"
	} else if to.TakesLeads() {
		p.OwnerID = to.ID
	}
	must(h.taskingAt(h.now).Plan(h.t.Context(), sees(author), p))(h.t)
}

// work ends, snoozes or hands over a task.
func (h *workHistory) work() {
	all := h.tasks(admin, leads.TaskFilter{})
	if len(all) == 0 {
		return
	}
	task, until, owner := all[h.r.IntN(len(all))], h.now.Add(time.Duration(h.r.IntN(30))*time.Minute), h.users[0].ID
	var err error
	switch svc, v := h.taskingAt(h.now), sees(h.users[5]); h.r.IntN(3) {
	case 0:
		_, err = svc.Finish(h.t.Context(), v, task.ID, leads.NotNeeded, "")
	case 1:
		_, err = svc.Change(h.t.Context(), v, task.ID, tasks.Change{Snooze: &until})
	case 2:
		_, err = svc.Change(h.t.Context(), v, task.ID, tasks.Change{OwnerID: &owner})
	}
	if err != nil {
		h.t.Fatal(err)
	}
}

// check compares the lists of every user with what looking at each record finds.
func (h *workHistory) check() {
	h.t.Helper()
	ctx, anybodys := h.t.Context(), map[string]bool{}
	all := h.tasks(admin, leads.TaskFilter{})
	waiting := int64(len(h.tasks(admin, leads.TaskFilter{Kind: leads.TaskCallback})))
	for _, u := range h.users {
		svc := &worklist.Service{Store: h.Store, Within: tasks.CallbackWithin, Now: func() time.Time { return h.now }}
		l := must(svc.List(ctx, sees(u)))(h.t)
		got, late := map[worklist.Kind][]string{}, 0
		for _, i := range l.Items {
			got[i.Kind] = append(got[i.Kind], i.ID)
			anybodys[i.ID] = true
			if i.Late != i.Due.Before(h.now) {
				h.t.Errorf("%s: %+v at %v", u.Login, i, h.now)
			}
			if i.Late && i.Kind != worklist.Ringing {
				late++
			}
		}
		if l.Late != late || l.Waiting != waiting {
			h.t.Errorf("%s: %d late, %d wait; want %d and %d", u.Login, l.Late, l.Waiting, late, waiting)
		}
		if !slices.IsSortedFunc(slices.DeleteFunc(slices.Clone(l.Items), func(i worklist.Item) bool { return i.Kind == worklist.Ringing }),
			func(a, b worklist.Item) int { return a.Due.Compare(b.Due) }) {
			h.t.Errorf("%s: not by the time left: %+v", u.Login, l.Items)
		}
		want := h.due(u)
		for _, kind := range []worklist.Kind{worklist.Ringing, worklist.Callback, worklist.New, worklist.Answer, worklist.Planned} {
			slices.Sort(got[kind])
			slices.Sort(want[kind])
			if !slices.Equal(got[kind], want[kind]) {
				h.t.Errorf("%s at %v: %s items %v, want %v", u.Login, h.now, kind, got[kind], want[kind])
			}
			if h.seen == nil {
				h.seen = map[worklist.Kind]int{}
			}
			h.seen[kind] += len(want[kind])
		}
		h.checkCalls(u)
	}
	// Nothing that waits is out of everybody's sight.
	for _, task := range all {
		if task.Kind == leads.TaskCallback && !task.Snoozed.After(h.now) && !anybodys[task.ID] {
			h.t.Errorf("nobody is to do %+v", task)
		}
	}
	for _, lead := range h.leads(admin, leads.LeadFilter{}) {
		if lead.ManagerID == "" && lead.Status.Open() && lead.NextTask == nil && !anybodys[lead.ID] {
			h.t.Errorf("nobody is to take %+v", lead)
		}
	}
}

// due is the worklist of a user, from the lists of the workplace in plain Go.
func (h *workHistory) due(u leads.User) map[worklist.Kind][]string {
	want := map[worklist.Kind][]string{}
	add := func(k worklist.Kind, id string) { want[k] = append(want[k], id) }
	for _, c := range h.calls(sees(u), leads.CallFilter{}) {
		if c.State == leads.CallRinging && c.Direction == leads.In && slices.Contains(access.AtTelephone(c), u.ID) {
			add(worklist.Ringing, c.ID)
		}
	}
	midnight := time.Date(h.now.Year(), h.now.Month(), h.now.Day()+1, 0, 0, 0, 0, h.now.Location())
	mine := 0
	for _, task := range h.tasks(sees(u), leads.TaskFilter{}) {
		if task.Owner != nil && task.Owner.ID == u.ID {
			mine++
		}
		switch may := !u.Disabled && access.MayBeGiven(u, task.Team) || u.Role.SeesAll(); {
		case task.Owner != nil && task.Owner.ID != u.ID, task.Owner == nil && !may, task.Snoozed.After(h.now):
		case task.Kind == leads.TaskCallback:
			add(worklist.Callback, task.ID)
		case task.Due.Before(midnight):
			add(worklist.Planned, task.ID)
		}
	}
	if n := must(h.TaskCounts(h.t.Context(), u.ID, h.now))(h.t); n.Open != int64(mine) {
		h.t.Errorf("%s: %d tasks are counted, %d listed", u.Login, n.Open, mine)
	}
	for _, l := range h.leads(sees(u), leads.LeadFilter{}) {
		if !l.Status.Open() || l.ManagerID != "" && l.ManagerID != u.ID {
			continue
		}
		asked := h.asks(l.ID)
		switch planned := l.NextTask != nil; {
		case planned && (l.NextTask.Kind == leads.TaskCallback || l.NextTask.Kind == leads.TaskCall):
		case !asked && (planned || !l.Responded.IsZero() && l.ManagerID != ""):
		case l.ManagerID == "" || l.Status == leads.LeadNew && l.Responded.IsZero():
			add(worklist.New, l.ID)
		default:
			add(worklist.Answer, l.ID)
		}
	}
	return want
}

// asks reports whether the last word of a lead's customer is a message.
func (h *workHistory) asks(lead string) (asks bool) {
	all := must(h.Interactions(h.t.Context(), admin, leads.InteractionFilter{LeadID: lead}, whole))(h.t).Items
	for _, i := range slices.Backward(all) {
		switch {
		case i.Call != nil && !i.Call.Answered.IsZero(), i.Call == nil && i.Direction == leads.Out:
			asks = false
		case i.Call == nil:
			asks = true
		}
	}
	return asks
}

// checkCalls: the call log and the list of tasks name the same customers to call back.
func (h *workHistory) checkCalls(u leads.User) {
	h.t.Helper()
	listed := map[string]bool{}
	for _, task := range h.tasks(sees(u), leads.TaskFilter{Kind: leads.TaskCallback}) {
		listed[task.ID] = true
	}
	for _, c := range must(h.Calls(h.t.Context(), sees(u), leads.CallFilter{NotAnswered: true}, whole))(h.t).Items {
		b := c.Callback
		if b == nil {
			h.t.Errorf("%s: a call not answered without a call-back: %+v", u.Login, c)
			continue
		}
		if b.State == leads.TaskOpen && (b.TaskID != "") != listed[b.TaskID] {
			h.t.Errorf("%s: the call log names the task %q, the list has %v", u.Login, b.TaskID, listed[b.TaskID])
		}
		if b.State == leads.TaskOpen && b.TaskID == "" { // then a colleague has it, or it is another team's
			stored := must(h.Calls(h.t.Context(), admin, leads.CallFilter{Linkedid: c.Linkedid}, whole))(h.t).Items[0]
			task := must(h.Task(h.t.Context(), admin, stored.Callback.TaskID))(h.t)
			if access.SeesTask(u, task) {
				h.t.Errorf("%s: the call log hides %+v", u.Login, task)
			}
		}
	}
}
