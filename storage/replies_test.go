package storage_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/replies"
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

// answering and sending are the services that work on the store.
func (o office) answering() *replies.Service {
	return &replies.Service{Store: storage.Room[replies.Tx]{Store: o.Store}, Now: time.Now}
}

func (o office) sending() *replies.Sending {
	return &replies.Sending{Store: storage.Room[replies.SendingTx]{Store: o.Store}, Now: time.Now}
}

func (o office) claimReplies(owner string, most int) []leads.Reply {
	o.t.Helper()
	list, err := o.ClaimReplies(o.t.Context(), replies.Claim{Source: "bot", Owner: owner, Most: most, Lease: aLease})
	if err != nil {
		o.t.Fatal(err)
	}
	return list
}

func (o office) says(u leads.User, lead, key, text string) leads.Reply {
	o.t.Helper()
	r, err := o.answering().Add(o.t.Context(), admin, says(u, lead, key, text))
	if err != nil {
		o.t.Fatal(err)
	}
	return r
}

func (o office) finishReply(owner string, r leads.Reply, v replies.Verdict) []leads.Event {
	o.t.Helper()
	return o.recorded(func() error {
		return o.sending().Finish(o.t.Context(), owner, r, v)
	})
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
	if _, err := o.answering().Add(ctx, sees(boris), says(boris, in.LeadID, "k", "x")); !errors.Is(err, leads.ErrNotFound) {
		t.Errorf("who does not see the lead answers: %v", err)
	}
	o.published()
	r, err := o.answering().Add(ctx, sees(anna), says(anna, in.LeadID, "k", "От 10 000 ₽"))
	events := o.published()
	if err != nil || len(events) != 2 || events[0].Type != leads.EventInteraction || events[1].Type != leads.EventReply ||
		!slices.Equal(events[1].Audience, []string{anna.ID}) || r.State != leads.ReplyWaiting || r.AnswersID != in.InteractionID {
		t.Fatalf("asked: %+v, %v, %v", r, events, err)
	}
	o.published()
	if again, err := o.answering().Add(ctx, sees(anna), says(anna, in.LeadID, "k", "От 10 000 ₽")); err != nil || len(o.published()) != 0 || again.ID != r.ID {
		t.Errorf("the same key again: %+v, %d events, %v", again, len(events), err)
	}
	if _, err := o.answering().Add(ctx, sees(anna), says(anna, in.LeadID, "k", "Другое")); !errors.Is(err, leads.ErrConflict) {
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
	if err := o.sending().Finish(ctx, "p2", got[0], replies.Verdict{State: leads.ReplySent}); !errors.Is(err, leads.ErrConflict) {
		t.Errorf("another tells its end: %v", err)
	}
	o.finishReply("p1", got[0], replies.Verdict{State: leads.ReplySent, UpstreamID: "77"})
	if now := o.reply(r); now.State != leads.ReplySent || now.UpstreamID != "77" || now.Sent.IsZero() {
		t.Errorf("sent: %+v", now)
	}
	if id := o.ThreadOf("telegram", "77"); id != r.ID {
		t.Errorf("an answer to it would belong to %q", id)
	}
	if more := o.claimReplies("p1", 5); len(more) != 0 {
		t.Errorf("sent again: %+v", more)
	}
	if w := must(o.Written(ctx, in.ContactID))(t); len(w) != 1 || w["bot"].At.IsZero() {
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
	o.finishReply("p", got[0], replies.Verdict{State: leads.ReplyWaiting, Error: "the line is cut", Fault: leads.FaultUnreachable, Wait: time.Hour})
	o.finishReply("p", got[1], replies.Verdict{State: leads.ReplySent, UpstreamID: "u"})
	if now := o.reply(first); now.State != leads.ReplyWaiting || now.Error != "the line is cut" || now.Fault != leads.FaultUnreachable {
		t.Errorf("after a vain try: %+v", now)
	}
	if got := o.claimReplies("p", 5); len(got) != 0 {
		t.Errorf("claimed before their time: %+v", got)
	}
	if r, err := o.answering().Dismiss(t.Context(), admin, first.ID); err != nil || r.State != leads.ReplyFailed || !r.Dismissed || r.Fault != leads.FaultWithdrawn {
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
		return o.recorded(func() error {
			return o.sending().Recover(ctx, owner, repeated)
		})
	}
	lose := func(owner string) leads.Reply {
		t.Helper()
		got, err := o.ClaimReplies(ctx, replies.Claim{Source: "bot", Owner: owner, Most: 5, Lease: -time.Second}) // no sign of life
		if err != nil || len(got) != 1 {
			t.Fatalf("claimed %+v, %v", got, err)
		}
		return got[0]
	}
	held := o.claimReplies("alive", 5)
	if len(held) != 1 || len(recover("alive", never)) != 0 {
		t.Error("taken from the one that sends it")
	}
	o.finishReply("alive", held[0], replies.Verdict{State: leads.ReplyWaiting})

	lose("dead")
	if events := recover("next", always); len(events) != 1 || o.reply(r).State != leads.ReplyWaiting {
		t.Errorf("the channel recognises a repetition: %+v, %d events", o.reply(r), len(events))
	}
	dead := lose("dead")
	if events := recover("next", never); len(events) != 1 || o.reply(r).State != leads.ReplyPerhaps || o.reply(r).Error == "" || o.reply(r).Fault != leads.FaultInterrupted {
		t.Errorf("nobody knows: %+v, %d events", o.reply(r), len(events))
	}
	if got := o.claimReplies("next", 5); len(got) != 0 || len(recover("next", never)) != 0 {
		t.Errorf("repeated: %+v", got)
	}
	o.finishReply("dead", dead, replies.Verdict{State: leads.ReplySent, UpstreamID: "late"})
	if now := o.reply(r); now.State != leads.ReplySent || now.UpstreamID != "late" || now.Fault != "" {
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
	if _, err := o.answering().Again(ctx, sees(anna), r.ID); !errors.Is(err, leads.ErrConflict) {
		t.Errorf("again while it waits: %v", err)
	}
	for n, state := range []leads.ReplyState{leads.ReplyFailed, leads.ReplyPerhaps} {
		got := o.claimReplies("p", 5)
		if len(got) != 1 || got[0].Attempt != n+1 {
			t.Fatalf("claimed %+v", got)
		}
		o.finishReply("p", got[0], replies.Verdict{State: state, Error: "the channel says no", Fault: leads.FaultTooLong, FaultLimit: 4096})
		if now := o.reply(r); now.State != state || now.Error != "the channel says no" || now.Fault != leads.FaultTooLong || now.FaultLimit != 4096 {
			t.Errorf("%+v", now)
		}
		if d, err := o.answering().Dismiss(ctx, sees(anna), r.ID); err != nil || !d.Dismissed || d.State != state {
			t.Errorf("dismissed: %+v, %v", d, err)
		}
		if _, err := o.answering().Again(ctx, sees(boris), r.ID); !errors.Is(err, leads.ErrNotFound) {
			t.Errorf("by who does not see it: %v", err)
		}
		o.published()
		again, err := o.answering().Again(ctx, sees(anna), r.ID)
		events := o.published()
		if err != nil || again.State != leads.ReplyWaiting || again.Error != "" || again.Fault != "" || again.FaultLimit != 0 || again.Dismissed || len(events) != 1 {
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
			got, err := o.ClaimReplies(t.Context(), replies.Claim{Source: "bot", Owner: string(rune('a' + n)), Most: 3, Lease: aLease})
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
