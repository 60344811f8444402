package storage_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"ctihub/leads"
)

// testUnread: what cannot be read is kept beside the contact, found by and
// corrected; a line or mailbox is known by it.
func testUnread(t *testing.T, o office) {
	ctx, in := t.Context(), o.intake()
	vera := sees(o.hire("vera", leads.RoleAdmin, ""))
	touch := form("1", leads.Identity{Kind: leads.KindPhone, Value: "8-916-12"})
	touch.Name = ""
	put := func(touch leads.Touch) leads.Interaction {
		t.Helper()
		if err := in.Inbox("site", "").Put(ctx, "", touch); err != nil {
			t.Fatal(err)
		}
		return o.interactions(admin, leads.InteractionFilter{ExternalID: touch.ExternalID})[0]
	}
	i := put(touch)
	if i.ContactID == "" || i.LeadID == "" {
		t.Fatalf("lost: %+v", i)
	}
	lead := o.leads(admin, leads.LeadFilter{})[0]
	if lead.ContactKey != "8-916-12" || lead.ContactName != "" {
		t.Errorf("the lead is shown as %q %q", lead.ContactName, lead.ContactKey)
	}
	if other := put(form("2", leads.Identity{Kind: leads.KindPhone, Value: "8-916-12"})); other.ContactID == i.ContactID {
		t.Error("two people who mistyped alike are one")
	}
	if found := o.contacts(admin, leads.ContactFilter{Query: "916-12"}); len(found) != 2 {
		t.Errorf("found by what was written: %+v", found)
	}

	// Correcting it needs a readable value, and makes it an identity.
	offer := must(o.Contact(ctx, admin, i.ContactID))(t).Offered[0]
	if !offer.Unread || offer.Identity.Value != "8-916-12" || offer.InteractionID != i.ID {
		t.Fatalf("offered %+v", offer)
	}
	if _, err := o.DecideOffer(ctx, vera, i.ContactID, offer.ID, true, leads.Identity{}); !errors.Is(err, leads.ErrInvalid) {
		t.Errorf("added as it is: %v", err)
	}
	o.published()
	c, err := o.DecideOffer(ctx, vera, i.ContactID, offer.ID, true, phone(7))
	events := o.published()
	if err != nil || len(events) != 1 || !slices.Equal(c.Identities, []leads.Identity{phone(7)}) || len(c.Offered) != 0 {
		t.Fatalf("corrected: %+v, %v", c, err)
	}
	if got := o.put(form("3", phone(7)))[0]; got.ContactID != i.ContactID {
		t.Error("the corrected number is not matched")
	}
	if found := o.contacts(admin, leads.ContactFilter{Query: "916-12"}); len(found) != 1 || found[0].ID == i.ContactID {
		t.Errorf("still found by what was wrong: %+v", found)
	}

	// One line, one contact, however often it calls.
	ring := func(id string) leads.Interaction {
		return put(call(id, leads.Identity{Kind: leads.KindPhone, Value: "+7916123456"}, "100", "101"))
	}
	first, second := ring("1.1"), ring("1.2")
	if first.ContactID == "" || first.LeadID == "" || second.ContactID != first.ContactID || second.LeadID != first.LeadID {
		t.Errorf("calls of one line: %+v, %+v", first, second)
	}
	if offered := must(o.Contact(ctx, admin, first.ContactID))(t).Offered; len(offered) != 1 || !offered[0].Unread {
		t.Errorf("offered %+v", offered)
	}
}

// testUsedKey: other content under a used key is kept in quarantine, once, and
// can be taken in; a repetition is not.
func testUsedKey(t *testing.T, o office) {
	ctx, in := t.Context(), o.intake()
	vera := o.hire("vera", leads.RoleAdmin, "")
	post := func(digest, text string, from leads.Identity) error {
		touch := form("order-1", from)
		touch.Digest, touch.Text = digest, text
		for _, file := range []string{"shared", "of " + text} {
			if err := o.NoteFile(ctx, file, touch.Source, touch.ExternalID); err != nil {
				return err
			}
			touch.Attachments = append(touch.Attachments, leads.Attachment{ID: file, Name: file})
		}
		return in.Inbox("site", "").Put(ctx, "", touch)
	}
	if err := errors.Join(post("aa", "two", phone(1)), post("aa", "two", phone(1))); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := post("bb", "three", phone(2)); !errors.Is(err, leads.ErrKeyReused) {
			t.Fatalf("other content: %v", err)
		}
	}
	if all := o.interactions(admin, leads.InteractionFilter{}); len(all) != 1 || all[0].Text != "two" {
		t.Fatalf("interactions %+v", all)
	}
	waiting := must(o.Quarantine(ctx, leads.QuarantineFilter{State: leads.QuarantineWaiting}, whole))(t).Items
	if len(waiting) != 1 {
		t.Fatalf("waiting %+v", waiting)
	}
	if lost := must(o.OrphanFiles(ctx, time.Time{}, time.Now().Add(time.Hour), 10))(t); len(lost) != 0 {
		t.Errorf("files of the two that nothing refers to: %q", lost)
	}
	if err := in.Retry(ctx, must(o.QuarantinedTouch(ctx, waiting[0].ID))(t), vera.ID); err != nil {
		t.Fatal(err)
	}
	all := o.interactions(admin, leads.InteractionFilter{})
	if len(all) != 2 || !slices.ContainsFunc(all, func(i leads.Interaction) bool { return i.Text == "three" && i.ContactID != "" }) {
		t.Errorf("taken in: %+v", all)
	}
	if lost := must(o.OrphanFiles(ctx, time.Time{}, time.Now().Add(time.Hour), 10))(t); len(lost) != 0 {
		t.Errorf("files of the one taken in that nothing refers to: %q", lost)
	}
}

// testRefusedContents: each content that is refused under one key is kept once.
func testRefusedContents(t *testing.T, o office) {
	ctx, in := t.Context(), o.intake()
	for n := range 2 {
		for _, text := range []string{"one", "two"} {
			touch := form("order-1", phone(1))
			touch.Text, touch.Suspect, touch.At = text, "it looks like advertising", touch.At.Add(time.Duration(n)*time.Second)
			if err := in.Inbox("site", "").Put(ctx, "", touch); err != nil {
				t.Fatal(err)
			}
		}
	}
	if waiting := must(o.Quarantine(ctx, leads.QuarantineFilter{State: leads.QuarantineWaiting}, whole))(t).Items; len(waiting) != 2 {
		t.Errorf("waiting %+v", waiting)
	}
}
