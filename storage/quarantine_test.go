package storage_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"ctihub/leads"
	"ctihub/leads/intake"
)

// intake puts into the office's store.
func (o office) intake() *intake.Service {
	return &intake.Service{Store: o.Store, Router: quiet{}, Region: "RU", Now: time.Now}
}

// quarantined puts a touch that is refused and returns its record.
func (o office) quarantined(touch leads.Touch) leads.QuarantinedTouch {
	o.t.Helper()
	if err := o.intake().Inbox("site", "sales").Put(o.t.Context(), "", touch); err != nil {
		o.t.Fatal(err)
	}
	waiting := must(o.Quarantine(o.t.Context(), leads.QuarantineFilter{State: leads.QuarantineWaiting, Source: "site"}, whole))(o.t)
	if len(waiting.Items) != 1 {
		o.t.Fatalf("waiting: %+v", waiting.Items)
	}
	return must(o.QuarantinedTouch(o.t.Context(), waiting.Items[0].ID))(o.t)
}

func testQuarantineRetry(t *testing.T, o office) {
	vera := o.hire("vera", leads.RoleAdmin, "")
	in, ctx := o.intake(), t.Context()

	// Suspicious: a person says that it is genuine. Even a call comes back whole.
	touch := call("1.1", leads.Identity{Kind: leads.KindPhone, Value: "8 916 123-45-67"}, "100", "101")
	touch.Suspect = "a robot"
	q := o.quarantined(touch)
	if n := must(o.QuarantineWaiting(ctx, 10))(t); n != 1 || len(o.interactions(admin, leads.InteractionFilter{})) != 0 {
		t.Fatalf("%d wait", n)
	}
	if err := in.Retry(ctx, q, vera.ID); err != nil {
		t.Fatal(err)
	}
	got := o.calls(admin, leads.CallFilter{})
	q = must(o.QuarantinedTouch(ctx, q.ID))(t)
	if len(got) != 1 || got[0].Linkedid != "1.1" || len(got[0].Legs) != 2 || got[0].ContactID == "" {
		t.Fatalf("the call %+v", got)
	}
	if q.State != leads.QuarantineAccepted || q.InteractionID != got[0].ID || q.DecidedBy == nil || q.DecidedBy.Name != vera.Name || q.Decided.IsZero() || q.Retries != 1 {
		t.Errorf("accepted %+v", q)
	}
	if n := must(o.QuarantineWaiting(ctx, 10))(t); n != 0 {
		t.Errorf("%d wait", n)
	}
	// The legs' channels were kept: the call goes on where it was.
	touch.Suspect, touch.Call.Legs[1].State = "", leads.LegNoAnswer
	if err := in.Inbox("site", "").Put(ctx, "", touch); err != nil {
		t.Fatal(err)
	}
	if got = o.calls(admin, leads.CallFilter{}); len(got) != 1 || len(got[0].Legs) != 2 || got[0].Legs[1].State != leads.LegNoAnswer {
		t.Errorf("the call later %+v", got)
	}
	// Again, or with what was read before the decision: nothing happens.
	if err := in.Retry(ctx, q, vera.ID); !errors.Is(err, leads.ErrConflict) {
		t.Errorf("a second retry: %v", err)
	}

	// Broken: stays, with the new reason.
	bad := form("2", mail)
	bad.Direction, bad.Suspect, bad.Raw = "sideways", "", "what came"
	q = o.quarantined(bad)
	if err := in.Retry(ctx, q, vera.ID); err != nil {
		t.Fatal(err)
	}
	q = must(o.QuarantinedTouch(ctx, q.ID))(t)
	if q.State != leads.QuarantineWaiting || q.Retries != 1 || q.Raw != "what came" || q.DecidedBy != nil {
		t.Errorf("still broken %+v", q)
	}
	// After a fix (here: the touch was kept by a hub that understood it differently).
	q.Touch = `{"Source":"site","ExternalID":"2","Channel":"form","Direction":"in","At":"2026-11-21T12:00:00Z","From":[{"kind":"email","value":"ivan@example.com"}],"Team":"sales","Text":"genuine"}`
	if err := in.Retry(ctx, q, vera.ID); err != nil {
		t.Fatal(err)
	}
	if i := o.interactions(admin, leads.InteractionFilter{ExternalID: "2", Source: "site"}); len(i) != 1 || i[0].Text != "genuine" || !i[0].At.Equal(noon) {
		t.Errorf("after the fix %+v", i)
	}

	// Its sender came again meanwhile and was understood: no second interaction.
	again := form("3", ivan)
	again.Suspect = "a robot"
	q = o.quarantined(again)
	again.Suspect = ""
	if err := in.Inbox("site", "").Put(ctx, "", again); err != nil {
		t.Fatal(err)
	}
	if err := in.Retry(ctx, q, vera.ID); err != nil {
		t.Fatal(err)
	}
	i := o.interactions(admin, leads.InteractionFilter{ExternalID: "3", Source: "site"})
	if q = must(o.QuarantinedTouch(ctx, q.ID))(t); len(i) != 1 || q.InteractionID != i[0].ID {
		t.Errorf("%d interactions, %+v", len(i), q)
	}

	// What older hubs kept has its touch in Raw, if anywhere.
	for raw, want := range map[string]error{
		`{"Source":"site","ExternalID":"4","Channel":"form","Direction":"in","Suspect":"a robot"}`: nil,
		"what came": leads.ErrInvalid,
	} {
		old := leads.QuarantinedTouch{ID: uuid.NewString(), Source: "site", ExternalID: raw, Reason: "old", Raw: raw, At: noon}
		if _, err := o.Ingest(ctx, intake.Batch{Source: "site", Quarantine: []leads.QuarantinedTouch{old}}); err != nil {
			t.Fatal(err)
		}
		if err := in.Retry(ctx, old, vera.ID); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", raw, err, want)
		}
	}
}

// testQuarantineRace: many decide at once; one decision counts, and there is
// an interaction if and only if it was to accept.
func testQuarantineRace(t *testing.T, o office) {
	vera := o.hire("vera", leads.RoleAdmin, "")
	for round := range 5 {
		touch := form(uuid.NewString(), phone(round))
		touch.Suspect = "a robot"
		q := o.quarantined(touch)
		errs := make([]error, 8)
		var wg sync.WaitGroup
		start := make(chan struct{})
		for n := range errs {
			wg.Go(func() {
				<-start
				ctx := context.WithoutCancel(t.Context())
				if n%4 == 3 {
					errs[n] = o.Discard(ctx, q.ID, vera.ID, "spam")
				} else {
					errs[n] = o.intake().Retry(ctx, q, vera.ID)
				}
			})
		}
		close(start)
		wg.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else if !errors.Is(err, leads.ErrConflict) {
				t.Error(err)
			}
		}
		q = must(o.QuarantinedTouch(t.Context(), q.ID))(t)
		n := len(o.interactions(admin, leads.InteractionFilter{Source: "site", ExternalID: touch.ExternalID}))
		if won != 1 || (q.State == leads.QuarantineAccepted) != (n == 1) || n > 1 {
			t.Errorf("%d decisions, %s, %d interactions", won, q.State, n)
		}
	}
}

func testQuarantineDiscard(t *testing.T, o office) {
	vera := o.hire("vera", leads.RoleAdmin, "")
	in, ctx := o.intake(), t.Context()
	touch := form("1", ivan)
	touch.Suspect, touch.Cause, touch.Facts = "a robot", leads.CauseSpamContent, []string{"links:4", "phrase:казино"}
	q := o.quarantined(touch)
	if q.Cause != leads.CauseSpamContent || !slices.Equal(q.Facts, touch.Facts) {
		t.Errorf("cause %q, facts %q", q.Cause, q.Facts)
	}
	for _, note := range []string{"", "  \n"} {
		if err := in.Discard(ctx, q.ID, vera.ID, note); !errors.Is(err, leads.ErrInvalid) {
			t.Errorf("discarded without a reason: %v", err)
		}
	}
	if err := in.Discard(ctx, q.ID, vera.ID, " advertising "); err != nil {
		t.Fatal(err)
	}
	after := must(o.QuarantinedTouch(ctx, q.ID))(t)
	if after.State != leads.QuarantineDiscarded || after.DecidedBy == nil || after.DecidedBy.ID != vera.ID || time.Since(after.Decided) > time.Minute ||
		after.Note != "advertising" || after.Raw != q.Raw || after.Touch != q.Touch || after.Reason != q.Reason {
		t.Errorf("discarded %+v", after)
	}
	for name, err := range map[string]error{
		"discarded again":          o.Discard(ctx, q.ID, vera.ID, "once more"),
		"retried":                  o.intake().Retry(ctx, q, vera.ID),
		"discarded what is not so": o.Discard(ctx, "nothing", vera.ID, "x"),
	} {
		if !errors.Is(err, leads.ErrConflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// Its sender repeats it: the decision stands.
	if err := o.intake().Inbox("site", "").Put(ctx, "", touch); err != nil {
		t.Fatal(err)
	}
	if got := o.quarantine(); len(got) != 1 || got[0].State != leads.QuarantineDiscarded || len(o.interactions(admin, leads.InteractionFilter{})) != 0 {
		t.Errorf("after a repetition %+v", got)
	}
}

// testQuarantineLists: filters and pages of the quarantine.
func testQuarantineLists(t *testing.T, o office) {
	vera := o.hire("vera", leads.RoleAdmin, "")
	for n := range 6 {
		source := []string{"site", "mail"}[n%2]
		q := leads.QuarantinedTouch{ID: fmt.Sprint("q", n), Source: source, ExternalID: fmt.Sprint(n), Reason: "unreadable", Raw: "?", At: noon.Add(time.Duration(n/3) * time.Minute)}
		if _, err := o.Ingest(t.Context(), intake.Batch{Source: source, Quarantine: []leads.QuarantinedTouch{q}}); err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range []string{"q0", "q3"} {
		if err := o.Discard(t.Context(), id, vera.ID, "advertising"); err != nil {
			t.Fatal(err)
		}
	}
	all := o.quarantine()
	if got := ids(all, func(q leads.QuarantinedTouch) string { return q.ID }); !slices.Equal(got, []string{"q5", "q4", "q3", "q2", "q1", "q0"}) {
		t.Fatalf("quarantine %v", got)
	}
	type f = leads.QuarantineFilter
	id := func(q leads.QuarantinedTouch) string { return q.ID }
	listing[f, leads.QuarantinedTouch]{
		"quarantine", all, id, func(leads.User, leads.QuarantinedTouch) bool { return true }, whatever[f, leads.QuarantinedTouch],
		[]use[f, leads.QuarantinedTouch]{
			by("State", func(f *f) { f.State = leads.QuarantineDiscarded }, func(q leads.QuarantinedTouch) bool { return q.ID == "q0" || q.ID == "q3" }),
			by("Source", func(f *f) { f.Source = "mail" }, func(q leads.QuarantinedTouch) bool { return q.Source == "mail" }),
		}, []string{"State", "Source"}, nil,
		nil,
		func(_ leads.Viewer, f f, p leads.Page) ([]string, string) {
			list, err := o.Quarantine(t.Context(), f, p)
			return paged(t, id, list, err)
		},
	}.check(t, map[string]leads.User{"the administrator": {}})
}
