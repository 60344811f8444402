package storage_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/storage"
)

// chat is a message of a customer in a messenger.
func chat(key string, from leads.Identity) leads.Touch {
	return leads.Touch{Source: "bot", ExternalID: key, Channel: leads.ChannelTelegram, Direction: leads.In, At: noon, From: []leads.Identity{from},
		Name: "Иван", Subject: "Окна", Text: "Сколько стоит?", MessageID: "m" + key}
}

var viaBot = leads.Identity{Kind: "telegram", Value: "100200300"}

func says(u leads.User, lead, key, text string) leads.Reply {
	return leads.Reply{User: leads.Person{ID: u.ID}, Key: key, LeadID: lead, Source: "bot", Channel: leads.ChannelTelegram, To: viaBot, Text: text}
}

const aLease = time.Minute

func (o office) claimReplies(owner string, most int) []leads.Reply {
	o.t.Helper()
	list, _, err := o.ClaimReplies(o.t.Context(), leads.ReplyClaim{Source: "bot", Owner: owner, Most: most, Lease: aLease})
	if err != nil {
		o.t.Fatal(err)
	}
	return list
}

func (o office) says(u leads.User, lead, key, text string) leads.Reply {
	o.t.Helper()
	r, _, err := o.AskReply(o.t.Context(), admin, says(u, lead, key, text))
	if err != nil {
		o.t.Fatal(err)
	}
	return r
}

func (o office) finishReply(owner string, r leads.Reply, v leads.ReplyVerdict) []leads.Event {
	o.t.Helper()
	return must(o.FinishReply(o.t.Context(), owner, r, v))(o.t)
}

// reply reads a reply as it is now.
func (o office) reply(r leads.Reply) leads.Reply {
	o.t.Helper()
	for _, x := range must(o.Replies(o.t.Context(), admin, r.LeadID))(o.t) {
		if x.ID == r.ID {
			return x
		}
	}
	o.t.Fatalf("reply %s is gone", r.ID)
	return r
}

// A reply is stored once per key as an outgoing interaction, is claimed once,
// and the customer's answer to it finds its thread.
func testReplies(t *testing.T, o office) {
	ctx := t.Context()
	anna, boris := o.hire("anna", leads.RoleManager, "a"), o.hire("boris", leads.RoleManager, "b")
	in := o.put(chat("1", viaBot))[0]
	o.give(in.LeadID, anna)
	if _, _, err := o.AskReply(ctx, sees(boris), says(boris, in.LeadID, "k", "x")); !errors.Is(err, leads.ErrNotFound) {
		t.Errorf("who does not see the lead answers: %v", err)
	}
	r, events, err := o.AskReply(ctx, sees(anna), says(anna, in.LeadID, "k", "От 10 000 ₽"))
	if err != nil || len(events) != 2 || events[0].Type != leads.EventInteraction || events[1].Type != leads.EventReply ||
		!slices.Equal(events[1].Audience, []string{anna.ID}) || r.State != leads.ReplyWaiting || r.AnswersID != in.InteractionID {
		t.Fatalf("asked: %+v, %v, %v", r, events, err)
	}
	if again, events, err := o.AskReply(ctx, sees(anna), says(anna, in.LeadID, "k", "От 10 000 ₽")); err != nil || len(events) != 0 || again.ID != r.ID {
		t.Errorf("the same key again: %+v, %d events, %v", again, len(events), err)
	}
	if _, _, err := o.AskReply(ctx, sees(anna), says(anna, in.LeadID, "k", "Другое")); !errors.Is(err, leads.ErrConflict) {
		t.Errorf("the key of another reply: %v", err)
	}
	all := o.interactions(sees(anna), leads.InteractionFilter{LeadID: in.LeadID})
	if len(all) != 2 || all[0].ID != r.ID || all[0].Direction != leads.Out || all[0].ExternalID != "reply:"+r.ID || all[0].Text != r.Text || all[0].To != viaBot.Value {
		t.Errorf("interactions %+v", all)
	}
	if err := storage.Exec(ctx, o.Store, "UPDATE interactions SET message_id = 'm1', refs = 'a b\nc' WHERE id = '"+in.InteractionID+"'"); err != nil {
		t.Fatal(err)
	}
	got := o.claimReplies("p1", 5)
	if len(got) != 1 || got[0].ID != r.ID || got[0].State != leads.ReplySending || got[0].Attempt != 1 || got[0].AnsweredKey != "1" ||
		got[0].AnsweredID != "m1" || !slices.Equal(got[0].AnsweredRefs, []string{"a b", "c"}) || got[0].AnsweredText != "Сколько стоит?" || !got[0].AnsweredAt.Equal(noon) {
		t.Fatalf("claimed %+v", got)
	}
	if again := o.claimReplies("p2", 5); len(again) != 0 {
		t.Errorf("claimed twice: %+v", again)
	}
	if err := o.HoldReply(ctx, "p1", got[0], aLease); err != nil {
		t.Error(err)
	}
	if err := o.HoldReply(ctx, "p2", got[0], aLease); !errors.Is(err, leads.ErrConflict) {
		t.Errorf("another holds it: %v", err)
	}
	if _, err := o.FinishReply(ctx, "p2", got[0], leads.ReplyVerdict{State: leads.ReplySent}); !errors.Is(err, leads.ErrConflict) {
		t.Errorf("another tells its end: %v", err)
	}
	o.finishReply("p1", got[0], leads.ReplyVerdict{State: leads.ReplySent, UpstreamID: "77"})
	if now := o.reply(r); now.State != leads.ReplySent || now.UpstreamID != "77" || now.Sent.IsZero() {
		t.Errorf("sent: %+v", now)
	}
	if id := o.ThreadOf("telegram", "77"); id != r.ID {
		t.Errorf("an answer to it would belong to %q", id)
	}
	if more := o.claimReplies("p1", 5); len(more) != 0 {
		t.Errorf("sent again: %+v", more)
	}
	if w := must(o.Written(ctx, in.ContactID, "bot"))(t); w.ExternalID != "1" {
		t.Errorf("last written: %+v", w)
	}
}

// Replies to one contact go one after the other; a vain try is not made again
// before its time, and holds up this contact only.
func testReplyOrder(t *testing.T, o office) {
	anna := o.hire("anna", leads.RoleManager, "")
	ivans := o.put(chat("1", viaBot))[0]
	others := o.put(chat("2", leads.Identity{Kind: "telegram", Value: "999"}))[0]
	first, second := o.says(anna, ivans.LeadID, "1", "one"), o.says(anna, ivans.LeadID, "2", "two")
	third := o.says(anna, others.LeadID, "3", "three")
	got := o.claimReplies("p", 5)
	if len(got) != 2 || got[0].ID != first.ID || got[1].ID != third.ID {
		t.Fatalf("claimed %+v", got)
	}
	o.finishReply("p", got[0], leads.ReplyVerdict{State: leads.ReplyWaiting, Error: "the line is cut", Wait: time.Hour})
	o.finishReply("p", got[1], leads.ReplyVerdict{State: leads.ReplySent, UpstreamID: "u"})
	if now := o.reply(first); now.State != leads.ReplyWaiting || now.Error != "the line is cut" {
		t.Errorf("after a vain try: %+v", now)
	}
	if got := o.claimReplies("p", 5); len(got) != 0 {
		t.Errorf("claimed before their time: %+v", got)
	}
	if r, _, err := o.DismissReply(t.Context(), admin, first.ID); err != nil || r.State != leads.ReplyFailed || !r.Dismissed {
		t.Errorf("withdrawn: %+v, %v", r, err)
	}
	if got := o.claimReplies("p", 5); len(got) != 1 || got[0].ID != second.ID {
		t.Errorf("after the first was withdrawn: %+v", got)
	}
}

// What a process was sending when it died was perhaps sent, and is not repeated
// unless the channel recognises a repetition; its late word still counts.
func testRepliesLost(t *testing.T, o office) {
	ctx := t.Context()
	anna := o.hire("anna", leads.RoleManager, "")
	in := o.put(chat("1", viaBot))[0]
	r := o.says(anna, in.LeadID, "1", "one")
	never, always := func(string) bool { return false }, func(string) bool { return true }
	recover := func(owner string, repeated func(string) bool) []leads.Event {
		t.Helper()
		return must(o.RecoverReplies(ctx, owner, repeated))(t)
	}
	lose := func(owner string) leads.Reply {
		t.Helper()
		got, _, err := o.ClaimReplies(ctx, leads.ReplyClaim{Source: "bot", Owner: owner, Most: 5, Lease: -time.Second}) // no sign of life
		if err != nil || len(got) != 1 {
			t.Fatalf("claimed %+v, %v", got, err)
		}
		return got[0]
	}
	held := o.claimReplies("alive", 5)
	if len(held) != 1 || len(recover("alive", never)) != 0 {
		t.Error("taken from the one that sends it")
	}
	o.finishReply("alive", held[0], leads.ReplyVerdict{State: leads.ReplyWaiting})

	lose("dead")
	if events := recover("next", always); len(events) != 1 || o.reply(r).State != leads.ReplyWaiting {
		t.Errorf("the channel recognises a repetition: %+v, %d events", o.reply(r), len(events))
	}
	dead := lose("dead")
	if events := recover("next", never); len(events) != 1 || o.reply(r).State != leads.ReplyPerhaps || o.reply(r).Error == "" {
		t.Errorf("nobody knows: %+v, %d events", o.reply(r), len(events))
	}
	if got := o.claimReplies("next", 5); len(got) != 0 || len(recover("next", never)) != 0 {
		t.Errorf("repeated: %+v", got)
	}
	o.finishReply("dead", dead, leads.ReplyVerdict{State: leads.ReplySent, UpstreamID: "late"})
	if now := o.reply(r); now.State != leads.ReplySent || now.UpstreamID != "late" {
		t.Errorf("it was only slow: %+v", now)
	}
}

// What failed or was perhaps sent is sent again when somebody says so.
func testReplyAgain(t *testing.T, o office) {
	ctx := t.Context()
	anna := o.hire("anna", leads.RoleManager, "a")
	boris := o.hire("boris", leads.RoleManager, "b")
	in := o.put(chat("1", viaBot))[0]
	o.give(in.LeadID, anna)
	r := o.says(anna, in.LeadID, "1", "one")
	if _, _, err := o.ReplyAgain(ctx, sees(anna), r.ID); !errors.Is(err, leads.ErrConflict) {
		t.Errorf("again while it waits: %v", err)
	}
	for n, state := range []leads.ReplyState{leads.ReplyFailed, leads.ReplyPerhaps} {
		got := o.claimReplies("p", 5)
		if len(got) != 1 || got[0].Attempt != n+1 {
			t.Fatalf("claimed %+v", got)
		}
		o.finishReply("p", got[0], leads.ReplyVerdict{State: state, Error: "the channel says no"})
		if now := o.reply(r); now.State != state || now.Error != "the channel says no" {
			t.Errorf("%+v", now)
		}
		if d, _, err := o.DismissReply(ctx, sees(anna), r.ID); err != nil || !d.Dismissed || d.State != state {
			t.Errorf("dismissed: %+v, %v", d, err)
		}
		if _, _, err := o.ReplyAgain(ctx, sees(boris), r.ID); !errors.Is(err, leads.ErrNotFound) {
			t.Errorf("by who does not see it: %v", err)
		}
		again, events, err := o.ReplyAgain(ctx, sees(anna), r.ID)
		if err != nil || again.State != leads.ReplyWaiting || again.Error != "" || again.Dismissed || len(events) != 1 {
			t.Errorf("again: %+v, %v", again, err)
		}
	}
}

// Twenty processes want one reply: one gets it.
func testReplyRace(t *testing.T, o office) {
	anna := o.hire("anna", leads.RoleManager, "")
	in := o.put(chat("1", viaBot))[0]
	o.says(anna, in.LeadID, "1", "one")
	var mu sync.Mutex
	var all sync.WaitGroup
	won := 0
	for n := range 20 {
		all.Go(func() {
			got, _, err := o.ClaimReplies(t.Context(), leads.ReplyClaim{Source: "bot", Owner: string(rune('a' + n)), Most: 3, Lease: aLease})
			mu.Lock()
			defer mu.Unlock()
			won += len(got)
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if won != 1 {
		t.Errorf("%d processes send it", won)
	}
}

// What the channel reports moves a reply forward; an unknown report comes again
// only while it may be of a reply on its way.
func testReceipts(t *testing.T, o office) {
	ctx := t.Context()
	anna := o.hire("anna", leads.RoleManager, "")
	in := o.put(chat("1", viaBot))[0]
	r := o.says(anna, in.LeadID, "1", "one")
	tell := func(id string, s leads.ReplyState) error {
		_, err := o.Receipt(ctx, "bot", leads.Receipt{UpstreamID: id, State: s, Reason: "blocked", At: noon})
		return err
	}
	if err := tell("u1", leads.ReplyDelivered); err != nil {
		t.Errorf("of nobody's: %v", err)
	}
	got := o.claimReplies("p", 1)[0]
	if err := tell("u1", leads.ReplyDelivered); err == nil {
		t.Error("a report that may be of the reply on its way is swallowed")
	}
	if _, err := o.Receipt(ctx, "other", leads.Receipt{UpstreamID: "u1", State: leads.ReplyRead}); err != nil {
		t.Errorf("of another source: %v", err)
	}
	o.finishReply("p", got, leads.ReplyVerdict{State: leads.ReplySent, UpstreamID: "u1"})
	for _, step := range []struct{ told, want leads.ReplyState }{
		{leads.ReplyDelivered, leads.ReplyDelivered}, {leads.ReplyRead, leads.ReplyRead},
		{leads.ReplyDelivered, leads.ReplyRead}, {leads.ReplyFailed, leads.ReplyRead},
	} {
		if err := tell("u1", step.told); err != nil || o.reply(r).State != step.want {
			t.Errorf("told %s: %+v, %v", step.told, o.reply(r), err)
		}
	}
	next := o.says(anna, in.LeadID, "2", "two")
	o.finishReply("p", o.claimReplies("p", 1)[0], leads.ReplyVerdict{State: leads.ReplySent, UpstreamID: "u2"})
	if err := tell("u2", leads.ReplyFailed); err != nil || o.reply(next).State != leads.ReplyFailed || o.reply(next).Error != "blocked" {
		t.Errorf("failed: %+v, %v", o.reply(next), err)
	}
	if err := tell("u2", leads.ReplyDelivered); err != nil || o.reply(next).State != leads.ReplyDelivered {
		t.Errorf("arrived after all: %+v, %v", o.reply(next), err)
	}
}

// The first answer is noted in the lead, whichever way it went; the manager's
// own reply begins the work.
func testFirstResponse(t *testing.T, o office) {
	anna, boris := o.hire("anna", leads.RoleManager, "", "100"), o.hire("boris", leads.RoleManager, "", "101")
	in := o.put(chat("1", viaBot))[0]
	o.give(in.LeadID, anna)
	lead := func(id string) leads.Lead { return must(o.Lead(t.Context(), admin, id))(t) }
	o.says(boris, in.LeadID, "1", "one")
	got := o.claimReplies("p", 1)[0]
	if l := lead(in.LeadID); !l.Responded.IsZero() {
		t.Errorf("answered before anything went out: %+v", l)
	}
	o.finishReply("p", got, leads.ReplyVerdict{State: leads.ReplySent})
	l := lead(in.LeadID)
	if l.Responded.IsZero() || l.Status != leads.LeadNew {
		t.Errorf("a colleague answered: %+v", l)
	}
	o.says(anna, in.LeadID, "2", "two")
	if events := o.finishReply("p", o.claimReplies("p", 1)[0], leads.ReplyVerdict{State: leads.ReplySent}); len(events) != 2 || events[1].Type != leads.EventLeadUpdated {
		t.Errorf("events %+v", events)
	}
	if now := lead(in.LeadID); !now.Responded.Equal(l.Responded) || now.Status != leads.LeadWorking {
		t.Errorf("its manager answered: %+v", now)
	}

	ring := call("L1", ivan, "100")
	asked := o.put(ring)[0]
	if l := lead(asked.LeadID); !l.Responded.IsZero() {
		t.Errorf("it only rings: %+v", l)
	}
	o.put(answer(ring, 0))
	if l := lead(asked.LeadID); !l.Responded.Equal(noon.Add(5 * time.Second)) {
		t.Errorf("the call was answered: %+v", l)
	}
	at := noon.Add(time.Hour)
	wrote := o.put(form("7", phone(7)))[0]
	o.put(leads.Touch{Source: "pbx", ExternalID: "L2", Channel: leads.ChannelCall, Direction: leads.Out, At: at, To: phone(7).Value, From: []leads.Identity{phone(7)},
		Call: &leads.Call{Linkedid: "L2", Direction: leads.Out, State: leads.CallTalking, From: "100", To: phone(7).Value, Operator: "100", Started: at, Answered: at.Add(time.Second)}})
	if l := lead(wrote.LeadID); !l.Responded.Equal(at.Add(time.Second)) {
		t.Errorf("we called and were answered: %+v", l)
	}
}

// An upload becomes the attachment of one reply of whoever uploaded it.
func testReplyFiles(t *testing.T, o office) {
	ctx := t.Context()
	anna, boris := o.hire("anna", leads.RoleManager, ""), o.hire("boris", leads.RoleManager, "")
	in := o.put(chat("1", viaBot))[0]
	file := leads.Attachment{ID: "f1", Name: "Счёт.pdf", Type: "application/pdf", Size: 7}
	if err := o.NoteUpload(ctx, anna.ID, file); err != nil {
		t.Fatal(err)
	}
	o.KeptFile("f1", "upload:1")
	with := func(u leads.User, key string) (leads.Reply, error) {
		r := says(u, in.LeadID, key, "")
		r.Attachments = []leads.Attachment{{ID: "f1"}}
		r, _, err := o.AskReply(ctx, admin, r)
		return r, err
	}
	if _, err := with(boris, "1"); !errors.Is(err, leads.ErrInvalid) {
		t.Errorf("somebody else's file: %v", err)
	}
	r := must(with(anna, "2"))(t)
	if len(r.Attachments) != 1 || r.Attachments[0] != file {
		t.Errorf("attached %+v", r.Attachments)
	}
	if again := must(with(anna, "2"))(t); again.ID != r.ID {
		t.Error("the same key made another")
	}
	if _, err := with(anna, "3"); !errors.Is(err, leads.ErrInvalid) {
		t.Errorf("attached to a second reply: %v", err)
	}
	if key := o.KeyOfFile("f1"); key != "bot reply:"+r.ID {
		t.Errorf("the file belongs to %s", key)
	}
}

func testTemplates(t *testing.T, o office) {
	ctx := t.Context()
	a := must(o.PutTemplate(ctx, leads.Template{Name: "Привет", Subject: "s", Text: "x"}))(t)
	if _, err := o.PutTemplate(ctx, leads.Template{Name: "ПРИВЕТ", Text: "y"}); !errors.Is(err, leads.ErrExists) {
		t.Errorf("the same name: %v", err)
	}
	b := must(o.PutTemplate(ctx, leads.Template{Name: "Адрес", Text: "y"}))(t)
	b.Name = "привет"
	if _, err := o.PutTemplate(ctx, b); !errors.Is(err, leads.ErrExists) {
		t.Errorf("renamed to a name that is taken: %v", err)
	}
	a.Text = "z"
	must(o.PutTemplate(ctx, a))(t)
	if list := must(o.Templates(ctx))(t); len(list) != 2 || list[0].Name != "Адрес" || list[1].Text != "z" {
		t.Errorf("%+v", list)
	}
	if err := o.DropTemplate(ctx, b.ID); err != nil {
		t.Error(err)
	}
	if err := o.DropTemplate(ctx, b.ID); !errors.Is(err, leads.ErrNotFound) {
		t.Errorf("dropped twice: %v", err)
	}
	anna := o.hire("anna", leads.RoleManager, "")
	for _, text := range []string{"Анна\nОкна", ""} {
		if err := o.SetSignature(ctx, anna.ID, text); err != nil {
			t.Error(err)
		}
		if got := must(o.Signature(ctx, anna.ID))(t); got != text {
			t.Errorf("%q", got)
		}
	}
}
