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

	mu      sync.Mutex
	waiting []leads.Gap // not stored yet
	newest  time.Time   // end of the newest gap that the journal has not filled
	unsure  bool        // an earlier run may have left some
}

func newGapLog(env connectors.Env) *gapLog {
	return &gapLog{source: env.Name, keep: env.Gaps, log: env.Log, unsure: true}
}

// missed takes a gap. Storing it is tried again until it succeeds.
func (g *gapLog) missed(ctx context.Context, gap leads.Gap) {
	if g.keep == nil {
		return
	}
	g.log.Warn("events were missed", "cause", gap.Cause, "from", gap.From, "until", gap.Until)
	g.mu.Lock()
	defer g.mu.Unlock()
	gap.Source = g.source
	g.waiting = append(g.waiting, gap)
	if gap.Cause != leads.GapJournal && gap.Until.After(g.newest) {
		g.newest = gap.Until
	}
	g.flush(ctx)
}

// flush stores what waits, and reports whether nothing waits any more.
func (g *gapLog) flush(ctx context.Context) bool {
	for len(g.waiting) > 0 {
		if err := g.keep.PutGap(ctx, g.waiting[0]); err != nil {
			g.log.Warn("a gap is not stored yet", "err", err)
			return false
		}
		g.waiting = g.waiting[1:]
	}
	return true
}

// told notes that all that the journal held at a time is stored.
func (g *gapLog) told(ctx context.Context, at time.Time) {
	if g.keep == nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.flush(ctx) || !g.unsure && (g.newest.IsZero() || g.newest.After(at)) {
		return
	}
	if err := g.keep.FillGaps(ctx, g.source, at); err != nil {
		g.log.Warn("filled gaps are not noted yet", "err", err)
		return
	}
	g.unsure = false
	if !g.newest.After(at) {
		g.newest = time.Time{}
	}
}
