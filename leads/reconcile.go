package leads

import (
	"slices"
	"time"
)

// DifferenceKind is how the hub and an exchange's journal disagree about a call.
type DifferenceKind string

// Kinds of differences.
const (
	DifferenceMissing DifferenceKind = "missing" // in the journal, not in the hub
	DifferenceOther   DifferenceKind = "differs" // the hub's call has other values, or is as seen live only
	DifferenceUnknown DifferenceKind = "unknown" // in the hub, not in the journal
)

// Difference is one call that differs between the hub and the journal.
type Difference struct {
	Linkedid string         `json:"linkedid"`
	Kind     DifferenceKind `json:"kind"`
	Started  time.Time      `json:"started"`
	Found    time.Time      `json:"found"`
	Repaired bool           `json:"repaired"`
}

// Reconciliation is the comparison of one day's calls of a source with the
// journal of the exchange.
type Reconciliation struct {
	Source      string       `json:"source"`
	Day         string       `json:"day"`             // of the call's beginning, 2006-01-02 by the hub's clock
	Asked       time.Time    `json:"asked,omitzero"`  // when a user asked for it; zero: not since it was last made
	At          time.Time    `json:"at,omitzero"`     // when it was made last; zero: never
	Calls       int64        `json:"calls"`           // in the journal
	Missing     int64        `json:"missing"`         // of these, still not in the hub
	Differing   int64        `json:"differing"`       // of these, still different in the hub
	Unknown     int64        `json:"unknown"`         // in the hub and not in the journal
	Repaired    int64        `json:"repaired"`        // by this and earlier comparisons of the day
	Error       string       `json:"error,omitempty"` // why the last try failed, in words
	Differences []Difference `json:"differences"`     // found by any comparison of the day, the newest first, at most MostDifferences
}

// MostDifferences is the most differences that a reconciliation names.
const MostDifferences = 200

// Compare returns the differences between the journal's calls and the stored calls of
// the same period. Ids in open are calls that have no end in the journal yet: they are
// neither missing nor unknown.
func Compare(journal, stored []Call, open []string) (found []Difference) {
	have := make(map[string]Call, len(stored))
	for _, c := range stored {
		have[c.Linkedid] = c
	}
	known := map[string]bool{}
	for _, id := range open {
		known[id] = true
	}
	for _, c := range journal {
		known[c.Linkedid] = true
		old, ok := have[c.Linkedid]
		switch {
		case !ok && c.PartOf != "":
		case !ok:
			found = append(found, Difference{Linkedid: c.Linkedid, Kind: DifferenceMissing, Started: c.Started})
		case !SameCall(old, Forward(old, c)):
			found = append(found, Difference{Linkedid: c.Linkedid, Kind: DifferenceOther, Started: c.Started})
		}
	}
	for _, c := range stored {
		if !known[c.Linkedid] && c.State == CallEnded && !c.Journal {
			found = append(found, Difference{Linkedid: c.Linkedid, Kind: DifferenceUnknown, Started: c.Started})
		}
	}
	return found
}

// Note stores the result of a comparison in the day's record: found are the
// differences, left those that remain after the repair.
func (r *Reconciliation) Note(at time.Time, calls int, found, left []Difference) {
	r.At, r.Asked, r.Error, r.Calls = at, time.Time{}, "", int64(calls)
	r.Missing, r.Differing, r.Unknown = 0, 0, 0
	for _, d := range left {
		switch d.Kind {
		case DifferenceMissing:
			r.Missing++
		case DifferenceOther:
			r.Differing++
		case DifferenceUnknown:
			r.Unknown++
		}
	}
	for _, d := range found {
		d.Found = at
		d.Repaired = !slices.ContainsFunc(left, func(l Difference) bool { return l.Linkedid == d.Linkedid })
		if d.Repaired {
			r.Repaired++
		}
		r.Differences = slices.DeleteFunc(r.Differences, func(o Difference) bool { return o.Linkedid == d.Linkedid && !o.Repaired })
		r.Differences = slices.Insert(r.Differences, 0, d)
	}
	r.Differences = r.Differences[:min(len(r.Differences), MostDifferences)]
}
