package leads

import (
	"cmp"
	"slices"
)

// mergeJournal returns the call as the exchange's journal has it. It keeps what only the
// live call has: that a device never rang, and the customer's time on hold.
func mergeJournal(old, next Call) Call {
	next.Legs = slices.Clone(next.Legs)
	for i, l := range next.Legs {
		live := slices.IndexFunc(old.Legs, func(o Leg) bool { return o.Channel == l.Channel })
		if live >= 0 && l.State == LegNoAnswer && old.Legs[live].State == LegFailed {
			next.Legs[i].State = LegFailed
		}
	}
	if next.Disposition == Missed && len(next.Legs) > 0 &&
		!slices.ContainsFunc(next.Legs, func(l Leg) bool { return l.State != LegFailed }) {
		next.Disposition = Unreachable
	}
	next.Held, next.Recorded = cmp.Or(next.Held, old.Held), mergeRecorded(old, next)
	return next
}

// sameJournalDetails reports whether the fields that only the journal has are equal.
func sameJournalDetails(a, b Call) bool {
	return a.Journal == b.Journal && a.PartOf == b.PartOf && slices.Equal(a.Queues, b.Queues) &&
		slices.EqualFunc(a.Transfers, b.Transfers, func(x, y Transfer) bool {
			return x.At.Equal(y.At) && x.Kind == y.Kind && x.From == y.From && x.To == y.To
		}) &&
		a.Waited == b.Waited && a.Rung == b.Rung && a.Talked == b.Talked && a.Held == b.Held
}

// sameTimes reports whether the times of a journalled call and its legs agree.
func sameTimes(a, b Call) bool {
	return a.Started.Equal(b.Started) && a.Ended.Equal(b.Ended) && slices.EqualFunc(a.Legs, b.Legs, func(x, y Leg) bool {
		return x.Rang.Equal(y.Rang) && x.Answered.Equal(y.Answered) && x.Ended.Equal(y.Ended) && x.Extension == y.Extension
	})
}
