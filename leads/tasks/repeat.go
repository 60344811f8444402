package tasks

import (
	"time"

	"ctihub/leads"
)

// following returns the task that repeats another when that is done: due at the first time
// of its series after now. nil: it is not repeated.
func following(t leads.Task, now time.Time) *leads.Task {
	if t.Repeat == leads.RepeatNone {
		return nil
	}
	next := t
	next.Follows, next.Key, next.Escalated, next.Snoozed = t.ID, "", time.Time{}, time.Time{}
	due := t.Due.In(now.Location())
	for n := 1; !next.Due.After(now) || n == 1; n++ {
		next.Due = nextTime(due, t.Repeat, n)
	}
	if !t.Remind.IsZero() {
		next.Remind = next.Due.Add(t.Remind.Sub(t.Due))
	}
	next.Wakes = next.Remind
	return &next
}

// nextTime returns the n-th time of a series after its beginning, by the clock of its zone. A
// month without the day has its last day instead.
func nextTime(at time.Time, r leads.Repeat, n int) time.Time {
	switch r {
	case leads.RepeatWeekdays:
		for ; n > 0; n-- {
			at = at.AddDate(0, 0, 1)
			for at.Weekday() == time.Saturday || at.Weekday() == time.Sunday {
				at = at.AddDate(0, 0, 1)
			}
		}
		return at
	case leads.RepeatWeekly:
		return at.AddDate(0, 0, 7*n)
	case leads.RepeatMonthly:
		first := time.Date(at.Year(), at.Month()+time.Month(n), 1, at.Hour(), at.Minute(), at.Second(), at.Nanosecond(), at.Location())
		last := first.AddDate(0, 1, -1).Day()
		return first.AddDate(0, 0, min(at.Day(), last)-1)
	}
	return at.AddDate(0, 0, n)
}
