package asterisk

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"ctihub/connectors"
	"ctihub/leads"
)

// gapLog stores the times in which events were missed, and marks them as filled when
// the exchange's journal has been read past them.
type gapLog struct {
	source string
	store  connectors.GapLog // nil: gaps are not stored
	log    *slog.Logger

	storing       sync.Mutex // held while something is being stored
	mu            sync.Mutex
	waiting       []leads.Gap   // not stored yet
	newestEnd     time.Time     // end of the newest gap that the journal has not filled
	maybeUnfilled bool          // an earlier run may have left unfilled gaps
	kick          chan struct{} // something waits
}

// gapRetry is how soon a gap that could not be stored is tried again.
const gapRetry = 5 * time.Second

func newGapLog(env connectors.Env) *gapLog {
	return &gapLog{source: env.Name, store: env.Calls.Gaps, log: env.Log, maybeUnfilled: true, kick: make(chan struct{}, 1)}
}

// add adds a gap to be stored. It never waits for storage, which would delay cards.
func (g *gapLog) add(gap leads.Gap) {
	g.log.Warn("events were missed", "cause", gap.Cause, "from", gap.From, "until", gap.Until)
	gap.Source = g.source
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting = append(g.waiting, gap)
	if gap.Cause != leads.GapJournal && gap.Until.After(g.newestEnd) {
		g.newestEnd = gap.Until
	}
	select {
	case g.kick <- struct{}{}:
	default:
	}
}

// run stores gaps until ctx ends.
func (g *gapLog) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-g.kick:
		case <-time.After(gapRetry):
		}
		g.flush(ctx)
	}
}

// flush stores the waiting gaps, and reports whether all are stored.
func (g *gapLog) flush(ctx context.Context) bool {
	g.storing.Lock()
	defer g.storing.Unlock()
	for {
		g.mu.Lock()
		all := g.waiting
		g.mu.Unlock()
		if len(all) == 0 {
			return true
		}
		if g.store != nil {
			if err := g.store.PutGap(ctx, all[0]); err != nil {
				g.log.Warn("a gap is not stored yet", "err", err)
				return false
			}
		}
		g.mu.Lock()
		g.waiting = g.waiting[1:]
		g.mu.Unlock()
	}
}

// fillUntil marks the gaps that ended before a time as filled: all rows that the
// journal held at that time are stored.
func (g *gapLog) fillUntil(ctx context.Context, at time.Time) {
	g.mu.Lock()
	due := g.maybeUnfilled || !g.newestEnd.IsZero() && !g.newestEnd.After(at)
	g.mu.Unlock()
	if g.store == nil || !due || !g.flush(ctx) {
		return
	}
	if err := g.store.FillGaps(ctx, g.source, at); err != nil {
		g.log.Warn("filled gaps are not noted yet", "err", err)
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.maybeUnfilled = false; !g.newestEnd.After(at) {
		g.newestEnd = time.Time{}
	}
}
