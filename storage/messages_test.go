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
	"ctihub/leads/intake"
)

var stranger = leads.Identity{Kind: leads.KindEmail, Value: "other@example.net"}

// letter is a mail; its key is also its Message-ID.
func letter(key string, from leads.Identity, refs ...string) leads.Touch {
	return leads.Touch{Source: "mail", ExternalID: key, Channel: leads.ChannelMail, Direction: leads.In, At: noon, From: []leads.Identity{from},
		Subject: "Окна", Text: "Сколько стоят?", Whole: "Сколько стоят?\n\n> Добрый день", HTML: "<p>Сколько стоят?</p>", MessageID: key, References: refs,
		Attachments: []leads.Attachment{{ID: "a1", Name: "план.png", Type: "image/png", Size: 7, CID: "x@y"}}}
}

// testMessage: what a message brings is stored and shown.
func testMessage(t *testing.T, o office) {
	s := o.put(letter("<1@x>", mail))[0]
	got := must(o.Interaction(t.Context(), admin, s.InteractionID))(t)
	want := letter("<1@x>", mail)
	if got.Text != want.Text || got.Whole != want.Whole || !got.HasWhole || !got.HasHTML || !slices.Equal(got.Attachments, want.Attachments) {
		t.Errorf("stored %+v", got)
	}
	listed := o.interactions(admin, leads.InteractionFilter{})[0]
	if listed.Whole != "" || !listed.HasWhole || !listed.HasHTML || len(listed.Attachments) != 1 {
		t.Errorf("listed %+v", listed)
	}
	listed.Facts = nil // nobody wrote any before the event
	if e := body(t, s.Events[0]); shape(t, e.Interaction) != shape(t, listed) {
		t.Errorf("told\n%s, listed\n%s", shape(t, e.Interaction), shape(t, listed))
	}
	if _, html, err := o.HTML(t.Context(), admin, s.InteractionID); err != nil || html != want.HTML {
		t.Errorf("HTML %q, %v", html, err)
	}
	bare := o.put(form("2", ivan))[0]
	if got := must(o.Interaction(t.Context(), admin, bare.InteractionID))(t); got.HasWhole || got.HasHTML || got.Attachments != nil || !got.Edited.IsZero() {
		t.Errorf("a form has %+v", got)
	}
}

// testThread: an answer from an unknown address belongs to whom it answers,
// whichever mailbox it came to, also within one batch.
func testThread(t *testing.T, o office) {
	first := o.put(letter("<1@x>", mail))[0]
	answer := letter("<2@x>", stranger, "<unknown@x>", "<1@x>")
	answer.Source = "sales"
	got := o.put(answer)[0]
	if got.ContactID != first.ContactID || got.LeadID != first.LeadID {
		t.Fatalf("the answer is %+v, the question %+v", got, first)
	}
	c := must(o.Contact(t.Context(), admin, first.ContactID))(t)
	if len(c.Identities) != 1 || len(c.Offered) != 1 || c.Offered[0].Identity != stranger || c.Offered[0].InteractionID != got.InteractionID {
		t.Errorf("contact %+v", c)
	}
	b := intake.Batch{Source: "mail", Touches: []leads.Touch{
		letter("<a@x>", phone(1)), letter("<b@x>", phone(2), "<a@x>"), letter("<c@x>", phone(3), "<b@x>"), letter("<d@x>", phone(4), "<none@x>"),
	}}
	stored := must(o.Ingest(t.Context(), b))(t)
	if stored[1].ContactID != stored[0].ContactID || stored[2].ContactID != stored[0].ContactID || stored[3].ContactID == stored[0].ContactID {
		t.Errorf("one thread is %+v", stored)
	}
	chat := letter("<e@x>", phone(5), "<a@x>")
	chat.Channel = leads.ChannelTelegram
	if s := o.put(chat)[0]; s.ContactID == stored[0].ContactID {
		t.Error("an id of mail was taken for one of Telegram")
	}
	if n := len(o.contacts(admin, leads.ContactFilter{})); n != 4 {
		t.Errorf("%d contacts, want 4", n)
	}
}

// testAutomatic: machines make nobody and open nothing.
func testAutomatic(t *testing.T, o office) {
	machine := func(key string, from leads.Identity, refs ...string) leads.Touch {
		l := letter(key, from, refs...)
		l.Automatic, l.At = leads.AutoReply, noon.Add(time.Hour)
		return l
	}
	nobody := o.put(machine("<1@x>", stranger))[0]
	if nobody.ContactID != "" || nobody.LeadID != "" || !nobody.New || !slices.Equal(types(nobody.Events), []leads.EventType{leads.EventInteraction}) {
		t.Errorf("stored %+v", nobody)
	}
	first := o.put(letter("<2@x>", mail))[0]
	o.close(first.LeadID)
	missed := hangUp(call("L1", ivan))
	called := o.put(missed)[0]
	for _, s := range o.put(machine("<3@x>", mail), machine("<4@x>", stranger, "<2@x>")) {
		if s.ContactID != first.ContactID || s.LeadID != "" {
			t.Errorf("a machine's letter is %+v", s)
		}
	}
	auto := machine("<5@x>", ivan)
	if s := o.put(auto)[0]; s.ContactID != called.ContactID || slices.Contains(types(s.Events), leads.EventTaskDone) {
		t.Errorf("an auto-reply ended the call-back: %v", types(s.Events))
	}
	if c := must(o.Contact(t.Context(), admin, first.ContactID))(t); len(c.Offered) != 0 || len(c.Identities) != 1 {
		t.Errorf("contact %+v", c)
	}
	if all := o.leads(admin, leads.LeadFilter{}); len(all) != 2 {
		t.Errorf("%d leads, want the first letter's and the call's", len(all))
	}
	got := o.interactions(admin, leads.InteractionFilter{})
	if n := len(slices.DeleteFunc(got, func(i leads.Interaction) bool { return i.Automatic != leads.AutoReply })); n != 4 {
		t.Errorf("%d are marked as automatic, want 4", n)
	}
	late := hangUp(call("L2", mail))
	late.From = []leads.Identity{mail}
	if s := o.put(late)[0]; !slices.Contains(types(s.Events), leads.EventTaskCreated) || slices.Contains(types(s.Events), leads.EventTaskDone) {
		t.Errorf("an auto-reply counted as being reached: %v", types(s.Events))
	}
}

// close ends a lead.
func (o office) close(id string) {
	o.t.Helper()
	if _, err := o.SetLeadStatus(o.t.Context(), admin, id, leads.LeadWon, ""); err != nil {
		o.t.Fatal(err)
	}
}

// testEdited: an edit replaces the text once and keeps what it said before.
func testEdited(t *testing.T, o office) {
	first := o.put(letter("<1@x>", mail))[0]
	edit := func(text string, at time.Time) intake.Stored {
		l := letter("<1@x>", mail)
		l.Text, l.Whole, l.Edited, l.At = text, "", at, at
		return o.put(l)[0]
	}
	if s := edit("Две штуки?", noon); s.New || !slices.Equal(types(s.Events), []leads.EventType{leads.EventEdited}) || s.ContactID != first.ContactID {
		t.Fatalf("edited: %+v", s)
	}
	now := o.interactions(admin, leads.InteractionFilter{})[0]
	now.Facts = nil // events of touches have none
	if e := body(t, o.events()[len(o.events())-1]); shape(t, e.Interaction) != shape(t, now) {
		t.Errorf("told %s", shape(t, e.Interaction))
	}
	for _, s := range []intake.Stored{edit("Две штуки?", noon), edit("Старое", noon.Add(-time.Second)), o.put(letter("<1@x>", mail))[0]} {
		if len(s.Events) != 0 || s.New {
			t.Errorf("said again: %+v", s)
		}
	}
	edit("Три", noon.Add(time.Minute))
	got := must(o.Interaction(t.Context(), admin, first.InteractionID))(t)
	if got.Text != "Три" || got.Whole != "" || got.HasWhole || !got.Edited.Equal(noon.Add(time.Minute)) || !got.At.Equal(noon) {
		t.Errorf("it says %+v", got)
	}
	var said []string
	for _, e := range got.Earlier {
		said = append(said, e.At.Format("15:04 ")+e.Text)
	}
	if want := []string{"12:00 Две штуки?", "12:00 Сколько стоят?"}; !slices.Equal(said, want) {
		t.Fatalf("it said %q, want %q", said, want)
	}
	if !strings.Contains(got.Earlier[1].Whole, "Добрый день") {
		t.Errorf("the earlier whole is %q", got.Earlier[1].Whole)
	}
}

// testOffers: what a text names is offered, and belongs to nobody until a
// person says so.
func testOffers(t *testing.T, o office) {
	anna, boris := o.hire("anna", leads.RoleManager, "north"), o.hire("boris", leads.RoleManager, "south")
	l := letter("<1@x>", mail)
	l.Offered = []leads.Identity{ivan, phone(7)}
	l.Team = "north"
	first := o.put(l)[0]
	o.give(first.LeadID, anna)
	again := l
	again.ExternalID, again.MessageID = "<2@x>", "<2@x>"
	o.put(again)
	contact := func() leads.Contact { return must(o.Contact(t.Context(), sees(anna), first.ContactID))(t) }
	offers := contact().Offered
	if len(offers) != 2 || offers[0].Channel != leads.ChannelMail {
		t.Fatalf("offered %+v", offers)
	}
	if s := o.put(form("3", ivan))[0]; s.ContactID == first.ContactID {
		t.Fatal("an offered phone was matched")
	}
	of := func(id leads.Identity) string {
		return offers[slices.IndexFunc(offers, func(x leads.Offer) bool { return x.Identity == id })].ID
	}
	if _, err := o.DecideOffer(t.Context(), sees(boris), first.ContactID, of(phone(7)), leads.OfferAdded, ""); !errors.Is(err, leads.ErrNotFound) {
		t.Errorf("a stranger to the contact: %v", err)
	}
	if _, err := o.DecideOffer(t.Context(), sees(anna), first.ContactID, of(ivan), leads.OfferAdded, ""); !errors.Is(err, leads.ErrExists) {
		t.Errorf("another has it by now: %v", err)
	}
	o.published()
	c, err := o.DecideOffer(t.Context(), sees(anna), first.ContactID, of(phone(7)), leads.OfferAdded, "")
	events := o.published()
	if err != nil || !slices.Contains(c.Identities, phone(7)) || len(c.Offered) != 1 || len(events) != 1 || events[0].Type != leads.EventContactUpdated {
		t.Fatalf("added: %+v, %v, %v", c, types(events), err)
	}
	o.published()
	if _, err := o.DecideOffer(t.Context(), sees(anna), first.ContactID, of(phone(7)), leads.OfferAdded, ""); err != nil || len(o.published()) != 0 {
		t.Errorf("added twice: %v, %v", types(events), err)
	}
	if _, err := o.DecideOffer(t.Context(), sees(anna), first.ContactID, of(phone(7)), leads.OfferDismissed, ""); !errors.Is(err, leads.ErrConflict) {
		t.Errorf("added, then dismissed: %v", err)
	}
	if s := o.put(form("4", phone(7)))[0]; s.ContactID != first.ContactID {
		t.Error("what was added does not match")
	}
	if c, err := o.DecideOffer(t.Context(), sees(anna), first.ContactID, of(ivan), leads.OfferDismissed, ""); err != nil || len(c.Offered) != 0 {
		t.Errorf("dismissed: %+v, %v", c.Offered, err)
	}
	again.ExternalID, again.MessageID = "<5@x>", "<5@x>"
	o.put(again)
	if got := contact().Offered; len(got) != 0 {
		t.Errorf("what was dismissed is offered again: %+v", got)
	}
	merges := must(o.DuplicatesOf(t.Context(), admin, first.ContactID, leads.DuplicateOpen))(t)
	want := []leads.DuplicateReason{{Code: leads.DuplicateInText, Values: []string{"phone"}, Channel: leads.ChannelMail}}
	if len(merges) != 1 || !reflect.DeepEqual(merges[0].Reasons, want) {
		t.Errorf("suggestions %+v", merges)
	}
}

// testOrphanFiles: files of touches that came are not among them.
func testOrphanFiles(t *testing.T, o office) {
	for _, f := range [][3]string{{"stored", "mail", "<1@x>"}, {"another", "mail", "<1@x>"}, {"waits", "mail", "<q@x>"}, {"alone", "mail", "<2@x>"}, {"elsewhere", "sales", "<1@x>"}} {
		if err := o.NoteFile(t.Context(), f[0], f[1], f[2]); err != nil {
			t.Fatal(err)
		}
	}
	whole1 := letter("<1@x>", mail)
	whole1.Attachments = []leads.Attachment{{ID: "stored", Name: "a"}}
	o.put(whole1)
	if _, err := o.Ingest(t.Context(), intake.Batch{Source: "mail", Quarantine: []leads.QuarantinedTouch{{ID: "q", Source: "mail", ExternalID: "<q@x>", Reason: "?", At: noon}}}); err != nil {
		t.Fatal(err)
	}
	later := time.Now().Add(time.Hour)
	if got := slices.Sorted(slices.Values(must(o.OrphanFiles(t.Context(), time.Time{}, later, 10))(t))); !slices.Equal(got, []string{"alone", "another", "elsewhere"}) {
		t.Errorf("orphans %q", got)
	}
	if got := must(o.OrphanFiles(t.Context(), time.Time{}, time.Now().Add(-time.Hour), 10))(t); len(got) != 0 {
		t.Errorf("too early: %q", got)
	}
	if again := must(o.DropFile(t.Context(), "alone", time.Now().Add(-time.Hour)))(t); again {
		t.Error("a file that was just kept was dropped")
	}
	for n, want := range []bool{true, false} {
		if got := must(o.DropFile(t.Context(), "alone", later))(t); got != want {
			t.Error(fmt.Sprint("dropped ", got, " at try ", n))
		}
	}
}
