package leads

import (
	"cmp"
	"slices"
	"time"
)

// pieced returns the call with one more moment of it, in whatever order its
// moments come: what is known of the end stays, an answer told after it still
// makes the call an answered one.
func pieced(old, next Call) Call {
	next.Piece = false
	if stateRank(next.State) < stateRank(old.State) {
		next.State = old.State
	}
	if old.Disposition == Interrupted { // its end was taken for lost
		if next.Ended.IsZero() {
			next.Ended, next.Disposition = old.Ended, Interrupted
		}
		old.Ended, old.Disposition = time.Time{}, ""
	} else if !old.Ended.IsZero() {
		next.Ended = old.Ended
	}
	switch {
	case old.Disposition == Voicemail || next.Disposition == Voicemail:
		old, next = withoutGuess(old), withoutGuess(next)
		next.Disposition = Voicemail
	case !old.Answered.IsZero() && isGuess(next):
		next = withoutGuess(next)
	case !next.Answered.IsZero() && isGuess(old):
		old = withoutGuess(old)
	}
	next.Disposition = cmp.Or(next.Disposition, old.Disposition)
	return Settled(Forward(old, next))
}

// isGuess reports whether only the end of an inbound call has told that it was
// answered ([Call.Answered] is its end then). What another moment tells of the
// answer is better: the end may name the number that was dialled, or voicemail's.
func isGuess(c Call) bool {
	return c.Direction == In && !c.Answered.IsZero() && c.Answered.Equal(c.Ended)
}

// withoutGuess returns the call without such an answer.
func withoutGuess(c Call) Call {
	if !isGuess(c) {
		return c
	}
	c.Legs = slices.DeleteFunc(slices.Clone(c.Legs), func(l Leg) bool { return l.Extension == c.Operator && l.Rang.Equal(c.Answered) })
	for i := range c.Legs {
		if l := &c.Legs[i]; l.State == LegElsewhere && l.Ended.Equal(c.Answered) {
			l.State, l.Ended = LegRinging, time.Time{}
		}
	}
	c.Answered, c.Operator, c.Disposition = time.Time{}, "", ""
	return c
}

// Settled derives what follows from the moments that are known: who answered,
// what became of the devices that did not, and how the call came out.
func Settled(c Call) Call {
	c.Piece = false
	ended := c.State == CallEnded
	if ended && c.Answered.After(c.Ended) {
		c.Answered = c.Ended
	}
	answered := !c.Answered.IsZero()
	c.Legs = slices.Clone(c.Legs)
	for i := range c.Legs {
		l := &c.Legs[i]
		switch {
		case answered && l.Extension == c.Operator:
			l.State, l.Answered, l.Ended = LegTalking, c.Answered, c.Ended
			if ended {
				l.State = LegEnded
			}
		case answered && (l.State == LegRinging || l.State == LegNoAnswer):
			l.State, l.Ended = LegElsewhere, c.Answered
		case ended && c.HangupBy == "caller" && (l.State == LegRinging || l.State == LegNoAnswer):
			l.State, l.Ended = LegCancelled, c.Ended
		case ended && l.State == LegRinging:
			l.State, l.Ended = LegNoAnswer, c.Ended
		}
	}
	switch {
	case ended && answered:
		c.Disposition = Answered
	case ended:
		c.Disposition = cmp.Or(c.Disposition, Missed)
	}
	return c
}
