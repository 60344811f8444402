package storage_test

import (
	"testing"
	"time"

	"ctihub/leads"
)

// A gap is filled when the journal was read past its end; one of the journal
// itself never is. It counts the calls that the journal tells of it.
func testGaps(t *testing.T, o office) {
	ctx := t.Context()
	put := func(cause string, from, until time.Duration) {
		t.Helper()
		if err := o.PutGap(ctx, leads.Gap{Source: "pbx", Cause: cause, From: noon.Add(from), Until: noon.Add(until)}); err != nil {
			t.Fatal(err)
		}
	}
	put(leads.GapConnection, -time.Minute, time.Minute)
	put(leads.GapConnection, -time.Minute, 2*time.Minute) // said again, longer
	put(leads.GapJournal, -2*time.Minute, time.Minute)
	put(leads.GapHub, time.Hour, 2*time.Hour)
	told := hangUp(answer(call("L1", ivan, "100"), 0))
	told.Call.Journal = true
	o.put(told, hangUp(call("L2", ivan, "100"))) // the other one is seen live only
	if err := o.FillGaps(ctx, "pbx", noon.Add(2*time.Minute)); err != nil {
		t.Fatal(err)
	}
	gaps := must(o.Gaps(ctx, "pbx", 10))(t)
	if len(gaps) != 3 {
		t.Fatalf("gaps %s", shape(t, gaps))
	}
	for i, want := range []struct {
		cause  string
		filled bool
		calls  int64
	}{{leads.GapHub, false, 0}, {leads.GapConnection, true, 1}, {leads.GapJournal, false, 1}} {
		if g := gaps[i]; g.Cause != want.cause || g.Filled.IsZero() == want.filled || g.Calls != want.calls {
			t.Errorf("gap %s, want %+v", shape(t, g), want)
		}
	}
	if !gaps[1].Until.Equal(noon.Add(2 * time.Minute)) {
		t.Errorf("the longer gap ends at %v", gaps[1].Until)
	}
	if others := must(o.Gaps(ctx, "other", 10))(t); len(others) != 0 {
		t.Errorf("gaps of another source: %s", shape(t, others))
	}
}

// Who asks while a day is being compared still gets a comparison that began
// after the question.
func testReconciliations(t *testing.T, o office) {
	ctx, day := t.Context(), "2026-11-21"
	if r := must(o.Reconciliation(ctx, "pbx", day))(t); r.Day != day || !r.At.IsZero() || r.Differences == nil {
		t.Errorf("before the first time %s", shape(t, r))
	}
	ask := func() {
		t.Helper()
		if err := o.AskReconciliation(ctx, "pbx", day); err != nil {
			t.Fatal(err)
		}
	}
	ask()
	if days := must(o.AskedReconciliations(ctx, "pbx"))(t); len(days) != 1 || days[0] != day {
		t.Errorf("asked %v", days)
	}
	r := leads.Reconciliation{Source: "pbx", Day: day, At: noon, Calls: 7, Missing: 1, Unknown: 2, Repaired: 3, Differences: []leads.Difference{
		{Linkedid: "L1", Kind: leads.DifferenceMissing, Started: noon, Found: noon, Repaired: true},
	}}
	if err := o.PutReconciliation(ctx, r, time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	if days := must(o.AskedReconciliations(ctx, "pbx"))(t); len(days) != 1 {
		t.Error("a comparison from before answers the question")
	}
	if err := o.PutReconciliation(ctx, r, time.Now().Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	if days := must(o.AskedReconciliations(ctx, "pbx"))(t); len(days) != 0 {
		t.Errorf("still asked %v", days)
	}
	list := must(o.Reconciliations(ctx, "", "", 10))(t)
	if len(list) != 1 || list[0].Calls != 7 || list[0].Missing != 1 || list[0].Repaired != 3 || len(list[0].Differences) != 1 || list[0].Differences[0] != r.Differences[0] {
		t.Errorf("stored %s", shape(t, list))
	}
}
