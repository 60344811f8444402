package engine

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"ctihub/connectors"
	"ctihub/leads"
)

// store keeps calls and records in memory, and is the inbox of the repair.
type store struct {
	calls   map[string]leads.Call
	records map[string]leads.Reconciliation
	asked   []string
	most    int
}

func (b *store) PutGap(context.Context, leads.Gap) error                        { return nil }
func (b *store) FillGaps(context.Context, string, time.Time) error              { return nil }
func (b *store) Cursor(context.Context) (string, error)                         { return "", nil }
func (b *store) AskedReconciliations(context.Context, string) ([]string, error) { return b.asked, nil }

func (b *store) CallsBegun(_ context.Context, _ string, from, until time.Time) (out []leads.Call, err error) {
	for _, c := range b.calls {
		if !c.Started.Before(from) && c.Started.Before(until) {
			out = append(out, c)
		}
	}
	return out, nil
}

func (b *store) Reconciliation(_ context.Context, source, day string) (leads.Reconciliation, error) {
	r := b.records[day]
	r.Source, r.Day = source, day
	return r, nil
}

func (b *store) PutReconciliation(_ context.Context, r leads.Reconciliation, _ time.Time) error {
	b.records[r.Day] = r
	return nil
}

func (b *store) Put(_ context.Context, cursor string, touches ...leads.Touch) error {
	if cursor != "" {
		return errors.New("the repair moves no cursor")
	}
	b.most = max(b.most, len(touches))
	for _, t := range touches {
		b.calls[t.Call.Linkedid] = *t.Call
	}
	return nil
}

// fakeJournal is a journal of an exchange.
type fakeJournal struct {
	calls []leads.Call
	open  []string
	err   error
}

func (j fakeJournal) read(context.Context, time.Time, time.Time) (touches []leads.Touch, open []string, err error) {
	for _, c := range j.calls {
		touches = append(touches, leads.Touch{ExternalID: c.Linkedid, Channel: leads.ChannelCall, Direction: leads.In, At: c.Started, Call: &c})
	}
	return touches, j.open, j.err
}

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func ended(id string, d leads.Disposition, journal bool) leads.Call {
	return leads.Call{
		Linkedid: id, Direction: leads.In, State: leads.CallEnded, Disposition: d, Journal: journal, From: "+79161234567", To: "7001",
		Started: noon.Add(-time.Hour), Ended: noon.Add(-time.Hour + time.Minute),
	}
}

func newReconciler(j fakeJournal, stored ...leads.Call) (*reconciler, *store) {
	b := &store{calls: map[string]leads.Call{}, records: map[string]leads.Reconciliation{}}
	for _, c := range stored {
		b.calls[c.Linkedid] = c
	}
	return &reconciler{source: "pbx", journal: j.read, store: b, in: b, region: "RU", now: func() time.Time { return noon }}, b
}

func TestReconcileFindsAndRepairs(t *testing.T) {
	j := fakeJournal{calls: []leads.Call{ended("same", leads.Answered, true), ended("gone", leads.Answered, true), ended("other", leads.Answered, true), ended("live", leads.Busy, true)}, open: []string{"on"}}
	on := ended("on", leads.Interrupted, false)
	r, b := newReconciler(j, ended("same", leads.Answered, true), ended("other", leads.Missed, true), ended("live", leads.Busy, false), ended("made up", leads.Answered, false), on)
	if err := r.day(t.Context(), "2026-11-21"); err != nil {
		t.Fatal(err)
	}
	got := b.records["2026-11-21"]
	if got.Calls != 4 || got.Missing != 0 || got.Differing != 0 || got.Unknown != 1 || got.Repaired != 3 || !got.At.Equal(noon) {
		t.Errorf("noted %+v", got)
	}
	kinds := map[string]leads.DifferenceKind{}
	for _, d := range got.Differences {
		kinds[d.Linkedid] = d.Kind
		if d.Repaired != (d.Kind != leads.DifferenceUnknown) {
			t.Errorf("repaired %v: %+v", d.Repaired, d)
		}
	}
	want := map[string]leads.DifferenceKind{"gone": leads.DifferenceMissing, "other": leads.DifferenceOther, "live": leads.DifferenceOther, "made up": leads.DifferenceUnknown}
	if len(kinds) != len(want) || slices.ContainsFunc([]string{"gone", "other", "live", "made up"}, func(id string) bool { return kinds[id] != want[id] }) {
		t.Errorf("differences %v, want %v", kinds, want)
	}
	for _, id := range []string{"gone", "other", "live"} {
		if c := b.calls[id]; !c.Journal || c.Disposition == leads.Missed {
			t.Errorf("%s was not put right: %+v", id, c)
		}
	}
	if err := r.day(t.Context(), "2026-11-21"); err != nil {
		t.Fatal(err)
	}
	if again := b.records["2026-11-21"]; again.Repaired != 3 || again.Unknown != 1 || len(again.Differences) != 4 {
		t.Errorf("the second time %+v", again)
	}
}

func TestReconcileSaysWhyNot(t *testing.T) {
	r, b := newReconciler(fakeJournal{err: errors.New("no such file")})
	if err := r.day(t.Context(), "2026-11-21"); err == nil {
		t.Error("no error")
	}
	if got := b.records["2026-11-21"]; got.Error != "no such file" || got.At.IsZero() {
		t.Errorf("noted %+v", got)
	}
	r, b = newReconciler(fakeJournal{err: connectors.ErrNoJournal})
	if err := r.day(t.Context(), "2026-11-21"); err != nil || len(b.records) != 0 {
		t.Errorf("without a journal: %v, %v", err, b.records)
	}
	r, b = newReconciler(fakeJournal{err: connectors.ErrJournalBehind})
	if err := r.day(t.Context(), "2026-11-21"); !errors.Is(err, connectors.ErrJournalBehind) || len(b.records) != 0 {
		t.Errorf("while the journal is behind: %v, %v", err, b.records)
	}
}

func TestReconcileRepairsInBatches(t *testing.T) {
	var j fakeJournal
	for n := range 3*reconcileBatch + 1 {
		j.calls = append(j.calls, ended(string(rune('a'+n)), leads.Answered, true))
	}
	r, b := newReconciler(j)
	if err := r.day(t.Context(), "2026-11-21"); err != nil {
		t.Fatal(err)
	}
	if len(b.calls) != len(j.calls) || b.most != reconcileBatch {
		t.Errorf("%d of %d calls, %d at once", len(b.calls), len(j.calls), b.most)
	}
}
