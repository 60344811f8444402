package leads

import (
	"cmp"
	"slices"
	"time"
)

// mergePiece merges one more moment into the call; moments may come in any order. A
// known end stays; an answer that is reported after the end still makes the call an
// answered one.
func mergePiece(old, next Call) Call {
	next.Piece = false
	if stateRank(next.State) < stateRank(old.State) {
		next.State = old.State
	}
	if old.Disposition == Interrupted { // the hub had given up waiting for its end
		if next.Ended.IsZero() {
			next.Ended, next.Disposition = old.Ended, Interrupted
		}
		old.Ended, old.Disposition = time.Time{}, ""
	} else if !old.Ended.IsZero() {
		next.Ended = old.Ended
	}
	switch {
	case old.Disposition == Voicemail || next.Disposition == Voicemail:
		old, next = withoutInferredAnswer(old), withoutInferredAnswer(next)
		next.Disposition = Voicemail
	case !old.Answered.IsZero() && isInferredAnswer(next):
		next = withoutInferredAnswer(next)
	case !next.Answered.IsZero() && isInferredAnswer(old):
		old = withoutInferredAnswer(old)
	}
	next.Disposition = cmp.Or(next.Disposition, old.Disposition)
	return Settled(Forward(old, next))
}

// isInferredAnswer reports whether the answer of an inbound call is known only from
// its end ([Call.Answered] is the end then). The answer of another moment is better:
// the end may name the number that was dialled, or voicemail's.
func isInferredAnswer(c Call) bool {
	return c.Direction == In && !c.Answered.IsZero() && c.Answered.Equal(c.Ended)
}

// withoutInferredAnswer returns the call without an inferred answer.
func withoutInferredAnswer(c Call) Call {
	if !isInferredAnswer(c) {
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

// Settled derives from the known moments who answered, the final states of the
// other legs, and the disposition.
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
