package leads

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

func letter(from ...Identity) Touch {
	return Touch{Source: "mail", ExternalID: "7", Channel: ChannelMail, Direction: In, At: noon, From: from, Name: "Иван", MessageID: "<2@example.com>"}
}

// TestDecideMessages: threads, automatic messages and what is offered.
func TestDecideMessages(t *testing.T) {
	other := Identity{KindPhone, "+79160000002"}
	thread := &KnownContact{ID: "thread", Name: "Иван", OpenLeadID: "lead", HadLead: true, Created: noon}
	asleep := &KnownContact{ID: "thread", HadLead: true, Created: noon}
	known := KnownContact{ID: "known", Name: "Иван", Matched: []Identity{mail}, OpenLeadID: "own", HadLead: true, Created: noon}
	holder := KnownContact{ID: "holder", Matched: []Identity{phone}, Created: noon}
	self := KnownContact{ID: "known", Matched: []Identity{phone}, Created: noon}
	with := func(t Touch, change func(*Touch)) Touch { change(&t); return t }
	machine := func(t Touch) Touch { t.Automatic, t.Offered = AutoReply, []Identity{phone}; return t }
	offering := func(t Touch, ids ...Identity) Touch { t.Offered = ids; return t }
	told := []EventType{EventInteraction}

	for name, c := range map[string]struct {
		touch Touch
		known Known
		want  Outcome
	}{
		"an answer from a new address joins the thread, and the address is offered": {
			letter(mail), Known{Thread: thread}, Outcome{ContactID: "thread", LeadID: "lead", Offer: []Identity{mail}, Events: told}},
		"an answer after the lead was closed opens the next one": {
			letter(mail), Known{Thread: asleep}, Outcome{ContactID: "thread", NewLead: true, Repeat: true, Offer: []Identity{mail}, Events: []EventType{EventInteraction, EventLeadCreated}}},
		"whom it is from wins over what it answers": {
			letter(mail), Known{Contacts: []KnownContact{known}, Thread: thread}, Outcome{ContactID: "known", LeadID: "own", Events: told}},
		"an anonymous answer joins the thread": {
			letter(), Known{Thread: thread}, Outcome{ContactID: "thread", LeadID: "lead", Events: told}},
		"our own letter in a thread joins it and offers nothing": {
			with(letter(mail), func(t *Touch) { t.Direction = Out }), Known{Thread: thread}, Outcome{ContactID: "thread", LeadID: "lead", Events: told}},
		"a colleague's is nobody's": {
			with(letter(mail), func(t *Touch) { t.Direction = Internal }), Known{Thread: thread}, Outcome{Events: told}},

		"a machine's from nobody known is kept": {
			machine(letter(mail)), Known{}, Outcome{Events: told}},
		"a machine's from a known address joins": {
			machine(letter(mail)), Known{Contacts: []KnownContact{known}}, Outcome{ContactID: "known", LeadID: "own", Events: told}},
		"a machine's in a thread joins, and opens nothing": {
			machine(letter(mail)), Known{Thread: asleep}, Outcome{ContactID: "thread", Events: told}},
		"a machine's from a known address does not move it to another thread": {
			machine(letter(mail)), Known{Contacts: []KnownContact{known}, Thread: thread}, Outcome{ContactID: "known", LeadID: "own", Events: told}},

		"a stranger's signature is offered": {
			offering(letter(mail), phone), Known{}, Outcome{NewContact: true, AddIdentities: []Identity{mail}, SetName: "Иван", NewLead: true, Offer: []Identity{phone},
				Events: []EventType{EventInteraction, EventLeadCreated}}},
		"what the contact has is not": {
			offering(letter(mail), phone, other), Known{Contacts: []KnownContact{known}, Holders: []KnownContact{self}}, Outcome{ContactID: "known", LeadID: "own", Offer: []Identity{other}, Events: told}},
		"what another has is a suggestion to merge": {
			offering(letter(mail), phone), Known{Contacts: []KnownContact{known}, Holders: []KnownContact{holder}}, Outcome{ContactID: "known", LeadID: "own", OfferedOf: []string{"holder"}, Events: told}},
		"somebody without an identity is a contact, to which the holder of the signature's phone is suggested": {
			offering(letter(), phone), Known{Holders: []KnownContact{holder}}, Outcome{NewContact: true, SetName: "Иван", NewLead: true, OfferedOf: []string{"holder"},
				Events: []EventType{EventInteraction, EventLeadCreated}}},
	} {
		t.Run(name, func(t *testing.T) {
			got := Decide(c.touch, c.known)
			c.want.NewInteraction = true
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("Decide =\n%+v, want\n%+v", got, c.want)
			}
		})
	}
}

func TestDecideEdited(t *testing.T) {
	edited := func(at time.Time) Touch { t := letter(mail); t.Edited = at; return t }
	for name, c := range map[string]struct {
		stored, edited time.Time
		edit           bool
	}{
		"for the first time":  {time.Time{}, noon, true},
		"again":               {noon, noon.Add(time.Second), true},
		"the same again":      {noon, noon, false},
		"an earlier one late": {noon, noon.Add(-time.Second), false},
		"never":               {time.Time{}, time.Time{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			got := Decide(edited(c.edited), Known{Interaction: &KnownInteraction{ID: "i", ContactID: "c", LeadID: "l", Edited: c.stored}})
			want := Outcome{Skip: true, ContactID: "c", LeadID: "l"}
			if c.edit {
				want = Outcome{Edit: true, ContactID: "c", LeadID: "l", Events: []EventType{EventEdited}}
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v", got)
			}
		})
	}
}

// TestAutomaticIsNoNews: what no person wrote ends no call-back.
func TestAutomaticIsNoNews(t *testing.T) {
	touch := letter(mail)
	if !NewsOf(touch, nil, Outcome{NewInteraction: true}).Any() {
		t.Error("a person's letter is no news")
	}
	touch.Automatic = AutoReply
	if NewsOf(touch, nil, Outcome{NewInteraction: true}).Any() {
		t.Error("an auto-reply is news")
	}
}

func TestNormaliseMessage(t *testing.T) {
	touch := letter(Identity{KindEmail, "Ivan@Example.com"})
	touch.Offered = []Identity{{KindEmail, "ivan@example.com"}, {KindPhone, "8 916 123-45-67"}, {KindPhone, "+79161234567"}, {KindPhone, "101"}}
	touch.Text, touch.Whole = "Да", "Да"
	touch.References = []string{" <root@x> ", "<2@example.com>"}
	for i := range 40 {
		touch.References = append(touch.References, "<"+strings.Repeat("a", i)+"@x>")
	}
	touch.Attachments = []Attachment{{ID: "1", Name: "a\r\nb\x00.pdf", Size: -1}}
	got := touch.Normalise("RU")
	if want := []Identity{{KindPhone, "+79161234567"}}; !slices.Equal(got.Offered, want) {
		t.Errorf("offered %v", got.Offered)
	}
	if got.Whole != "" {
		t.Errorf("whole %q says what the text says", got.Whole)
	}
	if n := len(got.References); n != maxReferences || got.References[0] != "<root@x>" || got.References[n-1] != touch.References[41] || slices.Contains(got.References, got.MessageID) {
		t.Errorf("%d references: %q", n, got.References)
	}
	if a := got.Attachments[0]; a.Name != "a b.pdf" || a.Size != 0 || touch.Attachments[0].Size != -1 {
		t.Errorf("attachment %+v", a)
	}
}
