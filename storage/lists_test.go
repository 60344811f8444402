package storage_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/storage"
)

// way is one use of a filter: the filter, and which records it means.
type way[F, T any] struct {
	field string // of F
	set   func(*F)
	means func(T) bool
}

// checkWays: for each viewer, by few and by many records, each use of each field
// of the filter, alone and beside each field that decides where the list begins,
// lists what reading the records one by one finds.
func checkWays[F, T any](t *testing.T, o office, name string, viewers []leads.User, all []string, ways []way[F, T], begins []string,
	id func(T) string, get func(leads.Viewer, string) (T, error), listed func(T) bool, list func(leads.Viewer, F) []T) {
	t.Helper()
	var f F
	for field := range reflect.TypeOf(f).Fields() {
		if !slices.ContainsFunc(ways, func(w way[F, T]) bool { return w.field == field.Name }) {
			t.Errorf("%s: no case uses the field %s of the filter", name, field.Name)
		}
	}
	both := [][]way[F, T]{{}}
	for _, w := range ways {
		both = append(both, []way[F, T]{w})
		for _, b := range ways {
			if w.field != b.field && slices.Contains(begins, b.field) {
				both = append(both, []way[F, T]{w, b})
			}
		}
	}
	used := map[int]int{}
	for _, u := range viewers {
		var visible []T
		for _, one := range all {
			r, err := get(sees(u), one)
			if err == nil && listed(r) {
				visible = append(visible, r)
			} else if err != nil && !errors.Is(err, leads.ErrNotFound) {
				t.Fatal(err)
			}
		}
		for n, ws := range both {
			var f F
			want, words := []string{}, ""
			for _, w := range ws {
				w.set(&f)
				words += " " + w.field
			}
			for _, r := range visible {
				if !slices.ContainsFunc(ws, func(w way[F, T]) bool { return !w.means(r) }) {
					want = append(want, id(r))
				}
			}
			if len(ws) == 1 && len(want) > 0 && len(want) < len(all) {
				used[n]++
			}
			got := ids(list(sees(u), f), id)
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("%s of %s by%s: %d, want %d", name, u.Login, words, len(got), len(want))
			}
		}
	}
	for n, ws := range both {
		if len(ws) == 1 && used[n] == 0 {
			t.Errorf("%s: the case of %s divides nothing", name, ws[0].field)
		}
	}
}

// testListFilters: a list is the same however the database finds it.
func testListFilters(t *testing.T, o office) {
	anna, boris := o.hire("anna", leads.RoleManager, "a", "100"), o.hire("boris", leads.RoleManager, "b", "101")
	vera, gleb := o.hire("vera", leads.RoleOperator, "a", "102"), o.hire("gleb", leads.RoleSupervisor, "")
	viewers := []leads.User{anna, boris, vera, gleb, o.hire("dora", leads.RoleAdmin, ""), o.hire("egor", leads.RoleOperator, "b")}
	var stored []leads.Stored
	put := func(touch leads.Touch, at int) leads.Stored {
		touch.At = noon.Add(time.Duration(at) * time.Minute)
		s := o.put(touch)[0]
		stored = append(stored, s)
		return s
	}
	extensions := []string{"100", "101", "102"}
	for n := range 12 {
		who := phone(n % 8)
		note := form(fmt.Sprint("form ", n), who, leads.Identity{Kind: leads.KindEmail, Value: fmt.Sprintf("p%d@example.com", n%8)})
		note.Source, note.Name = []string{"site", "landing"}[n%2], fmt.Sprint("Person ", n%8)
		note.UTM = map[string]string{"utm_source": []string{"ya", "vk", "y"}[n%3]}
		s := put(note, n)
		if user := []leads.User{anna, boris, {}}[n%3]; user.ID != "" && n < 8 {
			o.give(s.LeadID, user)
		}
		if n == 3 || n == 4 {
			must(o.SetLeadStatus(t.Context(), admin, s.LeadID, leads.LeadRefused, "price"))(t)
		}
	}
	how := []leads.Disposition{leads.Answered, leads.Missed, leads.Abandoned, leads.Busy, leads.Voicemail, leads.Barred}
	for n := range 18 {
		c := call(fmt.Sprint("L", n), phone(n%10), extensions[n%3], extensions[(n+1)%3])
		c.Source, c.Call.Queue = []string{"pbx", "branch"}[n%2], []string{"sales", "service", ""}[n%3]
		if n == 14 {
			c.Direction, c.Call.Direction, c.From = leads.Out, leads.Out, nil
			c.Call.From, c.Call.To = "100", phone(1).Value
		}
		put(c, 20+n)
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
	unique := func(id func(leads.Stored) string) []string {
		all := slices.DeleteFunc(ids(stored, id), func(s string) bool { return s == "" })
		slices.Sort(all)
		return slices.Compact(all)
	}
	contacts, leadIDs, touches := unique(func(s leads.Stored) string { return s.ContactID }), unique(func(s leads.Stored) string { return s.LeadID }), unique(func(s leads.Stored) string { return s.InteractionID })
	yes, no, later := true, false, noon.Add(25*time.Minute)
	ctx := t.Context()
	one := must(o.Call(ctx, admin, stored[len(stored)-1].InteractionID))(t)
	has := func(text, part string) bool { return strings.Contains(strings.ToLower(text), strings.ToLower(part)) }
	run := func() {
		checkWays(t, o, "contacts", viewers, contacts, []way[leads.ContactFilter, leads.Contact]{
			{"Query", func(f *leads.ContactFilter) { f.Query = "person 1" }, func(c leads.Contact) bool { return has(c.Name, "person 1") }},
			{"Phone", func(f *leads.ContactFilter) { f.Phone = phone(1).Value }, func(c leads.Contact) bool { return slices.Contains(c.Identities, phone(1)) }},
			{"Email", func(f *leads.ContactFilter) { f.Email = "p2@example.com" }, func(c leads.Contact) bool {
				return slices.Contains(c.Identities, leads.Identity{Kind: leads.KindEmail, Value: "p2@example.com"})
			}},
			{"OwnerID", func(f *leads.ContactFilter) { f.OwnerID = anna.ID }, func(c leads.Contact) bool { return c.Owner != nil && c.Owner.ID == anna.ID }},
		}, []string{"Phone", "Email"}, func(c leads.Contact) string { return c.ID },
			func(v leads.Viewer, id string) (leads.Contact, error) { return o.Contact(ctx, v, id) },
			func(leads.Contact) bool { return true }, o.contacts)

		checkWays(t, o, "leads", viewers, leadIDs, []way[leads.LeadFilter, leads.Lead]{
			{"Query", func(f *leads.LeadFilter) { f.Query = "person 1" }, func(l leads.Lead) bool { return has(l.ContactName, "person 1") }},
			{"Status", func(f *leads.LeadFilter) { f.Status = leads.LeadRefused }, func(l leads.Lead) bool { return l.Status == leads.LeadRefused }},
			{"Open", func(f *leads.LeadFilter) { f.Open = &yes }, func(l leads.Lead) bool { return l.Status.Open() }},
			{"Open", func(f *leads.LeadFilter) { f.Open = &no }, func(l leads.Lead) bool { return !l.Status.Open() }},
			{"ManagerID", func(f *leads.LeadFilter) { f.ManagerID = anna.ID }, func(l leads.Lead) bool { return l.ManagerID == anna.ID }},
			{"Unassigned", func(f *leads.LeadFilter) { f.Unassigned = true }, func(l leads.Lead) bool { return l.ManagerID == "" }},
			{"ContactID", func(f *leads.LeadFilter) { f.ContactID = stored[0].ContactID }, func(l leads.Lead) bool { return l.ContactID == stored[0].ContactID }},
			{"Source", func(f *leads.LeadFilter) { f.Source = "landing" }, func(l leads.Lead) bool { return l.Source == "landing" }},
			{"UTMSource", func(f *leads.LeadFilter) { f.UTMSource = "y" }, func(l leads.Lead) bool { return l.UTM["utm_source"] == "y" }},
		}, []string{"ContactID"}, func(l leads.Lead) string { return l.ID },
			func(v leads.Viewer, id string) (leads.Lead, error) { return o.Lead(ctx, v, id) },
			func(leads.Lead) bool { return true }, o.leads)

		checkWays(t, o, "calls", viewers, touches, []way[leads.CallFilter, leads.CallRecord]{
			{"Query", func(f *leads.CallFilter) { f.Query = "person 1" }, func(c leads.CallRecord) bool { return has(c.ContactName, "person 1") }},
			{"Query", func(f *leads.CallFilter) { f.Query = phone(2).Value }, func(c leads.CallRecord) bool {
				return has(c.From, phone(2).Value) || has(c.To, phone(2).Value)
			}},
			{"Direction", func(f *leads.CallFilter) { f.Direction = leads.Out }, func(c leads.CallRecord) bool { return c.Direction == leads.Out }},
			{"Disposition", func(f *leads.CallFilter) { f.Disposition = leads.Missed }, func(c leads.CallRecord) bool { return c.Disposition == leads.Missed }},
			{"State", func(f *leads.CallFilter) { f.State = leads.CallRinging }, func(c leads.CallRecord) bool { return c.State == leads.CallRinging }},
			{"State", func(f *leads.CallFilter) { f.State = leads.CallEnded }, func(c leads.CallRecord) bool { return c.State == leads.CallEnded }},
			{"NotAnswered", func(f *leads.CallFilter) { f.NotAnswered = true }, func(c leads.CallRecord) bool { return c.NotAnswered() }},
			{"OperatorID", func(f *leads.CallFilter) { f.OperatorID = boris.ID }, func(c leads.CallRecord) bool { return c.OperatorUser != nil && c.OperatorUser.ID == boris.ID }},
			{"Queue", func(f *leads.CallFilter) { f.Queue = "sales" }, func(c leads.CallRecord) bool { return c.Queue == "sales" }},
			{"Source", func(f *leads.CallFilter) { f.Source = "branch" }, func(c leads.CallRecord) bool { return c.Source == "branch" }},
			{"Linkedid", func(f *leads.CallFilter) { f.Linkedid = "L7" }, func(c leads.CallRecord) bool { return c.Linkedid == "L7" }},
			{"ContactID", func(f *leads.CallFilter) { f.ContactID = one.ContactID }, func(c leads.CallRecord) bool { return c.ContactID == one.ContactID }},
			{"Since", func(f *leads.CallFilter) { f.Since = later }, func(c leads.CallRecord) bool { return !c.Started.IsZero() && o.began(c.ID, later) }},
			{"Until", func(f *leads.CallFilter) { f.Until = later }, func(c leads.CallRecord) bool { return !o.began(c.ID, later) }},
		}, []string{"Linkedid", "State", "ContactID"}, func(c leads.CallRecord) string { return c.ID },
			func(v leads.Viewer, id string) (leads.CallRecord, error) { return o.Call(ctx, v, id) },
			func(c leads.CallRecord) bool { return c.PartOf == "" }, o.calls)

		checkWays(t, o, "interactions", viewers, touches, []way[leads.InteractionFilter, leads.Interaction]{
			{"ContactID", func(f *leads.InteractionFilter) { f.ContactID = one.ContactID }, func(i leads.Interaction) bool { return i.ContactID == one.ContactID }},
			{"LeadID", func(f *leads.InteractionFilter) { f.LeadID = one.LeadID }, func(i leads.Interaction) bool { return i.LeadID == one.LeadID }},
			{"Source", func(f *leads.InteractionFilter) { f.Source = "branch" }, func(i leads.Interaction) bool { return i.Source == "branch" }},
			{"Channel", func(f *leads.InteractionFilter) { f.Channel = leads.ChannelForm }, func(i leads.Interaction) bool { return i.Channel == leads.ChannelForm }},
			{"ExternalID", func(f *leads.InteractionFilter) { f.ExternalID = "L7" }, func(i leads.Interaction) bool { return i.ExternalID == "L7" }},
			{"Since", func(f *leads.InteractionFilter) { f.Since = later }, func(i leads.Interaction) bool { return !i.At.Before(later) }},
			{"Until", func(f *leads.InteractionFilter) { f.Until = later }, func(i leads.Interaction) bool { return i.At.Before(later) }},
		}, []string{"ContactID", "LeadID", "ExternalID"}, func(i leads.Interaction) string { return i.ID },
			func(v leads.Viewer, id string) (leads.Interaction, error) { return o.Interaction(ctx, v, id) },
			func(i leads.Interaction) bool { return i.Call == nil || i.Call.PartOf == "" }, o.interactions)
	}
	run()
	storage.SeeMuch(o.Store)
	run()
}

// began reports whether an interaction began at a time or later.
func (o office) began(id string, at time.Time) bool {
	o.t.Helper()
	return !must(o.Interaction(o.t.Context(), admin, id))(o.t).At.Before(at)
}
