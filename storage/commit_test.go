package storage_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/intake"
	"ctihub/storage"
)

// told counts what the router was told.
type told struct{ kicks atomic.Int64 }

func (n *told) Kick(ids ...string) { n.kicks.Add(int64(len(ids))) }

// testCommitRefused: what fails at the last moment, in the commit, is as if it
// had never come. Its sender is not told "yes", the cursor stays, and nobody
// hears of it; said again, it is stored once.
func testCommitRefused(t *testing.T, o office) {
	var heard told
	in := &intake.Service{Store: o.Store, Router: &heard, Region: "RU", Now: time.Now}
	inbox := in.Inbox("mail", "")
	if err := inbox.Put(t.Context(), "7", form("1", ivan)); err != nil {
		t.Fatal(err)
	}
	kicks := heard.kicks.Load()
	o.published()
	mend := must(storage.BreakCommits(t.Context(), o.Store))(t)

	if err := inbox.Put(t.Context(), "8", form("2", mail)); err == nil {
		t.Error("lost: a touch is acknowledged although its commit is refused")
	}
	c := gather(t, o) // those that share a transaction
	for n := range 3 {
		c.put(t.Context(), intake.Batch{Source: "mail", Cursor: "9", Touches: []leads.Touch{form(fmt.Sprint("shared", n), phone(n))}})
	}
	c.done()
	for key, err := range c.errs {
		if err == nil {
			t.Errorf("lost: %s is acknowledged although the commit that it shares is refused", key)
		}
	}
	if cursor := must(o.Cursor(t.Context(), "mail"))(t); cursor != "7" {
		t.Errorf("lost: the source reads on at %s, and what comes before was never committed", cursor)
	}
	if events := o.published(); len(events) != 0 || heard.kicks.Load() != kicks {
		t.Errorf("phantom: %d events and %d leads are told that were never committed", len(events), heard.kicks.Load()-kicks)
	}

	if err := mend(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := inbox.Put(t.Context(), "8", form("2", mail)); err != nil {
			t.Error(err)
		}
	}
	cursor := must(o.Cursor(t.Context(), "mail"))(t)
	if n := len(o.interactions(admin, leads.InteractionFilter{})); n != 2 || cursor != "8" {
		t.Errorf("said again: %d interactions, cursor %s; want 2, 8", n, cursor)
	}
}
