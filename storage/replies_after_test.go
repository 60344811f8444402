package storage_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/replies"
)

// What the channel reports moves a reply forward; an unknown report comes again
// only while it may be of a reply on its way.
func testReceipts(t *testing.T, o office) {
	ctx := t.Context()
	anna := o.hire("anna", leads.RoleManager, "")
	in := o.put(chat("1", viaBot))[0]
	r := o.says(anna, in.LeadID, "1", "one")
	tell := func(id string, s leads.ReplyState) error {
		err := o.sending().Receipt(ctx, "bot", leads.Receipt{UpstreamID: id, State: s, Reason: "blocked", At: noon})
		return err
	}
	if err := tell("u1", leads.ReplyDelivered); err != nil {
		t.Errorf("of nobody's: %v", err)
	}
	got := o.claimReplies("p", 1)[0]
	if err := tell("u1", leads.ReplyDelivered); err == nil {
		t.Error("a report that may be of the reply on its way is swallowed")
	}
	if err := o.sending().Receipt(ctx, "other", leads.Receipt{UpstreamID: "u1", State: leads.ReplyRead}); err != nil {
		t.Errorf("of another source: %v", err)
	}
	o.finishReply("p", got, replies.Verdict{State: leads.ReplySent, UpstreamID: "u1"})
	for _, step := range []struct{ told, want leads.ReplyState }{
		{leads.ReplyDelivered, leads.ReplyDelivered}, {leads.ReplyRead, leads.ReplyRead},
		{leads.ReplyDelivered, leads.ReplyRead}, {leads.ReplyFailed, leads.ReplyRead},
	} {
		if err := tell("u1", step.told); err != nil || o.reply(r).State != step.want {
			t.Errorf("told %s: %+v, %v", step.told, o.reply(r), err)
		}
	}
	next := o.says(anna, in.LeadID, "2", "two")
	o.finishReply("p", o.claimReplies("p", 1)[0], replies.Verdict{State: leads.ReplySent, UpstreamID: "u2"})
	if err := tell("u2", leads.ReplyFailed); err != nil || o.reply(next).State != leads.ReplyFailed || o.reply(next).Error != "blocked" || o.reply(next).Fault != leads.FaultUndelivered {
		t.Errorf("failed: %+v, %v", o.reply(next), err)
	}
	if err := tell("u2", leads.ReplyDelivered); err != nil || o.reply(next).State != leads.ReplyDelivered || o.reply(next).Error+string(o.reply(next).Fault) != "" {
		t.Errorf("arrived after all: %+v, %v", o.reply(next), err)
	}
	why := leads.Receipt{UpstreamID: "u2", State: leads.ReplyFailed, Reason: "late", Fault: leads.FaultWindow, FaultLimit: 24}
	if err := o.sending().Receipt(ctx, "bot", why); err != nil || o.reply(next).Fault != leads.FaultWindow || o.reply(next).FaultLimit != 24 {
		t.Errorf("failed with a code: %+v, %v", o.reply(next), err)
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
	o.finishReply("p", got, replies.Verdict{State: leads.ReplySent})
	l := lead(in.LeadID)
	if l.Responded.IsZero() || l.Status != leads.LeadNew {
		t.Errorf("a colleague answered: %+v", l)
	}
	o.says(anna, in.LeadID, "2", "two")
	if events := o.finishReply("p", o.claimReplies("p", 1)[0], replies.Verdict{State: leads.ReplySent}); len(events) != 2 || events[1].Type != leads.EventLeadUpdated {
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
	waiting := func(u leads.User, since time.Time) string {
		count, bytes, err := o.UploadsWaiting(ctx, u.ID, since)
		return fmt.Sprint(count, bytes, err)
	}
	hour := time.Now().Add(-time.Hour)
	if own, others, later := waiting(anna, hour), waiting(boris, hour), waiting(anna, time.Now().Add(time.Hour)); own != "1 7 <nil>" || others != "0 0 <nil>" || later != "0 0 <nil>" {
		t.Errorf("waiting: own %s, somebody else's %s, later %s", own, others, later)
	}
	with := func(u leads.User, key string) (leads.Reply, error) {
		r := says(u, in.LeadID, key, "")
		r.Attachments = []leads.Attachment{{ID: "f1"}}
		r, err := o.answering().Add(ctx, admin, r)
		return r, err
	}
	if _, err := with(boris, "1"); !errors.Is(err, leads.ErrInvalid) {
		t.Errorf("somebody else's file: %v", err)
	}
	r := must(with(anna, "2"))(t)
	if len(r.Attachments) != 1 || r.Attachments[0] != file {
		t.Errorf("attached %+v", r.Attachments)
	}
	if own := waiting(anna, hour); own != "0 0 <nil>" {
		t.Errorf("waiting after it was attached: %s", own)
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
	a := must(o.AddTemplate(ctx, admin, leads.Template{Name: "Привет", Subject: "s", Text: "x"}))(t)
	if _, err := o.AddTemplate(ctx, admin, leads.Template{Name: "ПРИВЕТ", Text: "y"}); !errors.Is(err, leads.ErrExists) {
		t.Errorf("the same name: %v", err)
	}
	b := must(o.AddTemplate(ctx, admin, leads.Template{Name: "Адрес", Text: "y"}))(t)
	taken, other := "привет", "z"
	if _, err := o.ChangeTemplate(ctx, admin, b.ID, leads.TemplateChange{Name: &taken}); !errors.Is(err, leads.ErrExists) {
		t.Errorf("renamed to a name that is taken: %v", err)
	}
	must(o.ChangeTemplate(ctx, admin, a.ID, leads.TemplateChange{Text: &other}))(t)
	if list := must(o.Templates(ctx))(t); len(list) != 2 || list[0].Name != "Адрес" || list[1].Text != "z" {
		t.Errorf("%+v", list)
	}
	if err := o.DropTemplate(ctx, admin, b.ID); err != nil {
		t.Error(err)
	}
	if err := o.DropTemplate(ctx, admin, b.ID); !errors.Is(err, leads.ErrNotFound) {
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
