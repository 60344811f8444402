package worklist

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"ctihub/leads"
	"ctihub/leads/access"
)

// Most is how many items of one kind a worklist has: those with the least time left.
const Most = 500

// Kind says what waits.
type Kind string

// Kinds of items.
const (
	Ringing  Kind = "ringing"  // a call rings at the user's telephone
	Callback Kind = "callback" // a customer is to be called back
	New      Kind = "new"      // a lead that was not answered yet, or that nobody has
	Answer   Kind = "answer"   // a customer of a lead in work waits for an answer
	Planned  Kind = "task"     // a planned task is due
	Describe Kind = "describe" // a contact that is over lacks a required fact
)

// Why is a code of why an item waits.
type Why string

// Reasons.
const (
	WhyRings      Why = "rings"
	WhyMissed     Why = "missed"     // their calls were not answered
	WhyWished     Why = "wished"     // they asked to be called
	WhyWrote      Why = "wrote"      // their last message has no answer
	WhyUnanswered Why = "unanswered" // nobody has answered them yet
	WhyNobodys    Why = "nobodys"    // the lead has no manager
	WhyDue        Why = "due"        // today
	WhyFacts      Why = "facts"      // what its source or team requires is missing
)

// Item is one thing to do.
type Item struct {
	Kind      Kind      `json:"kind"`
	ID        string    `json:"id"`              // of the call, the task, the lead or the interaction
	Title     string    `json:"title,omitempty"` // what the author of a task wrote, else the customer's name; may be empty
	Why       Why       `json:"why"`
	Since     time.Time `json:"since"` // when it began to wait
	Due       time.Time `json:"due"`   // its limit
	Late      bool      `json:"late"`
	ContactID string    `json:"contact_id,omitempty"` // left out, as are lead_id and call_id, if the user may not see it
	LeadID    string    `json:"lead_id,omitempty"`
	TaskID    string    `json:"task_id,omitempty"`
	CallID    string    `json:"call_id,omitempty"`
	Number    string    `json:"number,omitempty"` // of the customer, E.164
	Name      string    `json:"name,omitempty"`   // of the customer

	TaskKind leads.TaskKind `json:"task_kind,omitempty"` // of a call-back or task
	Priority leads.Priority `json:"priority,omitempty"`  // likewise
	Nobodys  bool           `json:"nobodys,omitempty"`   // no colleague has it: the user may take it
}

// List is a user's worklist: ringing calls, then all others by the time left.
type List struct {
	Items   []Item
	Late    int
	Waiting int64 // open call-backs of everybody, also those that the user may not see
}

// LastWord is what the customer of a lead wrote since they were last answered.
type LastWord struct{ Asked time.Time } // the first such message; zero: none

// Store is what the service needs from storage: the lists of the workplace, each restricted
// to what the viewer may see.
type Store interface {
	Calls(ctx context.Context, v leads.Viewer, f leads.CallFilter, p leads.Page) (leads.List[leads.CallRecord], error)
	Leads(ctx context.Context, v leads.Viewer, f leads.LeadFilter, p leads.Page) (leads.List[leads.Lead], error)
	Tasks(ctx context.Context, v leads.Viewer, f leads.TaskFilter, p leads.Page) (leads.List[leads.Task], error)
	Interactions(ctx context.Context, v leads.Viewer, f leads.InteractionFilter, p leads.Page) (leads.List[leads.Interaction], error)
	TaskCounts(ctx context.Context, ownerID string, at time.Time) (leads.TaskCounts, error)
	// LastWords returns the messages without an answer, by the ids of leads.
	LastWords(ctx context.Context, leadIDs []string) (map[string]LastWord, error)
}

// Service reads worklists.
type Service struct {
	Store  Store
	Within time.Duration    // in which a customer who wrote is answered
	Now    func() time.Time // in the zone of the office
}

// List returns the worklist of a user.
func (s *Service) List(ctx context.Context, v leads.Viewer) (List, error) {
	now := s.Now()
	var l List
	for _, read := range []func(context.Context, leads.Viewer, time.Time) ([]Item, error){s.ringing, s.tasks, s.leads, s.facts} {
		items, err := read(ctx, v, now)
		if err != nil {
			return List{}, err
		}
		l.Items = append(l.Items, items...)
	}
	slices.SortFunc(l.Items, before)
	for i := range l.Items {
		if l.Items[i].Late = l.Items[i].Due.Before(now); l.Items[i].Late && l.Items[i].Kind != Ringing {
			l.Late++
		}
	}
	all, err := s.Store.TaskCounts(ctx, "", now)
	l.Waiting = all.Callbacks
	return l, err
}

// before orders ringing calls first, and others by their limit.
func before(a, b Item) int {
	return cmp.Or(rings(b)-rings(a), a.Due.Compare(b.Due), cmp.Compare(a.ID, b.ID))
}

func rings(i Item) int {
	if i.Kind == Ringing {
		return 1
	}
	return 0
}

// ringing are the calls that ring at the user's telephone.
func (s *Service) ringing(ctx context.Context, v leads.Viewer, _ time.Time) (items []Item, err error) {
	err = pages(func(p leads.Page) (leads.List[leads.CallRecord], error) {
		return s.Store.Calls(ctx, v, leads.CallFilter{State: leads.CallRinging, Directions: []leads.Direction{leads.In}}, p)
	}, func(c leads.CallRecord) bool {
		if slices.Contains(access.AtTelephone(c), v.UserID) {
			items = append(items, Item{
				Kind: Ringing, ID: c.ID, CallID: c.ID, Title: c.ContactName, Name: c.ContactName, Why: WhyRings, Since: c.Started, Due: c.Started,
				ContactID: c.ContactID, LeadID: c.LeadID, Number: c.From,
			})
		}
		return len(items) < Most
	})
	return items, err
}

// tasks are the call-backs, and the tasks that are due before the end of the day.
func (s *Service) tasks(ctx context.Context, v leads.Viewer, now time.Time) (items []Item, err error) {
	tomorrow := time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, now.Location())
	err = pages(func(p leads.Page) (leads.List[leads.Task], error) {
		return s.Store.Tasks(ctx, v, leads.TaskFilter{ToDo: true, AwakeAt: now}, p)
	}, func(t leads.Task) bool {
		if t.Kind == leads.TaskCallback || t.Due.Before(tomorrow) {
			items = append(items, taskItem(t))
		}
		return len(items) < Most
	})
	return items, err
}

func taskItem(t leads.Task) Item {
	i := Item{
		Kind: Planned, ID: t.ID, TaskID: t.ID, Title: t.Title, Name: t.ContactName, Why: WhyDue, Since: t.Created, Due: t.Due,
		ContactID: t.ContactID, LeadID: t.LeadID, CallID: t.CallID, Number: t.Number, TaskKind: t.Kind, Priority: t.Priority, Nobodys: t.Owner == nil,
	}
	if t.Kind == leads.TaskCallback {
		if i.Kind, i.Why, i.Since = Callback, WhyMissed, t.Missed; !t.Wished.IsZero() {
			i.Why = WhyWished
		}
	}
	if i.Title == "" {
		i.Title = t.ContactName
	}
	return i
}

// leads are the open leads of the user, and those that nobody has, that wait.
func (s *Service) leads(ctx context.Context, v leads.Viewer, _ time.Time) (items []Item, err error) {
	open := true
	var all []leads.Lead
	for _, f := range []leads.LeadFilter{{Open: &open, ManagerID: v.UserID}, {Open: &open, Unassigned: true}} {
		n := len(all)
		if err := pages(func(p leads.Page) (leads.List[leads.Lead], error) { return s.Store.Leads(ctx, v, f, p) },
			func(l leads.Lead) bool { all = append(all, l); return len(all)-n < Most }); err != nil {
			return nil, err
		}
	}
	ids := make([]string, len(all))
	for i, l := range all {
		ids[i] = l.ID
	}
	words, err := s.Store.LastWords(ctx, ids)
	for _, l := range all {
		if i, waits := LeadItem(l, words[l.ID], s.Within); waits {
			items = append(items, i)
		}
	}
	return items, err
}

// LeadItem returns the item of an open lead, and whether it waits: when the customer's last
// message has no answer, when nobody has answered them yet, or when it has no manager.
// A call to them that is planned, or an open call-back, is the answer; and any open task is
// the next step of a lead that only has to be looked after. It is pure.
func LeadItem(l leads.Lead, last LastWord, within time.Duration) (Item, bool) {
	i := Item{
		Kind: Answer, ID: l.ID, LeadID: l.ID, ContactID: l.ContactID, Title: l.ContactName, Name: l.ContactName, Why: WhyWrote, Since: last.Asked, Nobodys: l.ManagerID == "",
	}
	if strings.HasPrefix(l.ContactKey, "+") {
		i.Number = l.ContactKey
	}
	if l.ManagerID == "" || l.Status == leads.LeadNew && l.Responded.IsZero() {
		i.Kind = New
	}
	switch {
	case l.NextTask != nil && l.NextTask.Kind.Calls():
		return Item{}, false
	case !last.Asked.IsZero():
	case l.NextTask != nil || !l.Responded.IsZero() && l.ManagerID != "":
		return Item{}, false
	case l.ManagerID == "":
		i.Why, i.Since = WhyNobodys, l.Opened
	default:
		i.Why, i.Since = WhyUnanswered, l.Opened
	}
	i.Due = i.Since.Add(within)
	return i, true
}

// facts are the user's contacts that lack a required fact. Those who see everything have all
// of them in the list of contacts to describe.
func (s *Service) facts(ctx context.Context, v leads.Viewer, _ time.Time) (items []Item, err error) {
	if v.Role.SeesAll() {
		return nil, nil
	}
	err = pages(func(p leads.Page) (leads.List[leads.Interaction], error) {
		return s.Store.Interactions(ctx, v, leads.InteractionFilter{LackingFacts: true}, p)
	}, func(i leads.Interaction) bool {
		items = append(items, Item{
			Kind: Describe, ID: i.ID, Title: i.ContactName, Name: i.ContactName, Why: WhyFacts, Since: i.At, Due: i.At.Add(s.Within),
			ContactID: i.ContactID, LeadID: i.LeadID,
		})
		return len(items) < Most
	})
	return items, err
}

// pages calls each with the records of a list, page by page, until it returns false.
func pages[T any](read func(leads.Page) (leads.List[T], error), each func(T) bool) error {
	for p := (leads.Page{Limit: 200}); ; {
		list, err := read(p)
		if err != nil {
			return err
		}
		for _, r := range list.Items {
			if !each(r) {
				return nil
			}
		}
		if p.Cursor = list.Next; p.Cursor == "" {
			return nil
		}
	}
}
