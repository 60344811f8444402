package storage_test

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/storage"
)

// use is one use of a filter: the filter, and which records it means to a user.
type use[F, T any] struct {
	field string // of F
	set   func(*F)
	means func(u leads.User, r T) bool
}

// by is a use that means the same to everybody.
func by[F, T any](field string, set func(*F), means func(T) bool) use[F, T] {
	return use[F, T]{field, set, func(_ leads.User, r T) bool { return means(r) }}
}

// listing is a list and all that it could show.
type listing[F, T any] struct {
	name   string
	all    []T // in the order of the list
	id     func(T) string
	sees   func(leads.User, T) bool
	shows  func(F, T) bool // what the list shows of these filters at all
	uses   []use[F, T]
	begins []string                         // fields that decide where the list begins
	oldest func(F) bool                     // whether the list begins with the oldest unless told; nil: never
	sorts  map[leads.Order]func(a, b T) int // its other orders
	read   func(leads.Viewer, F, leads.Page) (ids []string, next string)
}

// check compares the list with what looking at each record finds: for each user,
// each use of each field of the filter, alone and beside the first use of each that decides
// where the list begins; and page by page.
func (l listing[F, T]) check(t *testing.T, users map[string]leads.User) {
	t.Helper()
	for field := range reflect.TypeFor[F]().Fields() {
		if !slices.ContainsFunc(l.uses, func(w use[F, T]) bool { return w.field == field.Name }) {
			t.Errorf("%s: no case uses the field %s of the filter", l.name, field.Name)
		}
	}
	sets := [][]use[F, T]{{}}
	for _, w := range l.uses {
		sets = append(sets, []use[F, T]{w})
		for _, begin := range l.begins {
			if b := slices.IndexFunc(l.uses, func(b use[F, T]) bool { return b.field == begin }); w.field != begin {
				sets = append(sets, []use[F, T]{w, l.uses[b]})
			}
		}
	}
	divides := map[string]bool{}
	for login, u := range users {
		for _, set := range sets {
			var f F
			words := ""
			for _, w := range set {
				w.set(&f)
				words += " " + w.field
			}
			var records []T
			for _, r := range l.all {
				if l.sees(u, r) && l.shows(f, r) && !slices.ContainsFunc(set, func(w use[F, T]) bool { return !w.means(u, r) }) {
					records = append(records, r)
				}
			}
			want := ids(records, l.id)
			if len(set) == 1 && len(want) > 0 && len(want) < len(l.all) {
				divides[words] = true
			}
			pages := []leads.Page{whole}
			if len(set) == 0 {
				pages = append(pages, leads.Page{Limit: 1}, leads.Page{Limit: 2}, leads.Page{Limit: 3}, leads.Page{Limit: 7, Order: leads.NewestFirst}, leads.Page{Limit: 7, Order: leads.OldestFirst})
			}
			if len(set) < 2 {
				pages = append(pages, leads.Page{Limit: 20, Order: leads.NewestFirst}, leads.Page{Limit: 20, Order: leads.OldestFirst})
			}
			turned := slices.Clone(want)
			slices.Reverse(turned)
			for order := range l.sorts {
				pages = append(pages, leads.Page{Limit: 200, Order: order})
				if len(set) == 0 {
					pages = append(pages, leads.Page{Limit: 1, Order: order}, leads.Page{Limit: 7, Order: order})
				}
			}
			for _, page := range pages {
				want := want
				if sort := l.sorts[page.Order]; sort != nil {
					want = ids(slices.SortedFunc(slices.Values(records), sort), l.id)
				} else if byOldest := l.oldest != nil && l.oldest(f); page.Order != "" && (page.Order == leads.OldestFirst) != byOldest {
					want = turned
				}
				if got := l.pages(t, u, f, page); !slices.Equal(got, want) {
					t.Errorf("%s of %s by%s in pages of %d, order %q:\n%v, want\n%v", l.name, login, words, page.Limit, page.Order, got, want)
				}
			}
		}
	}
	for _, w := range l.uses {
		if !divides[" "+w.field] {
			t.Errorf("%s: no case of %s divides anything", l.name, w.field)
		}
	}
}

// pages reads a list page by page.
func (l listing[F, T]) pages(t *testing.T, u leads.User, f F, p leads.Page) (got []string) {
	t.Helper()
	for {
		page, next := l.read(sees(u), f, p)
		if got = append(got, page...); len(page) > p.Limit {
			t.Errorf("%s of %s: a page of %d by %d", l.name, u.Login, len(page), p.Limit)
		}
		if p.Cursor = next; next == "" {
			return got
		}
	}
}

// whatever is shown by a list that shows everything by itself.
func whatever[F, T any](F, T) bool { return true }

// newestFirst is the order of lists by a time, which records may share.
func newestFirst[T any](all []T, at func(T) time.Time, id func(T) string) []T {
	return slices.SortedFunc(slices.Values(all), func(a, b T) int { return cmp.Or(at(b).Compare(at(a)), cmp.Compare(id(b), id(a))) })
}

// byName is the order by a name, those without one last.
func byName[T any](name, id func(T) string) func(a, b T) int {
	key := func(r T) string {
		folded := strings.ReplaceAll(strings.ToLower(name(r)), "ё", "е")
		return cmp.Or(folded, "\xff")
	}
	return func(a, b T) int { return cmp.Or(cmp.Compare(key(a), key(b)), cmp.Compare(id(a), id(b))) }
}

// longest is the order by a length of time.
func longest[T any](of func(T) int64, id func(T) string) func(a, b T) int {
	return func(a, b T) int { return cmp.Or(cmp.Compare(of(b), of(a)), cmp.Compare(id(b), id(a))) }
}

// paged adapts a list of the store.
func paged[T any](t *testing.T, id func(T) string, list leads.List[T], err error) ([]string, string) {
	t.Helper()
	return ids(must(list, err)(t).Items, id), list.Next
}

// testLists: every list of every kind of viewer is what the rules say in plain
// Go, also when each page looks at three records only.
func testLists(t *testing.T, o office) {
	w := makeWorld(t, o)
	check := func() {
		w.checkContacts(t, o)
		w.checkLeads(t, o)
		w.checkCalls(t, o)
		w.checkInteractions(t, o)
		w.checkTasks(t, o)
		w.checkHistory(t, o)
	}
	check()
	storage.LookAt(o.Store, 3) // many small pages: a user of each kind is enough
	for _, login := range []string{"boris", "every", "dora", "egor", "gone"} {
		delete(w.users, login)
	}
	check()
}

func has(text, part string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(part))
}

// inCompany reports whether a contact is in the company.
func (w world) inCompany(contactID string) bool {
	return slices.ContainsFunc(w.contacts, func(c leads.Contact) bool { return c.ID == contactID && c.CompanyID == w.company })
}

func (w world) checkContacts(t *testing.T, o office) {
	type f = leads.ContactFilter
	id, anna := func(c leads.Contact) string { return c.ID }, w.users["anna"].ID
	address := leads.Identity{Kind: leads.KindEmail, Value: "p2@example.com"}
	listing[f, leads.Contact]{
		"contacts", newestFirst(w.contacts, func(c leads.Contact) time.Time { return c.Created }, id), id, w.seesContact, whatever[f, leads.Contact],
		[]use[f, leads.Contact]{
			by("Query", func(f *f) { f.Query = "person 1" }, func(c leads.Contact) bool { return has(c.Name, "person 1") }),
			by("Phone", func(f *f) { f.Phone = phone(1).Value }, func(c leads.Contact) bool { return slices.Contains(c.Identities, phone(1)) }),
			by("Email", func(f *f) { f.Email = address.Value }, func(c leads.Contact) bool { return slices.Contains(c.Identities, address) }),
			by("OwnerID", func(f *f) { f.OwnerID = anna }, func(c leads.Contact) bool { return c.Owner != nil && c.Owner.ID == anna }),
			by("Tag", func(f *f) { f.Tag = "ёлки" }, func(c leads.Contact) bool { return slices.Contains(c.Tags, "Елки") }),
			by("CompanyID", func(f *f) { f.CompanyID = w.company }, func(c leads.Contact) bool { return c.CompanyID == w.company }),
		}, []string{"Phone", "Email", "OwnerID", "Tag", "CompanyID"}, nil,
		map[leads.Order]func(a, b leads.Contact) int{leads.ByName: byName(func(c leads.Contact) string { return c.Name }, id)},
		func(v leads.Viewer, f f, p leads.Page) ([]string, string) {
			list, err := o.Contacts(t.Context(), v, f, p)
			return paged(t, id, list, err)
		},
	}.check(t, w.users)
}

func (w world) checkLeads(t *testing.T, o office) {
	type f = leads.LeadFilter
	id, anna, yes, no := func(l leads.Lead) string { return l.ID }, w.users["anna"].ID, true, false
	contact, middle := w.leads[0].ContactID, noon.Add(25*time.Minute)
	listing[f, leads.Lead]{
		"leads", newestFirst(w.leads, func(l leads.Lead) time.Time { return l.Opened }, id), id, w.seesLead, whatever[f, leads.Lead],
		[]use[f, leads.Lead]{
			by("Query", func(f *f) { f.Query = "person 1" }, func(l leads.Lead) bool { return has(l.ContactName, "person 1") }),
			by("Status", func(f *f) { f.Status = leads.LeadRefused }, func(l leads.Lead) bool { return l.Status == leads.LeadRefused }),
			by("Open", func(f *f) { f.Open = &yes }, func(l leads.Lead) bool { return l.Status.Open() }),
			by("Open", func(f *f) { f.Open = &no }, func(l leads.Lead) bool { return !l.Status.Open() }),
			by("ManagerID", func(f *f) { f.ManagerID = anna }, func(l leads.Lead) bool { return l.ManagerID == anna }),
			by("Unassigned", func(f *f) { f.Unassigned = true }, func(l leads.Lead) bool { return l.ManagerID == "" }),
			by("ContactID", func(f *f) { f.ContactID = contact }, func(l leads.Lead) bool { return l.ContactID == contact }),
			by("Waiting", func(f *f) { f.Waiting = true }, func(l leads.Lead) bool { return l.Status.Open() && l.Responded.IsZero() }),
			by("Sources", func(f *f) { f.Sources = []string{"landing"} }, func(l leads.Lead) bool { return l.Source == "landing" }),
			by("Sources", func(f *f) { f.Sources = []string{"landing", "pbx", "fair"} }, func(l leads.Lead) bool {
				return slices.Contains([]string{"landing", "pbx", "fair"}, l.Source)
			}),
			by("Channels", func(f *f) { f.Channels = []leads.Channel{leads.ChannelCall} }, func(l leads.Lead) bool { return l.Channel == leads.ChannelCall }),
			by("Teams", func(f *f) { f.Teams = []string{"a", "b"} }, func(l leads.Lead) bool { return l.Team == "a" || l.Team == "b" }),
			by("Repeat", func(f *f) { f.Repeat = &yes }, func(l leads.Lead) bool { return l.Repeat }),
			by("Repeat", func(f *f) { f.Repeat = &no }, func(l leads.Lead) bool { return !l.Repeat }),
			by("UTMSource", func(f *f) { f.UTMSource = "y" }, func(l leads.Lead) bool { return l.UTM["utm_source"] == "y" }),
			by("Opened", func(f *f) { f.Opened.Since = middle }, func(l leads.Lead) bool { return !l.Opened.Before(middle) }),
			by("Opened", func(f *f) { f.Opened = leads.Period{Since: noon.Add(time.Minute), Until: middle} }, func(l leads.Lead) bool {
				return l.Opened.Before(middle) && !l.Opened.Before(noon.Add(time.Minute))
			}),
			by("PipelineID", func(f *f) { f.PipelineID = "main" }, func(l leads.Lead) bool { return l.PipelineID == "main" }),
			by("StageID", func(f *f) { f.StageID = "working" }, func(l leads.Lead) bool { return l.StageID == "working" }),
			by("CompanyID", func(f *f) { f.CompanyID = w.company }, func(l leads.Lead) bool { return w.inCompany(l.ContactID) }),
		}, []string{"ContactID", "CompanyID", "ManagerID", "Unassigned", "Waiting", "Sources", "Opened", "StageID"}, nil,
		map[leads.Order]func(a, b leads.Lead) int{leads.ByName: byName(func(l leads.Lead) string { return l.ContactName }, id)},
		func(v leads.Viewer, f f, p leads.Page) ([]string, string) {
			list, err := o.Leads(t.Context(), v, f, p)
			return paged(t, id, list, err)
		},
	}.check(t, w.users)
}

func (w world) checkInteractions(t *testing.T, o office) {
	type f = leads.InteractionFilter
	id, middle := func(i leads.Interaction) string { return i.ID }, noon.Add(25*time.Minute)
	one := w.touches[slices.IndexFunc(w.touches, func(i leads.Interaction) bool { return i.ExternalID == "L7" })]
	listing[f, leads.Interaction]{
		"interactions", newestFirst(w.listed(), func(i leads.Interaction) time.Time { return i.At }, id), id, w.seesTouch, whatever[f, leads.Interaction],
		[]use[f, leads.Interaction]{
			by("ContactID", func(f *f) { f.ContactID = one.ContactID }, func(i leads.Interaction) bool { return i.ContactID == one.ContactID }),
			by("CompanyID", func(f *f) { f.CompanyID = w.company }, func(i leads.Interaction) bool { return w.inCompany(i.ContactID) }),
			by("LeadID", func(f *f) { f.LeadID = one.LeadID }, func(i leads.Interaction) bool { return i.LeadID == one.LeadID }),
			by("Source", func(f *f) { f.Source = "branch" }, func(i leads.Interaction) bool { return i.Source == "branch" }),
			by("Channel", func(f *f) { f.Channel = leads.ChannelForm }, func(i leads.Interaction) bool { return i.Channel == leads.ChannelForm }),
			by("Channel", func(f *f) { f.Channel = leads.ChannelCall }, func(i leads.Interaction) bool { return i.Channel == leads.ChannelCall }),
			by("ExternalID", func(f *f) { f.ExternalID = "L7" }, func(i leads.Interaction) bool { return i.ExternalID == "L7" }),
			by("Since", func(f *f) { f.Since = middle }, func(i leads.Interaction) bool { return !i.At.Before(middle) }),
			by("Until", func(f *f) { f.Until = middle }, func(i leads.Interaction) bool { return i.At.Before(middle) }),
			{"LackingFacts", func(f *f) { f.LackingFacts = true }, func(u leads.User, i leads.Interaction) bool {
				if !overByRule(i) || i.Source != "site" && i.Source != "pbx" || i.Facts.Nature != "" {
					return false
				}
				return u.Role.SeesAll() || ownByRule(u, i, w.leadOf(i))
			}},
		}, []string{"ContactID", "CompanyID", "LeadID", "ExternalID", "Source", "Channel", "LackingFacts"}, nil,
		nil,
		func(v leads.Viewer, f f, p leads.Page) ([]string, string) {
			list, err := o.Interactions(t.Context(), v, f, p)
			return paged(t, id, list, err)
		},
	}.check(t, w.users)
}

func (w world) leadOf(i leads.Interaction) leads.Lead {
	if n := slices.IndexFunc(w.leads, func(l leads.Lead) bool { return l.ID == i.LeadID }); n >= 0 {
		return w.leads[n]
	}
	return leads.Lead{}
}

// listed are the interactions without calls that are a part of another.
func (w world) listed() []leads.Interaction {
	return slices.DeleteFunc(slices.Clone(w.touches), func(i leads.Interaction) bool { return i.Call != nil && i.Call.PartOf != "" })
}

func (w world) checkCalls(t *testing.T, o office) {
	type f = leads.CallFilter
	id, boris, middle := func(i leads.Interaction) string { return i.ID }, w.users["boris"].ID, noon.Add(25*time.Minute)
	one := w.touches[slices.IndexFunc(w.touches, func(i leads.Interaction) bool { return i.ExternalID == "L17" })]
	yes, no := true, false
	recorded := func(i leads.Interaction) bool {
		return slices.ContainsFunc(i.Call.Recordings, func(r leads.Recording) bool { return r.State == leads.RecordingStored })
	}
	talkedWith := func(ids ...string) func(leads.Interaction) bool {
		return func(i leads.Interaction) bool {
			return i.Call.OperatorUser != nil && slices.Contains(ids, i.Call.OperatorUser.ID)
		}
	}
	calls := slices.DeleteFunc(w.listed(), func(i leads.Interaction) bool { return i.Call == nil })
	listing[f, leads.Interaction]{
		"calls", newestFirst(calls, func(i leads.Interaction) time.Time { return i.At }, id), id, w.seesCall, whatever[f, leads.Interaction],
		[]use[f, leads.Interaction]{
			{"Query", func(f *f) { f.Query = "person 1" }, func(u leads.User, i leads.Interaction) bool {
				return has(i.ContactName, "person 1") && w.knows(u, i.ContactID)
			}},
			by("Query", func(f *f) { f.Query = phone(2).Value }, func(i leads.Interaction) bool {
				return has(i.Call.From, phone(2).Value) || has(i.Call.To, phone(2).Value)
			}),
			by("Directions", func(f *f) { f.Directions = []leads.Direction{leads.Out} }, func(i leads.Interaction) bool { return i.Call.Direction == leads.Out }),
			by("Directions", func(f *f) { f.Directions = []leads.Direction{leads.Out, leads.In} }, func(i leads.Interaction) bool { return i.Call.Direction != leads.Internal }),
			by("Dispositions", func(f *f) { f.Dispositions = []leads.Disposition{leads.Missed, leads.Busy} }, func(i leads.Interaction) bool {
				return i.Call.Disposition == leads.Missed || i.Call.Disposition == leads.Busy
			}),
			by("Dispositions", func(f *f) { f.Dispositions = []leads.Disposition{leads.Missed, leads.Answered} }, func(i leads.Interaction) bool {
				return i.Call.Disposition == leads.Missed || i.Call.Disposition == leads.Answered
			}),
			by("State", func(f *f) { f.State = leads.CallRinging }, func(i leads.Interaction) bool { return i.Call.State == leads.CallRinging }),
			by("State", func(f *f) { f.State = leads.CallEnded }, func(i leads.Interaction) bool { return i.Call.State == leads.CallEnded }),
			by("NotAnswered", func(f *f) { f.NotAnswered = true }, func(i leads.Interaction) bool { return i.Call.NotAnswered() }),
			by("OperatorIDs", func(f *f) { f.OperatorIDs = []string{boris} }, talkedWith(boris)),
			by("OperatorIDs", func(f *f) { f.OperatorIDs = []string{boris, w.users["anna"].ID} }, talkedWith(boris, w.users["anna"].ID)),
			by("Queues", func(f *f) { f.Queues = []string{"sales"} }, func(i leads.Interaction) bool { return i.Call.Queue == "sales" }),
			by("Queues", func(f *f) { f.Queues = []string{"sales", "service"} }, func(i leads.Interaction) bool { return i.Call.Queue != "" }),
			by("Sources", func(f *f) { f.Sources = []string{"branch"} }, func(i leads.Interaction) bool { return i.Source == "branch" }),
			by("Lines", func(f *f) { f.Lines = []string{"+74950000001", "+74950000003"} }, func(i leads.Interaction) bool {
				return i.Call.DID == "+74950000001" || i.Call.DID == "+74950000003"
			}),
			by("Teams", func(f *f) { f.Teams = []string{"a"} }, func(i leads.Interaction) bool { return w.teamOf(i) == "a" }),
			by("UTMSource", func(f *f) { f.UTMSource = "outdoor" }, func(i leads.Interaction) bool { return i.UTM["utm_source"] == "outdoor" }),
			by("TalkedMin", func(f *f) { f.TalkedMin = 60 * time.Second }, func(i leads.Interaction) bool { return i.Call.TalkMS >= 60_000 }),
			by("WaitedMin", func(f *f) { f.WaitedMin = 6 * time.Second }, func(i leads.Interaction) bool { return i.Call.WaitMS >= 6_000 }),
			by("Recorded", func(f *f) { f.Recorded = &yes }, recorded),
			by("Recorded", func(f *f) { f.Recorded = &no }, func(i leads.Interaction) bool { return !recorded(i) }),
			by("CompanyID", func(f *f) { f.CompanyID = w.company }, func(i leads.Interaction) bool { return w.inCompany(i.ContactID) }),
			by("Linkedid", func(f *f) { f.Linkedid = "L7" }, func(i leads.Interaction) bool { return i.Call.Linkedid == "L7" }),
			by("ContactID", func(f *f) { f.ContactID = one.ContactID }, func(i leads.Interaction) bool { return i.ContactID == one.ContactID }),
			by("Started", func(f *f) { f.Started.Since = middle }, func(i leads.Interaction) bool { return !i.At.Before(middle) }),
			by("Started", func(f *f) { f.Started = leads.Period{Since: noon.Add(21 * time.Minute), Until: middle} }, func(i leads.Interaction) bool {
				return i.At.Before(middle) && !i.At.Before(noon.Add(21*time.Minute))
			}),
		}, []string{"Linkedid", "State", "ContactID", "OperatorIDs", "Queues", "Started"}, nil,
		map[leads.Order]func(a, b leads.Interaction) int{
			leads.LongestWait: longest(func(i leads.Interaction) int64 { return i.Call.WaitMS }, id),
			leads.LongestTalk: longest(func(i leads.Interaction) int64 { return i.Call.TalkMS }, id),
		},
		func(v leads.Viewer, f f, p leads.Page) ([]string, string) {
			list, err := o.Calls(t.Context(), v, f, p)
			return paged(t, func(c leads.CallRecord) string { return c.ID }, list, err)
		},
	}.check(t, w.users)
}

func (w world) checkTasks(t *testing.T, o office) {
	type f = leads.TaskFilter
	id, anna := func(t leads.Task) string { return t.ID }, w.users["anna"].ID
	done := newestFirst(w.tasks, func(t leads.Task) time.Time { return t.Done }, id)
	open := newestFirst(w.tasks, func(t leads.Task) time.Time { return t.Due }, id)
	slices.Reverse(open)
	is := func(state leads.TaskState) func(leads.Task) bool {
		return func(t leads.Task) bool { return t.State == state }
	}
	open, done = slices.DeleteFunc(open, is(leads.TaskDone)), slices.DeleteFunc(done, is(leads.TaskOpen))
	late, now := open[len(open)/2].Due, time.Now()
	one := open[slices.IndexFunc(open, func(t leads.Task) bool { return t.LeadID != "" && t.CreatedBy != nil })]
	lead, contact := one.LeadID, one.ContactID
	listing[f, leads.Task]{
		"tasks", slices.Concat(open, done), id, w.seesTask, func(f f, t leads.Task) bool { return t.State == cmp.Or(f.State, leads.TaskOpen) },
		[]use[f, leads.Task]{
			by("State", func(f *f) { f.State = leads.TaskOpen }, is(leads.TaskOpen)),
			by("State", func(f *f) { f.State = leads.TaskDone }, is(leads.TaskDone)),
			by("OwnerID", func(f *f) { f.OwnerID = anna }, func(t leads.Task) bool { return t.Owner != nil && t.Owner.ID == anna }),
			by("LateAt", func(f *f) { f.LateAt = late }, func(t leads.Task) bool { return t.State == leads.TaskDone || t.Due.Before(late) }),
			by("Period", func(f *f) { f.Period = leads.Period{Since: late.Add(-time.Minute), Until: late.Add(time.Minute)} }, func(t leads.Task) bool {
				at := t.Due
				if t.State == leads.TaskDone {
					at = t.Done
				}
				return at.Before(late.Add(time.Minute)) && !at.Before(late.Add(-time.Minute))
			}),
			by("Kind", func(f *f) { f.Kind = leads.TaskCallback }, func(t leads.Task) bool { return t.Kind == leads.TaskCallback }),
			by("LeadID", func(f *f) { f.LeadID = lead }, func(t leads.Task) bool { return t.LeadID == lead }),
			by("ContactID", func(f *f) { f.ContactID = contact }, func(t leads.Task) bool { return t.ContactID == contact }),
			by("AwakeAt", func(f *f) { f.AwakeAt = now }, func(t leads.Task) bool { return !t.Snoozed.After(now) }),
			{"ToDo", func(f *f) { f.ToDo = true }, func(u leads.User, t leads.Task) bool {
				if t.Owner != nil {
					return t.Owner.ID == u.ID
				}
				return u.Role.SeesAll() || u.Role == leads.RoleManager && !u.Disabled && inTeam(u, t.Team)
			}},
		}, []string{"State", "LateAt", "LeadID", "ContactID", "OwnerID", "ToDo"}, func(f f) bool { return f.State != leads.TaskDone },
		nil,
		func(v leads.Viewer, f f, p leads.Page) ([]string, string) {
			list, err := o.Tasks(t.Context(), v, f, p)
			return paged(t, id, list, err)
		},
	}.check(t, w.users)
}

// teamOf is the team of a call: the operator's, or the lead's if nobody of a team talked.
func (w world) teamOf(i leads.Interaction) string {
	if o := i.Call.OperatorUser; o != nil {
		for _, u := range w.users {
			if u.ID == o.ID && u.Team != "" {
				return u.Team
			}
		}
	}
	for _, l := range w.leads {
		if l.ID == i.LeadID {
			return l.Team
		}
	}
	return ""
}
