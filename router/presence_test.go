package router

import (
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ctihub/leads"
)

// pauses keeps who was asked to pause, and ends each in its time.
type pauses struct {
	mu    sync.Mutex
	until map[string]time.Time
	feed  *Feed
}

func (p *pauses) BeginWrapUp(_ context.Context, user, _ string, _, until time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, known := p.until[user]; known {
		return nil
	}
	p.until[user] = until
	p.feed.Publish(leads.Event{ID: user, Type: leads.EventPresence})
	return nil
}

func (p *pauses) EndPauses(context.Context) (ended int, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for user, until := range p.until {
		if !time.Now().Before(until) {
			delete(p.until, user)
			ended++
			p.feed.Publish(leads.Event{ID: user, Type: leads.EventPresence})
		}
	}
	return ended, nil
}

// After a call with a customer the operator is paused; when that is over the
// leads that wait are looked at.
func TestWrapUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, swept := &pauses{until: map[string]time.Time{}, feed: NewFeed()}, 0
		p := &Presence{People: store, Feed: store.feed, WrapUp: 20 * time.Second, OnAvailable: func() { swept++ }, Log: slog.New(slog.DiscardHandler), Now: time.Now}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go func() { _ = p.Run(ctx) }()
		synctest.Wait()
		told := p.Feed.Subscribe(ctx, leads.Viewer{Role: leads.RoleAdmin})
		call := func(direction leads.Direction, ended time.Time) leads.Event {
			began := ended.Add(-time.Minute)
			data, err := json.Marshal(leads.EventBody{Type: leads.EventCallEnded, Call: &leads.CallRecord{
				OperatorUser: &leads.Person{ID: "anna"},
				Call:         leads.Call{Linkedid: "1", Direction: direction, State: leads.CallEnded, Started: began, Answered: began, Ended: ended},
			}})
			if err != nil {
				t.Fatal(err)
			}
			return leads.Event{Type: leads.EventCallEnded, Data: data}
		}
		p.Feed.Publish(call(leads.Internal, time.Now()), call(leads.In, time.Now().Add(-time.Hour)))
		synctest.Wait()
		if len(store.until) != 0 {
			t.Errorf("a colleague's call, or one of an hour ago, brought a wrap-up: %v", store.until)
		}
		end := time.Now()
		p.Feed.Publish(call(leads.In, end))
		synctest.Wait()
		if got := maps.Clone(store.until); len(got) != 1 || !got["anna"].Equal(end.Add(20*time.Second)) {
			t.Errorf("wrapping up: %v", got)
		}
		time.Sleep(21 * time.Second) // the fake clock's
		synctest.Wait()
		if len(store.until) != 0 || swept != 1 {
			t.Errorf("after it: %v, swept %d times", store.until, swept)
		}
		var presence int
		for len(told) > 0 {
			if e := <-told; e.Type == leads.EventPresence {
				presence++
			}
		}
		if presence != 2 {
			t.Errorf("%d presence events were shown, want the begin and the end", presence)
		}
	})
}

func TestParted(t *testing.T) {
	at := func(s int) time.Time { return time.Date(2026, 11, 23, 12, 0, s, 0, time.UTC) }
	leg := func(user string, state leads.LegState, answered, ended int) leads.Leg {
		l := leads.Leg{User: &leads.Person{ID: user}, State: state}
		if answered > 0 {
			l.Answered = at(answered)
		}
		if ended > 0 {
			l.Ended = at(ended)
		}
		return l
	}
	talking := leads.CallRecord{OperatorUser: &leads.Person{ID: "boris"}, Call: leads.Call{Direction: leads.In, State: leads.CallTalking, Answered: at(5), Legs: []leads.Leg{
		leg("anna", leads.LegEnded, 5, 20), leg("boris", leads.LegTalking, 20, 0), leg("vera", leads.LegNoAnswer, 0, 5),
	}}}
	ended := talking
	ended.State, ended.Ended = leads.CallEnded, at(40)
	ended.Legs = []leads.Leg{talking.Legs[0], leg("boris", leads.LegEnded, 20, 40), talking.Legs[2]}
	missed := leads.CallRecord{Call: leads.Call{Direction: leads.In, State: leads.CallEnded, Ended: at(9), Legs: []leads.Leg{leg("anna", leads.LegNoAnswer, 0, 9)}}}
	inside := ended
	inside.Direction = leads.Internal
	for what, c := range map[string]struct {
		call leads.CallRecord
		want map[string]time.Time
	}{
		"handed over, and the second still talks": {talking, map[string]time.Time{"anna": at(20)}},
		"both are done":     {ended, map[string]time.Time{"anna": at(20), "boris": at(40)}},
		"nobody talked":     {missed, map[string]time.Time{}},
		"colleagues talked": {inside, map[string]time.Time{}},
	} {
		if got := c.call.HungUp(); !maps.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", what, got, c.want)
		}
	}
}
