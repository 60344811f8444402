package storage_test

import (
	"testing"

	"ctihub/leads"
	"ctihub/leads/replies"
	"ctihub/storage"
)

// Replies of before there were codes get those that their words tell of; what
// was tried for too long is given up under one.
func testFaultsMigration(t *testing.T, o office) {
	ctx := t.Context()
	anna := o.hire("anna", leads.RoleManager, "")
	in := o.put(chat("1", viaBot))[0]
	var all []leads.Reply
	for _, c := range []struct {
		state leads.ReplyState
		words string
	}{
		{leads.ReplyFailed, "no"}, {leads.ReplyPerhaps, "broken off"}, {leads.ReplyFailed, "Given up after three days: away"},
		{leads.ReplyFailed, "Withdrawn before it was sent."}, {leads.ReplySent, ""}, {leads.ReplyWaiting, "away"},
	} {
		r := o.says(anna, in.LeadID, c.words+string(c.state), "x")
		o.finishReply("p", o.claimReplies("p", 1)[0], replies.Verdict{State: c.state, Error: c.words})
		all = append(all, r)
	}
	if err := storage.MigrateTo(ctx, o.Store, 17); err != nil {
		t.Fatal(err)
	}
	if err := storage.MigrateTo(ctx, o.Store, 0); err != nil {
		t.Fatal(err)
	}
	for i, want := range []leads.ReplyFault{leads.FaultOther, leads.FaultInterrupted, leads.FaultGivenUp, leads.FaultWithdrawn, "", leads.FaultUnreachable} {
		r := o.reply(all[i])
		if r.Fault != want || (r.FaultLimit == 72) != (want == leads.FaultGivenUp) {
			t.Errorf("%s %q has the code %q %d, want %q", r.State, r.Error, r.Fault, r.FaultLimit, want)
		}
	}
	if err := storage.Exec(ctx, o.Store, "UPDATE replies SET since = 0 WHERE id = '"+all[5].ID+"'"); err != nil {
		t.Fatal(err)
	}
	if err := o.sending().Recover(ctx, "p", func(string) bool { return false }); err != nil {
		t.Fatal(err)
	}
	if r := o.reply(all[5]); r.State != leads.ReplyFailed || r.Fault != leads.FaultGivenUp || r.FaultLimit != 72 || r.Error != "Given up after three days: away" {
		t.Errorf("after three days: %+v", r)
	}
}
