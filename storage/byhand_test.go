package storage_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"ctihub/leads"
)

// A contact by hand is stored once per key, with its facts and files, for the contact and its
// open lead; a talk ends the call-back and answers the lead, a note does neither.
func testByHand(t *testing.T, o office) {
	ctx := t.Context()
	anna, boris := o.hire("anna", leads.RoleManager, "", "100"), o.hire("boris", leads.RoleOperator, "", "101")
	ring := call("c1", ivan, "101")
	missed := o.put(ring, hangUp(ring))[1]
	o.give(missed.LeadID, anna)
	if o.task(leads.TaskOpen).ContactID != missed.ContactID {
		t.Fatal("no call-back waits")
	}
	if err := o.NoteUpload(ctx, anna.ID, leads.Attachment{ID: "file", Name: "offer.pdf", Type: "application/pdf", Size: 3}); err != nil {
		t.Fatal(err)
	}
	o.KeptFile("file", "upload:1")
	note := leads.ByHand{Key: "n", ContactID: missed.ContactID, Channel: leads.ChannelNote, Text: "Prefers mornings", Attachments: []leads.Attachment{{ID: "file"}}}
	register := func(b leads.ByHand, c leads.FactsChange) (i leads.Interaction, events []leads.Event) {
		t.Helper()
		events = o.recorded(func() (err error) { i, err = o.facts().Register(ctx, sees(anna), b, c); return err })
		return i, events
	}
	first, events := register(note, leads.FactsChange{})
	if !slices.Equal(types(events), []leads.EventType{leads.EventInteraction}) || first.LeadID != missed.LeadID || first.Direction != leads.Internal || first.Facts.Author.ID != anna.ID || len(first.Attachments) != 1 {
		t.Errorf("a note: %v %+v", types(events), first)
	}
	again, events := register(note, leads.FactsChange{})
	if again.ID != first.ID || len(events) != 0 {
		t.Errorf("the same key made %s after %s, events %v", again.ID, first.ID, types(events))
	}
	talk := leads.ByHand{Key: "t", ContactID: missed.ContactID, Channel: leads.ChannelCall, Text: "Will order", Direction: leads.Out}
	spoke, events := register(talk, leads.FactsChange{Outcome: text("voicemail_left"), Nature: text("order")})
	if want := []leads.EventType{leads.EventInteraction, leads.EventTaskDone, leads.EventLeadUpdated}; !slices.Equal(types(events), want) {
		t.Errorf("a talk records %v, want %v", types(events), want)
	}
	if spoke.Channel != leads.ChannelCall || spoke.Call != nil || spoke.Facts.Nature != "order" || spoke.Facts.By[leads.FactNature].User.ID != anna.ID {
		t.Errorf("a call by hand %+v", spoke)
	}
	if done := o.task(leads.TaskDone); done.Outcome != leads.CalledBack {
		t.Errorf("the call-back %+v", done)
	}
	if l := must(o.Lead(ctx, admin, missed.LeadID))(t); l.Status != leads.LeadWorking || !l.Responded.Equal(spoke.At) {
		t.Errorf("the lead %+v", l)
	}
	ids := func(list []leads.Interaction) (all []string) {
		for _, i := range list {
			all = append(all, i.ID)
		}
		return all
	}
	for _, v := range []leads.Viewer{admin, sees(anna)} {
		if got := ids(o.interactions(v, leads.InteractionFilter{Channel: leads.ChannelCall})); !slices.Equal(got, []string{spoke.ID, missed.InteractionID}) {
			t.Errorf("interactions that are calls: %v", got)
		}
		if got := o.calls(v, leads.CallFilter{}); len(got) != 1 {
			t.Errorf("%d calls of the exchange", len(got))
		}
	}
	if _, err := o.Call(ctx, admin, spoke.ID); !errors.Is(err, leads.ErrNotFound) {
		t.Errorf("it is a call of the exchange: %v", err)
	}
	for name, c := range map[string]struct {
		u    leads.User
		b    leads.ByHand
		want error
	}{
		"whose contact it is not": {boris, leads.ByHand{Key: "b", ContactID: missed.ContactID, Channel: leads.ChannelNote, Text: "x"}, leads.ErrInvalid},
		"another text":            {anna, leads.ByHand{Key: "n", ContactID: missed.ContactID, Channel: leads.ChannelNote, Text: "x"}, leads.ErrConflict},
		"another channel":         {anna, leads.ByHand{Key: "m", ContactID: missed.ContactID, Channel: leads.ChannelMail, Text: "x"}, leads.ErrInvalid},
		"a used file":             {anna, leads.ByHand{Key: "f", ContactID: missed.ContactID, Channel: leads.ChannelNote, Attachments: note.Attachments}, leads.ErrInvalid},
		"the future":              {anna, leads.ByHand{Key: "a", ContactID: missed.ContactID, Channel: leads.ChannelVisit, Text: "x", At: time.Now().AddDate(0, 0, 1)}, leads.ErrInvalid},
	} {
		before := len(o.interactions(admin, leads.InteractionFilter{}))
		if _, err := o.facts().Register(ctx, sees(c.u), c.b, leads.FactsChange{}); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if after := len(o.interactions(admin, leads.InteractionFilter{})); after != before {
			t.Errorf("%s stored something", name)
		}
	}
}

// A used or built-in entry is retired and never deleted; a name is there once.
func testDictionaries(t *testing.T, o office) {
	ctx, d := t.Context(), leads.DictionaryNature
	sue, anna := o.hire("sue", leads.RoleSupervisor, ""), o.hire("anna", leads.RoleManager, "")
	s, v := o.facts(), sees(sue)
	name := func(n string) leads.EntryChange { return leads.EntryChange{Name: &n} }
	made := must(s.AddEntry(ctx, v, d, name("Гарантия")))(t)
	if made.Names != (leads.Names{EN: "Гарантия", RU: "Гарантия"}) || made.Position != 6 || made.Used {
		t.Errorf("a new entry %+v", made)
	}
	for _, taken := range []string{"гарантия", "ЗАКАЗ", "Order"} {
		if _, err := s.AddEntry(ctx, v, d, name(taken)); !errors.Is(err, leads.ErrExists) {
			t.Errorf("%s again: %v", taken, err)
		}
	}
	if _, err := s.AddEntry(ctx, sees(anna), d, name("x")); !errors.Is(err, leads.ErrForbidden) {
		t.Errorf("a manager adds an entry: %v", err)
	}
	asked := o.put(form("f1", ivan))[0]
	o.writes(sue, asked.InteractionID, leads.FactsChange{Nature: text(made.ID)})
	o.writes(sue, asked.InteractionID, leads.FactsChange{Nature: text("")})
	for _, id := range []string{made.ID, "order"} { // one is in a history, one is built in
		if err := s.DropEntry(ctx, v, d, id); !errors.Is(err, leads.ErrConflict) {
			t.Errorf("%s is deleted: %v", id, err)
		}
	}
	yes := true
	if e := must(s.ChangeEntry(ctx, v, d, made.ID, leads.EntryChange{Retired: &yes}))(t); !e.Retired || !e.Used {
		t.Errorf("retired %+v", e)
	}
	if _, err := s.Write(ctx, v, asked.InteractionID, leads.FactsChange{Nature: text(made.ID)}); !errors.Is(err, leads.ErrInvalid) {
		t.Errorf("a retired entry is chosen: %v", err)
	}
	other := must(s.AddEntry(ctx, v, leads.DictionaryRefusal, name("Слишком далеко")))(t)
	must(o.SetLeadStatus(ctx, admin, asked.LeadID, leads.LeadRefused, "Слишком далеко"))(t)
	if err := s.DropEntry(ctx, v, leads.DictionaryRefusal, other.ID); !errors.Is(err, leads.ErrConflict) {
		t.Errorf("a reason that a lead has is deleted: %v", err)
	}
	free := must(s.AddEntry(ctx, v, d, name("Пусто")))(t)
	if err := s.DropEntry(ctx, v, d, free.ID); err != nil {
		t.Errorf("an unused entry is not deleted: %v", err)
	}
	if list := must(s.Entries(ctx, d))(t); len(list) != 6 {
		t.Errorf("%d entries", len(list))
	}
}

// An entry that is chosen while another user deletes it is either chosen or deleted; the loser
// is told why.
func testDictionaryRace(t *testing.T, o office) {
	ctx, d := t.Context(), leads.DictionaryNature
	sue, anna := o.hire("sue", leads.RoleSupervisor, ""), o.hire("anna", leads.RoleManager, "")
	asked := o.put(form("f1", ivan))[0]
	o.give(asked.LeadID, anna)
	for n := range 40 {
		name := fmt.Sprint("entry ", n)
		made := must(o.facts().AddEntry(ctx, sees(sue), d, leads.EntryChange{Name: &name}))(t)
		deleted := make(chan error)
		go func() { deleted <- o.facts().DropEntry(ctx, sees(sue), d, made.ID) }()
		_, chosen := o.facts().Write(ctx, sees(anna), asked.InteractionID, leads.FactsChange{Nature: text(made.ID)})
		switch gone := <-deleted; {
		case chosen == nil && !errors.Is(gone, leads.ErrConflict):
			t.Errorf("chosen, and deleted: %v", gone)
		case chosen != nil && (gone != nil || !errors.Is(chosen, leads.ErrInvalid)):
			t.Errorf("chosen: %v, deleted: %v", chosen, gone)
		}
	}
}
