package asterisk

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"ctihub/connectors"
	"ctihub/leads"
)

// gapLog keeps the times in which events were missed, and notes when the
// exchange's journal has told what happened in them.
type gapLog struct {
	source string
	keep   connectors.GapLog // nil: nobody keeps them
	log    *slog.Logger

	storing sync.Mutex // held while something is being stored
	mu      sync.Mutex
	waiting []leads.Gap   // not stored yet
	newest  time.Time     // end of the newest gap that the journal has not filled
	unsure  bool          // an earlier run may have left some
	kick    chan struct{} // something waits
}

// gapRetry is how soon a gap that could not be stored is tried again.
const gapRetry = 5 * time.Second

func newGapLog(env connectors.Env) *gapLog {
	return &gapLog{source: env.Name, keep: env.Calls.Gaps, log: env.Log, unsure: true, kick: make(chan struct{}, 1)}
}

// missed takes a gap. It never waits for storage: cards are behind it.
func (g *gapLog) missed(gap leads.Gap) {
	g.log.Warn("events were missed", "cause", gap.Cause, "from", gap.From, "until", gap.Until)
	gap.Source = g.source
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting = append(g.waiting, gap)
	if gap.Cause != leads.GapJournal && gap.Until.After(g.newest) {
		g.newest = gap.Until
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

// flush stores what waits, and reports whether nothing waits any more.
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
		if g.keep != nil {
			if err := g.keep.PutGap(ctx, all[0]); err != nil {
				g.log.Warn("a gap is not stored yet", "err", err)
				return false
			}
		}
		g.mu.Lock()
		g.waiting = g.waiting[1:]
		g.mu.Unlock()
	}
}

// told notes that all that the journal held at a time is stored.
func (g *gapLog) told(ctx context.Context, at time.Time) {
	g.mu.Lock()
	due := g.unsure || !g.newest.IsZero() && !g.newest.After(at)
	g.mu.Unlock()
	if g.keep == nil || !due || !g.flush(ctx) {
		return
	}
	if err := g.keep.FillGaps(ctx, g.source, at); err != nil {
		g.log.Warn("filled gaps are not noted yet", "err", err)
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.unsure = false; !g.newest.After(at) {
		g.newest = time.Time{}
	}
}
