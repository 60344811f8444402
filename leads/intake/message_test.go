package intake

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/tasks"
)

func letter(from ...leads.Identity) leads.Touch {
	return leads.Touch{Source: "mail", ExternalID: "7", Channel: leads.ChannelMail, Direction: leads.In, At: noon, From: from, Name: "Иван", MessageID: "<2@example.com>"}
}

// TestDecideMessages: threads, automatic messages and what is offered.
func TestDecideMessages(t *testing.T) {
	other := leads.Identity{Kind: leads.KindPhone, Value: "+79160000002"}
	thread := &KnownContact{ID: "thread", Name: "Иван", OpenLeadID: "lead", HadLead: true, Created: noon}
	asleep := &KnownContact{ID: "thread", HadLead: true, Created: noon}
	known := KnownContact{ID: "known", Name: "Иван", Matched: []leads.Identity{mail}, OpenLeadID: "own", HadLead: true, Created: noon}
	holder := KnownContact{ID: "holder", Matched: []leads.Identity{phone}, Created: noon}
	self := KnownContact{ID: "known", Matched: []leads.Identity{phone}, Created: noon}
	with := func(t leads.Touch, change func(*leads.Touch)) leads.Touch { change(&t); return t }
	machine := func(t leads.Touch) leads.Touch {
		t.Automatic, t.Offered = leads.AutoReply, []leads.Identity{phone}
		return t
	}
	offering := func(t leads.Touch, ids ...leads.Identity) leads.Touch { t.Offered = ids; return t }
	told := []leads.EventType{leads.EventInteraction}

	for name, c := range map[string]struct {
		touch leads.Touch
		known Known
		want  Outcome
	}{
		"an answer from a new address joins the thread, and the address is offered": {
			letter(mail), Known{Thread: thread}, Outcome{ContactID: "thread", LeadID: "lead", Offer: []leads.Identity{mail}, Events: told}},
		"an answer after the lead was closed opens the next one": {
			letter(mail), Known{Thread: asleep}, Outcome{ContactID: "thread", NewLead: true, Repeat: true, Offer: []leads.Identity{mail}, Events: []leads.EventType{leads.EventInteraction, leads.EventLeadCreated}}},
		"whom it is from wins over what it answers": {
			letter(mail), Known{Contacts: []KnownContact{known}, Thread: thread}, Outcome{ContactID: "known", LeadID: "own", Events: told}},
		"an anonymous answer joins the thread": {
			letter(), Known{Thread: thread}, Outcome{ContactID: "thread", LeadID: "lead", Events: told}},
		"our own letter in a thread joins it and offers nothing": {
			with(letter(mail), func(t *leads.Touch) { t.Direction = leads.Out }), Known{Thread: thread}, Outcome{ContactID: "thread", LeadID: "lead", Events: told}},
		"a colleague's is nobody's": {
			with(letter(mail), func(t *leads.Touch) { t.Direction = leads.Internal }), Known{Thread: thread}, Outcome{Events: told}},

		"a machine's from nobody known is kept": {
			machine(letter(mail)), Known{}, Outcome{Events: told}},
		"a machine's from a known address joins": {
			machine(letter(mail)), Known{Contacts: []KnownContact{known}}, Outcome{ContactID: "known", LeadID: "own", Events: told}},
		"a machine's in a thread joins, and opens nothing": {
			machine(letter(mail)), Known{Thread: asleep}, Outcome{ContactID: "thread", Events: told}},
		"a machine's from a known address does not move it to another thread": {
			machine(letter(mail)), Known{Contacts: []KnownContact{known}, Thread: thread}, Outcome{ContactID: "known", LeadID: "own", Events: told}},

		"a stranger's signature is offered": {
			offering(letter(mail), phone), Known{}, Outcome{NewContact: true, AddIdentities: []leads.Identity{mail}, SetName: "Иван", NewLead: true, Offer: []leads.Identity{phone},
				Events: []leads.EventType{leads.EventInteraction, leads.EventLeadCreated}}},
		"what the contact has is not": {
			offering(letter(mail), phone, other), Known{Contacts: []KnownContact{known}, Holders: []KnownContact{self}}, Outcome{ContactID: "known", LeadID: "own", Offer: []leads.Identity{other}, Events: told}},
		"what another has is a suggestion to merge": {
			offering(letter(mail), phone), Known{Contacts: []KnownContact{known}, Holders: []KnownContact{holder}}, Outcome{ContactID: "known", LeadID: "own", OfferedOf: []string{"holder"}, Events: told}},
		"somebody without an identity is a contact, to which the holder of the signature's phone is suggested": {
			offering(letter(), phone), Known{Holders: []KnownContact{holder}}, Outcome{NewContact: true, SetName: "Иван", NewLead: true, OfferedOf: []string{"holder"},
				Events: []leads.EventType{leads.EventInteraction, leads.EventLeadCreated}}},
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
	edited := func(at time.Time) leads.Touch { t := letter(mail); t.Edited = at; return t }
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
				want = Outcome{Edit: true, ContactID: "c", LeadID: "l", Events: []leads.EventType{leads.EventEdited}}
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
	if !tasks.CallbackFactsOf(touch, nil, tasks.Outcome{NewInteraction: true}).Any() {
		t.Error("a letter of a person does not matter for call-backs")
	}
	touch.Automatic = leads.AutoReply
	if tasks.CallbackFactsOf(touch, nil, tasks.Outcome{NewInteraction: true}).Any() {
		t.Error("an auto-reply matters for call-backs")
	}
}

func TestNormaliseMessage(t *testing.T) {
	touch := letter(leads.Identity{Kind: leads.KindEmail, Value: "Ivan@Example.com"})
	touch.Offered = []leads.Identity{{Kind: leads.KindEmail, Value: "ivan@example.com"}, {Kind: leads.KindPhone, Value: "8 916 123-45-67"}, {Kind: leads.KindPhone, Value: "+79161234567"}, {Kind: leads.KindPhone, Value: "101"}}
	touch.Text, touch.Whole = "Да", "Да"
	touch.References = []string{" <root@x> ", "<2@example.com>"}
	for i := range 40 {
		touch.References = append(touch.References, "<"+strings.Repeat("a", i)+"@x>")
	}
	touch.Attachments = []leads.Attachment{{ID: "1", Name: "a\r\nb\x00.pdf", Size: -1}}
	got := touch.Normalise("RU")
	if want := []leads.Identity{{Kind: leads.KindPhone, Value: "+79161234567"}}; !slices.Equal(got.Offered, want) {
		t.Errorf("offered %v", got.Offered)
	}
	if got.Whole != "" {
		t.Errorf("whole %q says what the text says", got.Whole)
	}
	if n := len(got.References); n != 16 || got.References[0] != "<root@x>" || got.References[n-1] != touch.References[41] || slices.Contains(got.References, got.MessageID) {
		t.Errorf("%d references: %q", n, got.References)
	}
	if a := got.Attachments[0]; a.Name != "a b.pdf" || a.Size != 0 || touch.Attachments[0].Size != -1 {
		t.Errorf("attachment %+v", a)
	}
}
