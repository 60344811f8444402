package storage_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"ctihub/leads"
	"ctihub/leads/intake"
)

func testStrangersForm(t *testing.T, o office) {
	s := o.put(form("1", ivan, mail))[0]
	if !s.New || !s.Unrouted || s.InteractionID == "" || s.ContactID == "" || s.LeadID == "" {
		t.Fatalf("stored %+v", s)
	}
	c := must(o.Contact(t.Context(), admin, s.ContactID))(t)
	if c.Name != "Иван" || !slices.Equal(c.Identities, []leads.Identity{ivan, mail}) || c.Owner != nil {
		t.Errorf("contact %+v", c)
	}
	l := o.lead(s.LeadID)
	if l.Status != leads.LeadNew || l.ContactName != "Иван" || l.ContactKey != ivan.Value || l.Source != "site" || l.Repeat || !l.Opened.Equal(noon) || l.UTM["utm_source"] != "ya" {
		t.Errorf("lead %+v", l)
	}
	i := must(o.Interaction(t.Context(), admin, s.InteractionID))(t)
	if i.ContactID != s.ContactID || i.LeadID != s.LeadID || i.Text != "Перезвоните" || i.To != "site" || i.ExternalID != "1" || !i.At.Equal(noon) {
		t.Errorf("interaction %+v", i)
	}
	if want := []leads.EventType{leads.EventInteraction, leads.EventLeadCreated}; !slices.Equal(types(s.Events), want) {
		t.Fatalf("events %v, want %v", types(s.Events), want)
	}
	// Events hold the records as the API shows them; nobody wrote facts before.
	i.Facts = nil
	for _, e := range o.events() {
		b := body(t, e)
		if shape(t, b.Contact) != shape(t, c) || shape(t, b.Lead) != shape(t, l) {
			t.Errorf("%s holds\n%s\n%s, want\n%s\n%s", e.Type, shape(t, b.Contact), shape(t, b.Lead), shape(t, c), shape(t, l))
		}
		if b.Interaction != nil && shape(t, b.Interaction) != shape(t, i) {
			t.Errorf("%s holds %s, want %s", e.Type, shape(t, b.Interaction), shape(t, i))
		}
		if b.ID != e.ID || b.Type != e.Type || !b.At.Equal(e.At) || e.LeadID != l.ID {
			t.Errorf("event %+v holds %+v", e, b)
		}
	}
}

func testSaidTwice(t *testing.T, o office) {
	first := o.put(form("1", ivan))[0]
	again := o.put(form("1", ivan))[0]
	if again.New || len(again.Events) > 0 || again.InteractionID != first.InteractionID || again.ContactID != first.ContactID || again.LeadID != first.LeadID || !again.Unrouted {
		t.Errorf("the second time %+v, the first %+v", again, first)
	}
	// The key decides, not the content; and a key repeated in one batch too.
	batch, err := o.Ingest(t.Context(), intake.Batch{Source: "site", Touches: []leads.Touch{form("1", mail), form("2", phone(2)), form("2", phone(2)), form("3", phone(2))}})
	if err != nil {
		t.Fatal(err)
	}
	if batch[0].InteractionID != first.InteractionID || batch[0].New || !batch[1].New || batch[2].New || batch[2].InteractionID != batch[1].InteractionID || batch[3].LeadID != batch[1].LeadID {
		t.Errorf("batch %+v", batch)
	}
	if i, c, l, e := len(o.interactions(admin, leads.InteractionFilter{})), len(o.contacts(admin, leads.ContactFilter{})), len(o.leads(admin, leads.LeadFilter{})), len(o.events()); i != 3 || c != 2 || l != 2 || e != 5 {
		t.Errorf("%d interactions, %d contacts, %d leads, %d events; want 3, 2, 2, 5", i, c, l, e)
	}
}

func testSamePerson(t *testing.T, o office) {
	nameless := form("1", ivan)
	nameless.Name = ""
	first := o.put(nameless)[0]
	second := o.put(form("2", ivan, mail))[0] // brings a name and an address
	third := o.put(form("3", mail))[0]
	for _, s := range []intake.Stored{second, third} {
		if s.ContactID != first.ContactID || s.LeadID != first.LeadID || !slices.Equal(types(s.Events), []leads.EventType{leads.EventInteraction}) {
			t.Errorf("not the same person and need: %+v", s)
		}
	}
	c := must(o.Contact(t.Context(), admin, first.ContactID))(t)
	if c.Name != "Иван" || !slices.Equal(c.Identities, []leads.Identity{ivan, mail}) {
		t.Errorf("contact %+v", c)
	}
	if found := o.contacts(admin, leads.ContactFilter{Query: "EXAMPLE.com"}); len(found) != 1 {
		t.Errorf("the new address is not searched: %v", found)
	}
	// A closed need is followed by a new one.
	if _, err := o.SetLeadStatus(t.Context(), admin, first.LeadID, leads.LeadWon, ""); err != nil {
		t.Fatal(err)
	}
	fourth := o.put(form("4", mail))[0]
	l := must(o.Lead(t.Context(), admin, fourth.LeadID))(t)
	if fourth.ContactID != first.ContactID || fourth.LeadID == first.LeadID || !l.Repeat || !fourth.Unrouted {
		t.Errorf("after the first need was served: %+v, %+v", fourth, l)
	}
}

func testNobodysTouches(t *testing.T, o office) {
	known := o.put(form("1", ivan))[0]
	anonymous := o.put(call("L1", leads.Identity{}, "100"))[0]
	internal := call("L2", ivan, "100")
	internal.Direction, internal.Call.Direction = leads.Internal, leads.Internal
	outStranger := call("L3", phone(3))
	outKnown := call("L4", ivan)
	outStranger.Direction, outKnown.Direction = leads.Out, leads.Out
	for name, s := range map[string]intake.Stored{"anonymous": anonymous, "internal": o.put(internal)[0], "out to a stranger": o.put(outStranger)[0]} {
		if s.ContactID != "" || s.LeadID != "" || s.Unrouted || !s.New {
			t.Errorf("%s: %+v", name, s)
		}
	}
	if s := o.put(outKnown)[0]; s.ContactID != known.ContactID || s.LeadID != known.LeadID {
		t.Errorf("a call to a known contact: %+v", s)
	}
	if n := len(o.contacts(admin, leads.ContactFilter{})); n != 1 {
		t.Errorf("%d contacts, want 1", n)
	}
}

func testMergeSuggestion(t *testing.T, o office) {
	a, b := o.put(form("1", ivan))[0], o.put(form("2", mail))[0]
	both := o.put(form("3", ivan, mail), form("4", ivan, mail))
	if c := must(o.Contact(t.Context(), admin, a.ContactID))(t); both[0].ContactID != a.ContactID || len(c.Identities) != 1 {
		t.Errorf("attached to %+v, want the older contact and its one identity", both[0])
	}
	got := must(o.DuplicatesOf(t.Context(), admin, b.ContactID, leads.DuplicateOpen))(t)
	want := []leads.DuplicateReason{{Code: leads.DuplicateTogether, Values: []string{"email", "phone"}, Channel: leads.ChannelForm}}
	if len(got) != 1 || got[0].Contact.ID != a.ContactID || !reflect.DeepEqual(got[0].Reasons, want) || got[0].Score != 80 {
		t.Fatalf("suggestions %+v", got)
	}
}

func testManyIdentities(t *testing.T, o office) {
	var ids []leads.Identity
	for n := range 11 {
		ids = append(ids, phone(n))
	}
	first := o.put(form("1", ids...))[0]
	held := func() int { return len(must(o.Contact(t.Context(), admin, first.ContactID))(t).Identities) }
	if held() != 11 {
		t.Errorf("%d identities, want 11", held())
	}
	if s := o.put(form("2", ids[10]))[0]; s.ContactID != first.ContactID {
		t.Errorf("the last identity belongs to %s, want %s", s.ContactID, first.ContactID)
	}
	if s := o.put(form("3", append([]leads.Identity{mail}, ids...)...))[0]; s.ContactID != first.ContactID || held() != 12 {
		t.Errorf("stored %+v", s)
	}
}

func testAllOrNothing(t *testing.T, o office) {
	good := intake.Batch{Source: "mail", Cursor: "7", Touches: []leads.Touch{form("1", ivan)}}
	if _, err := o.Ingest(t.Context(), good); err != nil {
		t.Fatal(err)
	}
	// The second touch breaks a rule of the tables, after the first is written.
	bad := form("3", mail)
	bad.Direction = "sideways"
	_, err := o.Ingest(t.Context(), intake.Batch{Source: "mail", Cursor: "8", Touches: []leads.Touch{form("2", mail), bad},
		Quarantine: []leads.QuarantinedTouch{{ID: "q", Source: "mail", Reason: "r", At: noon}}})
	if err == nil {
		t.Fatal("the batch was stored")
	}
	if _, err = o.Ingest(t.Context(), intake.Batch{Source: "mail", Cursor: "8\x00"}); !errors.Is(err, leads.ErrInvalid) {
		t.Errorf("a broken cursor: %v", err)
	}
	cursor := must(o.Cursor(t.Context(), "mail"))(t)
	if n, q := len(o.interactions(admin, leads.InteractionFilter{})), o.quarantine(); cursor != "7" || n != 1 || len(q) != 0 || len(o.events()) != 2 {
		t.Errorf("cursor %q, %d interactions, quarantine %v; want 7, 1, none", cursor, n, q)
	}
	// An empty cursor leaves the stored one; an unknown source has none.
	good.Cursor = ""
	if _, err := o.Ingest(t.Context(), good); err != nil {
		t.Fatal(err)
	}
	if c := must(o.Cursor(t.Context(), "mail"))(t); c != "7" {
		t.Errorf("cursor %q, want 7", c)
	}
	if c := must(o.Cursor(t.Context(), "other"))(t); c != "" {
		t.Errorf("cursor %q, want none", c)
	}
}

func testQuarantine(t *testing.T, o office) {
	q := leads.QuarantinedTouch{ID: "a", Source: "site", ExternalID: "1", Reason: "direction\x00", Raw: "\xff", At: noon}
	again, keyless := q, q
	keyless.ID, keyless.ExternalID = "c", ""
	if _, err := o.Ingest(t.Context(), intake.Batch{Source: "site", Quarantine: []leads.QuarantinedTouch{q, again, keyless}}); err != nil {
		t.Fatal(err)
	}
	got := o.quarantine()
	if len(got) != 2 || got[0].ID != "c" || got[1].ID != "a" || got[1].Raw != "" || got[1].Reason != "direction\uFFFD" || got[1].State != leads.QuarantineWaiting {
		t.Errorf("quarantine %+v", got)
	}
	if one := must(o.QuarantinedTouch(t.Context(), "a"))(t); one.Raw != "\uFFFD" || one.Source != "site" || !one.At.Equal(noon) {
		t.Errorf("quarantined %+v", one)
	}
}

func testHostileText(t *testing.T, o office) {
	evil := "a\x00b\xffc|d\ne"
	touch := call(evil, leads.Identity{Kind: "x\x00|", Value: evil}, "100", evil)
	touch.Source, touch.ExternalID, touch.Name, touch.To, touch.Subject, touch.Text, touch.HTML, touch.Team, touch.Raw = evil, evil, evil, evil, evil, evil, evil, evil, evil
	touch.UTM = map[string]string{evil: evil}
	touch.Attachments = []leads.Attachment{{ID: evil, Name: evil}}
	touch.Call.Queue, touch.Call.Operator, touch.Call.HangupBy, touch.Call.DID = evil, evil, evil, evil
	touch.Call.Legs[1].Channel = evil
	first, again := o.put(touch)[0], o.put(touch)[0]
	if again.InteractionID != first.InteractionID || len(again.Events) != 0 {
		t.Errorf("the same again: %+v, first %+v", again, first)
	}
	// Records come back whole, and searches and ids with such text find nothing.
	c := o.calls(admin, leads.CallFilter{})[0]
	if len(c.Legs) != 2 || c.Legs[0].Extension != "100" || c.Legs[1].State != leads.LegRinging {
		t.Errorf("call %+v", c)
	}
	if got := o.contacts(admin, leads.ContactFilter{}); len(got) != 1 || len(got[0].Identities) != 1 || got[0].Identities[0].Value != "a\uFFFDb\uFFFDc|d e" {
		t.Errorf("contacts %+v", got)
	}
	for name, err := range map[string]error{
		"lead":     second(o.Lead(t.Context(), admin, evil)),
		"contact":  second(o.Contact(t.Context(), admin, evil)),
		"user":     second(o.UserByLogin(t.Context(), evil)),
		"assigned": second(o.Lead(t.Context(), leads.Viewer{UserID: evil}, first.LeadID)),
	} {
		if !errors.Is(err, leads.ErrNotFound) {
			t.Errorf("%s: %v, want not found", name, err)
		}
	}
	for _, q := range []string{evil, "%", "_", `\`, "'", fmt.Sprintf("%0200d", 1)} {
		if n := len(o.contacts(admin, leads.ContactFilter{Query: q + "never"})); n != 0 {
			t.Errorf("%q finds %d contacts", q, n)
		}
	}
}

func second[T any](_ T, err error) error { return err }
