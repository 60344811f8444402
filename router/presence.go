package router

import (
	"context"
	"log/slog"
	"time"

	"ctihub/leads"
)

// People is what [Presence] needs (people.Service).
type People interface {
	// BeginWrapUp pauses a user who has been available since before the end of the
	// call, and changes nothing for other users, nor if the call has all its required facts.
	BeginWrapUp(ctx context.Context, userID, callID string, end, until time.Time) error
	// EndPauses makes the users available whose pause has ended.
	EndPauses(ctx context.Context) (ended int, err error)
}

// Presence begins the wrap-up after a call and ends expired pauses. It may run on several
// hubs at once.
type Presence struct {
	People People
	Feed   *Feed
	// WrapUp is the length of the pause after a call with a customer; 0: none.
	WrapUp time.Duration
	// OnAvailable is called when a user became available. It must not block.
	OnAvailable func()
	Log         *slog.Logger
	Now         func() time.Time
}

// endPausesEvery is how late the event of an ended pause may come. Rules compare the
// pause with the clock; the event updates the workplace and routes waiting leads.
const endPausesEvery = time.Second

// Run works until ctx ends.
func (p *Presence) Run(ctx context.Context) error {
	tick := time.NewTicker(endPausesEvery)
	defer tick.Stop()
	calls := p.watch(ctx)
	for {
		select {
		case <-ctx.Done():
			return nil
		case e, open := <-calls:
			if !open { // fell behind
				calls = p.watch(ctx)
				continue
			}
			p.beginWrapUps(ctx, *e)
		case <-tick.C:
			ended, err := p.People.EndPauses(ctx)
			p.logError(ctx, err)
			if ended > 0 {
				p.OnAvailable()
			}
		}
	}
}

func (p *Presence) watch(ctx context.Context) <-chan *leads.Event {
	if p.WrapUp == 0 {
		return nil
	}
	return p.Feed.Subscribe(ctx, leads.Viewer{Role: leads.RoleSupervisor})
}

// beginWrapUps begins the wrap-up of the users who have hung up.
func (p *Presence) beginWrapUps(ctx context.Context, e leads.Event) {
	if e.Type != leads.EventCallUpdated && e.Type != leads.EventCallEnded {
		return
	}
	call, err := e.Call()
	if err != nil || call == nil {
		p.logError(ctx, err)
		return
	}
	for user, end := range call.HungUp() {
		if until := end.Add(p.WrapUp); until.After(p.Now()) {
			p.logError(ctx, p.People.BeginWrapUp(ctx, user, call.ID, end, until))
		}
	}
}

func (p *Presence) logError(ctx context.Context, err error) {
	if err != nil && ctx.Err() == nil {
		p.Log.Error("presence could not be updated; it is tried again", "error", err)
	}
}
