package storage_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/contacts"
)

// isProblem fails the test unless err is a problem of a kind and a field.
func isProblem(t *testing.T, err, kind error, field string) *leads.Problem {
	t.Helper()
	var p *leads.Problem
	if !errors.Is(err, kind) || !errors.As(err, &p) || p.Field != field {
		t.Fatalf("%v (%+v), want %v of %q", err, p, kind, field)
	}
	return p
}

// historyOf is the history of a contact in words, the latest first.
func (o office) historyOf(contactID string) (all []string) {
	o.t.Helper()
	for _, e := range must(o.RecordHistory(o.t.Context(), admin, leads.ObjectContact, contactID))(o.t) {
		all = append(all, fmt.Sprintf("%s: %q to %q by %s", e.Field, e.Before, e.After, e.By.Name))
	}
	return all
}

func (o office) wantHistory(contactID string, want ...string) {
	o.t.Helper()
	if got := o.historyOf(contactID); !slices.Equal(got, want) {
		o.t.Errorf("the history is\n%q, want\n%q", got, want)
	}
}

// testContactByHand: a contact that a user makes is theirs, is found by each of its identities and
// by its tags, and is made once for one key.
func testContactByHand(t *testing.T, o office) {
	ctx, anna, chief := t.Context(), o.hire("anna", leads.RoleManager, ""), o.hire("chief", leads.RoleSupervisor, "")
	want := contacts.Wanted{
		Key: "k1", Name: "  Иван   Петров ", Company: "Окна", Warning: "VIP", Notes: "a\r\nb", Tags: []string{"Опт", " опт ", "", "b2b"},
		Identities: []leads.Identity{{Kind: leads.KindPhone, Value: "8 (916) 123-45-67"}, {Kind: leads.KindEmail, Value: "Ivan@Example.com"}, {Kind: leads.KindPhone, Value: "+7 916 1234567"}},
	}
	events := o.recorded(func() error { return second(o.contacting().Create(ctx, anna, want)) })
	if len(events) != 1 || events[0].Type != leads.EventContactCreated {
		t.Errorf("recorded %v", types(events))
	}
	again := must(o.contacting().Create(ctx, anna, want))(t)
	c := o.contacts(sees(anna), leads.ContactFilter{Phone: ivan.Value})
	if len(c) != 1 || c[0].ID != again.ID || len(o.contacts(admin, leads.ContactFilter{})) != 1 {
		t.Fatalf("made %+v, and again %+v", c, again)
	}
	got := must(o.Contact(ctx, sees(anna), again.ID))(t)
	if got.Name != "Иван Петров" || got.Company != "Окна" || got.Warning != "VIP" || got.Notes != "a\nb" || !slices.Equal(got.Tags, []string{"Опт", "b2b"}) ||
		!slices.Equal(got.Identities, []leads.Identity{ivan, mail}) || got.Owner == nil || got.Owner.ID != anna.ID {
		t.Errorf("made %+v", got)
	}
	if c[0].Notes != "" || !slices.Equal(c[0].Tags, got.Tags) || body(t, events[0]).Contact.Notes != "" {
		t.Errorf("listed %+v", c[0])
	}
	o.wantHistory(got.ID, `created: "" to "Иван Петров" by The anna`)
	want.Name = "Other"
	if _, err := o.contacting().Create(ctx, anna, want); !errors.Is(err, contacts.ErrKeyUsed) {
		t.Errorf("the key with another name: %v", err)
	}
	taken := contacts.Wanted{Name: "Anna", Identities: want.Identities[1:2]}
	if p := isProblem(t, second(o.contacting().Create(ctx, chief, taken)), leads.ErrExists, "identities"); p.Value != got.ID || p.Reason != contacts.ReasonIdentityTaken {
		t.Errorf("taken: %+v", p)
	}
	boris := o.hire("boris", leads.RoleManager, "")
	if p := isProblem(t, second(o.contacting().Create(ctx, boris, taken)), leads.ErrExists, "identities"); p.Value != "" || has(p.Error()+p.Title, "Иван") {
		t.Errorf("boris learns of anna's contact: %+v", p)
	}
	_ = isProblem(t, second(o.contacting().Create(ctx, boris, contacts.Wanted{Tags: []string{"a"}})), leads.ErrInvalid, "name")
	_ = isProblem(t, second(o.contacting().Create(ctx, boris, contacts.Wanted{Identities: []leads.Identity{{Kind: leads.KindPhone, Value: "12"}}})), leads.ErrInvalid, "identities")
	_ = isProblem(t, second(o.contacting().Create(ctx, chief, contacts.Wanted{Name: "A", OwnerID: chief.ID})), leads.ErrInvalid, "owner_id")
	if _, err := o.contacting().Create(ctx, boris, contacts.Wanted{Name: "A", OwnerID: anna.ID}); !errors.Is(err, leads.ErrForbidden) {
		t.Errorf("boris makes a contact of anna's: %v", err)
	}
	// The customer's next call is of this contact.
	if s := o.put(form("f", ivan))[0]; s.ContactID != got.ID {
		t.Errorf("a form of the contact made another: %+v", s)
	}
}

// testIdentities: an identity is added, corrected in its place and removed, each in one step of
// the history, and what is derived of them follows.
func testIdentities(t *testing.T, o office) {
	ctx, s, chief := t.Context(), o.contacting(), o.hire("chief", leads.RoleSupervisor, "")
	v := sees(chief)
	id := o.put(form("1", ivan, mail))[0].ContactID
	want := func(c leads.Contact, err error, key string, ids ...leads.Identity) {
		t.Helper()
		if err != nil || !slices.Equal(c.Identities, ids) {
			t.Fatalf("%+v, %v; want %v", c.Identities, err, ids)
		}
		if l := o.leads(admin, leads.LeadFilter{ContactID: id}); l[0].ContactKey != key {
			t.Errorf("the key is %q, want %q", l[0].ContactKey, key)
		}
		for _, i := range ids {
			if found := o.contacts(admin, leads.ContactFilter{Query: i.Value}); len(found) != 1 {
				t.Errorf("%d contacts are found by %s", len(found), i.Value)
			}
		}
	}
	c, err := s.CorrectIdentity(ctx, v, id, ivan, leads.Identity{Kind: leads.KindPhone, Value: "8 916 000-00-05"})
	want(c, err, phone(5).Value, phone(5), mail)
	if found := o.contacts(admin, leads.ContactFilter{Query: ivan.Value}); len(found) != 0 {
		t.Errorf("found by the former number: %v", found)
	}
	c, err = s.RemoveIdentity(ctx, v, id, phone(5))
	want(c, err, mail.Value, mail)
	c, err = s.AddIdentity(ctx, v, id, leads.Identity{Kind: leads.KindPhone, Value: "+7 916 0000006"})
	want(c, err, phone(6).Value, mail, phone(6))
	c, err = s.AddIdentity(ctx, v, id, phone(6)) // again
	want(c, err, phone(6).Value, mail, phone(6))
	if s := o.put(form("2", phone(6), stranger))[0]; s.ContactID != id { // the intake adds one behind the others
		t.Fatalf("the form made %+v", s)
	}
	c, err = s.RemoveIdentity(ctx, v, id, mail)
	want(c, err, phone(6).Value, phone(6), stranger)
	o.wantHistory(id, `identity: "email ivan@example.com" to "" by The chief`, `identity: "" to "phone +79160000006" by The chief`,
		`identity: "phone +79160000005" to "" by The chief`, `identity: "phone +79161234567" to "phone +79160000005" by The chief`)

	other := o.put(form("3", ivan))[0] // the number that nobody has is a new contact's
	if other.ContactID == id {
		t.Fatal("a removed number still finds the contact")
	}
	if p := isProblem(t, second(s.AddIdentity(ctx, v, id, ivan)), leads.ErrExists, "value"); p.Value != other.ContactID {
		t.Errorf("taken: %+v", p)
	}
	_ = isProblem(t, second(s.CorrectIdentity(ctx, v, id, phone(6), ivan)), leads.ErrExists, "value")
	_ = isProblem(t, second(s.CorrectIdentity(ctx, v, id, phone(6), leads.Identity{Kind: leads.KindEmail, Value: stranger.Value})), leads.ErrInvalid, "value")
	_ = isProblem(t, second(s.AddIdentity(ctx, v, id, leads.Identity{Kind: leads.KindPhone, Value: "1"})), leads.ErrInvalid, "value")
	_ = isProblem(t, second(s.AddIdentity(ctx, v, id, leads.Identity{Kind: "telegram", Value: "1"})), leads.ErrInvalid, "kind")
	for _, missing := range []leads.Identity{ivan, mail, {}} {
		if _, err := s.RemoveIdentity(ctx, v, id, missing); !errors.Is(err, leads.ErrNotFound) {
			t.Errorf("removing %v: %v", missing, err)
		}
	}
	must(s.RemoveIdentity(ctx, v, id, phone(6)))(t)
	c, err = s.RemoveIdentity(ctx, v, id, stranger) // the last one
	want(c, err, "")
}

// testIdentityRace: of two contacts that are given one number at once, one has it.
func testIdentityRace(t *testing.T, o office) {
	root := admin0(o)
	a, b := o.put(form("1", phone(1)))[0].ContactID, o.put(form("2", phone(2)))[0].ContactID
	for n := range 8 {
		var work sync.WaitGroup
		errs := make([]error, 2)
		for i, id := range []string{a, b} {
			work.Go(func() { _, errs[i] = o.contacting().AddIdentity(t.Context(), root, id, phone(100+n)) })
		}
		work.Wait()
		if (errs[0] == nil) == (errs[1] == nil) || !errors.Is(errors.Join(errs...), leads.ErrExists) {
			t.Errorf("both were answered %v", errs)
		}
	}
}

// admin0 is an administrator who exists, so that history can name them.
func admin0(o office) leads.Viewer {
	o.t.Helper()
	u, err := o.UserByLogin(o.t.Context(), "root")
	if err != nil {
		u = o.hire("root", leads.RoleAdmin, "")
	}
	return sees(u)
}

// testContactFields: each field that a user changes is kept with who changed it; what is left out
// or equal changes nothing; notes that are saved while they are typed are one entry.
func testContactFields(t *testing.T, o office) {
	ctx, chief := t.Context(), o.hire("chief", leads.RoleSupervisor, "")
	id := o.put(form("1", ivan))[0].ContactID
	text := func(s string) *string { return &s }
	change := func(c leads.ContactChange) []leads.Event {
		t.Helper()
		return o.recorded(func() error { return second(o.ChangeContact(ctx, sees(chief), id, c)) })
	}
	if e := change(leads.ContactChange{Company: text("Окна"), Warning: text("VIP"), Tags: &[]string{"опт", "b2b"}}); len(e) != 1 || e[0].Type != leads.EventContactUpdated || body(t, e[0]).Contact.Warning != "VIP" {
		t.Errorf("recorded %v", types(e))
	}
	if e := change(leads.ContactChange{Company: text(" Окна "), Tags: &[]string{"опт", "b2b", "ОПТ"}}); len(e) != 0 {
		t.Errorf("equal values recorded %v", types(e))
	}
	for _, typed := range []string{"C", "Call", "Call on Monday"} {
		change(leads.ContactChange{Notes: text(typed)})
	}
	change(leads.ContactChange{Tags: &[]string{}})
	c := must(o.Contact(ctx, admin, id))(t)
	if c.Name != "Иван" || c.Company != "Окна" || c.Warning != "VIP" || c.Notes != "Call on Monday" || len(c.Tags) != 0 {
		t.Errorf("contact %+v", c)
	}
	want := []string{
		`tags: "опт, b2b" to "" by The chief`, `notes: "" to "Call on Monday" by The chief`, `warning: "" to "VIP" by The chief`,
		`tags: "" to "опт, b2b" by The chief`, `company: "" to "Окна" by The chief`,
	}
	o.wantHistory(id, want...)
	later := o.contacting()
	later.Now = func() time.Time { return time.Now().Add(time.Hour) }
	must(later.Change(ctx, sees(chief), id, leads.ContactChange{Notes: text("Called")}))(t)
	must(later.Change(ctx, admin0(o), id, leads.ContactChange{Notes: text("")}))(t)
	o.wantHistory(id, append([]string{`notes: "Called" to "" by The root`, `notes: "Call on Monday" to "Called" by The chief`}, want...)...)
	for field, bad := range map[string]leads.ContactChange{
		"name": {}, "warning": {Warning: text("a\x00")}, "tags": {Tags: &[]string{string(make([]rune, 41))}}, "notes": {Notes: text("\x01")},
	} {
		_ = isProblem(t, second(o.ChangeContact(ctx, sees(chief), id, bad)), leads.ErrInvalid, field)
	}
}

// testOwner: who may give a contact to whom, and what its former and its new owner see.
func testOwner(t *testing.T, o office) {
	ctx, anna, boris, chief := t.Context(), o.hire("anna", leads.RoleManager, "a"), o.hire("boris", leads.RoleManager, "b"), o.hire("chief", leads.RoleSupervisor, "")
	ring, missed := missedAt("L1", ivan, noon)
	first := o.put(form("1", ivan), ring, missed)[0]
	o.give(first.LeadID, anna) // and anna owns the contact
	must(o.Reassign(ctx, admin, first.LeadID, boris.ID, "by_hand:x"))(t)
	id := first.ContactID
	give := func(v leads.Viewer, to string) error {
		_, err := o.ChangeContact(ctx, v, id, leads.ContactChange{OwnerID: &to})
		o.checkSights()
		return err
	}
	seen := func(u leads.User) int { t.Helper(); return len(o.interactions(sees(u), leads.InteractionFilter{})) }
	if err := give(sees(boris), boris.ID); !errors.Is(err, leads.ErrForbidden) {
		t.Errorf("boris takes anna's contact: %v", err)
	}
	if err := give(sees(anna), boris.ID); err != nil || seen(anna) != 0 || seen(boris) != 2 {
		t.Errorf("anna hands over: %v; anna sees %d, boris %d", err, seen(anna), seen(boris))
	}
	if _, err := o.Contact(ctx, sees(anna), id); !errors.Is(err, leads.ErrNotFound) {
		t.Errorf("anna sees it still: %v", err)
	}
	if err := give(sees(chief), ""); err != nil || seen(boris) != 2 {
		t.Errorf("without an owner: %v, boris sees %d by his lead", err, seen(boris))
	}
	if err := give(sees(boris), anna.ID); !errors.Is(err, leads.ErrForbidden) {
		t.Errorf("boris gives away what is not his: %v", err)
	}
	if err := give(sees(boris), boris.ID); err != nil {
		t.Errorf("boris takes what nobody owns: %v", err)
	}
	if err := give(sees(chief), anna.ID); err != nil || seen(anna) != 2 {
		t.Errorf("the supervisor gives it to anna: %v, who sees %d", err, seen(anna))
	}
	for _, to := range []string{chief.ID, "nobody"} {
		_ = isProblem(t, give(sees(chief), to), leads.ErrInvalid, "owner_id")
	}
	o.wantHistory(id, `owner: "The boris" to "The anna" by The chief`, `owner: "" to "The boris" by The boris`,
		`owner: "The boris" to "" by The chief`, `owner: "The anna" to "The boris" by The anna`)
}
