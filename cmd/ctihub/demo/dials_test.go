package demo

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"ctihub/connectors"
	"ctihub/leads"
)

// pausedPhones are the paused telephones, by extension.
type pausedPhones map[string]bool

func (w pausedPhones) Telephones(context.Context) (all []leads.Telephone, _ error) {
	for ext, away := range w {
		all = append(all, leads.Telephone{Extension: ext, Away: away})
	}
	return all, nil
}

func (w pausedPhones) Changed(context.Context) <-chan struct{} { return nil }

// ledger keeps dials as storage does.
type ledger struct{ dials []leads.Dial }

func (l *ledger) Open(context.Context) (open []leads.Dial, _ error) {
	for _, d := range l.dials {
		if !d.State.Over() {
			open = append(open, d)
		}
	}
	return open, nil
}

func (l *ledger) Take(ctx context.Context, id string) error {
	return l.Move(ctx, id, leads.DialOperator, "")
}

func (l *ledger) Move(_ context.Context, id string, to leads.DialState, reason leads.DialReason) error {
	for i := range l.dials {
		if d := &l.dials[i]; d.ID == id && to.Rank() > d.State.Rank() {
			d.State, d.Reason = to, reason
		}
	}
	return nil
}

// run runs a line for a duration of simulated time.
func run(t *testing.T, l *Line, d time.Duration, w connectors.Pauses, dials connectors.Dials) (*player, *notebook) {
	t.Helper()
	p := newPlayer(l, connectors.Env{Now: time.Now, Report: connectors.Report{Health: func(error) {}}, Log: slog.New(slog.DiscardHandler), Calls: connectors.Calls{Pauses: w, Dials: dials}})
	book := &notebook{}
	ctx, stop := context.WithTimeout(t.Context(), d)
	defer stop()
	if err := p.Run(ctx, book); err != nil {
		t.Fatal(err)
	}
	return p, book
}

// For an hour only telephones of available people ring, and none for two calls at
// once. When nobody is available, callers wait and give up.
func TestLineRingsWhoIsThere(t *testing.T) {
	for name, w := range map[string]pausedPhones{
		"two of three": {"100": true, "101": false, "103": false},
		"nobody":       {"100": true, "101": true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				_, book := run(t, NewLine(true), time.Hour, w, nil)
				rang := map[string]bool{}
				for _, c := range book.calls() {
					for _, leg := range c.Legs {
						rang[leg.Extension] = true
					}
					if len(c.Legs) == 0 && !c.Answered.IsZero() {
						t.Errorf("call %s was answered by nobody", c.Linkedid)
					}
				}
				for ext, away := range w {
					if rang[ext] == away {
						t.Errorf("telephone %s, away %v, rang %v", ext, away, rang[ext])
					}
				}
				if len(book.calls()) < 50 {
					t.Errorf("%d calls in an hour", len(book.calls()))
				}
				talking := map[string]string{} // call by telephone
				for _, touch := range book.touches {
					for _, leg := range touch.Call.Legs {
						switch other := talking[leg.Extension]; {
						case !leg.Ended.IsZero() && other == touch.ExternalID:
							delete(talking, leg.Extension)
						case leg.Ended.IsZero() && other != "" && other != touch.ExternalID:
							t.Errorf("telephone %s is in two calls", leg.Extension)
						case leg.Ended.IsZero():
							talking[leg.Extension] = touch.ExternalID
						}
					}
				}
			})
		})
	}
}

// A user dials a number in the demo: an outbound call of the user is picked up,
// answered, and ends; a number that ends with 0 is busy; a cancelled call ends at
// once.
func TestLineCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dials := &ledger{dials: []leads.Dial{
			{ID: "one", Extension: "100", Number: "+79000000112", State: leads.DialAsked},
			{ID: "busy", Extension: "101", Number: "+79000000120", State: leads.DialAsked},
			{ID: "cancelled", Extension: "102", Number: "+79000000138", State: leads.DialAsked, Cancelled: true},
			{ID: "old", Extension: "103", Number: "+79000000138", State: leads.DialOperator},
		}}
		_, book := run(t, NewLine(false), 5*time.Minute, pausedPhones{}, dials)
		calls := book.calls()
		for i, want := range []struct {
			state       leads.DialState
			reason      leads.DialReason
			disposition leads.Disposition
		}{
			{leads.DialEnded, "", leads.Answered},
			{leads.DialFailed, leads.DialCustomerBusy, leads.Busy},
			{leads.DialFailed, leads.DialCancelled, leads.Abandoned},
			{leads.DialFailed, leads.DialLost, ""},
		} {
			d := dials.dials[i]
			c := calls[d.ID]
			if d.State != want.state || d.Reason != want.reason || c.Disposition != want.disposition {
				t.Errorf("%s: %s %s, call %+v", d.ID, d.State, d.Reason, c)
			}
			if want.disposition != "" && (c.Direction != leads.Out || c.From != d.Extension || c.To != d.Number || c.State != leads.CallEnded) {
				t.Errorf("%s: call %+v", d.ID, c)
			}
		}
		for _, touch := range book.touches {
			if touch.Source = LineSource; touch.Validate() != nil || len(touch.From) != 1 {
				t.Errorf("touch %+v: %v", touch, touch.Validate())
			}
		}
		if len(calls) != 3 || !slices.Equal(calls["one"].Recorded, []leads.RecordedFile{recordingOf(calls["one"])}) {
			t.Errorf("calls %+v", calls)
		}
	})
}
