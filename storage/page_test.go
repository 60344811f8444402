package storage_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/intake"
)

// fill stores n calls of n people; several share a moment.
func fill(o office, n int) {
	for i := range n {
		touch := call(fmt.Sprintf("L%d", i), phone(i), "100")
		touch.At = noon.Add(time.Duration(i/3) * time.Second)
		o.put(touch)
	}
}

// walk reads a list page by page; between is called after each.
func walk[T any](t *testing.T, limit int, id func(T) string, between func(), read func(leads.Page) (leads.List[T], error)) (got []string) {
	t.Helper()
	for p := (leads.Page{Limit: limit}); ; {
		list, err := read(p)
		if err != nil {
			t.Fatal(err)
		}
		if len(list.Items) > limit || len(list.Items) == 0 && p.Cursor != "" {
			t.Fatalf("a page of %d by %d", len(list.Items), limit)
		}
		got = append(got, ids(list.Items, id)...)
		if p.Cursor = list.Next; p.Cursor == "" {
			return got
		}
		between()
	}
}

func testPaging(t *testing.T, o office) {
	anna := o.hire("anna", leads.RoleOperator, "", "100")
	for i := range 10 {
		o.hire(fmt.Sprintf("u%d", i%10), leads.RoleOperator, "x")
	}
	fill(o, 20)
	nothing := func() {}
	for _, v := range []leads.Viewer{admin, sees(anna)} {
		for _, limit := range []int{1, 7, 20} {
			lists := map[string][]string{
				"contacts": walk(t, limit, func(c leads.Contact) string { return c.ID }, nothing, func(p leads.Page) (leads.List[leads.Contact], error) {
					return o.Contacts(t.Context(), v, leads.ContactFilter{}, p)
				}),
				"leads": walk(t, limit, func(l leads.Lead) string { return l.ID }, nothing, func(p leads.Page) (leads.List[leads.Lead], error) {
					return o.Leads(t.Context(), v, leads.LeadFilter{}, p)
				}),
				"interactions": walk(t, limit, func(i leads.Interaction) string { return i.ID }, nothing, func(p leads.Page) (leads.List[leads.Interaction], error) {
					return o.Interactions(t.Context(), v, leads.InteractionFilter{}, p)
				}),
				"calls": walk(t, limit, func(c leads.CallRecord) string { return c.ID }, nothing, func(p leads.Page) (leads.List[leads.CallRecord], error) {
					return o.Calls(t.Context(), v, leads.CallFilter{}, p)
				}),
			}
			for name, got := range lists {
				if n := len(slices.Compact(slices.Sorted(slices.Values(got)))); n != 20 || len(got) != 20 {
					t.Errorf("%s by %d: %d rows, %d different; want 20", name, limit, len(got), n)
				}
				if !slices.IsSortedFunc(got, func(a, b string) int { return -cmpString(a, b) }) {
					t.Errorf("%s by %d are not newest first", name, limit)
				}
			}
			users := walk(t, limit, func(u leads.User) string { return u.Name }, nothing, func(p leads.Page) (leads.List[leads.User], error) {
				return o.Users(t.Context(), p)
			})
			if len(users) != 11 || !slices.IsSorted(users) {
				t.Errorf("users by %d: %v", limit, users)
			}
		}
	}
	for _, cursor := range []string{"x", "!", base64.RawURLEncoding.EncodeToString([]byte("no separator")), base64.RawURLEncoding.EncodeToString([]byte("text\x1fid"))} {
		_, err := o.Leads(t.Context(), admin, leads.LeadFilter{}, leads.Page{Limit: 1, Cursor: cursor})
		if !errors.Is(err, leads.ErrInvalid) {
			t.Errorf("cursor %q: %v, want invalid", cursor, err)
		}
	}
	if _, err := o.Users(t.Context(), leads.Page{Cursor: "!"}); !errors.Is(err, leads.ErrInvalid) {
		t.Errorf("users: %v, want invalid", err)
	}
}

func cmpString(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// While somebody reads page by page, new records neither repeat nor hide one
// that was there at the beginning.
func testPagingWhileWriting(t *testing.T, o office) {
	fill(o, 20)
	before := ids(o.interactions(admin, leads.InteractionFilter{}), func(i leads.Interaction) string { return i.ID })
	n := 0
	got := walk(t, 3, func(i leads.Interaction) string { return i.ID }, func() {
		n++
		o.put(form(fmt.Sprint("new ", n), phone(1000+n))) // at noon: the oldest moment there is
		late := form(fmt.Sprint("late ", n), phone(2000+n))
		late.At = noon.Add(time.Hour)
		o.put(late)
	}, func(p leads.Page) (leads.List[leads.Interaction], error) {
		return o.Interactions(t.Context(), admin, leads.InteractionFilter{}, p)
	})
	for _, id := range before {
		if !slices.Contains(got, id) {
			t.Errorf("%s was lost", id)
		}
	}
	if all := len(slices.Compact(slices.Sorted(slices.Values(got)))); all != len(got) {
		t.Errorf("%d of %d records came twice", len(got)-all, len(got))
	}
}

func testFilters(t *testing.T, o office) {
	anna := o.hire("anna", leads.RoleManager, "", "100")
	s := o.put(form("1", ivan, mail), answer(call("L1", ivan, "100"), 0), hangUp(call("L2", phone(2), "100")), form("3", phone(3)))
	o.give(s[0].LeadID, anna)
	must(o.SetLeadStatus(t.Context(), admin, s[2].LeadID, leads.LeadRefused, "price"))(t)
	must(o.ChangeContact(t.Context(), admin, s[3].ContactID, renamed("Пётр", "Рога & Копыта")))(t)
	yes, no := true, false

	for name, c := range map[string]struct {
		f    leads.ContactFilter
		want []intake.Stored
	}{
		"name":               {leads.ContactFilter{Query: "ПЕТР"}, s[3:]},
		"company":            {leads.ContactFilter{Query: "копыта"}, s[3:]},
		"national number":    {leads.ContactFilter{Query: "8 (916) 123-45"}, nil},
		"whole number":       {leads.ContactFilter{Query: "8 (916) 123-45-67"}, s[:1]},
		"part of a number":   {leads.ContactFilter{Query: "123-45-67"}, s[:1]},
		"address":            {leads.ContactFilter{Query: "Ivan@"}, s[:1]},
		"phone":              {leads.ContactFilter{Phone: ivan.Value}, s[:1]},
		"e-mail":             {leads.ContactFilter{Email: mail.Value}, s[:1]},
		"both":               {leads.ContactFilter{Phone: ivan.Value, Email: mail.Value}, s[:1]},
		"both of two people": {leads.ContactFilter{Phone: phone(3).Value, Email: mail.Value}, nil},
		"phone and name":     {leads.ContactFilter{Phone: ivan.Value, Query: "петр"}, nil},
		"owner":              {leads.ContactFilter{OwnerID: anna.ID}, s[:1]},
		"phone and owner":    {leads.ContactFilter{Phone: phone(3).Value, OwnerID: anna.ID}, nil},
		"a percent sign":     {leads.ContactFilter{Query: "%"}, nil},
		"unknown phone":      {leads.ContactFilter{Phone: "+70000000000"}, nil},
	} {
		got := ids(o.contacts(admin, c.f), func(c leads.Contact) string { return c.ID })
		if want := ids(c.want, func(s intake.Stored) string { return s.ContactID }); !slices.Equal(got, want) {
			t.Errorf("contacts by %s: %v, want %v", name, got, want)
		}
	}
	for name, c := range map[string]struct {
		f    leads.LeadFilter
		want []intake.Stored
	}{
		"all":            {leads.LeadFilter{}, []intake.Stored{s[3], s[2], s[0]}},
		"open":           {leads.LeadFilter{Open: &yes}, []intake.Stored{s[3], s[0]}},
		"closed":         {leads.LeadFilter{Open: &no}, s[2:3]},
		"status":         {leads.LeadFilter{Status: leads.LeadRefused}, s[2:3]},
		"manager":        {leads.LeadFilter{ManagerID: anna.ID}, s[:1]},
		"unassigned":     {leads.LeadFilter{Unassigned: true, Open: &yes}, s[3:]},
		"contact":        {leads.LeadFilter{ContactID: s[2].ContactID}, s[2:3]},
		"contact, open":  {leads.LeadFilter{ContactID: s[2].ContactID, Open: &yes}, nil},
		"source":         {leads.LeadFilter{Sources: []string{"pbx"}}, s[2:3]},
		"contact's name": {leads.LeadFilter{Query: "пётр"}, s[3:]},
	} {
		got := ids(o.leads(admin, c.f), func(l leads.Lead) string { return l.ID })
		if want := ids(c.want, func(s intake.Stored) string { return s.LeadID }); !slices.Equal(got, want) {
			t.Errorf("leads by %s: %v, want %v", name, got, want)
		}
	}
	interaction := func(s intake.Stored) string { return s.InteractionID }
	for name, c := range map[string]struct {
		f    leads.InteractionFilter
		want []intake.Stored
	}{
		"contact":             {leads.InteractionFilter{ContactID: s[0].ContactID}, []intake.Stored{s[1], s[0]}},
		"contact and channel": {leads.InteractionFilter{ContactID: s[0].ContactID, Channel: "call"}, s[1:2]},
		"lead":                {leads.InteractionFilter{LeadID: s[0].LeadID}, []intake.Stored{s[1], s[0]}},
		"lead of another":     {leads.InteractionFilter{LeadID: s[0].LeadID, ContactID: s[2].ContactID}, nil},
		"source":              {leads.InteractionFilter{Source: "site"}, []intake.Stored{s[3], s[0]}},
		"key":                 {leads.InteractionFilter{Source: "site", ExternalID: "3"}, s[3:]},
		"external id":         {leads.InteractionFilter{ExternalID: "L2"}, s[2:3]},
		"since":               {leads.InteractionFilter{Since: noon.Add(time.Second)}, nil},
		"until noon":          {leads.InteractionFilter{Until: noon}, nil},
		"from noon":           {leads.InteractionFilter{Since: noon, Until: noon.Add(time.Microsecond), Source: "pbx"}, []intake.Stored{s[2], s[1]}},
	} {
		got := ids(o.interactions(admin, c.f), func(i leads.Interaction) string { return i.ID })
		if want := ids(c.want, interaction); !slices.Equal(got, want) {
			t.Errorf("interactions by %s: %v, want %v", name, got, want)
		}
	}
	for name, c := range map[string]struct {
		f    leads.CallFilter
		want []intake.Stored
	}{
		"number":        {leads.CallFilter{Query: "916 123-45-67"}, s[1:2]},
		"name":          {leads.CallFilter{Query: "иван"}, s[1:2]},
		"direction":     {leads.CallFilter{Directions: []leads.Direction{leads.Out}}, nil},
		"disposition":   {leads.CallFilter{Dispositions: []leads.Disposition{leads.Missed}}, s[2:3]},
		"state":         {leads.CallFilter{State: leads.CallTalking}, s[1:2]},
		"operator":      {leads.CallFilter{OperatorIDs: []string{anna.ID}}, s[1:2]},
		"queue":         {leads.CallFilter{Queues: []string{"sales"}}, nil},
		"linkedid":      {leads.CallFilter{Linkedid: "L2"}, s[2:3]},
		"contact":       {leads.CallFilter{ContactID: s[0].ContactID}, s[1:2]},
		"source":        {leads.CallFilter{Sources: []string{"site"}}, nil},
		"until noon":    {leads.CallFilter{Started: leads.Period{Until: noon}}, nil},
		"from noon":     {leads.CallFilter{Started: leads.Period{Since: noon}}, []intake.Stored{s[2], s[1]}},
		"contact, both": {leads.CallFilter{ContactID: s[0].ContactID, Linkedid: "L2"}, nil},
	} {
		got := ids(o.calls(admin, c.f), func(c leads.CallRecord) string { return c.ID })
		if want := ids(c.want, interaction); !slices.Equal(got, want) {
			t.Errorf("calls by %s: %v, want %v", name, got, want)
		}
	}
	stats := must(o.SourceStats(t.Context(), "site", "pbx", "none"))(t)
	if len(stats) != 3 || stats["none"].Count != 0 || !stats["none"].LastTouch.IsZero() || stats["site"].Count != 2 || stats["pbx"].Count != 2 || !stats["pbx"].LastTouch.Equal(noon) {
		t.Errorf("stats %+v", stats)
	}
}
