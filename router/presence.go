package router

import (
	"context"
	"log/slog"
	"time"

	"ctihub/leads"
)

// PresenceStore is what [Presence] needs from storage.
type PresenceStore interface {
	// BeginWrapUp pauses a user who has been available since before the end of
	// the call; nothing happens to anybody else.
	BeginWrapUp(ctx context.Context, userID string, end, until time.Time) error
	// EndPauses makes those available whose pause has run out.
	EndPauses(ctx context.Context) (ended int, err error)
}

// Presence begins the wrap-up after a call and ends pauses that have run out.
// Several hubs may do the same at once.
type Presence struct {
	Store PresenceStore
	Feed  *Feed
	// WrapUp is the length of the pause after a call with a customer; 0: none.
	WrapUp time.Duration
	// OnAvailable is called when somebody became available. It must not block.
	OnAvailable func()
	Log         *slog.Logger
	Now         func() time.Time
}

// lookForEnds is how late a pause may end. What reads a user's word goes by
// the clock; this is for what is shown and for the leads that wait.
const lookForEnds = time.Second

// Run works until ctx ends.
func (p *Presence) Run(ctx context.Context) error {
	tick := time.NewTicker(lookForEnds)
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
			p.after(ctx, *e)
		case <-tick.C:
			ended, err := p.Store.EndPauses(ctx)
			p.failed(ctx, err)
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

// after begins the wrap-up of those whose part in a call is over.
func (p *Presence) after(ctx context.Context, e leads.Event) {
	if e.Type != leads.EventCallUpdated && e.Type != leads.EventCallEnded {
		return
	}
	call, err := e.Call()
	if err != nil || call == nil {
		p.failed(ctx, err)
		return
	}
	for user, end := range parted(*call) {
		if until := end.Add(p.WrapUp); until.After(p.Now()) {
			p.failed(ctx, p.Store.BeginWrapUp(ctx, user, end, until))
		}
	}
}

func (p *Presence) failed(ctx context.Context, err error) {
	if err != nil && ctx.Err() == nil {
		p.Log.Error("presence could not be brought up to date; it is tried again", "error", err)
	}
}

// parted returns the users who have talked with the customer and hung up, with
// the time. Colleagues who talk with each other need no wrap-up.
func parted(c leads.CallRecord) map[string]time.Time {
	out := map[string]time.Time{}
	if c.Direction == leads.Internal {
		return out
	}
	if c.OperatorUser != nil && !c.Answered.IsZero() && c.State == leads.CallEnded {
		out[c.OperatorUser.ID] = c.Ended
	}
	talking := map[string]bool{}
	for _, l := range c.Legs {
		if l.User != nil && l.State == leads.LegTalking {
			talking[l.User.ID] = true
		}
	}
	for _, l := range c.Legs {
		if l.User != nil && l.State == leads.LegEnded && !l.Answered.IsZero() && !talking[l.User.ID] && l.Ended.After(out[l.User.ID]) {
			out[l.User.ID] = l.Ended
		}
	}
	return out
}
