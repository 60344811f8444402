package router

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ctihub/leads"
)

func ev(seq int64, audience ...string) leads.Event { return leads.Event{Seq: seq, Audience: audience} }

// log is a table of events that other hubs write to.
type eventLog struct {
	mu   sync.Mutex
	rows []leads.Event
	down bool
}

func (l *eventLog) write(seqs ...int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range seqs {
		l.rows = append(l.rows, ev(s))
	}
	slices.SortFunc(l.rows, func(a, b leads.Event) int { return int(a.Seq - b.Seq) })
}

func (l *eventLog) Events(_ context.Context, after int64, limit int) ([]leads.Event, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.down {
		return nil, errors.New("down")
	}
	var page []leads.Event
	for _, e := range l.rows {
		if e.Seq > after && len(page) < limit {
			page = append(page, e)
		}
	}
	return page, nil
}

func (l *eventLog) LastEvent(context.Context) (int64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.rows) == 0 {
		return 0, nil
	}
	return l.rows[len(l.rows)-1].Seq, nil
}

func seqs(ch <-chan *leads.Event) (got []int64) {
	for {
		select {
		case e, ok := <-ch:
			if !ok {
				return got
			}
			got = append(got, e.Seq)
		default:
			return got
		}
	}
}

func TestFeedShowsOnlyWhatTheViewerMaySee(t *testing.T) {
	f := NewFeed()
	ctx := t.Context()
	anna := f.Subscribe(ctx, leads.Viewer{UserID: "anna", Role: leads.RoleOperator})
	boris := f.Subscribe(ctx, leads.Viewer{UserID: "boris", Role: leads.RoleManager})
	chief := f.Subscribe(ctx, leads.Viewer{UserID: "chief", Role: leads.RoleSupervisor})
	f.Publish(ev(1, "anna"), ev(2, "anna", "boris"), ev(3))
	for name, c := range map[string]struct {
		ch   <-chan *leads.Event
		want []int64
	}{"anna": {anna, []int64{1, 2}}, "boris": {boris, []int64{2}}, "chief": {chief, []int64{1, 2, 3}}} {
		if got := seqs(c.ch); !slices.Equal(got, c.want) {
			t.Errorf("%s got %v, want %v", name, got, c.want)
		}
	}
}

// rights shows everybody the event as it is cut for them, and notes who was asked for.
type rights struct {
	asked [][]string
	down  bool
}

func (r *rights) RedactEvent(_ context.Context, e leads.Event, users []string) (map[string]*leads.Event, error) {
	r.asked = append(r.asked, slices.Sorted(slices.Values(users)))
	if r.down {
		return nil, errors.New("down")
	}
	e.Data = []byte("cut")
	shown := map[string]*leads.Event{}
	for _, u := range users {
		shown[u] = &e
	}
	return shown, nil
}

func TestFeedCutsEventsByRights(t *testing.T) {
	f, r := NewFeed(), &rights{}
	f.Rights = r
	chief := f.Subscribe(t.Context(), leads.Viewer{UserID: "chief", Role: leads.RoleSupervisor})
	f.Publish(ev(1, "anna"))
	if len(r.asked) != 0 {
		t.Errorf("%v were looked up, and only a supervisor reads", r.asked)
	}
	anna := f.Subscribe(t.Context(), leads.Viewer{UserID: "anna", Role: leads.RoleOperator})
	again := f.Subscribe(t.Context(), leads.Viewer{UserID: "anna", Role: leads.RoleOperator})
	boris := f.Subscribe(t.Context(), leads.Viewer{UserID: "boris", Role: leads.RoleManager})
	f.Publish(ev(2, "anna", "away", "boris"))
	one := <-anna
	if string(one.Data) != "cut" || <-again != one || <-boris != one {
		t.Errorf("the readers do not share the event %+v", one)
	}
	if want := [][]string{{"anna", "boris"}}; !slices.EqualFunc(r.asked, want, slices.Equal) {
		t.Errorf("%v were looked up, want %v, once", r.asked, want)
	}
	for _, want := range []int64{1, 2} {
		if e := <-chief; e.Seq != want || len(e.Data) != 0 {
			t.Errorf("the supervisor got %+v, want event %d as it is", e, want)
		}
	}
}

// slowRights answers when it is let go.
type slowRights struct{ goOn chan struct{} }

func (r slowRights) RedactEvent(ctx context.Context, e leads.Event, users []string) (map[string]*leads.Event, error) {
	<-r.goOn
	return (&rights{}).RedactEvent(ctx, e, users)
}

// A ring is with the rung person at once, also while the database is asked what
// others see of it; the others get their events in order.
func TestFeedRingsWithoutAskingForRights(t *testing.T) {
	f, r := NewFeed(), slowRights{make(chan struct{})}
	f.Rights = r
	ring := func(seq int64) leads.Event {
		e := ev(seq, "anna", "boris")
		e.Data, _ = json.Marshal(leads.EventBody{Type: leads.EventCallRinging, Call: &leads.CallRecord{Call: leads.Call{
			State: leads.CallRinging, Legs: []leads.Leg{{Extension: "100", State: leads.LegRinging, User: &leads.Person{ID: "anna"}}},
		}}})
		return e
	}
	anna := f.Subscribe(t.Context(), leads.Viewer{UserID: "anna", Role: leads.RoleOperator})
	boris := f.Subscribe(t.Context(), leads.Viewer{UserID: "boris", Role: leads.RoleManager})
	chief := f.Subscribe(t.Context(), leads.Viewer{UserID: "chief", Role: leads.RoleSupervisor})
	f.Publish(ring(1), ring(2))
	for _, want := range []int64{1, 2} {
		for name, ch := range map[string]<-chan *leads.Event{"anna": anna, "chief": chief} {
			if e := <-ch; e.Seq != want || string(e.Data) == "cut" {
				t.Errorf("%s got %d %s, want the whole of event %d", name, e.Seq, e.Data, want)
			}
		}
	}
	if got := seqs(boris); len(got) != 0 {
		t.Errorf("boris got %v before his rights are known", got)
	}
	f.Publish(ev(3, "anna")) // whose rights are asked for, and whose next ring comes after it
	f.Publish(ring(4))
	close(r.goOn)
	for _, want := range []int64{1, 2, 4} {
		if e := <-boris; e.Seq != want || string(e.Data) != "cut" {
			t.Errorf("boris got %d %s, want his part of event %d", e.Seq, e.Data, want)
		}
	}
	for _, want := range []int64{3, 4} {
		if e := <-anna; e.Seq != want {
			t.Errorf("anna got %d, want %d", e.Seq, want)
		}
	}
}

// Whose rights cannot be read comes again and reads the event from the database.
func TestFeedCutsReadersWhoseRightsAreUnknown(t *testing.T) {
	f := NewFeed()
	f.Rights = &rights{down: true}
	chief := f.Subscribe(t.Context(), leads.Viewer{UserID: "chief", Role: leads.RoleSupervisor})
	anna := f.Subscribe(t.Context(), leads.Viewer{UserID: "anna", Role: leads.RoleOperator})
	boris := f.Subscribe(t.Context(), leads.Viewer{UserID: "boris", Role: leads.RoleManager})
	f.Publish(ev(1, "anna"))
	if e, open := <-anna; open {
		t.Errorf("anna got %+v", e)
	}
	for name, ch := range map[string]<-chan *leads.Event{"chief": chief, "boris": boris} {
		want := map[string]int{"chief": 1}[name]
		if got := seqs(ch); len(got) != want {
			t.Errorf("%s got %v", name, got)
		}
	}
	f.Rights = nil
	f.Publish(ev(2, "boris"))
	if got := seqs(boris); !slices.Equal(got, []int64{2}) {
		t.Errorf("boris got %v, want 2", got)
	}
}

func TestFeedCutsAReaderThatFallsBehindAndNobodyElse(t *testing.T) {
	f := NewFeed()
	slow := f.Subscribe(t.Context(), leads.Viewer{Role: leads.RoleAdmin})
	for i := range int64(feedBuffer) {
		f.Publish(ev(i + 1))
	}
	quick := f.Subscribe(t.Context(), leads.Viewer{Role: leads.RoleAdmin})
	f.Publish(ev(1000))
	if got := seqs(quick); !slices.Equal(got, []int64{1000}) {
		t.Errorf("the quick reader got %v", got)
	}
	n := 0
	for range slow { // ends only because the channel is closed
		n++
	}
	if n != feedBuffer {
		t.Errorf("the slow reader got %d events before the cut, want %d", n, feedBuffer)
	}
}

func TestFeedEndsASubscriptionWithItsContext(t *testing.T) {
	f := NewFeed()
	ctx, cancel := context.WithCancel(t.Context())
	ch := f.Subscribe(ctx, leads.Viewer{Role: leads.RoleAdmin})
	cancel()
	if _, ok := <-ch; ok {
		t.Error("an event instead of the end")
	}
	f.Publish(ev(1))
}

func TestFollowPushesOtherHubsEventsOnceInSpiteOfLateCommits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		db := &eventLog{}
		db.write(1, 2) // of before the start: not pushed
		f := NewFeed()
		hint := make(chan struct{})
		go func() { _ = f.Follow(ctx, db, hint, slog.New(slog.DiscardHandler)) }()
		synctest.Wait()
		ch := f.Subscribe(ctx, leads.Viewer{Role: leads.RoleAdmin})

		db.write(3, 5) // 4 is still in its transaction
		f.Publish(ev(6))
		db.write(6)
		hint <- struct{}{}
		synctest.Wait()
		if got := seqs(ch); !slices.Equal(got, []int64{6, 3, 5}) {
			t.Fatalf("after the hint: %v", got)
		}
		time.Sleep(5 * time.Second) // the fake clock's
		db.write(4)
		time.Sleep(2 * pollEvery)
		if got := seqs(ch); !slices.Equal(got, []int64{4}) {
			t.Fatalf("after the late commit: %v", got)
		}

		db.write(8) // 7 was rolled back and never comes
		time.Sleep(gapPatience + 2*pollEvery)
		f.mu.Lock()
		low, kept := f.low, len(f.seen)
		f.mu.Unlock()
		if got := seqs(ch); !slices.Equal(got, []int64{8}) || low != 8 || kept != 0 {
			t.Fatalf("after a roll-back: %v, low %d, %d kept", got, low, kept)
		}

		db.mu.Lock()
		db.down = true
		db.mu.Unlock()
		db.write(9)
		time.Sleep(3 * pollEvery)
		db.mu.Lock()
		db.down = false
		db.mu.Unlock()
		time.Sleep(2 * pollEvery)
		if got := seqs(ch); !slices.Equal(got, []int64{9}) {
			t.Fatalf("after the database came back: %v", got)
		}
		cancel()
		synctest.Wait()
	})
}
