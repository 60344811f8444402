package leads

import (
	"cmp"
	"slices"
	"time"
)

// MissedCall is one missed call as the report reads it.
type MissedCall struct {
	Ended            time.Time
	Team, DID, Queue string
	Known            bool      // the caller has a number to call back
	State            TaskState // of its call-back; empty: it has none
	Outcome          TaskOutcome
	Due, Done        time.Time
}

// MissedCount counts missed calls by outcome.
type MissedCount struct {
	Missed    int     `json:"not_answered"`
	Recovered int     `json:"recovered"`           // the customer was reached after all
	Open      int     `json:"open"`                // to be called back, the late ones included
	Late      int     `json:"late"`                // of those open, past their time
	GivenUp   int     `json:"given_up"`            // ended without reaching the customer
	Anonymous int     `json:"anonymous"`           // no number to call back
	Share     float64 `json:"share"`               // Recovered of Missed, 0–1; 0 when nothing was missed
	MedianMS  int64   `json:"median_ms,omitempty"` // from the end of a missed call to reaching its customer

	waits []int64
}

// MissedGroup counts the missed calls that have something in common.
type MissedGroup struct {
	Name string `json:"name"` // of the team, DID or queue; empty: calls without one
	MissedCount
}

// MissedReport counts the missed calls of a period and their outcomes. It is filled by
// Add and ready after Finish.
type MissedReport struct {
	From   time.Time     `json:"from"`
	To     time.Time     `json:"to"`
	Total  MissedCount   `json:"total"`
	Teams  []MissedGroup `json:"teams"` // each group by name, never nil
	DIDs   []MissedGroup `json:"dids"`
	Queues []MissedGroup `json:"queues"`
}

// Add counts one call by the state of its call-back now.
func (r *MissedReport) Add(c MissedCall, now time.Time) {
	for _, n := range []*MissedCount{&r.Total, group(&r.Teams, c.Team), group(&r.DIDs, c.DID), group(&r.Queues, c.Queue)} {
		n.add(c, now)
	}
}

// Finish computes shares and medians, once all calls are added.
func (r *MissedReport) Finish() {
	r.Total.finish()
	for _, groups := range []*[]MissedGroup{&r.Teams, &r.DIDs, &r.Queues} {
		if *groups == nil {
			*groups = []MissedGroup{}
		}
		slices.SortFunc(*groups, func(a, b MissedGroup) int { return cmp.Compare(a.Name, b.Name) })
		for i := range *groups {
			(*groups)[i].finish()
		}
	}
}

func group(all *[]MissedGroup, name string) *MissedCount {
	i := slices.IndexFunc(*all, func(g MissedGroup) bool { return g.Name == name })
	if i < 0 {
		i = len(*all)
		*all = append(*all, MissedGroup{Name: name})
	}
	return &(*all)[i].MissedCount
}

func (n *MissedCount) add(c MissedCall, now time.Time) {
	n.Missed++
	switch {
	case c.State == TaskOpen:
		n.Open++
		if c.Due.Before(now) {
			n.Late++
		}
	case c.State == TaskDone && c.Outcome.Recovered():
		n.Recovered++
		n.waits = append(n.waits, max(0, c.Done.Sub(c.Ended).Milliseconds()))
	case c.State == TaskDone:
		n.GivenUp++
	case !c.Known:
		n.Anonymous++
	}
}

func (n *MissedCount) finish() {
	if n.Missed > 0 {
		n.Share = float64(n.Recovered) / float64(n.Missed)
	}
	if len(n.waits) > 0 {
		slices.Sort(n.waits)
		n.MedianMS = n.waits[len(n.waits)/2]
	}
}
