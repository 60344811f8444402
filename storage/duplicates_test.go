package storage_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"ctihub/leads"
	"ctihub/leads/contacts"
)

// compare brings the search index and the suggestions up to date, as a hub does in the background.
func (o office) compare() {
	o.t.Helper()
	o.index()
	for {
		if n := must(o.FindDuplicates(o.t.Context()))(o.t); n == 0 {
			return
		}
	}
}

// person is a contact by hand.
func (o office) person(by leads.User, name, company string, ids ...leads.Identity) leads.Contact {
	o.t.Helper()
	return must(o.contacting().Create(o.t.Context(), by, contacts.Wanted{Name: name, Company: company, Identities: ids}))(o.t)
}

// likes are the names of the contacts that are perhaps the same person, the surest first, with why.
func (o office) likes(v leads.Viewer, c leads.Contact, state leads.DuplicateState) (all []string) {
	o.t.Helper()
	for _, d := range must(o.DuplicatesOf(o.t.Context(), v, c.ID, state))(o.t) {
		var codes []string
		for _, r := range d.Reasons {
			codes = append(codes, r.Code)
		}
		all = append(all, d.Contact.Name+": "+strings.Join(codes, " "))
	}
	return all
}

func (o office) wantLikes(c leads.Contact, want ...string) {
	o.t.Helper()
	if got := o.likes(admin, c, leads.DuplicateOpen); !slices.Equal(got, want) {
		o.t.Errorf("like %s: %q, want %q", c.Name, got, want)
	}
}

func pairsOf(list leads.List[leads.DuplicatePair]) (all []string) {
	for _, p := range list.Items {
		names := []string{p.Contacts[0].Name, p.Contacts[1].Name}
		slices.Sort(names)
		all = append(all, strings.Join(names, "+"))
	}
	return all
}

var undecided = leads.DuplicateFilter{State: leads.DuplicateOpen}

// testDuplicates: a suspected duplicate is named to those who may see both contacts.
func testDuplicates(t *testing.T, o office) {
	ctx, anna, boris := t.Context(), o.hire("anna", leads.RoleManager, ""), o.hire("boris", leads.RoleManager, "")
	a := o.person(anna, "Иван Петров", "Окна", leads.Identity{Kind: leads.KindEmail, Value: "ivan.petrov@gmail.com"})
	b := o.person(anna, "Петров И.", "ООО Окна", phone(1))
	c := o.person(boris, "Ваня", "", leads.Identity{Kind: leads.KindEmail, Value: "ivanpetrov@gmail.com"})
	o.compare()
	o.wantLikes(a, "Ваня: mailbox", "Петров И.: company")
	if got := o.likes(sees(anna), a, leads.DuplicateOpen); !slices.Equal(got, []string{"Петров И.: company"}) {
		t.Errorf("anna sees boris's contact: %q", got)
	}
	if _, err := o.DuplicatesOf(ctx, sees(boris), a.ID, leads.DuplicateOpen); !errors.Is(err, leads.ErrNotFound) {
		t.Errorf("boris sees anna's contact: %v", err)
	}
	for viewer, want := range map[*leads.User][]string{&anna: {"Иван Петров+Петров И."}, &boris: nil} {
		got := pairsOf(must(o.Duplicates(ctx, sees(*viewer), undecided, whole))(t))
		if n := must(o.CountDuplicates(ctx, sees(*viewer)))(t); !slices.Equal(got, want) || n != len(want) {
			t.Errorf("%s sees %q, counts %d, want %q", viewer.Login, got, n, want)
		}
	}
	if n := must(o.CountDuplicates(ctx, admin))(t); n != 2 {
		t.Errorf("%d pairs, want 2", n)
	}
	d := must(o.DuplicatesOf(ctx, admin, c.ID, leads.DuplicateOpen))(t)
	if want := []string{"ivan.petrov@gmail.com", "ivanpetrov@gmail.com"}; len(d) != 1 || !slices.Equal(d[0].Reasons[0].Values, want) || d[0].Score < 80 || d[0].Found.IsZero() {
		t.Errorf("%+v", d)
	}
	_ = b
}

// testDuplicatesFollow: suggestions come and go with what the contacts have; what a touch said stays.
func testDuplicatesFollow(t *testing.T, o office) {
	ctx, anna := t.Context(), o.hire("anna", leads.RoleManager, "")
	gmail := leads.Identity{Kind: leads.KindEmail, Value: "ivan.petrov@gmail.com"}
	a, b := o.person(anna, "Иван Петров", "", gmail), o.person(anna, "Иван", "", phone(1))
	o.compare()
	o.wantLikes(a)
	alias := leads.Identity{Kind: leads.KindEmail, Value: "i.vanpetrov+1@gmail.com"}
	must(o.contacting().AddIdentity(ctx, sees(anna), b.ID, alias))(t)
	o.compare()
	o.wantLikes(a, "Иван: mailbox")
	must(o.contacting().CorrectIdentity(ctx, sees(anna), b.ID, alias, leads.Identity{Kind: leads.KindEmail, Value: "ivan@mail.ru"}))(t)
	o.compare()
	o.wantLikes(a)
	// A letter that has the mailbox of one, with the number of the other in its text.
	both := letter("<1@x>", gmail)
	both.Offered = []leads.Identity{phone(1)}
	o.put(both)
	o.wantLikes(a, "Иван: in_text")
	before := must(o.DuplicatesOf(ctx, admin, a.ID, leads.DuplicateOpen))(t)[0].Score
	must(o.contacting().AddIdentity(ctx, sees(anna), b.ID, alias))(t)
	o.compare()
	o.wantLikes(a, "Иван: in_text mailbox")
	if after := must(o.DuplicatesOf(ctx, admin, a.ID, leads.DuplicateOpen))(t)[0].Score; after <= before {
		t.Errorf("score %d, then %d with two reasons", before, after)
	}
	must(o.contacting().RemoveIdentity(ctx, sees(anna), b.ID, alias))(t)
	o.compare()
	o.wantLikes(a, "Иван: in_text")
}

// testDuplicatesDismissed: what is not the same is never suggested again, also for another reason and by
// a touch, until somebody takes it back.
func testDuplicatesDismissed(t *testing.T, o office) {
	ctx, anna, boris := t.Context(), o.hire("anna", leads.RoleManager, ""), o.hire("boris", leads.RoleManager, "")
	gmail, other := leads.Identity{Kind: leads.KindEmail, Value: "ivan.petrov@gmail.com"}, leads.Identity{Kind: leads.KindEmail, Value: "ivanpetrov@gmail.com"}
	a, b := o.person(anna, "Иван Петров", "Окна", gmail), o.person(anna, "Петров Иван", "", other)
	o.compare()
	o.wantLikes(a, "Петров Иван: mailbox")
	decide := func(by leads.User, state leads.DuplicateState) error {
		return o.contacting().DecideDuplicate(ctx, sees(by), b.ID, a.ID, state)
	}
	if err := decide(boris, leads.DuplicateDismissed); !errors.Is(err, leads.ErrNotFound) {
		t.Errorf("boris decides about anna's contacts: %v", err)
	}
	events := o.recorded(func() error { return decide(anna, leads.DuplicateDismissed) })
	if len(events) != 2 || events[0].Type != leads.EventContactUpdated {
		t.Errorf("recorded %v", types(events))
	}
	if events := o.recorded(func() error { return decide(anna, leads.DuplicateDismissed) }); len(events) != 0 {
		t.Errorf("dismissed again: %v", types(events))
	}
	company := "Окна"
	must(o.contacting().Change(ctx, sees(anna), b.ID, leads.ContactChange{Company: &company}))(t)
	o.put(form("1", gmail, other))
	o.compare()
	o.wantLikes(a)
	if n := must(o.CountDuplicates(ctx, admin))(t); n != 0 {
		t.Errorf("%d pairs to decide", n)
	}
	dismissed := must(o.DuplicatesOf(ctx, admin, a.ID, leads.DuplicateDismissed))(t)
	if len(dismissed) != 1 || dismissed[0].DecidedBy == nil || dismissed[0].DecidedBy.Name != anna.Name || dismissed[0].Decided.IsZero() {
		t.Errorf("dismissed: %+v", dismissed)
	}
	if err := decide(anna, leads.DuplicateOpen); err != nil {
		t.Fatal(err)
	}
	if got := o.likes(admin, a, leads.DuplicateOpen); len(got) != 1 || !strings.Contains(got[0], "company") || !strings.Contains(got[0], "mailbox") || !strings.Contains(got[0], "together") {
		t.Errorf("taken back: %q", got)
	}
	for name, err := range map[string]error{
		"never suggested": o.contacting().DecideDuplicate(ctx, sees(anna), a.ID, o.person(anna, "Олег", "", phone(9)).ID, leads.DuplicateDismissed),
		"unknown":         o.contacting().DecideDuplicate(ctx, sees(anna), a.ID, "missing", leads.DuplicateDismissed),
	} {
		if !errors.Is(err, leads.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_ = isProblem(t, o.contacting().DecideDuplicate(ctx, sees(anna), a.ID, a.ID, leads.DuplicateDismissed), leads.ErrInvalid, "other_id")

	// Dismissed for a reason that is gone: taken back, there is nothing to decide.
	c, d := o.person(anna, "Пётр", "", leads.Identity{Kind: leads.KindEmail, Value: "petr.1@gmail.com"}), o.person(anna, "Пётр", "", leads.Identity{Kind: leads.KindEmail, Value: "petr1@gmail.com"})
	o.compare()
	if err := o.contacting().DecideDuplicate(ctx, sees(anna), c.ID, d.ID, leads.DuplicateDismissed); err != nil {
		t.Fatal(err)
	}
	must(o.contacting().RemoveIdentity(ctx, sees(anna), d.ID, d.Identities[0]))(t)
	o.compare()
	if err := o.contacting().DecideDuplicate(ctx, sees(anna), c.ID, d.ID, leads.DuplicateOpen); err != nil {
		t.Fatal(err)
	}
	o.wantLikes(c)
}

// testDuplicatesRanked: the surest pairs come first, page by page; a reason selects some.
func testDuplicatesRanked(t *testing.T, o office) {
	ctx, anna := t.Context(), o.hire("anna", leads.RoleManager, "")
	for n := range 4 {
		name := fmt.Sprintf("%c", 'а'+rune(n))
		o.person(anna, "Олег Мот"+name+"нин", "Окна", phone(10*n))
		o.person(anna, "Мот"+name+"нин Олег", "Окна", phone(10*n+5000))
		o.person(anna, "", "", leads.Identity{Kind: leads.KindEmail, Value: fmt.Sprintf("a.b%d@gmail.com", n)})
		o.person(anna, "x"+name, "", leads.Identity{Kind: leads.KindEmail, Value: fmt.Sprintf("ab%d@gmail.com", n)})
	}
	o.compare()
	var scores []int
	var got []string
	page := leads.Page{Limit: 3}
	for {
		list := must(o.Duplicates(ctx, sees(anna), undecided, page))(t)
		for _, p := range list.Items {
			scores = append(scores, p.Score)
		}
		got = append(got, pairsOf(list)...)
		if page.Cursor = list.Next; list.Next == "" {
			break
		}
	}
	all := pairsOf(must(o.Duplicates(ctx, admin, undecided, whole))(t))
	if !slices.IsSortedFunc(scores, func(a, b int) int { return b - a }) || !slices.Equal(got, all) || len(slices.Compact(slices.Sorted(slices.Values(got)))) != len(got) || len(got) < 8 {
		t.Errorf("%v %q, whole %q", scores, got, all)
	}
	mailbox := must(o.Duplicates(ctx, sees(anna), leads.DuplicateFilter{State: leads.DuplicateOpen, Reason: leads.DuplicateMailbox}, whole))(t)
	if len(mailbox.Items) != 4 || slices.ContainsFunc(mailbox.Items, func(p leads.DuplicatePair) bool { return p.Reasons[0].Code != leads.DuplicateMailbox }) {
		t.Errorf("of a mailbox: %+v", mailbox.Items)
	}
	if _, err := o.Duplicates(ctx, admin, undecided, leads.Page{Limit: 3, Cursor: "x"}); !errors.Is(err, leads.ErrInvalid) {
		t.Errorf("a wrong cursor: %v", err)
	}
}

// testDuplicatesBefore: contacts that were there before the keys are compared too, as after a restored
// backup, and work that was interrupted goes on.
func testDuplicatesBefore(t *testing.T, o office) {
	anna := o.hire("anna", leads.RoleManager, "")
	var first leads.Contact
	for n := range 60 {
		c := o.person(anna, fmt.Sprintf("Иван Крот%dов", n), "", leads.Identity{Kind: leads.KindEmail, Value: fmt.Sprintf("i.v%d@gmail.com", n)})
		o.person(anna, "", "", leads.Identity{Kind: leads.KindEmail, Value: fmt.Sprintf("iv%d@gmail.com", n)})
		if n == 0 {
			first = c
		}
	}
	o.index()
	if n := must(o.QueuedDuplicates(t.Context()))(t); n != 120 {
		t.Fatalf("%d contacts wait, want 120", n)
	}
	if n := must(o.FindDuplicates(t.Context()))(t); n != 25 {
		t.Fatalf("compared %d in one step", n)
	}
	if n := must(o.QueuedDuplicates(t.Context()))(t); n != 95 {
		t.Fatalf("%d contacts wait after a step of 25", n)
	}
	o.compare()
	o.wantLikes(first, ": mailbox")
	if n := must(o.CountDuplicates(t.Context(), admin))(t); n != 60 {
		t.Errorf("%d pairs, want 60", n)
	}
}

// testDuplicatesAmongTwo: two hubs that look at once find every pair once.
func testDuplicatesAmongTwo(t *testing.T, o office) {
	anna := o.hire("anna", leads.RoleManager, "")
	for _, spelling := range []string{"i.w%d@gmail.com", "iw%d@gmail.com"} {
		for n := range 75 {
			o.person(anna, "", "", leads.Identity{Kind: leads.KindEmail, Value: fmt.Sprintf(spelling, n)})
		}
	}
	o.index()
	done := make(chan error, 2)
	for range 2 {
		go func() {
			for {
				n, err := o.FindDuplicates(t.Context())
				if err != nil && !errors.Is(err, leads.ErrConflict) {
					done <- err
					return
				}
				left, err := o.QueuedDuplicates(t.Context())
				if err != nil || n == 0 && left == 0 {
					done <- err
					return
				}
			}
		}()
	}
	if err := errors.Join(<-done, <-done); err != nil {
		t.Fatal(err)
	}
	if n := must(o.CountDuplicates(t.Context(), admin))(t); n != 75 {
		t.Errorf("%d pairs, want 75", n)
	}
}
