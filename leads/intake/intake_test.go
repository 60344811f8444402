package intake

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"ctihub/leads"
)

// trace records the order in which intake turns to its collaborators. What
// they do with it is tested with the real ones, in storage and end to end.
type trace struct {
	steps []string
	batch Batch
	err   error
}

func (r *trace) step(s string) { r.steps = append(r.steps, s) }

func (r *trace) Ingest(_ context.Context, b Batch) ([]Stored, error) {
	r.step("store")
	r.batch = b
	if r.err != nil {
		return nil, r.err
	}
	out := make([]Stored, len(b.Touches))
	for i := range b.Touches {
		out[i] = Stored{ContactID: "c", LeadID: "l", Unrouted: true}
	}
	return out, nil
}
func (r *trace) Cursor(context.Context, string) (string, error)        { return "", nil }
func (r *trace) Discard(context.Context, string, string, string) error { return nil }
func (r *trace) Kick(...string)                                        { r.step("kick") }

func intake(r *trace) *Service {
	return &Service{Store: r, Router: r, Region: "RU", Now: func() time.Time { return noon }}
}

func TestPutCommitsBeforeItTellsAnybody(t *testing.T) {
	var r trace
	if err := intake(&r).Inbox("site", "sales").Put(t.Context(), "cursor", form(leads.Identity{Kind: leads.KindPhone, Value: "8 916 123-45-67"})); err != nil {
		t.Fatal(err)
	}
	if want := []string{"store", "kick"}; !slices.Equal(r.steps, want) {
		t.Errorf("steps %v, want %v", r.steps, want)
	}
	got := r.batch
	if got.Source != "site" || got.Cursor != "cursor" || got.Touches[0].Team != "sales" || got.Touches[0].From[0] != phone {
		t.Errorf("stored %+v", got)
	}
}

func TestPutTellsNobodyWhenNothingWasStored(t *testing.T) {
	r := trace{err: errors.New("disk full")}
	if err := intake(&r).Inbox("site", "").Put(t.Context(), "", form(phone)); !errors.Is(err, r.err) {
		t.Errorf("error %v", err)
	}
	if want := []string{"store"}; !slices.Equal(r.steps, want) {
		t.Errorf("steps %v, want %v", r.steps, want)
	}
}

func TestPutQuarantinesWhatBreaksTheRulesAndStoresTheRest(t *testing.T) {
	var r trace
	bad := form(phone)
	bad.Direction, bad.Raw = "sideways", "what came"
	if err := intake(&r).Inbox("site", "").Put(t.Context(), "", bad, form(phone)); err != nil {
		t.Fatal(err)
	}
	if len(r.batch.Touches) != 1 || len(r.batch.Quarantine) != 1 {
		t.Fatalf("stored %d, quarantined %d", len(r.batch.Touches), len(r.batch.Quarantine))
	}
	if q := r.batch.Quarantine[0]; q.Raw != "what came" || q.Source != "site" || !strings.Contains(q.Reason, "direction") {
		t.Errorf("quarantined %+v", q)
	}
}
