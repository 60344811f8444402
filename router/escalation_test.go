package router

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/intake"
	"ctihub/leads/tasks"
	"ctihub/storage"
)

// missed stores n customers' missed calls, one a second from a time on.
func (o *outbox) missed(from time.Time, n int) {
	o.t.Helper()
	b := intake.Batch{Source: "pbx"}
	for i := range n {
		at, number := from.Add(time.Duration(i)*time.Second), fmt.Sprintf("+7916%07d", i)
		b.Touches = append(b.Touches, leads.Touch{
			Source: "pbx", ExternalID: fmt.Sprint(i), Channel: leads.ChannelCall, Direction: leads.In, At: at,
			From: []leads.Identity{{Kind: leads.KindPhone, Value: number}},
			Call: &leads.Call{Linkedid: fmt.Sprint(i), Direction: leads.In, State: leads.CallEnded, Disposition: leads.Missed, From: number, Started: at, Ended: at, Legs: []leads.Leg{}},
		})
	}
	if _, err := o.store.Ingest(o.t.Context(), b); err != nil {
		o.t.Fatal(err)
	}
}

// told counts the escalations that are published, by task.
type told struct {
	mu    sync.Mutex
	tasks map[string]int
}

func (f *told) add(events ...leads.Event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, e := range events {
		if e.Type == leads.EventTaskEscalated {
			f.tasks[string(e.Type)+" "+e.LeadID]++
		}
	}
}

// tasks is the service that works on the store.
func (o *outbox) tasks() *tasks.Service {
	return &tasks.Service{Store: storage.Room[tasks.Tx]{Store: o.store}, Now: time.Now}
}

// stumbling fails to escalate one task.
type stumbling struct {
	LateTasks
	over string
}

func (s *stumbling) Escalate(ctx context.Context, id string, at time.Time) error {
	if id == s.over {
		return errors.New("the database is away")
	}
	return s.LateTasks.Escalate(ctx, id, at)
}

// Two hubs look for late tasks, more than a page of them, and one cannot be
// escalated at first: each is told once, and none before its time.
func TestEscalation(t *testing.T) {
	onBoth(t, func(t *testing.T, o *outbox) {
		const most = latePage + 20
		noon := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
		o.missed(noon, most+3)
		now := noon.Add(tasks.CallbackWithin + most*time.Second - time.Millisecond)
		first, err := o.store.LateTasks(t.Context(), now, leads.Task{}, 1)
		if err != nil {
			t.Fatal(err)
		}
		late := &stumbling{o.tasks(), first[0].ID}
		sweep := func() {
			var hubs sync.WaitGroup
			for range 2 {
				hubs.Go(func() {
					e := &Escalation{Tasks: late, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return now }}
					e.Sweep(t.Context())
				})
			}
			hubs.Wait()
		}
		sweep()
		if len(o.told.tasks) != most-1 {
			t.Errorf("%d tasks are told, want %d", len(o.told.tasks), most-1)
		}
		late.over = ""
		sweep()
		sweep()
		if len(o.told.tasks) != most {
			t.Errorf("%d tasks are told at last, want %d", len(o.told.tasks), most)
		}
		for what, n := range o.told.tasks {
			if n != 1 {
				t.Errorf("%s: told %d times", what, n)
			}
		}
		counts, err := o.store.TaskCounts(t.Context(), "", now)
		if err != nil || counts.Open != most+3 || counts.Late != most {
			t.Errorf("counts %+v, %v", counts, err)
		}
	})
}

// What became late while no hub ran is told when one begins.
func TestEscalationBeginsWithWhatIsLate(t *testing.T) {
	onBoth(t, func(t *testing.T, o *outbox) {
		o.missed(time.Now().Add(-24*time.Hour), 1)
		ctx, stop := context.WithCancel(t.Context())
		watch := o.feed.Subscribe(ctx, leads.Viewer{Role: leads.RoleSupervisor})
		done := make(chan error, 1)
		go func() {
			done <- (&Escalation{Tasks: o.tasks(), Log: slog.New(slog.DiscardHandler), Now: time.Now}).Run(ctx)
		}()
		select {
		case e := <-watch:
			if e.Type != leads.EventTaskEscalated {
				t.Errorf("told %s", e.Type)
			}
		case <-time.After(patience):
			t.Error("nobody is told")
		}
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}
