package storage_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/storage"
)

// testSorted: names are compared without case and with ё as е, before companies; records
// without one come last, and equal ones by their ids.
func testSorted(t *testing.T, o office) {
	anna, boris := o.hire("anna", leads.RoleOperator, ""), o.hire("boris", leads.RoleOperator, "")
	names := []string{"ёж", "Егор", "елка", "Ёлка", "", "иван б", "Иван", "иван", "", "Zoe", "adam", "Жук_%"}
	want := []int{10, 9, 1, 0, 2, 3, 11, 6, 7, 5, 4, 8}
	own := slices.DeleteFunc(slices.Clone(want), func(n int) bool { return n%2 != 0 })
	made := make([]string, len(names)) // ids of contacts
	for n, name := range names {
		touch := form(fmt.Sprint("form ", n), phone(n))
		touch.Name, touch.At = name, noon.Add(time.Duration(n)*time.Minute)
		s := o.put(touch)[0]
		company := "Аист"
		must(o.ChangeContact(t.Context(), admin, s.ContactID, leads.ContactChange{Company: &company}))(t)
		o.give(s.LeadID, []leads.User{anna, boris}[n%2])
		made[n] = s.ContactID
	}
	contacts := func(v leads.Viewer, p leads.Page) (numbers []int, next string) {
		list := must(o.Contacts(t.Context(), v, leads.ContactFilter{}, p))(t)
		for _, c := range list.Items {
			numbers = append(numbers, slices.Index(made, c.ID))
		}
		return numbers, list.Next
	}
	ofLeads := func(v leads.Viewer, p leads.Page) (numbers []int, next string) {
		list := must(o.Leads(t.Context(), v, leads.LeadFilter{}, p))(t)
		for _, l := range list.Items {
			numbers = append(numbers, slices.Index(made, l.ContactID))
		}
		return numbers, list.Next
	}
	for _, limit := range []int{1, 2, 5, 12, 200} {
		for who, want := range map[leads.Viewer][]int{admin: want, sees(anna): own} {
			page := leads.Page{Limit: limit, Order: leads.ByName}
			if got := readAll(contacts, who, page); !slices.Equal(got, want) {
				t.Errorf("contacts of %s by %d: %v, want %v", who.Role, limit, got, want)
			}
			if got := readAll(ofLeads, who, page); !slices.Equal(got, want) {
				t.Errorf("leads of %s by %d: %v, want %v", who.Role, limit, got, want)
			}
		}
	}

	// A page goes on behind its last record, also if that has another name by then.
	_, next := contacts(admin, leads.Page{Limit: 3, Order: leads.ByName})
	renamed := "Яна"
	must(o.ChangeContact(t.Context(), admin, made[want[2]], leads.ContactChange{Name: &renamed}))(t)
	if second, _ := contacts(admin, leads.Page{Limit: 2, Order: leads.ByName, Cursor: next}); !slices.Equal(second, want[3:5]) {
		t.Errorf("after a change the next page is %v, want %v", second, want[3:5])
	}

	// No order takes the cursor of another.
	cursor := func(order leads.Order) string {
		return must(o.Calls(t.Context(), admin, leads.CallFilter{}, leads.Page{Limit: 1, Order: order}))(t).Next
	}
	for n := range 3 {
		o.put(hangUp(call(fmt.Sprint("L", n), phone(20+n), "100")))
	}
	for _, x := range [][2]leads.Order{
		{leads.NewestFirst, leads.LongestWait}, {leads.LongestWait, leads.NewestFirst}, {leads.LongestWait, leads.OldestFirst}, {leads.LongestWait, leads.LongestTalk},
	} {
		if _, err := o.Calls(t.Context(), admin, leads.CallFilter{}, leads.Page{Limit: 1, Order: x[1], Cursor: cursor(x[0])}); !errors.Is(err, leads.ErrInvalid) {
			t.Errorf("%s takes a cursor of %s: %v", x[1], x[0], err)
		}
	}
	if _, err := o.Leads(t.Context(), admin, leads.LeadFilter{}, leads.Page{Limit: 1, Cursor: next}); !errors.Is(err, leads.ErrInvalid) {
		t.Errorf("the newest leads take a cursor of names: %v", err)
	}
}

// readAll reads a list page by page.
func readAll(read func(leads.Viewer, leads.Page) ([]int, string), v leads.Viewer, p leads.Page) (all []int) {
	for {
		page, next := read(v, p)
		if all = append(all, page...); next == "" || len(page) == 0 {
			return all
		}
		p.Cursor = next
	}
}

// testSortMost: a list of more records than are sorted is refused, whatever filters let pass,
// until a period or an index leaves few enough.
func testSortMost(t *testing.T, o office) {
	anna := o.hire("anna", leads.RoleOperator, "", "100")
	for n := range 6 {
		c := call(fmt.Sprint("L", n), phone(n), []string{"100", "999"}[n/3])
		c.At = noon.Add(time.Duration(n) * time.Minute)
		s := o.put(c)[0]
		if n < 2 {
			o.put(hangUp(answer(c, 0)))
		}
		if n < 3 {
			o.give(s.LeadID, anna)
		}
	}
	ctx, late := t.Context(), leads.Period{Since: noon.Add(3 * time.Minute)}
	page := func(order leads.Order) leads.Page { return leads.Page{Limit: 2, Order: order} }
	calls := func(v leads.Viewer, f leads.CallFilter) error {
		_, err := o.Calls(ctx, v, f, page(leads.LongestWait))
		return err
	}
	leadsBy := func(v leads.Viewer, f leads.LeadFilter) error {
		_, err := o.Leads(ctx, v, f, page(leads.ByName))
		return err
	}
	contacts := func(v leads.Viewer, f leads.ContactFilter) error {
		_, err := o.Contacts(ctx, v, f, page(leads.ByName))
		return err
	}
	storage.SortMost(o.Store, 6)
	for name, err := range map[string]error{"calls": calls(admin, leads.CallFilter{}), "leads": leadsBy(admin, leads.LeadFilter{}), "contacts": contacts(admin, leads.ContactFilter{})} {
		if err != nil {
			t.Errorf("six %s are not sorted: %v", name, err)
		}
	}
	storage.SortMost(o.Store, 5)
	for name, x := range map[string]struct {
		err    error
		narrow string
	}{
		"calls":                           {calls(admin, leads.CallFilter{}), "since"},
		"calls of a team, which has none": {calls(admin, leads.CallFilter{Teams: []string{"none"}}), "since"},
		"leads":                           {leadsBy(admin, leads.LeadFilter{}), "since"},
		"leads of no advertisement":       {leadsBy(admin, leads.LeadFilter{UTMSource: "none"}), "since"},
		"contacts":                        {contacts(admin, leads.ContactFilter{}), "owner_id"},
		"contacts of nobody's name":       {contacts(admin, leads.ContactFilter{Query: "none"}), "owner_id"},
	} {
		if p := isProblem(t, x.err, leads.ErrInvalid, "order"); p.Reason != leads.ReasonTooMany || p.Value != x.narrow {
			t.Errorf("%s: %+v", name, p)
		}
	}
	for name, err := range map[string]error{
		"calls since":         calls(admin, leads.CallFilter{Started: late}),
		"calls until":         calls(admin, leads.CallFilter{Started: leads.Period{Until: late.Since}}),
		"calls of anna":       calls(sees(anna), leads.CallFilter{}),
		"calls by anna":       calls(admin, leads.CallFilter{OperatorIDs: []string{anna.ID}}),
		"leads since":         leadsBy(admin, leads.LeadFilter{Opened: late}),
		"leads that are hers": leadsBy(sees(anna), leads.LeadFilter{}),
		"contacts of a tag":   contacts(admin, leads.ContactFilter{Tag: "vip"}),
		"contacts of anna":    contacts(admin, leads.ContactFilter{OwnerID: anna.ID}),
		"her contacts":        contacts(sees(anna), leads.ContactFilter{}),
	} {
		if err != nil {
			t.Errorf("%s are not sorted: %v", name, err)
		}
	}
}
