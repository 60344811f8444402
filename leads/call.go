package leads

import (
	"slices"
	"time"
)

// CallState is where a call stands. It only moves forward, in the order of
// the constants.
type CallState string

// States of a call.
const (
	CallRinging CallState = "ringing" // at least announced; no operator talks yet
	CallTalking CallState = "talking" // an operator and the customer are in one bridge
	CallEnded   CallState = "ended"   // the last channel of the linkedid is gone
)

// Disposition is how a call came out, in the terms of Asterisk's CDR and of
// call-centre practice. Empty while the call is not ended; only a call reported in
// pieces is Voicemail while it is with the answering machine.
type Disposition string

// Dispositions of an ended call.
const (
	Answered    Disposition = "answered"    // an operator talked with the customer
	Missed      Disposition = "missed"      // rang and was not answered
	Abandoned   Disposition = "abandoned"   // the caller gave up while it rang or waited
	Busy        Disposition = "busy"        // every device was busy
	Declined    Disposition = "declined"    // a user rejected it at a device, and no one else answered
	Unreachable Disposition = "unreachable" // no device could be rung
	Failed      Disposition = "failed"      // unknown device, congestion
	Voicemail   Disposition = "voicemail"   // taken by the answering machine
	Barred      Disposition = "barred"      // the number is on the blacklist, however the call ended
	Interrupted Disposition = "interrupted" // the exchange, or the connection to it, was lost during the call
)

// Call is the state of one call: everything that shares a linkedid.
// Each touch carries the whole call as known so far, not a difference.
type Call struct {
	Linkedid    string      `json:"linkedid"`                     // Asterisk's CHANNEL(linkedid)
	Direction   Direction   `json:"direction"`                    // by the first channel's endpoint
	State       CallState   `json:"state"`                        //
	Disposition Disposition `json:"disposition,omitempty"`        // set when State is CallEnded
	From        string      `json:"from"`                         // calling number: E.164 if it is one, an extension or raw digits otherwise; empty when withheld
	To          string      `json:"to"`                           // number as dialled
	DID         string      `json:"did,omitempty"`                // number by which the customer reached us; of a dial, the one that they see
	Queue       string      `json:"queue,omitempty"`              // last queue entered
	Operator    string      `json:"operator_extension,omitempty"` // that talked with the customer, the last one after a transfer
	HangupBy    string      `json:"hangup_by,omitempty"`          // "caller", "operator" or "" when unknown
	Started     time.Time   `json:"started"`
	Answered    time.Time   `json:"answered,omitzero"` // zero: not answered by a person
	Ended       time.Time   `json:"ended,omitzero"`    // zero: not ended
	Legs        []Leg       `json:"legs"`              // every device that was rung, in the order of ringing

	Recorded []RecordedFile `json:"-"` // what the exchange recorded of it, as known so far
	// Journal says that the call comes from the exchange's own journal, to its end:
	// live events do not change it any more. Otherwise the call is as it was seen
	// live, with its gaps.
	Journal   bool       `json:"journal"`
	PartOf    string     `json:"part_of,omitempty"`   // linkedid of the call that this one turned out to belong to
	Queues    []string   `json:"queues,omitempty"`    // every queue entered, in order; from the journal
	Transfers []Transfer `json:"transfers,omitempty"` // in order; from the journal
	// Piece says that the touch reports only one moment of the call, and that the
	// moments may come in any order: they are merged, see [Forward]. At the end of
	// the call its disposition may be empty.
	Piece bool `json:"-"`
	// Durations from the journal. Waited is the customer's time until a
	// person answered, or until the end; Rung the part of it in which some device
	// rang; Talked the time with an operator, hold included; Held the time parked
	// or on hold (hold is seen live only, no journal has it).
	Waited time.Duration `json:"-"`
	Rung   time.Duration `json:"-"`
	Talked time.Duration `json:"-"`
	Held   time.Duration `json:"-"`
}

// Kinds of transfers.
const (
	TransferBlind    = "blind"
	TransferAttended = "attended"
)

// Transfer is one transfer of a call to another party.
type Transfer struct {
	At   time.Time `json:"at"`
	Kind string    `json:"kind"`           // [TransferBlind] or [TransferAttended]
	From string    `json:"from,omitempty"` // extension that handed over
	To   string    `json:"to,omitempty"`   // extension or number that the call went to, as dialled
}

// LegState is what became of one rung device.
type LegState string

// States of a leg.
const (
	LegRinging   LegState = "ringing"
	LegTalking   LegState = "talking"
	LegEnded     LegState = "ended"     // talked, then hung up
	LegNoAnswer  LegState = "noanswer"  // rang until the time-out
	LegElsewhere LegState = "elsewhere" // stopped ringing because a colleague answered
	LegCancelled LegState = "cancelled" // stopped ringing because the caller gave up
	LegBusy      LegState = "busy"      //
	LegDeclined  LegState = "declined"  // rejected by the user
	LegForwarded LegState = "forwarded" // the device sent the call on to another number
	LegFailed    LegState = "failed"    // could not be rung
)

// Leg is one device that the exchange rang in a call.
type Leg struct {
	Channel   string    `json:"-"`              // Asterisk's channel uniqueid, unique within the call
	Extension string    `json:"extension"`      // internal number of the device, "100"
	User      *Person   `json:"user,omitempty"` // whose extension it is; filled in by storage
	State     LegState  `json:"state"`          //
	Rang      time.Time `json:"rang"`           // when the exchange began to ring it
	Answered  time.Time `json:"answered,omitzero"`
	Ended     time.Time `json:"ended,omitzero"`
}

// stateRank orders CallState; an unknown state ranks lowest.
func stateRank(s CallState) int {
	switch s {
	case CallRinging:
		return 1
	case CallTalking:
		return 2
	case CallEnded:
		return 3
	}
	return 0
}

// Advances reports whether next may replace old as the stored state of a call.
// A later touch with the same state may still add legs or an operator. A touch with
// an earlier state (delivered late or again) changes nothing. An ended call stays as
// it is, but the exchange's journal may correct it, and a piece may come late.
func Advances(old, next Call) bool {
	switch {
	case next.Journal:
		return true
	case old.Journal:
		return false
	case next.Piece:
		return true
	case old.State == CallEnded:
		return false
	}
	return stateRank(next.State) >= stateRank(old.State)
}

// mergeRecorded returns the recorded files of both calls.
func mergeRecorded(old, next Call) []RecordedFile {
	files := slices.Clone(old.Recorded)
	for _, r := range next.Recorded {
		if !slices.ContainsFunc(files, func(o RecordedFile) bool { return o.File == r.File }) {
			files = append(files, r)
		}
	}
	return files
}

// legRank orders what can become of a leg: ringing, talking, over.
func legRank(s LegState) int {
	switch s {
	case LegRinging:
		return 0
	case LegTalking:
		return 1
	}
	return 2
}

// Forward merges next into old and loses nothing that old knew: a source that saw
// only a part of the call (after a reconnect, or delivered late) neither removes a
// leg, nor makes it ring again.
func Forward(old, next Call) Call {
	if next.Journal {
		return mergeJournal(old, next)
	}
	if next.Piece {
		return mergePiece(old, next)
	}
	legs := slices.Clone(old.Legs)
	for _, l := range next.Legs {
		i := slices.IndexFunc(legs, func(o Leg) bool { return o.Channel == l.Channel && o.Extension == l.Extension })
		switch {
		case i < 0:
			legs = append(legs, l)
		case legRank(l.State) >= legRank(legs[i].State):
			l.User = legs[i].User
			legs[i] = l
		}
	}
	if next.State == CallEnded {
		for i, l := range legs {
			switch l.State {
			case LegRinging:
				legs[i].State, legs[i].Ended = LegNoAnswer, next.Ended
			case LegTalking:
				legs[i].State, legs[i].Ended = LegEnded, next.Ended
			}
		}
	}
	next.Legs = legs
	next.Recorded = mergeRecorded(old, next)
	for field, was := range map[*string]string{
		&next.From: old.From, &next.To: old.To, &next.DID: old.DID,
		&next.Queue: old.Queue, &next.Operator: old.Operator, &next.HangupBy: old.HangupBy,
	} {
		if *field == "" {
			*field = was
		}
	}
	if !old.Answered.IsZero() {
		next.Answered = old.Answered
	}
	next.Started = old.Started
	return next
}

// LastChange is when the call last changed its state.
func (c Call) LastChange() time.Time {
	if c.Answered.After(c.Started) {
		return c.Answered
	}
	return c.Started
}

// SameCall reports whether b adds nothing to a.
func SameCall(a, b Call) bool {
	if a.State != b.State || a.Queue != b.Queue || a.Operator != b.Operator || a.DID != b.DID ||
		a.Disposition != b.Disposition || a.HangupBy != b.HangupBy && b.Journal || !sameJournalDetails(a, b) || b.Journal && !sameTimes(a, b) || len(a.Legs) != len(b.Legs) || len(a.Recorded) != len(b.Recorded) || !a.Answered.Equal(b.Answered) {
		return false
	}
	for i := range a.Legs {
		if a.Legs[i].Channel != b.Legs[i].Channel || a.Legs[i].State != b.Legs[i].State {
			return false
		}
	}
	return true
}
