package demo

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ctihub/connectors"
	"ctihub/leads"
	"ctihub/storage/recordings"
)

// notebook is an inbox that keeps the touches and the cursor in memory.
type notebook struct {
	touches []leads.Touch
	cursor  string
}

func (n *notebook) Put(_ context.Context, cursor string, touches ...leads.Touch) error {
	n.touches = append(n.touches, touches...)
	if cursor != "" {
		n.cursor = cursor
	}
	return nil
}

func (n *notebook) Cursor(context.Context) (string, error) { return n.cursor, nil }

// calls returns the last state of every call.
func (n *notebook) calls() map[string]leads.Call {
	last := map[string]leads.Call{}
	for _, t := range n.touches {
		last[t.ExternalID] = *t.Call
	}
	return last
}

func connect(t *testing.T, l *Line) *player {
	t.Helper()
	return newPlayer(l, connectors.Env{Now: time.Now, Report: connectors.Report{Health: func(error) {}}, Log: slog.New(slog.DiscardHandler)})
}

// Ten minutes of the line: calls come at the right pace, move forward only and
// end, and at most two are open at a time.
func TestLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, book := NewLine(true), &notebook{}
		ctx, stop := context.WithTimeout(t.Context(), 10*time.Minute)
		defer stop()
		began := time.Now()
		if err := connect(t, l).Run(ctx, book); err != nil {
			t.Fatal(err)
		}
		state, open, starts := map[string]leads.Call{}, map[string]bool{}, []time.Time{}
		for i, touch := range book.touches {
			touch.Source = LineSource
			if err := touch.Validate(); err != nil {
				t.Fatalf("touch %d: %v", i, err)
			}
			old, known := state[touch.ExternalID]
			if !known {
				starts = append(starts, touch.Call.Started)
			} else if !leads.Advances(old, *touch.Call) {
				t.Fatalf("call %s goes from %s to %s", touch.ExternalID, old.State, touch.Call.State)
			}
			if state[touch.ExternalID] = *touch.Call; touch.Call.State == leads.CallEnded {
				delete(open, touch.ExternalID)
			} else if open[touch.ExternalID] = true; len(open) > maxOpen {
				t.Fatalf("%d calls are open", len(open))
			}
		}
		if len(open) > 0 || book.cursor != "[]" {
			t.Errorf("open after the stop: %v, cursor %s", open, book.cursor)
		}
		if first := starts[0].Sub(began); first != firstCall {
			t.Errorf("first call after %s", first)
		}
		if n := len(starts); n < 15 || n > 40 {
			t.Errorf("%d calls in ten minutes", n)
		}
		for i := 1; i < len(starts); i++ {
			if gap := starts[i].Sub(starts[i-1]); gap < minPause {
				t.Errorf("two calls within %s", gap)
			}
		}
	})
}

func TestLineSwitches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, book := NewLine(false), &notebook{}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- connect(t, l).Run(ctx, book) }()
		time.Sleep(time.Hour)
		synctest.Wait()
		if len(book.touches) > 0 {
			t.Fatal("a line that is off rings")
		}
		l.Set(true)
		time.Sleep(time.Minute)
		synctest.Wait()
		if len(book.calls()) < 2 {
			t.Fatalf("%d calls within a minute of switching on", len(book.calls()))
		}
		l.Set(false)
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		n := len(book.calls())
		for id, c := range book.calls() {
			if c.State != leads.CallEnded || c.Disposition == leads.Interrupted {
				t.Errorf("call %s is cut short by the switch: %s %s", id, c.State, c.Disposition)
			}
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if len(book.calls()) != n || l.On() {
			t.Error("a line that was switched off rings")
		}
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// A hub that was killed during a call ends the call after its restart.
func TestLineClosesWhatItLeftOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		killed := &notebook{}
		p := connect(t, NewLine(true))
		p.scheduleNext()
		time.Sleep(firstCall)
		if err := p.runDueSteps(t.Context(), killed); err != nil {
			t.Fatal(err)
		}
		id := killed.touches[0].ExternalID
		ctx, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		if err := connect(t, NewLine(false)).Run(ctx, killed); err != nil {
			t.Fatal(err)
		}
		c := killed.calls()[id]
		if c.State != leads.CallEnded || c.Disposition != leads.Interrupted || c.Legs[0].State != leads.LegCancelled {
			t.Errorf("%+v", c)
		}
	})
}

// Every caller of the demo has a number that the hub can normalise.
func TestNumbersAreValid(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var numbers []string
	for _, l := range lines {
		numbers = append(numbers, l.number)
	}
	for range 500 {
		numbers = append(numbers, unknownCaller(r).phone)
	}
	for _, c := range customers {
		numbers = append(numbers, c.phone)
		if c.email != "" {
			if _, err := leads.NormaliseEmail(c.email); err != nil || !strings.Contains(c.email, "example.") {
				t.Errorf("%s: %v", c.email, err)
			}
		}
	}
	for _, n := range numbers {
		if v, _, err := leads.NormalisePhone(n, "DE"); err != nil || v != n {
			t.Errorf("%s: %q %v", n, v, err)
		}
	}
}

func TestHistoryIsValidPastAndRepeatable(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	a, b := history(now, HistoryDays), history(now.Add(time.Hour), HistoryDays)
	if len(a) < 10*HistoryDays || len(a) != len(b) {
		t.Fatalf("%d touches", len(a))
	}
	found := map[leads.Disposition]bool{}
	for i, x := range a {
		if err := x.Validate(); err != nil {
			t.Errorf("%s: %v", x.ExternalID, err)
		}
		end := x.At
		if x.Call != nil {
			end = x.Call.Ended
			found[x.Call.Disposition] = true
		}
		if !end.Before(now) || end.IsZero() || x.Key() != b[i].Key() || x.Name != b[i].Name {
			t.Errorf("%s ends %s; again: %s", x.ExternalID, end, b[i].ExternalID)
		}
	}
	if !found[leads.Answered] || !found[leads.Missed] || !found[leads.Abandoned] {
		t.Errorf("dispositions %v", found)
	}
}

// A recording lasts as long as its call, is the same each time, and both speak.
func TestRecording(t *testing.T) {
	c := leads.Call{Linkedid: "demo-1.2", Talked: 21 * time.Second}
	name := recordingOf(c).File
	a, err := recording(name)
	if err != nil {
		t.Fatal(err)
	}
	b, err := recording(name)
	if err != nil || !bytes.Equal(a, b) {
		t.Errorf("the second time it sounds otherwise (%v)", err)
	}
	sound, err := recordings.Listen(bytes.NewReader(a))
	if err != nil || sound.Type != "audio/wav" || sound.Seconds != 21 || sound.Channels != 2 {
		t.Fatalf("%+v, %v", sound, err)
	}
	half := len(sound.Peaks) / 2
	for i, side := range [][]byte{sound.Peaks[:half], sound.Peaks[half:]} {
		silent := slices.Index(side, 0) >= 0
		if slices.Max(side) < 60 || !silent {
			t.Errorf("side %d never speaks, or never stops: %v", i, side)
		}
	}
	for _, none := range []string{"", "../hub.db", "demo-1.2.wav", "demo-1.2_99999s.wav"} {
		if _, err := recording(none); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%q: %v", none, err)
		}
	}
}

func TestSite(t *testing.T) {
	for _, tc := range []struct{ path, accept, want string }{
		{"/demo/", "ru-RU,ru;q=0.9", `<html lang="ru">`},
		{"/demo/", "de", `<html lang="en">`},
		{"/demo/ru", "", `Демонстрационный сайт`},
		{"/demo/en", "ru", `<script src="/embed/demo-site.js" async></script>`},
		{"/demo/style.css", "", "--accent"},
	} {
		w, r := httptest.NewRecorder(), httptest.NewRequest("GET", tc.path, nil)
		r.Header.Set("Accept-Language", tc.accept)
		Site().ServeHTTP(w, r)
		if w.Code != 200 || !strings.Contains(w.Body.String(), tc.want) || w.Header().Get("Content-Security-Policy") == "" {
			t.Errorf("%s (%s): %d, lacks %s", tc.path, tc.accept, w.Code, tc.want)
		}
	}
	w := httptest.NewRecorder()
	Site().ServeHTTP(w, httptest.NewRequest("GET", "/demo/none", nil))
	if w.Code != 404 {
		t.Errorf("unknown page: %d", w.Code)
	}
}
